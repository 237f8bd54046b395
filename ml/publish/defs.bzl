"""Model packs as outputs of the build.

    load("//ml/publish:defs.bzl", "model_pack")

    model_pack(
        name = "scorer",
        spec = "scorer.json",
        srcs = ["scorer.onnx", "card.md", "evaluation.json", "//:LICENSE"],
    )

gives scorer.vepack, unsigned: keys do not belong into a build. The action reads its inputs and nothing else, neither clock nor
user nor umask, so the same sources give the same bytes and the same id, and remote caches may hold it. It runs the model on the
conformance inputs of the spec, so it fails where the model does not run. ml/publish/README.md has the format of specs.
"""

def _model_pack_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".vepack")
    args = ctx.actions.args()
    args.add("pack")
    args.add(ctx.file.spec)
    args.add("--out", out)
    seen = {}
    for src in ctx.files.srcs:
        if src.basename in seen:
            fail("%s and %s would both be %s in the pack" % (seen[src.basename], src, src.basename))
        seen[src.basename] = src
        args.add(src, format = "--file=" + src.basename + "=%s")
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [ctx.file.spec] + ctx.files.srcs,
        outputs = [out],
        env = {},
        mnemonic = "ModelPack",
        progress_message = "Packing %{label}",
    )
    return [DefaultInfo(files = depset([out]))]

model_pack = rule(
    implementation = _model_pack_impl,
    doc = "Makes NAME.vepack, an unsigned model pack, of a spec and the files that it lists.",
    attrs = {
        "spec": attr.label(
            doc = "The spec (JSON, format ve-pack-spec-1).",
            allow_single_file = [".json"],
            mandatory = True,
        ),
        "srcs": attr.label_list(
            doc = "Every file that the spec lists; a file's name in the pack is its base name.",
            allow_files = True,
            mandatory = True,
        ),
        "_tool": attr.label(
            default = "//ml/publish/cmd/ve-model",
            executable = True,
            cfg = "exec",
        ),
    },
)

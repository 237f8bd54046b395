"""Programs and tests built for another platform than that of the build."""

def _to_platform_impl(_settings, attr):
    return {"//command_line_option:platforms": str(attr.platform)}

_to_platform = transition(
    implementation = _to_platform_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _built_for_impl(ctx):
    program = ctx.attr.program[0]
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = out, target_file = program[DefaultInfo].files_to_run.executable, is_executable = True)
    return [DefaultInfo(executable = out, files = depset([out]))]

built_for = rule(
    implementation = _built_for_impl,
    doc = "One executable, a test's too, as it is on a platform. It gets no runfiles.",
    attrs = {
        "platform": attr.label(mandatory = True),
        "program": attr.label(mandatory = True, executable = True, cfg = _to_platform),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)

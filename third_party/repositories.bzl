"""Repository rules that bring in the build rules themselves, from the Go module proxy and from the machine."""

_PLATFORMS = {
    "aarch64": "linux-arm64",
    "amd64": "linux-amd64",
    "x86_64": "linux-amd64",
}

def _run(ctx, arguments, directory, environment = {}):
    result = ctx.execute(arguments, environment = environment, timeout = 1200, working_directory = directory)
    if result.return_code:
        fail("%s: %s failed: %s%s" % (ctx.name, " ".join([str(a) for a in arguments]), result.stdout, result.stderr))
    return result.stdout

def _go_module_impl(ctx):
    platform = _PLATFORMS.get(ctx.os.arch)
    if platform not in ctx.attr.sums and "any" not in ctx.attr.sums:
        fail("%s: no checksum for %s" % (ctx.name, ctx.os.arch))
    go = ctx.which("go")
    if not go:
        fail("no 'go' command on PATH: it fetches our build rules and the Go SDK. Install any Go, or run tools/bazel, which brings its own.")
    environment = {"GO111MODULE": "on", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    module = "%s@%s" % (ctx.attr.module, ctx.attr.version.replace("PLATFORM", platform))

    ctx.report_progress("downloading " + module)
    got = json.decode(_run(ctx, [go, "mod", "download", "-json", module], ".", environment))
    want = ctx.attr.sums.get("any") or ctx.attr.sums[platform]
    if got["Sum"] != want:
        fail("%s: %s has checksum %s, want %s" % (ctx.name, module, got["Sum"], want))

    # The module cache is read only and a module archive carries no run bits.
    _run(ctx, ["cp", "-R", got["Dir"] + "/.", "."], ".")
    _run(ctx, ["chmod", "-R", "u+w", "."], ".")
    _run(ctx, ["find", ".", "-name", "*.sh", "-exec", "chmod", "+x", "{}", "+"], ".")
    for folder in ctx.attr.run_bits:
        _run(ctx, ["chmod", "-R", "+x", folder], ".")

    # In a toolchain archive every go.mod is called _go.mod.
    _run(ctx, ["find", ".", "-name", "_go.mod", "-execdir", "mv", "{}", "go.mod", ";"], ".")
    for path in ctx.attr.remove:
        ctx.delete(path)
    if ctx.attr.vendor:
        ctx.report_progress("vendoring the dependencies of " + module)
        _run(ctx, [go, "mod", "vendor", "-e"], ".", environment)
    if ctx.attr.build_file:
        ctx.file("BUILD.bazel", ctx.attr.build_file)
        ctx.file("WORKSPACE", "")

go_module = repository_rule(
    implementation = _go_module_impl,
    doc = "A Go module as its archive has it, for modules that carry their own BUILD files.",
    attrs = {
        "build_file": attr.string(doc = "Content of the root BUILD.bazel, for a module that has none."),
        "module": attr.string(mandatory = True),
        "remove": attr.string_list(doc = "Paths to leave out."),
        "run_bits": attr.string_list(doc = "Folders whose files are programs."),
        "sums": attr.string_dict(mandatory = True, doc = "The go.sum checksum, under 'any' or the platform."),
        "vendor": attr.bool(doc = "Run 'go mod vendor', for a module whose archive lost its vendor folder."),
        "version": attr.string(mandatory = True, doc = "PLATFORM in it stands for linux-amd64 or the like."),
    },
)

def _system_or_archive_impl(ctx):
    folder = ctx.path(ctx.attr.system)
    if folder.exists:
        for entry in folder.readdir(watch = "no"):
            ctx.symlink(entry, entry.basename)
        if not folder.get_child("WORKSPACE").exists:
            ctx.file("WORKSPACE", "")
        return
    ctx.download_and_extract(ctx.attr.urls, sha256 = ctx.attr.sha256, stripPrefix = ctx.attr.strip_prefix)

_system_or_archive = repository_rule(
    implementation = _system_or_archive_impl,
    doc = "Rules that Debian packages beside its Bazel; an upstream Bazel downloads the release.",
    attrs = {
        "sha256": attr.string(mandatory = True),
        "strip_prefix": attr.string(),
        "system": attr.string(mandatory = True),
        "urls": attr.string_list(mandatory = True),
    },
)

def _source(system, repository, archive, sha256, strip_prefix = ""):
    return {
        "sha256": sha256,
        "strip_prefix": strip_prefix,
        "system": "/usr/share/bazel/" + system,
        "urls": ["https://github.com/bazelbuild/%s/%s" % (repository, archive)],
    }

# The releases are those that rules_go and Bazel 7.7.1 themselves name; Debian's copies are newer or equal.
_RULES = {
    "bazel_skylib": _source(
        "tools/skylib",
        "bazel-skylib",
        "releases/download/1.8.1/bazel-skylib-1.8.1.tar.gz",
        "51b5105a760b353773f904d2bbc5e664d0987fbaf22265164de65d43e910d8ac",
    ),
    "platforms": _source(
        "tools/platforms",
        "platforms",
        "releases/download/1.1.0/platforms-1.1.0.tar.gz",
        "dbad4a23abcca6171e47b79edc53bd6a41067a3b75f9e8b104656b459ff25046",
    ),
    "rules_cc": _source(
        "rules/cc",
        "rules_cc",
        "releases/download/0.1.5/rules_cc-0.1.5.tar.gz",
        "b8b918a85f9144c01f6cfe0f45e4f2838c7413961a8ff23bc0c6cdf8bb07a3b6",
        strip_prefix = "rules_cc-0.1.5",
    ),
    "rules_java": _source(
        "rules/java",
        "rules_java",
        "releases/download/7.6.1/rules_java-7.6.1.tar.gz",
        "f8ae9ed3887df02f40de9f4f7ac3873e6dd7a471f9cddf63952538b94b59aeb3",
    ),
    "rules_license": _source(
        "rules/license",
        "rules_license",
        "releases/download/1.0.0/rules_license-1.0.0.tar.gz",
        "26d4021f6898e23b82ef953078389dd49ac2b5618ac564ade4ef87cced147b38",
    ),
    "rules_proto": _source(
        "rules/proto",
        "rules_proto",
        "archive/refs/tags/5.3.0-21.7.tar.gz",
        "dc3fb206a2cb3441b485eb1e423165b231235a1ea9b031b4433cf7bc1fa460dd",
        strip_prefix = "rules_proto-5.3.0-21.7",
    ),
    "rules_python": _source(
        "rules/python",
        "rules_python",
        "releases/download/0.24.0/rules_python-0.24.0.tar.gz",
        "0a8003b044294d7840ac7d9d73eef05d6ceb682d7516781a4ec62eeb34702578",
        strip_prefix = "rules_python-0.24.0",
    ),
}

def build_rules():
    """Declares rules_go, gazelle and what both load."""
    go_module(
        name = "io_bazel_rules_go",
        module = "github.com/bazelbuild/rules_go",
        version = "v0.65.0",
        sums = {"any": "h1:oHAvkNIMaOhguFSCHi0bCoUhz2390srk4U0rTn9mqBc="},
    )
    go_module(
        name = "bazel_gazelle",
        module = "github.com/bazelbuild/bazel-gazelle",
        version = "v0.47.0",
        sums = {"any": "h1:g3Rr1ZbkC1Pk20aOgBITxSD/efS1WbaSty5jC786Z3Q="},
        remove = ["tests"],
        vendor = True,
    )
    go_module(
        name = "go_toolchain_files",
        module = "golang.org/toolchain",
        version = "v0.0.1-go1.26.8.PLATFORM",
        sums = {
            "linux-amd64": "h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=",
            "linux-arm64": "h1:sYL/O6MqS68ML0kjsQ36WoYIpJqkw60TxizWUYUKQMc=",
        },
        build_file = 'exports_files(["VERSION"])\n',
        run_bits = ["bin", "pkg/tool"],
    )
    native.local_repository(name = "rules_shell", path = "third_party/rules_shell")
    native.local_repository(name = "package_metadata", path = "third_party/package_metadata")
    for name, source in _RULES.items():
        _system_or_archive(name = name, **source)

"""Go modules that only the build's own tools need, so that go.mod stays free of them."""

load("@bazel_gazelle//:deps.bzl", "go_repository")

def tool_deps():
    """Declares what buildifier and nogo are built from; go.mod has the rest."""
    go_repository(
        name = "com_github_bazelbuild_buildtools",
        build_file_generation = "clean",
        build_file_proto_mode = "disable_global",
        importpath = "github.com/bazelbuild/buildtools",
        sum = "h1:njQAmjTv/YHRm/0Lfv9DXHFZ4MdT2IA/RKHTnqZkgDw=",
        version = "v0.0.0-20250930140053-2eb4fccefb52",
    )
    go_repository(
        name = "com_github_aymanbagabas_go_udiff",
        build_file_generation = "clean",
        build_file_proto_mode = "disable_global",
        importpath = "github.com/aymanbagabas/go-udiff",
        sum = "h1:OEIrQ8maEeDBXQDoGCbbTTXYJMYRCRO1fnodZ12Gv5o=",
        version = "v0.4.1",
    )

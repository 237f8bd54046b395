"""A repository that changes whenever the workspace's files do."""

# Folders that hold nothing the freshness test reads.
_SKIP = ["node_modules", "testdata"]

def _workspace_tree_impl(ctx):
    root = ctx.workspace_root
    folders = []
    for entry in root.readdir():
        name = entry.basename
        if name.startswith(".") or name.startswith("bazel-"):
            continue
        if entry.is_dir:
            ctx.watch_tree(entry)
            folders.append(name)
        else:
            ctx.watch(entry)
    ctx.watch(root.get_child(".bazelignore"))

    # The list of files with their digests is the input by which Bazel tells whether the test must run again.
    skip = " -o ".join(["-name " + name for name in _SKIP])
    result = ctx.execute(["sh", "-c", """
cd "$0" && find . -mindepth 1 \\( -name 'bazel-*' -o -path './.*' -o %s \\) -prune -o -type f -print0 |
  LC_ALL=C sort -z | xargs -0 sha256sum
cat .bazelignore
""" % skip, str(root)], quiet = True)
    if result.return_code:
        fail("cannot read the workspace: " + result.stderr)
    ctx.file("files.sha256", result.stdout)
    ctx.file("root.txt", str(root) + "\n")
    ctx.file("BUILD.bazel", "exports_files([\"files.sha256\", \"root.txt\"])\n")

workspace_tree = repository_rule(
    implementation = _workspace_tree_impl,
    local = False,
)

"""Repository rule for published data that Debian packages."""

def _archives(ctx):
    """The Debian archives that this machine knows: from tools/bazel, else from apt itself."""
    named = ctx.os.environ.get("VIRTENGINE_DEBIAN_URI") or ctx.os.environ.get("VIRTENGINE_DEBIAN_ARCHIVES", "")
    if not named and ctx.which("apt-get"):
        named = ctx.execute(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]).stdout
    archives = []
    for uri in named.replace("\n", " ").split(" "):
        uri = uri.rstrip("/")
        if not uri:
            continue
        if uri.endswith("/debian") or named == ctx.os.environ.get("VIRTENGINE_DEBIAN_URI"):
            if uri not in archives:
                archives.append(uri)
    if not archives:
        fail("%s: apt knows no Debian archive; name one in VIRTENGINE_DEBIAN_URI" % ctx.name)
    return archives

def _debian_data_impl(ctx):
    ctx.download(
        output = "package.deb",
        sha256 = ctx.attr.sha256,
        url = [uri + "/" + ctx.attr.path for uri in _archives(ctx)],
    )
    ctx.extract("package.deb")
    ctx.extract("data.tar.xz", output = "files")

    # One file, not thousands: a test reads it as it is.
    result = ctx.execute(["tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0", "-C", "files", "-cf", "data.tar", "."])
    if result.return_code:
        fail("%s: tar: %s" % (ctx.name, result.stderr))
    for left in ["files", "package.deb", "data.tar.xz", "control.tar.xz", "debian-binary"]:
        ctx.delete(left)
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD.bazel", 'exports_files(["data.tar"])\n')

debian_data = repository_rule(
    implementation = _debian_data_impl,
    doc = "The files of a Debian package as data.tar. Nothing of it is installed or run.",
    attrs = {
        "path": attr.string(mandatory = True, doc = "The package below an archive: pool/main/..."),
        "sha256": attr.string(mandatory = True),
    },
)

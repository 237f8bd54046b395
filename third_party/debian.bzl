"""Repository rules for what Debian packages: published data, and programs that tests run."""

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

_MACHINES = {
    "aarch64": "arm64",
    "amd64": "amd64",
    "x86_64": "amd64",
}

# Prints path and digest of one package of an index.
_LOOKUP = """
gzip -dc Packages.gz | awk -v package="$1" '
  /^Package: / { here = $2 == package }
  here && /^Filename: / { path = $2 }
  here && /^SHA256: / { print path, $2; exit }'
"""

def _newest(ctx, archives, machine):
    """The package as the archive's index has it now, for when the pinned one is there no more."""
    for suite in ctx.attr.suites:
        found = ctx.download(
            output = "Packages.gz",
            url = [uri + "/dists/%s/main/binary-%s/Packages.gz" % (suite, machine) for uri in archives],
            allow_fail = True,
        )
        if not found.success:
            continue
        result = ctx.execute(["sh", "-c", _LOOKUP, "lookup", ctx.attr.package])
        path, _, digest = result.stdout.strip().partition(" ")
        ctx.delete("Packages.gz")
        if len(digest) == 64:
            # buildifier: disable=print
            print("%s: the pinned package is not there; its archive now has %s, sha256 %s" % (ctx.name, path, digest))
            return path, digest
    fail("%s: no archive carries %s for %s in %s: %s; name one in VIRTENGINE_DEBIAN_URI" % (ctx.name, ctx.attr.package, machine, ctx.attr.suites, archives))

def _debian_programs_impl(ctx):
    machine = _MACHINES.get(ctx.os.arch)
    if not machine:
        fail("%s: no Debian package for %s" % (ctx.name, ctx.os.arch))
    archives = _archives(ctx)
    pinned = ctx.attr.pinned.get(machine, "")
    got = struct(success = False)
    if pinned:
        path, _, digest = pinned.partition(" ")
        got = ctx.download(output = "package.deb", sha256 = digest, url = [uri + "/" + path for uri in archives], allow_fail = True)
    if not got.success:
        path, digest = _newest(ctx, archives, machine)
        ctx.download(output = "package.deb", sha256 = digest, url = [uri + "/" + path for uri in archives])
    ctx.extract("package.deb")
    ctx.extract("data.tar.xz", output = "files")
    for program in ctx.attr.programs:
        result = ctx.execute(["mv", "files/usr/bin/" + program, program])
        if result.return_code:
            fail("%s: %s: %s" % (ctx.name, program, result.stderr))
    for left in ["files", "package.deb", "data.tar.xz", "control.tar.xz", "debian-binary"]:
        ctx.delete(left)
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD.bazel", "exports_files(%r)\n" % ctx.attr.programs)

debian_programs = repository_rule(
    implementation = _debian_programs_impl,
    doc = """Statically linked programs of a Debian package, for tests. Nothing is installed.

Debian keeps one version of a package at a time, so a pin ends with the next point release. Then the archive's index says
which version there is now, and what its digest is; the build says so. Only for programs whose version does not matter to
what is tested.""",
    attrs = {
        "package": attr.string(mandatory = True),
        "pinned": attr.string_dict(doc = "By machine: the package's path below an archive, a space, its sha256."),
        "programs": attr.string_list(mandatory = True, doc = "Names below /usr/bin."),
        "suites": attr.string_list(mandatory = True),
    },
)

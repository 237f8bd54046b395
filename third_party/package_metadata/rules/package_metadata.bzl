"""The rule that gazelle writes into each external module."""

load("//providers:package_metadata_info.bzl", "PackageMetadataInfo")

def _package_metadata_impl(ctx):
    file = ctx.actions.declare_file(ctx.label.name + ".package-metadata.json")
    ctx.actions.write(file, json.encode({"purl": ctx.attr.purl}) + "\n")
    return [
        DefaultInfo(files = depset([file])),
        PackageMetadataInfo(metadata = file),
    ]

_package_metadata = rule(
    implementation = _package_metadata_impl,
    attrs = {"purl": attr.string(mandatory = True)},
)

def package_metadata(name, purl, visibility = None):
    """Names the package that the repository was made from.

    Args:
      name: of the target.
      purl: the package URL, with the version.
      visibility: who may read it.
    """

    # The repository's default metadata is this very target; without an empty list it would depend on itself.
    _package_metadata(name = name, purl = purl, visibility = visibility, applicable_licenses = [])

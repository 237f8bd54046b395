"""Where a package comes from, as rules_go writes it into a binary's build information."""

PackageMetadataInfo = provider(
    doc = "One package of another project.",
    fields = {"metadata": "A JSON file whose 'purl' names the package and its version."},
)

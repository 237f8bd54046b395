"""Bazel 7 has this rule built in."""

sh_library = native.sh_library

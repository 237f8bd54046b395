"""Bazel 7 has this rule built in."""

sh_binary = native.sh_binary

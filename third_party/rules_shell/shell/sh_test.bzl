"""Bazel 7 has this rule built in."""

sh_test = native.sh_test

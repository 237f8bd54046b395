#!/usr/bin/env bash
# Formats every BUILD.bazel, WORKSPACE and .bzl file of the workspace: tools/bazel run //:buildifier
set -euo pipefail

buildifier=$PWD/$1
shift
cd "${BUILD_WORKSPACE_DIRECTORY:?is not set: run this with tools/bazel run //:buildifier}"
find . \( -name '.?*' -o -name 'bazel-*' -o -name node_modules -o -name testdata \) -prune -o \
  \( -name BUILD.bazel -o -name WORKSPACE -o -name '*.bzl' \) -type f -print0 |
  xargs -0 "$buildifier" -mode=fix "$@"

#!/usr/bin/env bash
# Writes the Go code of chain/proto with the plugins that this build made: tools/bazel run //tools/gen:proto
set -euo pipefail

generator=$PWD/$1 gateway=$PWD/$2 swagger=$PWD/$3
shift 3
cd "${BUILD_WORKSPACE_DIRECTORY:?is not set: run this with tools/bazel run //tools/gen:proto}"
exec "$generator" --gateway-plugin "$gateway" --swagger-plugin "$swagger" "$@"

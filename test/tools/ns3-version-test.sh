#!/usr/bin/env bash
#
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# What configuring says of the versions of ns-3: a line for those outside of what is tested.

set -uo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
FAILURES=0

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

Expect() # VERSION TEXT: what is said of it; nothing if the text is empty
{
    cat >"$folder/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.21)
project(version NONE)
set(inside_ns3 ON)
set(NS3_VER $1)
set(ns3-all-enabled-modules lte)
include($ROOT/cmake/ns3-versions.cmake)
END
    local output said
    output=$(cmake -S "$folder" -B "$folder/build" 2>&1)
    said=$(grep 'is tested with' <<<"$output")
    if [[ $output != *"Configuring done"* || (-z $2 && -n $said) || $said != *"$2"* ||
        $(wc -l <<<"$said") -ne 1 ]]; then
        echo "FAILED: of ns-$1, \"$2\" was expected: $output"
        FAILURES=$((FAILURES + 1))
    fi
}

minimum=$(sed -n 's/^minimum //p' "$ROOT/NS3-VERSION")
newest=$(sed -n 's/^newest-tested //p' "$ROOT/NS3-VERSION")
Expect "$minimum" ''
Expect "$newest" ''
Expect "$newest.1" ''
Expect 3.40 ''
Expect 3.30 "from $minimum to $newest; ns-3.30 is older"
Expect 3.99 "from $minimum to $newest; ns-3.99 is newer"
Expect 3-dev 'ns-3-dev is newer'
Expect 3.dev 'ns-3-dev is newer'

echo "$FAILURES failures"
[[ $FAILURES -eq 0 ]]

#!/usr/bin/env bash
#
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# What ./surgery answers to words it knows and words it does not. Builds and installs nothing.

set -uo pipefail

SURGERY=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/surgery
FAILURES=0

Complain() # MESSAGE
{
    echo "FAILED: $1"
    FAILURES=$((FAILURES + 1))
}

# A mistake: exit code 2, nothing on stdout, one line on stderr that has the text in it.
Rejects() # TEXT ARGUMENT...
{
    local text=$1 output error status
    shift
    error=$(mktemp)
    output=$("$SURGERY" "$@" 2>"$error" </dev/null)
    status=$?
    [[ $status -eq 2 ]] || Complain "surgery $*: exit code $status instead of 2"
    [[ -z $output ]] || Complain "surgery $*: prints on stdout: $output"
    [[ $(wc -l <"$error") -eq 1 ]] || Complain "surgery $*: not one line on stderr: $(<"$error")"
    grep -qF -e "$text" "$error" || Complain "surgery $*: \"$text\" is not in: $(<"$error")"
    rm -f "$error"
}

# A request for text: exit code 0, the text on stdout, nothing on stderr.
Prints() # TEXT ARGUMENT...
{
    local text=$1 output status error
    shift
    error=$(mktemp)
    output=$("$SURGERY" "$@" 2>"$error" </dev/null)
    status=$?
    [[ ! -s $error ]] || Complain "surgery $*: prints on stderr: $(<"$error")"
    rm -f "$error"
    [[ $status -eq 0 ]] || Complain "surgery $*: exit code $status instead of 0"
    grep -qF -e "$text" <<<"$output" || Complain "surgery $*: \"$text\" is not in: $output"
}

Rejects 'unknown command "opreate", use one of: demo report test run list' opreate
Rejects 'unknown command "opreate", use one of: demo report test run list' opreate --help
Rejects 'unknown command "opreate", use one of: demo report test run list' help opreate
Rejects 'unknown example "dnn-surgery-nothing", use one of: dnn-surgery-' run dnn-surgery-nothing
Rejects 'run needs the name of an example, one of: dnn-surgery-' run
Rejects 'demo takes options only, not "fast"' demo fast
Rejects '--out needs the name of a folder' demo --out=
Rejects 'cannot create the folder /dev/null/demo' demo --out=/dev/null/demo
Rejects 'test takes options only, not "everything"' test everything
Rejects 'test: -R needs a value' test -R
Rejects 'not "fast"' bench fast
Rejects 'list takes no arguments, not "all"' list all
Rejects 'unknown experiment "nothing", use one of: ' experiment nothing
Rejects '--seeds: "0" is not an integer in 1..1000' experiment smoke --seeds=0
Rejects 'unrecognized arguments: --sedes=3' experiment smoke --sedes=3
Rejects 'needs a NAME before options' experiment --jobs=2
Rejects '--out needs a value' experiment smoke --out=
Rejects 'there is no data file ./nothing.json' experiment ./nothing.json
Rejects "report needs the folder of an example's files" report
Rejects 'there is no folder /dev/null/demo' report /dev/null/demo
Rejects 'has an inferences.csv' report "$(dirname "$SURGERY")/doc"
Rejects 'wireshark-install takes no arguments, not "all"' wireshark-install all
Rejects 'build takes no arguments, not "all"' build all
Rejects 'doc takes no arguments, not "all"' doc all
Rejects 'matrix: unknown version "3.36", use: 3.37 3.43' matrix 3.36
Rejects '--compiler: "icc" is not one of: g++ clang++' matrix --compiler=icc
Rejects '--way: "waf" is not one of: standalone in-tree' matrix --way=waf
Rejects '--jobs: "0" is not in 1..999' matrix --jobs=0
Rejects '--flags: "" are not compiler flags' matrix --flags=
Rejects '--modules: "Wi Fi" are not modules of ns-3' matrix '--modules=Wi Fi'
Rejects 'matrix has no option --fast' matrix --fast
XDG_CACHE_HOME=/dev/null Prints '| 3.37 | bookworm | standalone | g++ | not run |' matrix --table

for command in demo report test run list experiment bench build doc matrix wireshark-install; do
    Prints "usage: ./surgery $command" "$command" --help
    Prints "usage: ./surgery $command" help "$command"
done
for word in help --help -h; do
    Prints 'usage: ./surgery COMMAND' "$word"
done

# every example has its one-line description, and the list names each example of the build
names=$("$SURGERY" list | cut -d ' ' -f 1 | sort)
built=$(sed -n 's/^ *NAME \(.*\)$/\1/p' "$(dirname "$SURGERY")/examples/CMakeLists.txt" | sort)
[[ -n $names && $names == "$built" ]] || Complain "list names $names, the build $built"
Prints 'dnn-surgery-wifi-mobility    mobile devices in one Wi-Fi cell' list

# so does every experiment
listed=$("$SURGERY" experiment | cut -d ' ' -f 1 | sort)
files=$(cd "$(dirname "$SURGERY")/data/experiments" && printf '%s\n' *.json | sed 's/.json$//')
[[ -n $listed && $listed == "$(sort <<<"$files")" ]] || Complain "experiments are $listed, not $files"

echo "$FAILURES failures"
[[ $FAILURES -eq 0 ]]

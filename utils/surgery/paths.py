# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Where the repository's files are. Each path that tools and tests share is named here, once."""

import os
import pathlib

PACKAGE = pathlib.Path(__file__).resolve().parent
LIBRARY = PACKAGE.parent / "dnn_surgery"  # the package that people import
ROOT = PACKAGE.parents[1]

EXAMPLES = ROOT / "examples"
DATA = ROOT / "data"  # what the programs read when they run
PROFILES = DATA / "profiles"
TRACES = DATA / "traces"
TESTBED = DATA / "testbed"
SCENARIOS = DATA / "scenarios"
EXPERIMENTS = DATA / "experiments"

# what is worth keeping outside the checkout, for each user
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME")
                     or os.path.expanduser("~/.cache")) / "dnn-surgery"

BUILD = ROOT / "build"
RESULTS = ROOT / "results"
DOC = ROOT / "doc"
DISSECTOR = ROOT / "utils" / "wireshark" / "dnn-surgery.lua"
LEAK_SUPPRESSIONS = ROOT / "test" / "tools" / "leak-suppressions.txt"

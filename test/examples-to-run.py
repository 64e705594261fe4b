#! /usr/bin/env python3
#
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

# Examples that ns-3's test.py runs: (command, whether to run it, whether also under valgrind).
cpp_examples = [
    ("dnn-surgery-analytic --scenarios=5", "True", "False"),
    ("dnn-surgery-bandwidth-trace --time=5s", "True", "False"),
    ("dnn-surgery-compare --network=wired --devices=3 --time=2s", "True", "False"),
    ("dnn-surgery-compare-choices --network=wired --devices=6 --sites=2 --time=2s", "True", "False"),
    ("dnn-surgery-crowd --time=3s --devices=3 --sites=2", "True", "False"),
    ("dnn-surgery-decentralized --time=2s --devices=3 --sweep=2,3 --lies=1,2", "True", "False"),
    ("dnn-surgery-first --time=5s", "True", "False"),
    ("dnn-surgery-lte-handover --time=5s", "True", "False"),
    ("dnn-surgery-mixed-networks --time=2s", "True", "False"),
    ("dnn-surgery-simulate --scenario=demo --set=simulation.time_s=2", "True", "False"),
    ("dnn-surgery-sites --time=2s --devices=6", "True", "False"),
    ("dnn-surgery-sites --time=2s --network=wired", "True", "False"),
    ("dnn-surgery-wifi-mobility --time=2s", "True", "False"),
    ("dnn-surgery-wifi-roaming --time=3s", "True", "False"),
]

# examples/dnn-surgery-first.py has not been run with cppyy, see doc/python.md.
python_examples = []

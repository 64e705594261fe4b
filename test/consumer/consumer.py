#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Uses the installed Python package from outside: a bundled scenario, simulated by the installed
program: consumer.py PREFIX."""

import pathlib
import sys

import dnn_surgery
from dnn_surgery import places

prefix = pathlib.Path(sys.argv[1]).resolve()
for path in (dnn_surgery.__file__, places.find_simulator(), places.find_scenario("demo")):
    if prefix not in pathlib.Path(path).resolve().parents:
        sys.exit(f"{path} is not in {prefix}")
results = dnn_surgery.simulate("demo", changes={"simulation.time_s": 1}, progress=False)
rows = (results.folder / "inferences.csv").read_text(encoding="utf-8").count("\n") - 1
print(f"{rows} inferences under {results.scheduler}; tables: {', '.join(results.tables)}")
sys.exit(0 if rows > 0 else "nothing was inferred")

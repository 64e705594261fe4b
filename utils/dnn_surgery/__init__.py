# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""dnn-surgery from Python: simulate scenarios, read results as pandas frames, write schedulers.

    import dnn_surgery

    results = dnn_surgery.simulate("demo", changes={"simulation.time_s": 5})
    results.inferences.groupby("device").latency_s.mean()

    old = dnn_surgery.load("results/demo/dds")

Importing it needs the standard library alone, frames need pandas. The package of the command line,
surgery, uses this one, not the other way around. Debian 12's Python (/usr/bin/python3) sees Debian's
packages python3-numpy and python3-pandas.
"""

import importlib

# where each public name is; a module is imported when the first of its names is used
_HOMES = {
    "BadTables": "tables",
    "Results": "results",
    "UnfinishedRun": "results",
    "load": "results",
    "load_all": "results",
    "SimulationError": "child",
    "simulate": "simulation",
    "Cut": "scheduler",
    "Decision": "scheduler",
    "Device": "scheduler",
    "Game": "scheduler",
    "Option": "scheduler",
    "Outcome": "scheduler",
    "Scheduler": "scheduler",
    "serve": "scheduler",
    "Env": "env",
}
__all__ = sorted(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})

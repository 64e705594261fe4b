# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""One run of an experiment that compares networks: one seed under all schedulers, over packets as
the scenario has them and over fluid links in their place. The workflow starts it as a program; its
results have a row per pair of numbers, that of packets in the column "measured" and that of fluid
links in the column "simulated"."""

import argparse
import collections
import json
import re
import subprocess
import sys

from dnn_surgery.simulation import SimulationError
from surgery.experiment import measured
from surgery.experiment.scenario_run import OUTPUTS, do_run, simulate_scheduler

COLUMNS = ("point", "series", "setting", "x", "measured", "simulated", "judged")

# what a cell carries is measured behind the devices' starts, and is not fitted to anything
BULK = {"simulation.time_s": 8, "simulation.warmup_s": 3}


def find_kind(settings):
    """The kind of the network that has packets."""
    done = subprocess.run([settings.program, f"--scenario={settings.scenario}", "--check",
                           *words(settings.changes)], capture_output=True, text=True, check=False)
    found = re.search(r", network (wired|wifi)\b", done.stdout)
    if done.returncode != 0 or not found:
        raise SimulationError(done.stderr.strip() or f"{settings.scenario}: network.kind: must be "
                              "wired or wifi, which have fluid counterparts", 2)
    return found[1]


def words(changes):
    """Changes of a scenario on a command line."""
    return [f"--set={path}={json.dumps(value)}" for path, value in changes.items()]


def measure_goodput(settings):
    """What the cell carries, Mbit/s: all of its devices send in bulk, in a run of their own."""
    done = subprocess.run([settings.program, f"--scenario={settings.scenario}", "--goodput",
                           *words({**settings.changes, **OUTPUTS, **BULK,
                                   "simulation.run": settings.run})],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SimulationError(done.stderr.strip(), done.returncode)
    return float(re.search(r"^goodput: (\S+) Mbit/s$", done.stdout, re.MULTILINE)[1])


def make_cell(goodput):
    """A fluid cell that carries as much. Goodput is of streams, so there is no header left to add;
    the delay of the air is none, and what stations take to get hold of it is in the goodput."""
    return {"kind": "fluid", "attributes": {
        "Cells": True, "HalfDuplex": True, "HeaderFactor": 1, "Delay": "0s",
        "UplinkMbps": f"ns3::ConstantRandomVariable[Constant={goodput!r}]"}}


def share_cuts(run):
    """The part of each device's completed inferences that had a cut, by device and cut."""
    done = [(row.device, row.cut) for row in run.inferences if row.outcome == "completed"]
    totals = collections.Counter(device for device, _ in done)
    return {key: count / totals[key[0]] for key, count in collections.Counter(done).items()}


def compare(scheduler, kind, packets, fluid):
    """Rows without their point. @param packets a run @param fluid its counterpart"""
    setting = f"{kind}, {scheduler}"
    values = [measured.measure(run, set(run.devices)) for run in (packets, fluid)]
    for series, column, judged in (("latency", "latency_mean_s", 1), ("p95", "latency_p95_s", 0),
                                   ("completed", "completed", 0)):
        yield series, setting, 0, *(value[column] for value in values), judged
    shares = [share_cuts(run) for run in (packets, fluid)]
    for device, cut in sorted(set(shares[0]) | set(shares[1])):
        yield ("share", f"{setting}, {cut}", device,
               *(share.get((device, cut), 0) for share in shares), int(kind == "wired"))


def make_rows(settings):
    """All rows of the run, without their point."""
    kind = find_kind(settings)
    fluid = {"network.kind": "fluid"}
    if kind == "wifi":
        goodput = measure_goodput(settings)
        fluid = {"network": make_cell(goodput)}
        yield "goodput", kind, 0, goodput, goodput, 0
    for scheduler in settings.schedulers.split(","):
        runs = []
        for changes in ({}, fluid):
            own = argparse.Namespace(**vars(settings))
            own.changes = {**settings.changes, **changes}
            if "network" in changes:  # it is another one, of which nothing else is set
                own.changes = {path: value for path, value in own.changes.items()
                               if not path.startswith("network.")}
            runs.append(simulate_scheduler(own, scheduler))
        yield from compare(scheduler, kind, *runs)


def compare_networks(settings):
    """Do the run over both networks, and write the pairs of numbers."""
    rows = [dict(zip(COLUMNS, (settings.point, *row))) for row in make_rows(settings)]
    measured.write_rows(settings.results, COLUMNS, rows)


def main(arguments):
    """@return the exit code: that of the simulator"""
    return do_run(arguments, compare_networks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

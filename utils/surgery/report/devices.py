# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The table of the devices: what they are, and what each run came to for them."""

from surgery.report.comparison import milliseconds
from surgery.report.deadlines import device_met, has_deadlines


def describe(runs, device):
    """What a device is: its DNN and its processor, in the first run that knows it."""
    run = next(run for run in runs if device in run.dnns)
    return run.dnns[device], run.processors.get(device, "")


def device_table(runs):
    """The names of the columns, and a row for each device of any run: its id and cells."""
    columns = ["DNN", "processor", *(f"mean latency: {run.name}" for run in runs)]
    shows_deadlines = has_deadlines(runs)
    if shows_deadlines:
        columns += [f"deadlines met: {run.name}" for run in runs]
    means = [run.mean_latencies() for run in runs]
    rows = []
    for device in sorted({device for run in runs for device in run.devices}):
        cells = [*describe(runs, device),
                 *(milliseconds(own[device]) + run.mark if device in own else "-"
                   for run, own in zip(runs, means))]
        if shows_deadlines:
            cells += [device_met(run, device) for run in runs]
        rows.append((device, cells))
    return columns, rows

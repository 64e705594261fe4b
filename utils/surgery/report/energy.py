# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What inferences took from the devices' batteries, and what these hold. Without batteries there is
nothing to draw."""

import math

from surgery.report.bars import stacked_bars
from surgery.report.curves import series, thin
from surgery.report.figures import Figure, box_legend, line_legend
from surgery.report.svg import COLORS, Chart, Exact, Linear, Panel, short, shorten
from surgery.tables.run import number

PARTS = (("processor", "processor_j", "c4"), ("radio", "radio_j", "c3"),
         ("idle while it is away", "waiting_j", "muted"))
MAX_KINDS = 8


def mean(values):
    """The mean of what is known; NaN if nothing is."""
    finite = [value for value in values if math.isfinite(value)]
    return sum(finite) / len(finite) if finite else math.nan


def describe(part, joules):
    """A part of a bar: its length, and what it is; what is not known takes no room."""
    if math.isfinite(joules):
        return joules, f"{part} {short(joules)} J"
    return 0.0, f"{part} not known"


def energies(run):
    """Joules of completed inferences by part: lists by DNN and processor."""
    rows = {(row["device"], row["id"]): row for row in run.inference_energy}
    kinds = {}
    for inference in run.completed():
        row = rows.get((str(inference.device), inference.id))
        if row:
            kind = f"{shorten(inference.dnn)} on {run.get_class(inference.device)}"
            kinds.setdefault(kind, []).append([number(row[column]) for _, column, _ in PARTS])
    return kinds


def inference_energy_figure(runs):
    """Stacked bars: mean joules of an inference, per DNN, processor and scheduler."""
    found = [(run.name, energies(run)) for run in runs]
    counts = {}
    for _, kinds in found:
        for kind, rows in kinds.items():
            counts[kind] = counts.get(kind, 0) + len(rows)
    if not counts:
        return []
    shown = sorted(counts, key=lambda kind: (-counts[kind], kind))[:MAX_KINDS]
    groups = [(kind, [(name, [describe(part[0], mean(column))
                              for part, column in zip(PARTS, zip(*kinds[kind]))])
                      for name, kinds in found if kind in kinds]) for kind in sorted(shown)]
    drawing = stacked_bars("Mean energy of an inference", "mean energy of an inference, J", groups,
                           [style for _, _, style in PARTS], group_axes=True)
    note = ("Completed inferences. Radio and idle processor: from the end of the device's layers to "
            "the result, an estimate, of those inferences that were away from their device alone.")
    if len(counts) > len(shown):
        note += f" The {len(shown)} most frequent of {len(counts)} kinds."
    return [Figure("inference-energy", "Energy of an inference", drawing, note,
                   (box_legend((part, style) for part, _, style in PARTS),))]


def battery_figure(run, key):
    """What the battery of each device holds over time. Nothing without batteries."""
    devices = [device for device in run.devices
               if any(row["device"] == str(device) for row in run.energy)]
    if not devices:
        return None
    shown = devices[:COLORS]
    left = {device: series(run.energy, "remaining_j", device=device) for device in devices}
    lines = {device: thin(left[device]) for device in shown}
    most = max(y for points in lines.values() for _, y in points)
    chart = Chart(252, "Batteries")
    panel = Panel(chart, Exact(0, run.end), Linear(0, most), 8, 200)
    panel.draw_axes("simulated time, s", "left in the battery, J")
    for i, (device, points) in enumerate(lines.items()):
        panel.line(points, i, f"device {device}")
    # what ns-3 cannot draw any more is left
    empty = sum(points[-1][1] < 1e-2 * points[0][1] for points in left.values())
    note = f"Batteries that ran empty: {empty} of {len(devices)}."
    if len(devices) > len(shown):
        note += f" The first {len(shown)} of {len(devices)} devices."
    return Figure(f"battery-{key}", "Batteries", chart.to_svg(), note.strip(),
                  (line_legend(f"device {device}" for device in shown),))

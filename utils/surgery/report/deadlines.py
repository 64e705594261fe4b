# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Which inferences met their deadlines, if any have one."""

import math

from surgery.report.figures import Figure, box_legend
from surgery.report.svg import Chart, Exact, Linear, Panel, color, short

MAX_DNNS = 12
MAX_LINES = 4  # deadlines in a distribution; more would hide it


def has_deadlines(runs):
    """Whether any inference has a deadline."""
    return any(run.deadlines() for run in runs)


def fraction_met(rows):
    """How many of these inferences met their deadline: of those for which the table deadlines says
    whether they did. NaN if there are none."""
    known = [row.met for row in rows if row.met is not None]
    return sum(known) / len(known) if known else math.nan


def percent(fraction):
    """A fraction for people."""
    return f"{100 * fraction:.1f} %" if math.isfinite(fraction) else "-"


def cells(run):
    """What a run comes to: deadlines met, and the mean lateness of what was completed."""
    late = [row.lateness for row in run.inferences if math.isfinite(row.lateness)]
    mean = f"{short(1e3 * sum(late) / len(late))} ms" if late else "-"
    return percent(fraction_met(run.inferences)) + run.mark, mean + run.mark


def device_met(run, device):
    """How many deadlines a device met, for people."""
    return percent(fraction_met([row for row in run.inferences if row.device == device])) + run.mark


def shown_deadlines(runs, kind):
    """The deadlines to show in the distribution of a class of devices, or of all, s."""
    found = sorted({row.deadline for run in runs for row in run.inferences
                    if math.isfinite(row.deadline)
                    and (kind is None or run.get_class(row.device) == kind)})
    return found if len(found) <= MAX_LINES else []


def draw_deadlines(panel, deadlines):
    """Vertical lines in a panel whose horizontal axis is latency, ms."""
    for deadline in deadlines:
        text = f"deadline {short(1e3 * deadline)} ms"
        x = panel.x(1e3 * deadline)
        panel.chart.add(f'<path class="axis" stroke-dasharray="6 3" '
                        f'd="M{x:.1f} {panel.top}v{panel.height}"><title>{text}</title></path>')
        is_right = panel.x_axis.place(1e3 * deadline) > 0.7
        panel.chart.text(x - 5 if is_right else x + 5, panel.top + panel.height - 6, text, "tick",
                         "end" if is_right else "start")


def deadlines_figure(runs):
    """Bars: how many inferences met their deadlines, in all and by DNN."""
    if not has_deadlines(runs):
        return []
    dnns = sorted({row.dnn for run in runs for row in run.inferences if row.met is not None})
    groups = [None, *(dnns[:MAX_DNNS] if len(dnns) > 1 else [])]
    row_height = 20 + 16 * len(runs)
    height = row_height * len(groups)
    chart = Chart(height + 44, "Deadlines met")
    panel = Panel(chart, Exact(0, 100, 5), Linear(0, 1), 2, height, left=12, right=60)
    for value, text in panel.x_axis.ticks:
        chart.add(f'<path class="grid" d="M{panel.x(value):.1f} 2v{height}"/>')
        chart.text(panel.x(value), height + 16, text, "tick")
    chart.text(panel.left + panel.width / 2, height + 34, "deadlines met, %", "title")
    for i, dnn in enumerate(groups):
        name = "all devices" if dnn is None else dnn.rpartition("/")[2]
        chart.text(panel.left + 4, 2 + row_height * i + 14, name, "group", "start")
        for r, run in enumerate(runs):
            rows = [row for row in run.inferences if dnn in (None, row.dnn)]
            fraction = fraction_met(rows)
            y = 2 + row_height * i + 19 + 16 * r
            width = panel.x(100 * fraction) - panel.left if math.isfinite(fraction) else 0
            chart.rect(panel.left, y, width, 12, f"bar {color(r)}",
                       f"{run.name}, {name}: {percent(fraction)} of "
                       f"{sum(row.met is not None for row in rows)} inferences")
            chart.text(panel.left + width + 5, y + 10, percent(fraction), "tick", "start")
    chart.add(f'<path class="axis" d="M{panel.left} 2v{height}"/>')
    note = ("Of the inferences with a deadline: completed in time / (completed + dropped + overdue "
            "in flight at the end).")
    return [Figure("deadlines", "Deadlines met", chart.to_svg(), note,
                   (box_legend((run.name, color(r)) for r, run in enumerate(runs)),))]

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Figures that compare the schedulers' runs."""

import math

from dnn_surgery.segments import SEGMENTS
from surgery.quantile import quantile
from surgery.report.bars import stacked_bars
from surgery.report.batches import batches_figures
from surgery.report.deadlines import (cells, deadlines_figure, draw_deadlines, has_deadlines,
                                      shown_deadlines)
from surgery.report.energy import inference_energy_figure
from surgery.report.figures import Figure, box_legend, line_legend
from surgery.report.svg import Chart, Exact, Linear, Log, Panel, color, round_up, short

# none of the first three, which stand for schedulers beside this figure
SEGMENT_STYLES = ("c4", "muted", "c3", "c6", "c5", "c7")
MAX_CLASSES = 6
CDF_POINTS = 240
MAX_STEPS = 60   # of time
PER_STEP = 20    # inferences in a step, on average


def milliseconds(value):
    """A time for people."""
    return short(1e3 * value) + " ms" if math.isfinite(value) else "-"


def find_classes(runs):
    """The classes of devices, the largest first."""
    counts = {}
    for run in runs:
        for device in run.devices:
            kind = run.get_class(device)
            counts[kind] = counts.get(kind, 0) + 1
    return sorted(counts, key=lambda kind: (-counts[kind], kind))[:MAX_CLASSES]


def summary(runs):
    """What each scheduler comes to: name, and cells of a table."""
    rows = []
    first = runs[0].mean_latency()
    shows_deadlines = has_deadlines(runs)
    for i, run in enumerate(runs):
        latencies = sorted(row.latency for row in run.completed())
        mean = run.mean_latency()
        dropped = sum(row.outcome == "dropped" for row in run.inferences)
        ratio = "1" if i == 0 else short(mean / first) if first > 0 else "-"
        rows.append((run.name, (milliseconds(mean) + run.mark,
                                ratio + (run.mark or runs[0].mark if i > 0 else ""),
                                milliseconds(quantile(latencies, 0.5)) + run.mark,
                                milliseconds(quantile(latencies, 0.95)) + run.mark,
                                f"{len(run.inferences)}{run.mark}", f"{len(latencies)}{run.mark}",
                                f"{dropped}{run.mark}",
                                *(cells(run) if shows_deadlines else ()))))
    return rows


def headline(runs):
    """The result in a sentence, after the name of the first scheduler."""
    first = runs[0].mean_latency()
    parts = []
    for run in runs[1:]:
        mean = run.mean_latency()
        if first > 0 and math.isfinite(mean):
            parts.append(f"{short(mean / first)}{run.mark or runs[0].mark} times as fast as "
                         f"{run.name} ({milliseconds(mean)}{run.mark})")
    text = f"mean latency {milliseconds(first)}{runs[0].mark}"
    return text + (", " + ", ".join(parts) if parts else "") + "."


def draw_cdf(runs, kind):
    """Distribution of the latency in one class of devices, or in all."""
    samples = [sorted(row.latency for row in run.completed(kind)) for run in runs]
    known = [values for values in samples if values]
    chart = Chart(250, f"Distribution of latency, {kind or 'all devices'}")
    if not known:
        return None
    deadlines = shown_deadlines(runs, kind)
    low = max(min([*deadlines, *(values[0] for values in known)]), 1e-6)
    high = max([*deadlines, *(values[-1] for values in known)])
    panel = Panel(chart, Log(1e3 * low, 1e3 * high), Linear(0, 1), 8, 200)
    panel.draw_axes("latency, ms (logarithmic)", "fraction of inferences")
    for i, values in enumerate(samples):
        count = len(values)
        if not count:
            continue
        step = max(1, count // CDF_POINTS)
        points = [(1e3 * values[0], 0.0)]
        points += [(1e3 * values[j], (j + 1) / count) for j in range(0, count, step)]
        points.append((1e3 * values[-1], 1.0))
        panel.line(points, i, f"{runs[i].name}: median {milliseconds(quantile(values, 0.5))}, "
                              f"{count} inferences", step=True)
    draw_deadlines(panel, deadlines)
    return chart.to_svg()


def latency_figures(runs):
    """Distributions: all devices, then class by class."""
    kinds = find_classes(runs)
    figures = []
    for i, kind in enumerate([None, *(kinds if len(kinds) > 1 else [])]):
        drawing = draw_cdf(runs, kind)
        if drawing:
            title = "Latency, all devices" if kind is None else f"Latency on {kind}"
            figures.append(Figure(f"latency-{i}", title, drawing,
                                  legends=(line_legend(run.name for run in runs),)))
    return figures


def split_by_time(runs):
    """The latencies (ms) of each run in steps of time, by when they were requested. @return the
    length of a step, s, and lists of lists"""
    end = max(run.end for run in runs)
    fewest = min((len(run.completed()) for run in runs if run.completed()), default=0)
    length = round_up(end / min(MAX_STEPS, max(1, fewest // PER_STEP)))
    steps = [[[] for _ in range(math.ceil(end / length - 1e-9))] for _ in runs]
    for run, own in zip(runs, steps):
        for row in run.completed():
            own[min(len(own) - 1, int(row.created / length))].append(1e3 * row.latency)
    return length, steps


def latency_time_figure(runs):
    """Median and 95th percentile of the latency over time."""
    length, steps = split_by_time(runs)
    values = [value for own in steps for step in own for value in step if value > 0]
    if not values:
        return []
    chart = Chart(348, "Latency over time")
    end = max(run.end for run in runs)
    for i, (at, name) in enumerate(((0.5, "median"), (0.95, "95th percentile"))):
        curves = [[quantile(sorted(step), at) for step in own] for own in steps]
        known = [y for curve in curves for y in curve if math.isfinite(y) and y > 0]
        panel = Panel(chart, Exact(0, end), Log(min(known), max(known)), 8 + 156 * i, 140)
        panel.draw_axes("simulated time, s" if i else "", f"{name}, ms", x_labels=i == 1)
        for r, (run, curve) in enumerate(zip(runs, curves)):
            points = [(min(length * (k + end_of), end), y) for k, y in enumerate(curve)
                      for end_of in (0, 1)]
            panel.line(points, r, f"{run.name}: {name}")
    note = (f"Of the inferences requested in each {short(length)} s, over all devices, waiting "
            "included; the scales are logarithmic.")
    return [Figure("latency-time", "Latency over time", chart.to_svg(), note,
                   (line_legend(run.name for run in runs),))]


def mean_segments(rows):
    """Mean seconds per segment, over the devices; each device counts once, as in mean_latency."""
    devices = {}
    for row in rows:
        devices.setdefault(row.device, []).append(row.segments)
    return [sum(sum(segments[i] for segments in each) / len(each) for each in devices.values())
            / len(devices) for i in range(len(SEGMENTS))]


def breakdown_figure(runs):
    """Stacked bars: where the time goes, per class of devices and scheduler."""
    groups = []
    for kind in find_classes(runs):
        rows = [(run.name, run.completed(kind)) for run in runs]
        means = [(name, mean_segments(done)) for name, done in rows if done]
        if means:
            groups.append((kind, means))
    if not groups:
        return []
    # host work, the last one, is left out where nobody has any
    has_host_work = any(segments[-1] > 0 for _, means in groups for _, segments in means)
    styles = SEGMENT_STYLES if has_host_work else SEGMENT_STYLES[:-1]
    groups = [(kind, [(name, [(1e3 * seconds, f"{segment} {milliseconds(seconds)}")
                              for segment, seconds in zip(SEGMENTS, segments)])
                      for name, segments in means]) for kind, means in groups]
    drawing = stacked_bars("Mean latency by segment", "mean latency, ms", groups, styles)
    note = ("Mean over the devices. Waiting: for the device, for a connection, and behind earlier "
            "work on the server.")
    return [Figure("breakdown", "Where the time goes", drawing, note,
                   (box_legend(zip(SEGMENTS, styles)),))]


def count_outcomes(run):
    """How many inferences did not simply end on the server or the device, by outcome."""
    counts = {}
    for row in run.inferences:
        if row.outcome == "dropped":
            name = f"dropped: {row.reason or 'no reason given'}"
        elif row.outcome == "in-flight":
            name = "in flight at the end"
        elif row.reason:
            name = row.reason
        else:
            continue
        counts[name] = counts.get(name, 0) + 1
    return counts


def drops_figure(runs):
    """Drops by reason, beside what else did not go as planned."""
    counts = [count_outcomes(run) for run in runs]
    drops = sorted({name for found in counts for name in found if name.startswith("dropped")})
    others = sorted({name for found in counts for name in found} - set(drops))
    names = (drops or ["dropped"]) + others
    most = max((found.get(name, 0) for found in counts for name in names), default=0)
    row = 20 + 16 * len(runs)
    height = row * len(names)
    chart = Chart(height + 44, "Drops by reason")
    panel = Panel(chart, Linear(0, max(most, 1), 4), Linear(0, 1), 2, height, left=12, right=44)
    for value, text in panel.x_axis.ticks:
        if value == int(value):
            chart.add(f'<path class="grid" d="M{panel.x(value):.1f} 2v{height}"/>')
            chart.text(panel.x(value), height + 16, text, "tick")
    chart.text(panel.left + panel.width / 2, height + 34, "inferences", "title")
    for i, name in enumerate(names):
        chart.text(panel.left + 4, 2 + row * i + 14, name, "group", "start")
        for r, run in enumerate(runs):
            count = counts[r].get(name, 0)
            y = 2 + row * i + 19 + 16 * r
            chart.rect(panel.left, y, panel.x(count) - panel.left, 12, f"bar {color(r)}",
                       f"{run.name}: {count} of {len(run.inferences)} {name}")
            chart.text(panel.x(count) + 5, y + 10, count, "tick", "start")
    chart.add(f'<path class="axis" d="M{panel.left} 2v{height}"/>')
    total = sum(row.outcome == "dropped" for run in runs for row in run.inferences)
    note = "No inference was dropped." if total == 0 else f"{total} inferences were dropped."
    return [Figure("drops", "Drops by reason", chart.to_svg(), note,
                   (box_legend((run.name, color(r)) for r, run in enumerate(runs)),))]


def comparison_figures(runs):
    """All figures that compare runs."""
    return (latency_figures(runs) + deadlines_figure(runs) + latency_time_figure(runs)
            + breakdown_figure(runs) + batches_figures(runs) + inference_energy_figure(runs)
            + drops_figure(runs))

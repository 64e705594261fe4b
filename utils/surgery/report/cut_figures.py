# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Figures about all cuts of one scheduler's run: over time, and over the uplink's rate."""

import bisect
import collections
import math

from surgery.report.figures import Figure
from surgery.report.graph import LOCAL
from surgery.report.svg import Chart, Exact, Linear, Log, Panel, short, shorten
from surgery.tables.run import number

MAX_ROWS = 60      # devices over time
MAX_COLUMNS = 160  # steps of time there, if cuts change more often
MAX_CLASSES = 16   # over the uplink's rate
BINS = 36          # of the rate


def find_changes(run):
    """(s, cut) of each device in the order of time, the first from the beginning."""
    changes = {device: [(0.0, LOCAL)] for device in run.devices}
    for row in run.cuts:
        if int(row["device"]) in changes:
            changes[int(row["device"])].append((number(row["time_ns"]) / 1e9, row["new_cut"]))
    return changes


def to_stretches(changes, end):
    """(begin, end, cut) of a device; each step of time has the cut that lasted longest in it if the
    cuts change too often to be drawn."""
    times = [time for time, _ in changes] + [end]
    stretches = [(begin, stop, cut) for (begin, cut), stop in zip(changes, times[1:])
                 if stop > begin]
    if len(stretches) <= MAX_COLUMNS:
        return stretches
    lasted = [collections.Counter() for _ in range(MAX_COLUMNS)]
    for begin, stop, cut in stretches:
        first, last = (min(MAX_COLUMNS - 1, int(time / end * MAX_COLUMNS))
                       for time in (begin, stop))
        for step in range(first, last + 1):
            lasted[step][cut] += (min(stop, (step + 1) * end / MAX_COLUMNS)
                                  - max(begin, step * end / MAX_COLUMNS))
    joined = []
    for step, cuts in enumerate(lasted):
        cut = max(sorted(cuts), key=cuts.get)
        begin = joined.pop()[0] if joined and joined[-1][2] == cut else step * end / MAX_COLUMNS
        joined.append((begin, (step + 1) * end / MAX_COLUMNS, cut))
    return joined


def all_cuts_figure(run, cuts, key):
    """A row per device: its cut over time."""
    if not run.cuts:
        return None
    changes = find_changes(run)
    devices = run.devices[:MAX_ROWS]
    size = 20 if len(devices) <= 24 else 10
    is_named = size == 20
    height = size * len(devices)
    chart = Chart(height + 48, "Cut of each device over time")
    panel = Panel(chart, Exact(0, run.end), Linear(0, 1), 6, height, left=144 if is_named else 64)
    shown = set()
    for i, device in enumerate(devices):
        dnn = run.dnns[device]
        if is_named or i % 5 == 0:
            name = f"{shorten(dnn)} {device}" if is_named else device
            chart.text(panel.left - 6, 6 + size * i + size / 2 + 4, name, "tick", "end")
        for begin, stop, cut in to_stretches(changes[device], run.end):
            shown.add((dnn, cut))
            chart.rect(panel.x(begin), 6 + size * i + 1, panel.x(stop) - panel.x(begin), size - 2,
                       cuts.style(dnn, cut),
                       f"device {device}, {dnn} on {run.get_class(device)}: "
                       f"{cuts.name(dnn, cut)}, {short(begin)} s to {short(stop)} s")
    for value, text in panel.x_axis.ticks:
        chart.text(panel.x(value), height + 21, text, "tick")
    chart.text(panel.left + panel.width / 2, height + 40, "simulated time, s", "title")
    chart.text(13, 6 + height / 2, "DNN, device" if is_named else "device", "title",
               more=f' transform="rotate(-90 13 {6 + height / 2:.1f})"')
    chart.add(f'<path class="axis" d="M{panel.left} 6v{height}h{panel.width}"/>')
    note = "Where each device's DNN is cut. " + cuts.describe()
    if len(run.devices) > len(devices):
        note += f" The first {len(devices)} of {len(run.devices)} devices."
    return Figure(f"allcuts-{key}", "Cuts of all devices", chart.to_svg(), note,
                  (cuts.legend(shown),))


def find_decisions(run):
    """(bit/s, cut) by class (DNN, processor), and what was counted: decisions or, if devices decide
    themselves so that grants have no cut, estimates of the rate, with the cut of that time."""
    is_granted = any(row.get("cut") for row in run.grants)
    if is_granted:
        decisions = [(row, row.get("cut")) for row in run.grants]
    else:
        changes = find_changes(run)
        times = {device: [time for time, _ in own] for device, own in changes.items()}
        decisions = []
        for row in run.links:
            device = int(row["device"])
            if device in changes:
                last = bisect.bisect(times[device], number(row["time_ns"]) / 1e9) - 1
                decisions.append((row, changes[device][last][1]))
    found = {}
    for row, cut in decisions:
        device, rate = int(row["device"]), number(row["uplink_bps"])
        if cut and device in run.dnns and math.isfinite(rate) and rate > 0:
            found.setdefault((run.dnns[device], run.get_class(device)), []).append((rate, cut))
    return found, "decisions" if is_granted else "estimates"


def bandwidth_figure(run, cuts, key):
    """A row per DNN and processor: how often each cut was used at each rate of the uplink."""
    found, what = find_decisions(run)
    if not found:
        return None
    classes = sorted(found)[:MAX_CLASSES]
    rates = [rate for at in classes for rate, _ in found[at]]
    row, bar = 46, 24
    height = row * len(classes)
    chart = Chart(height + 44, "Cut over the uplink's rate")
    axis = Log(min(rates) / 1e6, max(rates) / 1e6)
    panel = Panel(chart, axis, Linear(0, 1), 4, height, left=14, right=22)
    for value, text in axis.ticks:
        chart.add(f'<path class="grid" d="M{panel.x(value):.1f} 4v{height}"/>')
        chart.text(panel.x(value), height + 19, text, "tick")
    chart.text(panel.left + panel.width / 2, height + 37, "uplink, Mbit/s (log)", "title")
    shown = set()
    for i, at in enumerate(classes):
        dnn, processor = at
        top = 4 + row * i
        chart.text(panel.left + 2, top + 14, f"{shorten(dnn)} on {processor}", "group", "start")
        bins = [collections.Counter() for _ in range(BINS)]
        for rate, cut in found[at]:
            bins[min(BINS - 1, int(axis.place(rate / 1e6) * BINS))][cut] += 1
            shown.add((dnn, cut))
        width = panel.width / BINS
        for b, counts in enumerate(bins):
            total, done = sum(counts.values()), 0
            # from the input on: the server's below, the device's on top
            for cut in sorted(counts, key=lambda cut, dnn=dnn: cuts.order(dnn, cut)):
                part = bar * counts[cut] / total
                low, high = (10 ** (axis.low + (axis.high - axis.low) * (b + edge) / BINS)
                             for edge in (0, 1))
                chart.rect(panel.left + b * width, top + 18 + bar - done - part, width + 0.3, part,
                           cuts.style(dnn, cut),
                           f"{dnn} on {processor}, {short(low)} to {short(high)} Mbit/s: "
                           f"{cuts.name(dnn, cut)} in {counts[cut]} of {total} {what}")
                done += part
        chart.add(f'<path class="axis" d="M{panel.left} {top + 18 + bar}h{panel.width}"/>')
    note = ("What was decided at each rate, as the scheduler knew the uplink's: a column is all "
            "decisions at about that rate." if what == "decisions" else
            "What a device had when it estimated its uplink's rate: a column is all estimates of "
            "about that rate.")
    if len(found) > len(classes):
        note += f" The first {len(classes)} of {len(found)} classes of devices."
    return Figure(f"cutrate-{key}", "Cut over bandwidth", chart.to_svg(), note,
                  (cuts.legend(shown),))

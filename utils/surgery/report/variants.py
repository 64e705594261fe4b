# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Which variants of their DNN the devices ran."""

import math
import statistics
from collections import defaultdict

from surgery.report.figures import Figure
from surgery.report.svg import LEFT, RIGHT, WIDTH, Chart, color, short

ROW = 46  # height of a variant


def find_variants(run):
    """The completed inferences of each variant, by (DNN, bit, byte); none if devices have one."""
    found = defaultdict(list)
    for row in run.inferences:
        if row.variant is not None and row.outcome == "completed":
            found[row.dnn, row.variant.activation_bits, row.variant.input_bytes].append(row)
    return found


def variants_figure(run, key):
    """A bar per variant, with what it meant; nothing if devices have one each."""
    variants = find_variants(run)
    if not variants:
        return None
    total = sum(map(len, variants.values()))
    order = sorted(variants, key=lambda name: -len(variants[name]))
    chart = Chart(ROW * len(order) + 8, "Variants that were run")
    for i, name in enumerate(order):
        rows, (dnn, bits, size) = variants[name], name
        top = 6 + ROW * i
        part = len(rows) / total
        latency = short(1e3 * statistics.fmean(row.latency for row in rows))
        accuracy = rows[0].variant.accuracy
        known = "" if math.isnan(accuracy) else f", accuracy {short(accuracy)} %"
        chart.text(8, top + 12, f"{dnn}, {bits} bit, {size / 1e3:,.1f} kB input{known}", "", "start")
        width = part * (WIDTH - LEFT - RIGHT) * 0.6
        chart.rect(8, top + 18, width, 16, color(0))
        chart.text(14 + width, top + 31, f"{len(rows):,} ({100 * part:.0f} %), mean {latency} ms",
                   "tick", "start")
    note = "Variants of their DNN that the devices ran, of those completed."
    known = [row.variant.accuracy for rows in variants.values() for row in rows]
    if not any(map(math.isnan, known)):
        note += f" Mean accuracy: {short(statistics.fmean(known))} %."
    return Figure(f"variants-{key}", "Variants", chart.to_svg(), note)

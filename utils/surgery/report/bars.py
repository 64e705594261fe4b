# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Draws horizontal bars, in groups, of parts beside each other."""

from surgery.report.svg import Chart, Linear, Panel, short, shorten


def stacked_bars(label, axis_title, groups, styles, group_axes=False):
    """Draw them from 0, each with its sum at its end.
    @param groups (name, its bars); of a bar (name, its parts), of a part (length, what it is)
    @param styles classes of the parts
    @param group_axes whether the axis is interrupted between groups
    @return SVG"""
    most = max(sum(length for length, _ in parts) for _, bars in groups for _, parts in bars)
    height = sum(24 + 22 * len(bars) for _, bars in groups)
    chart = Chart(height + 48, label)
    panel = Panel(chart, Linear(0, most), Linear(0, 1), 4, height, left=112, right=46)
    for value, text in panel.x_axis.ticks:
        chart.add(f'<path class="grid" d="M{panel.x(value):.1f} 4v{height}"/>')
        chart.text(panel.x(value), height + 19, text, "tick")
    chart.text(panel.left + panel.width / 2, height + 38, axis_title, "title")
    y = 4
    for group, bars in groups:
        chart.text(4, y + 17, group, "group", "start")
        y += 24
        if group_axes:
            chart.add(f'<path class="axis" d="M{panel.left} {y - 2}v{22 * len(bars) - 2}"/>')
        for name, parts in bars:
            chart.text(panel.left - 6, y + 12, shorten(name), "tick", "end")
            end = 0.0
            for (length, text), style in zip(parts, styles):
                x = panel.x(end)
                end += length
                chart.rect(x, y, panel.x(end) - x, 16, f"bar {style}", f"{group}, {name}: {text}")
            chart.text(panel.x(end) + 5, y + 12, short(end), "tick", "start")
            y += 22
    if not group_axes:
        chart.add(f'<path class="axis" d="M{panel.left} 4v{height}"/>')
    return chart.to_svg()

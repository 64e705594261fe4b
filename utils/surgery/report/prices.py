# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What servers post as their price, and what it earns. Without a price policy there is nothing to
draw."""

import math

from surgery.report.curves import (hold, series, server_legend, shown_servers, tell_servers_apart,
                                   thin)
from surgery.report.figures import Figure
from surgery.report.svg import Chart, Exact, Linear, Panel, short
from surgery.tables.run import number

PANELS = (("posted_price_s", "price, ms"), ("revenue_s", "revenue, ms"),
          ("welfare_s", "welfare, ms"))
TELLS = (("revenue_s", "revenue"), ("surplus_s", "surplus"), ("welfare_s", "welfare"),
         ("largest_envy_s", "largest envy"))


def mean_of(run, column):
    """The mean of a column over the timesteps in which it is known, ms; NaN if it never is."""
    values = [1e3 * number(row[column]) for row in run.schedule]
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else math.nan


def describe(run):
    """The means of a run in words."""
    means = [(name, mean_of(run, column)) for column, name in TELLS]
    told = ", ".join(f"{name} {short(mean)} ms" for name, mean in means if math.isfinite(mean))
    left_out = [name for name, mean in means if not math.isfinite(mean)]
    text = f"Mean of the timesteps: {told}."
    return text + (f" Where devices decide themselves, {', '.join(left_out)} are not known."
                   if left_out else "")


def prices_figure(run, key):
    """Price, revenue and welfare of each timestep, a curve per server. None without prices."""
    if not run.schedule or "posted_price_s" not in run.schedule[0]:
        return None
    chart = Chart(398, "Price, revenue and welfare over time")
    for i, (column, title) in enumerate(PANELS):
        curves = [[point for point in series(run.schedule, column, 1e3, server=server)
                   if math.isfinite(point[1])] for server in shown_servers(run)]
        values = [y for points in curves for _, y in points]
        top = max(values, default=0.0)
        panel = Panel(chart, Exact(0, run.end), Linear(min(0.0, min(values, default=0.0)),
                                                       top if top > 0 else 1, 4),
                      8 + 120 * i, 100)
        panel.draw_axes("simulated time, s" if i == 2 else "", title, x_labels=i == 2)
        for points, (index, name) in zip(curves, enumerate(tell_servers_apart(run, title))):
            panel.line(hold(thin(points), run.end), index, name, step=True)
        if not values:
            chart.text(panel.left + panel.width / 2, 54 + 120 * i, "not known", "says")
    legends, left_out = server_legend(run)
    return Figure(f"prices-{key}", "Price, revenue, welfare", chart.to_svg(),
                  describe(run) + left_out, legends)

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The figure of what simulations cost. Needs Matplotlib."""

from surgery.experiment.validation_plots import LOOKS, panels
from surgery.plotting import save, ticker


def draw_panel(axes, costs, name, factor):
    """A curve per family over the points. @param name of a cost @param factor to what is shown"""
    experiment = costs.experiment
    for index, family in enumerate(experiment.families):
        found = [(float(point.name), costs.get(family, point)) for point in experiment.points]
        places = [(x, factor * cost[name]) for x, cost in found if cost and cost[name]]
        color, marker = LOOKS[index % len(LOOKS)]
        if places:
            axes.plot(*zip(*places), marker=marker, color=color, label=family.label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(ticker.FormatStrFormatter("%g"))
        axis.set_minor_formatter(ticker.NullFormatter())
    axes.set_xlabel(experiment.axis)


def draw(costs, path):
    """Rates and memory. @return the files"""
    figure, (left, right) = panels()
    draw_panel(left, costs, "inferences_rate", 1)
    left.set_ylabel("inferences per CPU second")
    draw_panel(right, costs, "bytes_per_device", 1e-3)
    right.set_ylabel("memory per device, kB")
    if len(costs.experiment.families) > 1:
        left.legend(frameon=False, fontsize=8)
    return save(figure, path)

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Plots of an experiment, as PNG and SVG."""

import math

from surgery.experiment.data_file import REFERENCE
from surgery.experiment.results import (COST_RATIO, DEADLINES_MET, LATENCY, LATENCY_P95,
                                         LATENCY_RATIO, OF_WAYS)
from surgery.plotting import COLORS, pyplot, save, ticker

# Every scheduler, and choice, has the same color and marker everywhere. Equal shares among the devices that
# offload are dashed. A scheduler that another one often hides has a larger marker, to be visible
# behind the other.
STYLES = {
    "dds": (COLORS["orange"], "o", 6),
    "optimum": (COLORS["black"], "*", 13),
    "dads": (COLORS["blue"], "s", 5),
    "neurosurgeon": (COLORS["light blue"], "^", 11),
    "iao": (COLORS["green"], "D", 6),
    "server-only": (COLORS["pink"], "v", 7),
    "local-only": (COLORS["gray"], "x", 6),
    "joint": (COLORS["black"], "*", 13),
    "nearest": (COLORS["light blue"], "^", 11),
    "fastest": (COLORS["blue"], "s", 5),
    "fixed": (COLORS["gray"], "x", 6),
}
BOUNDS = ("local-only", "server-only")  # may be outside the plots of ratios
WIDE = 4  # a range of ratios beyond this is logarithmic
# a user's own schedulers and choices
OTHERS = [(COLORS["amber"], "P", 7), (COLORS["olive"], "X", 7), (COLORS["purple"], "h", 7)]


MARKERS = "osD^vPXh*"


def style_way(index):
    """@return the style of the curve of one of several ways"""
    colors = list(COLORS.values())
    color, marker = colors[index % len(colors)], MARKERS[index % len(MARKERS)]
    return {"color": color, "marker": marker, "markersize": 6, "linewidth": 1.3, "zorder": 3}


def style(scheduler, schedulers):
    """@return the style of a scheduler's curve"""
    base = scheduler.partition("[")[0]
    others = sorted({name.partition("[")[0] for name in schedulers} - set(STYLES))
    color, marker, size = STYLES.get(base) or OTHERS[others.index(base) % len(OTHERS)]
    varied = base != scheduler
    return {"color": color, "marker": marker, "linestyle": (0, (4, 2)) if varied else "-",
            "markerfacecolor": "white" if varied else color, "markersize": size,
            "linewidth": 2.2 if scheduler == REFERENCE else 1.3,
            "zorder": 4 if scheduler == REFERENCE else 3}


def positions(experiment):
    """@return the positions of the points on the axis"""
    if experiment.scale == "category":
        return list(range(len(experiment.points)))
    return [float(point.name) for point in experiment.points]


def logarithmic(panel):
    """Make the vertical axis logarithmic."""
    panel.set_yscale("log")
    panel.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    panel.yaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    panel.yaxis.set_minor_locator(ticker.NullLocator())


def draw_panel(axes, results, measure, family):
    """A curve per scheduler, or points beside each other where the axis has no order."""
    experiment = results.experiment
    category = experiment.scale == "category"
    places = positions(experiment)
    for index, scheduler in enumerate(experiment.schedulers):
        found = [(place, results.get(family.name, point.name, scheduler, measure.name))
                 for place, point in zip(places, experiment.points)]
        found = [(place, made) for place, made in found if made]
        if not found:
            continue
        shift = 0.08 * (index - (len(experiment.schedulers) - 1) / 2) if category else 0
        halves = [0 if math.isnan(made.half) else made.half * measure.factor for _, made in found]
        look = style_way(index) if experiment.ways else style(scheduler, experiment.schedulers)
        if category:
            look["linestyle"] = "none"
        axes.errorbar([place + shift for place, _ in found],
                      [made.mean * measure.factor for _, made in found], yerr=halves,
                      capsize=2.5, elinewidth=1, label=experiment.label(scheduler), **look)
    axes.set_title(family.label, fontsize=10)
    axes.set_xlabel(experiment.axis)
    if experiment.scale == "log":
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.set_xticks(places, [point.label for point in experiment.points],
                    rotation=20 if category and len(places) > 3 else 0,
                    ha="right" if category and len(places) > 3 else "center")
    if category:
        axes.set_xlim(-0.5, len(places) - 0.5)
        axes.grid(axis="x", visible=False)


def frame(panel, results, measure, family):
    """Set the range of ratios to that of the rivals' means."""
    low, high, outside = 0.95, 1.05, []
    for scheduler in results.experiment.schedulers:
        made = [results.get(family.name, point.name, scheduler, measure.name)
                for point in results.experiment.points]
        means = [one.mean for one in made if one]
        if scheduler in BOUNDS:
            outside.append((max(means, default=0), scheduler))
        else:
            low, high = min([low, *means]), max([high, *means])
    high = max(high, min(1.5, max(outside, default=(0, ""))[0]))
    if high > WIDE:  # small gains would be invisible on a linear axis
        logarithmic(panel)
        margin = (high / low) ** 0.12
        low, high = low / margin, high * margin
    else:
        space = 0.12 * (high - low)
        low, high = low - space, high + space
    panel.set_ylim(low, high)
    above = [results.experiment.label(scheduler) for value, scheduler in outside if value > high]
    if above:
        panel.annotate(f"\u2191 {', '.join(above)}", (0.99, 0.98), xycoords="axes fraction",
                       ha="right", va="top", fontsize=8, color="#555555", zorder=10,
                       bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})
    panel.axhline(1, color="#666666", linewidth=0.8, zorder=2)


def panels_for(count):
    """@return a figure and at least as many panels, three to a row"""
    columns = min(count, 3)
    rows = math.ceil(count / columns)
    figure, grid = pyplot.subplots(rows, columns, squeeze=False,
                                   figsize=(max(4.2 * columns, 7), 3.4 * rows + 1.1),
                                   constrained_layout=True)
    panels = [panel for line in grid for panel in line]
    for panel in panels[count:]:
        panel.set_visible(False)
    return figure, panels


def finish(figure, panels, results, path):
    """Add legend and title, and write a figure. @return the files"""
    handles, names = max((panel.get_legend_handles_labels() for panel in panels),
                         key=lambda found: len(found[1]))
    figure.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, 0), frameon=False,
                  ncol=min(len(names), 5), fontsize=9)
    without = f"\nwithout {len(results.missing)} runs that did not end" if results.missing else ""
    figure.suptitle(results.experiment.question + without, fontsize=11)
    return save(figure, path, bbox_inches="tight")


def draw_measure(results, measure, path):
    """One figure with a panel per family."""
    families = results.experiment.families
    figure, panels = panels_for(len(families))
    for panel, family in zip(panels, families):
        draw_panel(panel, results, measure, family)
        if measure is LATENCY:
            logarithmic(panel)
        elif measure is DEADLINES_MET:
            panel.set_ylim(-3, 103)
        else:
            frame(panel, results, measure, family)
    for panel in panels[::min(len(families), 3)]:
        panel.set_ylabel(measure.title.replace(" / ", "\n/ "))
    return finish(figure, panels, results, path)


def draw_ways(results, path):
    """One figure with a row of panels per family, a panel per measure."""
    measures = [measure for measure in OF_WAYS if results.has(measure.name)]
    families = [family for family in results.experiment.families for _ in measures]
    figure, panels = panels_for(len(families))
    for panel, family, measure in zip(panels, families, measures * len(families)):
        draw_panel(panel, results, measure, family)
        panel.set_title(": ".join(filter(None, [family.label, measure.title])), fontsize=10)
        if measure in (LATENCY, LATENCY_P95):
            logarithmic(panel)
        elif measure is DEADLINES_MET:
            panel.set_ylim(-3, 103)
    return finish(figure, panels, results, path)


def draw(results, folder):
    """Draw all plots. @return the files"""
    if results.experiment.ways:
        return draw_ways(results, folder / "ways")
    files = []
    for measure, name in ((LATENCY, "latency"), (LATENCY_RATIO, "latency-ratio"),
                          (COST_RATIO, "cost-ratio"), (DEADLINES_MET, "deadlines-met")):
        if results.has(measure.name):
            files += draw_measure(results, measure, folder / name)
    return files

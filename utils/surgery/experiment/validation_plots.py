# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The figures of validations. Needs Matplotlib."""

import itertools

from surgery.experiment.validation import first, group, quantile
from surgery.plotting import COLORS, pyplot, save, ticker

LOOKS = [(COLORS["blue"], "o"), (COLORS["orange"], "s"), (COLORS["green"], "D"),
         (COLORS["pink"], "v"), (COLORS["amber"], "P"), (COLORS["purple"], "X")]


def panels(width=9.0, height=3.8):
    """A figure with two panels."""
    return pyplot.subplots(1, 2, figsize=(width, height), layout="constrained")


def draw_errors(axes, groups, limit, label):
    """Errors in percent over x, a color per group. @param limit of the bar, a fraction"""
    axes.axhspan(-100 * limit, 100 * limit, color="#EEEEEE", zorder=0)
    for ((name,), found), (color, marker) in zip(groups.items(), LOOKS):
        for judged in (True, False):
            some = [pair for pair in found if pair.judged == judged]
            axes.plot([pair.x for pair in some], [100 * pair.error for pair in some], marker,
                      color=color, markersize=4, markerfacecolor=color if judged else "white",
                      label=name if judged else None)
    axes.axhline(0, color="#666666", linewidth=0.8)
    axes.set_ylabel("simulated / measured - 1, %")
    axes.set_xlabel(label)


def draw_pairs(axes, groups, label, what):
    """Measured points and simulated lines over x, a color per group."""
    for ((name,), found), (color, marker) in zip(groups.items(), LOOKS):
        found = sorted(found, key=lambda pair: pair.x)
        axes.plot([pair.x for pair in found], [pair.measured for pair in found], marker,
                  color=color, markersize=4, label=f"{name}, measured")
        axes.plot([pair.x for pair in found], [pair.simulated for pair in found], "-",
                  color=color, linewidth=1.2, label="simulated")
    axes.set_xlabel(label)
    axes.set_ylabel(what)


def draw_cuts(pairs, path):
    """The network's part at every cut."""
    groups = group([pair for pair in pairs if pair.series == "network"], "setting")
    figure, (left, right) = panels()
    draw_pairs(left, groups, "cut behind layer", "network, s")
    left.set_yscale("log")
    left.legend(frameon=False, fontsize=7, ncol=2)
    draw_errors(right, groups, 0.02, "cut behind layer (hollow: too small to be judged)")
    right.set_ylim(-6, 6)
    right.legend(frameon=False, fontsize=8)
    return save(figure, path)


def draw_stress(pairs, path):
    """How much slower processors are."""
    figure, axes = pyplot.subplots(figsize=(5, 3.4), layout="constrained")
    names = [f"{pair.series}\n{pair.setting}" for pair in pairs]
    places = range(len(pairs))
    axes.plot(places, [pair.measured for pair in pairs], "o", color=LOOKS[0][0], label="measured")
    axes.plot(places, [pair.simulated for pair in pairs], "x", color=LOOKS[1][0], markersize=9,
              label="simulated")
    axes.set_xticks(list(places), names)
    axes.set_ylabel("time beside a job / time alone")
    axes.legend(frameon=False)
    return save(figure, path)


def draw_offload(pairs, path):
    """Durations by bandwidth, and where planners begin to offload."""
    groups = group([pair for pair in pairs if pair.series == "duration" and pair.x >= 4], "setting")
    figure, (left, right) = panels(10, 4.8)
    draw_pairs(left, groups, "bandwidth, megabyte/s", "full offload, s")
    left.set_yscale("log")
    left.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    left.yaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    left.yaxis.set_minor_formatter(ticker.NullFormatter())
    setting, _ = next(iter(group(pairs, "setting").items()))
    mine = [pair for pair in pairs if pair.setting == setting[0]]
    for series, field, style, color, name in (
            ("planner", "measured", "-", COLORS["gray"], "planner switched"),
            ("planner", "simulated", ":", COLORS["black"], "planner switches, simulated"),
            ("learned", "measured", "-", COLORS["light blue"], "offloading pays"),
            ("learned", "simulated", ":", COLORS["purple"], "dds switches, simulated")):
        found = [pair for pair in mine if pair.series == series]
        if found:
            left.axvline(first(found, field), linestyle=style, color=color, linewidth=1.4,
                         label=f"{name} ({setting[0]})")
    draw_errors(right, groups, 0.045, "bandwidth, megabyte/s (hollow: few samples, not judged)")
    right.set_ylim(-9, 9)
    for axes in (left, right):  # curves fill the panels
        axes.legend(frameon=False, fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.16),
                    ncol=2)
    return save(figure, path)


def draw_replay(pairs, path):
    """Quantiles of the durations beside the measured ones."""
    points = group([pair for pair in pairs if pair.series == "duration"], "point")
    figure, grid = pyplot.subplots(1, 2, figsize=(9, 3.9), layout="constrained")
    for ((name,), found), (color, marker) in zip(points.items(), LOOKS):
        measured = [1e3 * pair.measured for pair in found]
        simulated = [1e3 * pair.simulated for pair in found]
        at = [i / 200 for i in range(1, 200)]
        grid[0].plot([quantile(measured, q) for q in at], [quantile(simulated, q) for q in at],
                     marker, color=color, markersize=3, label=name or "replay")
        for values, style, what in ((measured, "-", "measured"), (simulated, ":", "simulated")):
            grid[1].plot([quantile(values, q) for q in at], at, style, color=color,
                         label=f"{name}, {what}")
    low, high = grid[0].get_xlim()
    grid[0].plot([low, high], [low, high], color="#666666", linewidth=0.8)
    grid[0].set_xlabel("quantile of the measured durations, ms")
    grid[0].set_ylabel("quantile of the simulated ones, ms")
    grid[1].set_xlabel("duration, ms")
    grid[1].set_ylabel("fraction of inferences")
    grid[1].set_xscale("log")
    grid[1].xaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    grid[1].xaxis.set_minor_formatter(ticker.NullFormatter())
    grid[1].xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    for axes in grid:
        axes.legend(frameon=False, fontsize=8)
    return save(figure, path)


def draw_power(pairs, path):
    """The board's mean power by how much of the time it computes."""
    figure, axes = pyplot.subplots(figsize=(5.4, 3.6), layout="constrained")
    mixed = [pair for pair in pairs if pair.series == "mixed"]
    nets = list(dict.fromkeys(pair.setting.split()[0] for pair in mixed))
    for pair in mixed:
        net, environment = pair.setting.split()
        color, marker = LOOKS[nets.index(net) % len(LOOKS)]
        axes.plot(100 * pair.x, pair.measured, marker, color=color, markersize=5, label=pair.setting,
                  markerfacecolor=color if environment == "indoors" else "white")
        axes.plot(100 * pair.x, pair.simulated, "_", color=color, markersize=14,
                  markeredgewidth=1.6)
    for pair in pairs:
        if pair.series == "window":
            axes.axhline(pair.measured, color="#666666", linewidth=0.9,
                         label="window of 300 s, measured")
            axes.axhline(pair.simulated, color="#666666", linewidth=0.9, linestyle=":",
                         label="window of 300 s, simulated")
    axes.set_xlabel("time in which the robot computes, %")
    axes.set_ylabel("mean power, W (bar: two states)")
    axes.set_ylim(0, 1.1 * max(pair.measured for pair in pairs))
    axes.legend(frameon=False, fontsize=7, ncol=2, loc="lower left")
    return save(figure, path)


def draw_networks(pairs, path):
    """Errors of the mean latency over fluid links, by point: a mark per seed and scheduler."""
    found = [pair for pair in pairs if pair.series == "latency"]
    names = list(dict.fromkeys(pair.point for pair in found))
    figure, axes = pyplot.subplots(figsize=(9, 3.8), layout="constrained")
    for kind, limit in (("wired", 3), ("wifi", 10)):
        some = [pair for pair in found if pair.setting.startswith(kind)]
        places = sorted({names.index(pair.point) for pair in some})
        if places:
            axes.fill_between([places[0] - 0.5, places[-1] + 0.5], -limit, limit, color="#EEEEEE",
                              linewidth=0, zorder=0)
    for (scheduler,), (color, marker) in zip(
            group(found, "scheduler"), itertools.cycle(LOOKS)):
        some = [pair for pair in found if pair.scheduler == scheduler]
        axes.plot([names.index(pair.point) for pair in some], [100 * pair.error for pair in some],
                  marker, color=color, markersize=4, label=scheduler)
    axes.axhline(0, color="#666666", linewidth=0.8)
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right", fontsize=7)
    axes.set_ylabel("mean latency, fluid / packets - 1, %")
    axes.legend(frameon=False, fontsize=7, ncol=3)
    return save(figure, path)


DRAW = {"networks": draw_networks, "cuts": draw_cuts, "stress": draw_stress,
        "offload": draw_offload, "replay": draw_replay, "power": draw_power}


def draw(validation, pairs, path):
    """Draw a validation's figure. @return the files"""
    return DRAW[validation](pairs, path)

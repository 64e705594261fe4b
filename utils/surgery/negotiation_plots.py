# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The plots of the example with decentralized decisions. Needs Matplotlib."""

import math

from dnn_surgery import status
from dnn_surgery.tables import read_table
from surgery.plotting import COLORS, pyplot, save, ticker

BLUE, ORANGE, GRAY = (COLORS[name] for name in ("blue", "orange", "dark gray"))


def read(folder, name):
    """The rows of a table as dictionaries, numbers as numbers; none if there is no such table."""
    def convert(text):
        try:
            return float(text)
        except ValueError:
            return text

    return [{key: convert(value) for key, value in row.items()}
            for row in read_table(folder, name, bool(status.find_cut(folder)))]


def pick_warm(rounds):
    """A later timestep that took several rounds, the longest one first."""
    lengths = {}
    for row in rounds:
        lengths[row["timestep"]] = max(lengths.get(row["timestep"], 0), row["round"])
    later = [timestep for timestep in lengths if timestep > 3]
    return max(later, key=lambda timestep: (lengths[timestep], -timestep), default=None)


def draw_bracket(prices, loads, rows, color, label):
    """What is known after each round: the price lies between two, and the load is too much at the
    one and fits at the other."""
    known = [row for row in rows
             if row["low_price"] > 0 and math.isfinite(row["high_price"])]
    x = [row["round"] for row in known]
    low = [row["low_price"] for row in known]
    high = [row["high_price"] for row in known]
    prices.fill_between(x, low, high, color=color, alpha=0.15, linewidth=0)
    prices.plot(x, low, marker="^", color=color, label=f"{label}, too cheap")
    prices.plot(x, high, marker="v", color=color, linestyle="--", label=f"{label}, fits")
    loads.plot(x, [row["low_load"] - 1 for row in known], marker="^", color=color,
               label=f"{label}, beyond the capacity")
    loads.plot(x, [1 - row["high_load"] for row in known], marker="v", color=color,
               linestyle="--", label=f"{label}, left over")


def draw_convergence(folder):
    """How prices and loads close in, round by round. @return the files"""
    rounds = read(folder, "rounds")
    if not rounds:
        return []
    cases = [(rounds[0]["timestep"], ORANGE, "cold")]
    warm = pick_warm(rounds)
    if warm:
        cases.append((warm, BLUE, "warm"))
    figure, (prices, loads) = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for timestep, color, label in cases:
        rows = [row for row in rounds if row["timestep"] == timestep]
        draw_bracket(prices, loads, rows, color, label)
    prices.set_ylim(bottom=0)
    prices.set_ylabel("shadow price, s")
    loads.set_yscale("log")
    loads.set_ylabel("distance of the load from the capacity")
    loads.legend(frameon=False, fontsize=8)
    for axes in (prices, loads):
        axes.set_xlabel("round of prices")
        axes.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    prices.legend(frameon=False, fontsize=8)
    return save(figure, folder / "convergence")


def draw_signaling(folder):
    """What signaling costs against the number of devices. @return the files"""
    rows = read(folder, "signaling")
    if not rows:
        return []
    figure, axes = pyplot.subplots(figsize=(4.8, 3.6), layout="constrained")
    # however the mode of devices that decide is spelled
    modes = sorted({row["mode"] for row in rows})
    for mode in modes:
        color, marker = (BLUE, "s") if mode == "server-side" else (ORANGE, "o")
        points = [row for row in rows if row["mode"] == mode]
        axes.plot([row["devices"] for row in points],
                  [row["bytes_per_s_per_device"] / 1e3 for row in points],
                  color=color, marker=marker, label=mode)
    axes.axhline(5, color=GRAY, linewidth=1, linestyle=":")
    axes.text(axes.get_xlim()[1], 5, "5 kB/s", ha="right", va="bottom", color=GRAY, fontsize=8)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("devices")
    axes.set_ylabel("signaling per device, kB/s")
    axes.legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.75))
    return save(figure, folder / "signaling")


def draw_lies(folder):
    """What a device gains that asks for more than it wants. @return the files"""
    rows = read(folder, "lies")
    if not rows:
        return []
    figure, axes = pyplot.subplots(figsize=(4.8, 3.6), layout="constrained")
    x = range(len(rows))
    axes.plot(x, [1e3 * row["cost_s"] for row in rows], color=ORANGE, marker="o", label="the liar")
    axes.plot(x, [1e3 * row["others_cost_s"] for row in rows], color=BLUE, marker="s",
              label="the others, on average")
    axes.set_xticks(list(x), [f"{row['factor']:g}" for row in rows])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("asked for, in multiples of what is wanted")
    axes.set_ylabel("cost J, ms")
    axes.legend(frameon=False)
    return save(figure, folder / "lies")


def draw(folder):
    """All plots of a folder. @return the files"""
    return [*draw_convergence(folder), *draw_signaling(folder), *draw_lies(folder)]

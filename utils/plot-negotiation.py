#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Draws what the example dnn-surgery-decentralised wrote.

usage: plot-negotiation.py FOLDER

FOLDER is the example's --out. Next to its CSV files it gets convergence, signalling and lies, each
as PNG and SVG: how prices and loads close in round by round, what signalling costs against the
number of devices, and what a device gains that asks for more than it wants. Needs matplotlib.
"""

import csv
import math
import os
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot, ticker

BLUE, ORANGE, GRAY = "#0072B2", "#D55E00", "#777777"

matplotlib.rcParams.update({
    "font.size": 10, "axes.grid": True, "grid.color": "#DDDDDD", "grid.linewidth": 0.6,
    "axes.axisbelow": True, "axes.spines.top": False, "axes.spines.right": False,
    "svg.hashsalt": "dnn-surgery",  # the same bytes from the same results
})


def read(folder, name):
    """The rows of a file as dictionaries, numbers as numbers; none if there is no such file."""
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []

    def convert(text):
        try:
            return float(text)
        except ValueError:
            return text

    with open(path, encoding="ascii") as file:
        return [{key: convert(value) for key, value in row.items()} for row in csv.DictReader(file)]


def save(figure, folder, name):
    for kind in ("png", "svg"):
        path = os.path.join(folder, f"{name}.{kind}")
        # no date, so that the same results give the same file
        figure.savefig(path, dpi=150, metadata={"Date": None} if kind == "svg" else None)
        print(path)
    pyplot.close(figure)


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
    rounds = read(folder, "rounds.csv")
    if not rounds:
        return
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
    save(figure, folder, "convergence")


def draw_signalling(folder):
    rows = read(folder, "signalling.csv")
    if not rows:
        return
    figure, axes = pyplot.subplots(figsize=(4.8, 3.6), layout="constrained")
    for mode, color, marker in (("decentralised", ORANGE, "o"), ("server-side", BLUE, "s")):
        points = [row for row in rows if row["mode"] == mode]
        axes.plot([row["devices"] for row in points],
                  [row["bytes_per_s_per_device"] / 1e3 for row in points],
                  color=color, marker=marker, label=mode)
    axes.axhline(5, color=GRAY, linewidth=1, linestyle=":")
    axes.text(axes.get_xlim()[1], 5, "5 kB/s", ha="right", va="bottom", color=GRAY, fontsize=8)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("devices")
    axes.set_ylabel("signalling per device, kB/s")
    axes.legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.75))
    save(figure, folder, "signalling")


def draw_lies(folder):
    rows = read(folder, "lies.csv")
    if not rows:
        return
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
    save(figure, folder, "lies")


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        sys.exit("usage: plot-negotiation.py FOLDER")
    folder = sys.argv[1]
    draw_convergence(folder)
    draw_signalling(folder)
    draw_lies(folder)


if __name__ == "__main__":
    main()

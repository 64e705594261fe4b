# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The look of all plots: import Matplotlib from here."""

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot, ticker

from surgery.written import tell_failures

__all__ = ["COLORS", "pyplot", "save", "ticker"]

# Okabe and Ito's palette, which readers who are color-blind can tell apart, and a few more
COLORS = {
    "orange": "#D55E00",
    "blue": "#0072B2",
    "light blue": "#56B4E9",
    "green": "#009E73",
    "pink": "#CC79A7",
    "amber": "#E69F00",
    "olive": "#B8A800",
    "purple": "#7F3C8D",
    "black": "#000000",
    "gray": "#999999",
    "dark gray": "#777777",
}

matplotlib.rcParams.update({
    "font.size": 10, "axes.grid": True, "grid.color": "#DDDDDD", "grid.linewidth": 0.6,
    "axes.axisbelow": True, "axes.spines.top": False, "axes.spines.right": False,
    "savefig.dpi": 150,
    "svg.hashsalt": "dnn-surgery",  # the same bytes from the same results
})


def save(figure, path, **more):
    """Write a figure as PNG and SVG, without dates, so that the same results give the same bytes.
    @return the files"""
    files = []
    for ending, metadata in ((".png", {"Software": None}), (".svg", {"Date": None})):
        files.append(path.with_suffix(ending))
        with tell_failures(files[-1]):
            figure.savefig(files[-1], metadata=metadata, **more)
    pyplot.close(figure)
    return files

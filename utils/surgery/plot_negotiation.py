# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that draws what the example with decentralized decisions wrote."""

import os
import pathlib

from dnn_surgery.tables import BadTables
from surgery import packages
from surgery.console import Failure, add_command

TEXT = """\
Draws what the example with decentralized decisions wrote into FOLDER, its --out. Next to its CSV
files it gets convergence, signaling and lies, each as PNG and SVG: how prices and loads close in
round by round, what signaling costs against the number of devices, and what a device gains that
asks for more than it wants."""


def add_commands(commands):
    """Add it to the command line."""
    parser = add_command(commands, "plot-negotiation", plot,
                         "draw what the example with decentralized decisions wrote", TEXT)
    parser.add_argument("folder", metavar="FOLDER", help="where the example wrote its files")


def plot(settings):
    """Draw it."""
    if not os.path.isdir(settings.folder):
        raise Failure(f"plot-negotiation: there is no folder {settings.folder}")
    packages.need_module("matplotlib", "python3-matplotlib")
    from surgery.negotiation_plots import draw  # needs Matplotlib

    try:
        files = draw(pathlib.Path(settings.folder))
    except BadTables as error:
        raise Failure(f"plot-negotiation: {error}") from error
    if not files:
        raise Failure(f"plot-negotiation: {settings.folder} has no rounds.csv, signaling.csv or "
                      "lies.csv")
    print(*files, sep="\n")

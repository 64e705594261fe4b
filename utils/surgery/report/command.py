# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that writes one page about what the examples wrote into a folder."""

import os

from dnn_surgery.tables import BadTables
from surgery import packages
from surgery.console import Failure, add_command
from surgery.report.svg import COLORS
from surgery.tables.run import read_runs

TEXT = """\
Writes DIR/report.html: one page with figures, which needs no network and no other file, from what
an example wrote into DIR or into folders in it, one per scheduler. ./surgery demo ends with it; for
other examples, give --out=DIR to ./surgery run NAME."""


def add_commands(commands):
    """Add it to the command line."""
    parser = add_command(commands, "report", report, "write a page with figures of what an example "
                         "wrote", TEXT)
    parser.add_argument("folder", metavar="DIR", help="where an example wrote its files")


def write_report(folder):
    """Write the page of a folder. @return its path and its size, for people"""
    if not os.path.isdir(folder):
        raise Failure(f"report: {folder}: there is no such folder")
    packages.need_module("jinja2", *packages.REPORT)
    from surgery.report.page import make_page  # needs Jinja2

    path = os.path.join(folder, "report.html")
    try:
        runs = read_runs(folder)
        text = make_page("DNN surgery: " + os.path.basename(os.path.abspath(folder)),
                         runs[:COLORS], runs[COLORS:])
        # names of files may be no UTF-8
        with open(path, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except (BadTables, OSError) as error:
        raise Failure(f"report: {error}") from error
    return f"{path} ({os.path.getsize(path) // 1000} kB)"


def report(settings):
    """Write it."""
    print(write_report(settings.folder))

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that writes one page about what the examples wrote into a folder."""

import os

from dnn_surgery.tables import BadTables
from surgery import packages
from surgery.console import Failure, add_command, not_empty
from surgery.report.svg import COLORS
from surgery.tables.run import read_runs
from surgery.written import write_text

TEXT = """\
Writes DIR/report.html: one page with figures, which needs no network and no other file, from what
an example wrote into DIR or into folders in it, one per scheduler. ./surgery demo and ./surgery
simulate end with it; for other examples, give --out=DIR to ./surgery run NAME.

Of several DIRs it compares the runs in all of them, on one page, which is comparison.html in the
first one: runs of other settings, seeds or scenarios, whose names are those of their folders."""


def add_commands(commands):
    """Add it to the command line."""
    parser = add_command(commands, "report", report, "write a page with figures of what an example "
                         "wrote", TEXT)
    parser.usage = "./surgery report DIR [DIR ...] [--output=FILE]"
    parser.add_argument("folders", metavar="DIR", nargs="+", help="where an example wrote its files")
    parser.add_argument("--output", metavar="FILE", type=not_empty, help="the page (default: report.html in DIR, or "
                        "comparison.html in the first DIR)")


def write_report(*folders, path=None):
    """Write the page of one folder, or of several. @return its path and its size, for people"""
    for folder in folders:
        if not os.path.isdir(folder):
            raise Failure(f"report: {folder}: there is no such folder")
    packages.need_module("jinja2", *packages.REPORT)
    from surgery.report.page import make_page  # needs Jinja2

    path = path or os.path.join(folders[0],
                                "report.html" if len(folders) == 1 else "comparison.html")
    try:
        runs = read_runs(*folders)
        names = dict.fromkeys(os.path.basename(os.path.abspath(folder)) for folder in folders)
        text = make_page("DNN surgery: " + ", ".join(names), runs[:COLORS], runs[COLORS:])
    except (BadTables, OSError) as error:
        raise Failure(f"report: {error}") from error
    write_text(path, text, errors="replace")  # names of files may be no UTF-8
    return f"{path} ({os.path.getsize(path) // 1000} kB)"


def report(settings):
    """Write it."""
    print(write_report(*settings.folders, path=settings.output))

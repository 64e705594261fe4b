#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Writes one page that shows what the examples wrote into a folder.

usage: report.py DIR

DIR holds the tables of one run, or a folder per run. The page is DIR/report.html; it needs no
network and no other file.
"""

import os
import sys

from page import make_page
from svg import COLORS
from tables import read_runs
from traces import BadTraces


def main(arguments):
    if len(arguments) != 1 or arguments[0].startswith("-"):
        is_help = arguments in (["-h"], ["--help"])
        print(__doc__, file=sys.stdout if is_help else sys.stderr)
        return 0 if is_help else 2
    folder = arguments[0]
    path = os.path.join(folder, "report.html")
    try:
        runs = read_runs(folder)
        text = make_page("DNN surgery: " + os.path.basename(os.path.abspath(folder)),
                         runs[:COLORS], runs[COLORS:])
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except (BadTraces, OSError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 2
    print(f"{path} ({os.path.getsize(path) // 1000} kB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

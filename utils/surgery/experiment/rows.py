# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Reads the results of runs, which somebody may have damaged since."""

import os

from dnn_surgery import tables
from surgery.console import Failure

ADVICE = "remove the file, and its run is done again"


def number(text):
    """A field of the results; None if it was not measured."""
    return float(text) if text else None


def read_rows(path, make):
    """A run's results. @param make what a row is made into; it gets its fields by column
    @throws Failure in one line if they are damaged"""
    path = os.fspath(path)
    made = []
    try:
        for index, row in enumerate(tables.read_csv(path)):
            try:
                made.append(make(row))
            except KeyError as error:
                raise tables.BadTables(f"{path}: has no column {error}") from error
            except ValueError as error:
                raise tables.BadTables(f"{tables.place_in_file(path, index)}: {error}") from error
        if not made:
            raise tables.BadTables(f"{path}: has no row")
    except tables.BadTables as error:
        raise Failure(f"experiment: {error}; {ADVICE}") from error
    return made

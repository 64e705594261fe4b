# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What the columns of our tables hold, by their names, which have their units in them."""

import re

from dnn_surgery.plain_numbers import show

TEXT = frozenset(("dnn", "old_dnn", "new_dnn", "outcome", "reason", "cut", "old_cut", "new_cut",
                  "event", "handover", "kind", "name"))
# ids and counts
WHOLE = frozenset(("id", "device", "node", "server", "from_server", "to_server", "base_station",
                   "attempts", "devices", "rounds", "overloaded", "control_messages",
                   "resident_models", "admitted", "refused", "in_flight", "variant", "old_variant",
                   "new_variant", "met", "batch_size"))
# by how a name ends; the longest that fits
UNITS = {"_m_per_s": "m/s", "_percent": "%", "_bytes": "byte", "_bits": "bit", "_bps": "bit/s",
         "_s": "s", "_j": "J", "_m": "m"}
RATIOS = frozenset(("share", "load", "max_regret", "largest_excess"))
# what every row has that has the column
NEEDED = frozenset(("id", "device", "node", "time_ns", "created_ns", "outcome"))
OUTCOMES = frozenset(("completed", "dropped", "in-flight"))

_WHOLE = re.compile("[0-9]+|nan|")
_TIME = re.compile("-?[0-9]+|nan|")


def unit_of(column):
    """The unit of a frame's column; 1 of a ratio; None of what has none."""
    if column in RATIOS:
        return "1"
    return "byte" if column == "bytes" else next(
        (unit for end, unit in UNITS.items() if column.endswith(end)), None)


def is_whole(column):
    """Whether all that a column of a table can hold is whole numbers."""
    return column in WHOLE or column == "bytes" or column.endswith(("_bytes", "_bits"))


def is_time(column):
    """Whether a column of a table is a time."""
    return column.endswith("_ns")


def is_real(text):
    """Whether a field is a number, or nothing."""
    try:
        return not text or float(text) is not None
    except ValueError:
        return False


def find_rule(column):
    """@return what tells whether a column can hold a field, and what such a field is; None if it can
    hold any"""
    if column == "outcome":
        return OUTCOMES.__contains__, "one of " + ", ".join(sorted(OUTCOMES))
    if column in TEXT:
        return None
    if is_whole(column):
        return _WHOLE.fullmatch, "a whole number"
    if is_time(column):
        return _TIME.fullmatch, "a whole number of ns"
    return (is_real, "a number") if unit_of(column) else None


def find_wrong(rows, needed=NEEDED):
    """The first field that its column cannot hold. @param rows of a table, each by column, as text
    @param needed columns whose fields are never empty @return the number of its row, from 0, and what
    is wrong; None if nothing is"""
    found = []
    for column in rows[0] if rows else ():
        rule = find_rule(column)
        if not rule:
            continue
        fits, must = rule
        wrong = next((i for i, row in enumerate(rows) if not fits(row[column])
                      or (column in needed and row[column] in ("", "nan"))), None)
        if wrong is not None:
            found.append((wrong, f'{column}: must be {must}, not {show(rows[wrong][column])}'))
    return min(found, default=None)

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Reads a table as a pandas frame, whichever format it was written in. Needs pandas.

One convention holds for all tables. Columns have their unit in their name, and frame.attrs["units"]
has it by column, too. Times are in s: the column time_ns of a file is the column time_s of a frame,
and what did not happen is NaN. What has a unit is a float64; ids and counts are int64, or Int64 if
a field is empty; all else is text, which is empty where a file has nothing.
"""

import io
import os

import pandas

from dnn_surgery import tables

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


def unit_of(column):
    """The unit of a frame's column; 1 of a ratio; None of what has none."""
    if column in RATIOS:
        return "1"
    return "byte" if column == "bytes" else next(
        (unit for end, unit in UNITS.items() if column.endswith(end)), None)


def is_whole(column):
    """Whether all that a column of a table can hold is whole numbers."""
    return column in WHOLE or column == "bytes" or column.endswith(("_bytes", "_bits"))


def read_columns(folder, table):
    """A table as it was written: text, and all else as float64, if it is a column of ours."""
    database = tables.find_database(folder, table)
    if database:
        with tables.open_database(database) as connection:
            return pandas.read_sql_query(tables.select(table), connection)
    path = os.path.join(folder, f"{table}.csv")
    content = tables.read_whole_rows(path)
    try:
        names = content.partition(b"\n")[0].decode().rstrip("\r").split(",")
        numbers = [name for name in names if unit_of(name) or is_whole(name) or is_time(name)]
        return pandas.read_csv(
            io.BytesIO(content), float_precision="high", keep_default_na=False,
            na_values={name: ["", "nan"] for name in numbers},
            dtype={**{name: str for name in TEXT}, **{name: "float64" for name in numbers}})
    except UnicodeError as error:
        raise tables.BadTables(f"{path}: is not a CSV file ({error})") from error
    except ValueError as error:
        raise tables.BadTables(f"{path}: {error}") from error


def is_time(column):
    """Whether a column of a table is a time."""
    return column.endswith("_ns")


def to_column(values, name):
    """A column with the type that the convention gives it."""
    if name in TEXT:
        return values.fillna("").astype(str)
    if is_whole(name):
        numbers = pandas.to_numeric(values)
        return numbers.astype("Int64" if numbers.isna().any() else "int64")
    if is_time(name):
        return values.astype("float64") / 1e9
    if unit_of(name):
        return values.astype("float64")
    # a column of somebody's own table
    try:
        return pandas.to_numeric(values.replace("", None)).astype("float64")
    except (TypeError, ValueError):
        return values.fillna("").astype(str)


def read_frame(folder, table):
    """A table of a folder.
    @throws BadTables if it cannot be read"""
    columns = read_columns(folder, table)
    try:
        frame = pandas.DataFrame({
            name.removesuffix("_ns") + "_s" if is_time(name) else name: to_column(columns[name], name)
            for name in columns})
    except ValueError as error:
        raise tables.BadTables(f"{tables.place(folder, table)}: {error}") from error
    units = {name: unit_of(name) for name in frame.columns}
    frame.attrs["units"] = {name: unit for name, unit in units.items() if unit}
    return frame

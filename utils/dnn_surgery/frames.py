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

from dnn_surgery import status, tables
from dnn_surgery.columns import TEXT, find_wrong, is_time, is_whole, unit_of


def read_columns(folder, table, is_cut):
    """A table as it was written: text, and all else as float64, if it is a column of ours.
    @param is_cut whether its run did not end"""
    database = tables.find_database(folder, table)
    if database:
        with tables.open_database(database) as connection:
            return pandas.read_sql_query(tables.select(table), connection)
    path = os.path.join(folder, f"{table}.csv")
    content = tables.read_whole_rows(path, is_cut)
    for _ in tables.split_rows(path, content):  # pandas would fill rows up
        pass
    try:
        names = content.partition(b"\n")[0].decode().rstrip("\r").split(",")
        numbers = [name for name in names if unit_of(name) or is_whole(name) or is_time(name)]
        return pandas.read_csv(
            io.BytesIO(content), float_precision="high", keep_default_na=False,
            na_values={name: ["", "nan"] for name in numbers},
            dtype={**{name: str for name in TEXT}, **{name: "float64" for name in numbers}})
    except ValueError as error:
        raise tables.BadTables(explain(folder, table, is_cut) or f"{path}: {error}") from error


def explain(folder, table, is_cut):
    """@return where a field of a table is that its column cannot hold, and what is wrong with it"""
    wrong = find_wrong(tables.read_table(folder, table, is_cut), ())
    return wrong and f"{tables.place(folder, table, wrong[0])}: {wrong[1]}"


def to_column(values, name):
    """A column with the type that the convention gives it."""
    if name in TEXT:
        return values.fillna("").astype(str)
    if is_whole(name):
        numbers = pandas.to_numeric(values)
        if (numbers < 0).any() or (numbers.dropna() % 1 != 0).any():
            raise ValueError(f"{name}: must be whole numbers")
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
    is_cut = bool(status.find_cut(folder))
    columns = read_columns(folder, table, is_cut)
    try:
        frame = pandas.DataFrame({
            name.removesuffix("_ns") + "_s" if is_time(name) else name: to_column(columns[name], name)
            for name in columns})
    except ValueError as error:
        raise tables.BadTables(explain(folder, table, is_cut) or
                               f"{tables.place(folder, table)}: {error}") from error
    units = {name: unit_of(name) for name in frame.columns}
    frame.attrs["units"] = {name: unit for name, unit in units.items() if unit}
    return frame

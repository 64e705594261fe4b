# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Reads the tables and the provenance of a run's folder, whichever format they were written in.

A folder has either CSV files and provenance.json, or all of it in tables.sqlite. Rows come as text,
as a CSV file has it; what a database has as NULL is empty, also where the CSV file has "nan".
"""

import contextlib
import csv
import io
import json
import os
import sqlite3

from dnn_surgery import provenance, strict_json

SCHEMA = "dnn-surgery/tables/2"  # the version that is read
DATABASE = "tables.sqlite"
OTHER_DATABASE = "traces.sqlite"  # that of version dnn-surgery/traces/1, which is refused


class BadTables(ValueError):
    """In one line, why they cannot be read."""


def has_traces(folder):
    """Whether a folder is that of a run."""
    return any(os.path.isfile(os.path.join(folder, name))
               for name in ("inferences.csv", DATABASE, OTHER_DATABASE))


def place(folder, table, row=None):
    """Where a table of a folder is, or a row of it, for people. @param row its number, from 0"""
    if os.path.isfile(os.path.join(folder, DATABASE)):
        where = "" if row is None else f", row {row + 1}"
        return f"{os.path.join(folder, DATABASE)}, table {table}{where}"
    return place_in_file(os.path.join(folder, f"{table}.csv"), row)


def place_in_file(path, row=None):
    """Where a CSV file is, or a row of it, for people. @param row its number, from 0"""
    return path if row is None else f"{path}: line {row + 2}"


def find_database(folder, table):
    """The database of a folder, which holds the table if the folder has it; None if it has CSV files.
    @throws BadTables if the folder has a CSV file of the table as well"""
    database = os.path.join(folder, DATABASE)
    if not os.path.isfile(database):
        return None
    if os.path.isfile(os.path.join(folder, f"{table}.csv")):
        raise BadTables(f"{folder}: has both {DATABASE} and {table}.csv, remove one of them")
    return database


def read_table(folder, table, is_cut=False):
    """The rows of a table, each by column, as text; none if there is no such table. @param is_cut
    whether its run did not end"""
    database = find_database(folder, table)
    if not database:
        path = os.path.join(folder, f"{table}.csv")
        return read_csv(path, is_cut) if os.path.isfile(path) else []
    if table not in list_tables(folder):
        return []
    return query(database, select(table))


def select(table):
    """What asks a database for the rows of a table, in their order."""
    return f'SELECT * FROM "{table}" ORDER BY rowid'


def list_tables(folder):
    """The names of a folder's tables, in alphabetical order.
    @throws BadTables if one is in a database and in a CSV file"""
    database = os.path.join(folder, DATABASE)
    if os.path.isfile(database):
        found = query(database, "SELECT name FROM sqlite_master WHERE type = 'table'")
        names = sorted(row["name"] for row in found if row["name"] != "about")
        for name in names:
            find_database(folder, name)
        return names
    return sorted(name.removesuffix(".csv") for name in os.listdir(folder)
                  if name.endswith(".csv"))


def read_provenance(folder):
    """Where a run comes from; empty if no provenance was written. What one of this version says is
    what it should be, what another one says may be anything.
    @throws BadTables if it cannot be read"""
    path = next((path for path in (os.path.join(folder, DATABASE),
                                   os.path.join(folder, OTHER_DATABASE)) if os.path.isfile(path)),
                None)
    if path:
        about = {row["name"]: row["value"] for row in query(path, "SELECT name, value FROM about")}
        text = about.get("provenance", json.dumps({"schema": about.get("schema")}))
    else:
        path = os.path.join(folder, "provenance.json")
        if not os.path.isfile(path):
            return {}
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        except (OSError, UnicodeError) as error:
            raise BadTables(f"{path}: {error}") from error
    try:
        content = strict_json.loads(text)
        if not isinstance(content, dict):
            raise ValueError("a provenance must be an object")
        if content.get("schema") == SCHEMA:
            provenance.check(content)
    except ValueError as error:
        raise BadTables(f"{path}: {error}") from error
    return content


def read_known_provenance(folder):
    """Where a run comes from; tables of another version are refused."""
    found = read_provenance(folder)
    if found and found.get("schema") != SCHEMA:
        raise BadTables(f"{folder}: its tables are of version {found.get('schema')}, what is "
                        f"read is {SCHEMA}: run it again with this dnn-surgery, or use the one that "
                        "wrote them")
    return found


def read_whole_rows(path, is_cut=False):
    """The whole rows of a CSV file, in bytes. @param is_cut whether its run did not end: then it may
    end within a row, and have none
    @throws BadTables if it is no text, or ends so of a run that did end"""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise BadTables(f"{path}: cannot be read: {error.strerror}") from error
    whole = content[:content.rfind(b"\n") + 1]
    try:
        whole.decode()
    except UnicodeError as error:
        raise BadTables(f"{path}: is not a CSV file ({error})") from error
    if whole != content and not is_cut:
        lines = whole.count(b"\n")
        raise BadTables(f"{path}: line {lines + 1}: has no end: the file is cut short")
    if not content and not is_cut:
        raise BadTables(f"{path}: is empty: it does not even name its columns")
    return whole


def split_rows(path, content):
    """The fields of each row, those with the names of the columns first. @param path of the file
    @param content its whole rows
    @throws BadTables if a row has more or fewer fields than there are columns"""
    reader = csv.reader(io.StringIO(content.decode(), newline=""))
    names = None
    try:
        for fields in reader:
            names = names or fields
            if len(fields) not in (0, len(names)):
                raise BadTables(f"{path}: line {reader.line_num}: has {len(fields)} fields, not "
                                f"{len(names)}")
            if fields:
                yield fields
    except csv.Error as error:
        raise BadTables(f"{path}: line {reader.line_num}: is not a CSV file ({error})") from error


def read_csv(path, is_cut=False):
    """The rows of a CSV file, each by column. @param is_cut whether its run did not end"""
    rows = split_rows(path, read_whole_rows(path, is_cut))
    names = next(rows, [])
    return [dict(zip(names, fields)) for fields in rows]


@contextlib.contextmanager
def open_database(path):
    """A database, for reading."""
    try:
        # the path as an address, so that it can be opened for reading only; but SQLite must write to
        # remove the beginning of a transaction that a program left when it was killed
        mode = "rw" if os.path.exists(f"{path}-journal") else "ro"
        escaped = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        address = f"file:{escaped}?mode={mode}"
        database = sqlite3.connect(address, uri=True)
        try:
            yield database
        finally:
            database.close()
    except sqlite3.Error as error:
        raise BadTables(f"{path}: {error}") from error


def query(path, sql):
    """The rows that a query of a database gives, each by column."""
    with open_database(path) as database:
        cursor = database.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, map(to_text, row))) for row in cursor]


def to_text(value):
    """A value of a database as a CSV file has it."""
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)

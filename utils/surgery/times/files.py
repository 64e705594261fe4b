# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Reads files with the times of layers: ONNX Runtime's profile, a CSV file, or JSON."""

import csv
import io
import re
import statistics
import sys

from dnn_surgery import strict_json
from surgery.times import runtime_profile

# a decimal number; float() also takes 1_0, and digits of other scripts
NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", re.ASCII | re.I)


class TimesError(ValueError):
    """A file has no times; the message tells why."""


def check(seconds, place):
    """Refuse what is no time."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) \
            or not 0 <= seconds <= sys.float_info.max:
        raise TimesError(f"{place}: must be a number of seconds, >= 0")
    return seconds


def read_times(path):
    """Read a file. @return the seconds by name, and the operator by name where the file tells it"""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except OSError as error:
        raise TimesError(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TimesError("is no text") from error
    if text.lstrip()[:1] in ("{", "["):
        return read_json(text)
    return read_csv(text), {}


def read_json(text):
    """ONNX Runtime's profile, or an object {"layer": seconds}."""
    try:
        content = strict_json.loads(text)
        if not runtime_profile.is_profile(content):
            return {name: check(value, f'"{name}"') for name, value in content.items()}, {}
        runs, operators = runtime_profile.read_runs(content)
    except (TimesError, runtime_profile.FormatError) as error:
        raise TimesError(str(error)) from error
    except ValueError as error:
        raise TimesError(f"is no valid JSON: {error}") from error
    # the first run allocates memory
    found = runtime_profile.medians(runs[1:] or runs)
    return {name: check(seconds, f'"{name}"') for name, seconds in found.items()}, operators


def read_csv(text):
    """Rows layer,seconds; several of a layer are repeats, of which the median counts."""
    try:
        rows = csv.DictReader(io.StringIO(text), strict=True)
        if not {"layer", "seconds"} <= set(rows.fieldnames or ()):
            raise TimesError('needs a first line that names the columns "layer,seconds"')
        times = {}
        for row in rows:
            place = f"line {rows.line_num}"
            number = row["seconds"]
            seconds = float(number) if number and NUMBER.fullmatch(number) else None
            if any(row.get(None, ())):
                raise TimesError(f"{place}: has more fields than the first line names; the decimal "
                                 "sign is a point")
            if not row["layer"]:
                raise TimesError(f"{place}: names no layer")
            times.setdefault(row["layer"], []).append(check(seconds, f"{place}: seconds"))
    except csv.Error as error:
        raise TimesError(f"is no CSV file: {error}") from error
    found = {name: statistics.median(values) for name, values in times.items()}
    return {name: check(seconds, f"the median of '{name}'") for name, seconds in found.items()}

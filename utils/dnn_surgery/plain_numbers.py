# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Numbers of a caller as Python's own: those of numpy and of other packages are taken, what only
looks like a number is not. Truth values and texts are no numbers."""

import numbers
import operator
import reprlib


def to_plain(value):
    """A number of numpy, or an array of one, as a number of Python; all else as it is."""
    try:
        return value.item()
    except (AttributeError, TypeError, ValueError):
        return value


def to_whole(value):
    """@return a whole number @throws ValueError if it is none, 1.0 and True included"""
    if type(value) is int:
        return value  # at once: a decision has many
    plain = to_plain(value)
    try:
        if not isinstance(plain, bool):
            return operator.index(plain)
    except TypeError:
        pass
    raise ValueError(f"must be a whole number, not {show(plain)}")


def to_real(value):
    """@return a number, which may be infinite or NaN @throws ValueError if it is none"""
    if isinstance(value, float):
        return float(value)
    plain = to_plain(value)
    try:
        if isinstance(plain, numbers.Number) and not isinstance(plain, bool):
            return float(plain)
    except (TypeError, OverflowError):
        pass
    raise ValueError(f"must be a number, not {show(plain)}")


def show(value):
    """A value for a message: short, and in a line."""
    return " ".join(reprlib.repr(value).split())

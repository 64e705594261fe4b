# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""JSON as this project reads it: a field that stands twice in one object is an error, not ignored."""

import json


class DoubledField(ValueError):
    """A field that stands twice in one object; name is its name."""

    def __init__(self, name):
        super().__init__(f'field "{name}" stands twice in one object')
        self.name = name


def _check(pairs):
    """An object's fields. @return them by name"""
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DoubledField(twice)
    return content


def _whole(text):
    """A whole number, of which Python converts a few thousand digits only."""
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"the number {text[:9]}... has {len(text)} digits") from None


def loads(text):
    """What a text says. A ValueError tells in one line what is wrong."""
    try:
        return json.loads(text, object_pairs_hook=_check, parse_int=_whole)
    except RecursionError:
        raise ValueError("its lists and objects are nested too deep") from None

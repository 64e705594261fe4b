# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""JSON as this project reads it: a field that stands twice in one object is an error, not ignored. A
mark of the byte order before it, as some editors write one, has no meaning."""

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


def loads(text):
    """What a text says. A ValueError tells in one line what is wrong."""
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_check)
    except RecursionError:
        raise ValueError("objects and lists are nested too deeply") from None

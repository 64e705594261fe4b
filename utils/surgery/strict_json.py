# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""JSON as this project reads it: a field that stands twice in one object is an error, not ignored."""

import json


def _check(pairs):
    """An object's fields. @return them by name"""
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'field "{twice}" stands twice in one object')
    return content


def loads(text):
    """What a text says. A ValueError tells in one line what is wrong."""
    return json.loads(text, object_pairs_hook=_check)

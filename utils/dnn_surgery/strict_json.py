# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""JSON as this project reads it. A mark of the byte order before it, as some editors write one, has no
meaning. Errors, with the place, are: a field that stands twice in one object, objects and lists that
are nested too deeply, numbers too large for a float, and texts with half of a character or with the
character 0, which no name of a file and no option can have."""

import json
import math
import re

DEEPEST = 100  # levels of objects and lists, more than any file of ours has

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_STRINGS = re.compile(_STRING, re.DOTALL)
_BRACKETS = re.compile(rf"{_STRING}|[\[\]{{}}]", re.DOTALL)
_NUMBERS = re.compile(rf"{_STRING}|[-+.\w]+", re.DOTALL)


class DoubledField(ValueError):
    """A field that stands twice in one object; name is its name."""

    def __init__(self, name):
        super().__init__(f'field "{name}" stands twice in one object')
        self.name = name


class _TooLarge(ValueError):
    """A number that no float holds; digits is its text."""

    def __init__(self, digits):
        super().__init__(digits)
        self.digits = digits


def _check(pairs):
    """An object's fields. @return them by name"""
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DoubledField(twice)
    return content


def _check_nesting(text):
    """Refuse a text before anything has to follow it down to where it ends."""
    level = 0
    for token in _BRACKETS.finditer(text):
        level += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if level > DEEPEST:
            raise json.JSONDecodeError(f"Objects and lists nested deeper than {DEEPEST} levels", text,
                                       token.start())


def _check_characters(text):
    """Refuse texts with what files, their names or options cannot have."""
    for token in _STRINGS.finditer(text):
        try:
            found = b"\0" in json.loads(token[0]).encode() and "the character 0"
        except UnicodeEncodeError:
            found = "half of a character"
        if found:
            raise json.JSONDecodeError(f"Text with {found}", text, token.start())


def _read_whole(digits):
    _read_real(digits)
    return int(digits)


def _read_real(digits):
    number = float(digits)
    if not math.isfinite(number):
        raise _TooLarge(digits)
    return number


def loads(text):
    """What a text says. A ValueError tells in one line what is wrong."""
    text = text.removeprefix("\ufeff")
    _check_nesting(text)
    try:
        content = json.loads(text, object_pairs_hook=_check, parse_int=_read_whole,
                             parse_float=_read_real)
    except _TooLarge as error:
        place = next(token.start() for token in _NUMBERS.finditer(text) if token[0] == error.digits)
        raise json.JSONDecodeError("Number too large", text, place) from None
    if "\\u" in text:
        _check_characters(text)
    return content

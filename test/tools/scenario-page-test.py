#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Whether the manual's tables of a scenario's fields are those of the JSON Schema: doc/scenarios.md.

scenario-page-test.py --write writes them anew.
"""

import json
import pathlib
import re
import sys
import unittest

from scenario_case import SCHEMA

PAGE = pathlib.Path(__file__).resolve().parents[2] / "doc/scenarios.md"
BEGIN, END = "<!-- fields of {} -->\n", "<!-- end -->\n"
KINDS = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false",
         "object": "object", "array": "list"}


class Tables:
    """Makes tables of what a schema says."""

    def __init__(self, schema):
        self.schema = schema

    def whole(self, part):
        """A part of the schema with what it refers to; its own words go first."""
        target = self.schema["$defs"][part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else {}
        return {**(self.whole(target) if target else {}), **part}

    def kind(self, part):
        """What a value is, with its range."""
        part = self.whole(part)
        if "oneOf" in part and "type" not in part:
            return " or ".join(dict.fromkeys(self.kind(one) for one in part["oneOf"]))
        if "enum" in part:
            return ", ".join(str(value) for value in part["enum"])
        if "const" in part:
            return f'`"{part["const"]}"`'
        kind = KINDS[part["type"]]
        if "minimum" in part:
            kind += f", {self.number(part['minimum'])} to {self.number(part['maximum'])}"
        return kind

    @staticmethod
    def number(value):
        """A number as people write it."""
        powers = {2**53: "2^53", 2**32 - 1: "2^32 - 1"}
        if isinstance(value, int) and value not in powers:
            return str(value)
        return powers.get(value) or f"{value:.6g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")

    def rows(self, part, place=""):
        """A row per field, and those of what is in it."""
        part = self.whole(part)
        for one in part.get("oneOf", []):
            if "required" in one and len(one) == 1:
                continue
            yield from self.rows(one, place)
        if part.get("type") == "array":
            yield from self.rows(part["items"], place + "[]")
        required = part.get("required", [])
        for name, field in part.get("properties", {}).items():
            field_place = f"{place}.{name}" if place else name
            field = self.whole(field)
            text = field.get("description", "")
            if "default" in field and "efault" not in text:
                default = field["default"]
                shown = json.dumps(default) if not isinstance(default, str) else default
                text += f" Default: {shown}."
            needed = " (needed)" if name in required else ""
            yield f"| `{field_place}` | {self.kind(field)}{needed} | {text.strip()} |".replace("\u00a0", " ")
            yield from self.rows(field, field_place)

    def table(self, name):
        """The table of a part of the whole document."""
        properties = self.schema["properties"]
        if name == "the document":
            lines = [row for row in self.rows({**self.schema, "oneOf": []})
                     if re.match(r"\| `\w+` ", row)]
        else:
            lines = list(self.rows(properties[name], name))
        return "\n".join(["| field | value | meaning |", "| --- | --- | --- |", *dict.fromkeys(lines)]) + "\n"


def written(page):
    """The page with its tables as the schema has them."""
    tables = Tables(json.loads(SCHEMA.read_text()))

    def replace(match):
        return match[1] + tables.table(match[2]) + END

    return re.sub(r"(<!-- fields of ([\w ]+) -->\n).*?" + END, replace, page, flags=re.DOTALL)


class Page(unittest.TestCase):
    """The page and the schema."""

    def test_the_page_has_the_fields_of_the_schema(self):
        page = PAGE.read_text()
        self.assertEqual(written(page), page, "write it anew: test/tools/scenario-page-test.py --write")
        for name in json.loads(SCHEMA.read_text())["properties"]:
            self.assertIn(f"| `{name}` |", page)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(written(PAGE.read_text()))
    else:
        unittest.main()

#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests what JSON this project reads, and that all else is refused in one line, with the place."""

import json
import unittest

from dnn_surgery import strict_json

MOST = strict_json.DEEPEST


class StrictJson(unittest.TestCase):
    def test_what_is_read(self):
        for text, value in (
                ('\ufeff{"a": [1, 2.5, -3e2]}', {"a": [1, 2.5, -300.0]}),
                ('["[[[", "\\"[{", "\\\\"]', ["[[[", '"[{', "\\"]),
                ('"' + "[" * 1000 + '"', "[" * 1000),
                ('"\\ud83d\\ude00 \\u00e9"', "\U0001f600 \u00e9"),
                ("9" * 300, int("9" * 300)),
                ("[[], []]", [[], []])):
            with self.subTest(text=text[:40]):
                self.assertEqual(strict_json.loads(text), value)
        deepest = strict_json.loads("[" * MOST + "]" * MOST)
        for _ in range(MOST - 1):
            deepest, = deepest
        self.assertEqual(deepest, [])

    def test_what_is_refused(self):
        deep = f"nested deeper than {MOST} levels: "
        for text, told in (
                ("[" * (MOST + 1) + "]" * (MOST + 1), f"{deep}line 1 column {MOST + 1} "),
                ("[" * 100000, f"{deep}line 1 column {MOST + 1} "),
                ('{"a":\n' * 100000, f"{deep}line {MOST + 1} column 1 "),
                ('{"a": "1e999",\n "b": [1e999]}', "Number too large: line 2 column 8 "),
                ('{"a": ' + "9" * 5000 + "}", "Number too large: line 1 column 7 "),
                ("[-" + "9" * 400 + "]", "Number too large: line 1 column 2 "),
                ('["\\ud83d\\ude00",\n"x\\ud800"]', "half of a character: line 2 column 1 "),
                ('{"\\udc00": 1}', "half of a character: line 1 column 2 "),
                ('{"a": "b\\u0000"}', "the character 0: line 1 column 7 "),
                ('{"a": 1, "a": 1}', 'field "a" stands twice in one object'),
                ("\ufeff\ufeff{}", "line 1 column 1 "),
                ("", "line 1 column 1 "),
                ("{", "line 1 column 2 "),
                ('["a', "line 1 column 2 ")):
            with self.subTest(text=text[:40]):
                with self.assertRaises(ValueError) as caught:
                    strict_json.loads(text)
                self.assertIn(told, str(caught.exception))
                self.assertLess(len(str(caught.exception)), 120)
                self.assertNotIn("\n", str(caught.exception))
                if "twice" not in told:  # some only expect this one
                    self.assertIsInstance(caught.exception, json.JSONDecodeError)


if __name__ == "__main__":
    unittest.main()

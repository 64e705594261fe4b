#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of ./surgery add-times."""

import json
import math
import pathlib
import subprocess
import tempfile
import unittest

from surgery import paths

PROFILE = paths.PROFILES / "dnn" / "squeezenet.json"


class AddTimes(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.measured = self.folder / "measured.json"

    def add(self, times, profile=PROFILE, processor="board"):
        """Call the command. @param times their text @return exit code, standard error"""
        path = self.folder / "times.json"
        path.write_text(times, encoding="utf-8")
        done = subprocess.run([paths.ROOT / "surgery", "add-times", profile, processor, path, "-o",
                               self.measured], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def test_nothing_changes_but_the_times(self):
        before = json.loads(PROFILE.read_text(encoding="utf-8"))
        names = [layer["name"] for layer in before["layers"]]
        self.assertEqual(self.add(json.dumps({names[3]: 0.25, names[5]: 0})), (0, ""))
        before["layers"][3]["seconds"] = {"board": 0.25}
        before["layers"][5]["seconds"] = {"board": 0}
        self.assertEqual(json.loads(self.measured.read_text(encoding="utf-8")), before)

        # other processors' times and other layers' stay, the same layer's is replaced
        self.add(json.dumps({names[3]: 1}), self.measured, "server")
        self.assertEqual(self.add(json.dumps({names[3]: 0.5}), self.measured), (0, ""))
        before["layers"][3]["seconds"] = {"board": 0.5, "server": 1}
        self.assertEqual(json.loads(self.measured.read_text(encoding="utf-8")), before)

    def test_an_accuracy_is_kept_and_checked(self):
        profile = json.loads(PROFILE.read_text(encoding="utf-8"))
        path = self.folder / "profile.json"
        for top1, source, says in ((0, "a paper", ""), (58.1, "a paper", ""), (100, "a paper", ""),
                                   (-1, "a paper", "accuracy: top1"), (100.5, "a", "accuracy: top1"),
                                   (True, "a", "accuracy: top1"), (math.nan, "a", "accuracy: top1"),
                                   (58, "", "accuracy: source"), (58, None, "accuracy: source")):
            profile["accuracy"] = {"top1": top1, "source": source}
            path.write_text(json.dumps(profile), encoding="utf-8")
            code, error = self.add("{}", path)
            self.assertEqual(code, 1 if says else 0, error)
            self.assertIn(says, error)
            if not says:
                self.assertEqual(json.loads(self.measured.read_text(encoding="utf-8")), profile)
        for accuracy in (58, {"top1": 58}, {"top1": 58, "source": "a", "top5": 80}):
            profile["accuracy"] = accuracy
            path.write_text(json.dumps(profile), encoding="utf-8")
            self.assertIn("accuracy: must be an object", self.add("{}", path)[1])

    def test_no_times_leave_the_file_as_it_is(self):
        self.assertEqual(self.add("{}"), (0, ""))
        self.assertEqual(self.measured.read_bytes(), PROFILE.read_bytes())

    def test_mistakes_are_told_in_one_line(self):
        name = json.loads(PROFILE.read_text(encoding="utf-8"))["layers"][1]["name"]
        wrong = [('{"Conv_999": 1}', '"Conv_999" is not a layer of squeezenet'), ("{", "is no valid JSON"),
                 ('{"a": {"b": 1, "b": 2}}', 'field "b" stands twice in one object'),
                 ("[1]", "is not a JSON object")]
        wrong += [(f'{{"{name}": {value}}}', "must be a number of seconds, >= 0")
                  for value in ("-1", '"1"', "true", "null", "NaN", "Infinity")]
        for times, says in wrong:
            code, error = self.add(times)
            self.assertEqual((code, error.count("\n")), (1, 1), error)
            self.assertIn(says, error)
        for profile in ({}, {"schema": "dnn-surgery/dnn/1"},
                        {"schema": "dnn-surgery/dnn/1", "layers": [{}]}):
            path = self.folder / "profile.json"
            path.write_text(json.dumps(profile), encoding="utf-8")
            code, error = self.add("{}", path)
            self.assertEqual((code, error.count("\n")), (1, 1), error)
        text = PROFILE.read_text(encoding="utf-8")
        for right, wrong, says in (('"flops": 0', '"flopps": 0', 'layers[0] ("data_0"): unknown field "flopps"'),
                                   ('"flops": 0', '"op": 0', 'field "op" stands twice'),
                                   ('"layers"', '"notes": 1, "layers"', 'unknown field "notes"')):
            path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
            code, error = self.add("{}", path)
            self.assertEqual((code, error.count("\n")), (1, 1), error)
            self.assertIn(says, error)
        self.assertIn("cannot be read", self.add("{}", self.folder / "nothing.json")[1])
        self.assertFalse(self.measured.exists())


if __name__ == "__main__":
    unittest.main()

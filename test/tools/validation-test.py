#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that simulated testbeds meet the bars: a part of what `./surgery experiment validate-...`
runs. The name of the validation and the program are the arguments."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from dnn_surgery import strict_json
from surgery import paths
from surgery.experiment import data_file, host_work, validation

VALIDATION = sys.argv.pop(1)
PROGRAM = sys.argv.pop(1)

# parts of each that take some seconds; several calls are points of their own
PARTS = {
    "cuts": [{"transfers": 7, "from": 11, "until": 16}],
    "stress": [{"transfers": 5, "from": 6, "until": 9}],
    # where planners switch, of DNNs whose planner needs a margin, and whose input is larger, too
    "offload": [{"transfers": 11, "from": 8, "until": 11},
                {"net": "DenseNet121", "transfers": 5, "from": 11, "until": 16},
                {"net": "kapao", "uploadBytes": 1844000, "transfers": 5, "from": 5, "until": 9}],
    # both modes
    "replay": [{"until": 60},
               {"until": 60, "table": paths.DATA / "testbed" / "intradp-replay-indoors-all.csv",
                "linkRates": paths.DATA / "testbed" / "intradp-trace-indoors-all.csv"}],
    # the mean power of the window is that of all of it
    "power": [{}],
}


def run(**options):
    """What the program prints, and what its exit code is."""
    done = subprocess.run([PROGRAM, *(f"--{name}={value}" for name, value in options.items())],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


class Validation(unittest.TestCase):
    def test_bars(self):
        pairs = []
        with tempfile.TemporaryDirectory() as folder:
            for number, part in enumerate(PARTS[VALIDATION]):
                results = pathlib.Path(folder) / f"{number}.csv"
                code, _, error = run(validation=VALIDATION, results=results, point=number, **part)
                self.assertEqual(code, 0, error)
                pairs += validation.read_pairs(results)
        checks = validation.judge(VALIDATION, pairs)
        self.assertTrue(any(check.bar for check in checks))
        for check in checks:
            # the tail of a short window is that of a few inferences which the hosts held up
            if "95th" in check.what:
                continue
            with self.subTest(check.what):
                self.assertTrue(check.passed, f"{check.value}, bar {check.bar}")

    def test_host_work_is_what_half_of_the_data_say(self):
        fitted = host_work.fit_cuts() if VALIDATION in ("cuts", "stress") else \
            host_work.fit_offload()
        constant, per_byte = f"{1e3 * fitted[0]:.2f}ms", f"{1e9 * fitted[1]:.2f}"
        code = (paths.EXAMPLES / "dnn-surgery-testbed.cc").read_text(encoding="utf-8")
        found = re.search(rf'\{{"{VALIDATION}", \{{&\w+, MicroSeconds\((\d+)\), ([\d.]+)\}}\}}', code)
        self.assertEqual((f"{int(found[1]) / 1e3:.2f}ms", found[2]), (constant, per_byte))
        path = data_file.bundled(f"validate-{VALIDATION}")
        options = strict_json.loads(path.read_text(encoding="utf-8"))["options"]
        if "hostTime" in options:
            self.assertEqual((options["hostTime"], str(options["hostTimePerByte"])),
                             (constant, per_byte))

    def test_options_of_others_are_refused(self):
        options = {"net": "kapao", "linkRates": "x.csv", "mbps": 50, "serverStress": 0,
                   "transfers": 7, "planners": "true", "uploadBytes": 602512}
        own = {"cuts": {"mbps", "serverStress", "transfers"},
               "stress": {"serverStress", "transfers"},
               "offload": {"net", "transfers", "planners", "uploadBytes"},
               "replay": {"net", "linkRates", "uploadBytes"},
               "power": {"net", "linkRates", "uploadBytes"}}[VALIDATION]
        for name, value in options.items():
            code, _, error = run(validation=VALIDATION, **{name: value, "table": "/no/such/table"})
            words = f"--{name}: --validation={VALIDATION} has no use for it"
            self.assertEqual(words in error, name not in own, error)
            self.assertEqual(len(error.splitlines()), 1, error)
            if name not in own:
                self.assertEqual((code, error), (2, f"dnn-surgery-testbed: {words}\n"))

    def test_wrong_tables_are_refused_in_one_line(self):
        for options in ({"table": "/no/such/table"}, {"table": os.devnull}, {"net": "nothing",
                        "mbps": 7}, {"table": "README.md"}):
            code, _, error = run(validation=VALIDATION, until=0.5, **options)
            if VALIDATION == "replay" and "net" in options:
                self.assertNotEqual(code, 0)
            self.assertTrue(code == 0 or len(error.splitlines()) == 1, (options, error))


class Bars(unittest.TestCase):
    """What the judges of all validations make of made-up pairs."""

    @staticmethod
    def make(factor):
        """Pairs of all kinds. @param factor of the simulated numbers"""
        pairs = []
        for x in range(1, 30):
            for setting in ("50", "10"):
                pairs += [validation.Pair("", series, setting, x, 0.1 * x, 0.1 * x * factor, True)
                          for series in ("network", "total")]
        return pairs

    def judge(self, name, pairs):
        """The checks that a bar is set for, by whether it is met."""
        checks = [check for check in validation.judge(name, pairs) if check.bar]
        self.assertTrue(checks)
        return [check.passed for check in checks]

    def test_what_agrees_passes_and_what_does_not_is_missed(self):
        self.assertTrue(all(self.judge("cuts", self.make(1))))
        self.assertTrue(all(self.judge("cuts", self.make(1.002))))
        self.assertFalse(any(self.judge("cuts", self.make(1.03))[:2]))
        duration = [validation.Pair("all", "duration", "offloaded", pair.x, pair.measured,
                                    pair.simulated, True) for pair in self.make(1.01)]
        self.assertTrue(all(self.judge("replay", duration)))
        wrong = validation.Pair("all", "decision", "", 1, 1, 0, True)
        self.assertEqual(self.judge("replay", [*duration, wrong])[-1], False)
        for factor, passed in ((1.01, True), (1.04, False), (0.95, False)):
            pairs = [validation.Pair("", "duration", "net", x, 0.1, 0.1 * factor, True)
                     for x in range(5, 29)]
            self.assertEqual(all(self.judge("offload", pairs)), passed, factor)
        for ratio, passed in ((2, True), (1.94, False), (2.06, False)):
            pairs = [validation.Pair("", "edge", "100 %", 0, 2, ratio, True)]
            self.assertEqual(self.judge("stress", pairs), [passed])

    def test_power_is_judged_by_every_run(self):
        for factor, passed in ((1.04, True), (0.96, True), (1.06, False), (0.94, False)):
            pairs = [validation.Pair("", series, "net", 0.2, 7, 7 * factor, True)
                     for series in ("mixed", "window")]
            self.assertEqual(self.judge("power", pairs), [passed, passed], factor)

    def test_planners_are_judged_by_where_they_begin_to_offload(self):
        def choices(series, measured, simulated):
            return [validation.Pair("", series, "net", x, float(x >= measured),
                                    float(x >= simulated), True) for x in range(1, 29)]
        self.assertEqual(self.judge("offload", choices("planner", 9, 9)), [True])
        self.assertEqual(self.judge("offload", choices("planner", 9, 10)), [False])
        self.assertEqual(self.judge("offload", choices("learned", 10, 9)), [True])
        self.assertEqual(self.judge("offload", choices("learned", 10, 12)), [False])
        self.assertEqual(self.judge("offload", choices("learned", 10, 99)), [False])


if __name__ == "__main__":
    unittest.main()

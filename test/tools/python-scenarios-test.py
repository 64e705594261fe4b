#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests scenarios that are simulated from Python: what schedulers and changes do, in the end.

usage: python-scenarios-test.py BUILD [unittest's options]

BUILD is the build folder with dnn-surgery-simulate. Without pandas, exit code 77.
"""

import contextlib
import importlib.util
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest
from unittest import mock

import dnn_surgery
from surgery import paths

SHORT = {"simulation.time_s": 3}


class LocalOnly(dnn_surgery.Scheduler):
    """Offloads nothing."""

    def decide(self, game):
        return [dnn_surgery.Decision(device.device, cut=0) for device in game.devices]


class Advised(dnn_surgery.Scheduler):
    """Does what it is advised."""

    def decide(self, game):
        return game.advice


class Failing(LocalOnly):
    """Fails at its third decision."""

    def __init__(self):
        self.left = 2

    def decide(self, game):
        if self.left == 0:
            raise ZeroDivisionError("one too many")
        self.left -= 1
        return super().decide(game)


class Scenarios(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)

    def simulate(self, scenario, name, **more):
        """Run it. @return its results"""
        return dnn_surgery.simulate(scenario, out=self.scratch / name, progress=False,
                                    **{"changes": SHORT, **more})

    def read(self, results):
        """The tables of a run, in bytes."""
        return {name: (results.folder / f"{name}.csv").read_bytes() for name in results.tables}

    def test_python_decides_as_cpp_does(self):
        """And the same twice, at one server and at four."""
        for scenario in ("demo", "sites"):
            expected = self.read(self.simulate(scenario, "cpp", scheduler="local-only"))
            for name in ("first", "second"):
                found = self.read(self.simulate(scenario, name, scheduler=LocalOnly()))
                # C++ answers with local cuts, too, and tells rounds and price 0
                self.assertEqual(found, expected)

    def test_a_server_that_is_never_asked(self):
        """Results are those of a scheduler in C++, and the end is told once."""
        board = {"name": "b", "count": 2, "dnn": "squeezenet", "processor": "raspberry-pi-4",
                 "mobility": "static"}
        whole = {"schema": "dnn-surgery/scenario/1", "simulation": {"time_s": 1.5},
                 "network": {"kind": "wired"}, "server": {"processor": "server-t4"},
                 "devices": [board]}
        never = {"short": {"simulation": {"time_s": 0.2}},
                 "away": {"server": {"processor": "server-t4", "outages": "0s+10s"}},
                 "one of two": {"network": {"kind": "wired", "sites": {"count": 2}},
                                "devices": [{**board, "site": "site0"}]},
                 "both": {"network": {"kind": "wired", "sites": {"count": 2}},
                          "simulation": {"time_s": 0.2}}}
        for name, fields in {"none": {}, **never}.items():
            with self.subTest(name):
                expected = self.read(self.simulate({**whole, **fields}, "cpp", changes={},
                                                   scheduler="local-only"))
                decider = LocalOnly()
                decider.end = mock.Mock()
                found = self.read(self.simulate({**whole, **fields}, "python", changes={},
                                                scheduler=decider))
                self.assertEqual(found, expected)
                decider.end.assert_called_once_with()

    def test_an_object_that_only_decides(self):
        for scenario in ("demo", "sites"):
            expected = self.read(self.simulate(scenario, "cpp", scheduler="local-only"))
            plain = types.SimpleNamespace(decide=LocalOnly().decide)
            self.assertEqual(self.read(self.simulate(scenario, "python", scheduler=plain)), expected)

    def test_advice_is_what_the_other_scheduler_decides(self):
        expected = self.read(self.simulate("demo", "cpp"))
        found = self.read(self.simulate("demo", "python", scheduler=Advised(), changes={
            **SHORT, "server.scheduler.attributes.Advice": "dds"}))
        self.assertEqual(found, expected)

    def test_changes(self):
        results = self.simulate("demo", "one", changes={
            **SHORT, "devices[0].count": 1, "devices[1].count": 2, "devices[2].count": 1,
            "simulation.run": 7, "simulation.warmup_s": 1, "outputs.tables": "sqlite"})
        self.assertEqual(sorted(results.inferences.device.unique()), [0, 1, 2, 3])
        self.assertEqual(results.provenance["run"], 7)
        self.assertEqual((results.warmup_s, results.scheduler), (1, "dds"))
        self.assertEqual(results.scenario["devices"][1]["count"], 2)
        # the scenario as it was run gives the same again
        again = self.simulate(results.scenario, "again", changes={})
        for table in results.tables:
            self.assertTrue(results[table].equals(again[table]), table)

    def test_what_goes_wrong(self):
        with self.assertRaisesRegex(dnn_surgery.SimulationError, r"devices\[0\].count") as caught:
            self.simulate("demo", "wrong", changes={"devices[0].count": -1})
        self.assertEqual((caught.exception.code, str(caught.exception).count("\n")), (2, 0))
        for scenario in ("demo", "sites"):
            with self.assertRaisesRegex(ZeroDivisionError, "one too many"):
                self.simulate(scenario, "failing", scheduler=Failing())
        with self.assertRaisesRegex(dnn_surgery.SimulationError, "external|ExternalScheduler"):
            # no answer is no decision
            self.simulate("demo", "odd", scheduler=type("Odd", (), {
                "decide": lambda self, game: [], "end": lambda self: None})())

    def test_command_writes_a_report(self):
        done = subprocess.run([paths.ROOT / "surgery", "simulate", "demo", "--set",
                               "simulation.time_s=3", f"--out={self.scratch / 'out'}"],
                              text=True, capture_output=True, check=False, timeout=300)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        page = self.scratch / "out" / "report.html"
        self.assertIn(f"\nReport: {page} (", done.stdout)
        self.assertIn("12 devices, 3 s simulated", page.read_text(encoding="utf-8")[:20000])

    def test_progress_is_what_the_simulator_prints(self):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            dnn_surgery.simulate("demo", out=self.scratch / "out", changes=SHORT)
        self.assertIn("12 devices", printed.getvalue())


if __name__ == "__main__":
    os.environ["DNN_SURGERY_BUILD"] = sys.argv.pop(1)
    for module in ("pandas", "jinja2"):
        if not importlib.util.find_spec(module):
            print(f"skipped: {module} is not installed")
            sys.exit(77)
    unittest.main()

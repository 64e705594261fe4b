#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that fluid links take what packets take: short parts of what `./surgery experiment
fluid-or-packets` runs. fluid-or-packets-test.py PROGRAM, which is dnn-surgery-simulate."""

import pathlib
import sys
import tempfile
import unittest

from surgery.experiment import data_file, network_run, validation

PROGRAM = sys.argv.pop(1)
EXPERIMENT = data_file.read(data_file.bundled("fluid-or-packets"))

# by point: simulated seconds, under which scheduler, and how many seeds; where devices decide by what
# they measured, a short run tells how a few decisions fell rather than what links carry, and where
# stations stand decides which rates they get
PARTS = {"constant-12-closed": (20, "dds", 1), "constant-12-open": (20, "dds", 1),
         "verizon-12-closed": (20, "server-only", 1), "wifi-4-closed": (15, "dds", 3)}


def run(point, seconds, scheduler, folder, seed=1):
    """The pairs of a short run of a point."""
    described = next(run for run in EXPERIMENT.runs(1) if run.point.name == point)
    options = dict(described.options)
    if "simulation" not in options:
        options["simulation.time_s"] = seconds
    words = EXPERIMENT.arguments(data_file.Run(described.family, described.point, seed, options))
    results = pathlib.Path(folder) / "results.csv"
    code = network_run.main([f"--program={PROGRAM}", f"--results={results}", *(
        f"--schedulers={scheduler}" if word.startswith("--schedulers=") else word
        for word in words)])
    return code, validation.read_pairs(results) if code == 0 else []


class FluidOrPackets(unittest.TestCase):
    def test_bars(self):
        for point, (seconds, scheduler, seeds) in PARTS.items():
            with self.subTest(point):
                pairs = []
                for seed in range(1, seeds + 1):
                    with tempfile.TemporaryDirectory() as folder:
                        code, more = run(point, seconds, scheduler, folder, seed)
                    self.assertEqual(code, 0)
                    pairs += more
                offloaded = [pair.measured for pair in pairs if pair.series == "share"
                             and not pair.setting.endswith(", local")]
                self.assertGreater(sum(offloaded), 2, "devices offload")
                for check in validation.judge("networks", pairs):
                    self.assertTrue(check.passed, f"{check.what}: {check.value}, bar {check.bar}")

    def test_the_same_seed_makes_the_same_results(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run("constant-12-open", 5, "dds", folder),
                             run("constant-12-open", 5, "dds", folder))

    def test_networks_without_counterpart_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            words = [f"--program={PROGRAM}", f"--scenario={EXPERIMENT.scenario}", "--run=1",
                     "--schedulers=dds", "--point=p", f"--results={folder}/results.csv"]
            self.assertEqual(network_run.main([*words, '--changes={"network.kind": "fluid"}']), 2)
            self.assertEqual(network_run.main([*words, '--changes={"network.kind": "tubes"}']), 2)
            self.assertEqual(list(pathlib.Path(folder).iterdir()), [])


class Bars(unittest.TestCase):
    """What the judge makes of made-up pairs."""

    def judge(self, *pairs):
        """The bars that are missed."""
        return [check.what for check in validation.judge("networks", [
            validation.Pair("p", series, setting, x, measured, simulated, True)
            for series, setting, x, measured, simulated in pairs]) if not check.passed]

    def test_latency(self):
        for kind, limit in (("wired", 0.03), ("wifi", 0.1)):
            for factor, missed in ((1 + 0.9 * limit, 0), (1 + 1.1 * limit, 1), (1 - 1.1 * limit, 1)):
                self.assertEqual(len(self.judge(("latency", f"{kind}, dds", 0, 0.1, 0.1 * factor))),
                                 missed)
        # it is that of all seeds together
        self.assertFalse(self.judge(("latency", "wired, dds", 0, 0.1, 0.11),
                                    ("latency", "wired, dds", 0, 0.1, 0.09)))

    def test_shares(self):
        for kind, part, missed in (("wired", 0.54, 0), ("wired", 0.56, 1), ("wired", 0.44, 1),
                                   ("wifi", 0.9, 0)):
            self.assertEqual(len(self.judge(("latency", f"{kind}, dds", 0, 0.1, 0.1),
                                            ("share", f"{kind}, dds, local", 3, 0.5, part))), missed)
        # a seed in which nobody used a cut has no row of it
        self.assertFalse(self.judge(("latency", "wired, dds", 0, 0.1, 0.1),
                                    ("latency", "wired, dds", 0, 0.1, 0.1),
                                    ("share", "wired, dds, local", 3, 0.5, 0.58)))

    def test_ranking(self):
        def rank(*means):
            return self.judge(*(("latency", f"wired, {name}", 0, packets * factor, fluid * factor)
                                for name, packets, fluid in zip("ab", *means)
                                for factor in (0.999, 1, 1.001)))

        self.assertEqual(rank((1, 1.02), (1, 1.02)), [])
        self.assertEqual(rank((1, 1.02), (1.02, 1)), ["p: pairs of 2 schedulers in another order"])
        self.assertEqual(rank((1, 1.02), (1.001, 1)), [], "their intervals overlap over one of them")


if __name__ == "__main__":
    unittest.main()

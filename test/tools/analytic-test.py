#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Test dnn-surgery-analytic: analytic-test.py PATH-OF-THE-PROGRAM [unittest arguments].

The program itself, and what it is there to show: what DDS gains over its rivals on random games.
"""

import collections
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ.get("DNN_SURGERY_ANALYTIC", "")
COLUMNS = ["point", "devices", "scenario", "scheduler", "latency_mean_s", "latency_sum_s",
           "cost_mean_s", "dual_bound_cost_sum_s", "latency_max_s", "speedup_jain", "load",
           "offloading", "max_regret", "dual_bound_latency_sum_s", "devices_faster"]
DADS_ALL = "dads"
DADS_SOME = "dads[AmongOffloading=true]"
RIVALS = ["neurosurgeon", "neurosurgeon[AmongOffloading=true]", DADS_ALL, DADS_SOME,
          "iao", "server-only", "local-only"]


def run(*arguments):
    """Run the program."""
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=600,
                          check=False)


class Scratch(unittest.TestCase):
    """Has a folder that goes away."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def results(self, *arguments):
        """The results of a run that must end well, as text."""
        path = self.folder / "results.csv"
        done = run("--results=" + str(path), *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse((self.folder / "results.csv.part").exists())
        return path.read_text()

    def rows(self, *arguments):
        """The results of a run, row by row, numbers as such."""
        rows = list(csv.DictReader(self.results(*arguments).splitlines()))
        for row in rows:
            for column in COLUMNS[4:]:
                row[column] = float(row[column])
        return rows


class Program(Scratch):
    """What the program does, whoever decides."""

    def test_a_row_per_scheduler_and_scenario(self):
        text = self.results("--devices=7", "--scenarios=3", "--point=a,\"b\"", "--RngRun=2",
                            "--schedulers=dds," + DADS_SOME)
        self.assertEqual(text.splitlines()[0], ",".join(COLUMNS))
        rows = list(csv.DictReader(text.splitlines()))
        self.assertEqual([(row["scenario"], row["scheduler"]) for row in rows],
                         [(scenario, scheduler) for scenario in "456"
                          for scheduler in ("dds", DADS_SOME)])
        self.assertEqual({row["point"] for row in rows}, {"a,\"b\""})
        self.assertEqual({row["devices"] for row in rows}, {"7"})

    def test_rows_hold_together(self):
        for row in self.rows("--devices=12", "--scenarios=20", "--minUsagePrice=1ms",
                             "--usagePrice=100ms"):
            with self.subTest(scenario=row["scenario"], scheduler=row["scheduler"]):
                self.assertAlmostEqual(row["latency_sum_s"], 12 * row["latency_mean_s"])
                self.assertLessEqual(row["latency_mean_s"], row["cost_mean_s"])
                self.assertLessEqual(row["latency_mean_s"], row["latency_max_s"])
                self.assertLessEqual(row["dual_bound_cost_sum_s"], 12.000001 * row["cost_mean_s"])
                self.assertLessEqual(row["dual_bound_latency_sum_s"],
                                     1.000001 * row["latency_sum_s"])
                self.assertLessEqual(row["load"], 1 + 1e-12)
                self.assertLessEqual(1 / 12, row["speedup_jain"])
                self.assertLessEqual(row["speedup_jain"], 1 + 1e-12)
                self.assertLessEqual(row["devices_faster"], 12)
                if row["scheduler"] == "dds":
                    self.assertEqual(row["devices_faster"], 0)
                    self.assertLessEqual(row["max_regret"], 1e-9)
                if row["scheduler"] == "local-only":
                    self.assertEqual([row["offloading"], row["load"]], [0, 0])
                    self.assertAlmostEqual(row["speedup_jain"], 1)

    def test_repeats_to_the_byte(self):
        arguments = ("--devices=20", "--scenarios=5", "--minUsagePrice=0.5ms")
        text = self.results(*arguments)
        self.assertEqual(text, self.results(*arguments))
        self.assertNotEqual(text, self.results(*arguments, "--RngSeed=2"))

    def test_any_scenario_can_be_had_alone(self):
        lines = self.results("--scenarios=4", "--schedulers=dds", "--devices=9").splitlines()
        alone = self.results("--scenarios=1", "--schedulers=dds", "--devices=9", "--RngRun=3")
        self.assertEqual(alone.splitlines()[1], lines[3])

    def test_a_setting_leaves_the_rest_of_the_game_as_it_was(self):
        # all local: neither links nor server matter, and DNNs and processors are drawn apart
        settings = ("--scenarios=3", "--schedulers=local-only", "--devices=30")
        for other in ("--server=server-8-core", "--minUplinkMbps=50", "--inputBytes=30000",
                      "--maxDelay=9ms"):
            self.assertEqual([row["latency_sum_s"] for row in self.rows(*settings)],
                             [row["latency_sum_s"] for row in self.rows(*settings, other)], other)

    def test_bad_input_ends_in_one_clear_line(self):
        for argument, words in (
                ("--devices=0", ["--devices", "1..100000"]),
                ("--scenarios=0", ["--scenarios", "1..1000000"]),
                ("--RngRun=0", ["--RngRun", "1..1e12"]),
                ("--activationBits=7", ["--activationBits", "8, 16 or 32"]),
                ("--minUplinkMbps=0", ["--minUplinkMbps"]),
                ("--maxUplinkMbps=1", ["--maxUplinkMbps", "minUplinkMbps"]),
                ("--maxDownlinkFactor=0.5", ["--maxDownlinkFactor", "1.."]),
                ("--minDelay=-1ms", ["--minDelay"]),
                ("--maxDelay=0ms", ["--maxDelay"]),
                ("--usagePrice=-1ms", ["--usagePrice"]),
                ("--minUsagePrice=2ms", ["--minUsagePrice", "usagePrice"]),
                ("--dnns=resnet51", ["resnet51", "resnet50"]),
                ("--dnns=resnet50*0", ["--dnns", "NAME*COUNT"]),
                ("--processors=,", ["--processors"]),
                ("--server=abacus", ["abacus", "server-t4"]),
                ("--results=/nowhere/at/all.csv", ["--results", "/nowhere/at/all.csv"])):
            with self.subTest(argument):
                done = run(argument)
                self.assertIn(done.returncode, (1, 2), done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                for word in words:
                    self.assertIn(word, done.stderr)

    def test_unknown_schedulers_are_answered_with_the_known_ones(self):
        for schedulers in ("random", "dds,random"):
            done = run("--schedulers=" + schedulers)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            for word in ("random", "dds", "local-only"):
                self.assertIn(word, done.stderr)


class Bars(Scratch):
    """What DDS must gain: bundled DNNs, uplinks of 3 to 200 Mbit/s, a T4, rho up to 10 ms."""

    FAMILIES = [(), ("--usagePrice=10ms",), ("--inputBytes=30000",),
                ("--minUsagePrice=0.1ms", "--usagePrice=10ms")]

    def games(self, *arguments):
        """Of each scenario the rows by scheduler."""
        games = collections.defaultdict(dict)
        for row in self.rows("--schedulers=" + ",".join(["dds", "optimum", *RIVALS]), *arguments):
            games[row["scenario"]][row["scheduler"]] = row
        return games.values()

    def check_optimum(self, games):
        """No other scheduler has a lower sum of latencies, in any game."""
        for game in games:
            least = game["optimum"]["latency_sum_s"]
            for scheduler, row in game.items():
                self.assertLessEqual(least, (1 + 1e-9) * row["latency_sum_s"],
                                     f"scenario {row['scenario']}, {scheduler}")

    def check(self, devices, games):
        """The bars, for one size and family."""
        def mean_ratio(rival):
            return sum(game[rival]["latency_mean_s"] / game["dds"]["latency_mean_s"]
                       for game in games) / len(games)

        if devices >= 100:
            self.assertGreater(mean_ratio(DADS_ALL), 1.25)
        self.assertGreater(mean_ratio(DADS_SOME), 1)
        for rival in RIVALS:
            lost = sum(game[rival]["cost_mean_s"] < (1 - 1e-9) * game["dds"]["cost_mean_s"]
                       for game in games)
            self.assertLessEqual(lost, 0.02 * len(games), rival)
        self.check_optimum(games)

    def test_dds_wins_on_random_games(self):
        for family in self.FAMILIES:
            for devices in (10, 50, 100, 200):
                with self.subTest(family=family, devices=devices):
                    self.check(devices, self.games(f"--devices={devices}", *family))

    def test_optimum_is_least_on_unusual_games_too(self):
        for family in (("--usagePrice=0s",), ("--minUsagePrice=0.1ms", "--usagePrice=10s"),
                       ("--server=jetson-tx2", "--processors=raspberry-pi-3b,phone-cpu"),
                       ("--dnns=resnet50", "--processors=raspberry-pi-4", "--minUplinkMbps=50",
                        "--maxUplinkMbps=50", "--maxDownlinkFactor=1"),
                       ("--dnns=vgg19,squeezenet*9", "--inputBytes=30000")):
            for devices in (1, 2, 5, 30):
                with self.subTest(family=family, devices=devices):
                    self.check_optimum(self.games(f"--devices={devices}", *family))


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        PROGRAM = sys.argv.pop(1)
    if not PROGRAM:
        sys.exit("usage: analytic-test.py PATH-OF-dnn-surgery-analytic")
    unittest.main()

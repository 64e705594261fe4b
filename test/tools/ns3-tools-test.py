#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that ns-3's own tools see what they should of a scenario.

usage: ns3-tools-test.py TOOLS [unittest's options]

TOOLS is the path of dnn-surgery-ns3-tools.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

TOOLS = ""
CLIENT = "$ns3::surgery::InferenceClient"


def run(*options):
    return subprocess.run([TOOLS, *options], capture_output=True, text=True, check=False,
                          timeout=300)


class Tools(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.saved = cls.path("saved.txt")
        cls.done = run(f"--out={cls.path('out')}", f"--save={cls.saved}", "--usagePrice=3ms")
        if cls.done.returncode != 0:
            raise RuntimeError(cls.done.stderr)

    @classmethod
    def path(cls, *names):
        return os.path.join(cls.scratch.name, *names)

    def read(self, *names):
        with open(self.path(*names), encoding="utf-8") as file:
            return file.read()

    def test_file_helper_writes_latencies(self):
        for device in range(3):
            lines = self.read("out", f"latency-{device}-0.txt").split()
            # the source tells of changes: once link and cut are steady, latencies are, too
            self.assertGreater(len(lines), 1)
            for line in lines:
                time, latency = map(float, line.split(","))
                self.assertLess(0, latency)
                self.assertLess(latency, time)
                self.assertLess(time, 10)

    def test_gnuplot_helper_plots_market_and_shares(self):
        for plot, curves in (("market", 2), ("shares", 3)):
            self.assertIn(f"{plot}.dat\" index {curves - 1} title", self.read("out", f"{plot}.plt"))
            blocks = [block for block in self.read("out", f"{plot}.dat").split("\n\n\n")
                      if block.strip()]
            self.assertEqual(len(blocks), curves)
        load, price = ([float(line.split()[1]) for line in block.strip().splitlines()]
                       for block in self.read("out", "market.dat").split("\n\n\n")[:2])
        self.assertTrue(all(0 <= value <= 1 + 1e-6 for value in load), load)
        self.assertGreater(max(price), 0)

    def test_flow_monitor_counts_what_is_sent(self):
        flows = xml.etree.ElementTree.parse(self.path("out", "flows.xml")).getroot()
        stats = flows.find("FlowStats").findall("Flow")
        # control and data, up and down, of each device
        self.assertEqual(len(stats), 3 * 4)
        # the first to come sends more than 600 kB, the size of one input, many times
        self.assertGreater(max(int(flow.get("rxBytes")) for flow in stats), 5e6)
        self.assertEqual({flow.get("lostPackets") for flow in stats}, {"0"})
        self.assertEqual(self.done.stdout.count("flow "), 3 * 4)

    def test_config_store_brings_attributes_back(self):
        saved = self.read("saved.txt")
        self.assertEqual(saved.count(f'{CLIENT}/UsagePrice "+3e+06ns"'), 3)
        again = run(f"--out={self.path('again')}", f"--load={self.saved}",
                    f"--save={self.path('again.txt')}")
        # ns-3's store sets what ns-3 itself deprecates, too, and ns-3 says so
        errors = [line for line in again.stderr.splitlines()
                  if not re.match("Attribute '.*' is deprecated", line)]
        self.assertEqual((again.returncode, errors), (0, []))
        self.assertEqual(again.stdout, self.done.stdout)
        # the order of what is aggregated to a node is not fixed
        self.assertEqual(sorted(self.read("again.txt").splitlines()), sorted(saved.splitlines()))
        for name in os.listdir(self.path("out")):
            self.assertEqual(self.read("again", name).replace("/again/", "/out/"),
                             self.read("out", name), name)
        # it was the loaded attribute that did it
        other = run(f"--out={self.path('other')}", f"--save={self.path('other.txt')}")
        self.assertEqual(other.returncode, 0)
        self.assertEqual(self.read("other.txt").count(f'{CLIENT}/UsagePrice "+1e+06ns"'), 3)
        self.assertNotEqual(self.read("other", "market.dat"), self.read("out", "market.dat"))

    def test_what_cannot_be_done(self):
        for option in (f"--load={self.path('nothing')}", "--save=/dev/null/file",
                       "--out=/dev/null/folder", "--devices=0", "--time=0s"):
            done = run(option)
            self.assertIn(done.returncode, (1, 2), option)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertIn(option.partition("=")[2] if "/" in option else option.split("=")[0],
                          done.stderr)


if __name__ == "__main__":
    TOOLS = sys.argv.pop(1)
    unittest.main()

#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that the captures of several servers show what the tables say, wherever devices go.

usage: capture-check-sites-test.py CROWD [unittest's options]

CROWD is the path of dnn-surgery-crowd. Needs tshark; without it: exit code 77.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from surgery import paths

CROWD = ""


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def check(folder):
    """Call the command."""
    return run(str(paths.ROOT / "surgery"), "capture-check", folder)


class CapturesOfSites(unittest.TestCase):
    @classmethod
    def simulate(cls, *arguments):
        """A run in which devices change their servers. @return its folder"""
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        done = run(CROWD, f"--out={scratch.name}", "--sites=3", "--devices=4", "--time=7s",
                   "--speed=20", "--stay=1s", *arguments)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return scratch.name

    def messages(self, folder, site):
        """What kinds of messages a server's capture has, with their numbers; none is malformed."""
        done = run("tshark", "-n", "-X", f"lua_script:{paths.DISSECTOR}", "-r",
                   os.path.join(folder, f"server-{site}.pcap"), "-o",
                   "tcp.reassemble_out_of_order:TRUE", "-Y", "surgery", "-T", "fields", "-e",
                   "surgery.type", "-e", "surgery.malformed", "-e", "_ws.malformed")
        self.assertEqual(done.returncode, 0, done.stderr)
        counts = {}
        for line in done.stdout.splitlines():
            types, *malformed = line.split("\t")
            self.assertEqual("".join(malformed), "", line)
            for kind in types.split(","):
                counts[kind] = counts.get(kind, 0) + 1
        return counts

    def check_all(self, folder):
        done = check(folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(re.findall(r"^server-(site\d)\.pcap, server \d+:$", done.stdout, re.M),
                         ["site0", "site1", "site2"])
        with open(os.path.join(folder, "inferences.csv"), newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertIn(f"\nAGREE: {len(rows)} rows\n", done.stdout)
        completed = re.findall(r"RESULTs = (\d+) completed", done.stdout)
        self.assertEqual(sum(map(int, completed)),
                         sum(row["outcome"] == "completed" and row["server_end_ns"] != ""
                             for row in rows))
        with open(os.path.join(folder, "migrations.csv"), newline="", encoding="utf-8") as file:
            self.assertGreater(len(list(csv.DictReader(file))), 1)

    def test_dds(self):
        # on wires and unequal, so that devices ask to be served elsewhere
        folder = self.simulate("--network=wired", "--mobility=skewed", "--devices=8", "--choice=dds")
        self.check_all(folder)
        seen = set()
        for site in ("site0", "site1", "site2"):
            counts = self.messages(folder, site)
            seen |= set(counts)
            # HELLO, STATE, GRANT, PROBE, ANNOUNCE and PEER are there at every server
            self.assertLessEqual({"1", "8", "12"}, set(counts))
        self.assertLessEqual({"9", "10"}, seen, "JOIN and ADMISSION")

    def test_joint(self):
        folder = self.simulate("--network=wired", "--mobility=skewed", "--devices=8",
                               "--choice=joint")
        self.check_all(folder)
        seen = set().union(*(self.messages(folder, site) for site in ("site0", "site1", "site2")))
        self.assertLessEqual({"13", "14", "15"}, seen, "REPORT, PLAN and MOVE")

    def test_inferences_that_are_done_again_elsewhere(self):
        folder = self.simulate("--choice=nearest", "--interval=ns3::ConstantRandomVariable[Constant=.05]",
                               "--ns3::surgery::InferenceClient::Handover=redo")
        self.check_all(folder)

    def test_differences_are_found(self):
        folder = self.simulate("--choice=nearest")
        # two servers, mixed up
        first, second = (os.path.join(folder, f"server-site{i}.pcap") for i in (0, 1))
        shutil.move(first, first + ".kept")
        shutil.move(second, first)
        shutil.move(first + ".kept", second)
        done = check(folder)
        # or one of them cannot be compared, since the other server's messages end before its own
        self.assertIn(done.returncode, (1, 2), done.stdout + done.stderr)
        self.assertIn(*{1: ("DIFFERENT", done.stdout),
                        2: ("of another run", done.stderr)}[done.returncode])
        os.remove(first)
        done = check(folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("server-site0.pcap: there is no such file", done.stderr)


if __name__ == "__main__":
    if not shutil.which("tshark"):
        print("capture-check-sites-test: needs tshark")
        sys.exit(77)
    CROWD = sys.argv.pop(1)
    unittest.main()

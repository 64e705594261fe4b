#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests what becomes of a crowd that walks past several servers, and of one whose server dies.

usage: crowd-test.py CROWD SITES [unittest's options]
       crowd-test.py --figures FOLDER ...

CROWD and SITES are the paths of dnn-surgery-crowd and dnn-surgery-sites. --figures prints what the
tests look at, of folders that one of these programs wrote.
"""

import csv
import os
import subprocess
import sys
import tempfile
import unittest
from bisect import bisect_right
from collections import Counter, defaultdict

CROWD = ""
SITES = ""
NS = 1e9  # in a second
PROMPT = 5  # s, how soon after a change tensors are to be sent again


def read(folder, name):
    with open(os.path.join(folder, name + ".csv"), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Walk:
    """What the tables of a run say about changes of server and of site."""

    def __init__(self, folder):
        self.inferences = read(folder, "inferences")
        self.migrations = read(folder, "migrations")
        self.outcomes = Counter(row["outcome"] for row in self.inferences)
        self.devices = sorted({row["device"] for row in self.inferences}, key=int)
        self.moves = Counter(row["device"] for row in self.migrations)
        self.sites = {row["name"]: row["server"] for row in read(folder, "sites")}
        self.grants = defaultdict(list)  # by device: when, server, whether it offloads
        for row in read(folder, "grants"):
            self.grants[row["device"]].append(
                (int(row["time_ns"]), row["server"], row["cut"] != "local"))
        self.sent = defaultdict(list)  # by device: when tensors began to go out
        for row in self.inferences:
            if row["first_byte_sent_ns"]:
                self.sent[row["device"]].append(int(row["first_byte_sent_ns"]))
        for times in list(self.grants.values()) + list(self.sent.values()):
            times.sort()
        self.handovers = []  # device and time; the first attachment of each is none
        seen = set()
        for row in read(folder, "attachments"):
            device = row["node"]  # device i is on node i
            if row["event"] != "detached" and device in self.devices:
                if device in seen:
                    self.handovers.append((device, int(row["time_ns"])))
                seen.add(device)

    def lost_ids(self):
        """The ids that are missing or there twice, by device."""
        lost = {}
        for device in self.devices:
            ids = sorted(int(row["id"]) for row in self.inferences if row["device"] == device)
            if ids != list(range(1, len(ids) + 1)):
                lost[device] = ids
        return lost

    def completed(self):
        """The part of the inferences that were completed."""
        return self.outcomes["completed"] / len(self.inferences)

    def pause(self, device, change):
        """How long a device sends no tensors around a change although its cut says so, s: the
        longest such time that ends after the change, up to the next tensors. None if there is none,
        because its cut is local all the while."""
        sent = self.sent[device]
        after = bisect_right(sent, change)
        before = sent[after - 1] if after > 0 else 0
        until = sent[after] if after < len(sent) else self.grants[device][-1][0]
        # a cut holds from its grant to the next one; without one it is taken to hold on
        longest = None
        begin = None
        for when, _, offloads in self.grants[device] + [(until, "", False)]:
            when = min(when, until)
            if offloads and begin is None:
                begin = max(when, before)
            elif not offloads and begin is not None:
                if when > max(begin, change):
                    longest = max(longest or 0, when - begin)
                begin = None
        return None if longest is None else longest / NS

    def pauses(self, changes):
        """Of (device, time): the pauses with device and time, the longest last, and how many times
        there was nothing to send."""
        all_of_them = [(self.pause(device, change), device, change / NS)
                       for device, change in changes]
        found = sorted(entry for entry in all_of_them if entry[0] is not None)
        return found, len(all_of_them) - len(found)

    def changes(self):
        """When devices changed their servers."""
        return [(row["device"], int(row["time_ns"])) for row in self.migrations]


def prompt_part(pauses):
    return sum(pause <= PROMPT for pause, _, _ in pauses) / len(pauses)


def describe(walk):
    """The figures in some lines."""
    per_device = [walk.moves[device] for device in walk.devices]
    lines = [f"{len(walk.migrations)} changes of server, {min(per_device)} to {max(per_device)} per "
             f"device; {len(walk.inferences)} inferences: {dict(walk.outcomes)}, "
             f"{100 * walk.completed():.2f} % completed; ids missing or twice: {walk.lost_ids()}"]
    for name, changes in (("server", walk.changes()), ("site", walk.handovers)):
        pauses, silent = walk.pauses(changes)
        if pauses:
            worst, device, when = pauses[-1]
            lines.append(
                f"  changes of {name}: {len(pauses)} with tensors, {silent} while the cut is local; "
                f"{100 * prompt_part(pauses):.1f} % within {PROMPT} s, median "
                f"{pauses[len(pauses) // 2][0]:.2f} s, worst {worst:.2f} s (device {device} at "
                f"{when:.1f} s)")
    return "\n".join(lines)


class Case(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name

    def simulate(self, program, *arguments):
        done = subprocess.run([program, f"--out={self.folder}", "--pcap=false", *arguments],
                              capture_output=True, text=True, check=False, timeout=900)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return Walk(self.folder)

    def check_accounts(self, walk):
        self.assertEqual(walk.lost_ids(), {})
        self.assertLessEqual(set(walk.outcomes), {"completed", "dropped", "in-flight"})
        self.assertGreaterEqual(walk.completed(), 0.95)


class Crowd(Case):
    """At a brisk pace, so that a short run shows many changes."""

    def check(self, walk, moves):
        self.check_accounts(walk)
        for device in walk.devices:
            self.assertGreaterEqual(walk.moves[device], moves, f"device {device}")
        pauses, _ = walk.pauses(walk.changes())
        self.assertGreater(len(pauses), 5)
        self.assertGreaterEqual(prompt_part(pauses), 0.95, f"the worst: {pauses[-3:]}")
        pauses, _ = walk.pauses(walk.handovers)
        self.assertGreater(len(pauses), 5)
        self.assertGreaterEqual(prompt_part(pauses), 0.95, f"the worst: {pauses[-3:]}")

    def walk(self, *arguments):
        return self.simulate(CROWD, "--devices=6", "--sites=3", "--stay=2s", *arguments)

    def test_over_wifi_the_nearest_server_changes_with_the_site(self):
        self.check(self.walk("--speed=10", "--time=27s", "--choice=nearest"), 3)

    def test_over_wifi_dds_changes_where_it_pays(self):
        self.check(self.walk("--speed=10", "--time=20s", "--choice=dds"), 0)

    def test_over_lte(self):
        self.check(self.walk("--network=lte", "--speed=80", "--time=27s", "--choice=nearest"), 3)


class DeadServer(Case):
    """One server is off for 10 s."""

    def test_neighbors_serve_its_devices_over_wifi(self):
        lease, timestep = 2, 0.5  # s, as the programs have it
        for choice in ("nearest", "dds"):
            with self.subTest(choice=choice):
                walk = self.simulate(SITES, "--sites=3", "--devices=9", "--time=22s",
                                     f"--choice={choice}", "--serverOutages=6s+10s",
                                     "--outagesOf=site0")
                self.check_accounts(walk)
                dead = walk.sites["site0"]
                moved = 0
                for device in walk.devices:
                    grants = walk.grants[device]
                    before = [grant for grant in grants if grant[0] <= 6 * NS][-1]
                    after = [grant for grant in grants if grant[0] > 6.1 * NS][0]
                    if before[1] == dead:
                        moved += 1
                        self.assertNotEqual(after[1], dead)
                    latest = 6 + lease + 2 * timestep + 0.05  # and the way over the air
                    self.assertLess(after[0] / NS, latest, f"device {device}")
                self.assertGreater(moved, 0)

    def test_no_station_is_cut_off_where_it_joins(self):
        """A station whose first frame at an access point comes before the answer to its request for
        a Block Ack agreement: device 7 does so at 48.5 s, and would wait for ARP until 57 s."""
        walk = self.simulate(CROWD, "--choice=nearest", "--time=52s", "--serverOutages=30s+10s",
                             "--outagesOf=site1")
        self.check_accounts(walk)
        for row in walk.migrations:
            self.assertLess(int(row["time_ns"]) - int(row["asked_ns"]), 2 * NS, row)

    def test_only_a_site_can_be_named(self):
        done = subprocess.run([SITES, "--outagesOf=nope"], capture_output=True, text=True,
                              check=False, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.strip().splitlines(),
                         ['dnn-surgery-sites: --outagesOf: SitePlan: no site is named "nope", only '
                          "site0, site1, site2, site3"])


class BadSites(unittest.TestCase):
    def test_sites_without_a_path_are_one_line(self):
        for network in ("wifi", "wired"):
            with self.subTest(network=network):
                done = subprocess.run(
                    [SITES, f"--network={network}", "--backhaul=site0-site1 site2-site3"],
                    capture_output=True, text=True, check=False, timeout=60)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stderr.strip().splitlines(),
                                 ["dnn-surgery-sites: --backhaul: SitePlan: the backhaul has no "
                                  'path between sites "site0" and "site2"'])


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--figures":
        for path in sys.argv[2:]:
            print(f"{path}: {describe(Walk(path))}")
        sys.exit()
    CROWD, SITES = sys.argv[1:3]
    del sys.argv[1:3]
    unittest.main()

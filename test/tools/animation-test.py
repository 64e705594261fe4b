#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that an animation shows what the tables of its run say, and changes nothing of them.

usage: animation-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility.
"""

import collections
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

from surgery import paths

DEMO = ""
DEVICES = 6
SECONDS = 4
SCHEDULERS = ("dds", "local-only")
DNNS = "--dnns=squeezenet,alexnet,inception-v1,resnet50,densenet121,vgg19"  # unlike shares
STATUS = re.compile(r"(?P<device>\d+) (?P<dnn>[^:]+): (?P<cut>\S+)(?: at (?P<share>[\d.]+) %)?")


def run(out, *options):
    return subprocess.run([DEMO, f"--out={out}", f"--devices={DEVICES}", f"--time={SECONDS}s",
                           *options], capture_output=True, text=True, check=False, timeout=300)


class Movie:
    """An animation, taken apart: each kind of change by node, as (time in ns, attributes)."""

    def __init__(self, path):
        self.root = xml.etree.ElementTree.parse(path).getroot()
        self.nodes = [node.get("id") for node in self.root.findall("node")]
        self.changes = collections.defaultdict(lambda: collections.defaultdict(list))
        for change in self.root.findall("nu"):
            time = round(float(change.get("t")) * 1e9)
            self.changes[change.get("p")][change.get("id")].append((time, change.attrib))

    def at(self, kind, node, time):
        """The change of a node that holds at a time."""
        return [change for when, change in self.changes[kind][node] if when <= time][-1]


class Animation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.done = {}
        for name, option in (("with", "--animation"), ("without", "--animation=false")):
            cls.done[name] = run(cls.path(name), f"--schedulers={','.join(SCHEDULERS)}", DNNS,
                                 option)
            if cls.done[name].returncode != 0:
                raise RuntimeError(cls.done[name].stderr)
        cls.movies = {name: Movie(cls.path("with", name, "animation.xml")) for name in SCHEDULERS}

    @classmethod
    def path(cls, *names):
        return os.path.join(cls.scratch.name, *names)

    def table(self, scheduler, name):
        with open(self.path("with", scheduler, f"{name}.csv"), encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_run_is_the_same_without(self):
        for scheduler in SCHEDULERS:
            names = set(os.listdir(self.path("with", scheduler)))
            self.assertEqual(names - {"animation.xml"},
                             set(os.listdir(self.path("without", scheduler))))
            # the provenance has the command line
            same = names - {"animation.xml", "provenance.json"}
            self.assertLess({"inferences.csv", "positions.csv", "grants.csv"}, same)
            for name in same:
                contents = []
                for folder in ("with", "without"):
                    with open(self.path(folder, scheduler, name), "rb") as file:
                        contents.append(file.read())
                self.assertEqual(*contents, f"{scheduler}/{name}")
        self.assertEqual(self.done["with"].stderr, "")
        self.assertIn("animation.xml (", self.done["with"].stdout)
        self.assertNotIn("animation.xml", self.done["without"].stdout)

    def test_nodes_and_names(self):
        for movie in self.movies.values():
            self.assertEqual((movie.root.tag, movie.root.get("filetype")), ("anim", "animation"))
            self.assertRegex(movie.root.get("ver"), r"^netanim-3\.\d+$")
            self.assertEqual(len(set(movie.nodes)), DEVICES + 2)
            self.assertEqual(len(movie.nodes), DEVICES + 2)
            names = {node: movie.at("d", node, 0)["descr"] for node in movie.nodes}
            others = {name: node for node, name in names.items() if not STATUS.fullmatch(name)}
            self.assertEqual(set(others), {"base station 0", "server"})
            link = movie.root.find("link")
            self.assertEqual((link.get("fromId"), link.get("toId")),
                             (others["base station 0"], others["server"]))
            for kind in "cds":
                self.assertEqual(set(movie.changes[kind]), set(movie.nodes))
            self.assertTrue(all(len(sizes) == 1 for sizes in movie.changes["s"].values()))

    def test_positions_are_those_of_the_table(self):
        for scheduler, movie in self.movies.items():
            courses = collections.defaultdict(list)
            for row in self.table(scheduler, "positions"):
                if row["kind"] == "mobile":
                    courses[row["node"]].append(row)
            self.assertEqual(len(courses), DEVICES)
            self.assertEqual(set(movie.changes["p"]), set(courses))
            for node, rows in courses.items():
                places = movie.changes["p"][node]
                for time, place in places:
                    row = [row for row in rows if int(row["time_ns"]) <= time][-1]
                    way = (time - int(row["time_ns"])) / 1e9
                    for axis in "xy":
                        here = float(row[f"{axis}_m"]) + way * float(row[f"v{axis}_m_per_s"])
                        self.assertAlmostEqual(float(place[axis]), here, delta=0.001)
                # nobody pauses for more than a second
                times = [0] + [time for time, _ in places] + [SECONDS * 10**9]
                self.assertLessEqual(max(b - a for a, b in zip(times, times[1:])), 1.3e9)
                self.assertGreater(len(places), 2 * SECONDS)

    def test_descriptions_are_those_of_the_tables(self):
        for scheduler, movie in self.movies.items():
            node_of = {STATUS.fullmatch(changes[0][1]["descr"])["device"]: node
                       for node, changes in movie.changes["d"].items()
                       if STATUS.fullmatch(changes[0][1]["descr"])}
            self.assertEqual(len(node_of), DEVICES)
            # what a device has at the end of a change of its cut
            cuts = self.table(scheduler, "cuts")
            for row in cuts:
                shown = movie.at("d", node_of[row["device"]], int(row["time_ns"]))
                self.assertEqual(STATUS.fullmatch(shown["descr"])["cut"], row["new_cut"])
            grants = self.table(scheduler, "grants")
            offloading = 0
            for device, node in node_of.items():
                for time, change in movie.changes["d"][node]:
                    status = STATUS.fullmatch(change["descr"])
                    self.assertEqual(status["device"], device)
                    if status["share"]:
                        offloading += 1
                        self.assertTrue(any(
                            row["device"] == device and row["cut"] == status["cut"]
                            and f"{100 * float(row['share']):.1f}" == status["share"]
                            and 0 <= time - int(row["time_ns"]) < 1e9 for row in grants),
                            change)
            self.assertEqual(offloading > 0, scheduler == "dds")
            self.assertEqual(bool(cuts), scheduler == "dds")

    def test_colors_tell_shares(self):
        lightness = {}
        for movie in self.movies.values():
            for node, changes in movie.changes["d"].items():
                for time, change in changes:
                    status = STATUS.fullmatch(change["descr"])
                    if status:
                        color = movie.at("c", node, time)
                        rgb = [int(color[channel]) for channel in "rgb"]
                        is_grey = len(set(rgb)) == 1
                        self.assertEqual(is_grey, status["share"] is None, change)
                        if not is_grey:
                            lightness[float(status["share"])] = sum(rgb)
        shares = sorted(lightness)
        self.assertGreater(len(shares), 3)
        self.assertEqual([lightness[share] for share in shares],
                         sorted(lightness.values(), reverse=True))

    def test_names_are_escaped(self):
        profile = self.path('a&b<"c".json')
        shutil.copy(paths.PROFILES / "dnn" / "squeezenet.json", profile)
        done = run(self.path("odd"), "--animation", "--schedulers=dds", "--network=wired",
                   f"--dnns={profile}", "--time=1s")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        movie = Movie(self.path("odd", "dds", "animation.xml"))
        names = [movie.at("d", node, 0)["descr"] for node in movie.nodes]
        self.assertEqual(sum(profile in name for name in names), DEVICES)
        # wires have no base stations
        self.assertEqual([name for name in names if profile not in name], ["gateway", "server"])

    def test_what_cannot_be_done(self):
        done = subprocess.run([DEMO, "--animation"], capture_output=True, text=True, check=False,
                              timeout=300)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"\A[^\n]*--animation: [^\n]*--out[^\n]*\n\Z")


if __name__ == "__main__":
    DEMO = sys.argv.pop(1)
    unittest.main()

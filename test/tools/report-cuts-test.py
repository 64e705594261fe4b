#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that the demo cuts inside DNNs, and that the page about its run shows where.

usage: report-cuts-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility. Needs Jinja2; without it: exit code 77.
"""

import collections
import csv
import html
import os
import random
import re
import shutil
import unittest

from report_case import ReportCase, main
from surgery import paths
from surgery.report import cut_figures, graph
from surgery.report.servers import describe_flat

INPUT_BYTES = 224 * 224 * 3


def figures_of(page):
    """The figures of a page, by id."""
    return dict(re.findall(r'<figure id="([^"]+)"[^>]*>(.*?)</figure>', page, re.DOTALL))


class Demo(ReportCase):
    OPTIONS = ("--time=8s",)

    def setUp(self):
        with open(os.path.join(self.folder, "dds", "inferences.csv"), newline="",
                  encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["outcome"] == "completed"]
        self.completed = rows
        self.offloaded = [row for row in rows if row["server_end_ns"]]
        self.inside = [row for row in self.offloaded
                       if row["device_start_ns"] != row["device_end_ns"]]
        self.figures = figures_of(self.page)

    def test_a_third_of_what_is_offloaded_is_cut_inside(self):
        self.assertGreater(len(self.offloaded), 50)
        self.assertGreaterEqual(3 * len(self.inside), len(self.offloaded))
        self.assertGreaterEqual(len({(row["dnn"], row["cut"]) for row in self.inside}), 3)
        self.assertEqual(len({row["dnn"] for row in self.completed}), 6)

    def test_input_is_a_picture_and_activations_are_smaller(self):
        uploads = [row for row in self.offloaded
                   if row["device_start_ns"] == row["device_end_ns"]]
        self.assertEqual({int(row["uplink_bytes"]) for row in uploads}, {INPUT_BYTES})
        for row in self.inside:
            sizes = graph.read_graph(row["dnn"])
            layers = [sizes.names.index(name) for name in row["cut"].split("+")]
            # the profile has 32 bits
            self.assertEqual(int(row["uplink_bytes"]), sum(sizes.bytes[i] / 4 for i in layers))
            self.assertLess(int(row["uplink_bytes"]), INPUT_BYTES)

    def test_printed_and_shown_are_what_was_measured(self):
        cuts = len({(row["dnn"], row["cut"]) for row in self.inside})
        told = (f"{len(self.inside)} of {len(self.offloaded)} offloaded inferences "
                f"({100 * len(self.inside) / len(self.offloaded):.1f} %) were cut inside a DNN; "
                f"different cuts: {cuts}.")
        self.assertIn(f"dds: {told}", self.printed)
        self.assertIn(told, self.figures["allcuts-0"])
        table = [re.split(r" {2,}", line.strip()) for line in self.printed.splitlines()
                 if re.match(r" *[0-9]+  ", line)]
        for device, cells in enumerate(table):
            counts = collections.Counter(
                "local" if not row["server_end_ns"] else row["cut"] if row in self.inside
                else "server" for row in self.completed if int(row["device"]) == device)
            offloaded = sum(counts.values()) - counts["local"]
            inside = offloaded - counts["server"]
            self.assertEqual(cells[-2], f"{100 * inside / offloaded:.1f}" if offloaded else "-")
            usual, percent = re.match(r"(\S+) (\d+) %", cells[-1]).groups()
            self.assertEqual(counts[usual], max(counts.values()))
            self.assertAlmostEqual(int(percent), 100 * counts[usual] / sum(counts.values()),
                                   delta=0.51)

    def test_graph_has_every_cut_with_its_bytes(self):
        views = dict(re.findall(r'<div data-view="([^"]+)"[^>]*>(.*?)</div>',
                                self.figures["dnns-0"], re.DOTALL))
        self.assertEqual(set(views), {row["dnn"] for row in self.completed})
        for dnn, drawing in views.items():
            layers = sum(map(int, re.findall(r'class="count[^"]*"[^>]*>(\d+)<', drawing)))
            rows = [row for row in self.completed if row["dnn"] == dnn]
            # behind a region, the layer where its ways meet is in none of its boxes
            self.assertLessEqual(layers, len(graph.read_graph(dnn).order))
            lines = re.findall(r'class="cut [^"]*"[^>]*><title>([^<]*)</title>', drawing)
            told = collections.Counter()
            for line in lines:
                what, size, count, total = re.fullmatch(
                    r"(.*): (.*), (\d+) of (\d+) inferences", line).groups()
                self.assertEqual(int(total), len(rows))
                told[what, size] += int(count)
            expected = collections.Counter()
            for row in rows:
                if not row["server_end_ns"]:
                    expected["all on the device", "all on the device"] += 1
                    continue
                bytes_up = int(row["uplink_bytes"])
                size = f"{bytes_up / 1e3:.3g} kB up"
                name = f"cut at {row['cut']}" if row in self.inside else "all on the server"
                expected[name, size] += 1
            self.assertEqual(told, expected)

    def test_all_devices_have_their_cuts_at_all_times(self):
        with open(os.path.join(self.folder, "dds", "cuts.csv"), newline="",
                  encoding="utf-8") as file:
            changes = collections.Counter(int(row["device"]) for row in csv.DictReader(file))
        titles = re.findall(r"<title>device (\d+), [^<]*?, ([\d.e-]+) s to ([\d.e-]+) s</title>",
                            self.figures["allcuts-0"])
        for device in range(12):
            times = [(float(begin), float(end)) for which, begin, end in titles
                     if int(which) == device]
            self.assertEqual(len(times), changes[device] + 1)
            self.assertEqual((times[0][0], times[-1][1]), (0, 8))
            for (_, end), (begin, _) in zip(times, times[1:]):
                self.assertEqual(end, begin)

    def test_every_decision_is_over_its_rate(self):
        with open(os.path.join(self.folder, "dds", "grants.csv"), newline="",
                  encoding="utf-8") as file:
            grants = list(csv.DictReader(file))
        titles = re.findall(r"<title>([^<]*)</title>", self.figures["cutrate-0"])
        found = [re.fullmatch(r"(\S+) on (\S+), ([\d.]+) to ([\d.]+) Mbit/s: (.*) in (\d+) of "
                              r"(\d+) decisions", title).groups() for title in titles]
        self.assertEqual(sum(int(count) for *_, count, _ in found), len(grants))
        names = collections.Counter()
        for *_, name, count, _ in found:
            names[name] += int(count)
        self.assertEqual(names["all on the device"],
                         sum(grant["cut"] == "local" for grant in grants))
        for name, cut in (("cut at MaxPool_3", "MaxPool_3"), ("cut at Relu_4", "Relu_4")):
            self.assertEqual(names[name], sum(grant["cut"] == cut for grant in grants))

    def test_without_grants_every_estimate_is_over_its_rate(self):
        folder = os.path.join(self.scratch.name, "no-grants")
        shutil.copytree(self.folder, folder)
        os.remove(os.path.join(folder, "dds", "grants.csv"))
        with open(os.path.join(folder, "dds", "links.csv"), encoding="utf-8") as file:
            count = sum(1 for _ in file) - 1
        figure = figures_of(self.make(folder))["cutrate-0"]
        told = re.findall(r": ([^:<]*) in (\d+) of \d+ estimates</title>", figure)
        self.assertEqual(sum(int(number) for _, number in told), count)
        self.assertGreater(sum(int(number) for name, number in told if name == "cut at Relu_4"), 0)

    def test_latency_of_every_inference_is_shown(self):
        views = dict(re.findall(r'<div data-view="(\d+)"[^>]*>(.*?)</div>', self.figures["cuts-0"],
                                re.DOTALL))
        for device, drawing in views.items():
            dots, = re.findall(r'class="dots c0" d="([^"]*)"', drawing)
            self.assertEqual(dots.count("M"),
                             sum(row["device"] == device for row in self.completed))
        for name in ("median", "95th percentile"):
            self.assertIn(f"<title>dds: {name}</title>", self.figures["latency-time"])

    def test_flat_panels_say_what_they_are(self):
        self.assertIn("every timestep was an equilibrium", self.figures["game-0"])
        self.assertEqual(describe_flat("max_regret", [0.0, 2e-13]),
                         ("at most 2e-13 %:", "every timestep was an equilibrium"))
        self.assertEqual(describe_flat("rounds", [0.0, 0.0])[0], "decided without rounds")
        self.assertEqual(describe_flat("rounds", [1.0, 1.0])[0], "1 round in every timestep")
        for column, values in (("max_regret", [0.0, 0.1]), ("dual_gap_s", [1e-3]),
                               ("rounds", [3.0, 4.0])):
            self.assertIsNone(describe_flat(column, values))

    def test_profile_that_is_missing_or_another_one_is_told(self):
        folder = os.path.join(self.scratch.name, "others")
        shutil.copytree(self.folder, folder)
        for name in os.listdir(os.path.join(folder, "dds")):
            path = os.path.join(folder, "dds", name)
            with open(path, encoding="utf-8") as file:
                text = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace("squeezenet", "my-net").replace("MaxPool_3", "Pool"))
        figure = html.unescape(figures_of(self.make(folder))["dnns-0"])
        self.assertIn("Not drawn, because the DNN's profile cannot be read: my-net: ", figure)
        self.assertIn("my-net.json is not there", figure)
        self.assertIn("alexnet's profile has no layers Pool: the run had another one", figure)
        self.assertIn('data-view="resnet50"', figure)


class Graphs(unittest.TestCase):
    def check(self, dnn, sides, most):
        """What must hold for the rows of any graph."""
        sizes = [random.randint(1, 100) for _ in dnn.order]
        rows = graph.make_rows(dnn, sizes, sides, most)
        layers = [layer for row in rows for layer in row.layers]
        self.assertEqual(sorted(layers), sorted(dnn.order))
        place = {layer: i for i, row in enumerate(rows) for layer in row.layers}
        for layer, inputs in enumerate(dnn.inputs):
            self.assertTrue(all(place[source] <= place[layer] for source in inputs))
        for side in sides:
            above = max((place[layer] for layer in side), default=-1)
            self.assertEqual({layer for layer in dnn.order if place[layer] <= above}, set(side))
        # on each side of a cut a row may have to stay
        self.assertLessEqual(len(rows), max(most, 3 * (len(sides) + 1)))
        for i, row in enumerate(rows):
            down = [layer for layer in dnn.order if place[layer] <= i
                    and any(place[other] > i for other in dnn.outputs[layer])]
            self.assertEqual(row.below, sum(sizes[layer] for layer in down))
            if row.is_narrow and i + 1 < len(rows):
                self.assertLessEqual(len(down), 1)
        return rows

    def test_rows_of_bundled_dnns(self):
        random.seed(1)
        for path in sorted((paths.PROFILES / "dnn").glob("*.json")):
            dnn = graph.read_graph(path.stem)
            for layer in random.sample(dnn.order, min(12, len(dnn.order))):
                side = dnn.device_side(dnn.names[layer])
                self.assertTrue(all(source in side for i in side for source in dnn.inputs[i]))
                self.check(dnn, [side], 14)
                self.assertLessEqual(len(self.check(dnn, [], 14)), 14)
        self.assertEqual(dnn.device_side("local"), frozenset(dnn.order))
        self.assertIsNone(dnn.device_side("no such layer"))

    def test_rows_of_random_graphs(self):
        for seed in range(200):
            random.seed(seed)
            count = random.randint(2, 30)
            layers = [{"name": str(i), "op": "X", "flops": 1, "output_bytes": 4, "inputs": [
                str(j) for j in range(i) if j == i - 1 and random.random() < 0.7
                or random.random() < 0.1] or (["0"] if i else [])} for i in range(count)]
            dnn = graph.Graph(layers)
            sides = [dnn.device_side("+".join(map(str, random.sample(range(count), 2))))
                     for _ in range(4)]
            kept = graph.nested(sides)
            for i, k in zip(kept, kept[1:]):
                self.assertTrue(sides[i] <= sides[k])
            self.assertIn(0, kept)
            with self.subTest(seed=seed):
                unique = sorted({sides[i] for i in kept} - {frozenset(dnn.order)}, key=len)
                for most in (1, 5, 100):
                    self.check(dnn, unique, most)

    def test_layers_that_need_each_other_are_no_graph(self):
        layer = {"op": "X", "flops": 1, "output_bytes": 4}
        self.assertRaises(ValueError, graph.Graph, [{**layer, "name": "a", "inputs": ["b"]},
                                                    {**layer, "name": "b", "inputs": ["a"]}])

    def test_many_changes_are_drawn_in_few_stretches(self):
        changes = [(0.0, "local")] + [(0.01 * i, "ab"[i % 2]) for i in range(1, 100000)]
        stretches = cut_figures.to_stretches(changes, 1000.0)
        self.assertLessEqual(len(stretches), cut_figures.MAX_COLUMNS)
        self.assertEqual((stretches[0][0], stretches[-1][1]), (0, 1000))
        for (_, end, _), (begin, _, _) in zip(stretches, stretches[1:]):
            self.assertAlmostEqual(end, begin)
        slow = [(0.0, "local"), (300.0, "a"), (300.5, "b")]
        self.assertEqual(cut_figures.to_stretches(slow, 1000.0),
                         [(0, 300, "local"), (300, 300.5, "a"), (300.5, 1000, "b")])


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that the page about a run tells which deadlines were met, as the program that ran it does.

usage: report-deadlines-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility. Needs Jinja2; without it: exit code 77.
"""

import csv
import os
import re
import shutil

from report_case import ReportCase, main, run
from surgery.report.deadlines import fraction_met
from surgery.tables.run import Run


class Deadlines(ReportCase):
    SCHEDULERS = "dds,local-only"
    OPTIONS = ("--time=6s", "--devices=6", "--network=wired", "--warmup=1s", "--deadline=60ms")

    def read(self, scheduler, table):
        with open(os.path.join(self.folder, scheduler, f"{table}.csv"), newline="",
                  encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def write(self, folder, table, rows):
        with open(os.path.join(folder, f"{table}.csv"), "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)

    def test_a_row_says_what_follows_from_that_of_its_inference(self):
        for scheduler in ("dds", "local-only"):
            inferences = {(row["device"], row["id"]): row
                          for row in self.read(scheduler, "inferences")}
            deadlines = self.read(scheduler, "deadlines")
            self.assertEqual({(row["device"], row["id"]) for row in deadlines}, set(inferences))
            for row in deadlines:
                inference = inferences[row["device"], row["id"]]
                self.assertEqual(row["deadline_ns"], "60000000")
                if inference["outcome"] == "completed":
                    latency = (int(inference["result_received_ns"])
                               - int(inference["created_ns"]))
                    self.assertEqual(int(row["late_ns"]), latency - 60000000)
                    self.assertEqual(row["met"], str(int(latency <= 60000000)))
                else:
                    self.assertEqual(row["late_ns"], "")
                    self.assertIn(row["met"], ("0", ""))

    def test_page_and_program_agree(self):
        for scheduler in ("dds", "local-only"):
            said = re.search(rf"^{scheduler}: ([0-9.]+) % of the deadlines met; mean lateness of "
                             r"what was completed (-?[0-9.]+) ms", self.printed, re.MULTILINE)
            shown = re.search(rf'<th scope="row">{scheduler}</th>.*<td>([0-9.]+) %</td>'
                              r"<td>(-?[0-9.]+) ms</td></tr>", self.page)
            self.assertEqual(said.group(1), shown.group(1))
            self.assertAlmostEqual(float(said.group(2)) / float(shown.group(2)), 1, delta=0.01)
            rows = [row for row in self.read(scheduler, "deadlines") if row["met"]]
            created = {(row["device"], row["id"]): int(row["created_ns"])
                       for row in self.read(scheduler, "inferences")}
            counted = [row["met"] == "1" for row in rows
                       if created[row["device"], row["id"]] >= 1e9]
            self.assertEqual(f"{100 * sum(counted) / len(counted):.1f}", said.group(1))

    def test_each_device_has_its_fraction(self):
        printed = [re.split(r" {2,}", line.strip()) for line in self.printed.splitlines()
                   if re.match(r" *[0-9]+  ", line)]
        self.assertEqual(len(printed), 6)
        for cells in printed:
            self.assertRegex(self.page, rf'<tr><th scope="row">{cells[0]}</th><td>{cells[2]}</td>'
                             rf"<td>{cells[1]}</td>(<td>[0-9.]+ ms</td>){{2}}"
                             rf"<td>{re.escape(cells[-2])} %</td>")

    def test_the_distribution_has_the_deadline_as_a_line(self):
        figure = re.search('<figure id="latency-0">(.*?)</figure>', self.page, re.DOTALL).group(1)
        self.assertEqual(figure.count("<title>deadline 60 ms</title>"), 1)
        self.assertIn('<figure id="deadlines">', self.page)

    def test_there_is_nothing_of_it_without_deadlines(self):
        folder = os.path.join(self.scratch.name, "none")
        shutil.copytree(os.path.join(self.folder, "dds"), folder)
        os.remove(os.path.join(folder, "deadlines.csv"))
        page = self.make(folder)
        for text in ('id="deadlines"', "deadlines met", "lateness", "deadline 60 ms"):
            self.assertNotIn(text, page)
        out = os.path.join(self.scratch.name, "off")
        done = run(self.DEMO, f"--out={out}", "--time=2s", "--devices=2", "--network=wired",
                   "--pcap=false", "--schedulers=dds")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("deadline", done.stdout)
        self.assertFalse(os.path.exists(os.path.join(out, "dds", "deadlines.csv")))

    def test_dropped_ones_count_and_open_ones_do_not(self):
        folder = os.path.join(self.scratch.name, "counted")
        shutil.copytree(os.path.join(self.folder, "dds"), folder)
        rows = self.read("dds", "deadlines")
        for i, row in enumerate(rows):
            row["met"] = ("1", "0", "")[i % 3]
        self.write(folder, "deadlines", rows)
        result = Run(folder)
        known = {(row["device"], row["id"]): row["met"] for row in rows}
        counted = [known[row["device"], row["id"]] for row in self.read("dds", "inferences")
                   if int(row["created_ns"]) >= 1e9 and known[row["device"], row["id"]]]
        self.assertEqual(fraction_met(result.inferences), counted.count("1") / len(counted))
        self.assertLess(len(counted), len(result.inferences))

    def test_late_ones_are_dropped(self):
        out = os.path.join(self.scratch.name, "drop")
        done = run(self.DEMO, f"--out={out}", *self.OPTIONS, "--pcap=false",
                   f"--schedulers={self.SCHEDULERS}", "--dropLate=true")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("dropped: late", self.make(out))
        for scheduler in ("dds", "local-only"):
            result = Run(os.path.join(out, scheduler))
            self.assertTrue(all(row.lateness <= 0 for row in result.completed()))
        self.assertGreater(sum(row.reason == "late" for row in result.inferences), 10)


if __name__ == "__main__":
    main()

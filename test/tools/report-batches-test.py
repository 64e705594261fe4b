#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that the page about a run tells how large batches were, where servers make some.

usage: report-batches-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility. Needs Jinja2; without it: exit code 77.
"""

import csv
import os
import re
import shutil

from report_case import ReportCase, main


class Batches(ReportCase):
    SCHEDULERS = "server-only"
    OPTIONS = ("--time=4s", "--devices=8", "--network=wired", "--dnns=resnet50,squeezenet",
               "--server=server-v100", "--interval=ns3::ExponentialRandomVariable[Mean=0.05]",
               "--inputBytes=20000", "--sharing=batch[MaxBatchSize=4|QueueDelay=20ms]")

    def read(self, table):
        with open(os.path.join(self.folder, "server-only", f"{table}.csv"), newline="",
                  encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_a_row_says_how_the_job_of_an_inference_ran(self):
        jobs = {(row["device"], row["id"]): row for row in self.read("batches")}
        told = 0
        for row in self.read("inferences"):
            if row["outcome"] == "completed" and row["server_end_ns"]:
                job = jobs[row["device"], row["id"]]
                self.assertEqual((job["server"], job["dnn"]), (row["server"], row["dnn"]))
                self.assertEqual(job["start_ns"], row["server_start_ns"])
                self.assertEqual(job["end_ns"], row["server_end_ns"])
                told += 1
        self.assertGreater(told, 100)
        for job in jobs.values():
            self.assertEqual(int(job["waiting_ns"]), int(job["start_ns"]) - int(job["queued_ns"]))
            self.assertIn(int(job["batch_size"]), range(1, 5))
        self.assertGreater(max(int(job["batch_size"]) for job in jobs.values()), 1)
        self.assertLessEqual(max(int(job["waiting_ns"]) for job in jobs.values()
                                 if job["batch_size"] == "1"), 100e6)

    def test_the_page_shows_their_means(self):
        rows = self.read("batches")
        size = sum(int(row["batch_size"]) for row in rows) / len(rows)
        figure = re.search('<figure id="batches">(.*?)</figure>', self.page, re.DOTALL).group(1)
        shown = re.search("<title>server-only, all devices: ([0-9.]+)</title>", figure).group(1)
        self.assertAlmostEqual(float(shown) / size, 1, delta=0.01)
        self.assertIn("resnet50", figure)
        self.assertIn('<figure id="batch-waiting">', self.page)

    def test_there_is_nothing_of_it_without_batches(self):
        folder = os.path.join(self.scratch.name, "none")
        shutil.copytree(os.path.join(self.folder, "server-only"), folder)
        os.remove(os.path.join(folder, "batches.csv"))
        page = self.make(folder)
        for text in ('id="batches"', 'id="batch-waiting"'):
            self.assertNotIn(text, page)


if __name__ == "__main__":
    main()

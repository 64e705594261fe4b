#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that the page about a run tells what the server's price earned, as the tables do.

usage: report-prices-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility. Needs Jinja2; without it: exit code 77.
"""

import csv
import os
import re
import shutil

from report_case import ReportCase, main
from surgery.experiment import measured
from surgery.report.svg import short
from surgery.tables.run import Run

COLUMNS = ("posted_price_s", "revenue_s", "surplus_s", "welfare_s", "largest_envy_s")


class Prices(ReportCase):
    OPTIONS = ("--time=6s", "--devices=6", "--network=wired", "--warmup=1s",
               "--ns3::surgery::MecServer::PricePolicy=ns3::surgery::LinearPricePolicy"
               "[Base=+200ms|Slope=+1s]")

    def read(self, table):
        """The rows of a table."""
        with open(os.path.join(self.folder, "dds", f"{table}.csv"), newline="",
                  encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def figure(self, page):
        """The figure of prices; None if there is none."""
        found = re.search('<figure id="prices-0">(.*?)</figure>', page, re.DOTALL)
        return found and found.group(1)

    def test_rows_follow_from_shares_and_loads(self):
        rows, grants = self.read("schedule"), self.read("grants")
        load = 0.0
        for row in rows:
            price = float(row["posted_price_s"])
            self.assertAlmostEqual(price, 0.2 + load, delta=1e-9)
            load = float(row["load"])
            sold = sum(float(grant["share"]) for grant in grants if grant["time_ns"] == row["time_ns"])
            self.assertAlmostEqual(float(row["revenue_s"]), price * sold, delta=1e-6)
            self.assertAlmostEqual(float(row["welfare_s"]),
                                   float(row["revenue_s"]) + float(row["surplus_s"]), delta=1e-6)
            self.assertGreaterEqual(float(row["surplus_s"]), -1e-9)
            self.assertGreaterEqual(float(row["largest_envy_s"]), 0)
        self.assertGreater(load, 0)

    def test_the_page_has_three_curves_and_the_means(self):
        figure = self.figure(self.page)
        for title in ("price, ms", "revenue, ms", "welfare, ms"):
            self.assertIn(f"<title>{title}</title>", figure)
        rows = self.read("schedule")
        for name in ("revenue", "surplus", "welfare"):
            mean = sum(1e3 * float(row[f"{name}_s"]) for row in rows) / len(rows)
            self.assertIn(f"{name} {short(mean)} ms", figure)

    def test_results_of_experiments_have_the_means_after_the_warm_up(self):
        run = Run(os.path.join(self.folder, "dds"))
        self.assertTrue(measured.has_prices(run))
        rows = [row for row in self.read("schedule") if int(row["time_ns"]) >= 1e9]
        means = measured.measure_prices(run)
        self.assertEqual(tuple(means), COLUMNS)
        for column, mean in means.items():
            self.assertAlmostEqual(mean, sum(float(row[column]) for row in rows) / len(rows))

    def test_there_is_nothing_of_it_without_a_policy(self):
        folder = os.path.join(self.scratch.name, "none")
        shutil.copytree(os.path.join(self.folder, "dds"), folder)
        rows = [{name: text for name, text in row.items() if name not in COLUMNS}
                for row in self.read("schedule")]
        with open(os.path.join(folder, "schedule.csv"), "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        page = self.make(folder)
        self.assertIsNone(self.figure(page))
        self.assertNotIn("revenue", page.partition("<h2>Provenance</h2>")[0])
        self.assertFalse(measured.has_prices(Run(folder)))


if __name__ == "__main__":
    main()

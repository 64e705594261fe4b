#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that the page about a run tells servers apart which wrote into the same tables.

usage: report-servers-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility. Needs Jinja2; without it: exit code 77.
"""

import csv
import os
import re
import shutil

from report_case import ReportCase, main
from surgery.tables.run import Run

OTHER_SERVER = "4242"


def change(folder, table, function):
    """Replace the rows of a CSV file by what a function makes of them, in the order of time."""
    path = os.path.join(folder, f"{table}.csv")
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows, names = function(list(reader)), reader.fieldnames
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: int(row["time_ns"])))


def figures_of(page):
    """The figures of a page, by id."""
    return dict(re.findall(r'<figure id="([^"]+)">(.*?)</figure>', page, re.DOTALL))


def line_of(figure, title):
    """Where the line of a title goes."""
    return re.findall(f'<path class="line [^>]* d="([^"]*)"[^>]*><title>{title}</title>', figure)


class Servers(ReportCase):
    def make_two_servers(self):
        """A folder of a run whose first three devices move to another server after 3 s. That one
        decides 130 ms later, asks half of the price and lets devices have half as much."""
        folder = os.path.join(self.scratch.name, "servers")
        shutil.copytree(os.path.join(self.folder, "dds"), folder)

        def later(row, **values):
            time_ns = int(row["time_ns"]) + 130_000_000
            return [{**row, "server": OTHER_SERVER, "time_ns": time_ns, **values}] \
                if time_ns < 6e9 else []

        def has_moved(row):
            return int(row["device"]) < 3 and int(row["time_ns"]) >= 3e9

        def add_timesteps(rows):
            return rows + [other for row in rows for other in later(
                row, shadow_price_s=float(row["shadow_price_s"]) / 2, load=float(row["load"]) / 2,
                rounds=int(row["rounds"]) + 2)]

        def move_grants(rows):
            return [one for row in rows for one in (
                later(row, share=float(row["share"]) / 2) if has_moved(row) else [row])]

        def move(rows):
            return [{**row, "server": OTHER_SERVER} if has_moved(row) else row for row in rows]

        change(folder, "schedule", add_timesteps)
        change(folder, "grants", move_grants)
        for table in ("links", "cuts"):
            change(folder, table, move)
        return folder

    def test_servers_are_told_apart(self):
        folder = self.make_two_servers()
        page = self.make(folder)
        self.assertIn("6 devices, 2 servers, 6 s simulated", page)
        first, = (server for server in Run(folder).servers if server != OTHER_SERVER)
        one, two = figures_of(self.page), figures_of(page)
        for figure, whats in (("market-0", ("load", "shadow price")),
                              ("game-0", ("regret, %", "dual gap, ms"))):
            for server in (first, OTHER_SERVER):
                self.assertIn(f"</svg>server {server}</li>", two[figure])
            for what in whats:
                # the first server's curve is what it was alone
                alone = line_of(one[figure], what)
                self.assertEqual(len(alone), 1)
                self.assertEqual(line_of(two[figure], f"{what}, server {first}"), alone)
                other = line_of(two[figure], f"{what}, server {OTHER_SERVER}")
                self.assertEqual(len(other), 1)
                self.assertNotEqual(other, alone)
        # shares: bars without gaps, of each server in its color
        bars = re.findall(r'width="([0-9.]+)" height="[0-9.]+" class="(c[01])"[^>]*><title>device '
                          r"([0-9]+), [^:]+: [0-9.]+ % of server ([0-9]+)<", two["shares-0"])
        self.assertEqual({(style, server) for _, style, _, server in bars},
                         {("c0", first), ("c1", OTHER_SERVER)})
        held = re.findall(r'width="([0-9.]+)" height="[0-9.]+" class="heat"[^>]*><title>device '
                          r"([0-9]+), ", one["shares-0"])
        for device in map(str, range(3, 6)):  # did not move
            self.assertEqual([width for width, _, which, _ in bars if which == device],
                             [width for width, which in held if which == device])
        self.assertTrue([bar for bar in bars if bar[2:] == ("0", OTHER_SERVER)])
        # what servers played with: a line per server, where the device was with it
        cuts = two["cuts-0"].partition('data-view="0"')[2].partition("data-view")[0]
        lines = [line_of(cuts, f"what the scheduler played with on server {server}")
                 for server in (first, OTHER_SERVER)]
        self.assertEqual([len(line) for line in lines], [1, 1])
        xs = [[float(x) for x in re.findall(r"[ML]([0-9.]+) ", line)] for line, in lines]
        self.assertLess(max(xs[0]), min(xs[1]))
        self.assertIn(f"as server {OTHER_SERVER} knew it", cuts)

    def test_one_server_needs_no_name(self):
        server, = Run(os.path.join(self.folder, "dds")).servers
        self.assertTrue(server.isdigit())
        figures = figures_of(self.page)
        for name in ("market-0", "shares-0", "cuts-0", "game-0"):
            self.assertEqual(re.findall(r"servers? [0-9]+", figures[name]), [], name)
        self.assertEqual(re.findall(r"[0-9]+ servers", self.page), [])


if __name__ == "__main__":
    main()

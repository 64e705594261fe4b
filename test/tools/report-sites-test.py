#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that the page about a run of several sites shows where they are and who used which server.

usage: report-sites-test.py SITES [unittest's options]

SITES is the path of dnn-surgery-sites. Needs Jinja2; without it: exit code 77.
"""

import os
import re
import tempfile

from report_case import ReportCase, main, run
from surgery.tables.run import Run


class Sites(ReportCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.folder = os.path.join(cls.scratch.name, "results")
        done = run(cls.DEMO, f"--out={cls.folder}", "--network=wired", "--sites=3", "--devices=6",
                   "--time=4s", "--pcap=false")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        cls.page = cls.make(cls.folder)

    def figure(self, name):
        return re.search(f'<figure id="{name}">(.*?)</figure>', self.page, re.DOTALL).group(1)

    def test_the_table_has_a_row_per_site(self):
        rows = Run(self.folder).sites
        self.assertEqual([row["name"] for row in rows], ["site0", "site1", "site2"])
        self.assertEqual([row["server"] for row in rows], ["6", "7", "8"])
        self.assertEqual([(float(row["x_m"]), float(row["y_m"])) for row in rows],
                         [(-25, -25), (25, -25), (-25, 25)])

    def test_the_map_has_each_site_by_name(self):
        shown = self.figure("map-0")
        places = re.findall(r'<path class="site" d="M([0-9.]+) ([0-9.]+)h18v18h-18z">'
                            r"<title>(site[0-9]), server ([0-9])</title>", shown)
        self.assertEqual([(name, server) for _, _, name, server in places],
                         [("site0", "6"), ("site1", "7"), ("site2", "8")])
        (x0, y0), (x1, y1), (x2, y2) = [(float(x), float(y)) for x, y, _, _ in places]
        self.assertEqual((y0, x0), (y1, x2))
        self.assertAlmostEqual(x1 - x0, y0 - y2, delta=1)  # one scale, y upward
        self.assertIn("site with a server", shown)

    def test_a_device_that_changes_its_server_changes_its_color(self):
        with open(os.path.join(self.folder, "migrations.csv"), "w", encoding="utf-8") as file:
            file.write("time_ns,asked_ns,device,from_server,to_server,reason,handover,in_flight,"
                       "gap_ns\n2000000000,1900000000,2,6,8,nearest,finish,1,300000000\n")
        self.page = self.make(self.folder)
        shown = self.figure("devservers-0")
        boxes = re.findall(r'width="([0-9.]+)" height="[0-9.]+" class="(c[0-9])"><title>device '
                           r"([0-9]+): (site[0-9]), server ([0-9])", shown)
        self.assertEqual([(style, site) for _, style, device, site, _ in boxes if device == "2"],
                         [("c0", "site0"), ("c2", "site2")])
        self.assertEqual([site for _, _, device, site, _ in boxes if device == "0"], ["site0"])
        self.assertIn("Which server each device used: 1 change. Why: nearest 1 x. Without tensors: 0.3 "
                      "s in the median, 0.3 s at most.", shown)


if __name__ == "__main__":
    main()

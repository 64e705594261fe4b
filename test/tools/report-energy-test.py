#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that tables and page of a run with batteries tell where the energy went, and that there are
none without batteries.

usage: report-energy-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility. Needs Jinja2; without it: exit code 77.
"""

import os
import re
import tempfile

from report_case import ReportCase, main, run
from surgery.tables.run import Run


class Energy(ReportCase):
    SCHEDULERS = "dds,local-only"
    OPTIONS = ("--time=6s", "--devices=4", "--network=wired", "--battery=16",
               "--dnns=squeezenet,resnet50", "--processors=raspberry-pi-4")

    def setUp(self):
        self.runs = {name: Run(os.path.join(self.folder, name)) for name in ("dds", "local-only")}

    def figure(self, name):
        return re.search(f'<figure id="{name}">(.*?)</figure>', self.page, re.DOTALL).group(1)

    def test_what_was_drawn_is_what_the_battery_lost(self):
        for data in self.runs.values():
            for row in data.energy:
                drawn = sum(float(row[name])
                            for name in ("processor_j", "processor_idle_j", "radio_j"))
                self.assertAlmostEqual(drawn, 16 - float(row["remaining_j"]), delta=1e-6 * 16)

    def test_inferences_took_no_more_than_the_processor_drew(self):
        for data in self.runs.values():
            for device in data.devices:
                taken = sum(float(row["processor_j"]) for row in data.inference_energy
                            if row["device"] == str(device))
                drawn = [float(row["processor_j"]) for row in data.energy
                         if row["device"] == str(device)]
                # the last reading is up to a second old
                self.assertLessEqual(drawn[-1] - 1e-6, taken + 7.2)
                self.assertLessEqual(taken, drawn[-1] + 7.2)

    def test_an_empty_battery_ends_the_device(self):
        # 16 J hold for 2.2 s at 7.2 W of the processor, and less with the radio
        data = self.runs["local-only"]
        empty = {row.device for row in data.inferences if row.reason == "battery empty"}
        self.assertIn(1, empty)  # it runs ResNet-50 all the time
        last = max(row.created for row in data.inferences if row.device == 1)
        self.assertLess(last, 4)
        self.assertIn("Batteries that ran empty: ", self.figure("battery-1"))

    def test_the_page_shows_energy_beside_latency(self):
        shown = self.figure("inference-energy")
        self.assertIn("resnet50 on raspberry-pi-4", shown)
        self.assertIn("squeezenet on raspberry-pi-4", shown)
        parts = re.findall(r"<title>resnet50 on raspberry-pi-4, local-only: ([a-z ]+) "
                           r"([0-9.]+) J</title>", shown)
        joules = {name: float(value) for name, value in parts}
        # nothing is away from its device
        self.assertEqual((joules["radio"], joules["idle while it is away"]), (0, 0))
        self.assertAlmostEqual(joules["processor"], 7.2 * 0.908, delta=0.05)

    def test_without_batteries_there_is_nothing(self):
        with tempfile.TemporaryDirectory() as scratch:
            done = run(self.DEMO, f"--out={scratch}/run", "--time=1s", "--devices=1",
                       "--network=wired", "--schedulers=local-only", "--pcap=false")
            self.assertEqual(done.returncode, 0, done.stderr)
            files = [name for _, _, names in os.walk(scratch) for name in names]
            self.assertEqual([name for name in files if "energy" in name], [])
            page = self.make(f"{scratch}/run")
            self.assertNotIn("battery-0", page)
            self.assertNotIn("inference-energy", page)

    def test_wrong_batteries_are_refused_in_one_line(self):
        for option in ("--battery=0", "--battery=-5", "--battery=full", "--radioPower=1,2",
                       "--radioPower=-1,0,0"):
            done = run(self.DEMO, "--time=1s", "--battery=5", option)
            self.assertEqual(done.returncode, 2, option)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)


if __name__ == "__main__":
    main()

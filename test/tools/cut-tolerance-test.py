#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Test that programs tell where not all cuts of a DNN were found: cut-tolerance-test.py SOLVE MOBILE
with the paths of dnn-surgery-solve and dnn-surgery-wifi-mobility."""

import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import unittest

SOLVE, MOBILE = "", ""


def fan(readers):
    """A DNN in which unequal layers read the input: about readers^2 / 20 cuts."""
    numbers = random.Random(1)
    layers = [{"name": "input", "op": "Input", "inputs": [], "flops": 0, "output_bytes": 600000,
               "weight_bytes": 0}]
    for i in range(readers):
        layers.append({"name": f"reader{i}", "op": "Conv", "inputs": ["input"],
                       "flops": numbers.uniform(5e5, 2e6),
                       "output_bytes": numbers.randint(2000, 60000), "weight_bytes": 0})
    layers.append({"name": "concat", "op": "Concat", "flops": 1e4, "output_bytes": 100000,
                   "inputs": [f"reader{i}" for i in range(readers)], "weight_bytes": 0})
    return {"schema": "dnn-surgery/dnn/1", "name": "fan", "layers": layers}


class CutTolerance(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def profile(self, readers):
        path = self.folder / f"fan{readers}.json"
        path.write_text(json.dumps(fan(readers)))
        return str(path)

    def run_program(self, *arguments):
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def solve(self, readers, *arguments):
        scenario = self.folder / "scenario.json"
        device = {"name": "a", "dnn": self.profile(readers), "processor": "raspberry-pi-4",
                  "uplink_bps": 2e7, "downlink_bps": 2e7, "rho": 0.001}
        scenario.write_text(json.dumps({"server": {"processor": "server-t4"}, "devices": [device]}))
        return self.run_program(SOLVE, f"--scenario={scenario}", *arguments)

    def test_solve_tells_it(self):
        self.assertIn("cut tolerance 0.1 %", self.solve(300))
        self.assertEqual(json.loads(self.solve(300, "--json"))["cut_tolerance"], 1e-3)

    def test_solve_is_silent_if_all_cuts_are_found(self):
        self.assertNotIn("tolerance", self.solve(30))
        self.assertNotIn("cut_tolerance", json.loads(self.solve(30, "--json")))

    def simulate(self, readers, tables):
        out = self.folder / f"{tables}{readers}"
        text = self.run_program(MOBILE, "--network=wired", "--time=2s", "--devices=2", "--pcap=false",
                                "--schedulers=dds", f"--tables={tables}", f"--out={out}",
                                f"--dnns={self.profile(readers)}")
        if tables == "csv":
            return text, json.loads((out / "dds" / "provenance.json").read_text())
        with sqlite3.connect(out / "dds" / "tables.sqlite") as database:
            (found,), = database.execute("SELECT value FROM about WHERE name = 'provenance'")
        return text, json.loads(found)

    def test_simulations_tell_it(self):
        for tables in ("csv", "sqlite"):
            with self.subTest(tables=tables):
                text, provenance = self.simulate(300, tables)
                self.assertIn("too many cuts", text)
                self.assertEqual(provenance["settings"]["cut_tolerance"], "0.001")

    def test_simulations_are_silent_if_all_cuts_are_found(self):
        text, provenance = self.simulate(30, "csv")
        self.assertNotIn("too many cuts", text)
        self.assertNotIn("cut_tolerance", provenance["settings"])


if __name__ == "__main__":
    SOLVE, MOBILE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])

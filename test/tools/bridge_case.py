# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of schedulers in Python share: a simulation, and a scheduler.

The first argument of a test is PROGRAM, dnn-surgery-wifi-mobility.
"""

import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

from dnn_surgery import scheduler

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else ""
PYTHON = "/usr/bin/python3"
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "my" / "my-scheduler.py"
SCENARIO = ("--network=wired", "--devices=4", "--time=3s", "--pcap=false")


class Local(scheduler.Scheduler):
    """Everything stays on the devices."""

    ended = False

    def decide(self, game):
        return [scheduler.Decision(device.device, 0) for device in game.devices]

    def end(self):
        self.ended = True


class Case(unittest.TestCase):
    """Has a folder that goes away."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, text):
        """Write a program. @return its path"""
        path = self.folder / "program.py"
        path.write_text(textwrap.dedent(text), encoding="ascii")
        return path

    def command(self, name, *words):
        """A simulation's command, with the schedulers of that name."""
        return [PROGRAM, *SCENARIO, f"--schedulers={name}", *words]

    def run_it(self, name, *words):
        """Run a simulation. @return what it did"""
        return subprocess.run(self.command(name, *words), capture_output=True, text=True,
                              check=False, timeout=300)

    def tables(self, name, out, *words):
        """Run a simulation. @return contents of its tables, by name"""
        done = self.run_it(name, f"--out={self.folder / out}", *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        (folder,) = (self.folder / out).iterdir()
        return {path.name: path.read_bytes() for path in folder.iterdir()
                if path.name != "provenance.json"}

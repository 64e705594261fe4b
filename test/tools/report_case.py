# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What tests of the report share: a short run of the demo, and the page about a folder."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest

from surgery import paths

REPORT = (str(paths.ROOT / "surgery"), "report")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


class ReportCase(unittest.TestCase):
    """Has a run in folder, what the demo printed, and its page."""

    DEMO = ""  # path of dnn-surgery-wifi-mobility
    SCHEDULERS = "dds"
    OPTIONS = ("--time=6s", "--devices=6")

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.folder = os.path.join(cls.scratch.name, "results")
        done = run(cls.DEMO, f"--out={cls.folder}", *cls.OPTIONS, "--pcap=false",
                   f"--schedulers={cls.SCHEDULERS}")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        cls.printed = done.stdout
        cls.page = cls.make(cls.folder)

    @classmethod
    def make(cls, folder):
        """The report of a folder."""
        done = run(*REPORT, folder)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        with open(os.path.join(folder, "report.html"), encoding="utf-8") as file:
            return file.read()


def main():
    """The tests of the script, which takes DEMO as its first argument."""
    if not importlib.util.find_spec("jinja2"):
        print("skipped: python3-jinja2 is not installed")
        sys.exit(77)
    ReportCase.DEMO = sys.argv.pop(1)
    unittest.main()

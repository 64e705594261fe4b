#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that what a capture shows is what the table says, and that differences are found.

usage: capture-check-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility. Needs tshark; without it: exit code 77.
"""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
CHECK = os.path.join(ROOT, "utils", "capture-check.py")
SURGERY = os.path.join(ROOT, "surgery")
DEMO = ""


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)


class CaptureCheck(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        # device 0 is away for a while, and comes back over new connections
        done = run(DEMO, f"--out={cls.scratch.name}", "--time=7s", "--devices=4",
                   "--schedulers=dds", "--away=2s+4s")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        cls.run_folder = os.path.join(cls.scratch.name, "dds")
        cls.capture = os.path.join(cls.run_folder, "server.pcap")
        with open(os.path.join(cls.run_folder, "inferences.csv"), newline="",
                  encoding="utf-8") as file:
            cls.rows = list(csv.DictReader(file))

    def check_rows(self, rows):
        """What the script says about the capture and other rows: exit code, text."""
        path = os.path.join(self.scratch.name, "rows.csv")
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self.rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        done = run(CHECK, self.capture, path)
        return done.returncode, done.stdout

    def test_capture_and_table_agree(self):
        done = run(CHECK, self.run_folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("AGREE: ", done.stdout)
        on_server = [row for row in self.rows
                     if row["outcome"] == "completed" and row["server_end_ns"]]
        self.assertGreater(len(on_server), 20)
        self.assertIn(f"{len(self.rows)} rows, {len(on_server)} of them completed on the server",
                      done.stdout)

    def test_capture_and_database_agree(self):
        out = os.path.join(self.scratch.name, "database")
        done = run(DEMO, f"--out={out}", "--time=3s", "--devices=3", "--schedulers=dds",
                   "--traces=sqlite")
        if "without SQLite" in done.stderr:
            self.skipTest("a build without SQLite")
        done = run(CHECK, os.path.join(out, "dds"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, "AGREE: .* [1-9][0-9]* rows, [1-9][0-9]* of them completed")

    def test_any_difference_is_found(self):
        at = next(i for i, row in enumerate(self.rows) if row["server_end_ns"])
        changes = {
            "uplink_bytes": "12345",
            "downlink_bytes": "1",
            "server_start_ns": "17",
            "server_end_ns": "18",
            "last_byte_received_ns": "19",
            "cut": "local",
            "attempts": "0",
            "id": "999999",
            "device": "77",
        }
        for name, value in changes.items():
            changed = [dict(row) for row in self.rows]
            changed[at][name] = value
            code, text = self.check_rows(changed)
            self.assertEqual(code, 1, name)
            self.assertIn("DIFFERENT: ", text, name)
        code, _ = self.check_rows(self.rows[:at] + self.rows[at + 1:])
        self.assertEqual(code, 1)
        code, text = self.check_rows([*self.rows, {**self.rows[at], "id": "999999"}])
        self.assertEqual(code, 1)
        self.assertIn("inference 999999: was sent by the table, but there is no ACTIVATION", text)
        self.assertEqual(self.check_rows(self.rows)[0], 0)

    def test_what_cannot_be_compared(self):
        nothing = os.path.join(self.scratch.name, "nothing")
        for arguments, says in (((nothing,), "server.pcap: there is no such file"),
                                ((self.capture, self.capture), "is no CSV file"),
                                ((self.capture, CHECK), "no table of inferences"),
                                ((CHECK, CHECK), "tshark failed")):
            done = run(CHECK, *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(says, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertEqual(run(CHECK).returncode, 2)

    def test_installed_dissector_decodes_every_message(self):
        home = os.path.join(self.scratch.name, "home")
        os.mkdir(home)
        environment = {**os.environ, "HOME": home}
        environment.pop("XDG_CONFIG_HOME", None)
        done = run(SURGERY, "wireshark-install", env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        again = run(SURGERY, "wireshark-install", env=environment)
        self.assertEqual(again.returncode, 0, again.stderr)
        tshark = [shutil.which("tshark"), "-n", "-r", self.capture, "-T", "fields", "-e",
                  "surgery.type", "-Y"]
        decoded = run(*tshark, "surgery.type == 17", env=environment)
        results = sum(line.split(",").count("17") for line in decoded.stdout.splitlines())
        on_server = sum(bool(row["server_end_ns"]) for row in self.rows)
        self.assertGreaterEqual(results, on_server)
        malformed = run(*tshark, "surgery.malformed || _ws.malformed", env=environment)
        self.assertEqual(malformed.stdout, "", malformed.stderr)


if __name__ == "__main__":
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed")
        sys.exit(77)
    DEMO = sys.argv.pop(1)
    unittest.main()

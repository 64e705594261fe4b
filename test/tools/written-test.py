#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests how commands write files: whole or not at all, and that nobody else's file is lost."""

import csv
import os
import pathlib
import resource
import stat
import subprocess
import sys
import tempfile
import unittest

from surgery import paths
from surgery.console import Failure
from surgery.experiment import measured
from surgery.written import write_text, write_whole

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(paths.PACKAGE.parent)}
# A write of more than the largest file that the process may have
LARGE = "from surgery.written import write_text; write_text({path!r}, 'x' * 10000)"


class Written(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.path = self.folder / "x.csv"

    def check_files(self, *names):
        """The folder has these files, and no others."""
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), sorted(names))

    def check_refusal(self, path, why):
        """It cannot be written, which is told in a line with its path."""
        with self.assertRaises(Failure) as caught:
            write_text(path, "new")
        self.assertEqual((str(caught.exception), caught.exception.code),
                         (f"{path}: cannot be written: {why}", 1))

    def test_file_is_new_or_replaced(self):
        for text in ("first\n", "second\n"):
            write_text(self.path, text)
            self.assertEqual(self.path.read_text(encoding="utf-8"), text)
            self.check_files("x.csv")
        mask = os.umask(0o027)
        try:
            write_text(self.folder / "y", "")
        finally:
            os.umask(mask)
        self.assertEqual(stat.S_IMODE(os.stat(self.folder / "y").st_mode), 0o640)
        os.chmod(self.path, 0o600)
        write_text(self.path, "third\n")
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)

    def test_files_of_others_stay(self):
        for name in ("x.csv.part", "x.csv.part1"):
            (self.folder / name).write_text(name, encoding="utf-8")
        measured.write_rows(self.path, ("a", "b"), [{"a": 1, "b": 2}])
        self.check_files("x.csv", "x.csv.part", "x.csv.part1")
        self.assertEqual(self.path.read_bytes(), b"a,b\n1,2\n")
        for name in ("x.csv.part", "x.csv.part1"):
            self.assertEqual((self.folder / name).read_text(encoding="utf-8"), name)

    def test_what_fails_leaves_what_was_there(self):
        self.path.write_text("old", encoding="utf-8")
        with self.assertRaises(RuntimeError):
            with write_whole(self.path) as file:
                file.write("new")
                raise RuntimeError
        self.assertEqual(self.path.read_text(encoding="utf-8"), "old")
        self.check_files("x.csv")

    def test_disk_that_is_full(self):
        self.path.write_text("old", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-B", "-c", LARGE.format(path=str(self.path))], env=ENVIRONMENT,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
            capture_output=True, text=True, check=False)
        self.assertIn(f"{self.path}: cannot be written: File too large\n", done.stderr)
        self.assertEqual(self.path.read_text(encoding="utf-8"), "old")
        self.check_files("x.csv")

    def test_links_are_followed(self):
        os.symlink("x.csv", self.folder / "link")
        for text in ("new", "newer"):
            write_text(self.folder / "link", text)
            self.assertTrue((self.folder / "link").is_symlink())
            self.assertEqual(self.path.read_text(encoding="utf-8"), text)
        self.check_files("link", "x.csv")

    def test_pipe_is_written_to(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
            measured.write_rows(pipe, ("a",), [{"a": 7}])
            self.assertEqual(list(csv.DictReader(reader.stdout)), [{"a": "7"}])
        self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode))
        self.check_files("pipe")

    def test_device_is_written_to(self):
        device = self.folder / "device"
        try:
            os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 3))
            write_text(device, "gone")
        except (OSError, Failure) as error:
            self.skipTest(f"no device can be made here: {error}")
        self.assertTrue(stat.S_ISCHR(os.stat(device).st_mode))
        self.assertEqual(os.stat(device).st_rdev, os.makedev(1, 3))
        self.check_files("device")

    def test_what_cannot_be_written(self):
        self.check_refusal(self.folder, "Is a directory")
        self.check_refusal(self.folder / "no" / "x", "No such file or directory")
        self.path.write_text("", encoding="utf-8")
        self.check_refusal(self.path / "x", "Not a directory")
        self.check_refusal(self.folder / ("x" * 300), "File name too long")


if __name__ == "__main__":
    unittest.main()

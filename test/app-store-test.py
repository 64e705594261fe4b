#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that what the ns-3 App Store is told is true of this checkout."""

import importlib.util
import json
import os
import re
import struct
import unittest
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STORE = os.path.join(ROOT, "utils", "app-store")


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def load_generator():
    path = os.path.join(STORE, "make-icon.py")
    spec = importlib.util.spec_from_file_location("make_icon", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Icon(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(STORE, "icon.png"), "rb") as file:
            self.png = file.read()

    def test_is_100_by_100_with_opacity(self):
        width, height, bits, kind = struct.unpack(">IIBB", self.png[16:26])
        self.assertEqual((width, height, bits, kind), (100, 100, 8, 6))

    def test_is_what_the_generator_draws(self):
        length = struct.unpack(">I", self.png[33:37])[0]
        self.assertEqual(self.png[37:41], b"IDAT")
        rows = zlib.decompress(self.png[41 : 41 + length])
        pixels = b"".join(rows[row * 401 + 1 : (row + 1) * 401] for row in range(100))
        self.assertEqual(pixels, load_generator().draw())
        corners = [pixels[4 * place + 3] for place in (0, 99, 9900, 9999)]
        self.assertEqual(corners, [0, 0, 0, 0])


class App(unittest.TestCase):
    def setUp(self):
        self.app = json.loads(read("utils", "app-store", "app.json"))

    def test_has_the_versions_of_the_checkout(self):
        version = re.search(r"set\(module_version (.*)\)", read("CMakeLists.txt"))[1]
        self.assertEqual(self.app["version"], version)
        tested = dict(line.split() for line in read("NS3-VERSION").splitlines())
        self.assertEqual(self.app["ns3"]["minimum"], tested["minimum"])
        self.assertEqual(self.app["ns3"]["maximum"], tested["newest-tested"])

    def test_names_files_that_exist(self):
        for kind in ("icon", "release-notes", "license"):
            self.assertTrue(os.path.isfile(os.path.join(ROOT, self.app[kind])), self.app[kind])

    def test_has_release_notes_for_its_version(self):
        self.assertIn(f"## {self.app['version']}\n", read(self.app["release-notes"]))


if __name__ == "__main__":
    unittest.main()

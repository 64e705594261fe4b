#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that what the ns-3 App Store is told is true of this checkout."""

import importlib.util
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STORE = os.path.join(ROOT, "utils", "app-store")


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


class Icon(unittest.TestCase):
    PNG = os.path.join(STORE, "icon.png")
    SVG = os.path.join(STORE, "icon.svg")

    def test_is_100_by_100_with_opacity(self):
        with open(self.PNG, "rb") as file:
            width, height, bits, kind = struct.unpack(">IIBB", file.read(26)[16:])
        self.assertEqual((width, height, bits, kind), (100, 100, 8, 6))

    def test_drawing_is_square_and_asks_for_nothing(self):
        root = xml.etree.ElementTree.parse(self.SVG).getroot()
        self.assertEqual(root.get("viewBox"), "0 0 100 100")
        self.assertFalse([name for part in root.iter() for name in part.attrib if "href" in name])

    @unittest.skipUnless(shutil.which("rsvg-convert") and importlib.util.find_spec("matplotlib"),
                         "needs librsvg2-bin and python3-matplotlib")
    def test_picture_is_the_drawing(self):
        from matplotlib import image
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "icon.png")
            subprocess.run(["rsvg-convert", "-w", "100", "-h", "100", self.SVG, "-o", path],
                           check=True)
            picture, drawn = image.imread(self.PNG), image.imread(path)
        # edges may differ a bit between versions
        self.assertLess(abs(picture - drawn).mean(), 0.005)
        self.assertEqual([picture[y][x][3] for x in (0, 99) for y in (0, 99)], [0, 0, 0, 0])


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

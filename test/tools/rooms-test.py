#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that an #include that crosses the rooms' walls ends the configuration."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What the configuration does first, without the search for a compiler
CHECK = "cmake_minimum_required(VERSION 3.21)\n"

# file, a line planted in it, what the error says of it
PLANTS = [
    # rooms that the table of check-rooms.cmake does not allow
    ("model/device/bidder.cc", '#include "ns3/surgery-mec-server.h"',
     "must not include model/server/surgery-mec-server.h"),
    ("model/device/surgery-inference-client.h", '#include "ns3/surgery-server-processor.h"',
     "must not include model/server/surgery-server-processor.h"),
    ("model/device/granted-cut.h", '#include "ns3/surgery-scheduler.h"',
     "must not include model/scheduler/surgery-scheduler.h"),
    ("model/server/served-device.cc", '#include "ns3/surgery-inference-client.h"',
     "must not include model/device/surgery-inference-client.h"),
    ("model/server/share-ledger.h", '#include "ns3/surgery-link-estimator.h"',
     "must not include model/link/surgery-link-estimator.h"),
    ("model/link/oracle-link-estimator.cc", '#include "ns3/surgery-header.h"',
     "must not include model/message/surgery-header.h"),
    ("model/core/game/surgery-game.h", '#include "ns3/surgery-equilibrium.h"',
     "must not include model/core/equilibrium/surgery-equilibrium.h"),
    ("model/scheduler/surgery-scheduler.h", '#include "ns3/surgery-mec-server-helper.h"',
     "must not include helper/surgery-mec-server-helper.h"),
    ("helper/access/wifi-roaming.cc", '#include "ns3/surgery-mec-server.h"',
     "must not include model/server/surgery-mec-server.h"),
    ("helper/access/surgery-access-network.h", '#include "ns3/surgery-site-plan.h"',
     "must not include helper/sites/surgery-site-plan.h"),
    # the core needs no ns-3
    ("model/core/dnn/dnn-graph.h", '#include "ns3/nstime.h"', "must not include ns3/nstime.h"),
    ("model/core/partition/min-cut.cc", '#include "ns3/surgery-compat.h"',
     "must not include model/common/surgery-compat.h"),
    # who reads an installed header does not have the private ones
    ("model/message/surgery-header.h", '#include "codec.h"', 'must not include "codec.h"'),
    # private headers are their room's
    ("model/device/bidder.cc", '#include "share-ledger.h"', 'must not include "share-ledger.h"'),
    ("model/device/bidder.cc", '#include "../server/share-ledger.h"',
     'must not include "../server/share-ledger.h"'),
    ("model/device/bidder.cc", '#include "model/server/share-ledger.h"',
     'must not include "model/server/share-ledger.h"'),
    ("model/device/bidder.cc", "#include <model/server/share-ledger.h>",
     "must not include <model/server/share-ledger.h>"),
    # however it is written
    ("model/device/bidder.cc", '#  include <ns3/surgery-mec-server.h> // one look',
     "must not include model/server/surgery-mec-server.h"),
    ("model/device/bidder.cc", '  #\tinclude\t"ns3/surgery-mec-server.h"',
     "must not include model/server/surgery-mec-server.h"),
]


class Rooms(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = pathlib.Path(folder.name) / "tree"
        for name in ("cmake", "helper", "model"):
            shutil.copytree(ROOT / name, self.tree / name)
        shutil.copy(ROOT / "CMakeLists.txt", self.tree)
        includes = re.findall(r"^include\(cmake/.*$", (ROOT / "CMakeLists.txt").read_text(), re.M)
        self.assertEqual(includes[:2], ["include(cmake/files.cmake)",
                                        "include(cmake/check-rooms.cmake)"])
        (self.tree / "check.cmake").write_text(CHECK + "\n".join(includes[:2]) + "\n")

    def run_cmake(self, *arguments):
        """The exit code, and what was written to the standard error, in one line."""
        done = subprocess.run([os.environ.get("CMAKE", "cmake"), *arguments], cwd=self.tree,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        return done.returncode, " ".join(done.stderr.split())

    def plant(self, file, line):
        path = self.tree / file
        path.write_text(path.read_text().replace("#include ", line + "\n#include ", 1))
        self.assertIn(line, path.read_text())

    def test_pass_as_they_are(self):
        self.assertEqual(self.run_cmake("-P", "check.cmake"), (0, ""))

    def test_planted_include_is_an_error_that_names_the_file(self):
        for file, line, told in PLANTS:
            with self.subTest(file=file, line=line):
                before = (self.tree / file).read_text()
                self.plant(file, line)
                code, error = self.run_cmake("-P", "check.cmake")
                self.assertNotEqual(code, 0)
                self.assertIn(f"{file} {told}", error)
                self.assertEqual(error.count("CMake Error"), 1)
                (self.tree / file).write_text(before)

    def test_configuration_ends_with_it(self):
        file, line, told = PLANTS[0]
        self.plant(file, line)
        code, error = self.run_cmake("-S", ".", "-B", "build")
        self.assertNotEqual(code, 0)
        self.assertIn(f"{file} {told}", error)


if __name__ == "__main__":
    unittest.main()

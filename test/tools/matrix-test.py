#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the sources that ./surgery matrix puts into a chroot."""

import os
import pathlib
import tempfile
import unittest
from unittest import mock

from surgery import paths
from surgery.matrix import chroots


class Sources(unittest.TestCase):
    """Files of a checkout, in a chroot that has an earlier state of them."""

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.checkout, cache = (pathlib.Path(place.name) / name for name in ("checkout", "cache"))
        self.folder = cache / "sid/root/dnn-surgery"
        for name, text in (("a/same.cc", "same"), ("a/changed.h", "old"), ("gone/gone.cc", "gone")):
            for top in (self.checkout, self.folder):
                self.write(top / name, text)
        (self.checkout / "leads").symlink_to("a/same.cc")
        self.write(self.folder / "build-g++/object.o", "built")
        patch = mock.patch.multiple(paths, CACHE=cache, ROOT=self.checkout)
        patch.start()
        self.addCleanup(patch.stop)

    @staticmethod
    def write(path, text):
        """Write a file, with an old date."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (1e9, 1e9))

    def copy(self, *names):
        """Copy the files of these names, as if git knew them alone."""
        with mock.patch.object(chroots, "files", lambda: [self.checkout / name for name in names]):
            chroots.copy_sources("sid")

    def found(self):
        """The files in the chroot, with their texts."""
        return {str(path.relative_to(self.folder)): path.read_text()
                for path in self.folder.rglob("*") if not path.is_dir()}

    def test_what_changed_is_built_again_and_nothing_else(self):
        self.write(self.checkout / "a/changed.h", "new")
        self.copy("a/same.cc", "a/changed.h", "leads")
        self.assertEqual(self.found(), {"a/same.cc": "same", "a/changed.h": "new", "leads": "same",
                                        "build-g++/object.o": "built"})
        # newer than the object, although the file in the checkout is as old
        self.assertGreater((self.folder / "a/changed.h").stat().st_mtime,
                           (self.folder / "build-g++/object.o").stat().st_mtime)
        self.assertEqual((self.folder / "a/same.cc").stat().st_mtime, 1e9)
        self.assertTrue((self.folder / "leads").is_symlink())
        self.assertFalse((self.folder / "gone").exists())

    def test_files_and_folders_change_places(self):
        self.write(self.checkout / "b", "a file")
        self.write(self.folder / "b/was/deep.cc", "deep")
        self.write(self.checkout / "c/deep.cc", "deep")
        self.write(self.folder / "c", "was a file")
        self.copy("b", "c/deep.cc")
        self.assertEqual(self.found(), {"b": "a file", "c/deep.cc": "deep",
                                        "build-g++/object.o": "built"})


if __name__ == "__main__":
    unittest.main()

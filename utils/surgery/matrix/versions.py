# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What the cells of the matrix are made of."""

import os
import pathlib
from dataclasses import dataclass

# ns-3's releases, and the Debian that packages each
SUITES = {"3.37": "bookworm", "3.43": "trixie", "3.48": "sid"}
WAYS = ("standalone", "in-tree")
COMPILERS = ("g++", "clang++")

# what ns-3's tree is built with besides the modules that ours must have, because ours can use them
OPTIONAL_MODULES = "config-store;flow-monitor;lte"

# Chroots, logs and results. They are kept outside of the checkout, so that a run that was broken
# off goes on where it was.
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME")
                     or os.path.expanduser("~/.cache")) / "dnn-surgery"


@dataclass(frozen=True)
class Plan:
    """How cells are built and tested."""

    jobs: int
    flags: str = ""  # of the compiler, in place of those of the builds
    modules: str = OPTIONAL_MODULES
    again: bool = False
    warm: bool = False


@dataclass(frozen=True)
class Cell:
    """One of the table."""

    version: str
    way: str
    compiler: str
    more: str = ""  # what keeps it out of the table

    @property
    def suite(self):
        """The Debian that it is built in."""
        return SUITES[self.version]

    @property
    def name(self):
        """Of its log and its result."""
        return f"{self.version}-{self.way}-{self.compiler}{self.more}"

    @property
    def log(self):
        """What the cell printed."""
        return CACHE / "log" / self.name

    @property
    def result(self):
        """What came out."""
        return CACHE / "result" / self.name

    @property
    def tree(self):
        """The folder of ns-3's source tree, in the chroot's /root."""
        return f"ns-{self.version}-{self.compiler}"

    @property
    def profile(self):
        """ns-3's build profile: with logs and asserts, and without."""
        return "default" if self.compiler == "g++" else "release"

    def title(self):
        """How the table calls the way."""
        return self.way if self.way == "standalone" else f"{self.way}, {self.profile}"

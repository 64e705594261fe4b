# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The dimensions of the matrix, and its cells."""

from dataclasses import dataclass

from surgery import paths

# ns-3's releases, and the Debian that packages each
SUITES = {"3.37": "bookworm", "3.43": "trixie", "3.48": "sid"}
WAYS = ("standalone", "in-tree")
COMPILERS = ("g++", "clang++")

# optional modules with which ns-3's tree is built, in addition to those that ours requires
OPTIONAL_MODULES = "config-store;flow-monitor;lte"


@dataclass(frozen=True)
class Plan:
    """How cells are built and tested."""

    jobs: int
    flags: str = ""  # compiler flags that replace those of the builds
    modules: str = OPTIONAL_MODULES
    again: bool = False
    warm: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of the matrix."""

    version: str
    way: str
    compiler: str
    more: str = ""  # suffix of a cell that is not in the table

    @property
    def suite(self):
        """The Debian release in which it is built."""
        return SUITES[self.version]

    @property
    def name(self):
        """The name of its log and its result."""
        return f"{self.version}-{self.way}-{self.compiler}{self.more}"

    @property
    def log(self):
        """The file with the output of the cell."""
        return paths.CACHE / "log" / self.name

    @property
    def result(self):
        """The file with the result of the cell."""
        return paths.CACHE / "result" / self.name

    @property
    def tree(self):
        """The folder of ns-3's source tree, in the chroot's /root."""
        return f"ns-{self.version}-{self.compiler}"

    @property
    def profile(self):
        """ns-3's build profile: with logs and asserts, and without."""
        return "default" if self.compiler == "g++" else "release"

    def title(self):
        """The way, as named in the table."""
        return self.way if self.way == "standalone" else f"{self.way}, {self.profile}"

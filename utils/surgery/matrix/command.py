# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that builds and tests with several releases of ns-3, each in a chroot of the Debian
that has it, standalone and inside ns-3's source tree, with g++ and clang."""

import argparse
import fcntl
import os
import re
import shutil

from surgery import building, paths
from surgery.console import Failure, add_command, count, say
from surgery.matrix import cells, chroots
from surgery.matrix.table import print_table
from surgery.matrix.versions import COMPILERS, OPTIONAL_MODULES, SUITES, WAYS, Cell, Plan

TEXT = f"""\
Builds and tests with each VERSION of ns-3 ({" ".join(SUITES)}) in a chroot of the Debian that has
it, and prints a table. What passed with these very sources and flags is not run again. Takes hours, as
root, on Debian with the package debootstrap."""

MORE = f"""\
Chroots, logs and results are in {paths.CACHE}.
The tree of a release is Debian's source package, or what is unpacked in
{paths.CACHE}/source/ns-VERSION."""


def pattern(expression, what):
    """@return a type of arguments that match a regular expression"""
    def check(text):
        if not re.fullmatch(expression, text):
            raise argparse.ArgumentTypeError(f'"{text}" are not {what}')
        return text
    return check


def add_commands(commands):
    """Add this command to the command line."""
    parser = add_command(commands, "matrix", matrix,
                         "build and test with several releases of ns-3, in chroots", TEXT, MORE)
    parser.usage = "./surgery matrix [VERSION ...] [OPTION ...]"
    parser.add_argument("versions", metavar="VERSION", nargs="*", help="default: all")
    parser.add_argument("--way", choices=WAYS, help="default: both")
    parser.add_argument("--compiler", choices=COMPILERS, help="default: both")
    parser.add_argument("--jobs", metavar="N", type=count, default=building.processors(),
                        help="processes at once (default: as many as there are processors)")
    parser.add_argument("--flags", type=pattern("[A-Za-z0-9= -]+", "compiler flags"),
                        help='compiler flags in place of those of the builds ("-O1 -DNDEBUG" takes '
                        "half as long to compile)")
    parser.add_argument("--modules", type=pattern("[a-z0-9;-]+", "modules of ns-3"),
                        default=OPTIONAL_MODULES,
                        help="in a tree: ns-3's modules to build besides those that are needed, "
                        f"with semicolons between, or none (default: {OPTIONAL_MODULES}); other "
                        "ones than these have no place in the table")
    parser.add_argument("--again", action="store_true", help="run cells that passed, too")
    parser.add_argument("--warm", action="store_true", help="only run cells that have been run "
                        "before, in the chroots that are there")
    parser.add_argument("--table", action="store_true", help="only print the table")


def lock(version):
    """Lock the chroot of a release for this process. @return the lock"""
    suite = SUITES[version]
    file = open(paths.CACHE / "log" / f"{suite}.lock", "w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Failure(f"another matrix works with ns-{version}, in {paths.CACHE / suite}") from error
    return file


def run_version(version, sources, plan, settings):
    """Run the cells of a release. @return whether all pass"""
    suite = SUITES[version]
    with lock(version):
        if not chroots.is_prepared(suite):
            if plan.warm:
                say(f"there is no chroot of Debian {suite} yet")
                return True
            if not chroots.prepare(suite):
                say(f"no chroot of Debian {suite}, see {paths.CACHE}/log/{suite}")
                return False
        passed = True
        for way in [settings.way] if settings.way else WAYS:
            # a cell with other modules is not in the table
            is_other = way == "in-tree" and plan.modules != OPTIONAL_MODULES
            more = f"-with-{plan.modules.replace(';', '+') or 'none'}" if is_other else ""
            for compiler in [settings.compiler] if settings.compiler else COMPILERS:
                passed &= cells.run(Cell(version, way, compiler, more), sources, plan)
        return passed


def matrix(settings):
    """Run the cells that are asked for, and print the table."""
    for version in settings.versions:
        if version not in SUITES:
            raise Failure(f'matrix: unknown version "{version}", use: {" ".join(SUITES)}')
    if settings.table:
        return 0 if print_table(paths.CACHE / "result") else 1
    if os.geteuid() != 0:
        raise Failure("matrix makes chroots, so run it as root")
    for tool in ("git",) if settings.warm else ("git", "debootstrap"):
        if not shutil.which(tool):
            raise Failure(f"matrix needs: apt-get install {tool}")
    modules = "" if settings.modules == "none" else settings.modules
    plan = Plan(settings.jobs, settings.flags or "", modules, settings.again, settings.warm)
    for folder in ("log", "result"):
        (paths.CACHE / folder).mkdir(parents=True, exist_ok=True)
    sources = cells.sources_id(plan)
    passed = True
    for version in settings.versions or SUITES:
        passed &= run_version(version, sources, plan, settings)
    return 0 if print_table(paths.CACHE / "result") and passed else 1

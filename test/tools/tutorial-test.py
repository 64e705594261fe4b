#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Runs the commands of a tutorial and compares what they print with what the page shows.

usage: tutorial-test.py PAGE BUILD RELEASE

PAGE is one of doc/tutorials. Its blocks `.. code-block:: console` are run one after the other in a
scratch folder that looks like the top of the repository, with the programs of the folder BUILD. A
line "$ COMMAND" is a command, "> MORE" goes on with it, and the lines below are all that it prints
on the standard output, where "..." stands for any text, and on a line by itself for any lines. Every
command has to succeed. With another RELEASE of ns-3 than the pages are written with, a simulation
may print other numbers, so only that is tested.

A comment `.. needs PROGRAM`, or `.. needs module NAME` of Python, in the page: without it, exit code
77.
"""

import dataclasses
import difflib
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
WRITTEN_WITH = "3.37"
TIMEOUT_S = 600
# what a command of a page may name; results go elsewhere
SHARED = ("surgery", "data", "examples", "utils")


@dataclasses.dataclass
class Command:
    """A command of a page, and the lines it shows beneath."""

    text: str
    shown: list


def read_commands(page):
    """All commands of a page, in order."""
    commands = []
    blocks = re.findall(r"^\.\. code-block:: console\n\n((?:   .*\n|\n)+)", page, re.MULTILINE)
    for block in blocks:
        for line in textwrap.dedent(block).strip("\n").splitlines():
            if line.startswith("$ "):
                commands.append(Command(line[2:], []))
            elif f"{line} ".startswith("> ") and not commands[-1].shown:
                commands[-1].text += "\n" + line[2:]
            else:
                commands[-1].shown.append(line)
    return commands


def matches(shown, printed):
    """Whether what was printed is what the page shows."""
    pattern = ""
    for line in shown:
        if line.strip() == "...":
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(map(re.escape, line.split("..."))) + r"\n"
    # blanks at the end of a line do not show
    lines = "".join(line.rstrip() + "\n" for line in printed.splitlines())
    return re.fullmatch(pattern, lines) is not None


def run(command, folder, build):
    """Run a command. @return what went wrong, or None, and what it printed"""
    environment = {**os.environ, "HOME": str(folder), "DNN_SURGERY_BUILD": str(build)}
    done = subprocess.run(["bash", "-c", command.text], cwd=folder, env=environment, text=True,
                          capture_output=True, check=False, timeout=TIMEOUT_S,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        return f"exit code {done.returncode}\n{done.stderr}", done.stdout
    return None, done.stdout


def main(page, build, release):
    text = pathlib.Path(page).read_text(encoding="utf-8")
    for kind, name in re.findall(r"^\.\. needs (module )?(\S+)$", text, re.MULTILINE):
        if not (importlib.util.find_spec(name) if kind else shutil.which(name)):
            print(f"skipped: {name} is not installed")
            return 77
    commands = read_commands(text)
    if not commands:
        print(f"{page}: has no command to run")
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for name in SHARED:
            (folder / name).symlink_to(ROOT / name)
        build = pathlib.Path(build).resolve()
        (folder / "build").symlink_to(build)
        for command in commands:
            print(f"$ {command.text}", flush=True)
            problem, printed = run(command, folder, build)
            if not problem and release == WRITTEN_WITH and not matches(command.shown, printed):
                problem = "prints something else:\n" + "\n".join(
                    difflib.unified_diff(command.shown, printed.splitlines(), "page", "program",
                                         lineterm=""))
            if problem:
                print(problem)
                return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

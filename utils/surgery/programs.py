# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The examples: their list, and the options they know."""

import re
import subprocess

from surgery import building, paths
from surgery.console import Failure


def examples():
    """What each example shows, by name, from the one list of them."""
    text = (paths.EXAMPLES / "CMakeLists.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^# ([a-z][a-z0-9-]*): (.*)$", text, re.MULTILINE))


def check_name(name):
    """Refuse an unknown example."""
    known = examples()
    if name not in known:
        raise Failure(f'unknown example "{name}", use one of: {" ".join(known)}')


def find(name):
    """The path of a built example."""
    return building.folder() / "examples" / name


def unknown_options(program, names):
    """Those options that an ns-3 program does not know."""
    known = {"help", "h"}
    for option in ("--help", "--PrintGlobals"):
        done = subprocess.run([program, option], stdin=subprocess.DEVNULL, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        known.update(re.findall(r"--([\w:]+?)[:=]", done.stdout))
    # --ns3::Class::Attribute sets a default value
    return [name for name in names if name not in known and not name.startswith("ns3::")]


def check_words(name, arguments):
    """Refuse unknown options."""
    for argument in arguments:
        if not argument.startswith("-"):
            raise Failure(f'{name} takes options only, not "{argument}"')


def check_options(program, arguments):
    """Refuse what an ns-3 program would answer with a page of help."""
    names = [re.sub("^--?", "", argument.partition("=")[0]) for argument in arguments]
    for name in unknown_options(program, names):
        raise Failure(f"{program.name} has no option --{name}, "
                      f"see: ./surgery run {program.name} --help")

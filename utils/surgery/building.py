# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Configures and builds the C++ code, if it is not built already."""

import os
import pathlib
import re
import shutil
import subprocess

from surgery import packages, paths
from surgery.console import Failure, say


def folder():
    """The build folder: that of the repository, or the one in which all is built."""
    return pathlib.Path(os.environ.get("DNN_SURGERY_BUILD") or paths.BUILD).absolute()


def processors():
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


def read_cache(build):
    """What a build folder is configured with, by name; None if it is not."""
    try:
        text = (build / "CMakeCache.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return dict(re.findall(r"^(\w+):[A-Z]+=(.*)$", text, re.MULTILINE))


def run(*command):
    """Call a tool; its output is shown as progress."""
    code = subprocess.run(command, stdout=2, check=False).returncode
    if code != 0:
        raise Failure(f"{os.path.basename(command[0])} failed", code if code > 0 else 128 - code)


def configure(build, **settings):
    """Configure a build folder, unless it has these settings already."""
    if packages.is_prepared():
        return
    if os.environ.get("CI") == "true":  # there, a warning is an error
        settings["DNN_SURGERY_WERROR"] = "ON"
    cache = read_cache(build)
    if cache and (build / "build.ninja").exists() and settings.items() <= cache.items():
        return
    # a first configuration asks for no more than its command needs; later ones only add
    if cache is None:
        settings.setdefault("DNN_SURGERY_TESTS", "OFF")
    if shutil.which("ccache"):
        settings["CMAKE_CXX_COMPILER_LAUNCHER"] = "ccache"
    say(f"configuring {os.path.relpath(build, paths.ROOT)}")
    run("cmake", "-S", str(paths.ROOT), "-B", str(build), "-G", "Ninja",
        *(f"-D{name}={value}" for name, value in settings.items()))


def build(where, *targets):
    """Build targets in a folder."""
    if packages.is_prepared():
        return
    command = ("cmake", "--build", str(where), "--parallel", str(processors()), "--target", *targets)
    # where there is nothing to do, nothing is said
    done = subprocess.run([*command, "--", "-n"], capture_output=True, text=True, check=False)
    if "ninja: no work to do." not in done.stdout.splitlines():
        run(*command)


def prepare(*targets, more_packages=(), **settings):
    """Install, configure and build what targets need."""
    packages.install(*packages.BUILD, *more_packages)
    configure(folder(), **settings)
    build(folder(), *targets)

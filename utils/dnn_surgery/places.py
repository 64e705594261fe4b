# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Where the simulator and its scenarios are: in a checkout, or where they are installed."""

import functools
import os
import pathlib
import shutil
import subprocess

SIMULATOR = "dnn-surgery-simulate"
HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]  # if this package is in a checkout
PREFIX = HERE.parents[3]  # if it is in PREFIX/lib/python3/dist-packages


def is_checkout():
    """Whether this package is that of a checkout."""
    return (CHECKOUT / "surgery").is_file() and (CHECKOUT / "CMakeLists.txt").is_file()


@functools.lru_cache(maxsize=None)
def find_simulator():
    """The program that runs scenarios: that of the build folder which DNN_SURGERY_BUILD names, that of
    the checkout, which is built if need be, or the installed one. It is looked for once.
    @throws FileNotFoundError if there is none
    @throws subprocess.CalledProcessError if it cannot be built"""
    prepared = os.environ.get("DNN_SURGERY_BUILD")
    if prepared:
        path = pathlib.Path(prepared).absolute() / "examples" / SIMULATOR
    elif is_checkout():
        # its progress is no result
        subprocess.run([CHECKOUT / "surgery", "build", SIMULATOR], stdout=2, check=True)
        path = CHECKOUT / "build" / "examples" / SIMULATOR
    else:
        path = PREFIX / "bin" / SIMULATOR
        path = path if path.is_file() else pathlib.Path(shutil.which(SIMULATOR) or path)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there")
    return path


def find_scenario(name):
    """A scenario file: a path, or the name of a bundled one, such as "demo".
    @throws FileNotFoundError if there is none"""
    path = pathlib.Path(name)
    if path.is_file():
        return path
    folder = (CHECKOUT / "data" if is_checkout() else PREFIX / "share" / "dnn-surgery") / "scenarios"
    bundled = folder / f"{os.fspath(name).removesuffix('.json')}.json"
    if path.name != os.fspath(name) or not bundled.is_file():
        raise FileNotFoundError(f"{name}: there is no such scenario file")
    return bundled

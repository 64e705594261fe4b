# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Debian's packages: which command needs which, and how they are installed."""

import importlib
import importlib.util
import os
import shutil
import subprocess

from surgery.console import Failure, say

# libns3-dev asks for GSL, libxml2 and SQLite, and for a program of ns3, without depending on their
# packages.
BUILD = ("g++", "cmake", "ninja-build", "ns3", "libns3-dev", "libgsl-dev", "libxml2-dev",
         "libsqlite3-dev", "libboost-dev", "nlohmann-json3-dev")
REPORT = ("python3-jinja2",)
FRAMES = ("python3-numpy", "python3-pandas")
TEST = ("libgtest-dev", "python3-onnx", "libonnx-testdata", "tshark", "librsvg2-bin",
        "python3-jsonschema", *REPORT, *FRAMES)
SLURM = ("munge", "slurmctld", "slurmd", "slurm-client")
# the browser that the report is shown to, 360 MB, what runs a stand-in for ONNX Runtime, and what
# draws, so only in CI: elsewhere their tests are skipped
CI_TEST = ("chromium", "nodejs", "python3-matplotlib")
BENCHMARK = ("libbenchmark-dev",)
DOCUMENTATION = ("doxygen", "python3-sphinx", "python3-myst-parser")
EXPERIMENT = ("snakemake", "python3-matplotlib")
PYTHON = (*FRAMES, "python3-matplotlib")


def is_prepared():
    """Whether somebody names a folder in which all is built, as the tests do: then nothing is
    installed, configured or built."""
    return bool(os.environ.get("DNN_SURGERY_BUILD"))


def missing(packages):
    """Those that are not installed, as far as dpkg knows."""
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages],
        capture_output=True, text=True, check=False).stdout.splitlines()
    return [package for package in packages if f"{package} installed" not in listing]


def is_on_cluster():
    """Whether SLURM is configured here: then somebody else decides what is installed."""
    return "SLURM_CONF" in os.environ or os.path.exists("/etc/slurm/slurm.conf")


def become_root(by_sudo):
    """@return the words that begin a command of root; None where this process may not be root.
    Nobody is asked for a password: a question would wait unseen on a machine without a person."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if not by_sudo or not shutil.which("sudo") or subprocess.run(
            [*sudo, "true"], stdin=subprocess.DEVNULL, capture_output=True,
            check=False).returncode != 0:
        return None
    return sudo


def apt_get(root, *arguments, quiet=False):
    """Call apt-get, asking nothing. @param root what makes it root @return its exit code"""
    command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y",
               "-o", "Dpkg::Use-Pty=0", *arguments]
    # stdout is for what the command prints
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=2, check=False,
                          stderr=subprocess.DEVNULL if quiet else None).returncode


def install(*packages, by_sudo=True):
    """Install those that are missing, or name them where this process may not.
    @param by_sudo whether sudo may be used, on a machine that is not part of a cluster"""
    # elsewhere than on Debian and its kin, CMake names what it misses
    if is_prepared() or not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        return
    absent = missing(packages)
    if not absent:
        return
    names = " ".join(absent)
    root = become_root(by_sudo and not is_on_cluster())
    if root is None:
        raise Failure(f"packages are missing; as root, run: apt-get install {names}")
    say(f"installing {names}")
    command = ("install", "--no-install-recommends", *absent)
    # the first try fails where the package lists are absent or old
    if apt_get(root, *command, quiet=True) != 0:
        say("updating the package lists")
        if apt_get(root, "update") != 0 or apt_get(root, *command) != 0:
            raise Failure(f"cannot install {names}", 1)


def need_module(module, package):
    """Make sure that a Python module can be imported."""
    if importlib.util.find_spec(module):
        return
    install(package)
    importlib.invalidate_caches()
    if not importlib.util.find_spec(module):
        raise Failure(f"{package} is missing; as root, run: apt-get install {package}")


def need_program(program, package):
    """Make sure that a program can be called. @return its path"""
    if not shutil.which(program):
        install(package)
    path = shutil.which(program)
    if not path:
        raise Failure(f"{program} is missing; as root, run: apt-get install {package}")
    return path

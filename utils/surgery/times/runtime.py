# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""ONNX Runtime, by its package for Node: installs it once for each user, and runs models in it."""

import json
import pathlib
import subprocess
import tempfile

from surgery import packages, paths
from surgery.console import Failure, say

PACKAGE = "onnxruntime-node"
VERSION = "1.24.3"
SCRIPT = pathlib.Path(__file__).with_suffix(".js")


class RunFailure(Failure):
    """A model does not run."""


def install():
    """Install it where it is not. @return its folder"""
    packages.need_program("node", "nodejs")
    home = paths.CACHE / f"{PACKAGE}-{VERSION}"
    folder = home / "node_modules" / PACKAGE
    if folder.is_dir():
        return folder
    npm = packages.need_program("npm", "npm")
    say(f"installing {PACKAGE} {VERSION} into {home}, about 230 MB")
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
            # its install script would download code for GPUs; what the CPU needs is in the package
            new = pathlib.Path(scratch, "new")
            new.mkdir()
            done = subprocess.run(
                [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", new,
                 f"{PACKAGE}@{VERSION}"], capture_output=True, text=True, check=False,
                stdin=subprocess.DEVNULL, cwd=new)
            if done.returncode != 0:
                raise Failure(f"npm cannot install {PACKAGE}: {last_line(done.stderr)}", 1)
            new.rename(home)
    except OSError as error:
        raise Failure(f"{home}: cannot be written: {error.strerror}", 1) from error
    return folder


def last_line(text):
    """The last line that says something."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it does not say why"


def run(job, follow=None, is_urgent=False):
    """Have runtime.js do a job, whose fields it lists. @param follow called with what each line says
    @param is_urgent whether it goes before all other programs @return what the last line says"""
    folder = pathlib.Path(job["folder"])
    path = folder / "job.json"
    path.write_text(json.dumps({"runtime": str(install()), **job}), encoding="utf-8")
    said, urgent = None, ("chrt", "--fifo", "1") if is_urgent else ()
    with open(folder / "errors", "w+", encoding="utf-8", errors="replace") as errors, \
            subprocess.Popen([*urgent, "node", SCRIPT, path], stdin=subprocess.DEVNULL, text=True,
                             stdout=subprocess.PIPE, stderr=errors) as process:
        for line in process.stdout:
            said = json.loads(line)
            if follow:
                follow(said)
        code = process.wait()
        errors.seek(0)
        text = errors.read()
    if code < 0:
        raise RunFailure(f"ONNX Runtime was ended by signal {-code}; is memory short?", 1)
    if code != 0 or said is None:
        raise RunFailure(f"ONNX Runtime: {last_line(text)}", 1)
    return said

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What tests of scenario files share: the bundled ones, and running them."""

import copy
import csv
import json
import pathlib
import subprocess
import tempfile

SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "data/scenarios"
SCHEMA = SCENARIOS / "scenario-1.schema.json"

# Short, and every device offloads something
SMALL = {
    "schema": "dnn-surgery/scenario/1",
    "simulation": {"time_s": 2},
    "network": {"kind": "wired"},
    "server": {"processor": "server-t4"},
    "devices": [
        {"name": "a", "dnn": "resnet34", "processor": "raspberry-pi-4", "interval_s": 0.2},
        {"name": "b", "dnn": "alexnet", "processor": "raspberry-pi-4", "interval_s": 0.2},
    ],
}


def whole():
    """The bundled scenarios with a schema, by name."""
    found = {}
    for path in sorted(SCENARIOS.glob("*.json")):
        document = json.loads(path.read_text())
        if path != SCHEMA and "schema" in document:
            found[path.stem] = document
    return found


def set_at(document, path, value):
    """Change a field; a path has names and indices. None takes it away."""
    for step in path[:-1]:
        document = document.setdefault(step, {}) if isinstance(document, dict) else document[step]
    if value is None:
        del document[path[-1]]
    else:
        document[path[-1]] = value


def changed(*changes, base=None):
    """A scenario with changes: pairs of a path and a value."""
    document = copy.deepcopy(base or SMALL)
    for path, value in changes:
        set_at(document, path, value)
    return document


class Programs:
    """The programs of a build."""

    def __init__(self, build):
        self.folder = pathlib.Path(build).resolve() / "examples"

    def run(self, name, *options, text=None, timeout=300):
        """Run a program."""
        return subprocess.run([self.folder / name, *map(str, options)], input=text,
                              capture_output=True, text=True, check=False, timeout=timeout)

    def simulate(self, document, *options, timeout=300):
        """Simulate a scenario. @return what was printed, and the tables: rows by name"""
        with tempfile.TemporaryDirectory() as folder:
            done = self.run("dnn-surgery-simulate", "--scenario=-", f"--out={folder}", *options,
                            text=json.dumps(document), timeout=timeout)
            if done.returncode != 0:
                raise AssertionError(f"exit code {done.returncode}: {done.stderr}")
            files = {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}
        tables = {name[:-4]: list(csv.DictReader(content.decode().splitlines()))
                  for name, content in files.items() if name.endswith(".csv")}
        return done.stdout, tables, files

    def check(self, document, *options):
        """Check a scenario. @return exit code, and what was printed on either stream"""
        done = self.run("dnn-surgery-simulate", "--scenario=-", "--check", *options,
                        text=document if isinstance(document, str) else json.dumps(document))
        return done.returncode, done.stdout, done.stderr

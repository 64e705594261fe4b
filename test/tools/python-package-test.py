#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests how the Python packages are put together: who imports whom, and what they need."""

import ast
import graphlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from surgery import paths

# What each room may import, besides dnn_surgery; what is in no room is the base.
ROOMS = {
    "base": {"base"},
    "tables": {"tables", "base"},
    "report": {"report", "tables", "base"},
    "experiment": {"experiment", "tables", "base"},
    "onnx": {"onnx", "base"},
    "zoo": {"zoo", "onnx", "base"},
    "times": {"times", "onnx", "base"},
    "matrix": {"matrix", "base"},
    "front": {"front", "report", "experiment", "onnx", "zoo", "times", "matrix", "tables", "base",
              "commands"},
    # the package that people import stands alone
    "library": set(),
    # modules that are a command each
    "commands": {"commands", "tables", "base"},
}
# Calls the function that commands call
INSTALL = """
import sys
from surgery import console, packages
try:
    packages.install(*sys.argv[1:])
except console.Failure as failure:
    sys.exit(failure.code)
"""
COMMANDS = {"attribute_pages", "capture_check", "negotiation_plots", "plot_negotiation"}


def room_of(module):
    """Where a module is."""
    if module.split(".")[0] == "dnn_surgery":
        return "library"
    parts = module.split(".")[1:]
    if len(parts) > 1:
        return parts[0]
    if parts and (parts[0] in COMMANDS or parts[0] == "__main__"):
        return "front" if parts[0] == "__main__" else "commands"
    return parts[0] if parts and parts[0] in ROOMS else "base"


def modules():
    """The syntax tree and the path of each module, by name."""
    found = {}
    for path in sorted([*paths.PACKAGE.rglob("*.py"), *paths.LIBRARY.rglob("*.py")]):
        name = ".".join(path.relative_to(paths.PACKAGE.parent).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = (ast.parse(path.read_text(encoding="utf-8")), path)
    return found


MODULES = modules()


def imports(tree):
    """The modules of the packages that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in (
                "surgery", "dnn_surgery"):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


class Package(unittest.TestCase):
    def test_there_is_no_circle(self):
        graph = {name: set(imports(tree)) for name, (tree, _) in MODULES.items()}
        self.assertGreater(sum(map(len, graph.values())), 50)
        try:
            list(graphlib.TopologicalSorter(graph).static_order())
        except graphlib.CycleError as error:
            self.fail(f"modules import each other: {' -> '.join(error.args[1])}")

    def test_rooms(self):
        for name, (tree, _) in MODULES.items():
            for other in imports(tree):
                self.assertIn(room_of(other), ROOMS[room_of(name)] | {"library"},
                              f"{name} imports {other}")

    def test_every_file(self):
        for name, (tree, path) in MODULES.items():
            with self.subTest(module=name):
                text = path.read_text(encoding="utf-8")
                self.assertIn("# SPDX-License-Identifier: GPL-2.0-only\n", text)
                self.assertTrue(ast.get_docstring(tree))
                self.assertLess(text.count("\n"), 400)
                self.assertNotIn("sys.path", text)

    def test_scenarios_of_documentation_are_there(self):
        """Wherever a name or a file is given to what opens a scenario."""
        call = re.compile(r'(?:\bEnv|\bsimulate|Simulation)\(\s*"([^"{]+)"')
        names = {}
        for folder in ("utils", "doc", "examples"):
            for path in sorted((paths.ROOT / folder).rglob("*.*")):
                if path.suffix in (".py", ".md", ".rst"):
                    for name in call.findall(path.read_text(encoding="utf-8")):
                        names[name] = path
        self.assertIn("demo", names)
        for name, path in names.items():
            bundled = paths.ROOT / "data" / "scenarios" / f"{name}.json"
            self.assertTrue(bundled.is_file() or (paths.ROOT / name).is_file(), f"{path}: {name}")

    def test_help_needs_the_standard_library_alone(self):
        """-S hides Debian's packages."""
        for command in ("help", "list", "experiment"):
            done = subprocess.run([sys.executable, "-S", "-m", "surgery", command], text=True,
                                  capture_output=True, check=False, timeout=60,
                                  env={**os.environ, "PYTHONPATH": str(paths.PACKAGE.parent)})
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_library_needs_the_standard_library_alone(self):
        """But for frames and environments; -S hides Debian's packages."""
        script = ("import dnn_surgery\n"
                  "for name in dnn_surgery.__all__: name == 'Env' or getattr(dnn_surgery, name)\n"
                  "try: dnn_surgery.nothing\nexcept AttributeError as error: print(error)")
        done = subprocess.run([sys.executable, "-S", "-c", script], text=True, check=False,
                              capture_output=True, timeout=60,
                              env={**os.environ, "PYTHONPATH": str(paths.PACKAGE.parent)})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, "module 'dnn_surgery' has no attribute 'nothing'\n")

    def test_what_is_missing_is_named(self):
        """In a folder where all is built nothing is installed."""
        environment = {**os.environ, "PYTHONPATH": str(paths.PACKAGE.parent),
                       "DNN_SURGERY_BUILD": "/dev/null"}
        for arguments, package in ((("report", "."), "python3-jinja2"),
                                   (("onnx", "x"), "python3-onnx"),
                                   (("measure", "x", "-o", "y", "--processor-name=z"),
                                    "python3-onnx"),
                                   (("zoo", "--out=."), "python3-onnx"),
                                   (("plot-negotiation", "."), "python3-matplotlib")):
            done = subprocess.run([sys.executable, "-S", "-m", "surgery", *arguments], text=True,
                                  capture_output=True, check=False, timeout=60, env=environment)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertIn(f"apt-get install {package}", done.stderr)

    def test_installs_what_is_missing(self):
        """With stand-ins for Debian's programs, of which apt-get lacks its lists at first."""
        programs = {
            "dpkg-query": 'echo "here installed"; echo "gone config-files"; exit 1',
            "apt-get": 'echo "$@" >>"$LOG"; [ "$(wc -l <"$LOG")" -gt 1 ]',
            "sudo": 'exec "$@"',
        }
        for codes, is_cut_off in (((0, 3), False), ((1, 2), True)):
            with tempfile.TemporaryDirectory() as folder:
                log = pathlib.Path(folder, "log")
                for name, script in programs.items():
                    if is_cut_off:
                        script = script.replace("-gt 1", "-gt 9")
                    path = pathlib.Path(folder, name)
                    path.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
                    path.chmod(0o755)
                done = subprocess.run(
                    [sys.executable, "-c", INSTALL, "here", "gone", "never-known"], text=True,
                    capture_output=True, check=False, timeout=60,
                    env={"PATH": f"{folder}:/usr/bin:/bin", "LOG": str(log),
                         "PYTHONPATH": str(paths.PACKAGE.parent)})
                calls = log.read_text(encoding="ascii").splitlines()
            self.assertEqual((done.returncode, len(calls)), codes, done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertTrue(calls[0].endswith(" gone never-known"), calls)
            self.assertIn("update", calls[1])
            self.assertIn("installing gone never-known\n", done.stderr)


if __name__ == "__main__":
    unittest.main()

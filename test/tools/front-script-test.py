#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests what ./surgery answers to words it knows and to others. Builds and installs nothing."""

import os
import re
import signal
import subprocess
import tempfile
import unittest

from surgery import paths

SURGERY = str(paths.ROOT / "surgery")
COMMANDS = ("demo", "simulate", "run", "list", "python", "report", "experiment", "results", "onnx", "import", "zoo",
            "measure", "import-times", "capture-check", "test", "bench", "build", "doc",
            "wireshark-install", "plot-negotiation", "attribute-pages", "dnn-table", "matrix")

# Mistakes, and the word that the answer must have
MISTAKES = (
    ("opreate", "opreate"),
    ("opreate", "opreate", "--help"),
    ("opreate", "help", "opreate"),
    ("--frob", "--frob"),
    ("dnn-surgery-first", "run", "dnn-surgery-nothing"),
    ("dnn-surgery-first", "run"),
    ("slow", "run", "dnn-surgery-first", "slow"),
    ("fast", "demo", "fast"),
    ("--out", "demo", "--out="),
    ("--out", "demo", "--out"),
    ("/dev/null/demo", "demo", "--out=/dev/null/demo"),
    ("FILE", "simulate"),
    ("nothing.json", "simulate", "nothing.json"),
    ("PATH=VALUE", "simulate", str(paths.SCENARIOS / "two-sites.json"), "--set", "time"),
    ("--out", "simulate", str(paths.SCENARIOS / "two-sites.json"), "--out="),
    ("/dev/null/x", "simulate", str(paths.SCENARIOS / "two-sites.json"), "--out=/dev/null/x"),
    ("everything", "test", "everything"),
    ("-R", "test", "-R"),
    ("fast", "bench", "fast"),
    ("all", "list", "all"),
    ("smoke", "experiment", "nothing"),
    ("--seeds", "experiment", "smoke", "--seeds=0"),
    ("--sedes", "experiment", "smoke", "--sedes=3"),
    ("NAME", "experiment", "--jobs=2"),
    ("--out", "experiment", "smoke", "--out="),
    ("./nothing.json", "experiment", "./nothing.json"),
    ("nothing", "results", "nothing"),
    ("DIR", "report"),
    ("/dev/null/demo", "report", "/dev/null/demo"),
    ("inferences.csv", "report", str(paths.DOC)),
    ("MODEL", "onnx"),
    ("--output", "import-times", "a", "b", "c"),
    ("PROCESSOR", "import-times", "a", "", "c", "-o", "d"),
    ("--output", "measure", "a"),
    ("--processor-name", "measure", "a", "-o", "b"),
    ("--threads", "measure", "a", "-o", "b", "--processor-name=c", "--threads=0"),
    ("MODEL", "import"),
    ("resnet-18", "zoo", "resnet-18"),
    ("--out", "zoo", "--out"),
    ("/dev/null/zoo", "zoo", "--out=/dev/null/zoo", "bert-base-128"),
    ("PROGRAM", "dnn-table"),
    ("PATH", "capture-check"),
    ("PROGRAM", "attribute-pages"),
    ("no-such-folder", "plot-negotiation", "no-such-folder"),
    ("rounds.csv", "plot-negotiation", str(paths.DOC)),
    ("all", "wireshark-install", "all"),
    ("all", "build", "all"),
    ("all", "doc", "all"),
    ("3.36", "matrix", "3.36"),
    ("g++", "matrix", "--compiler=icc"),
    ("in-tree", "matrix", "--way=waf"),
    ("--jobs", "matrix", "--jobs=0"),
    ("--flags", "matrix", "--flags="),
    ("--modules", "matrix", "--modules=Wi Fi"),
    ("--fast", "matrix", "--fast"),
)


# so that what is not refused is not built, either
ENVIRONMENT = {**os.environ, "DNN_SURGERY_BUILD": "/dev/null/build"}


def call(*arguments, **more):
    """Call the script."""
    return subprocess.run([SURGERY, *arguments], capture_output=True, text=True, check=False,
                          timeout=100, stdin=subprocess.DEVNULL, **{"env": ENVIRONMENT, **more})


class FrontScript(unittest.TestCase):
    def check_mistake(self, done, word, code=2):
        """One line on standard error, which has the word in it."""
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("surgery: "), done.stderr)
        self.assertIn(word, done.stderr)

    def check_text(self, done, word):
        """A text on standard output, which has the word in it."""
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(word, done.stdout)

    def test_mistakes(self):
        for word, *arguments in MISTAKES:
            # what is missing is no mistake of the user
            if arguments == ["plot-negotiation", str(paths.DOC)] and not has("matplotlib"):
                continue
            if arguments == ["report", str(paths.DOC)] and not has("jinja2"):
                continue
            code = 1 if arguments[0] == "results" else 2
            with self.subTest(arguments=arguments):
                self.check_mistake(call(*arguments), word, code)

    def test_no_command(self):
        done = call()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("usage: ./surgery", done.stderr)

    def test_help(self):
        for command in COMMANDS:
            for arguments in ((command, "--help"), ("help", command)):
                with self.subTest(arguments=arguments):
                    self.check_text(call(*arguments), f"usage: ./surgery {command}")
        for word in ("help", "--help", "-h"):
            self.check_text(call(word), "usage: ./surgery COMMAND")
        listed = re.findall(r"^  ([a-z-]+)  ", call("help").stdout, re.MULTILINE)
        self.assertEqual(sorted(listed), sorted([*COMMANDS, "help"]))

    def test_list_has_every_example_of_the_build(self):
        text = (paths.EXAMPLES / "CMakeLists.txt").read_text(encoding="utf-8")
        built = re.findall(r"^ *NAME (.*)$", text, re.MULTILINE)
        done = call("list")
        self.check_text(done, "dnn-surgery-wifi-mobility")
        lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
        self.assertEqual(sorted(name for name, _ in lines), sorted(built))

    def test_experiments_are_the_data_files(self):
        done = call("experiment")
        self.check_text(done, "smoke")
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()],
                         sorted(path.stem for path in paths.EXPERIMENTS.glob("*.json")))

    def test_matrix_without_results(self):
        self.check_text(call("matrix", "--table", env={**ENVIRONMENT, "XDG_CACHE_HOME": "/dev/null"}),
                        "not run")

    def test_exit_codes_and_output_of_examples_pass(self):
        with tempfile.TemporaryDirectory() as build:
            os.mkdir(os.path.join(build, "examples"))
            path = os.path.join(build, "examples", "dnn-surgery-first")
            with open(path, "w", encoding="ascii") as file:
                file.write('#!/bin/sh\n[ "$*" = --help ] && echo "--time: s"\n[ "$1" = --time=1s ] || '
                           "exit 3\npwd\nexit 7\n")
            os.chmod(path, 0o755)
            environment = {**ENVIRONMENT, "DNN_SURGERY_BUILD": build}
            done = call("run", "dnn-surgery-first", "--time=1s", env=environment, cwd="/")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (7, "/\n", ""))
            done = call("run", "dnn-surgery-first", "--tmie=1s", env=environment)
            self.check_mistake(done, "--tmie")
            done = call("run", "dnn-surgery-solve", env=environment)
            self.check_mistake(done, "dnn-surgery-solve", 1)

    def test_python(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "mine.py")
            with open(path, "w", encoding="ascii") as file:
                file.write("import sys, dnn_surgery; print(sys.argv[1:]); sys.exit(5)")
            done = call("python", path, "-x", "--help", cwd="/")
            self.assertEqual((done.returncode, done.stdout, done.stderr),
                             (5, "['-x', '--help']\n", ""))
        self.check_text(call("python", "-c", "import dnn_surgery; print('here')"), "here\n")

    def test_reader_that_leaves_and_other_modules(self):
        """Neither a closed pipe nor modules of the working directory make noise."""
        with tempfile.TemporaryDirectory() as folder:
            for name in ("json", "re", "argparse", "surgery"):
                with open(os.path.join(folder, f"{name}.py"), "w", encoding="ascii") as file:
                    file.write("raise SystemExit('not this one')\n")
            self.check_text(call("list", cwd=folder), "dnn-surgery-first")
        for command in ("list", "experiment", "help"):
            for prefix in ("", "trap '' PIPE; "):
                script = f"{prefix}exec '{SURGERY}' {command}"
                with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as child:
                    child.stdout.close()
                    self.assertEqual(child.stderr.read(), b"")
                self.assertIn(child.returncode, (0, -signal.SIGPIPE))

    def test_disk_that_is_full(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        for command in ("list", "experiment"):
            with open("/dev/full", "w", encoding="ascii") as full:
                done = subprocess.run([SURGERY, command], stdout=full, stderr=subprocess.PIPE,
                                      text=True, check=False, timeout=100)
            self.assertEqual((done.returncode, done.stderr),
                             (1, "surgery: standard output: No space left on device\n"))

    def test_streams_that_are_closed(self):
        """Nobody reads what is printed, and no file gets it."""
        with tempfile.TemporaryDirectory() as build:
            program = os.path.join(build, "examples", "dnn-surgery-first")
            os.mkdir(os.path.dirname(program))
            with open(program, "w", encoding="ascii") as file:
                file.write('#!/bin/sh\n[ "$*" = --help ] || { echo x && echo y >&2 && cat && exit 7; }\n')
            os.chmod(program, 0o755)
            environment = {**os.environ, "DNN_SURGERY_BUILD": build}
            for closed in (">&-", "<&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
                for command, code in (("list", 0), ("experiment", 0), ("help", 0), ("no-such", 2),
                                      ("run dnn-surgery-first", 7)):
                    with self.subTest(command=command, closed=closed):
                        done = subprocess.run(["sh", "-c", f"exec '{SURGERY}' {command} {closed}"],
                                              env=environment, capture_output=True, text=True,
                                              check=False, timeout=100, stdin=subprocess.DEVNULL)
                        self.assertEqual(done.returncode, code, done.stderr)
                        self.assertNotIn("Traceback", done.stderr)

    def test_nothing_is_said_where_nothing_is_to_be_built(self):
        with tempfile.TemporaryDirectory() as build:
            with open(os.path.join(build, "cmake"), "w", encoding="ascii") as file:
                file.write('#!/bin/sh\nfor last; do :; done\n[ "$last" = -n ] || '
                           '{ echo built; exit; }\necho "ninja: $WORK"\n')
            os.chmod(os.path.join(build, "cmake"), 0o755)
            script = "from surgery import building; building.build('nowhere', 'all')"
            for work, says in (("no work to do.", ""), ("entering", "built\n")):
                environment = {**os.environ, "WORK": work,
                               "PATH": build + os.pathsep + os.environ["PATH"],
                               "PYTHONPATH": str(paths.PACKAGE.parent)}
                environment.pop("DNN_SURGERY_BUILD", None)
                done = subprocess.run(["/usr/bin/python3", "-c", script], env=environment, text=True,
                                      capture_output=True, check=False, timeout=100)
                self.assertEqual((done.stdout, done.stderr), ("", says))


def has(module):
    """Whether Debian's Python has a module."""
    return subprocess.run(["/usr/bin/python3", "-c", f"import {module}"], capture_output=True,
                          check=False).returncode == 0


if __name__ == "__main__":
    unittest.main()

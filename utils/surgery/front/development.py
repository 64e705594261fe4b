# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The commands for those who change the code: test, bench, build, doc; and wireshark-install."""

import os
import pathlib
import shutil
import sys

from surgery import building, packages, paths, programs
from surgery.console import Failure, add_command, say
from surgery.front.process import replace

# options of ctest whose value is the next word
WITH_VALUE = ("-R", "-E", "-L", "-LE", "-j", "-I")

TEST_TEXT = """\
Builds and runs all tests; the last lines are ctest's summary."""

TEST_MORE = """\
Other options go to ctest: -R REGEX, -E REGEX, -L REGEX, -j N, -V, -N, --rerun-failed ..."""

BENCH_TEXT = """\
Builds and runs the benchmarks (Google Benchmark), such as
./surgery bench --benchmark_filter=Frontier"""

BUILD_TEXT = """\
Builds the library and the examples into build/, or with NAMEs only these examples. ./surgery list
names them."""

DOC_TEXT = """\
Builds the manual (Sphinx) and the reference of all classes (Doxygen) into build/doc/, and prints
where their first pages are. A warning is an error."""

WIRESHARK_TEXT = """\
Copies the dissector of the messages to where Wireshark and tshark look for a user's plugins
(~/.local/lib/wireshark/plugins), so that they take packet captures apart by themselves.
doc/messages.md tells what they then show."""


def add_commands(commands):
    """Add these commands to the command line."""
    parser = add_command(commands, "test", test, "run all tests", TEST_TEXT, TEST_MORE)
    parser.usage = "./surgery test [--sanitize] [CTEST OPTION ...]"
    parser.add_argument("--sanitize", action="store_true", help="in a build of its own, under "
                        "AddressSanitizer and UndefinedBehaviorSanitizer")
    parser.set_defaults(takes_more=True)
    parser = add_command(commands, "bench", bench, "run the benchmarks", BENCH_TEXT)
    parser.usage = "./surgery bench [--benchmark_OPTION=VALUE ...]"
    parser.set_defaults(takes_more=True)
    parser = add_command(commands, "build", build, "build the library and the examples", BUILD_TEXT)
    parser.add_argument("names", metavar="NAME", nargs="*", help="an example")
    add_command(commands, "doc", doc, "build the manual and the reference of all classes", DOC_TEXT)
    add_command(commands, "wireshark-install", install_dissector,
                "let Wireshark and tshark understand the messages", WIRESHARK_TEXT)


def check_test_options(options):
    """Check that ctest would take all of these words as options."""
    words = iter(options)
    for word in words:
        if not word.startswith("-"):
            raise Failure(f'test takes options only, not "{word}"')
        if word in WITH_VALUE and next(words, None) is None:
            raise Failure(f"test: {word} needs a value")


def sanitize():
    """Set the environment of the sanitizers. @return the settings of their build"""
    os.environ["UBSAN_OPTIONS"] = "print_stacktrace=1"
    os.environ["LSAN_OPTIONS"] = f"print_suppressions=0:suppressions={paths.LEAK_SUPPRESSIONS}"
    return {"DNN_SURGERY_SANITIZE": "ON", "CMAKE_BUILD_TYPE": "Debug",
            "CMAKE_CXX_FLAGS_DEBUG": "-O1 -g"}


def test(settings):
    """Build and run all tests."""
    check_test_options(settings.more)
    folder, more = building.folder(), {}
    if settings.sanitize:
        folder, more = paths.ROOT / "build-sanitize", sanitize()
    if os.environ.get("CI") == "true":
        packages.install(*packages.CI_TEST)
    packages.install(*packages.BUILD, *packages.TEST)
    building.configure(folder, DNN_SURGERY_TESTS="ON", DNN_SURGERY_EXAMPLES="ON", **more)
    building.build(folder, "all")
    replace("ctest", "--test-dir", folder, "--output-on-failure", "--no-tests=error",
            "--parallel", building.processors(), *settings.more)


def bench(settings):
    """Build and run the benchmarks."""
    for argument in settings.more:
        if not argument.startswith("--benchmark_"):
            raise Failure("bench takes Google Benchmark's options (--benchmark_...), "
                          f'not "{argument}"')
    building.prepare("dnn-surgery-benchmark", more_packages=packages.BENCHMARK,
                     DNN_SURGERY_BENCHMARKS="ON")
    replace(building.folder() / "dnn-surgery-benchmark", *settings.more)


def build(settings):
    """Build the library and the examples."""
    for name in settings.names:
        programs.check_name(name)
    building.prepare(*(settings.names or ["all"]), DNN_SURGERY_EXAMPLES="ON")


def doc(_):
    """Build the manual and the reference."""
    packages.install(*packages.DOCUMENTATION)
    out = paths.BUILD / "doc"
    # from the beginning: files that did not change would not warn again
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    building.run(sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going",
                 "-d", out / "trees", paths.DOC, out / "manual")
    # its settings name files from the top of the repository
    building.run("env", "-C", paths.ROOT, "doxygen", "doc/doxygen.conf")
    print(out / "manual" / "index.html", out / "reference" / "index.html", sep="\n")


def install_dissector(_):
    """Copy the dissector to the user's plugins."""
    folder = pathlib.Path.home() / ".local" / "lib" / "wireshark" / "plugins"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(paths.DISSECTOR, folder / paths.DISSECTOR.name)
    except OSError as error:
        raise Failure(f"cannot write into the folder {folder}: {error.strerror}") from None
    say(f"the dissector is in {folder}")

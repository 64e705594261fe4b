# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The commands that run simulations: demo, simulate, run, list; and python."""

import argparse
import pathlib
import sys

from dnn_surgery import places
from dnn_surgery.child import BoundProcess
from dnn_surgery.tables import has_traces
from surgery import building, packages, paths, programs
from surgery.console import Failure, add_command, not_empty
from surgery.front.process import replace
from surgery.report.command import write_report

DEMO = "dnn-surgery-wifi-mobility"

DEMO_TEXT = """\
Runs the main scenario under DDS, local-only and server-only: twelve Raspberry Pis and phones in a
Wi-Fi cell cut their DNNs. The input is a picture of 150,528 bytes, activations have 8 bits, and the
Wi-Fi is that of a Raspberry Pi 3B (802.11n, 2.4 GHz, 20 MHz), which gives uplinks around the 18.88
Mbit/s of the literature. Tells where DNNs were cut, compares, and writes a folder per scheduler,
with CSV files and provenance.json, or with one database with --tables=sqlite; DDS's has server.pcap
too. Ends with DIR/report.html, a page with figures. The capture has every byte, about 4 MB per
simulated second: --time=10s makes the run shorter, --pcap=false leaves it out."""

DEMO_MORE = f"""\
Other options go to the example {DEMO}:
./surgery run {DEMO} --help lists them."""

SIMULATE_TEXT = """\
Runs the scenario of FILE packet by packet: devices, servers, network and what is written are data,
and nothing has to be compiled. FILE may be the name of a scenario in data/scenarios. Writes tables,
and what else the scenario asks for, into DIR, and ends with DIR/report.html.

--set changes a field for this run; the path is as in error messages, the value JSON or a text:

./surgery simulate demo --set simulation.time_s=5 --set server.scheduler=iao
./surgery simulate demo --set devices[0].count=20 --set network.attributes.Standard=802.11n"""

SIMULATE_MORE = f"""\
Other options go to the program {places.SIMULATOR}: --check reads all of the scenario, says in a
line what it is or what is wrong, and runs nothing. The manual's page "Scenario files" lists all fields."""

RUN_TEXT = """\
Builds and runs one example. ./surgery list names them; ./surgery run NAME --help lists the options
of one."""

PYTHON_TEXT = """\
Starts Debian's Python so that it can import dnn_surgery, with numpy, pandas and Matplotlib: for
scripts, such as examples/python/plot-results.py, or without a FILE to type into."""

LIST_TEXT = """\
Lists the examples, a line each. ./surgery run NAME runs one."""


def add_commands(commands):
    """Add these commands to the command line."""
    parser = add_command(commands, "demo", demo,
                         "run the main scenario, write its tables and a report", DEMO_TEXT, DEMO_MORE)
    parser.usage = "./surgery demo [--out=DIR] [--OPTION=VALUE ...]"
    parser.add_argument("--out", metavar="DIR", type=not_empty,
                        default=str(paths.RESULTS / "demo"),
                        help="folder of the results (default: results/demo)")
    parser.set_defaults(takes_more=True)
    parser = add_command(commands, "simulate", simulate,
                         "run a scenario file, write its tables and a report", SIMULATE_TEXT,
                         SIMULATE_MORE)
    parser.usage = ("./surgery simulate FILE [--set PATH=VALUE ...] [--out=DIR] "
                    "[--OPTION=VALUE ...]")
    parser.add_argument("scenario", metavar="FILE", type=not_empty, help="the scenario")
    parser.add_argument("--set", metavar="PATH=VALUE", action="append", default=[], dest="changes",
                        help="change a field of it; may be repeated")
    parser.add_argument("--out", metavar="DIR", type=not_empty,
                        help="folder of the results (default: results/NAME)")
    parser.set_defaults(takes_more=True)
    parser = add_command(commands, "run", run, "run one example", RUN_TEXT)
    parser.usage = "./surgery run NAME [--OPTION=VALUE ...]"
    parser.add_argument("name", metavar="NAME", nargs="?", help="the example")
    parser.add_argument("options", metavar="--OPTION=VALUE", nargs=argparse.REMAINDER,
                        help="goes to the example")
    add_command(commands, "list", list_examples, "list the examples", LIST_TEXT)
    parser = add_command(commands, "python", python, "start Python with the package dnn_surgery",
                         PYTHON_TEXT)
    parser.usage = "./surgery python [FILE] [ARGUMENT ...]"
    parser.add_argument("words", metavar="FILE", nargs=argparse.REMAINDER,
                        help="a script and its arguments, or options of Python")
    parser.set_defaults(takes_more=True)


def prepare(name, options, more_packages=()):
    """Build an example, and check its options. @return the program's path"""
    building.prepare(name, more_packages=more_packages, DNN_SURGERY_EXAMPLES="ON")
    program = programs.find(name)
    if not program.is_file():
        raise Failure(f"{program} is not there", 1)
    programs.check_options(program, options)
    return program


def make_folder(path):
    """Create the folder of the results. @return it"""
    folder = pathlib.Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Failure(f"cannot create the folder {folder}") from None
    return folder


def call(program, *options):
    """Run a program. @return its exit code"""
    with BoundProcess([program, *options]) as process:
        try:
            code = process.wait()
        except BaseException:
            process.kill()
            raise
    return code if code >= 0 else 128 - code


def demo(settings):
    """Run the main scenario."""
    programs.check_words("demo", settings.more)
    out = make_folder(settings.out)
    program = prepare(DEMO, settings.more, packages.REPORT)
    code = call(program, f"--out={settings.out}", *settings.more)
    # options such as --PrintGlobals run no scenario
    if code == 0 and any(map(has_traces, filter(pathlib.Path.is_dir, out.iterdir()))):
        print(f"\nReport: {write_report(settings.out)}")
    return code


def simulate(settings):
    """Run a scenario file."""
    programs.check_words("simulate", settings.more)
    for change in settings.changes:
        if not change.partition("=")[0] or "=" not in change:
            raise Failure(f'--set takes PATH=VALUE, not "{change}"')
    try:
        path = places.find_scenario(settings.scenario)
    except FileNotFoundError as error:
        raise Failure(f"simulate: {error}") from None
    out = make_folder(settings.out or paths.RESULTS / path.stem)
    program = prepare(places.SIMULATOR, settings.more, packages.REPORT)
    code = call(program, f"--scenario={path}", f"--out={out}",
                *(f"--set={change}" for change in settings.changes), *settings.more)
    # with --check, or without tables, there is nothing to show
    if code == 0 and "--check" not in settings.more and has_traces(out):
        print(f"\nReport: {write_report(out)}")
    return code


def run(settings):
    """Run one example."""
    if not settings.name:
        known = programs.examples()
        raise Failure(f"run needs the name of an example, one of: {' '.join(known)}")
    programs.check_name(settings.name)
    programs.check_words(settings.name, settings.options)
    replace(prepare(settings.name, settings.options), *settings.options)


def list_examples(_):
    """Print the names of the examples and what they show."""
    for name, text in programs.examples().items():
        print(f"{name:<28} {text}")


def python(settings):
    """Start Python. What names this package's folder in the environment names dnn_surgery's."""
    packages.install(*packages.PYTHON)
    replace(sys.executable, *settings.arguments)

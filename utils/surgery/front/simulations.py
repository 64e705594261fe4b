# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The commands that run examples: demo, run, list."""

import argparse
import pathlib
import subprocess

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

RUN_TEXT = """\
Builds and runs one example. ./surgery list names them; ./surgery run NAME --help lists the options
of one."""

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
    parser = add_command(commands, "run", run, "run one example", RUN_TEXT)
    parser.usage = "./surgery run NAME [--OPTION=VALUE ...]"
    parser.add_argument("name", metavar="NAME", nargs="?", help="the example")
    parser.add_argument("options", metavar="--OPTION=VALUE", nargs=argparse.REMAINDER,
                        help="goes to the example")
    add_command(commands, "list", list_examples, "list the examples", LIST_TEXT)


def prepare(name, options, more_packages=()):
    """Build an example, and check its options. @return the program's path"""
    building.prepare(name, more_packages=more_packages, DNN_SURGERY_EXAMPLES="ON")
    program = programs.find(name)
    if not program.is_file():
        raise Failure(f"{program} is not there", 1)
    programs.check_options(program, options)
    return program


def demo(settings):
    """Run the main scenario."""
    programs.check_words("demo", settings.more)
    out = pathlib.Path(settings.out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Failure(f"cannot create the folder {out}") from None
    program = prepare(DEMO, settings.more, packages.REPORT)
    done = subprocess.run([program, f"--out={settings.out}", *settings.more], check=False)
    if done.returncode != 0:
        return done.returncode if done.returncode > 0 else 128 - done.returncode
    # options such as --PrintGlobals run no scenario
    if any(out.glob("*/inferences.csv")) or any(out.glob("*/tables.sqlite")):
        print(f"\nReport: {write_report(settings.out)}")
    return 0


def run(settings):
    """Run one example."""
    known = programs.examples()
    if not settings.name:
        raise Failure(f"run needs the name of an example, one of: {' '.join(known)}")
    if settings.name not in known:
        raise Failure(f'unknown example "{settings.name}", use one of: {" ".join(known)}')
    programs.check_words(settings.name, settings.options)
    replace(prepare(settings.name, settings.options), *settings.options)


def list_examples(_):
    """Print the names of the examples and what they show."""
    for name, text in programs.examples().items():
        print(f"{name:<28} {text}")

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""One run of an experiment over a scenario file: one seed under all schedulers, or in all ways. The
workflow starts it as a program; it prints what the simulator prints, and its results are those of
dnn-surgery-compare."""

import argparse
import pathlib
import sys
import tempfile

from dnn_surgery import strict_json
from dnn_surgery.simulation import Simulation, SimulationError, name_scheduler
from dnn_surgery.tables import BadTables
from surgery.console import Failure
from surgery.experiment import measured
from surgery.tables.run import Run

# whatever the scenario writes, its tables are what is read here
OUTPUTS = {"outputs.tables": "csv", "outputs.pcap": False, "outputs.animation": False}


def simulate(settings, name, way):
    """Do one run. @param name of what is compared @param way the fields that make it @return its
    tables"""
    print(f"run {settings.run}, {name}", flush=True)
    changes = {**settings.changes, **OUTPUTS, "simulation.run": settings.run, **way}
    with tempfile.TemporaryDirectory(prefix="dnn-surgery-") as folder:
        with Simulation(settings.scenario, folder, changes=changes, progress=True,
                        program=settings.program) as simulation:
            simulation.wait()
        return Run(folder)


def do_run(arguments, work):
    """Do a run. @param work what to do with its settings @return the exit code: the simulator's, or 1 if
    what it came to cannot be read or written"""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--scenario", required=True)
    parser.add_argument("--changes", type=strict_json.loads, required=True)
    parser.add_argument("--schedulers", default="")
    parser.add_argument("--ways", type=strict_json.loads, default={})
    parser.add_argument("--run", type=int, required=True)
    parser.add_argument("--point", required=True)
    parser.add_argument("--results", required=True)
    try:
        work(parser.parse_args(arguments))
    except SimulationError as error:
        print(error, file=sys.stderr)
        return error.code if error.code > 0 else 128 - error.code
    except (Failure, BadTables) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def simulate_scheduler(settings, scheduler):
    """Do the run of one scheduler. @return its tables"""
    return simulate(settings, scheduler, name_scheduler(settings.scenario, scheduler))


def simulate_all(settings):
    """Do the run under all schedulers, or in all ways, and write what they measured."""
    if settings.ways:
        runs = {name: simulate(settings, name, way) for name, way in settings.ways.items()}
    else:
        runs = {name: simulate_scheduler(settings, name)
                for name in settings.schedulers.split(",")}
    measured.write(settings.results, runs, point=settings.point, run=settings.run)


def main(arguments):
    """@return the exit code"""
    return do_run(arguments, simulate_all)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The commands about experiments: experiment, results."""

import fcntl
import json
import os
import pathlib
import platform
import shlex
import signal
import subprocess
import time

from surgery import building, packages, paths
from surgery.console import Failure, add_command, count, not_empty, say
from surgery.experiment import data_file
from surgery.experiment.document import fill, read_origin
from surgery.experiment.workflow import Workflow
from surgery.written import write_text

TEXT = """\
Does the missing runs of an experiment, in parallel, then writes its tables and plots.
Without a NAME: lists the experiments and what each one asks."""

MORE = """\
data/experiments/ has the data files, and NAME may be the path of one of your own.
doc/experiments.md tells more."""

RESULTS_TEXT = """\
Puts results of experiments into the documentation: for each NAME, plots and ratios between the
marks <!-- results: NAME --> and <!-- end --> of the document, a line into the summary, and all
tables and plots into the folder of the same name beside the document. Text outside of the marks is
left as it is. Without a NAME: all experiments that have a mark and results."""


def add_commands(commands):
    """Add these commands to the command line."""
    parser = add_command(commands, "experiment", experiment,
                         "run a sweep over seeds, write its tables and plots", TEXT, MORE)
    parser.usage = ("./surgery experiment "
                    "[NAME [--seeds=N] [--jobs=N] [--out=DIR] [--profile=PROFILE]]")
    parser.add_argument("name", metavar="NAME", nargs="?", help="an experiment, or a data file")
    parser.add_argument("--seeds", metavar="N", type=count,
                        help="runs per point (default: as the data file says)")
    parser.add_argument("--jobs", metavar="N", type=count, default=building.processors(),
                        help="runs at once (default: as many as there are processors)")
    parser.add_argument("--out", metavar="DIR", type=not_empty,
                        help="folder of the results (default: results/experiments/NAME)")
    parser.add_argument("--profile", metavar="PROFILE", type=not_empty,
                        help="to run on a cluster: slurm, or another profile of Snakemake")
    parser = add_command(commands, "results", results,
                         "put results of experiments into doc/results.md", RESULTS_TEXT)
    parser.add_argument("names", metavar="NAME", nargs="*", help="an experiment")
    parser.add_argument("--results", metavar="DIR", type=pathlib.Path,
                        default=paths.RESULTS / "experiments",
                        help="a folder of results per experiment (default: results/experiments)")
    parser.add_argument("--document", metavar="FILE", type=pathlib.Path,
                        default=paths.DOC / "results.md", help="default: doc/results.md")


def list_known():
    """Print the experiments of the repository, with their questions."""
    for name in data_file.known():
        print(f"{name:<22} {read(data_file.bundled(name)).question}")


def find(name):
    """The data file of an experiment: one of the repository, or one of the user's own."""
    if name.endswith(".json"):
        if not pathlib.Path(name).is_file():
            raise Failure(f"there is no data file {name}")
        return pathlib.Path(name).resolve()
    if name not in data_file.known():
        raise Failure(f"unknown experiment \"{name}\", use one of: {' '.join(data_file.known())}")
    return data_file.bundled(name)


def read(path):
    """Read the experiment of a data file."""
    try:
        return data_file.read(path)
    except data_file.DataFileError as error:
        raise Failure(str(error)) from error


def take(folder):
    """Lock the folder of the results for this process and its children. @return the lock"""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise Failure(f"cannot use the folder {folder}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Failure(f"this experiment is running already in {folder}", 1) from error
    return lock


def machine():
    """The machine, in words."""
    model = platform.machine()
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = platform.system()
    return f"{os.cpu_count()} cores of {model}, {system}"


def write_origin(workflow, arguments, seconds):
    """Write the origin of the tables: for people, and for doc/results.md.
    @param seconds duration of all runs, if this call did all of them"""
    path = workflow.folder / "origin.json"
    build = workflow.build
    if seconds is None and path.exists():
        before = read_origin(path)
        if (before.get("build"), before.get("seeds")) == (build, workflow.seeds):
            seconds = before.get("seconds")
    try:
        commit = subprocess.run(["git", "-C", paths.ROOT, "describe", "--always", "--dirty"],
                                text=True, capture_output=True, check=False).stdout.strip()
    except OSError:  # there is no git, as in a container
        commit = ""
    origin = {"command": shlex.join(["./surgery", "experiment", *arguments]),
              "seeds": workflow.seeds, "machine": machine(), "commit": commit or "unknown",
              "build": build, "seconds": seconds}
    write_text(path, json.dumps(origin, indent=2) + "\n")


def interrupt(*_):
    """SIGTERM stops the runs as Ctrl-C does."""
    raise KeyboardInterrupt


def experiment(settings):
    """Run an experiment, or list them."""
    if not settings.name:
        if settings.arguments:
            raise Failure("experiment: needs a NAME before options, one of: "
                          + " ".join(data_file.known()))
        return list_known()
    # refuse a wrong data file before anything is installed or built
    path = find(settings.name)
    described = read(path)
    if settings.profile:
        # on a cluster, whichever it is, nobody becomes root by sudo
        packages.install(*packages.BUILD, *packages.EXPERIMENT, by_sudo=False)
    building.prepare(described.program, more_packages=packages.EXPERIMENT,
                     DNN_SURGERY_EXAMPLES="ON")
    packages.need_module("snakemake", "snakemake")
    packages.need_module("matplotlib", "python3-matplotlib")
    return do(settings, described, path)


def do(settings, described, path):
    """Do the missing runs of an experiment, and write its tables and plots."""
    from surgery.experiment.output import write  # needs Matplotlib

    folder = pathlib.Path(settings.out or paths.RESULTS / "experiments" / described.name).resolve()
    lock = take(folder)
    workflow = Workflow(described, path, folder, settings)
    missing = workflow.missing()
    say(f"{described.name}: {described.question}")
    say(f"{len(workflow.runs)} runs, {len(missing)} of them missing, {settings.jobs} at once, into "
        f"{folder}; runs of another build or command are repeated")
    signal.signal(signal.SIGTERM, interrupt)
    start = time.monotonic()
    if workflow.execute(lock):
        left = len(workflow.missing())
        say(f"{len(workflow.runs) - left} of {len(workflow.runs)} runs are whole; "
            "the same command does the others")
        return 130
    seconds = round(time.monotonic() - start)
    code = workflow.report_failures()
    write_origin(workflow, settings.arguments,
                 seconds if len(missing) == len(workflow.runs) else None)
    print(write(described, workflow.seeds, folder))
    return code


def results(settings):
    """Put results into the documentation."""
    return fill(settings.document, settings.results, settings.names)

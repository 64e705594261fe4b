#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Run an experiment: what is missing of it, in parallel; then write its tables and plots."""

import argparse
import fcntl
import hashlib
import json
import os
import pathlib
import platform
import shlex
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # leave no cache beside the scripts

import data_file

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXPLAINED = 5  # failures that are spelled out


def fail(message, code=2):
    print(f"surgery: {message}", file=sys.stderr)
    sys.exit(code)


class Parser(argparse.ArgumentParser):
    """Mistakes are told in one line."""

    def error(self, message):
        fail(f"experiment: {message}; see: ./surgery experiment --help")


def count(text):
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"\"{text}\" is not an integer in 1..1000")
    return number


def parse(arguments):
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("name", metavar="NAME", nargs="?")
    parser.add_argument("--seeds", type=count)
    parser.add_argument("--jobs", type=count, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--out")
    parser.add_argument("--profile")
    parser.add_argument("--build", default=str(ROOT / "build"))
    # tells nothing but the name of the program that is needed
    parser.add_argument("--program", action="store_true")
    settings = parser.parse_args(arguments)
    for option in ("out", "profile", "build"):
        if getattr(settings, option) == "":
            parser.error(f"--{option} needs a value")
    return settings


def list_known():
    for name in data_file.known():
        try:
            print(f"{name:<22} {data_file.read(data_file.folder() / (name + '.json')).question}")
        except data_file.DataFileError as error:
            fail(error)


def find(name):
    """The data file of an experiment: a known one, or one of the user's own."""
    if name.endswith(".json"):
        if not pathlib.Path(name).is_file():
            fail(f"there is no data file {name}")
        return pathlib.Path(name).resolve()
    if name not in data_file.known():
        fail(f"unknown experiment \"{name}\", use one of: {' '.join(data_file.known())}")
    return data_file.folder() / (name + ".json")


def fingerprint(program, loaded):
    """Of everything in the build that results depend on, so that no results of two are mixed.
    @param loaded libraries that the program is to load"""
    digest = hashlib.sha256()
    files = [program, *loaded, *sorted(program.parents[1].glob("libns3-dnn-surgery.so")),
             *sorted((ROOT / "data" / "profiles").rglob("*.json")),
             *sorted((ROOT / "data" / "traces").rglob("*"))]
    for path in filter(pathlib.Path.is_file, files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def machine():
    """In words."""
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


class Workflow:
    """One call of Snakemake in the folder of the results."""

    def __init__(self, settings, experiment, path, folder):
        self.settings = settings
        self.experiment = experiment
        self.path = path
        self.folder = folder
        self.program = pathlib.Path(settings.build).resolve() / "examples" / experiment.program
        self.seeds = settings.seeds or experiment.seeds
        self.runs = experiment.runs(self.seeds)
        if not os.access(self.program, os.X_OK):
            fail(f"{self.program} is not there: ./surgery build", 1)
        loaded = sorted({run.options["load"] for run in self.runs if "load" in run.options})
        self.build = fingerprint(self.program, [path.parent / name for name in loaded])

    def file(self, run, ending):
        return self.folder / (run.stem + ending)

    def missing(self):
        return [run for run in self.runs if not self.file(run, ".csv").exists()]

    def command(self, run):
        """As a person would type it."""
        return shlex.join([str(self.program), *self.experiment.arguments(run),
                           f"--results={self.file(run, '.csv')}"])

    def execute(self, lock):
        """Do what is missing. @return whether it was interrupted"""
        arguments = [sys.executable, "-m", "snakemake", "--snakefile", HERE / "Snakefile",
                     "--directory", self.folder, "--jobs", self.settings.jobs,
                     "--keep-going", "--rerun-incomplete", "--nolock", "--scheduler", "greedy",
                     "--log-handler-script", HERE / "progress.py"]
        if self.settings.profile:
            profile = self.settings.profile
            # a folder is meant from here, not from where Snakemake runs
            arguments += ["--profile",
                          os.path.abspath(profile) if os.path.isdir(profile) else profile]
        arguments += ["--config", f"experiment={self.path}", f"seeds={self.seeds}",
                      f"tool={self.program}", f"build=build-{self.build}"]
        environment = {**os.environ, "SURGERY_EXPERIMENT": self.experiment.name,
                       "SURGERY_JOBS": str(self.settings.jobs), "PYTHONDONTWRITEBYTECODE": "1"}
        return self.follow(list(map(str, arguments)), environment, lock)

    def follow(self, arguments, environment, lock):
        """Call Snakemake. What it says goes into a log, what progress.py makes of that to stderr.
        @return whether it was interrupted"""
        log = self.folder / "snakemake.log"
        progress = os.dup(sys.stderr.fileno())
        environment["SURGERY_PROGRESS"] = str(progress)
        # a group of its own, so that an interrupt here reaches every tool there, even if it is
        # ignored here, as in the background of a script
        with open(log, "wb") as output, subprocess.Popen(
                arguments, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, pass_fds=[lock, progress],
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as child:
            os.close(progress)
            try:
                if child.wait() != 0 and len(self.missing()) > len(self.failed()):
                    print(f"surgery: Snakemake gave up, see {log}; it ends with:",
                          *(f"  {line}" for line in log.read_text().splitlines()[-5:]),
                          sep="\n", file=sys.stderr)
                return False
            except KeyboardInterrupt:
                print("\nsurgery: interrupted, stopping the runs", file=sys.stderr)
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                os.killpg(child.pid, signal.SIGINT)
                try:
                    child.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    os.killpg(child.pid, signal.SIGKILL)
                return True

    def failed(self):
        return [run for run in self.missing() if self.file(run, ".log").exists()]

    def report_failures(self):
        """@return the exit code: that of the runs that failed, if it is the same for all"""
        missing = self.missing()
        failed = self.failed()
        codes = set()
        for index, run in enumerate(failed):
            log = self.file(run, ".log")
            lines = log.read_text(errors="replace").splitlines()
            code = lines[-1].removeprefix("exit code ") if lines else ""
            codes.add(int(code) if code.isdecimal() else 1)
            if index < EXPLAINED:
                print(f"surgery: failed ({run.describe()}):\n  {self.command(run)}\n  log: {log}",
                      *(f"    {line}" for line in lines[-3:]), sep="\n", file=sys.stderr)
        if missing:
            more = f", {EXPLAINED} of them above" if len(failed) > EXPLAINED else ""
            print(f"surgery: of {len(self.runs)} runs, {len(failed)} failed{more}, "
                  f"{len(missing) - len(failed)} did not start; the same command tries again",
                  file=sys.stderr)
        return next(iter(codes)) if len(codes) == 1 else min(len(missing), 1)


def interrupt(*_):
    """SIGTERM stops the runs as Ctrl-C does."""
    raise KeyboardInterrupt


def take(folder):
    """The folder of the results for this process alone, and what it starts. @return the lock"""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        fail(f"cannot use the folder {folder}: {error.strerror}")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fail(f"this experiment is running already in {folder}", 1)
    return lock


def write_origin(workflow, arguments, seconds):
    """What the tables are of: for people, and for doc/results.md.
    @param seconds for all runs, if this call did them all"""
    path = workflow.folder / "origin.json"
    build = workflow.build
    if seconds is None and path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        if (before.get("build"), before.get("seeds")) == (build, workflow.seeds):
            seconds = before.get("seconds")
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], text=True,
                            capture_output=True, check=False).stdout.strip()
    origin = {"command": shlex.join(["./surgery", "experiment", *arguments]),
              "seeds": workflow.seeds, "machine": machine(), "commit": commit,
              "build": build, "seconds": seconds}
    path.write_text(json.dumps(origin, indent=2) + "\n", encoding="utf-8")


def main(arguments):
    settings = parse(arguments)
    if not settings.name:
        if len(arguments) > settings.program:
            fail("experiment: needs a NAME before options, one of: " + " ".join(data_file.known()))
        return None if settings.program else list_known()
    path = find(settings.name)
    try:
        experiment = data_file.read(path)
    except data_file.DataFileError as error:
        fail(error)
    if settings.program:
        print(experiment.program)
        return 0

    import tables  # what follows may need packages that are not there for the list
    folder = pathlib.Path(settings.out or ROOT / "results" / "experiments" / experiment.name)
    folder = folder.resolve()
    lock = take(folder)
    workflow = Workflow(settings, experiment, path, folder)
    missing = workflow.missing()
    print(f"surgery: {experiment.name}: {experiment.question}\nsurgery: {len(workflow.runs)} runs, "
          f"{len(missing)} of them missing, {settings.jobs} at once, into {folder}; what another "
          "build or command made is made anew",
          file=sys.stderr, flush=True)
    signal.signal(signal.SIGTERM, interrupt)
    for run in missing:
        workflow.file(run, ".log").unlink(missing_ok=True)
    start = time.monotonic()
    if workflow.execute(lock):
        left = len(workflow.missing())
        print(f"surgery: {len(workflow.runs) - left} of {len(workflow.runs)} runs are whole; "
              "the same command does the rest", file=sys.stderr)
        return 130
    seconds = round(time.monotonic() - start)
    code = workflow.report_failures()
    write_origin(workflow, arguments, seconds if len(missing) == len(workflow.runs) else None)
    print(tables.write(experiment, workflow.seeds, folder))
    return code


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

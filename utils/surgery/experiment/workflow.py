# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Does the missing runs of an experiment, in parallel, by one call of Snakemake."""

import hashlib
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import uuid

from surgery import paths, programs
from surgery.console import Failure, say
from surgery.experiment import cut_off
from surgery.experiment.progress import Progress

HERE = paths.PACKAGE / "experiment"
EXPLAINED = 5  # number of failures that are described
SHOWN = 3  # number of lines of the log of each


def fingerprint(program, loaded):
    """@return a digest of everything in the build on which results depend, so that results of two
    builds are not mixed. @param loaded libraries, or the scenario, that the program loads"""
    digest = hashlib.sha256()
    files = [program, *loaded, *sorted(program.parents[1].glob("libns3-dnn-surgery.so")),
             *sorted(paths.PROFILES.rglob("*.json")), *sorted(paths.TRACES.rglob("*")),
             *sorted(paths.TESTBED.glob("*.csv"))]
    for path in filter(pathlib.Path.is_file, files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def excerpt(lines):
    """@return the last lines of a log, without the help that ns-3's programs print after the
    error"""
    for index, line in enumerate(lines):
        if line.endswith("[General Arguments]"):
            return [text for text in lines[:index] if text.strip()][-SHOWN:] + lines[-1:]
    return lines[-SHOWN:]


def find_profile(name):
    """@return a profile as Snakemake is to be told: a folder, a bundled one, or one that Snakemake
    knows by this name"""
    for folder in (pathlib.Path(name), HERE / name):
        if (folder / "config.yaml").is_file():
            # Snakemake runs in another folder
            return folder.absolute()
    return name


def take_back(mark):
    """Cancel the jobs that were submitted to SLURM with a comment. Snakemake cancels those that it
    has noted; an interrupt may come between their submission and its note."""
    if not shutil.which("squeue"):
        return
    done = subprocess.run(["squeue", "--me", "--noheader", "--format=%i %k"], capture_output=True,
                          text=True, errors="replace", check=False, stdin=subprocess.DEVNULL)
    words = [line.split() for line in done.stdout.splitlines()]
    jobs = [job for job, *comment in words if comment == [mark]]
    if jobs:
        # one that has ended meanwhile needs no canceling
        subprocess.run(["scancel", *jobs], capture_output=True, check=False,
                       stdin=subprocess.DEVNULL)


class Workflow:
    """One call of Snakemake in the folder of the results."""

    def __init__(self, experiment, path, folder, settings):
        self.settings = settings
        self.experiment = experiment
        self.path = path
        self.folder = folder
        self.program = programs.find(experiment.program).resolve()
        self.seeds = settings.seeds or experiment.seeds
        self.runs = experiment.runs(self.seeds)
        if not os.access(self.program, os.X_OK):
            raise Failure(f"{self.program} is not there: ./surgery build", 1)
        self.check_options()
        read = {run.options["load"] for run in self.runs if "load" in run.options}
        if experiment.scenario:
            read.add(experiment.scenario)
        self.build = fingerprint(self.program, [path.parent / name for name in sorted(read)])

    def check_options(self):
        """Refuse options that would make every run fail."""
        if self.experiment.scenario:
            self.check_scenario()
            return
        names = dict.fromkeys(name for run in self.runs for name in run.options)
        unknown = programs.unknown_options(self.program, names)
        if unknown:
            raise Failure(f"{self.path.name}: {self.program.name} has no option "
                          f"\"{unknown[0]}\", see: ./surgery run {self.program.name} --help")

    def check_scenario(self):
        """Refuse a scenario that is wrong at some point."""
        for run in self.experiment.runs(1):
            for command in self.experiment.checks(self.program, run):
                done = subprocess.run(command, text=True, check=False, stdin=subprocess.DEVNULL,
                                      capture_output=True)
                if done.returncode != 0:
                    raise Failure(f"{self.path.name}: {run.describe()}: {done.stderr}")

    def file(self, run, ending):
        """A file of a run."""
        return self.folder / (run.stem + ending)

    def missing(self):
        """@return runs without results"""
        return [run for run in self.runs if not self.file(run, ".csv").exists()]

    def failed(self):
        """@return runs that were tried and failed"""
        return [run for run in self.missing() if self.file(run, ".log").exists()]

    def command(self, run):
        """@return the command of a run, as a person would type it"""
        return shlex.join([*self.experiment.command(self.program, run),
                           f"--results={self.file(run, '.csv')}"])

    def execute(self, lock):
        """Do the missing runs. @return whether this was interrupted"""
        for run in self.missing():
            log = self.file(run, ".log")
            log.unlink(missing_ok=True)
            # a cluster's job writes there before Snakemake makes the folder
            log.parent.mkdir(parents=True, exist_ok=True)
        arguments = [sys.executable, "-m", "snakemake", "--snakefile", HERE / "Snakefile",
                     "--directory", self.folder, "--jobs", self.settings.jobs,
                     "--keep-going", "--rerun-incomplete", "--nolock", "--scheduler", "greedy",
                     "--log-handler-script", HERE / "snakemake_log.py"]
        if self.settings.profile:
            arguments += ["--profile", find_profile(self.settings.profile)]
        arguments += ["--config", f"experiment={self.path}", f"seeds={self.seeds}",
                      f"tool={self.program}", f"build=build-{self.build}"]
        return self.follow(list(map(str, arguments)), lock)

    def follow(self, arguments, lock):
        """Call Snakemake. Its output goes into a log, and the progress to stderr.
        @return whether it was interrupted"""
        log = self.folder / "snakemake.log"
        mark = f"dnn-surgery-{uuid.uuid4()}"
        reader, writer = os.pipe()
        environment = {**os.environ, "SURGERY_PROGRESS": str(writer), "SURGERY_MARK": mark,
                       # the Snakefile, and the jobs on other machines, import this package
                       "PYTHONPATH": os.pathsep.join(filter(None, [
                           str(paths.PACKAGE.parent), os.environ.get("PYTHONPATH")])),
                       "PYTHONDONTWRITEBYTECODE": "1"}
        # a separate process group, so that an interrupt here reaches every tool there, even if it
        # is ignored here, as in the background of a script
        with open(log, "wb") as output, subprocess.Popen(
                arguments, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, pass_fds=[lock, writer],
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as child:
            os.close(writer)
            try:
                with open(reader, encoding="utf-8") as messages:
                    self.show(messages)
                if child.wait() != 0 and len(self.missing()) > len(self.failed()):
                    print(f"surgery: Snakemake gave up, see {log}; it ends with:",
                          *(f"  {line}" for line in log.read_text().splitlines()[-5:]),
                          sep="\n", file=sys.stderr)
                return False
            except KeyboardInterrupt:
                # runs that this stops have not failed, so their messages are not read
                print(file=sys.stderr)
                say("interrupted, stopping the runs")
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                os.killpg(child.pid, signal.SIGINT)
                try:
                    child.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    os.killpg(child.pid, signal.SIGKILL)
                if self.settings.profile:
                    take_back(mark)
                return True

    def show(self, messages):
        """Show Snakemake's progress until it ends."""
        progress = Progress(sys.stderr, self.experiment.name, self.settings.jobs)
        for line in messages:
            progress.handle(json.loads(line))

    def report_failures(self):
        """@return the exit code: that of the runs that failed, if it is the same for all"""
        missing = self.missing()
        failed = self.failed()
        codes = set()
        for index, run in enumerate(failed):
            log = self.file(run, ".log")
            text = log.read_text(encoding="utf-8", errors="replace")
            codes.add(cut_off.exit_code(text) or 1)
            if index < EXPLAINED:
                print(f"surgery: {run.describe()}: {cut_off.describe(log)}",
                      f"  {self.command(run)}\n  log: {log}",
                      *(f"    {line}" for line in excerpt(text.splitlines())), sep="\n",
                      file=sys.stderr)
        if missing:
            more = f", {EXPLAINED} of them above" if len(failed) > EXPLAINED else ""
            say(f"of {len(self.runs)} runs, {len(failed)} failed{more}, "
                f"{len(missing) - len(failed)} did not start; the same command tries again")
        return next(iter(codes)) if len(codes) == 1 else min(len(missing), 1)

#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests ./surgery experiment --profile=slurm on a SLURM of one node, which slurm_node.py starts for
it: slurm-test.py PROGRAM, the path of dnn-surgery-compare; exit code 77 where there can be none."""

import importlib.util
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import slurm_node
from surgery import paths

SURGERY = paths.ROOT / "surgery"
STATUS = ("/usr/bin/python3", "-m", "surgery.experiment.slurm_status")

# Stands before dnn-surgery-compare: a run waits while there is a file that holds its point.
PROGRAM = """#!/bin/sh
for word; do case $word in
    --point=*) point=${{word#*=}};;
    --results=*) results=$word;;
esac; done
if [ "$results" ]; then
    echo $$ >"{here}/process-$point"
    while [ -e "{here}/hold-$point" ]; do sleep 0.1; done
fi
exec "{program}" "$@"
"""

EXPERIMENT = {"question": "Does SLURM work?", "schedulers": ["dads", "dds"], "seeds": 1,
              "options": {"network": "wired", "time": "2s"}, "axis": "Devices", "scale": "linear",
              "points": {"2": {"options": {"devices": 2}}, "3": {"options": {"devices": 3}}}}

# what differs, or may: the command, times, where the results are
OWN = {"origin.json", "snakemake.log", ".lock"}


class Queue(unittest.TestCase):
    """Two runs, which the node has room for at the same time."""

    @classmethod
    def setUpClass(cls):
        cls.node = cls.enterClassContext(slurm_node.Node())
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        (cls.folder / "tiny.json").write_text(json.dumps(EXPERIMENT))
        examples = cls.folder / "build" / "examples"
        examples.mkdir(parents=True)
        program = examples / "dnn-surgery-compare"
        program.write_text(PROGRAM.format(here=cls.folder, program=cls.program))
        program.chmod(0o755)
        done = cls.run_it("local", "--jobs=2")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        cls.expected = cls.contents("local")

    def setUp(self):
        self.addCleanup(self.release)
        self.addCleanup(self.node.ask, "scancel", "--user=root")

    @classmethod
    def start(cls, out, *options, **variables):
        """@return the process of an experiment. With CI=true, Snakemake looks for jobs that ended
        every second instead of every ten."""
        return subprocess.Popen(
            [SURGERY, "experiment", cls.folder / "tiny.json", f"--out={cls.folder / out}", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "DNN_SURGERY_BUILD": str(cls.folder / "build"), "CI": "true", **variables})

    @staticmethod
    def end(child):
        """@return what became of an experiment"""
        output, errors = child.communicate(timeout=300)
        return subprocess.CompletedProcess(child.args, child.returncode, output, errors)

    @classmethod
    def run_it(cls, out, *options):
        """Run an experiment."""
        return cls.end(cls.start(out, *options))

    @classmethod
    def contents(cls, out):
        """@return the bytes of all results, tables and plots, by name"""
        folder = cls.folder / out
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*")
                if path.is_file() and path.name not in OWN and path.suffix != ".log"
                and ".snakemake" not in path.parts}

    def hold(self, *points):
        """Hold runs of these points."""
        for point in points:
            (self.folder / f"process-{point}").unlink(missing_ok=True)
            (self.folder / f"hold-{point}").touch()

    def release(self):
        """Let all runs go on."""
        for path in self.folder.glob("hold-*"):
            path.unlink()

    def held(self, point):
        """@return the process of a run that is held, once there is one"""
        path = self.folder / f"process-{point}"
        self.node.wait_for(lambda: path.exists() and path.read_text())
        return int(path.read_text())

    def queue(self):
        """@return the jobs that SLURM has, as (number, state, why it waits, name)"""
        lines = self.node.ask("squeue", "--noheader", "--format=%i|%T|%r|%j").splitlines()
        return sorted(tuple(line.split("|")) for line in lines)

    def check_same(self, out, done):
        """The experiment has ended, and its tables are those of this machine without SLURM."""
        log = self.folder / out / "snakemake.log"
        self.assertEqual(done.returncode, 0, done.stderr + log.read_text() + self.node.logs())
        self.assertLess({"tables.md", "table.csv", "latency.svg", "runs/3/seed-1.csv"},
                        set(self.expected))
        self.assertEqual(self.contents(out), self.expected)


class Slurm(Queue):
    """What the queue does by itself."""

    def test_tables_are_those_of_one_machine(self):
        done = self.run_it("same", "--profile=slurm")
        self.check_same("same", done)
        self.assertIn("Submitted job", (self.folder / "same" / "snakemake.log").read_text())

    def test_runs_of_a_node_that_goes_down_are_queued_again(self):
        self.hold("2", "3")
        child = self.start("down", "--profile=slurm")
        self.held("2")
        self.held("3")
        self.node.fail()
        try:
            self.node.wait_for(lambda: [state for _, state, _, _ in self.queue()]
                               == ["PENDING"] * 2)
        finally:
            self.release()
            self.node.start_node()
        done = self.end(child)
        self.check_same("down", done)
        self.assertNotIn("failed", done.stderr)

    def test_status_of_what_slurm_does_not_know(self):
        def ask():
            return subprocess.run([*STATUS, "4711"], capture_output=True, text=True, check=False)

        done = ask()
        self.assertEqual((done.returncode, done.stdout), (0, "success\n"))
        self.assertEqual(done.stderr, "surgery: SLURM has forgotten job 4711, so its result decides\n")
        self.node.stop("slurmctld")
        done = ask()
        self.node.start_controller()
        self.assertEqual((done.returncode, done.stdout), (0, "running\n"))
        self.assertRegex(done.stderr, r"\Asurgery: job 4711 counts as running: .*\n\Z")


class Interruption(Queue):
    """Jobs, and whole experiments, that are stopped."""

    def test_killed_jobs_are_noticed_and_resumed(self):
        self.hold("2", "3")
        child = self.start("killed", "--profile=slurm")
        os.kill(self.held("2"), signal.SIGKILL)
        self.held("3")
        job, = (job for job, _, _, name in self.queue() if name.endswith("runs/3/seed-1"))
        self.node.ask("scancel", job)
        done = self.end(child)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("2, seed 1: failed (killed by SIGKILL)", done.stderr)
        # SLURM may leave the run's shell the time to write how its program ended
        self.assertRegex(done.stderr,
                         r"3, seed 1: failed \((SLURM: CANCELLED|killed by SIGTERM)\)")
        self.assertIn("of 2 runs, 2 failed, 0 did not start", done.stderr)
        self.release()
        self.check_same("killed", self.run_it("killed", "--profile=slurm"))

    def test_experiment_that_was_killed_does_no_run_twice_at_once(self):
        self.hold("2", "3")
        child = self.start("again", "--profile=slurm")
        self.held("2")
        self.held("3")
        # first the script, then the group of Snakemake
        below = pathlib.Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
        child.kill()
        for process in below:
            os.killpg(int(process), signal.SIGKILL)
        self.end(child)
        left = self.queue()
        self.assertEqual([state for _, state, _, _ in left], ["RUNNING"] * 2, left)
        child = self.start("again", "--profile=slurm")
        self.node.wait_for(lambda: len(self.queue()) == 4)
        new = [entry for entry in self.queue() if entry not in left]
        self.assertEqual([entry[1:3] for entry in new], [("PENDING", "Dependency")] * 2, new)
        # an interrupt takes what was submitted back, as far as Snakemake knows of it
        log = self.folder / "again" / "snakemake.log"
        self.node.wait_for(lambda: all(f"external jobid '{job}'" in log.read_text()
                                       for job, _, _, _ in new))
        child.send_signal(signal.SIGINT)
        self.assertEqual(self.end(child).returncode, 130)
        self.node.wait_for(lambda: len(self.queue()) == 2)
        self.assertEqual(self.queue(), left)
        child = self.start("again", "--profile=slurm")
        self.node.wait_for(lambda: len(self.queue()) == 4)
        self.release()
        self.check_same("again", self.end(child))

    def test_interrupt_takes_back_what_snakemake_has_not_noted(self):
        self.hold("2", "3")
        slow = self.folder / "slow" / "sbatch"
        slow.parent.mkdir()
        slow.write_text(f'#!/bin/sh\n{shutil.which("sbatch")} "$@"\nsleep 100\n')
        slow.chmod(0o755)
        child = self.start("early", "--profile=slurm", PATH=f"{slow.parent}:{os.environ['PATH']}")
        self.node.wait_for(self.queue)
        child.send_signal(signal.SIGINT)
        self.assertEqual(self.end(child).returncode, 130)
        self.assertNotIn("external jobid", (self.folder / "early" / "snakemake.log").read_text())
        self.node.wait_for(lambda: not self.queue())


if __name__ == "__main__":
    reason = slurm_node.why_not()
    if not all(importlib.util.find_spec(name) for name in ("snakemake", "matplotlib")):
        reason = "needs the packages snakemake and python3-matplotlib"
    if reason:
        print(f"not tested: {reason}")
        sys.exit(77)
    slurm_node.enter()
    Queue.program = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()

#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests ./surgery experiment with a stub for the tool: experiment-workflow-test.py [Workflow] [Profile]
[Interruption]; exit code 77 without Snakemake."""

import importlib.util
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from surgery import paths

SURGERY = paths.ROOT / "surgery"
PROFILE = paths.PACKAGE / "experiment" / "slurm" / "config.yaml"

# Stands for dnn-surgery-compare: names its options when asked, notes that it was called, fails
# where told, and does not get beyond its first call while it is held.
STUB = """#!/usr/bin/python3
import os, signal, sys, time
if sys.argv[1] in ("--help", "--PrintGlobals"):
    sys.exit("".join(f"    --{name}: [0]\\n" for name in ("breaks", "code", "devices", "killed", "load")))
options = dict(argument[2:].partition("=")[::2] for argument in sys.argv[1:])
here = os.path.dirname(os.path.abspath(__file__))
with open(here + "/calls", "a") as calls:
    calls.write(options["point"] + " " + options["RngRun"] + "\\n")
if options.get("breaks") == options["RngRun"] and not os.path.exists(here + "/mended"):
    print("stub: it broke\\n\\nstub [Program Options] [General Arguments]\\n\\nOptions:\\n  many",
          file=sys.stderr)
    sys.exit(int(options.get("code", 3)))
if options.get("killed") == options["RngRun"]:
    print("run 1, dads\\n  dads: 55 of 60 s simulated, 9 inferences ended\\nrun 1, dds\\n"
          "  dds: 5 of 60 s simulated, 2 inferences ended", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
if not os.path.exists(options.get("load", here)):
    sys.exit(4)
with open(options["results"] + ".part", "w") as file:
    file.write("point,network,devices,run,scheduler,class,class_devices,created,completed,"
               "dropped,in_flight,latency_mean_s,latency_p95_s,share_mean,cost_mean_s,"
               "speedup_jain\\n")
    file.flush()
    while os.path.exists(here + "/hold") and len(open(here + "/calls").readlines()) > 1:
        time.sleep(0.02)
    for index, scheduler in enumerate(options["schedulers"].split(",")):
        latency = (2 - index) * int(options["RngRun"])
        file.write(f"{options['point']},wired,2,{options['RngRun']},{scheduler},all,2,9,9,0,0,"
                   f"{latency},,0,{latency},1\\n")
os.rename(options["results"] + ".part", options["results"])
"""

# Stands for dnn-surgery-simulate: its one device takes 1 s under dds, and 2 s under others.
SIMULATOR = """#!/usr/bin/python3
import json, os, sys
options = dict(word[2:].split("=", 1) for word in sys.argv[1:] if "=" in word and "--set" not in word)
changes = dict(word[6:].split("=", 1) for word in sys.argv[1:] if word.startswith("--set="))
if changes.get("devices[0].count") == "-1":
    sys.exit("stub: devices[0].count: must be in 1..10000")
if "--check" in sys.argv:
    sys.exit()
scheduler = json.loads(changes["server.scheduler"])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "calls"), "a") as calls:
    calls.write(" ".join([changes["devices[0].count"], changes["simulation.run"], scheduler]) + "\\n")
if json.loads(changes.get("breaks", "0")) == scheduler:
    sys.exit("stub: it broke")
end = 1000000000 if scheduler == "dds" else 2000000000
with open(os.path.join(options["out"], "inferences.csv"), "w") as file:
    file.write("id,device,server,dnn,outcome,reason,cut,created_ns,device_start_ns,device_end_ns,"
               "first_byte_sent_ns,last_byte_received_ns,server_start_ns,server_end_ns,"
               "result_received_ns,predicted_ns,service_ns\\n"
               f"1,0,1,alexnet,completed,,local,0,0,{end},,,,,{end},,{end}\\n")
"""

# Stand for SLURM's commands: the job script runs at once, and is forgotten when it has ended, unless
# the answer is another one. test/tools/slurm-test.py has a SLURM.
SBATCH = """#!/bin/sh
echo "$@" >>"$(dirname "$0")/submitted"
for job; do :; done
[ -e "$(dirname "$0")/full" ] && echo "sbatch: error: the queue is full" >&2 && exit 1
[ -e "$(dirname "$0")/lost" ] || sh "$job" >/dev/null 2>&1
echo 4711
"""
SCONTROL = """#!/bin/sh
cat "$(dirname "$0")/answer" 2>/dev/null && exit
echo "slurm_load_jobs error: Invalid job id specified" >&2
exit 1
"""


class Experiment(unittest.TestCase):
    """Each test has its data file, its build folder with the stub, its results."""

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)
        self.out = self.folder / "out"
        self.bin = self.folder / "build" / "examples"
        self.bin.mkdir(parents=True)
        self.install("dnn-surgery-compare", STUB)

    def install(self, name, script):
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    def describe(self, **options):
        content = {"question": "Does it work?", "schedulers": ["dads", "dds"], "seeds": 2,
                   "axis": "devices", "scale": "linear", "options": options,
                   "points": {"2": {}, "4": {}}}
        (self.folder / "mine.json").write_text(json.dumps(content))

    def command(self, *arguments):
        return [SURGERY, "experiment", self.folder / "mine.json", f"--out={self.out}", "--jobs=2",
                *arguments]

    def environment(self, **more):
        return {**os.environ, "DNN_SURGERY_BUILD": str(self.bin.parent), **more}

    def run_it(self, *arguments, code=0, **more):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True,
                              timeout=300, check=False, env=self.environment(**more))
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def calls(self):
        """What the stub was called for since the last time."""
        path = self.bin / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return sorted(lines)

    def whole(self):
        return sorted(path.relative_to(self.out / "runs").as_posix()
                      for path in self.out.glob("runs/**/*.csv"))

    def wait_for(self, condition):
        deadline = time.monotonic() + 120
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    ALL = ["2/seed-1.csv", "2/seed-2.csv", "4/seed-1.csv", "4/seed-2.csv"]


class Workflow(Experiment):
    """What is run, and what is told of it."""

    def test_does_what_is_missing_and_no_more(self):
        self.describe()
        done = self.run_it()
        self.assertEqual(self.whole(), self.ALL)
        self.assertEqual(self.calls(), ["2 1", "2 2", "4 1", "4 2"])
        self.assertIn("mine: 4 of 4 runs", done.stderr)
        self.assertIn("| 4 | dads | 2.000 | - | dads | 2.000 |", done.stdout)
        for name in ("tables.md", "table.csv", "latency.png", "latency.svg", "latency-ratio.png",
                     "latency-ratio.svg", "cost-ratio.png", "cost-ratio.svg", "origin.json"):
            self.assertGreater((self.out / name).stat().st_size, 100, name)
        picture = (self.out / "latency.svg").read_bytes()

        self.run_it()
        self.assertEqual(self.calls(), [])
        self.assertEqual((self.out / "latency.svg").read_bytes(), picture)

        (self.out / "runs/4/seed-1.csv").unlink()
        self.run_it("--seeds=3")
        self.assertEqual(self.calls(), ["2 3", "4 1", "4 3"])

    def test_sweeps_a_scenario(self):
        """Each run simulates the scenario once per scheduler."""
        self.install("dnn-surgery-simulate", SIMULATOR)
        scenario = self.folder / "cell.json"
        scenario.write_text('{"server": {}}')

        def describe(**changes):
            (self.folder / "mine.json").write_text(json.dumps({
                "question": "Does it work?", "tool": "simulate", "scenario": "cell.json",
                "schedulers": ["dads", "dds"], "seeds": 2, "axis": "devices", "scale": "linear",
                "set": {"devices[0].count": 7, **changes},
                "points": {"2": {"set": {"devices[0].count": 2}}, "4": {"set": {
                    "devices[0].count": 4}}}}))

        describe()
        done = self.run_it()
        self.assertEqual(self.whole(), self.ALL)
        self.assertEqual(self.calls(), [f"{count} {seed} {scheduler}" for count in (2, 4)
                                        for seed in (1, 2) for scheduler in ("dads", "dds")])
        self.assertIn("| 4 | dads | 2.000 | - | dads | 2.000 |", done.stdout)
        self.run_it()
        self.assertEqual(self.calls(), [])
        # the scenario is part of what results depend on
        scenario.write_text('{"server": {}, "choice": "dds"}')
        self.run_it("--seeds=1")
        self.assertEqual(len(self.calls()), 4)
        describe(breaks="dds")
        done = self.run_it("--seeds=1", code=1)
        self.assertIn("stub: it broke", done.stderr)
        command = next(line for line in done.stderr.splitlines() if "--point=4" in line)
        again = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        self.assertEqual((again.returncode, again.stderr), (1, "stub: it broke\n"))
        # what is wrong at a point is told before anything runs
        self.calls()
        describe()
        content = json.loads((self.folder / "mine.json").read_text())
        content["points"]["4"]["set"]["devices[0].count"] = -1
        (self.folder / "mine.json").write_text(json.dumps(content))
        done = self.run_it(code=2)
        self.assertEqual(done.stderr, "surgery: mine.json: 4, seed 1: stub: devices[0].count: must be "
                         "in 1..10000\n")
        self.assertEqual(self.calls(), [])

    def test_another_build_or_other_options_are_run_anew(self):
        """A loaded library is found from the data file, and is part of the build."""
        library = self.folder / "mine.so"
        library.write_text("one")
        self.describe(load="./mine.so")
        self.run_it("--seeds=1")
        self.assertEqual(self.calls(), ["2 1", "4 1"])
        changes = {"program": lambda: self.install("dnn-surgery-compare", STUB + "# changed\n"),
                   "library": lambda: library.write_text("two"),
                   "options": lambda: self.describe(load="./mine.so", devices=3)}
        for name, change in changes.items():
            with self.subTest(name):
                change()
                self.run_it("--seeds=1")
                self.assertEqual(self.calls(), ["2 1", "4 1"])
        self.run_it("--seeds=1")
        self.assertEqual(self.calls(), [])

    def test_reports_what_failed_and_goes_on(self):
        self.describe(breaks="1")
        done = self.run_it(code=3)
        self.assertEqual(self.whole(), ["2/seed-2.csv", "4/seed-2.csv"])
        self.assertIn("surgery: 4, seed 1: failed (exit code 3)", done.stderr)
        # the command can be given as it stands, and fails as it did
        command = next(line for line in done.stderr.splitlines() if "--point=4" in line)
        again = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        self.assertEqual(again.returncode, 3)
        self.assertTrue(again.stderr.startswith("stub: it broke\n"), again.stderr)
        log = self.out / "runs/4/seed-1.log"
        # the error, not the help that follows it
        self.assertIn(f"log: {log}\n    stub: it broke\n    exit code 3\n", done.stderr)
        self.assertNotIn("Options", done.stderr)
        self.assertTrue(log.read_text().endswith("\n  many\nexit code 3\n"))
        self.assertIn("of 4 runs, 2 failed, 0 did not start", done.stderr)
        self.assertIn("2 of 4 runs are missing in the means with \\*: 2, seed 1: failed (exit code 3)",
                      (self.out / "tables.md").read_text())

        self.calls()
        (self.bin / "mended").touch()
        self.run_it()
        self.assertEqual(self.calls(), ["2 1", "4 1"])
        self.assertEqual(self.whole(), self.ALL)

    def test_tells_where_runs_were_cut_off_and_marks_their_means(self):
        self.describe(killed="2")
        done = self.run_it(code=137)
        end = "4, seed 2: cut off at 5 of 60 s under dds (killed by SIGKILL)"
        self.assertIn(f"surgery: {end}", done.stderr)
        self.assertIn("| 4 | dads | 2.000 \\* | - | dads | 2.000 \\* |", done.stdout)
        self.assertIn("2 of 4 runs are missing in the means with \\*: 2, seed 2: cut off at 5 of "
                      "60 s under dds (killed by SIGKILL); 4, seed 2: cut off", done.stdout)
        self.assertIn("without 2 runs that did not end",
                      (self.out / "latency.svg").read_text().replace("&#10;", " "))
        rows = (self.out / "table.csv").read_text().splitlines()
        self.assertTrue(rows[0].endswith(",missing_runs"), rows[0])
        self.assertTrue(all(row.endswith(",1,1") for row in rows[1:]), rows)

    def test_refuses_options_that_the_program_does_not_know(self):
        self.describe(devcies=3)
        done = self.run_it(code=2)
        self.assertEqual((done.stdout, done.stderr.count("\n")), ("", 1), done.stderr)
        self.assertIn('has no option "devcies"', done.stderr)
        self.assertEqual(self.calls(), [])

    def test_tells_why_nothing_ran(self):
        self.describe()
        done = self.run_it("--profile=no-such-profile", code=1)
        self.assertIn("Snakemake gave up", done.stderr)
        self.assertIn("no config.yaml found", done.stderr)
        self.assertIn("4 did not start", done.stderr)
        self.assertIn("no results, so no tables", done.stdout)


class Profile(Experiment):
    """Runs on a cluster, with stand-ins for SLURM's commands."""

    def run_on_slurm(self, profile="slurm", code=0):
        """Run one seed."""
        self.install("sbatch", SBATCH)
        self.install("scontrol", SCONTROL)
        # with CI=true, Snakemake looks for jobs that ended every second instead of every ten
        return self.run_it("--seeds=1", f"--profile={profile}", code=code, CI="true",
                           PATH=f"{self.bin}:{os.environ['PATH']}")

    def test_slurm_profile_submits_every_run(self):
        self.describe()
        self.run_on_slurm()
        self.assertEqual(self.calls(), ["2 1", "4 1"])
        submitted = (self.bin / "submitted").read_text().splitlines()
        self.assertEqual(len(submitted), 2)
        self.assertTrue(all("--parsable" in line for line in submitted), submitted)
        self.assertIn(f"--job-name=dnn-surgery {self.out} runs/2/seed-1 ", " ".join(submitted))

    def test_results_decide_on_jobs_that_slurm_has_forgotten(self):
        """Jobs of which SLURM knows nothing have failed where there is no result."""
        self.describe()
        profile = self.folder / "profile"
        profile.mkdir()
        (profile / "config.yaml").write_text(PROFILE.read_text().replace(
            "latency-wait: 30", "latency-wait: 1"))
        (self.bin / "lost").touch()
        done = self.run_on_slurm(profile, code=1)
        self.assertIn("of 2 runs, 2 failed", done.stderr)
        (self.bin / "lost").unlink()
        self.run_on_slurm(profile)
        self.assertIn("SLURM has forgotten job 4711, so its result decides",
                      (self.out / "snakemake.log").read_text())

    def test_tells_why_slurm_takes_no_job(self):
        self.describe()
        (self.bin / "full").touch()
        done = self.run_on_slurm(code=1)
        self.assertIn("surgery: 4, seed 1: failed (SLURM: the queue is full)", done.stderr)

    def test_tells_how_slurm_ended_a_job(self):
        """SLURM's reason, and what the job said, are told where the program could not tell one."""
        self.describe()
        (self.bin / "lost").touch()
        (self.bin / "answer").write_text(
            "JobId=4711 JobName=dnn-surgery /some where runs/2/seed-1\n   JobState=FAILED Reason=x\n")
        said = self.out / "runs/2/seed-1.job"
        said.parent.mkdir(parents=True)
        said.write_text("/usr/bin/python3: No module named snakemake\n")
        done = self.run_on_slurm(code=1)
        self.assertIn("surgery: 2, seed 1: failed (SLURM: FAILED)", done.stderr)
        self.assertIn("    /usr/bin/python3: No module named snakemake\n    SLURM: job 4711 FAILED\n",
                      done.stderr)
        self.assertFalse(said.exists())


class Interruption(Experiment):
    """What is left when an experiment is stopped in the middle of a run."""

    def start_and_hold(self):
        """@return the process of an experiment with one run done and another one in the middle"""
        (self.bin / "hold").touch()
        with open(self.folder / "errors", "w") as errors:
            child = subprocess.Popen(self.command("--jobs=1"), stdout=errors, stderr=errors,
                                     env=self.environment())
        self.wait_for(lambda: list(self.out.glob("runs/**/*.part")) and len(self.whole()) == 1)
        return child

    def test_interrupt_leaves_only_whole_results_and_resumes(self):
        self.describe()
        self.stop_by(signal.SIGINT)

    def test_terminates_in_the_background_of_a_script(self):
        """There, interrupts are ignored."""
        self.describe()
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        self.stop_by(signal.SIGTERM)

    def stop_by(self, number):
        """Stop an experiment in the middle of a run by a signal, and resume it."""
        child = self.start_and_hold()
        child.send_signal(number)
        code = child.wait(timeout=120)
        errors = (self.folder / "errors").read_text()
        self.assertEqual(code, 130, errors)
        self.assertIn("1 of 4 runs are whole", errors)
        # who stops the runs does not want to read that they failed
        self.assertNotIn("failed", errors)
        self.resume()

    def test_kill_leaves_only_whole_results_and_resumes(self):
        self.describe()
        child = self.start_and_hold()
        # the whole machine goes down: first the script, then the group of Snakemake and tool
        below = pathlib.Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
        child.kill()
        child.wait()
        done = self.run_it(code=1)
        self.assertIn("is running already", done.stderr)
        for process in below:
            os.killpg(int(process), signal.SIGKILL)
        self.wait_for(lambda: not any(map(self.is_alive, below)))
        self.resume()

    @staticmethod
    def is_alive(process):
        try:
            return ") Z " not in pathlib.Path(f"/proc/{process}/stat").read_text()
        except OSError:
            return False

    def resume(self):
        """One run is whole: do the rest, and only that; then forget everything."""
        self.assertEqual(len(self.whole()), 1)
        self.assertEqual(len((self.out / "runs" / self.whole()[0]).read_text().splitlines()), 3)
        self.calls()
        (self.bin / "hold").unlink()
        self.run_it()
        self.assertEqual(self.whole(), self.ALL)
        self.assertEqual(len(self.calls()), 3)
        self.assertEqual(list(self.out.glob("runs/**/*.part")), [])
        for name in self.whole():
            (self.out / "runs" / name).unlink()


if __name__ == "__main__":
    if not all(importlib.util.find_spec(name) for name in ("snakemake", "matplotlib")):
        print("not tested: needs the packages snakemake and python3-matplotlib")
        sys.exit(77)
    unittest.main()

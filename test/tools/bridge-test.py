#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests schedulers in Python that decide for a simulation, and what happens if they fail.

usage: bridge-test.py PROGRAM [unittest's options]

PROGRAM is dnn-surgery-wifi-mobility.
"""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
import uuid

from dnn_surgery import scheduler

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else ""
PYTHON = "/usr/bin/python3"
EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "my" / "my-scheduler.py"
SCENARIO = ("--network=wired", "--devices=4", "--time=3s", "--pcap=false")
# what fails in the third decision of a run, by name
FAULTS = """
import os, signal, subprocess, sys, time
from dnn_surgery import scheduler
from dnn_surgery.scheduler import Decision, Outcome, Scheduler, main

class Faulty(Scheduler):
    count = 0

    def decide(self, game):
        self.count += 1
        decisions = [Decision(device.device, 0) for device in game.devices]
        if self.count < 3:
            return decisions
        return getattr(self, sys.argv[1])(game, decisions)

    def dies(self, game, decisions):
        os._exit(7)

    def is_killed(self, game, decisions):
        os.kill(os.getpid(), signal.SIGKILL)

    def hangs(self, game, decisions):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen(["bash", "-c", "sleep 1000; :", sys.argv[2]])
        time.sleep(1000)

    def raises(self, game, decisions):
        raise ValueError("no idea")

    def returns_nothing(self, game, decisions):
        pass

    def decides_for_others(self, game, decisions):
        return [*decisions, Decision(77, 0)]

    def forgets_one(self, game, decisions):
        return decisions[:-1]

    def shares_nan(self, game, decisions):
        decisions[2].share = float("nan")
        return decisions

    def cuts_elsewhere(self, game, decisions):
        decisions[1].cut = 9999
        return decisions

    def takes_all(self, game, decisions):
        for decision in decisions:
            decision.share = .5
        return decisions

    def prints_rubbish(self, game, decisions):
        os.write(int(os.environ[scheduler.DESCRIPTOR]), b"what? \\xff\\n")
        time.sleep(1000)

    def prints_twice(self, game, decisions):
        os.write(int(os.environ[scheduler.DESCRIPTOR]), b"{}\\n{}\\n")
        time.sleep(1000)

if sys.argv[1] == "speaks_otherwise":
    scheduler.PROTOCOL = "dnn-surgery/scheduler/2"
main(Faulty())
"""
CASES = {
    "dies": "closed the connection, at AT; it ended with exit code 7",
    "is_killed": "closed the connection, at AT; it was ended by a signal (Killed)",
    "hangs": "did not answer within 5 s (Timeout), at AT",
    "raises": "failed: ValueError: no idea, at AT; it ended with exit code 1",
    "returns_nothing": "failed: TypeError: 'NoneType' object is not iterable, at AT; "
                       "it ended with exit code 1",
    "decides_for_others": "answered for device 77, which takes no part in this decision, at AT",
    "forgets_one": "answered without a decision for device 3, at AT",
    "shares_nan": 'answered for device 2: share: must be a number in 0..1, not "nan", at AT',
    "cuts_elsewhere": "answered for device 1: cut: must be an integer in 0..",
    "takes_all": "answered shares that sum to 2.000000, more than the capacity of 1.000000; "
                 "device 0 has the largest, 0.500000, at AT",
    "prints_rubbish": 'answered no JSON object but "what? \\ufffd", at AT',
    "prints_twice": "sent more than one line as an answer, at AT",
    "speaks_otherwise": 'speaks "dnn-surgery/scheduler/2", not "dnn-surgery/scheduler/1", at 1 s',
}


def processes(mark):
    """Processes whose command has a word."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if mark.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except (OSError, ValueError):
            pass
    return found


class Local(scheduler.Scheduler):
    """Everything stays on the devices."""

    ended = False

    def decide(self, game):
        return [scheduler.Decision(device.device, 0) for device in game.devices]

    def end(self):
        self.ended = True


class Adviser(scheduler.Scheduler):
    """Does as it is told."""

    def decide(self, game):
        return game.advice


class Case(unittest.TestCase):
    """Has a folder that goes away, and a mark that processes of the case carry."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.mark = f"mark-{uuid.uuid4()}"

    def write(self, text):
        """Write a program. @return its path"""
        path = self.folder / "program.py"
        path.write_text(textwrap.dedent(text), encoding="ascii")
        return path

    def command(self, name, *words):
        """A simulation's command, with the schedulers of that name."""
        return [PROGRAM, *SCENARIO, f"--schedulers={name}", *words]

    def run_it(self, name, *words):
        """Run a simulation. @return what it did"""
        return subprocess.run(self.command(name, *words), capture_output=True, text=True,
                              check=False, timeout=300)

    def tables(self, name, out, *words):
        """Run a simulation. @return contents of its tables, by name"""
        done = self.run_it(name, f"--out={self.folder / out}", *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        (folder,) = (self.folder / out).iterdir()
        return {path.name: path.read_bytes() for path in folder.iterdir()
                if path.name != "provenance.json"}

    def assert_none_left(self):
        """Processes end within seconds."""
        end = time.monotonic() + 10
        while processes(self.mark) and time.monotonic() < end:
            time.sleep(.01)
        self.assertEqual(processes(self.mark), [])


class Decisions(Case):
    ADVISED = """
        from dnn_surgery.scheduler import Scheduler, main

        class Advised(Scheduler):
            def decide(self, game):
                print("for people")
                return game.advice

        main(Advised())
        """

    def test_advice_gives_the_same_bytes(self):
        program = self.write(self.ADVISED)
        for advice, words in (("dds", ()), ("dads", ()),
                              ("dds", ("--network=wifi", "--devices=8", "--away=1s+1s")),
                              ("dds[Waiting=true]", ("--interval=ns3::ExponentialRandomVariable[Mean=0.3]",)),
                              ("iao", ("--serverOutages=1s+0.7s",))):
            with self.subTest(advice=advice, words=words):
                out = f"{advice}{words}".replace("/", "")
                own = self.tables(advice, f"a{out}", *words)
                other = self.tables(f"external[Command={PYTHON} {program}|Advice={advice}]",
                                    f"b{out}", *words)
                self.assertGreater(own["inferences.csv"].count(b"completed"), 10)
                self.assertEqual(own.keys(), other.keys())
                for name, table in own.items():
                    self.assertEqual(table, other[name], name)

    def test_runs_repeat(self):
        name = f"external[Command={PYTHON} {EXAMPLE}]"
        one, other = self.tables(name, "one"), self.tables(name, "other")
        self.assertEqual(one, other)
        self.assertNotEqual(one["inferences.csv"], self.tables("dds", "dds")["inferences.csv"])
        offloaded = one["inferences.csv"].count(b"completed") - one["inferences.csv"].count(b"local")
        self.assertGreater(offloaded, 5)

    def test_a_process_can_decide_for_its_child(self):
        for decider in (Local(), Adviser()):
            ours, theirs = socket.socketpair()
            process = subprocess.Popen(
                self.command(f"external[Descriptor={theirs.fileno()}|Advice=dds]"),
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=[theirs.fileno()])
            theirs.close()
            with ours, process:
                scheduler.serve(decider, ours)
                self.assertEqual(process.communicate()[1], b"")
            self.assertEqual(process.returncode, 0)
        self.assertFalse(processes(f"Descriptor={theirs.fileno()}"))

    def test_what_a_game_says(self):
        games = []

        class Watch(Local):
            def decide(self, game):
                games.append(game)
                return super().decide(game)

        ours, theirs = socket.socketpair()
        with ours, subprocess.Popen(self.command(f"external[Descriptor={theirs.fileno()}]"),
                                    stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()]):
            theirs.close()
            decider = Watch()
            scheduler.serve(decider, ours)
        self.assertTrue(decider.ended)
        self.assertEqual([game.time_s for game in games], [1, 1.5, 2, 2.5, 3])
        self.assertGreater(sum(device.completed for device in games[-1].devices), 0)
        for device in games[0].devices:
            self.assertEqual((device.current_option, device.current_cut), (-1, -1))
        for device in games[-1].devices:
            self.assertEqual((device.current_option, device.current_cut), (0, 0))
            labels = [cut.label for cut in device.options[0].cuts]
            self.assertEqual(len(set(labels)), len(labels))
            works = device.options[0].work_s
            self.assertEqual(works, sorted(works))
        for game in games:
            self.assertEqual((game.capacity, game.processor, game.advice), (1, "server-t4", None))
            for device in game.devices:
                (option,), (bases,) = device.options, device.base_s
                self.assertEqual(option.cuts[0].label, "local")
                self.assertEqual(len(option.cuts), len(bases))
                for i, cut in enumerate(option.cuts):
                    # the formula of the manual, from the parts that the game tells
                    base = cut.device_s
                    if cut.label != "local":
                        base += (device.uplink_delay_s + 8 * cut.upload_bytes / device.uplink_bps
                                 + device.downlink_delay_s
                                 + 8 * cut.result_bytes / device.downlink_bps)
                    self.assertAlmostEqual(bases[i], base, delta=1e-12 + 1e-9 * base)
                    self.assertEqual(option.work_s[i], cut.server_s)
                best = device.best_response(cap=.5)
                least = min(device.cost_s(scheduler.Decision(device.device, cut, share / 1000))
                            for cut in range(len(bases)) for share in range(501))
                self.assertLessEqual(device.cost_s(best), least + 1e-12)
            arrays = game.arrays()
            for row, device in enumerate(game.devices):
                count = len(device.base_s[0])
                self.assertEqual(list(arrays["base_s"][row, :count]), device.base_s[0])
                self.assertEqual(list(arrays["cut"][row, :count]), list(range(count)))


class Faults(Case):
    def test_each_ends_in_a_line(self):
        program = self.write(FAULTS)
        for name, words in CASES.items():
            with self.subTest(name):
                command = f"{PYTHON} {program} {name} {self.mark}"
                out = self.folder / name
                timeout = "5s" if name == "hangs" else "200s"
                done = self.run_it(f"external[Command={command}|Timeout={timeout}]",
                                   f"--out={out}")
                self.assertEqual(done.returncode, 1, done.stderr)
                last = done.stderr.splitlines()[-1]
                expected = f'dnn-surgery-wifi-mobility: ExternalScheduler: "{command}" {words}'
                self.assertIn(expected.replace("at AT", "at 2 s of simulated time"), last)
                if name not in ("raises", "returns_nothing", "speaks_otherwise"):
                    self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                (folder,) = out.iterdir()
                status = (folder / "status.json").read_text(encoding="utf-8")
                self.assertIn("cut off", status)
                self.assert_none_left()

    def test_the_programs_own_error_is_shown(self):
        program = self.write(FAULTS)
        done = self.run_it(f"external[Command={PYTHON} {program} raises]")
        self.assertIn("Traceback", done.stderr)
        self.assertIn("ValueError: no idea\n", done.stderr)

    def test_wrong_settings(self):
        for name, words in (("external", "needs either Command or Descriptor"),
                            ("external[Command=/no/such/program]",
                             'Command: cannot start "/no/such/program": No such file'),
                            ("external[Descriptor=0]", "0 is no connected stream socket"),
                            ("external[Command='x]", "a quote is not closed"),
                            ("external[Command=x|Advice=nobody]", 'unknown scheduler "nobody"')):
            with self.subTest(name):
                done = self.run_it(name)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                self.assertIn(words, done.stderr)

    def test_nothing_is_left_of_a_killed_simulation(self):
        program = self.write(FAULTS)
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), subprocess.Popen(
                    self.command(f"external[Command={PYTHON} {program} hangs {self.mark}]"),
                    stdout=subprocess.DEVNULL) as process:
                while len(processes(self.mark)) < 4:  # simulation, guard, program and its child
                    self.assertIsNone(process.poll())
                    time.sleep(.01)
                process.send_signal(number)
                self.assertEqual(process.wait(), -number)
                self.assert_none_left()

    def test_who_decides_may_end_first(self):
        ours, theirs = socket.socketpair()
        with subprocess.Popen(self.command(f"external[Descriptor={theirs.fileno()}]"), text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              pass_fds=[theirs.fileno()]) as process:
            theirs.close()
            session = scheduler.Session(ours)
            session.receive()
            ours.close()
            error = process.communicate()[1]
        self.assertEqual(process.returncode, 1)
        self.assertIn("closed the connection, at 1 s of simulated time\n", error)

    def test_what_a_scheduler_raises_is_raised(self):
        class Broken(Local):
            def decide(self, game):
                raise KeyError("x")

        ours, theirs = socket.socketpair()
        with subprocess.Popen(self.command(f"external[Descriptor={theirs.fileno()}]"), text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              pass_fds=[theirs.fileno()]) as process, ours:
            theirs.close()
            with self.assertRaises(KeyError):
                scheduler.serve(Broken(), ours)
            error = process.communicate()[1]
        self.assertIn("failed: KeyError: 'x', at 1 s of simulated time\n", error)

    def test_a_simulation_that_ends_early_is_noticed(self):
        ours, theirs = socket.socketpair()
        theirs.close()
        with ours, self.assertRaises(ConnectionError):
            scheduler.serve(Local(), ours)

    def test_a_program_that_nobody_started(self):
        environment = {name: value for name, value in os.environ.items()
                       if name != scheduler.DESCRIPTOR}
        done = subprocess.run([PYTHON, EXAMPLE], capture_output=True, text=True, check=False,
                              env=environment)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1))
        self.assertIn("a simulation starts this program", done.stderr)


if __name__ == "__main__":
    unittest.main()

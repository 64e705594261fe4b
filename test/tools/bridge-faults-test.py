#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests what happens if a program that decides for a simulation fails.

usage: bridge-faults-test.py PROGRAM [unittest's options]

PROGRAM is dnn-surgery-wifi-mobility.
"""

import os
import pathlib
import signal
import socket
import subprocess
import time
import unittest
import uuid

from bridge_case import EXAMPLE, PYTHON, Case, Local
from dnn_surgery import scheduler

# what fails in the third decision of a run, by name
FAULTS = """
import json, os, signal, subprocess, sys, time
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

    def cuts_in_between(self, game, decisions):
        decisions[1].cut = .9
        return decisions

    def takes_all(self, game, decisions):
        return [Decision(device.device, len(device.base_s[0]) - 1, .5) for device in game.devices]

    def prints_no_json(self, game, decisions):
        os.write(int(os.environ[scheduler.DESCRIPTOR]), b"what? \\xff\\n")
        time.sleep(1000)

    def says_nan(self, game, decisions):
        columns = {"device": [device.device for device in game.devices]}
        columns["cut"] = columns["share"] = [0] * len(game.devices)
        text = json.dumps({"type": "decision", **columns, "shadow_price_s": float("nan")})
        os.write(int(os.environ[scheduler.DESCRIPTOR]), text.encode() + b"\\n")
        time.sleep(1000)

    def says_a_lot(self, game, decisions):
        message = {"type": "error", "message": "a \x1b[31m b \x7f c"}
        os.write(int(os.environ[scheduler.DESCRIPTOR]), json.dumps(message).encode() + b"\\n")
        os._exit(3)

    def shares_nothing(self, game, decisions):
        decisions[1] = Decision(1, len(game.devices[1].base_s[0]) - 1, 0.0)
        return decisions

    def shares_too_little(self, game, decisions):
        decisions[1] = Decision(1, len(game.devices[1].base_s[0]) - 1, 1e-320)
        return decisions

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
    "takes_all": "answered shares that sum to 2, more than the capacity of 1; "
                 "device 0 has the largest, 0.5, at AT",
    "prints_no_json": "answered what is no JSON: parse error at line 1, column 1: ",
    "says_nan": "answered what is no JSON: parse error at line 1, column ",
    "says_a_lot": "failed: a  [31m b   c, at AT; it ended with exit code 3",
    "shares_nothing": "answered for device 1: share: must be 1e-9 to 1 for a cut that leaves work to "
                      "the server, not 0.0, at AT",
    "shares_too_little": "answered for device 1: share: must be 1e-9 to 1 for a cut that leaves work to "
                         "the server, not ",
    "cuts_in_between": "failed: ValueError: device 1: cut: must be a whole number, not 0.9, at AT; "
                       "it ended with exit code 1",
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


class Faults(Case):
    def setUp(self):
        super().setUp()
        self.mark = f"mark-{uuid.uuid4()}"  # that processes of the case carry

    def assert_none_left(self):
        """Processes end within seconds."""
        end = time.monotonic() + 10
        while processes(self.mark) and time.monotonic() < end:
            time.sleep(.01)
        self.assertEqual(processes(self.mark), [])

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
                if name not in ("raises", "returns_nothing", "cuts_in_between", "speaks_otherwise"):
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
        for said, error in ((b"", scheduler.NeverAsked), (b"{", scheduler.ProtocolError),
                            (b'{"type":"hello","protocol":"dnn-surgery/scheduler/1","server":2,'
                             b'"processor":"x"}\n', scheduler.ProtocolError)):
            ours, theirs = socket.socketpair()
            theirs.sendall(said)
            theirs.shutdown(socket.SHUT_WR)
            decider = Local()
            with ours, theirs, self.assertRaises(ConnectionError) as caught:
                scheduler.serve(decider, ours)
            self.assertEqual((type(caught.exception), decider.ended), (error, False))

    def test_reasons_are_told_in_a_line(self):
        class Broken(Local):
            def decide(self, game):
                raise failure

        for failure, told in ((AssertionError(), "AssertionError"), (ValueError(" "), "ValueError"),
                              (OSError("no file \udcff"), "OSError: no file ?"),
                              (ValueError("two\nlines"), "ValueError: two lines")):
            with self.subTest(told):
                ours, theirs = socket.socketpair()
                with subprocess.Popen(self.command(f"external[Descriptor={theirs.fileno()}]"),
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                      pass_fds=[theirs.fileno()]) as process, ours:
                    theirs.close()
                    with self.assertRaises(type(failure)):
                        scheduler.serve(Broken(), ours)
                    error = process.communicate()[1]
                self.assertIn(f"failed: {told}, at 1 s of simulated time\n", error)

    def test_a_program_that_nobody_started(self):
        environment = {name: value for name, value in os.environ.items()
                       if name != scheduler.DESCRIPTOR}
        done = subprocess.run([PYTHON, EXAMPLE], capture_output=True, text=True, check=False,
                              env=environment)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1))
        self.assertIn("a simulation starts this program", done.stderr)


if __name__ == "__main__":
    unittest.main()

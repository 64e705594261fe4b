#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests schedulers in Python that decide for a simulation.

usage: bridge-test.py PROGRAM [unittest's options]

PROGRAM is dnn-surgery-wifi-mobility.
"""

import decimal
import fractions
import json
import socket
import subprocess
import unittest

from bridge_case import EXAMPLE, PYTHON, ROOT, Case, Local
from dnn_surgery import scheduler

try:
    import numpy
except ImportError:
    numpy = None

PAGE = ROOT / "doc" / "bridge.md"


def keys(value):
    """All keys in a message."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


class Adviser(scheduler.Scheduler):
    """Does as it is told."""

    def decide(self, game):
        return game.advice


class Plain:
    """Only decides."""

    def decide(self, game):
        return [scheduler.Decision(device.device, 0) for device in game.devices]


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
        ended = Plain()
        ended.end = 3.5  # no function
        for decider in (Local(), Adviser(), Plain(), ended):
            ours, theirs = socket.socketpair()
            process = subprocess.Popen(
                self.command(f"external[Descriptor={theirs.fileno()}|Advice=dds]"),
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=[theirs.fileno()])
            theirs.close()
            with ours, process:
                scheduler.serve(decider, ours)
                self.assertEqual(process.communicate()[1], b"")
            self.assertEqual(process.returncode, 0)

    def test_the_page_has_all_fields(self):
        """Of each message, as keys in doc/bridge.md."""
        page = PAGE.read_text(encoding="utf-8")
        ours, theirs = socket.socketpair()
        types = set()
        with ours, subprocess.Popen(
                self.command(f"external[Descriptor={theirs.fileno()}|Advice=dds]"),
                stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()]):
            theirs.close()
            with ours.makefile("rw", encoding="utf-8") as lines:
                for line in lines:
                    message = json.loads(line)
                    types.add(message["type"])
                    for key in keys(message):
                        self.assertIn(f'"{key}":', page)
                    if message["type"] == "hello":
                        answer = {"type": "hello", "protocol": scheduler.PROTOCOL}
                    elif message["type"] == "decide":
                        answer = {"type": "decision", **message["advice"]}
                    else:
                        continue
                    lines.write(json.dumps(answer) + "\n")
                    lines.flush()
        self.assertEqual(types, {"hello", "frontier", "device", "decide", "end"})
        for kind in types:
            self.assertIn(f"\n### {kind}\n", page)

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


class Answers(unittest.TestCase):
    """What is said of an outcome."""

    def answer(self, outcome):
        """@return the message, or nothing if none was sent, and the error"""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            error = ""
            try:
                scheduler.Session(ours).answer(outcome)
            except ValueError as raised:
                error = str(raised)
            ours.shutdown(socket.SHUT_WR)
            with theirs.makefile(encoding="utf-8") as lines:
                text = lines.read()
        return json.loads(text) if text else None, error

    def test_numbers_are_said_as_they_are(self):
        whole = [(3, 3), (2**40, 2**40)]
        real = [0, 0.4, 1e-9, fractions.Fraction(1, 4), decimal.Decimal("0.5")]
        if numpy:
            whole += [(3, made) for made in (numpy.int64(3), numpy.uint8(3), numpy.array(3),
                                             numpy.array([3]))]
            real += [numpy.float32(0.25), numpy.float64(0.4), numpy.int64(1), numpy.array(0.4)]
        for number, value in whole:
            for field in ("device", "cut", "option"):
                fields = {"device": 1, "cut": 0, field: value}
                said, _ = self.answer([scheduler.Decision(**fields)])
                self.assertEqual((said[field], type(said[field][0])), ([number], int))
        for value in real:
            said, _ = self.answer(scheduler.Outcome([scheduler.Decision(1, 0, value)], value))
            self.assertEqual((said["share"], said["shadow_price_s"]), ([float(value)], float(value)))

    def test_what_is_no_number_is_refused(self):
        no_real = [True, "0.4", b"1", None, [0.4], 1j]
        no_whole = [*no_real, 0.9, 1.0, float("nan")]
        if numpy:
            no_real += [numpy.bool_(True), numpy.array([0.1, 0.2]), numpy.str_("0.4"),
                        numpy.array(["1"])]
            no_whole += [*no_real, numpy.float64(3)]
        for value in no_whole:
            for field in ("device", "cut", "option"):
                fields = {"device": 1, "cut": 0, field: value}
                said, error = self.answer([scheduler.Decision(0, 0), scheduler.Decision(**fields)])
                device = fields["device"]
                self.assertIsNone(said)
                self.assertIn(f"device {device}: {field}: must be a whole number, not ", error)
                self.assertNotIn("\n", error)
        for value in no_real:
            said, error = self.answer([scheduler.Decision(1, 0, value)])
            self.assertIsNone(said)
            self.assertIn("device 1: share: must be a number, not ", error)
            said, error = self.answer(scheduler.Outcome([], value))
            self.assertIsNone(said)
            self.assertIn("shadow_price_s: must be a number, not ", error)

    def test_rounds(self):
        for value in (0, 7, 2**32 - 1):
            self.assertEqual(self.answer(scheduler.Outcome([], rounds=value))[0]["rounds"], value)
        for value in (2**32, 2**33, -1, 2.7, True, "1", None):
            said, error = self.answer(scheduler.Outcome([], rounds=value))
            self.assertIsNone(said)
            self.assertRegex(error, r"^rounds: must be (a whole number|0 to 4294967295), not .+$")

    def test_outcomes_of_any_iterable(self):
        decisions = [scheduler.Decision(0, 1, 0.5), scheduler.Decision(2, 0)]
        for make in (list, tuple, iter, lambda all: (each for each in all)):
            for outcome in (make(decisions), scheduler.Outcome(make(decisions))):
                said, _ = self.answer(outcome)
                self.assertEqual((said["device"], said["cut"], said["share"]),
                                 ([0, 2], [1, 0], [0.5, 0]))
        outcome = scheduler.Outcome(iter(decisions))
        self.assertEqual(outcome.decisions, decisions)  # as often as one looks
        self.assertEqual(outcome.decisions, decisions)


if __name__ == "__main__":
    unittest.main()

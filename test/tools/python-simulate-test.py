#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests how dnn_surgery.simulate and ./surgery simulate start the simulator, with a stand-in for it
that writes down how it was called; and what becomes of a simulation that fails."""

import contextlib
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import types
import unittest
from unittest import mock

import dnn_surgery
from dnn_surgery import places, simulation
from surgery import paths

# The scenario's description says what it does besides.
STAND_IN = '''#!/usr/bin/python3 -S
import json, os, socket, sys, time
options = dict(word[2:].split("=", 1) for word in sys.argv[1:] if "=" in word)
if sys.argv[1:] == ["--help"]:
    print("--scenario:  a\\n--set:  b\\n--out:  c\\n--check:  d")
    sys.exit()
path = options["scenario"]
text = sys.stdin.read() if path == "-" else open(path, encoding="utf-8-sig").read()
scenario = json.loads(text)
call = {"arguments": sys.argv[1:], "folder": os.getcwd(), "scenario": scenario, "heard": []}
what = scenario.get("description", "")
if what == "fail":
    print("dnn-surgery-simulate: devices[0].dnn: there is no DNN x", file=sys.stderr)
    sys.exit(2)
if what == "hang":
    open(os.path.join(options["out"], "pid"), "w").write(f"{os.getpid()}\\n")
for server in scenario.get("servers", [scenario.get("server", {})]):
    scheduler = server.get("scheduler")
    if isinstance(scheduler, dict) and "Descriptor" in scheduler.get("attributes", {}):
        end = socket.socket(fileno=scheduler["attributes"]["Descriptor"])
        if what == "leave":
            print("dnn-surgery-simulate: the scheduler is of another version", file=sys.stderr)
            sys.exit(1)
        end.sendall(b"game\\n")
        call["heard"].append(end.makefile().readline())
while what == "hang":
    time.sleep(1)
print("1 of 1 s simulated", flush=True)
out = options["out"]
open(os.path.join(out, "inferences.csv"), "w").write("id\\n")
json.dump(call, open(os.path.join(out, "call.json"), "w"))
'''
SCENARIO = {"schema": "dnn-surgery/scenario/1", "server": {"processor": "server-t4"},
            "devices": [{"name": "a", "dnn": "alexnet", "processor": "phone-cpu"}]}
SITES = {**SCENARIO, "network": {"kind": "wired", "sites": {"count": 3}}}


class Decider:
    """A scheduler."""

    def __init__(self, failure=None):
        self.failure = failure

    def decide(self, _):
        """Decides nothing."""
        if self.failure:
            raise self.failure
        return "decision\n"


def decide_all(scheduler, end):
    """Stands for what talks to ExternalScheduler: a line, and a line as the answer."""
    with end.makefile("rw") as stream:
        for line in stream:
            stream.write(scheduler.decide(line))
            stream.flush()


def wait_for_pid(folder):
    """The process of a simulation that hangs, as soon as it does."""
    path = folder / "pid"
    while not path.exists() or not path.read_text(encoding="ascii").endswith("\n"):
        time.sleep(0.01)
    return int(path.read_text(encoding="ascii"))


def ends(pid, patience_s=10):
    """Whether a process ends in time."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        try:
            if pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


class Simulate(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name).resolve()
        program = self.scratch / "build" / "examples" / places.SIMULATOR
        program.parent.mkdir(parents=True)
        program.write_text(STAND_IN, encoding="ascii")
        program.chmod(0o755)
        self.out = self.scratch / "out"
        self.program = program
        places.find_simulator.cache_clear()
        self.addCleanup(places.find_simulator.cache_clear)
        for patch in (mock.patch.dict(os.environ, DNN_SURGERY_BUILD=str(self.scratch / "build")),
                      mock.patch("dnn_surgery.scheduler.decide_all", decide_all)):
            patch.start()
            self.addCleanup(patch.stop)

    def write(self, scenario, name="scenario.json"):
        """A scenario as a file. @return its path"""
        path = self.scratch / name
        path.write_text(json.dumps(scenario), encoding="ascii")
        return path

    def simulate(self, scenario, **more):
        """Run it. @return how the stand-in was called"""
        dnn_surgery.simulate(scenario, out=self.out, progress=False, **more)
        return self.read_call()

    def read_call(self):
        """How the stand-in was called."""
        return json.loads((self.out / "call.json").read_text(encoding="ascii"))

    def test_file(self):
        path = self.write(SCENARIO)
        call = self.simulate(os.path.relpath(path))
        self.assertEqual(call["arguments"], [f"--scenario={path}", f"--out={self.out}"])
        self.assertEqual(call["folder"], str(self.scratch))

    def test_dictionary(self):
        number = types.SimpleNamespace(item=lambda: 3)  # as numpy has it
        call = self.simulate({**SCENARIO, "simulation": {"time_s": number}})
        self.assertEqual(call["arguments"], ["--scenario=-", f"--out={self.out}"])
        self.assertEqual(call["scenario"], {**SCENARIO, "simulation": {"time_s": 3}})
        self.assertEqual(call["folder"], os.getcwd())

    def test_what_is_no_json_is_named(self):
        for value in (float("nan"), float("inf"), {1}, types.SimpleNamespace(
                item=lambda: float("nan"))):
            for scheduler in (None, "iao", Decider()):
                with self.assertRaisesRegex(ValueError, r"^simulation\.time_s: .* no value of JSON$"):
                    self.simulate({**SCENARIO, "simulation": {"time_s": value}}, scheduler=scheduler)
            with self.assertRaisesRegex(ValueError, r"^devices\[0\]\.x: "):
                self.simulate({**SCENARIO, "devices": [{"x": value}]})
            with self.assertRaisesRegex(ValueError, r"^simulation\.time_s\[1\]: "):
                self.simulate(SCENARIO, changes={"simulation.time_s": [1, value]})

    def test_arrays_of_numpy_are_named(self):
        """One of a single number is that number."""
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy is not installed")
        for value in (numpy.array([1, 2]), numpy.array([]), numpy.ones((50, 50)),
                      numpy.array([float("nan")])):
            for place, count in (("devices[0].count", value), ("devices[0].count[1]", [1, value])):
                with self.assertRaises(ValueError) as caught:
                    self.simulate(SCENARIO, changes={"devices[0].count": count})
                self.assertTrue(str(caught.exception).startswith(f"{place}: "), caught.exception)
                self.assertTrue(str(caught.exception).endswith(" is no value of JSON"))
                self.assertNotIn("\n", str(caught.exception))
            with self.assertRaisesRegex(ValueError, r"^simulation\.time_s: "):
                self.simulate({**SCENARIO, "simulation": {"time_s": value}})
        call = self.simulate(SCENARIO, changes={"devices[0].count": numpy.array([3]),
                                                "simulation.time_s": numpy.float32(0.5)})
        self.assertEqual(call["arguments"][2:], ["--set=devices[0].count=3",
                                                 "--set=simulation.time_s=0.5"])

    def test_a_file_with_a_mark_of_the_byte_order(self):
        for scheduler in (None, "iao", Decider()):
            path = self.scratch / "marked.json"
            path.write_text("\ufeff" + json.dumps(SCENARIO), encoding="utf-8")
            call = self.simulate(path, scheduler=scheduler)
            self.assertEqual(call["scenario"]["devices"], SCENARIO["devices"])

    def test_the_simulator_says_what_is_wrong(self):
        """With a scheduler of ours, too, it gets a scenario that is not as it should be."""
        sites = ({}, {"count": "x"}, {"count": 10**12}, {"count": 1e9}, ["a"], "x", None)
        networks = ["wired", None, *({"kind": "wired", "sites": each} for each in sites)]
        wrong = [*({**SCENARIO, "server": each} for each in ("x", None, [], 1)),
                 *({**SCENARIO, "servers": each} for each in ("x", None, {}, [1])),
                 [], 5, "x", None, True]
        for scenario in (*wrong, *({**SCENARIO, "network": each} for each in networks)):
            before = json.dumps(scenario)
            servers = simulation.list_servers(scenario)
            self.assertEqual(servers, [] if scenario in wrong else [SCENARIO["server"]], before)
            self.assertEqual(json.dumps(scenario), before)
        for scenario in ({**wrong[0], "description": "fail"}, self.write([])):
            with self.assertRaises(dnn_surgery.SimulationError):
                self.simulate(scenario, scheduler=Decider())
        with self.assertRaisesRegex(ValueError, "^server: "):
            self.simulate({"devices": []}, scheduler=Decider(), changes={"server": {}})

    def test_changes(self):
        call = self.simulate(SCENARIO, changes={"devices[0].count": 20, "description": "x y"})
        self.assertEqual(call["arguments"][2:], ["--set=devices[0].count=20",
                                                 '--set=description="x y"'])

    def test_scheduler_by_name(self):
        path = self.write({**SCENARIO, "servers": [{"name": "a"}, {"name": "b"}]})
        self.assertEqual(self.simulate(path, scheduler="iao")["arguments"][2:],
                         ['--set=servers[0].scheduler="iao"', '--set=servers[1].scheduler="iao"'])
        self.assertEqual(self.simulate(SCENARIO, scheduler={"name": "iao"})["arguments"][2:],
                         ['--set=server.scheduler={"name": "iao"}'])
        with self.assertRaises(TypeError):
            self.simulate(SCENARIO, scheduler=7)

    def test_scheduler_that_decides(self):
        for scenario, count in ((SCENARIO, 1), (SITES, 3),
                                ({**SCENARIO, "servers": [{"name": "a"}, {"name": "b"}]}, 2)):
            before = json.dumps(scenario)
            call = self.simulate(self.write(scenario), scheduler=Decider())
            self.assertEqual(call["heard"], ["decision\n"] * count)
            # relative paths start from the file's folder all the same
            self.assertEqual(call["folder"], str(self.scratch))
            self.assertEqual(json.dumps(scenario), before)
        self.assertEqual([server["name"] for server in
                          self.simulate(SITES, scheduler=Decider())["scenario"]["servers"]],
                         ["site0", "site1", "site2"])

    def test_scheduler_that_raises(self):
        """Nothing is left running."""
        for scenario in (SCENARIO, SITES):
            with self.assertRaisesRegex(ZeroDivisionError, "mine"):
                self.simulate({**scenario, "description": "hang"},
                              scheduler=Decider(ZeroDivisionError("mine")))
            pid = int((self.out / "pid").read_text(encoding="ascii"))
            with self.assertRaises(ProcessLookupError):
                os.kill(pid, 0)

    def test_simulation_that_fails(self):
        with self.assertRaises(dnn_surgery.SimulationError) as caught:
            self.simulate({**SCENARIO, "description": "fail"})
        self.assertEqual(str(caught.exception),
                         "dnn-surgery-simulate: devices[0].dnn: there is no DNN x")
        self.assertEqual(caught.exception.code, 2)
        for scenario in (SCENARIO, SITES):
            with self.assertRaisesRegex(dnn_surgery.SimulationError, "another version"):
                self.simulate({**scenario, "description": "leave"}, scheduler=Decider())

    def test_simulation_that_is_left(self):
        out = self.scratch / "left"
        out.mkdir()
        with simulation.Simulation({**SCENARIO, "description": "hang"}, out) as run:
            wait_for_pid(out)
            self.assertIsNone(run._process.poll())
        self.assertIsNotNone(run._process.poll())

    def test_nothing_is_left_of_a_process_that_is_killed(self):
        """However it simulates, and however it ends."""
        path = self.write({**SCENARIO, "description": "hang"})
        simulate = f"dnn_surgery.simulate({str(path)!r}, out={str(self.out)!r}, progress=False)"
        thread = f"threading.Thread(target=lambda: {simulate}).start()"
        self.out.mkdir()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            for command in ([sys.executable, "-c", f"import dnn_surgery; {simulate}"],
                            [sys.executable, "-c", f"import dnn_surgery, threading; {thread}"],
                            [paths.ROOT / "surgery", "simulate", path, f"--out={self.out}"]):
                with self.subTest(number, command=command), subprocess.Popen(
                        command, stdout=subprocess.DEVNULL,
                        env={**os.environ, "PYTHONPATH": str(paths.PACKAGE.parent)}) as process:
                    pid = wait_for_pid(self.out)
                    process.send_signal(number)
                    self.assertEqual(process.wait(), -number)
                    self.assertTrue(ends(pid))
                (self.out / "pid").unlink()

    def test_a_simulation_outlives_the_thread_that_started_it(self):
        self.out.mkdir()
        runs = []
        thread = threading.Thread(target=lambda: runs.append(
            simulation.Simulation({**SCENARIO, "description": "hang"}, self.out)))
        thread.start()
        thread.join()
        with runs.pop():
            self.assertFalse(ends(wait_for_pid(self.out), 0.5))
        self.assertTrue(ends(int((self.out / "pid").read_text(encoding="ascii"))))

    def test_folder_goes_away_with_the_results(self):
        results = dnn_surgery.simulate(SCENARIO, progress=False)
        folder = results.folder
        self.assertTrue((folder / "call.json").is_file())
        del results
        self.assertFalse(folder.exists())

    def test_progress(self):
        for shown, text in ((True, "1 of 1 s simulated\n"), (False, "")):
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                dnn_surgery.simulate(SCENARIO, out=self.out, progress=shown)
            self.assertEqual(printed.getvalue(), text)

    def test_what_is_not_there(self):
        with self.assertRaisesRegex(FileNotFoundError, "no such scenario"):
            self.simulate("nothing")
        with self.assertRaisesRegex(ValueError, "twice"):
            (self.scratch / "twice.json").write_text('{"server": 1, "server": 2}', encoding="ascii")
            self.simulate(self.scratch / "twice.json", scheduler=Decider())
        self.program.unlink()
        places.find_simulator.cache_clear()
        with self.assertRaisesRegex(FileNotFoundError, places.SIMULATOR):
            self.simulate(SCENARIO)

    def front(self, *arguments):
        """Call ./surgery simulate."""
        return subprocess.run([paths.ROOT / "surgery", "simulate", *arguments], text=True,
                              capture_output=True, check=False, timeout=100)

    def test_command(self):
        path = self.write(SCENARIO)
        done = self.front(str(path), "--set", "server.scheduler=iao", "--set=simulation.time_s=5",
                          f"--out={self.out}", "--check")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.read_call()["arguments"],
                         [f"--scenario={path}", f"--out={self.out}", "--set=server.scheduler=iao",
                          "--set=simulation.time_s=5", "--check"])
        done = self.front(str(path), f"--out={self.out}", "--chekc")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--chekc", done.stderr)
        done = self.front(str(self.write({**SCENARIO, "description": "fail"})), f"--out={self.out}")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, "dnn-surgery-simulate: devices[0].dnn: there is no DNN x\n")


if __name__ == "__main__":
    unittest.main()

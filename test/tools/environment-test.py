#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests simulations as environments for agents.

usage: environment-test.py PROGRAM [unittest's options]

PROGRAM is dnn-surgery-wifi-mobility. DNN_SURGERY_BUILD names the build folder, which may have
dnn-surgery-simulate as well. Without numpy, exit code 77.
"""

import os
import pathlib
import subprocess
import sys
import unittest

try:
    import numpy
except ImportError:
    print("skipped: numpy is not installed")
    sys.exit(77)

from dnn_surgery import env as environment
from dnn_surgery import spaces
from dnn_surgery.env import Env
from dnn_surgery.scheduler import Decision

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else ""
IS_SIMULATOR = os.access(os.path.join(os.environ.get("DNN_SURGERY_BUILD", ""), "examples",
                                      "dnn-surgery-simulate"), os.X_OK)
DEVICES = 4
# Stands for Gymnasium
STAND_IN = """
import sys, types
gymnasium, spaces = types.ModuleType("gymnasium"), types.ModuleType("gymnasium.spaces")
gymnasium.Env = type("Env", (), {"reset": lambda self, *, seed=None, options=None:
                                 seeds.append((seed, options))})
seeds = []
spaces.Box = type("Box", (), {"__init__": lambda self, *words: None})
spaces.Dict = type("Dict", (), {"__init__": lambda self, *words: None})
gymnasium.spaces = spaces
sys.modules.update({"gymnasium": gymnasium, "gymnasium.spaces": spaces})
from dnn_surgery.env import Env
environment = Env(command=["x"], devices=2)
assert isinstance(environment, gymnasium.Env), Env.__mro__
assert isinstance(environment.observation_space, spaces.Dict)
assert isinstance(environment.action_space, spaces.Box)
for seed in (0, 123, None):
    try:
        environment.reset(seed=seed, options={"a": 1})
    except FileNotFoundError: # there is no program x
        pass
assert seeds == [(0, {"a": 1}), (123, {"a": 1}), (None, {"a": 1})], seeds
"""


def make(*words, **settings):
    """An environment of wired devices that contend for a slow server."""
    command = [PROGRAM, "--network=wired", f"--devices={DEVICES}", "--time=5s", "--pcap=false",
               "--server=server-8-core", "--schedulers=external[Descriptor={descriptor}|Timeout=0s]",
               "--RngRun={run}", *words]
    return Env(command=command, devices=DEVICES, **settings)


def run(env, seed, actions=None):
    """An episode. @return its observations, its rewards, and its last step"""
    observation, _ = env.reset(seed=seed)
    observations, rewards, truncated = [observation], [], False
    while not truncated:
        action = actions(env) if actions else env.action_space.sample()
        *step, truncated, info = env.step(action)
        observations.append(step[0])
        rewards.append(step[1])
    return observations, rewards, (*step, truncated, info)


def children():
    """Processes that this one started."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


class Interface(unittest.TestCase):
    def test_an_episode(self):
        with make() as env:
            env.action_space.seed(1)
            observations, rewards, (_, _, terminated, truncated, info) = run(env, 1)
            self.assertEqual((terminated, truncated), (False, True))
            self.assertEqual(len(rewards), 9)  # a timestep of half a second
            for observation in observations:
                self.assertIn(observation, env.observation_space)
                self.assertIn("devices", observation)
            self.assertTrue(all(reward < 0 for reward in rewards))
            self.assertEqual(len(info["outcome"].decisions), DEVICES)
            self.assertGreater(sum(device.completed for device in info["game"].devices), 0)
            with self.assertRaises(ConnectionError):
                env.step(env.action_space.sample())
            observation, info = env.reset()
            self.assertEqual(info["game"].time_s, 1)
        self.assertEqual(children(), [])

    def test_episodes_repeat_by_seed(self):
        found = []
        with make("--mobility=random-waypoint", "--interval=ns3::ExponentialRandomVariable[Mean=0.3]",
                  reward=environment.reward_latency) as env:
            for seed in (3, 3, 4):
                env.action_space.seed(7)
                observations, rewards, _ = run(env, seed)
                found.append((rewards, [each["devices"].tobytes() for each in observations]))
        self.assertEqual(found[0], found[1])
        self.assertNotEqual(found[0], found[2])
        self.assertLess(min(found[0][0]), 0)

    def test_local_actions_leave_the_server_alone(self):
        with make() as env:
            _, _, (*_, info) = run(env, 1, lambda env: numpy.zeros(env.action_space.shape))
            self.assertEqual({decision.share for decision in info["outcome"].decisions}, {0})
            _, _, (*_, info) = run(env, 1, lambda env: numpy.ones(env.action_space.shape))
            shares = [decision.share for decision in info["outcome"].decisions]
            self.assertAlmostEqual(sum(shares), 1)
            self.assertEqual(len(set(shares)), 1)

    def test_shares_that_are_still_held_cost_nothing_but_capacity(self):
        """All give back their shares to one, and take them again."""
        turns = []

        def change(env):
            turns.append(None)
            action = numpy.zeros(env.action_space.shape)
            action[len(turns) % DEVICES] = 1
            return action

        with make("--thinkTime=ns3::ConstantRandomVariable[Constant=0.01]") as env:
            _, rewards, _ = run(env, 1, change)
        self.assertEqual(len(rewards), 9)

    def test_functions_of_ones_own(self):
        def decide(game, rows, action):
            return [Decision(device.device, int(action[rows[device.device]]))
                    for device in game.devices]

        box = spaces.Box(0, 0, (DEVICES,), numpy.int64)
        with make(observe=lambda game, rows: numpy.array([game.time_s]), decide=decide,
                  reward=lambda game, outcome, later: len(outcome.decisions),
                  observation_space=spaces.Box(0, 10, (1,)), action_space=box) as env:
            observations, rewards, _ = run(env, 1)
        self.assertEqual(observations[-1], [5])
        self.assertEqual(set(rewards), {DEVICES})

    def test_an_episode_may_be_left(self):
        env = make()
        for _ in range(3):
            env.reset()
            env.step(env.action_space.sample())
            self.assertEqual(len(children()), 1)
        env.close()
        self.assertEqual(children(), [])
        env.reset()
        del env
        self.assertEqual(children(), [])

    def test_errors_are_those_of_the_simulation(self):
        with make("--devices=0") as env, self.assertRaisesRegex(RuntimeError, "devices"):
            env.reset()
        with make(decide=lambda game, rows, action: []) as env:
            env.reset()
            with self.assertRaisesRegex(RuntimeError, "without a decision for device 0, at 1 s"):
                env.step(None)
        for wrong in ({}, {"scenario": {}, "command": []}):
            with self.assertRaises(ValueError):
                Env(devices=1, **wrong)

    def test_a_seed_is_the_number_of_a_run(self):
        with make() as env:
            for seed in (0, 7, numpy.int64(8), 2**32):
                env.reset(seed=seed)
                numbers = env.np_random.random(3).tolist()
                env.reset(seed=seed)
                self.assertEqual(env.np_random.random(3).tolist(), numbers)
            for seed in (-1, 1.5, "1", 2**53 + 1):
                with self.assertRaisesRegex(ValueError, "a seed must be a whole number, 0 to 2.53"):
                    env.reset(seed=seed)

    def test_an_action_that_is_none_is_refused(self):
        ones = numpy.ones((DEVICES, 2))
        with make() as env:
            env.reset()
            for action in (None, 1, "x", {}, ones[1:], ones[:, 1:], [[1, 1]] * (DEVICES - 1) + [[1]],
                           [["0.5", "1"]] * DEVICES, ones * 1j):
                with self.assertRaisesRegex(ValueError, "^an action must be two numbers for each of 4"):
                    env.step(action)
            for number in (numpy.nan, numpy.inf, -0.1, 1.1):
                for column in (0, 1):
                    action = ones.copy()
                    action[1, column] = number
                    with self.assertRaisesRegex(ValueError, "^an action's numbers must be 0 to 1, not"):
                        env.step(action)
            for number in (1 + 1e-7, 1.0000000000000002, -1e-300):
                with self.assertRaises(ValueError) as caught:
                    env.step(ones * number)
                self.assertEqual(str(caught.exception),
                                 f"an action's numbers must be 0 to 1, not {number}")
            env.step(ones)  # may follow

    def test_a_decision_that_is_no_number_is_refused(self):
        """Before it is sent, so that another one may follow."""
        def decide(game, rows, action):
            return (Decision(device.device, action) for device in game.devices)

        with make(decide=decide) as env:
            env.reset()
            with self.assertRaisesRegex(ValueError, "^device 0: cut: must be a whole number, not 0.9$"):
                env.step(0.9)
            *_, info = env.step(numpy.int64(0))
            self.assertEqual([decision.cut for decision in info["outcome"].decisions], [0] * DEVICES)

    def test_devices_that_the_environment_lacks_are_named(self):
        for devices, first in ((DEVICES - 1, DEVICES - 1), ([3, 1], 0)):
            with make() as env:
                env = Env(command=env._command, devices=devices)
                with self.assertRaisesRegex(ValueError, f"^devices: .* has device {first}, which"):
                    env.reset()
                self.assertEqual(children(), [])

    def test_devices_are_a_number_or_ids(self):
        for devices, ids in ((2, [0, 1]), (numpy.int64(2), [0, 1]), (numpy.array(2), [0, 1]),
                             ([3, 1], [3, 1]), ((0,), [0]), (range(2, 4), [2, 3]),
                             (numpy.array([3, 1]), [3, 1]), (numpy.array([7]), [7]),
                             (iter([5]), [5]), (numpy.arange(3, dtype=numpy.uint8), [0, 1, 2])):
            env = Env(command=["x"], devices=devices)
            self.assertEqual(list(env._rows.items()), [(each, row) for row, each in enumerate(ids)])
            self.assertEqual(env.action_space.shape, (len(ids), 2))
        for devices in (2.0, None, "12", b"", True, numpy.float64(2), [0, 1.0], [[0, 1]], ["a"],
                        [True], [None], numpy.ones((2, 2), int)):
            with self.assertRaisesRegex(ValueError, "^devices: (must be their number, or a list of "
                                        r"their ids, not .+|an environment needs at least one)$"):
                Env(command=["x"], devices=devices)
        for devices in (0, -1, [], ()):
            with self.assertRaisesRegex(ValueError, "^devices: an environment needs at least one$"):
                Env(command=["x"], devices=devices)
        for devices in ([0, 0, 1], [1, 0, numpy.int64(0)], numpy.array([2, 0, 0])):
            with self.assertRaisesRegex(ValueError, "^devices: has 0 twice$"):
                Env(command=["x"], devices=devices)


SCENARIO = {
    "schema": "dnn-surgery/scenario/1",
    "simulation": {"time_s": 5},
    "network": {"kind": "wired"},
    "server": {"processor": "server-8-core"},
    "devices": [{"name": "board", "count": DEVICES, "dnn": "squeezenet", "mobility": "static",
                 "processor": "raspberry-pi-4", "interval_s": "exponential[Mean=0.3]"}]}


@unittest.skipUnless(IS_SIMULATOR, "dnn-surgery-simulate is not there")
class Scenarios(unittest.TestCase):
    def test_episodes_repeat_by_seed(self):
        found = []
        with Env(SCENARIO, devices=DEVICES, reward=environment.reward_latency) as env:
            for seed in (3, 3, 4):
                env.action_space.seed(7)
                observations, rewards, (*_, truncated, _) = run(env, seed)
                self.assertTrue(truncated)
                found.append((rewards, [each["devices"].tobytes() for each in observations]))
        self.assertEqual(found[0], found[1])
        self.assertNotEqual(found[0], found[2])
        self.assertEqual(children(), [])

    def test_advice_is_there(self):
        with Env(SCENARIO, devices=DEVICES, advice="local-only",
                 decide=lambda game, rows, action: game.advice) as env:
            _, _, (*_, info) = run(env, 1)
        self.assertEqual({decision.cut for decision in info["outcome"].decisions}, {0})

    def test_errors_are_those_of_the_simulation(self):
        with Env({**SCENARIO, "network": {"kind": "pigeons"}}, devices=DEVICES) as env:
            with self.assertRaisesRegex(RuntimeError, "pigeons"):
                env.reset()
        for wrong in ({"server": "x"}, {"network": "wired"},
                      {"network": {"kind": "wired", "sites": {}}}):
            with Env({**SCENARIO, **wrong}, devices=DEVICES) as env:
                with self.assertRaisesRegex(RuntimeError, ": (server|network|network.sites): "):
                    env.reset()


    def test_an_episode_without_a_decision_says_why(self):
        for wrong in ({"simulation": {"time_s": 0.2}},
                      {"server": {"processor": "server-t4", "outages": "0s+10s"}}):
            with Env({**SCENARIO, **wrong}, devices=DEVICES) as env:
                with self.assertRaisesRegex(ConnectionError, r"^the simulation ended without a "
                                            r"decision: .*simulation\.time_s.*device in it$"):
                    env.reset()
                self.assertEqual(children(), [])


class Spaces(unittest.TestCase):
    def test_samples_are_contained_and_repeat(self):
        space = spaces.Dict({"a": spaces.Box(-1, [1, 2], (3, 2)),
                             "b": spaces.Box(0, numpy.inf, (1,))})
        space.seed(5)
        first = [space.sample() for _ in range(100)]
        space.seed(5)
        for value in first:
            self.assertIn(value, space)
            again = space.sample()
            for name in value:
                numpy.testing.assert_array_equal(value[name], again[name])
        self.assertNotIn({"a": first[0]["a"]}, space)
        self.assertNotIn({"a": first[0]["a"] + 9, "b": first[0]["b"]}, space)

    def test_gymnasiums_own_are_used(self):
        subprocess.run([sys.executable, "-c", STAND_IN], check=True, timeout=60)


if __name__ == "__main__":
    unittest.main()

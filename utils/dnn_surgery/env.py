# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""A server's scheduler as an environment for agents, with Gymnasium's interface.

    from dnn_surgery.env import Env

    with Env("demo", devices=12) as env:
        observation, info = env.reset(seed=1)
        done = False
        while not done:
            action = env.action_space.sample()
            observation, reward, terminated, truncated, info = env.step(action)
            done = terminated or truncated

A step is a timestep of the server. An episode is a simulation, a process of its own, which ends with
the simulated time: truncated.
"""

import copy
import math
import os
import socket
import subprocess
import tempfile

import numpy

from dnn_surgery.child import Child
from dnn_surgery.game import Decision, Outcome
from dnn_surgery.plain_numbers import show, to_whole
from dnn_surgery.scheduler import NeverAsked, ProtocolError, Session
from dnn_surgery.spaces import BaseEnv, Box, Dict

MOST_RUNS = 2**53

# what an agent sees of each device by default
FEATURES = (
    "present",  # 1: takes part in this decision; 0: does not, and the others are 0
    "uplink_mbps",  # rate toward the server, Mbit/s
    "downlink_mbps",  # rate toward the device, Mbit/s
    "delay_s",  # of both directions together, s
    "requests_per_s",  # rate of its requests, 1/s
    "offloads_in_flight",  # inferences on their way to, on, or from the server
    "usage_price_s",  # price of the whole server, s
    "local_s",  # latency if nothing is offloaded, s
    "offloaded_base_s",  # B if everything is offloaded: all but the server's part, s
    "offloaded_work_s",  # E if everything is offloaded: time on the whole server, s
)


def observe_devices(game, rows):
    """What an agent sees by default: FEATURES of each device, and the capacity."""
    seen = numpy.zeros((len(rows), len(FEATURES)), numpy.float32)
    for device in game.devices:
        base, work = device.base_s[0], device.options[0].work_s
        most = work.index(max(work))
        seen[rows[device.device]] = (
            1, device.uplink_bps / 1e6, device.downlink_bps / 1e6,
            device.uplink_delay_s + device.downlink_delay_s, device.request_rate_per_s,
            device.offloads_in_flight, device.usage_price_s, base[0], base[most], work[most])
    return {"devices": seen, "capacity": numpy.array([game.capacity], numpy.float32)}


def find_rows(devices):
    """@param devices their number, or their ids @return the row of each id
    @throws ValueError if it is something else"""
    try:
        ids = list(devices)
    except TypeError:
        ids = None
    try:
        ids = range(to_whole(devices)) if ids is None else [to_whole(device) for device in ids]
    except ValueError:
        raise ValueError("devices: must be their number, or a list of their ids, not "
                         f"{show(devices)}") from None
    if not ids:
        raise ValueError("devices: an environment needs at least one")
    rows = {device: row for row, device in enumerate(ids)}
    if len(rows) < len(ids):
        twice = next(device for row, device in enumerate(ids) if rows[device] != row)
        raise ValueError(f"devices: has {twice} twice")
    return rows


def check_action(action, count):
    """@param count number of devices @return the action as an array of two numbers of 0..1 for each
    @throws ValueError if it is something else"""
    try:
        values = numpy.asarray(action)
        # neither from text nor from complex numbers
        values = values.astype(float, casting="same_kind" if values.dtype != object else "unsafe")
    except (TypeError, ValueError):
        values = numpy.empty(0)
    if values.shape != (count, 2):
        raise ValueError(f"an action must be two numbers for each of {count} devices")
    wrong = values[~((values >= 0) & (values <= 1))]  # NaN, too
    if wrong.size:
        raise ValueError(f"an action's numbers must be 0 to 1, not {float(wrong[0])}")
    return values


def decide_by_weights(game, rows, action):
    """What an action means by default. @param action two numbers of 0..1 per device: how far its cut
    moves work to the server, from all-local to all-offloaded, and the weight of its share among the
    devices that offload @throws ValueError if it is something else"""
    action = check_action(action, len(rows))
    chosen, weights = [], []
    for device in game.devices:
        depth, weight = action[rows[device.device]]
        cuts = [(option, cut) for option, bases in enumerate(device.base_s)
                for cut in range(len(bases))]
        option, cut = cuts[round(float(depth) * (len(cuts) - 1))]
        works = device.options[option].work_s[cut] > 0
        if works and game.capacity == 0:
            option, cut, works = 0, 0, False
        chosen.append((device.device, option, cut))
        weights.append(max(float(weight), 1e-3) if works else 0.0)
    total = sum(weights) or 1.0
    return Outcome([Decision(device, cut, game.capacity * weight / total, option)
                    for (device, option, cut), weight in zip(chosen, weights)])


def reward_cost(game, outcome, later):
    """Minus the mean cost J of the devices by this decision, s: latency as predicted, without
    waiting, and price. @param later the next game, or None at the end"""
    return -game.cost_s(outcome) / len(game.devices)


def reward_latency(game, outcome, later):
    """Minus the mean latency, s, waiting included, that devices measured of inferences that ended in
    the timestep after this decision; 0 if none did. @param later the next game, or None"""
    devices = later.devices if later else []
    if any(device.completed is None for device in devices):
        raise ValueError("the simulation does not tell what devices measure")
    count = sum(device.completed for device in devices)
    return -sum(device.latency_sum_s for device in devices) / count if count else 0.0


def check_seed(seed, following):
    """@param following the seed if there is none @return the number of a run
    @throws ValueError if the seed is none"""
    try:
        run = following if seed is None else to_whole(seed)
    except ValueError:
        run = -1
    if not 0 <= run <= MOST_RUNS:
        raise ValueError(f"a seed must be a whole number, 0 to 2^53, not {show(seed)}")
    return run


class Env(BaseEnv):
    """A server's scheduler as an environment."""

    metadata = {"render_modes": []}

    def __init__(self, scenario=None, *, devices, command=None, advice="",
                 observe=observe_devices, decide=decide_by_weights, reward=reward_cost,
                 observation_space=None, action_space=None):
        """Prepare; reset starts the first simulation.
        @param scenario with one server: a file, the name of a bundled one, or what a file holds, as
                        a dict; its tables and captures are not written
        @param devices number of devices, with ids from 0 on, or a list of their ids; the rows of
                       observations and actions have this order
        @param command instead of a scenario: a program and its arguments, in which {descriptor} and
                       {run} stand for the number of a socket and of a run of random numbers
        @param advice a scheduler whose decisions are in game.advice, such as "dds"; "": none. With a
                      command, {advice} stands for it
        @param observe makes an observation: observe(game, rows), with the row of each device id
        @param decide makes an Outcome, or a list of Decision: decide(game, rows, action)
        @param reward makes a number: reward(game, outcome, later), later None at the end
        @param observation_space of what observe makes; needed with another observe
        @param action_space of what decide takes; needed with another decide"""
        if (scenario is None) == (command is None):
            raise ValueError("an environment needs either a scenario or a command")
        self._rows = find_rows(devices)
        self._scenario, self._command, self._advice = scenario, command, advice
        self._observe, self._decide, self._reward = observe, decide, reward
        count = len(self._rows)
        self.observation_space = observation_space or Dict({
            "devices": Box(0, math.inf, (count, len(FEATURES)), numpy.float32),
            "capacity": Box(0, 1, (1,), numpy.float32)})
        self.action_space = action_space or Box(0, 1, (count, 2), numpy.float32)
        self._run = 0  # number of the simulation's run of random numbers
        self._episode = None
        self._session = None
        self._game = None

    def reset(self, *, seed=None, options=None):
        """Start a simulation. @param seed the number of its run of random numbers, 0 to 2^53; by
        default the one after the last, 1 at first @return the first observation, and a dict with the
        game @throws ValueError if the seed is something else, or the simulation has a device that the
        environment does not have @throws ProtocolError if it ends without a decision"""
        self.close()
        run = check_seed(seed, self._run + 1)
        super().reset(seed=None if seed is None else run, options=options)
        self._run = run
        self._episode = (_Program(self._command, self._run, self._advice) if self._command
                         else _Scenario(self._scenario, self._run, self._advice))
        self._session = Session(self._episode.socket)
        self._game = self._receive()
        if self._game is None:
            self.close()
            raise ProtocolError("the simulation ended without a decision: until the end of the "
                                "simulated time (simulation.time_s) no timestep of the server had a "
                                "device in it")
        return self._observe(self._game, self._rows), {"game": self._game}

    def step(self, action):
        """Decide. @return observation, reward, terminated (never), truncated (the simulated time is
        over; the observation is the last one), and a dict with the game
        @throws ValueError if the action is none; another one may follow"""
        if self._game is None:
            raise ProtocolError("reset starts a simulation")
        game = later = self._game
        # a timestep may ask again, with less capacity, if devices still hold shares that they lost
        while later is not None and later.time_s == game.time_s:
            game = later
            outcome = self._decide(game, self._rows, action)
            if not isinstance(outcome, Outcome):
                outcome = Outcome(outcome)
            self._session.answer(outcome)
            later = self._receive()
        reward = self._reward(game, outcome, later)
        self._game = later
        if later is None:
            self._episode.wait()
        shown = later or game
        return (self._observe(shown, self._rows), float(reward), False, later is None,
                {"game": shown, "outcome": outcome})

    def close(self):
        """End the simulation."""
        self._game = self._session = None
        if self._episode:
            self._episode.close()
        self._episode = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        if getattr(self, "_episode", None):
            self._episode.close()

    def _receive(self):
        """The next game, or None at the end. What the simulation says of an error is raised."""
        try:
            game = self._session.receive()
        except ConnectionError as error:
            self._episode.wait()
            if not isinstance(error, NeverAsked):
                raise
            return None
        for device in game.devices if game else []:
            if device.device not in self._rows:
                self.close()
                raise ValueError(f"devices: the simulation has device {device.device}, which is not "
                                 f"among the {len(self._rows)} of the environment")
        return game


class _Scenario:
    """A simulation of a scenario."""

    def __init__(self, scenario, run, advice):
        from dnn_surgery import simulation  # environments of a command do not need it

        content = (copy.deepcopy(scenario) if isinstance(scenario, dict)
                   else simulation.read(simulation.find_scenario(scenario)))
        server = "servers[0]" if isinstance(content, dict) and "servers" in content else "server"
        changes = {}
        # of one that is not as it should be the simulator says what is wrong
        if simulation.list_servers(content):
            # an agent may think as long as it likes
            changes = {"simulation.run": run, "outputs.tables": "none", "outputs.pcap": False,
                       f"{server}.scheduler.attributes.Timeout": "0s",
                       f"{server}.scheduler.attributes.Advice": advice}
        self._folder = tempfile.TemporaryDirectory(prefix="dnn-surgery-")
        self._simulation = simulation.Simulation(scenario, self._folder.name, True, changes)
        if len(self._simulation.sockets) != 1:
            try:
                if not changes:
                    self._simulation.wait()
            finally:
                self.close()
            raise ValueError("an environment has one server")
        self.socket = self._simulation.sockets[0]

    def wait(self):
        """Wait for the end. @throws SimulationError if it is an early one"""
        self._simulation.wait()

    def close(self):
        """End the simulation."""
        self._simulation.close()
        self._folder.cleanup()


class _Program(Child):
    """A simulation by a program that was told how to connect."""

    def __init__(self, command, run, advice):
        self.socket, other = socket.socketpair()
        words = [os.fspath(word).replace("{descriptor}", str(other.fileno()))
                 .replace("{run}", str(run)).replace("{advice}", advice) for word in command]
        with other:
            super().__init__(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             pass_fds=[other.fileno()])

    def close(self):
        """End the simulation."""
        self.socket.close()
        super().close()

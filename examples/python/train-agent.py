#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Trains a small agent, numpy only, to decide for a contended server, and plots its reward beside
that of dds, iao and chance; the tutorial "Training an agent" walks through it.

    PYTHONPATH=utils /usr/bin/python3 examples/python/train-agent.py --out=results/agent
"""

import argparse
import csv
import pathlib

import numpy

from dnn_surgery.env import FEATURES, Env

DEVICES = 10
TIMESTEPS = 100
TEST_SEEDS = range(1001, 1004)  # none that the agent learns from

# Boards with wires of their own share a server that is too slow for all. A timestep is 100 ms.
SCENARIO = {
    "schema": "dnn-surgery/scenario/1",
    "simulation": {"time_s": 0.1 * TIMESTEPS},
    "network": {"kind": "wired"},
    "server": {"processor": "server-8-core", "attributes": {"Timestep": "100ms"}},
    "devices": [
        {"name": "light", "count": 8, "dnn": ["squeezenet", "alexnet"],
         "processor": ["raspberry-pi-4", "raspberry-pi-3b", "phone-cpu"], "activation_bits": 8,
         "rho": 0.01, "mobility": "static", "interval_s": "exponential[Mean=1]"},
        {"name": "heavy", "count": DEVICES - 8, "dnn": "resnet18", "processor": "raspberry-pi-4",
         "activation_bits": 8, "rho": 0.01, "mobility": "static",
         "interval_s": "exponential[Mean=1]"}]}


class Agent:
    """A policy that all devices share: from what is seen of a device, how far to cut and how much
    share to ask for. A hidden layer, and Gaussian noise to explore with."""

    HIDDEN = 24
    NOISE = 0.9

    def __init__(self, seed):
        self.random = numpy.random.default_rng(seed)
        inputs = 2 * len(FEATURES) + 1  # a device, the mean of all, and a constant
        self.weights = [self.random.normal(0, inputs ** -.5, (inputs, self.HIDDEN)),
                        self.random.normal(0, .1, (self.HIDDEN + 1, 2))]
        self.moments = [[numpy.zeros_like(each), numpy.zeros_like(each)] for each in self.weights]
        self.updates = 0

    def act(self, observation, explores):
        """An action, and what learn needs of it."""
        seen = 1 + numpy.log(1e-3 + observation["devices"]) / 3  # milliseconds and megabits alike
        mean = numpy.broadcast_to(seen.mean(axis=0), seen.shape)
        inputs = numpy.hstack([seen, mean, numpy.ones((len(seen), 1))])
        hidden = numpy.hstack([numpy.tanh(inputs @ self.weights[0]), numpy.ones((len(seen), 1))])
        noise = self.random.normal(0, self.NOISE, (len(seen), 2)) if explores else 0
        values = hidden @ self.weights[1] + noise
        return 1 / (1 + numpy.exp(-values)), (inputs, hidden, noise)

    def learn(self, steps, rewards, rate=0.01):
        """Go up the policy's gradient (REINFORCE, with Adam)."""
        rewards = numpy.array(rewards)
        gains = (rewards - rewards.mean()) / (rewards.std() + 1e-9)
        gradients = [numpy.zeros_like(each) for each in self.weights]
        for (inputs, hidden, noise), gain in zip(steps, gains):
            slope = gain * noise / self.NOISE ** 2
            gradients[1] += hidden.T @ slope
            back = slope @ self.weights[1][:-1].T * (1 - hidden[:, :-1] ** 2)
            gradients[0] += inputs.T @ back
        self.updates += 1
        for weights, gradient, (first, second) in zip(self.weights, gradients, self.moments):
            gradient /= len(steps)
            first += .1 * (gradient - first)
            second += .001 * (gradient ** 2 - second)
            scale = (1 - .9 ** self.updates), (1 - .999 ** self.updates)
            weights += rate * (first / scale[0]) / (numpy.sqrt(second / scale[1]) + 1e-8)


def run(env, seed, act):
    """An episode. @return the reward of each step"""
    observation, _ = env.reset(seed=seed)
    rewards, truncated = [], False
    while not truncated:
        observation, reward, _, truncated, _ = env.step(act(observation))
        rewards.append(reward)
    return rewards


def test(env, act):
    """The mean reward over the seeds that are for tests."""
    return float(numpy.mean([numpy.mean(run(env, seed, act)) for seed in TEST_SEEDS]))


def score_rivals():
    """The mean reward of other ways to decide, by name."""
    scores = {}
    for name in ("dds", "iao", "local-only"):
        with Env(SCENARIO, devices=DEVICES, advice=name,
                 decide=lambda game, rows, action: game.advice) as env:
            scores[name] = test(env, lambda observation: None)
    with Env(SCENARIO, devices=DEVICES) as env:
        env.action_space.seed(1)
        scores["random"] = test(env, lambda observation: env.action_space.sample())
    return scores


def train(agent, episodes):
    """Learn. @return for each episode the mean reward, and the same in tests where there was one"""
    found = []
    with Env(SCENARIO, devices=DEVICES) as env:
        for episode in range(1, episodes + 1):
            steps = []

            def explore(observation):
                action, memory = agent.act(observation, True)
                steps.append(memory)
                return action

            rewards = run(env, episode, explore)
            agent.learn(steps, rewards)
            tested = ""
            if episode % 25 == 0 or episode in (1, episodes):
                tested = test(env, lambda observation: agent.act(observation, False)[0])
                print(f"episode {episode}: reward {numpy.mean(rewards):.4f} s, "
                      f"without exploring {tested:.4f} s", flush=True)
            found.append((numpy.mean(rewards), tested))
    return found


def write(found, scores, out):
    """Write the rewards as a table and a figure."""
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "rewards.csv", "w", encoding="ascii", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["episode", "reward_s", "test_reward_s"])
        rows.writerows([i, *row] for i, row in enumerate(found, 1))
    try:
        import matplotlib
    except ImportError:
        print("there is no figure without Debian's python3-matplotlib")
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.figure(figsize=(8, 4.5))
    pyplot.plot(range(1, len(found) + 1), [reward for reward, _ in found], color="#bbbbbb",
                label="agent, exploring")
    tests = [(i, tested) for i, (_, tested) in enumerate(found, 1) if tested != ""]
    pyplot.plot(*zip(*tests), color="black", label="agent, tested on other seeds")
    for (name, score), color in zip(scores.items(), ("C0", "C1", "C2", "C3")):
        pyplot.axhline(score, color=color, linestyle="--", label=name)
    pyplot.xlabel("episode")
    pyplot.ylabel("mean reward: minus the mean cost, s")
    pyplot.legend()
    pyplot.tight_layout()
    pyplot.savefig(out / "rewards.png", dpi=120)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--episodes", type=int, default=700, help="how many to learn from")
    parser.add_argument("--seed", type=int, default=1, help="of the agent")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("results/agent"))
    settings = parser.parse_args()
    scores = score_rivals()
    for name, score in scores.items():
        print(f"{name}: reward {score:.4f} s", flush=True)
    write(train(Agent(settings.seed), settings.episodes), scores, settings.out)


if __name__ == "__main__":
    main()

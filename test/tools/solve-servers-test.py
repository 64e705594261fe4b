#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Test dnn-surgery-solve with several servers: solve-servers-test.py PATH-OF-THE-PROGRAM."""

import copy
import json
import unittest

from solve_model import SCENARIOS, Model, main, run, solve

EXAMPLE = SCENARIOS / "two-sites.json"
SCHEDULERS = ("local-only", "server-only", "neurosurgeon", "dads", "iao", "optimum", "dds")


def example():
    """The example scenario, to be changed freely."""
    return json.loads(EXAMPLE.read_text())


def nearest(device):
    """The server with the least delay, of a device of the example."""
    return min(device["links"], key=lambda name: device["links"][name]["delay_s"])


class Answers(unittest.TestCase):
    """What the program computes."""

    def check(self, scenario, answer):
        """Everything that follows from servers, cuts and shares."""
        servers = {server["name"]: server for server in scenario["servers"]}
        loads = dict.fromkeys(servers, 0)
        for device, found in zip(scenario["devices"], answer["devices"]):
            self.assertIn(found["server"], device["links"])
            model = Model(servers[found["server"]], device, device["links"][found["server"]])
            latency, upload = model.latency(set(found["device_layers"]), found["share"])
            self.assertAlmostEqual(found["latency_s"], latency, delta=1e-9 * latency)
            self.assertEqual(found["upload_bytes"], upload)
            cost = latency + device["rho"] * found["share"]
            self.assertAlmostEqual(found["cost_s"], cost, delta=1e-9 * cost)
            loads[found["server"]] += found["share"]
        for server in answer["servers"]:
            self.assertAlmostEqual(server["load"], loads[server["name"]], delta=1e-12)
            self.assertLessEqual(server["load"], servers[server["name"]].get("capacity", 1) + 1e-12)
        self.assertAlmostEqual(answer["potential"], sum(d["cost_s"] for d in answer["devices"]))
        self.assertGreaterEqual(answer["dual_gap"], -1e-9)
        self.assertLessEqual(answer["unsold"], answer["dual_gap"] + 1e-12)

    def test_every_scheduler_follows_the_model(self):
        for scheduler in SCHEDULERS:
            with self.subTest(scheduler):
                answer = solve(example(), f"--scheduler={scheduler}")
                self.assertEqual(list(answer), ["scheduler", "servers", "potential", "dual_gap",
                                                "largest_excess", "unsold", "max_regret", "rounds",
                                                "devices"])
                self.check(example(), answer)

    def test_dds_decides_jointly_and_rivals_at_the_nearest_server(self):
        # all but the kiosk are nearest to the weak server
        scenario = example()
        for device in scenario["devices"][:3]:
            device["links"]["station"]["delay_s"] = 0.02
        joint = solve(scenario)
        self.assertLessEqual(joint["max_regret"], 1e-9)
        self.assertGreater(joint["servers"][0]["load"], 0.5)
        for scheduler in set(SCHEDULERS) - {"dds", "optimum"}:
            with self.subTest(scheduler):
                answer = solve(scenario, f"--scheduler={scheduler}")
                self.assertLess(joint["potential"], answer["potential"])
                for device, found in zip(scenario["devices"], answer["devices"]):
                    self.assertEqual(found["server"], nearest(device))

    def test_the_optimum_has_the_least_sum_of_latencies(self):
        def total(scheduler):
            answer = solve(example(), f"--scheduler={scheduler}")
            return sum(device["latency_s"] for device in answer["devices"])
        best = total("optimum")
        for scheduler in SCHEDULERS:
            self.assertLessEqual(best, total(scheduler) * (1 + 1e-9))

    def test_a_server_without_capacity_is_left_alone(self):
        scenario = example()
        scenario["servers"][0]["capacity"] = 0
        answer = solve(scenario)
        self.check(scenario, answer)
        self.assertEqual(answer["servers"][0]["load"], 0)
        self.assertGreater(answer["servers"][1]["load"], 0.9)

    def test_a_list_of_one_server_is_that_server(self):
        scenario = example()
        del scenario["servers"][0]
        alone = copy.deepcopy(scenario)
        alone["server"] = {"processor": alone.pop("servers")[0]["processor"]}
        for device in scenario["devices"]:
            device["links"].pop("station", None)
        for device in alone["devices"]:
            device.update(device.pop("links")["market"])
        self.assertEqual(solve(scenario), solve(alone))

    def test_a_fixed_share_finds_the_fastest_server(self):
        answer = solve(example(), "--share=0.01")
        self.check(example(), answer)
        for device, found in zip(example()["devices"], answer["devices"]):
            for name, link in device["links"].items():
                server = next(s for s in example()["servers"] if s["name"] == name)
                model = Model(server, device, link)
                names = [layer["name"] for layer in model.layers]
                for k in range(1, len(names)):
                    self.assertLessEqual(found["latency_s"],
                                         model.latency(set(names[:k]), 0.01)[0] * (1 + 1e-9))

    def test_the_table_names_servers_and_both_parts_of_the_gap(self):
        done = run(f"--scenario={EXAMPLE}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for word in ("on 2 servers", "station", "market", "shadow price", "excess", "unsold"):
            self.assertIn(word, done.stdout)


class BadInput(unittest.TestCase):
    """One clear line and exit code 2."""

    def rejects(self, change, *words):
        """Change the example, and read the complaint."""
        scenario = example()
        change(scenario)
        done = run("--scenario=-", text=json.dumps(scenario))
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_servers(self):
        self.rejects(lambda s: s.update(server={"processor": "server-t4"}), "servers", "beside")
        self.rejects(lambda s: s.update(servers=[]), "servers", "at least one")
        self.rejects(lambda s: s.update(servers={}), "servers", "list")
        self.rejects(lambda s: s["servers"][1].update(name="station"), "servers[1]", "twice")
        self.rejects(lambda s: s["servers"][1].pop("name"), "servers[1]", "name", "missing")
        self.rejects(lambda s: s["servers"][0].update(processor="abacus"), "station", "abacus")
        for value in (-0.1, 1.1, "1", None):
            self.rejects(lambda s, v=value: s["servers"][0].update(capacity=v), "station",
                         "capacity", "0 to 1")
        self.rejects(lambda s: s["servers"][0].update(memory=1), "servers[0]", "memory")

    def test_links(self):
        self.rejects(lambda s: s["devices"][0].pop("links"), "devices[0]", "links", "missing")
        self.rejects(lambda s: s["devices"][0].update(links={}), "links", "at least one")
        self.rejects(lambda s: s["devices"][0].update(links=[]), "links", "object")
        self.rejects(lambda s: s["devices"][0]["links"].update(harbor={}), "harbor", "station")
        self.rejects(lambda s: s["devices"][0].update(uplink_bps=1e6), "devices[0]", "uplink_bps")
        link = ("devices[0]", "links", "station")
        self.rejects(lambda s: s["devices"][0]["links"]["station"].update(rate=1), *link, "rate")
        self.rejects(lambda s: s["devices"][0]["links"]["station"].pop("uplink_bps"), *link,
                     "uplink_bps", "missing")
        self.rejects(lambda s: s["devices"][0]["links"]["station"].update(delay_s=-1), *link,
                     "delay_s", "seconds")


if __name__ == "__main__":
    main()

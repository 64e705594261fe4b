#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Test reading scenario files: scenario-reading-test.py BUILD [unittest arguments].

How they are changed, refused, solved and found; scenario-test.py has what fields do.
"""

import json
import pathlib
import re
import sys
import tempfile
import unittest

from scenario_case import SCENARIOS, SCHEMA, SMALL, Programs, changed, whole

PROGRAMS = Programs(sys.argv.pop(1) if len(sys.argv) > 1 else "build")


class Set(unittest.TestCase):
    """--set changes a scenario by the paths that complaints have."""

    def test_fields_lists_and_attributes(self):
        changes = ["devices[0].count=3", "network.attributes.Delay=7ms", "devices[1]=null",
                   "simulation.defaults.ns3::TcpSocket::SegmentSize=1000", "simulation.time_s=1",
                   "server.scheduler={\"name\": \"dads\"}"]
        printed, _, files = PROGRAMS.simulate(SMALL, *(f"--set={change}" for change in changes))
        self.assertIn("3 devices, 1 server, 1 s, network wired[Delay=7ms], scheduler dads", printed)
        self.assertIn("Delay=7ms", files["provenance.json"].decode())

    def test_what_has_no_place_is_refused_in_one_line(self):
        for change, word in (("devices[7].count=3", "2 items"), ("server.processor.x=1", "no object"),
                             ("nothing", "PATH=VALUE"), ("a..b=1", "PATH=VALUE"),
                             ("server[0]=1", "no list"), ("devices[0].nope=1", "nope"),
                             ("devices[0].count=x", "devices[0].count")):
            code, _, complaint = PROGRAMS.check(SMALL, f"--set={change}")
            self.assertEqual((code, complaint.count("\n")), (2, 1), complaint)
            self.assertIn(word, complaint)


class Complaints(unittest.TestCase):
    """A scenario that is wrong is refused in one line with its path and what is allowed."""

    def test_paths_and_what_is_allowed(self):
        for changes, words in (
                (((("devices", 0, "dnn"), "nope"),), ("devices[0].dnn: ", "resnet50")),
                (((("devices", 1, "rho"), -1),), ("devices[1].rho: ", "0 to 1e9")),
                (((("devices", 0, "count"), 0),), ("devices[0].count: ", "1 to 10000")),
                (((("server", "scheduler"), "nope"),), ("server.scheduler: ", "dads")),
                (((("server", "price_policy"), "nope"),),
                 ("server.price_policy: ", "fixed, linear, none, revenue")),
                (((("server", "price_policy"), "fixed[Price=-1s]"),), ("server.price_policy: ", "Price")),
                (((("server", "price_policy"), "linear[Rise=1s]"),), ("server.price_policy: ", "Rise")),
                (((("server", "price_policy"), 3),), ("server.price_policy: ", "string")),
                (((("server", "price_policy"), "revenue"),
                  (("server", "scheduler"), "decentralized-dds")), ("server.price_policy: ", "decide")),
                (((("server", "attributes"), {"PricePolicy": "ns3::surgery::NonePricePolicy"}),),
                 ("server.attributes.PricePolicy: ", "field of the server")),
                (((("network", "kind"), "nope"),), ("network: ", "wired")),
                (((("network", "attributes"), {"Delay": "soon"}),), ("network: ", "Delay")),
                (((("outputs",), {"tables": "xml"}),), ("outputs.tables: ", "csv, sqlite or none")),
                (((("devices", 0, "mobility"), "fly"),), ("devices[0].mobility: ", "gauss-markov")),
                (((("devices", 0, "site"), "x"),), ("devices[0].site: ", "network.sites")),
                (((("devices", 0, "think_time_s"), 1),), ("devices[0].interval_s: ", "beside")),
                (((("devices", 0, "attributes"), {"Dnn": "alexnet"}),),
                 ("devices[0].attributes.Dnn: ", "field of the group")),
                (((("devices", 0, "battery_j"), 1), (("devices", 0, "processor"), "server-v100")),
                 ("devices[0].battery_j: ", "power")),
                (((("simulation", "defaults"), {"ns3::Nope::X": 1}),), ("simulation.defaults", "Nope")),
                (((("simulation", "config"), {"x": 1}),), ("simulation.config", "no path")),
                *((((("simulation", "defaults"), {f"ns3::TcpL4Protocol::{name}": text}),),
                   ("simulation.defaults", f"a type of ns3::{base} that can be made"))
                  for name, base in (("SocketType", "TcpCongestionOps"),
                                     ("RecoveryType", "TcpRecoveryOps"),
                                     ("RttEstimatorType", "RttEstimator"))
                  for text in ("ns3::Node", f"ns3::{base}", "nope")),
                (((("simulation", "defaults"), {"ns3::OnOffApplication::Protocol": "ns3::TcpCubic"}),),
                 ("simulation.defaults", "a type of ns3::SocketFactory")),
                (((("simulation", "config"),
                   {"/NodeList/0/ApplicationList/0/$ns3::surgery::InferenceClient/Remote": "x"}),),
                 ("simulation.config", "Remote: \"x\" is no valid ")),
                (((("devices", 0, "accuracy_floor_percent"), 99),),
                 ("devices[0]: accuracy_floor_percent", "must be 0 to ")),
                (((("devices", 0, "energy_price_s_per_j"), -1),),
                 ("devices[0].energy_price_s_per_j: ", "0 to 1e9")),
                (((("devices", 0, "accuracy_price_s"), -1),),
                 ("devices[0].accuracy_price_s: ", "0 to 1e9")),
                (((("devices", 0, "input_bytes"), 2**31),), ("devices[0].input_bytes: ", "2^30")),
                (((("devices", 0, "activation_bits"), [{"bits": 8}, {"bits": 8}]),),
                 ("devices[0].activation_bits: ", "8, 16 or 32, each once")),
                (((("devices", 0, "name"), "a\0"),), ("devices[0].name: ", "control")),
                (((("devices", 0, "deadline_s"), 1e-12),), ("devices[0].deadline_s: ", "1e-9")),
                (((("devices", 0, "drop_late"), True),), ("devices[0].drop_late: ", "deadline_s")),
                (((("waiting",), True), (("choice",), "dds")), ("waiting: ", "choice")),
                (((("waiting",), True), (("server", "scheduler"), "iao")), ("waiting: ", "iao")),
                (((("simulation", "seed"), 4294944443),), ("simulation.seed: ", "1 to 4294944442")),
                (((("simulation", "run"), 2**53 + 1),), ("simulation.run: ", "0 to 2^53")),
                (((("devices", 0, "interval_s"), 0),), ("devices[0].interval_s: ", "1e-6 to 1e9")),
                (((("server", "processor"), "intradp-server"),),
                 ("server.processor: ", "resnet34", "no measured time on processor")),
                (((("devices", 1, "processor"), "intradp-robot"),),
                 ("devices[1].processor: ", "alexnet", "no measured time on processor")),
                (((("network", "kind"), "fluid"), (("outputs",), {"pcap": True})),
                 ("outputs.pcap: ", "no packets")),
                (((("network", "sites"), {"count": 2}), (("choice",), "nearest"),
                  (("server", "scheduler"), "decentralized-dds")), ("choice: ", "decide themselves")),
                *((((("devices", 0, "mobility"), {"model": f"ns3::{model}", "attributes": attributes}),),
                   ("devices[0].mobility: ", word))
                  for model, attributes, word in (
                      ("GaussMarkovMobilityModel", {"TimeStep": "0s"}, "TimeStep: must be at least 1 us"),
                      ("RandomWalk2dMobilityModel", {"Time": "1ns"}, "Time: must be at least 1 us"),
                      ("RandomWaypointMobilityModel",
                       {"Speed": "ns3::ConstantRandomVariable[Constant=1e12]"}, "at most 1e6 m/s"),
                      ("SteadyStateRandomWaypointMobilityModel", {"MaxSpeed": 1e7}, "at most 1e6 m/s"))),
                (((("schema",), "dnn-surgery/scenario/2"),), ("schema: ", "scenario/1")),
                (((("nope",), 1),), ("nope", "devices"))):
            code, _, complaint = PROGRAMS.check(changed(*changes))
            self.assertEqual((code, complaint.count("\n")), (2, 1), complaint)
            for word in words:
                self.assertIn(word, complaint)

    def test_a_simulation_that_stands_still_ends(self):
        """Where no check knows which attribute must not be 0."""
        mobility = {"model": "ns3::RandomWalk2dMobilityModel",
                    "attributes": {"Speed": "ns3::ConstantRandomVariable[Constant=0]"}}
        document = changed((("devices", 0, "mobility"), mobility))
        done = PROGRAMS.run("dnn-surgery-simulate", "--scenario=-", text=json.dumps(document))
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
        self.assertIn("the simulation stands still at 0.000000 s: some attribute is 0", done.stderr)

    def test_a_scenario_without_schema_is_for_solving(self):
        code, _, complaint = PROGRAMS.check((SCENARIOS / "three-devices.json").read_text())
        self.assertEqual(code, 2)
        self.assertIn("dnn-surgery/scenario/1", complaint)


class Solve(unittest.TestCase):
    """The same file is decided once, without a network."""

    def solve(self, document, *options):
        """What dnn-surgery-solve answers."""
        done = PROGRAMS.run("dnn-surgery-solve", "--scenario=-", "--json", *options,
                            text=json.dumps(document))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_groups_are_devices_one_by_one(self):
        link = {"uplink_bps": 20e6, "downlink_bps": 50e6, "delay_s": 0.002}
        group = {"name": "x", "count": 3, "dnn": ["alexnet", "resnet50"],
                 "processor": ["raspberry-pi-4", "jetson-nano", "phone-cpu"], "activation_bits": 8, **link}
        grouped = self.solve(changed((("devices",), [group])))
        plain = {"server": {"processor": "server-t4"}, "devices": [
            {"name": name, "dnn": dnn, "processor": processor, "activation_bits": 8, "rho": 0.001, **link}
            for name, dnn, processor in (("x", "alexnet", "raspberry-pi-4"),
                                         ("x-1", "resnet50", "jetson-nano"),
                                         ("x-2", "alexnet", "phone-cpu"))]}
        self.assertEqual(grouped, self.solve(plain))

    def test_a_price_is_posted_and_told(self):
        link = {"uplink_bps": 20e6, "downlink_bps": 50e6, "delay_s": 0.002}
        group = {"name": "x", "count": 4, "dnn": ["alexnet", "resnet50"], "processor": "raspberry-pi-4",
                 **link}
        free = changed((("devices",), [group]))
        plain = self.solve(free)
        self.assertNotIn("revenue", plain)
        self.assertEqual(self.solve(changed((("server", "price_policy"), "none"), base=free)), plain)
        found = {}
        for policy in ("fixed[Price=0s]", "fixed[Price=3s]", "linear[Base=3s|Slope=9s]", "revenue"):
            answer = self.solve(changed((("server", "price_policy"), policy), base=free))
            load = sum(device["share"] for device in answer["devices"])
            self.assertAlmostEqual(answer["revenue"], answer["posted_price"] * load)
            self.assertAlmostEqual(answer["welfare"], answer["revenue"] + answer["surplus"])
            # rho is a cost that nobody receives
            saved = sum(device["local_latency_s"] - device["latency_s"] - 0.001 * device["share"]
                        for device in answer["devices"])
            self.assertAlmostEqual(answer["welfare"], saved)
            self.assertLessEqual(answer["max_regret"], 1e-9)
            found[policy] = answer
        self.assertEqual(found["fixed[Price=0s]"]["devices"], plain["devices"])
        # once, before any load
        self.assertEqual(found["linear[Base=3s|Slope=9s]"]["devices"],
                         found["fixed[Price=3s]"]["devices"])
        most = found["revenue"]["revenue"]
        self.assertGreater(most, found["fixed[Price=3s]"]["revenue"])
        self.assertLessEqual(found["revenue"]["welfare"], found["fixed[Price=0s]"]["welfare"] + 1e-9)
        # the same in the file that only this program reads
        devices = [{"name": "y", "dnn": "alexnet", "processor": "raspberry-pi-4", "rho": 0.001, **link}]
        short = self.solve({"server": {"processor": "server-t4", "price_policy": "fixed[Price=2s]"},
                            "devices": devices})
        self.assertEqual(short["posted_price"], 2)

    def test_prices_of_several_servers_are_refused(self):
        document = json.loads((SCENARIOS / "campus.json").read_text())
        document["servers"][0]["price_policy"] = "fixed"
        done = PROGRAMS.run("dnn-surgery-solve", "--scenario=-", text=json.dumps(document))
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
        self.assertIn("price_policy", done.stderr)

    def test_a_scenario_without_links_is_refused_by_field(self):
        done = PROGRAMS.run("dnn-surgery-solve", "--scenario=-", text=json.dumps(SMALL))
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
        self.assertIn('devices[0]: field "uplink_bps" is missing', done.stderr)

    def test_what_only_a_simulation_needs_is_named_and_not_looked_at(self):
        told = PROGRAMS.run("dnn-surgery-solve", "--help").stdout
        told = re.search(r"is not looked at: (.*?)\.\s+dnn-surgery-simulate --check", told, re.DOTALL)[1]
        requests = ("think_time_s", "interval_s", "request_times")
        campus = json.loads((SCENARIOS / "campus.json").read_text())
        answer = self.solve(campus)
        for path, names in (
                ((), ("simulation", "network", "choice", "outputs")),
                (("servers", 0), ("scheduler", "attributes", "outages")),
                (("devices", 0), (*requests, "estimator", "attributes",
                                  "start_s", "mobility", "area_m", "site", "away"))):
            for name in names:
                self.assertRegex(told, rf"\b{name}\b")
                wrong = json.loads(json.dumps(campus))
                part = wrong
                for step in path:
                    part = part[step]
                if name in requests:  # one of them, or none
                    part.pop("think_time_s")
                part[name] = "nonsense"
                self.assertEqual(self.solve(wrong), answer, name)

    def test_the_bundled_scenario_for_both(self):
        answer = self.solve(json.loads((SCENARIOS / "campus.json").read_text()))
        self.assertEqual([device["name"] for device in answer["devices"]],
                         ["phone", "phone-1", "phone-2", "robot", "robot-1", "kiosk", "kiosk-1"])


class External(unittest.TestCase):
    """A program decides."""

    ADVISED = """
import sys
sys.path.insert(0, {utils!r})
from dnn_surgery.scheduler import Scheduler, main

class Advised(Scheduler):
    def decide(self, game):
        return game.advice

main(Advised())
"""

    def tables(self, folder, scheduler):
        """CSV files of a scenario with a scheduler."""
        path = folder / "scenario.json"
        path.write_text(json.dumps(changed((("server", "scheduler"), scheduler))))
        done = PROGRAMS.run("dnn-surgery-simulate", f"--scenario={path}", f"--out={folder / 'out'}")
        if 'unknown scheduler "external"' in done.stderr:
            self.skipTest("this build has no external scheduler")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {file.name: file.read_bytes() for file in (folder / "out").glob("*.csv")}

    def test_a_program_beside_the_scenario_decides_as_it_is_advised(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            utils = str(SCENARIOS.parents[1] / "utils")
            (folder / "advised.py").write_text(self.ADVISED.format(utils=utils))
            program = {"command": ["/usr/bin/python3", "advised.py"], "timeout_s": 60, "advice": "iao"}
            advised = self.tables(folder, program)
            self.assertEqual(advised, self.tables(folder, "iao"))
            self.assertNotEqual(advised["grants.csv"], self.tables(folder, "server-only")["grants.csv"])

    def test_a_wrong_program_is_refused_when_the_scenario_is_read(self):
        for scheduler in ({"command": []}, {"command": "my.py"}, {"command": ["x"], "timeout_s": 0},
                          {"command": ["x"], "nope": 1}, {"attributes": {}}):
            code, _, complaint = PROGRAMS.check(changed((("server", "scheduler"), scheduler)))
            self.assertEqual((code, complaint.count("\n")), (2, 1), complaint)
            self.assertIn("server.scheduler", complaint)


class Bundled(unittest.TestCase):
    """The scenarios that come with the module."""

    def test_all_are_accepted_by_name(self):
        names = sorted(whole())
        self.assertGreaterEqual(len(names), 4)
        done = PROGRAMS.run("dnn-surgery-simulate", "--check",
                            *(f"--scenario={name}" for name in names))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual([line.split(":")[0] for line in done.stdout.splitlines()], names)

    def test_campus_runs(self):
        _, tables, _ = PROGRAMS.simulate(whole()["campus"], "--set=simulation.time_s=4")
        self.assertEqual({row["device"] for row in tables["inferences"]}, set("0123456"))

    def test_the_schema_is_found(self):
        done = PROGRAMS.run("dnn-surgery-simulate", "--schema")
        self.assertEqual(pathlib.Path(done.stdout.strip()).resolve(), SCHEMA.resolve())


if __name__ == "__main__":
    unittest.main()

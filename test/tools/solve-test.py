#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Test dnn-surgery-solve as a program: solve-test.py PATH-OF-THE-PROGRAM [unittest arguments]."""

import copy
import json
import math
import pathlib
import shutil
import random
import tempfile
import unittest

from solve_model import PROFILES, SCENARIOS, Model, main, run, solve

EXAMPLE = SCENARIOS / "three-devices.json"
MEASURED = SCENARIOS / "measured-robot.json"


def example():
    """The example scenario, to be changed freely."""
    return json.loads(EXAMPLE.read_text())


class Answers(unittest.TestCase):
    """What the program computes."""

    def check(self, scenario, answer):
        """Everything that follows from the cuts and the shares."""
        self.assertEqual([d["name"] for d in answer["devices"]],
                         [d["name"] for d in scenario["devices"]])
        for device, found in zip(scenario["devices"], answer["devices"]):
            model = Model(scenario["server"], device)
            names = [layer["name"] for layer in model.layers]
            kept = found["device_layers"]
            self.assertEqual(kept[0], names[0])
            self.assertEqual(kept, [name for name in names if name in set(kept)])
            latency, upload = model.latency(set(kept), found["share"])
            self.assertAlmostEqual(found["latency_s"], latency, delta=1e-9 * latency)
            self.assertEqual(found["upload_bytes"], upload)
            local = model.latency(set(names), 0)[0]
            self.assertAlmostEqual(found["local_latency_s"], local, delta=1e-9 * local)
            cost = latency + device["rho"] * found["share"]
            self.assertAlmostEqual(found["cost_s"], cost, delta=1e-9 * cost)
            self.assertAlmostEqual(found["price"], device["rho"] + answer["shadow_price"],
                                   delta=1e-12)
        self.assertAlmostEqual(answer["load"], sum(d["share"] for d in answer["devices"]),
                               delta=1e-12)
        potential = sum(d["cost_s"] for d in answer["devices"])
        self.assertAlmostEqual(answer["potential"], potential, delta=1e-12 * potential)

    def test_every_scheduler_follows_the_model(self):
        for scheduler in ("local-only", "server-only", "dads", "dds"):
            answer = solve(example(), "--scheduler=" + scheduler)
            self.assertEqual(answer["scheduler"], scheduler)
            self.assertEqual(list(answer), ["scheduler", "shadow_price", "load", "potential",
                                            "dual_gap", "max_regret", "rounds", "devices"])
            self.assertLessEqual(answer["load"], 1 + 1e-12)
            self.check(example(), answer)

    def test_dds_is_the_default_and_an_equilibrium(self):
        answer = solve(example())
        self.assertEqual(answer, solve(example(), "--scheduler=dds"))
        named = solve(example(), "--scheduler=ns3::surgery::DdsScheduler")
        self.assertEqual(named["devices"], answer["devices"])
        self.assertLessEqual(answer["max_regret"], 1e-9)
        self.assertGreaterEqual(answer["dual_gap"], -1e-9 * answer["potential"])
        for rival in ("local-only", "server-only", "dads"):
            self.assertLessEqual(answer["potential"],
                                 solve(example(), "--scheduler=" + rival)["potential"] + 1e-12)

    def test_the_baselines_do_what_their_names_say(self):
        local = solve(example(), "--scheduler=local-only")
        for device in local["devices"]:
            self.assertEqual((device["share"], device["upload_bytes"]), (0, 0))
            self.assertEqual(device["latency_s"], device["local_latency_s"])
        for device in solve(example(), "--scheduler=server-only")["devices"]:
            self.assertEqual(len(device["device_layers"]), 1)
            self.assertAlmostEqual(device["share"], 1 / 3)

    def test_a_fixed_share_gets_the_best_cut(self):
        scenario = example()
        for share in (1.0, 0.5, 0.25, 0.01):
            answer = solve(scenario, f"--share={share}")
            self.assertEqual(answer["scheduler"], "fixed-share")
            self.check(scenario, answer)
            for device, found in zip(scenario["devices"], answer["devices"]):
                self.assertIn(found["share"], (0, share))
                model = Model(scenario["server"], device)
                names = [layer["name"] for layer in model.layers]
                # every prefix of the topological order is a cut
                least = min(model.latency(set(names[:k + 1]), share)[0]
                            for k in range(len(names)))
                self.assertLessEqual(found["latency_s"], least * (1 + 1e-9))

    def test_the_order_of_the_devices_changes_nothing(self):
        scenario = example()
        scenario["devices"].reverse()
        one = {d["name"]: d for d in solve(example())["devices"]}
        for device in solve(scenario)["devices"]:
            other = one[device["name"]]
            self.assertEqual(device["device_layers"], other["device_layers"])
            self.assertAlmostEqual(device["share"], other["share"], delta=1e-9)

    def test_options_of_a_device_default_as_documented(self):
        scenario = example()
        for device in scenario["devices"]:
            for option in ("delay_s", "input_bytes", "activation_bits"):
                device.pop(option, None)
        answer = solve(scenario, "--share=0.5")
        for device in scenario["devices"]:
            device.update(delay_s=0, activation_bits=32)
        self.assertEqual(answer, solve(scenario, "--share=0.5"))
        self.check(scenario, answer)

    def test_a_measured_dnn_is_cut_inside(self):
        scenario = json.loads(MEASURED.read_text())
        answer = solve(scenario)
        self.check(scenario, answer)
        self.assertLessEqual(answer["max_regret"], 1e-9)
        vgg, densenet = answer["devices"]
        self.assertEqual(vgg["device_layers"], ["input"])
        self.assertEqual((densenet["device_layers"][-1], densenet["upload_bytes"]),
                         ("avg_pool2d_179", 200704))
        # with the whole server, too
        densenet = solve(scenario, "--share=1")["devices"][1]
        self.assertGreater(len(densenet["device_layers"]), 1)
        self.assertGreater(densenet["upload_bytes"], 0)

    def test_extreme_values_give_finite_numbers(self):
        for rate, delay, rho in ((1e-3, 1e9, 1e9), (1e18, 0, 0), (1e-3, 0, 0), (1e18, 1e9, 1e9)):
            scenario = example()
            for device in scenario["devices"]:
                device.update(uplink_bps=rate, downlink_bps=rate, delay_s=delay, rho=rho)
            for arguments in (["--scheduler=dds"], ["--scheduler=server-only"],
                              ["--share=0.000001"]):
                answer = solve(scenario, *arguments)
                self.check(scenario, answer)
                for device in answer["devices"]:
                    self.assertTrue(math.isfinite(device["cost_s"]))

    def test_relative_paths_are_from_where_the_scenario_lies(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(PROFILES / "dnn" / "alexnet.json", pathlib.Path(folder) / "mine.json")
            scenario = example()
            scenario["devices"][0]["dnn"] = "./mine.json"
            path = pathlib.Path(folder) / "scenario.json"
            path.write_text(json.dumps(scenario))
            done = run(f"--scenario={path}", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            scenario["devices"][0]["dnn"] = "alexnet"
            self.assertEqual(json.loads(done.stdout), solve(scenario))

    def test_the_table_names_every_device(self):
        done = run(f"--scenario={EXAMPLE}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for device in example()["devices"]:
            self.assertIn(device["name"], done.stdout)
        for word in ("shadow price", "load", "potential", "dual gap", "max regret", "rounds"):
            self.assertIn(word, done.stdout)


class BadInput(unittest.TestCase):
    """One clear line, and exit code 2."""

    def fails(self, done, code, words):
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def rejects(self, text, *words):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "case.json"
            path.write_text(text if isinstance(text, str) else json.dumps(text))
            self.fails(run(f"--scenario={path}"), 2, ("case.json", *words))

    def spoils(self, key, value, *words):
        """Change a field of the first device."""
        scenario = example()
        scenario["devices"][0][key] = value
        self.rejects(scenario, "devices[0]", key, *words)

    def test_files(self):
        self.fails(run("--scenario=/nowhere/at-all.json"), 2, ["/nowhere/at-all.json", "read"])
        self.fails(run("--scenario=/"), 2, ["read"])
        self.fails(run("--scenario=-", text=""), 2, ["standard input", "JSON"])
        self.rejects("", "JSON")
        self.rejects("{", "JSON")
        self.rejects("[" * 100000, "nested")
        self.rejects(EXAMPLE.read_text()[:-20], "JSON")

    def test_structure(self):
        self.rejects([], "object")
        self.rejects({}, "server")
        self.rejects({"server": {"processor": "server-t4"}}, "devices", "missing")
        self.rejects({"server": {"processor": "server-t4"}, "devices": []}, "devices", "at least")
        self.rejects({"server": {"processor": "server-t4"}, "devices": {}}, "devices", "list")
        self.rejects({"server": {"processor": "server-t4"}, "devices": [1]}, "devices[0]")
        self.rejects({"server": "server-t4", "devices": []}, "server", "object")
        self.rejects({"server": {}, "devices": []}, "server", "processor", "missing")
        scenario = example()
        scenario["comment"] = "a typo"
        self.rejects(scenario, "comment")
        scenario = example()
        scenario["server"]["procesor"] = "server-t4"
        self.rejects(scenario, "server", "procesor")
        scenario = example()
        scenario["devices"][2]["processor"]["overheads"] = 1
        self.rejects(scenario, "devices[2]", "processor", "overheads")

    def test_missing_fields(self):
        for key in ("name", "dnn", "processor", "uplink_bps", "downlink_bps", "rho"):
            scenario = example()
            del scenario["devices"][0][key]
            self.rejects(scenario, "devices[0]", key, "missing")

    def test_fields_of_a_whole_scenario(self):
        whole = {**example(), "schema": "dnn-surgery/scenario/1", "network": {"kind": "wired"}}
        solve(whole)
        for fields, words in (({"battery_j": 0}, "J, 1e-9"), ({"battery_j": -1}, "J, 1e-9"),
                              ({"deadline_s": -1}, "seconds, 0 to"),
                              ({"deadline_s": 1e-12}, "0, or 1e-9"),
                              ({"drop_late": "yes"}, "true or false"),
                              ({"drop_late": True}, '"deadline_s"'),
                              ({"drop_late": True, "deadline_s": 0}, '"deadline_s"')):
            scenario = copy.deepcopy(whole)
            scenario["devices"][0].update(fields)
            self.rejects(scenario, f"devices[0].{next(iter(fields))}: ", words)
        self.rejects({**whole, "waiting": True, "choice": "dds"}, "waiting: ", '"choice"')

    def test_waiting_weighs_what_devices_request(self):
        """Only with waiting do rate and variation of requests matter, and then both do."""
        def decide(waiting, rate, variation):
            scenario = {**example(), "waiting": waiting}
            for device in scenario["devices"]:
                device.update(request_rate=rate, gap_variation=variation)
            answer = solve(scenario)
            return sum(device["cost_s"] for device in answer["devices"])

        plain = decide(False, 0, 0)
        self.assertEqual(decide(False, 2, 1), plain)
        self.assertAlmostEqual(decide(True, 0, 1), plain)
        self.assertAlmostEqual(decide(True, 0.1, 0), plain)
        self.assertGreater(decide(True, 0.1, 1), plain)
        self.assertGreater(decide(True, 0.2, 1), decide(True, 0.1, 1))
        self.assertGreater(decide(True, 0.1, 2), decide(True, 0.1, 1))
        for name, value in (("request_rate", -1), ("gap_variation", -1), ("request_rate", "x")):
            self.spoils(name, value, "0 to 1e6")
        self.rejects({**example(), "waiting": 1}, "waiting", "true or false")

    def test_names(self):
        for name in ("a\nb", "a\0b", "\x1b[31m"):
            self.spoils("name", name, "control characters")
        self.spoils("name", "")
        self.spoils("name", 7, "string")
        self.spoils("dnn", "resnet51", "resnet51", "resnet50")
        self.spoils("dnn", 7, "string")
        self.spoils("dnn", "/nowhere/x.json", "/nowhere/x.json")
        self.spoils("processor", "abacus", "abacus", "jetson-nano")
        self.spoils("processor", 7)
        self.spoils("processor", {"name": "p"}, "flops")
        self.spoils("deley_s", 1, "unknown", "delay_s")
        scenario = example()
        scenario["devices"][1]["name"] = "camera"
        self.rejects(scenario, "devices[1]", "camera", "twice")
        scenario = example()
        scenario["server"]["processor"] = "abacus"
        self.rejects(scenario, "server", "abacus", "server-t4")

    def test_numbers(self):
        for key in ("uplink_bps", "downlink_bps"):
            for value in (0, -1, "fast", None, True, [], 1e300):
                self.spoils(key, value, "bit/s")
        for key in ("rho", "delay_s"):
            for value in (-1e-9, "1", None, 1e300):
                self.spoils(key, value, "seconds, 0 to 1e9")
        for value in (0, -1, 0.5, 1e300, "1"):
            self.spoils("input_bytes", value, "whole number of bytes, 1 to 2^30")
        for value in (0, 4, 12, 64, -8, 8.5, "8", None):
            self.spoils("activation_bits", value, "8, 16 or 32")
        for key, value, words in (("activation_bits", [{"bits": 8}, {"bits": 8}],
                                   "8, 16 or 32, each once"),
                                  ("input_encodings", [{"bytes": 9}, {"bytes": 9}], "9 is named"),
                                  ("input_encodings", [{"bytes": 602112}], "602112 is named")):
            scenario = example()
            scenario["devices"][0].pop("input_bytes", None)
            scenario["devices"][0][key] = value
            self.rejects(scenario, "devices[0]", key.split("_")[0], words)
        losses = [{"bits": 8, "loss_percent": 100}]
        scenario = example()
        scenario["devices"][0].update(activation_bits=losses, input_encodings=[
            {"bytes": 30000, "loss_percent": 100}])
        self.rejects(scenario, "devices[0]", "loss of accuracy", "8 bit", "100 of ")
        self.spoils("accuracy_floor_percent", 99, "(AccuracyFloor): must be 0 to 7")
        for busy, idle in ((1e9, 0), (1e300, 0), (1, 1e7), (1, 2)):
            scenario = example()
            scenario["devices"][2]["processor"]["power"] = {"busy_w": busy, "idle_w": idle,
                                                            "source": "a test"}
            self.rejects(scenario, "devices[2]", "power: ", "1e6")
        for word in ("NaN", "Infinity", "1e999", "-1e999"):
            text = EXAMPLE.read_text().replace("18.88e6", word)
            self.rejects(text, "uplink_bps", "JSON")
        text = EXAMPLE.read_text().replace('"rho": 0.002', '"rho": 0.002, "rho": 0.003')
        self.rejects(text, "rho", "twice")

    def test_powers_need_a_price(self):
        scenario = example()
        for key, value in (("radio", {"transmit_w": 1}), ("weigh_idle_power", False)):
            self.spoils(key, value, '"energy_price_s_per_j"')
            scenario["devices"][0][key] = value
        scenario["devices"][0]["energy_price_s_per_j"] = 0
        solve(scenario)

    def test_measured_processors_refuse_other_dnns(self):
        scenario = example()
        scenario["server"]["processor"] = "intradp-server"
        self.rejects(scenario, "devices[0]", '"resnet50"', "no measured time", '"intradp-server"')
        self.spoils("processor", "intradp-robot", "no measured time", '"intradp-robot"')

    def test_inline_processors(self):
        for key, value in (("bandwidth_bytes_per_s", 0), ("overhead_s", -1), ("flops", {}),
                           ("flops", {"default": 0}), ("name", ""),
                           ("flops", {"default": 1e-300})):
            scenario = example()
            scenario["devices"][2]["processor"][key] = value
            self.rejects(scenario, "devices[2]", "processor")

    def test_command_line(self):
        known = ["best-effort", "dads", "dds", "iao", "local-only", "neurosurgeon", "optimum",
                 "server-only"]
        good = f"--scenario={EXAMPLE}"
        self.fails(run(), 2, ["--scenario"])
        self.fails(run(good, "--scheduler=best"), 2, ["best", *known])
        for attributes in ("Nope=1]", "AmongOffloading=maybe]", "AmongOffloading=true", "",
                           "AmongOffloading=true ]", "=]", "AmongOffloading]"):
            self.fails(run(good, "--scheduler=dads[" + attributes), 2, ["DadsScheduler"])
        self.fails(run(good, "--scheduler="), 2, ["--scheduler"])
        self.fails(run(good, "--nope"), 2, ["--nope", "--help"])
        self.fails(run(good, "--nope=1"), 2, ["--nope"])
        self.fails(run(good, "nope"), 2, ["nope"])
        self.fails(run(good, "--"), 2, ["--"])
        self.fails(run(good, "--json=maybe"), 2, ["--json"])
        self.fails(run("--scenario", str(EXAMPLE)), 2, ["--scenario"])
        for share in ("0", "-0.5", "1.5", "nan", "inf", "a", "0.5x"):
            self.fails(run(good, "--share=" + share), 2, ["--share", share])

    def test_help_shows_a_scenario_that_works(self):
        done = run("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        begin = done.stdout.index("{")
        scenario, _ = json.JSONDecoder().raw_decode(done.stdout[begin:])
        solve(scenario)

    def test_random_damage_never_crashes(self):
        for seed in range(150):
            with self.subTest(seed=seed):
                draw = random.Random(seed)
                text = list(EXAMPLE.read_text())
                for _ in range(draw.randint(1, 3)):
                    at = draw.randrange(len(text))
                    text[at] = draw.choice(["", "}", "[", "\"", "-", "9", ".", "e", "\n", "\\"])
                done = run("--scenario=-", "--json", text="".join(text))
                self.assertIn(done.returncode, (0, 2))
                if done.returncode == 0:
                    json.loads(done.stdout)
                else:
                    self.fails(done, 2, ["standard input"])

    def test_random_values_never_crash(self):
        values = [None, True, -1, 0, 1, 1e-320, 1e308, "", "resnet50", [], {}, [{}], 8, 0.5]
        for seed in range(150):
            with self.subTest(seed=seed):
                draw = random.Random(seed)
                scenario = copy.deepcopy(example())
                device = draw.choice(scenario["devices"])
                device[draw.choice(list(device))] = draw.choice(values)
                done = run("--scenario=-", "--json", text=json.dumps(scenario))
                self.assertIn(done.returncode, (0, 2))
                if done.returncode == 2:
                    self.fails(done, 2, ["standard input", "devices["])


if __name__ == "__main__":
    main()

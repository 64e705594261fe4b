#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Test scenario files: scenario-test.py BUILD [unittest arguments]. What they say is what is done."""

import json
import math
import pathlib
import sys
import tempfile
import unittest

from scenario_case import SCENARIOS, SMALL, Programs, changed

PROGRAMS = Programs(sys.argv.pop(1) if len(sys.argv) > 1 else "build")

SITES = [{"name": "west", "x_m": -100, "y_m": 0}, {"name": "east", "x_m": 100, "y_m": 0}]


def settings(files):
    """What provenance.json says."""
    return json.loads(files["provenance.json"])


class SameTables(unittest.TestCase):
    """A scenario file is another way to say what a program does."""

    def compare(self, scenario, program, folder, seconds, *options):
        """CSV files, byte by byte, but for where they come from."""
        with tempfile.TemporaryDirectory() as out:
            done = PROGRAMS.run(program, f"--time={seconds}s", "--pcap=false", f"--out={out}", *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            theirs = {path.name: path.read_bytes()
                      for path in (pathlib.Path(out) / folder).glob("*.csv")}
        document = json.loads((SCENARIOS / scenario).read_text())
        document["simulation"]["time_s"] = seconds
        _, _, files = PROGRAMS.simulate(document)
        ours = {name: text for name, text in files.items() if name.endswith(".csv")}
        self.assertEqual(sorted(ours), sorted(theirs))
        self.assertGreater(ours["inferences.csv"].count(b"\n"), 10)
        for name, text in theirs.items():
            self.assertEqual(ours[name], text, name)

    def test_demo(self):
        self.compare("demo.json", "dnn-surgery-wifi-mobility", "dds", 4, "--schedulers=dds")

    def test_sites(self):
        self.compare("sites.json", "dnn-surgery-sites", "", 4)

    def test_bandwidth(self):
        self.compare("bandwidth.json", "dnn-surgery-bandwidth-trace", "dds", 10, "--schedulers=dds")


class Fields(unittest.TestCase):
    """Each field changes what it says."""

    @classmethod
    def setUpClass(cls):
        cls.printed, cls.tables, cls.files = PROGRAMS.simulate(SMALL)

    def tables_of(self, *changes, base=None):
        """The tables of a changed scenario."""
        return PROGRAMS.simulate(changed(*changes, base=base))[1]

    def requests(self, tables, device=None):
        """When requests were made, s."""
        return [int(row["created_ns"]) / 1e9 for row in tables["inferences"]
                if device is None or row["device"] == str(device)]

    def test_time_ends_the_run(self):
        tables = self.tables_of((("simulation", "time_s"), 1))
        self.assertTrue(all(time < 1 for time in self.requests(tables)))
        self.assertTrue(any(time > 1 for time in self.requests(self.tables)))

    def test_warmup_leaves_requests_out_of_what_is_printed(self):
        base = changed((("devices", 0, "count"), 1))
        printed, tables, _ = PROGRAMS.simulate(changed((("simulation", "warmup_s"), 1), base=base))
        self.assertEqual(tables["inferences"], self.tables["inferences"])
        self.assertNotEqual(printed, self.printed)

    def test_seed_and_run_change_random_numbers_and_the_command_line_goes_first(self):
        base = changed((("devices", 0, "interval_s"), "exponential[Mean=0.2]"))
        plain = PROGRAMS.simulate(base)[1]["inferences"]
        for field in ("seed", "run"):
            other = PROGRAMS.simulate(changed((("simulation", field), 7), base=base))
            self.assertNotEqual(other[1]["inferences"], plain)
            self.assertEqual(settings(other[2])[field], 7)
        given = PROGRAMS.simulate(changed((("simulation", "run"), 7), base=base), "--RngRun=1")
        self.assertEqual(given[1]["inferences"], plain)

    def test_defaults_and_config_reach_any_attribute(self):
        client = "ns3::surgery::InferenceClient"
        for path, key in ((("simulation", "defaults"), f"{client}::MaxRequests"),
                          (("simulation", "config"),
                           f"/NodeList/*/ApplicationList/*/${client}/MaxRequests")):
            tables = self.tables_of((path, {key: 3}))
            self.assertEqual(len(self.requests(tables)), 6)

    def test_defaults_hold_where_no_field_is_given(self):
        client = "ns3::surgery::InferenceClient"
        for field, attribute, text in (("activation_bits", "ActivationBits", "16"),
                                       ("rho", "UsagePrice", "10s"),
                                       ("think_time_s", "ThinkTime",
                                        "ns3::ConstantRandomVariable[Constant=0.5]")):
            base = changed()
            for group in base["devices"]:
                for name in (field, "interval_s"):
                    group.pop(name, None)
            default = (("simulation", "defaults"), {f"{client}::{attribute}": text})
            plain = PROGRAMS.simulate(base)[1]
            self.assertNotEqual(self.tables_of(default, base=base), plain, attribute)
            given = PROGRAMS.simulate(base, f"--{client}::{attribute}={text}")[1]
            self.assertEqual(given, self.tables_of(default, base=base), attribute)
        field = (("devices", 0, "activation_bits"), 8)
        self.assertEqual(self.tables_of(field, (("devices", 1, "activation_bits"), 8),
                                        (("simulation", "defaults"), {f"{client}::ActivationBits": "16"})),
                         self.tables_of(field, (("devices", 1, "activation_bits"), 8)))

    def test_network_and_its_attributes(self):
        slow = self.tables_of((("network", "attributes"), {"Delay": "100ms"}))
        self.assertGreater(self.mean_latency(slow), self.mean_latency(self.tables))
        wifi = self.tables_of((("network", "kind"), "wifi"), (("simulation", "time_s"), 1))
        self.assertTrue(wifi["attachments"])
        cut = self.tables_of((("network", "backhaul_outages"), "600ms+1s"))
        self.assertNotEqual(cut["inferences"], self.tables["inferences"])

    def mean_latency(self, tables):
        """Over what was completed, s."""
        done = [row for row in tables["inferences"] if row["outcome"] == "completed"]
        return sum(int(row["result_received_ns"]) - int(row["created_ns"]) for row in done) / 1e9 / len(done)

    def test_traces_drive_wired_links(self):
        traces = {"uplink": "constant:3Mbps", "downlink": "constant:4Mbps", "offset_s": 1}
        rows = self.tables_of((("network", "traces"), traces))["bandwidth"]
        self.assertEqual({float(row["trace_up_bps"]) for row in rows[1:]}, {3e6})

    def test_sites_have_a_server_each(self):
        base = changed((("network", "sites"), SITES))
        self.assertEqual([(row["name"], float(row["x_m"])) for row in
                          self.tables_of(base=base)["sites"]], [("west", -100), ("east", 100)])
        row = changed((("network", "sites"), {"count": 3, "layout": "row", "spacing_m": 7}))
        places = [(float(r["x_m"]), float(r["y_m"])) for r in self.tables_of(base=row)["sites"]]
        self.assertEqual(places, [(-7, 0), (0, 0), (7, 0)])
        square = changed((("network", "sites"), {"count": 4, "spacing_m": 10}))
        places = {(float(r["x_m"]), float(r["y_m"])) for r in self.tables_of(base=square)["sites"]}
        self.assertEqual(places, {(-5, -5), (5, -5), (-5, 5), (5, 5)})

    def test_backhaul_choice_and_servers(self):
        servers = [{"name": "a", "processor": "server-8-core", "scheduler": "local-only"},
                   {"name": "b", "processor": "server-t4", "scheduler": "server-only"}]
        base = changed((("network", "sites"), SITES), (("server",), None), (("servers",), servers),
                       (("devices", 0, "site"), "west"), (("devices", 1, "site"), "east"))
        tables = self.tables_of(base=base)
        cuts = {device: {row["cut"] for row in tables["grants"] if row["device"] == device}
                for device in "01"}
        self.assertEqual(cuts["0"], {"local"})
        self.assertNotIn("local", cuts["1"])
        for server in servers:
            del server["scheduler"]
        crowd = changed((("servers",), servers), (("devices", 0, "count"), 8),
                        (("simulation", "time_s"), 5), (("choice",), "dds"), base=base)
        near = self.tables_of(base=crowd)
        self.assertTrue(near["migrations"])
        backhaul = {"links": "west-east", "rate_bps": 1e6, "delay_s": 0.2}
        far = self.tables_of((("network", "backhaul"), backhaul), base=crowd)
        self.assertNotEqual(far["inferences"], near["inferences"])

    def test_server(self):
        slow = self.tables_of((("server", "processor"), "server-8-core"))
        self.assertNotEqual(slow["inferences"], self.tables["inferences"])
        for scheduler in ("local-only", {"name": "local-only"}):
            tables = self.tables_of((("server", "scheduler"), scheduler))
            self.assertEqual({row["cut"] for row in tables["grants"]}, {"local"})
        named = {"name": "dads", "attributes": {"AmongOffloading": True}}
        self.assertEqual(self.tables_of((("server", "scheduler"), named)),
                         self.tables_of((("server", "scheduler"), "dads[AmongOffloading=true]")))
        dear = self.tables_of((("server", "price_policy"), "fixed[Price=5s]"))
        self.assertEqual({row["posted_price_s"] for row in dear["schedule"]}, {"5"})
        self.assertNotIn("posted_price_s", self.tables["schedule"][0])
        self.assertNotEqual([row["share"] for row in dear["grants"]],
                            [row["share"] for row in self.tables["grants"]])
        often = self.tables_of((("server", "attributes"), {"Timestep": "100ms"}))
        self.assertGreater(len(often["schedule"]), 2 * len(self.tables["schedule"]))
        away = self.tables_of((("server", "outages"), "700ms+1s"))
        self.assertLess(len(away["schedule"]), len(self.tables["schedule"]))

    def test_sharing_makes_batches(self):
        base = changed((("server", "processor"), "server-v100"), (("server", "scheduler"), "server-only"),
                       (("devices", 0, "count"), 6), (("devices", 0, "interval_s"), 0.02))
        tables = {sharing: self.tables_of((("server", "sharing"), sharing), base=base)
                  for sharing in ("share", "pooled-share", "batch[MaxBatchSize=4|QueueDelay=30ms]")}
        self.assertEqual(tables.pop("share"), self.tables_of(base=base))
        for sharing, own in tables.items():
            sizes = [int(row["batch_size"]) for row in own["batches"]]
            self.assertGreater(max(sizes), 1, sharing)
            self.assertLessEqual(max(sizes), 16 if sharing == "pooled-share" else 4)
        for field, value, told in (("sharing", "batch", "needs: use server-only"),
                                   ("sharing", "batches", "unknown server processor"),
                                   ("sharing", "batch[MaxBatchSize=0]", "MaxBatchSize"),
                                   ("sharing", "batch[QueueDelay=-1ms]", "QueueDelay"),
                                   ("sharing", 1, "sharing"),
                                   ("attributes", {"ServerProcessor": "ns3::surgery::BatchProcessor"},
                                    "needs: use server-only")):
            code, _, complaint = PROGRAMS.check(changed((("server", field), value)))
            self.assertEqual(code, 2, complaint)
            self.assertIn(told, complaint)
            self.assertIn("server", complaint)
            self.assertEqual(complaint.count("\n"), 1, complaint)

    def test_files_are_listed_and_none_of_an_earlier_run_stays(self):
        richest = changed((("server", "scheduler"), "server-only"), (("server", "sharing"), "batch"),
                          (("server", "attributes"), {"ModelMemory": 2**30}),
                          (("devices", 0, "deadline_s"), 0.1), (("devices", 0, "battery_j"), 1000))
        with tempfile.TemporaryDirectory() as folder:
            for document in (richest, SMALL):
                done = PROGRAMS.run("dnn-surgery-simulate", "--scenario=-", f"--out={folder}",
                                    text=json.dumps(document))
                self.assertEqual(done.returncode, 0, done.stderr)
                listed = {pathlib.Path(line.split()[0]).name
                          for line in done.stdout.partition("Files:\n")[2].splitlines() if line}
                there = {path.name for path in pathlib.Path(folder).iterdir()}
                self.assertEqual(listed | {"status.json"}, there)
                self.assertEqual("batches.csv" in there, document is richest)

    def test_waiting_is_an_attribute_of_the_scheduler(self):
        _, _, files = PROGRAMS.simulate(changed((("waiting",), True)))
        self.assertIn('"Scheduler.Waiting": "true"', files["provenance.json"].decode())
        code, _, complaint = PROGRAMS.check(changed((("waiting",), True),
                                                    (("server", "scheduler"), "iao")))
        self.assertEqual(code, 2)
        self.assertIn("Waiting", complaint)

    def test_count_and_lists_in_turn(self):
        group = {"name": "x", "count": 5, "dnn": ["alexnet", "squeezenet"],
                 "processor": ["jetson-nano", "raspberry-pi-4", "phone-cpu"]}
        printed, tables, _ = PROGRAMS.simulate(changed((("devices",), [group])))
        self.assertEqual({row["device"] for row in tables["inferences"]}, set("01234"))
        rows = [line.split()[1:4] for line in printed.splitlines() if " x" in line and "net" in line]
        self.assertEqual(rows, [["x", "jetson-nano", "alexnet"],
                                ["x-1", "raspberry-pi-4", "squeezenet"],
                                ["x-2", "phone-cpu", "alexnet"],
                                ["x-3", "jetson-nano", "squeezenet"],
                                ["x-4", "raspberry-pi-4", "alexnet"]])

    def test_a_processor_may_be_written_out(self):
        profile = json.loads((SCENARIOS.parent / "profiles/processor/raspberry-pi-4.json").read_text())
        tables = self.tables_of((("devices", 0, "processor"), profile))
        self.assertEqual(self.times_of_layers(tables), self.times_of_layers(self.tables))
        profile["flops"] = {kind: 2 * speed for kind, speed in profile["flops"].items()}
        faster = self.tables_of((("devices", 0, "processor"), profile),
                                (("server", "scheduler"), "local-only"))
        plain = self.tables_of((("server", "scheduler"), "local-only"))
        self.assertNotEqual(self.times_of_layers(faster), self.times_of_layers(plain))
        server = json.loads((SCENARIOS.parent / "profiles/processor/server-t4.json").read_text())
        tables = self.tables_of((("server", "processor"), server))
        self.assertEqual(self.times_of_layers(tables), self.times_of_layers(self.tables))

    def times_of_layers(self, tables):
        """Device, cut and time on the device of what was completed: messages have other lengths."""
        return [(row["device"], row["cut"], int(row["device_end_ns"] or 0) - int(row["device_start_ns"]))
                for row in tables["inferences"] if row["outcome"] == "completed"]

    def test_what_devices_run_and_weigh_becomes_attributes(self):
        device = {
            "name": "a", "dnn": "resnet101", "processor": "raspberry-pi-4",
            "variants": ["resnet34"], "input_bytes": 150528,
            "input_encodings": [{"bytes": 30000, "loss_percent": 1.25}],
            "activation_bits": [{"bits": 32}, {"bits": 8, "loss_percent": 0.1}],
            "accuracy_floor_percent": 60, "accuracy_price_s": 0.03, "energy_price_s_per_j": 0.2,
            "radio": {"transmit_w": 1.5, "idle_w": 0.8}, "weigh_idle_power": False, "rho": 0.0025,
            "interval_s": 0.3, "deadline_s": 0.7, "drop_late": True,
            "estimator": "window", "attributes": {"MaxQueue": 3},
        }
        _, _, files = PROGRAMS.simulate(changed((("devices",), [device])))
        clients = settings(files)["groups"]["clients"]
        client = {**clients["common"], **clients["each"][0]}
        expected = {
            "Variants": "resnet34", "InputBytes": "150528", "InputEncodings": "30000:1.25",
            "ActivationBits": "32,8:0.1", "AccuracyFloor": "60", "AccuracyPrice": "0.03",
            "EnergyPrice": "0.2", "TransmitPower": "1.5", "ReceivePower": "0.8",
            "RadioIdlePower": "0.8", "WeighIdlePower": "false", "UsagePrice": "+2.5e+06ns",
            "OpenLoop": "true", "DropLate": "true", "MaxQueue": "3", "Deadline": "+7e+08ns",
            "Dnn": "resnet101", "Processor": "raspberry-pi-4",
            "UplinkEstimator.(class)": "ns3::surgery::WindowLinkEstimator",
            "DownlinkEstimator.(class)": "ns3::surgery::WindowLinkEstimator",
        }
        self.assertEqual({name: client[name].replace(" ", "") for name in expected}, expected)

    def test_requests(self):
        alone = [{**SMALL["devices"][0]}]
        every = self.requests(self.tables_of((("devices",), alone)))
        gaps = [b - a for a, b in zip(every, every[1:])]
        self.assertTrue(all(math.isclose(gap, 0.2, abs_tol=1e-9) for gap in gaps))
        with tempfile.TemporaryDirectory() as folder:
            times = pathlib.Path(folder) / "times.csv"
            times.write_text("0.1\n0.35\n0.9\n")
            own = [{"name": "a", "dnn": "resnet34", "processor": "raspberry-pi-4",
                    "request_times": str(times), "start_s": 0.25}]
            made = self.requests(self.tables_of((("devices",), own)))
        self.assertEqual([round(time, 6) for time in made], [0.35, 0.6, 1.15])
        think = [{"name": "a", "dnn": "resnet34", "processor": "raspberry-pi-4", "think_time_s": 0.4}]
        rows = self.tables_of((("devices",), think))["inferences"]
        for before, after in zip(rows, rows[1:]):
            pause = int(after["created_ns"]) - int(before["result_received_ns"])
            self.assertEqual(pause, 400000000)

    def test_start_of_a_group(self):
        base = changed((("devices", 1, "start_s"), 1.2), (("devices", 1, "count"), 2))
        tables = self.tables_of(base=base)
        firsts = [min(self.requests(tables, device)) for device in range(3)]
        self.assertAlmostEqual(firsts[2] - firsts[1], 0.02, places=6)
        self.assertGreaterEqual(firsts[1], 1.2)
        self.assertLess(firsts[0], 1.2)

    def test_a_battery_ends_its_device(self):
        tables = self.tables_of((("devices", 0, "battery_j"), 3),
                                (("devices", 0, "radio"), {"transmit_w": 2, "idle_w": 1}))
        self.assertEqual({row["device"] for row in tables["energy"]}, {"0"})
        self.assertLess(len(self.requests(tables, 0)), len(self.requests(self.tables, 0)))

    def positions(self, *changes, base=None):
        """Where devices are in the beginning, by device, m."""
        found = {}
        for row in self.tables_of(*changes, base=base)["positions"]:
            if row["kind"] == "mobile":
                found.setdefault(int(row["node"]),
                                 tuple(float(row[axis]) for axis in ("x_m", "y_m")))
        return found

    def test_mobility_area_and_site(self):
        many = changed((("devices", 0, "count"), 20), (("devices", 0, "area_m"), [40, 2]),
                       (("devices", 0, "mobility"), "static"), (("simulation", "time_s"), 0.6))
        places = self.positions(base=many)
        mine = [places[device] for device in range(20)]
        self.assertTrue(all(abs(x) <= 20 and abs(y) <= 1 for x, y in mine))
        self.assertGreater(max(x for x, _ in mine) - min(x for x, _ in mine), 20)
        there = self.positions((("network", "sites"), SITES), (("devices", 0, "site"), ["east", "west"]),
                               base=many)
        for device in range(20):
            center = -100 if device % 2 else 100
            self.assertLessEqual(abs(there[device][0] - center), 20)
        model = {"model": "ns3::ConstantPositionMobilityModel", "position_m": [[1, 2], [3, 4, 5]]}
        placed = self.positions((("devices", 0, "mobility"), model), base=many)
        self.assertEqual([placed[device] for device in range(4)], [(1, 2), (3, 4), (1, 2), (3, 4)])
        walk = {"model": "ns3::RandomWalk2dMobilityModel",
                "attributes": {"Speed": "ns3::ConstantRandomVariable[Constant=9]", "Distance": 2}}
        walked = self.tables_of((("devices", 0, "mobility"), walk), base=many)["positions"]
        self.assertGreater(len({row["x_m"] for row in walked if row["node"] == "3"}), 2)
        lines = self.tables_of((("devices", 0, "mobility"), "shuttle:5"), base=many)["positions"]
        self.assertEqual({float(row["y_m"]) for row in lines if row["node"] == "3"}, {0.0})

    def test_movements_in_the_format_of_ns2(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "walk.tcl"
            path.write_text("$node_(0) set X_ 11\n$node_(0) set Y_ 12\n$node_(0) set Z_ 0\n"
                            "$ns_ at 0.1 \"$node_(0) setdest 20 12 5\"\n")
            for mobility in ({"ns2": str(path)}, f"ns2:{path}"):
                places = self.positions((("devices", 0, "mobility"), mobility))
                self.assertEqual(places[0], (11, 12))
            code, _, complaint = PROGRAMS.check(changed((("devices", 0, "mobility"), {"ns2": str(path)}),
                                                        (("devices", 0, "count"), 2)))
            self.assertEqual(code, 2)
            self.assertIn("devices[0].mobility: ", complaint)
            self.assertIn("moves fewer nodes", complaint)

    def test_away(self):
        base = changed((("network", "kind"), "wifi"), (("devices", 0, "mobility"), "static"),
                       (("devices", 1, "mobility"), "static"), (("devices", 1, "away"), "1s+1s"))
        rows = self.tables_of(base=base)["positions"]
        far = {row["node"] for row in rows if float(row["x_m"]) > 1e4}
        self.assertEqual(far, {"1"})

    def test_outputs(self):
        for tables, file in (("sqlite", "tables.sqlite"), ("csv", "inferences.csv")):
            _, _, files = PROGRAMS.simulate(changed((("outputs",), {"tables": tables})))
            self.assertIn(file, files)
        _, _, files = PROGRAMS.simulate(changed((("outputs",), {"tables": "none", "pcap": True,
                                                               "animation": True})))
        self.assertEqual({name for name in files if name != "status.json"},
                         {"server.pcap", "animation.xml"})

    def test_the_scenario_is_kept_with_the_tables(self):
        self.assertEqual(json.loads(settings(self.files)["settings"]["scenario"]), SMALL)


if __name__ == "__main__":
    unittest.main()

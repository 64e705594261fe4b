#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that a simulation repeats to the byte, and that bad input ends in one clear line.

usage: determinism-test.py [BUILD] [unittest's options]

BUILD is the build folder with the examples, or the folder they are in; it may also be given by the
environment variable DNN_SURGERY_BUILD.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import unittest

from dnn_surgery import tables

DEMO = "dnn-surgery-wifi-mobility"
COMPARE = "dnn-surgery-compare"
CHOICES = "dnn-surgery-compare-choices"
TRACE = "dnn-surgery-bandwidth-trace"
FIRST = "dnn-surgery-first"
DECENTRALIZED = "dnn-surgery-decentralized"
LTE = "dnn-surgery-lte-handover"
TABLES = [
    "attachments.csv",
    "cuts.csv",
    "grants.csv",
    "inferences.csv",
    "links.csv",
    "positions.csv",
    "provenance.json",
    "schedule.csv",
    "status.json",
]
BUILD = os.environ.get("DNN_SURGERY_BUILD", "")


def find(name):
    """The path of a binary; names like ns3.37-NAME-default are those of a build inside ns-3."""
    for folder in (os.path.join(BUILD, "examples"), BUILD):
        if os.path.isdir(folder):
            for entry in sorted(os.listdir(folder)):
                path = os.path.join(folder, entry)
                matches = entry == name or (entry.startswith("ns3") and f"-{name}" in entry)
                if matches and os.path.isfile(path) and os.access(path, os.X_OK):
                    return path
    raise FileNotFoundError(f"{name}: not in {BUILD or 'DNN_SURGERY_BUILD, which is not set'}")


def run(name, *arguments):
    return subprocess.run(
        [find(name), *arguments], capture_output=True, text=True, check=False, timeout=600
    )


class Scratch(unittest.TestCase):
    """Has a folder that goes away."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name


class Determinism(Scratch):
    """Runs one scenario in several processes."""

    def simulate(self, name, out, *arguments):
        """Contents of the files written, by path, and what was printed, but for the folder."""
        out = os.path.join(self.folder, out)
        done = run(name, f"--out={out}", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        files = {}
        for folder, _, names in os.walk(out):
            for path in (os.path.join(folder, name) for name in names):
                entry = os.path.relpath(path, out)
                with open(path, "rb") as file:
                    files[entry] = file.read().replace(out.encode("ascii"), b"OUT")
                self.assertGreater(len(files[entry]), 30, entry)
        return files, done.stdout.replace(out, "OUT")

    def test_lte_repeats_in_another_process(self):
        if "unknown access network" in run(LTE, "--time=1ms").stderr:
            self.skipTest("this ns-3 has no LTE")
        scenario = ("--time=8s", "--devices=3", "--mobility=shuttle:60")
        files, text = self.simulate(LTE, "a", *scenario)
        self.assertGreater(files["inferences.csv"].count(b"completed"), 10)
        again, again_text = self.simulate(LTE, "b", *scenario)
        self.assert_same(files, again)
        self.assertEqual(text, again_text)
        other, _ = self.simulate(LTE, "c", *scenario, "--RngRun=2")
        self.assertNotEqual(files["inferences.csv"], other["inferences.csv"])

    def test_wifi_repeats_in_another_process(self):
        scenario = ("--time=3s", "--devices=6", "--schedulers=dds,server-only")
        files, text = self.simulate(DEMO, "a", *scenario)
        known = [f"{name}/{table}" for name in ("dds", "server-only") for table in TABLES]
        self.assertEqual(sorted(files), sorted([*known, "dds/server.pcap"]))
        for name in ("dds", "server-only"):
            self.assertGreater(files[f"{name}/inferences.csv"].count(b"completed"), 10)
            provenance = json.loads(files[f"{name}/provenance.json"])
            self.assertEqual(provenance["schema"], "dnn-surgery/tables/2")
            self.assertEqual(provenance["settings"]["scheduler"], name)
            self.assertEqual(len(provenance["groups"]["clients"]["each"]), 6)
        for entry in ("positions.csv", "attachments.csv"):
            self.assertEqual(files[f"dds/{entry}"], files[f"server-only/{entry}"], entry)
        again, again_text = self.simulate(DEMO, "b", *scenario)
        self.assert_same(files, again)
        self.assertEqual(text, again_text)

        other, other_text = self.simulate(DEMO, "c", *scenario, "--RngRun=2")
        alike = {f"{name}/{entry}" for name in ("dds", "server-only")
                 for entry in ("attachments.csv", "status.json")}
        for entry in set(files) - alike:
            self.assertNotEqual(files[entry], other[entry], entry)
        self.assertNotEqual(text, other_text)

    def test_what_is_watched_changes_nothing(self):
        """Without capture, and with fewer schedulers after the first, the rows are the same."""
        files, _ = self.simulate(DEMO, "a", "--time=2s", "--devices=3", "--schedulers=dds,dads")
        fewer, _ = self.simulate(
            DEMO, "b", "--time=2s", "--devices=3", "--schedulers=dds", "--pcap=false"
        )
        self.assertEqual(sorted(fewer), [f"dds/{table}" for table in TABLES])
        del fewer["dds/provenance.json"]
        self.assert_same({entry: files[entry] for entry in fewer}, fewer)
        # nor does it matter whether anything is written
        scenario = ("--time=2s", "--devices=3", "--schedulers=dds")
        table = run(DEMO, *scenario).stdout
        self.assertGreater(table.count("squeezenet"), 0)
        _, written = self.simulate(DEMO, "c", *scenario)
        self.assertTrue(written.startswith(table), table + written)

    def compare(self, program, name, *arguments):
        """Compare on wires. @return the rows of the results, in a file of that name"""
        path = os.path.join(self.folder, name)
        done = run(program, "--network=wired", *arguments, "--point=x", f"--results={path}")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(path, encoding="ascii", newline="") as file:
            return list(csv.DictReader(file))

    def test_compared_runs_do_not_depend_on_each_other(self):
        """A run's rows are the same alone as after others in one process."""
        scenario = ("--devices=3", "--time=3s")
        both = self.compare(COMPARE, "both.csv", *scenario, "--schedulers=dds,server-only",
                            "--runs=2")
        alone = self.compare(COMPARE, "alone.csv", *scenario, "--schedulers=server-only",
                             "--RngRun=2")
        self.assertEqual([row["class"] for row in alone].count("all"), 1)
        self.assertEqual(len(both), 4 * len(alone))
        self.assertEqual(both[3 * len(alone):], alone)
        self.assertEqual({row["run"] for row in both}, {"1", "2"})
        for row in both:
            self.assertGreater(int(row["completed"]), 0)
            known = (int(row[name]) for name in ("completed", "dropped", "in_flight"))
            self.assertEqual(int(row["created"]), sum(known))
        whole, *classes = alone
        for column in ("class_devices", "created", "completed"):
            self.assertEqual(int(whole[column]), sum(int(row[column]) for row in classes))

    def test_compared_choices_do_not_depend_on_each_other(self):
        """What a choice does is the same alone as after another, and not the other's."""
        scenario = ("--sites=2", "--devices=8", "--skew=1", "--time=8s", "--warmup=6s")
        both = self.compare(CHOICES, "both.csv", *scenario, "--choices=nearest,dds")
        alone = self.compare(CHOICES, "alone.csv", *scenario, "--choices=dds")
        self.assertEqual(both[len(alone):], alone)
        self.assertEqual([row["scheduler"] for row in (both[0], alone[0])], ["nearest", "dds"])
        # all begin at one of two sites, so that some move, before they are at rest
        self.assertEqual(float(both[0]["migrations"]), 0)
        self.assertGreater(float(alone[0]["migrations"]), 0)
        self.assertGreater(float(alone[0]["migrations"]),
                           float(alone[0]["migrations_after_warmup"]))
        self.assertAlmostEqual(8 * float(alone[0]["migrations"]),
                               sum(int(row["class_devices"]) * float(row["migrations"])
                                   for row in alone[1:]))

    def test_traced_links_repeat_in_another_process(self):
        scenario = ("--time=5s", "--devices=3", "--schedulers=dds")
        files, text = self.simulate(TRACE, "a", *scenario)
        self.assertEqual(
            sorted(files),
            sorted(f"dds/{name}" for name in [*TABLES, "bandwidth.csv", "server.pcap"]),
        )
        again, again_text = self.simulate(TRACE, "b", *scenario)
        self.assert_same(files, again)
        self.assertEqual(text, again_text)

        other, _ = self.simulate(TRACE, "c", *scenario, "--RngRun=2")
        for entry in set(files) - {"dds/attachments.csv", "dds/status.json"}:
            self.assertNotEqual(files[entry], other[entry], entry)

    def test_database_holds_the_rows_of_the_csv_files(self):
        """Every table of every run, from first to last row, and the provenance."""
        scenario = ("--time=5s", "--devices=3", "--schedulers=dds,iao,local-only", "--pcap=false")
        files, text = self.simulate(TRACE, "csv", *scenario)
        done = run(TRACE, "--tables=sqlite", f"--out={self.folder}/sqlite", *scenario)
        if "without SQLite" in done.stderr:
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
            self.skipTest("a build without SQLite")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("dds", "iao", "local-only"):
            folder = os.path.join(self.folder, "csv", name)
            other = os.path.join(self.folder, "sqlite", name)
            self.assertEqual(sorted(os.listdir(other)), ["status.json", "tables.sqlite"])
            for table in [entry[:-4] for entry in os.listdir(folder) if entry.endswith(".csv")]:
                rows = tables.read_table(folder, table)
                same = tables.read_table(other, table)
                if table == "bandwidth":  # six digits as text
                    self.assertEqual(len(rows), len(same))
                    for row in same:
                        for column in ("trace_up_bps", "estimated_up_bps", "share"):
                            row[column] = f"{float(row[column]):.6g}"
                self.assertEqual(rows, same, f"{name}: {table}")
            provenance = tables.read_provenance(folder)
            same = tables.read_provenance(other)
            del provenance["command_line"], same["command_line"]
            self.assertEqual(provenance, same)
        self.assertEqual(files["dds/inferences.csv"].count(b"\n"),
                         len(tables.read_table(os.path.join(self.folder, "sqlite/dds"),
                                               "inferences")) + 1)

    def test_databases_repeat_in_another_process(self):
        scenario = ("--time=3s", "--devices=3", "--schedulers=dds", "--pcap=false")
        if "without SQLite" in run(DEMO, "--tables=sqlite", "--time=1ms").stderr:
            self.skipTest("a build without SQLite")
        runs = []
        for name, form, seed in (("a", "sqlite", 1), ("b", "sqlite", 1), ("c", "sqlite", 2),
                                 ("a", "csv", 1)):
            folder = os.path.join(self.folder, name, "dds")
            done = run(DEMO, *scenario, f"--out={self.folder}/{name}", f"--tables={form}",
                       f"--RngRun={seed}")
            self.assertEqual(done.returncode, 0, done.stderr)
            # what an earlier run left is gone
            self.assertEqual(tables.DATABASE in os.listdir(folder), form == "sqlite")
            runs.append({table: tables.read_table(folder, table)
                         for table in ("inferences", "schedule", "grants", "cuts", "links",
                                       "positions", "attachments")})
        self.assertGreater(len(runs[0]["inferences"]), 10)
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0], runs[2])
        self.assertEqual(runs[0], runs[3])

    def test_made_up_bandwidth_is_what_was_asked_for(self):
        files, _ = self.simulate(
            TRACE,
            "a",
            "--time=21s",
            "--devices=2",
            "--schedulers=dds",
            "--trace=square:2Mbps,50Mbps,5s",
            "--offset=constant[Constant=0]",
        )
        rows = list(csv.DictReader(files["dds/bandwidth.csv"].decode("ascii").splitlines()))
        rates = [float(row["trace_up_bps"]) for row in rows]
        self.assertEqual((min(rates), max(rates)), (2e6, 5e7))
        self.assertGreater(len({row["cut"] for row in rows}), 1)

    def test_decentralized_repeats_in_another_process(self):
        scenario = ("--time=4s", "--devices=4", "--loss=0.02", "--sweep=2,3", "--lies=1,3")
        files, text = self.simulate(DECENTRALIZED, "a", *scenario)
        again, again_text = self.simulate(DECENTRALIZED, "b", *scenario)
        self.assert_same(files, again)
        self.assertEqual(text, again_text)
        for table in ("rounds.csv", "games.csv", "signaling.csv", "lies.csv"):
            self.assertGreater(files[table].count(b"\n"), 2, table)
        other, _ = self.simulate(DECENTRALIZED, "c", *scenario, "--RngRun=2")
        self.assertNotEqual(files["games.csv"], other["games.csv"])

    def test_devices_that_decide_themselves_are_compared_with_the_server(self):
        path = os.path.join(self.folder, "results.csv")
        done = run(COMPARE, "--network=wired", "--devices=4", "--time=6s", "--warmup=2s", "--runs=1",
                   "--deadline=100ms", "--schedulers=dds,decentralized-dds,local-only",
                   f"--results={path}", f"--out={self.folder}/runs")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^decentralized-dds +1 ")
        with open(path, encoding="ascii") as file:
            rows = {row["scheduler"]: row for row in csv.DictReader(file) if row["class"] == "all"}
        latency = {name: float(row["latency_mean_s"]) for name, row in rows.items()}
        self.assertLess(latency["decentralized-dds"], 0.5 * latency["local-only"])
        with open(os.path.join(self.folder, "runs/decentralized-dds-1/provenance.json"),
                  encoding="utf-8") as file:
            self.assertIn('"decentralized"', file.read())

    def test_wired_repeats_in_another_process(self):
        files, text = self.simulate(FIRST, "a", "--time=5s")
        again, again_text = self.simulate(FIRST, "b", "--time=5s")
        self.assert_same(files, again)
        self.assertEqual(text, again_text)
        self.assertEqual(sum(entry.endswith(".pcap") for entry in files), 2)

    def assert_same(self, files, others):
        self.assertEqual(sorted(files), sorted(others))
        for entry in files:
            self.assertTrue(files[entry] == others[entry], f"{entry} differs")


class BadInput(Scratch):
    """Runs examples with arguments that cannot work."""

    def check(self, name, *arguments, says, lines=1):
        done = run(name, *arguments)
        # negative: killed by a signal
        self.assertIn(done.returncode, (1, 2), f"{arguments}: {done.stderr}")
        self.assertIn(says, done.stderr)
        if lines:
            self.assertEqual(done.stderr.count("\n"), lines, done.stderr)

    def test_unknown_schedulers_are_answered_with_the_known_ones(self):
        for name in (DEMO, COMPARE, TRACE):
            done = run(name, "--schedulers=dds,unknown-name")
            self.assertEqual(done.returncode, 2)
            for word in ('"unknown-name"', "dads", "dds", "iao", "neurosurgeon", "optimum"):
                self.assertIn(word, done.stderr)

    def test_unknown_names(self):
        for name, option in ((DEMO, "schedulers"), (FIRST, "scheduler")):
            self.check(name, f"--{option}=unknown-name", says='"unknown-name"')
        self.check(DEMO, "--network=unknown-name", says='"unknown-name"')
        self.check(DEMO, "--network=wired[UplinkMbps=fast]", says="UplinkMbps")
        self.check(DEMO, "--server=unknown-name", says='"unknown-name"')
        self.check(DEMO, "--tables=unknown-name", says='"unknown-name"')
        self.check(FIRST, "--dnn=unknown-name", says='"unknown-name"')
        self.check(FIRST, "--processor=unknown-name", says='"unknown-name"')
        self.check(FIRST, "--dnn=/no/such/file.json", says="/no/such/file.json")

    def test_numbers_out_of_range(self):
        self.check(DEMO, "--devices=0", says="--devices")
        self.check(DEMO, "--time=0s", says="--time")
        self.check(DEMO, "--time=-1s", says="--time")
        self.check(DEMO, "--timestep=0s", says="imestep")
        self.check(DEMO, "--cellRadius=0", says="--cellRadius")
        self.check(DEMO, "--activationBits=12", says="8, 16 or 32")
        self.check(DEMO, "--activationBits=0", says="8, 16 or 32")
        self.check(DEMO, "--usagePrice=-1ms", says="sagePrice")
        self.check(DEMO, "--thinkTime=unknown-name", says="hinkTime")
        self.check(DEMO, "--schedulers=,", says="scheduler")
        self.check(DEMO, "--mobility=unknown-name", says="--mobility")
        self.check(DEMO, "--mobility=ns2:/no/such/file", says="/no/such/file")
        self.check(DEMO, "--away=soon", says="--away")
        self.check(DEMO, "--serverOutages=soon", says="--serverOutages")
        self.check(DEMO, "--backhaulOutages=soon", says="--backhaulOutages")
        self.check(DEMO, "--interval=unknown-name", says="Interval")
        self.check(DEMO, "--dnns=resnet50*x", says="--dnns")
        self.check(DEMO, "--processors=,", says="--processors")
        self.check(COMPARE, "--runs=0", says="--runs")
        self.check(FIRST, "--rate=0bps", says="--rate")
        self.check(FIRST, "--time=0s", says="--time")

    def test_traces(self):
        self.check(TRACE, "--trace=unknown-name", says='"unknown-name"')
        self.check(TRACE, "--trace=/no/such/file", says="/no/such/file")
        self.check(TRACE, f"--trace={self.folder}", says=self.folder)
        self.check(TRACE, "--trace=square:2Mbps", says='"square:2Mbps"')
        self.check(TRACE, "--downTrace=ramp:0bps,0bps,1s", says="ramp:0bps,0bps,1s")
        self.check(TRACE, "--offset=unknown-name", says='"unknown-name"')
        self.check(TRACE, "--network=wifi", says="--network")
        path = os.path.join(self.folder, "trace.csv")
        with open(path, "w", encoding="ascii") as file:
            file.write("seconds,bits_per_second\n0,1e6\n5,-1\n")
        self.check(TRACE, f"--trace={path}", says=f"{path}, line 3")

    def test_words_that_are_no_numbers(self):
        self.check(DEMO, "--cellRadius=nan", says="--cellRadius: must be a number")
        self.check(DEMO, "--devices=many", says="--devices: must be an integer")
        self.check(DEMO, "--no-such-option=1", says="--no-such-option")
        self.check(FIRST, "--rate=fast", says="--rate: must be a data rate")

    def test_folder_that_cannot_be_written(self):
        path = os.path.join(self.folder, "file")
        with open(path, "w", encoding="ascii"):
            pass
        for name in (DEMO, FIRST):
            # a file in the way stops root too
            self.check(name, "--time=1s", f"--out={path}", says=path)
            self.check(name, "--time=1s", f"--out={path}/below", says=path)

    def test_file_that_is_no_profile(self):
        path = os.path.join(self.folder, "broken.json")
        with open(path, "w", encoding="ascii") as file:
            file.write('{"schema": "dnn-surgery/dnn/1", "name": "broken", "layers": [')
        self.check(FIRST, f"--dnn={path}", says=path)
        self.check(FIRST, f"--processor={path}", says=path)
        self.check(DEMO, f"--server={path}", says=path)


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        BUILD = sys.argv.pop(1)
    unittest.main()

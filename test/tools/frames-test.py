#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests the frames that dnn_surgery makes of tables: types, units, and that nothing is lost.

usage: frames-test.py WIFI_MOBILITY SITES [unittest's options]

Without pandas, exit code 77.
"""

import contextlib
import importlib.util
import json
import math
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

import dnn_surgery
from dnn_surgery import tables
from surgery import paths
from surgery.quantile import quantile
from surgery.tables.run import Run, read_runs

PROGRAM = SITES = ""
OPTIONS = ("--schedulers=dds,local-only", "--network=wired", "--devices=4", "--time=4s",
           "--warmup=1s", "--deadline=100ms", "--battery=5000", "--pcap=false")
SITES_OPTIONS = ("--choice=dds", "--network=wired", "--devices=8", "--time=8s", "--pcap=false",
                 "--tables=sqlite")


def simulate(folder, *options, program=None):
    """Run a program. @return the folder"""
    command = [program, *options] if program else [PROGRAM, *OPTIONS, *options]
    subprocess.run([*command, f"--out={folder}"], check=True, capture_output=True, timeout=300)
    return pathlib.Path(folder)


def read_manual():
    """The columns of each table, in the order of the manual."""
    text = (paths.ROOT / "doc" / "dnn-surgery-tables.rst").read_text(encoding="utf-8")
    columns = {}
    name = ""
    for line in text.splitlines():
        name = (re.findall(r"writes the table ``(\w+)``", line) or [name])[0]
        cells = line.strip().split(" | ")
        if len(cells) != 3:
            continue
        # a row per table, or a row per column
        method = re.search(r"``(?:Enable|Write)(\w+)``(?:, table ``(\w+)``)?", cells[0])
        table = (method[2] or method[1].lower()) if method else name
        found = re.findall("``([a-z_]+)``", cells[2 if method else 0])
        columns.setdefault(table, {}).update(dict.fromkeys(found))
    return columns


class Frames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.scratch = pathlib.Path(scratch.name)
        cls.csv = simulate(cls.scratch / "csv")
        cls.sqlite = simulate(cls.scratch / "sqlite", "--tables=sqlite")

    def copy(self, name):
        """A copy of the CSV files of dds, that a test may spoil."""
        folder = self.scratch / name
        shutil.copytree(self.csv / "dds", folder)
        return folder

    def test_both_formats_give_the_same_frames(self):
        files, database = (dnn_surgery.load(folder / "dds") for folder in (self.csv, self.sqlite))
        self.assertEqual(files.tables, database.tables)
        self.assertGreaterEqual(set(files.tables), {"inferences", "deadlines", "schedule", "grants"})
        for table in files.tables:
            with self.subTest(table=table):
                # a CSV file has 12 digits
                pandas.testing.assert_frame_equal(files[table], database[table], rtol=1e-11)
                self.assertEqual(files[table].attrs, database[table].attrs)

    def test_types_are_those_of_the_database(self):
        """What the program declares an integer, a number or a text is one in a frame."""
        for folder in (self.sqlite / "dds",
                       simulate(self.scratch / "sites", *SITES_OPTIONS, program=SITES)):
            self.check_types(dnn_surgery.load(folder))

    def check_types(self, results):
        """Compare the types of frames with those of the database."""
        for table in results.tables:
            rows = tables.query(os.fspath(results.folder / tables.DATABASE),
                                f'PRAGMA table_info("{table}")')
            self.assertTrue(rows)
            frame = results[table]
            for row in rows:
                name, kind = row["name"], row["type"]
                with self.subTest(table=table, column=name):
                    if name.endswith("_ns"):
                        name, kind = name.removesuffix("_ns") + "_s", "REAL"
                    self.assertIn(frame[name].dtype.name, {"INTEGER": ("int64", "Int64"),
                                                           "REAL": ("float64",),
                                                           "TEXT": ("object",)}[kind])
                    self.assertEqual(name in frame.attrs["units"], kind == "REAL"
                                     or "bytes" in name or "bits" in name)

    def test_instants_are_exact(self):
        rows = tables.read_table(os.fspath(self.csv / "dds"), "inferences")
        frame = dnn_surgery.load(self.csv / "dds").inferences
        for name in ("created", "server_end", "result_received", "service"):
            written = [int(row[f"{name}_ns"]) if row[f"{name}_ns"] else None for row in rows]
            read = [None if math.isnan(value) else round(1e9 * value)
                    for value in frame[f"{name}_s"]]
            self.assertEqual(read, written)

    def test_latencies_and_segments_are_those_of_the_report(self):
        for name, results in dnn_surgery.load_all(self.csv).items():
            run = Run(os.fspath(self.csv / name))
            self.assertEqual(results.scheduler, name)
            self.assertEqual(results.warmup_s, run.warmup)
            frame = results.inferences
            counted = frame[(frame.created_s >= results.warmup_s) & (frame.outcome == "completed")]
            self.assertEqual(list(counted.latency_s), [row.latency for row in run.completed()])
            self.assertAlmostEqual(counted.groupby("device").latency_s.mean().mean(),
                                   run.mean_latency(), places=12)
            segments = results.segments()
            self.assertEqual([tuple(row) for row in segments.loc[counted.index].to_numpy()],
                             [row.segments for row in run.completed()])
            difference = segments.sum(axis="columns") - frame.latency_s[segments.index]
            self.assertLess(difference.abs().max(), 1e-12)
            self.assertTrue(frame.latency_s[frame.outcome != "completed"].isna().all())

    def test_devices(self):
        devices = dnn_surgery.load(self.csv / "dds").devices()
        run = Run(os.fspath(self.csv / "dds"))
        self.assertEqual(devices.index.name, "device")
        self.assertEqual(list(devices.index), run.devices)
        self.assertEqual(dict(devices.Processor.map(os.path.basename)), run.processors)
        (self.copy("unknown") / "provenance.json").unlink()
        self.assertEqual(len(dnn_surgery.load(self.scratch / "unknown").devices()), 0)

    def test_example_prints_what_the_report_says(self):
        if not importlib.util.find_spec("matplotlib"):
            self.skipTest("Matplotlib is not installed")
        done = subprocess.run(
            [sys.executable, paths.EXAMPLES / "python" / "plot-results.py", self.csv,
             self.scratch / "figure.png"], check=True, capture_output=True, text=True, timeout=300,
            env={**os.environ, "MPLBACKEND": "Agg"})
        self.assertEqual(done.stderr, "")
        self.assertGreater((self.scratch / "figure.png").stat().st_size, 10000)
        printed = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()[1:-1]}
        for run in read_runs(os.fspath(self.csv)):
            latencies = sorted(row.latency for row in run.completed())
            expected = [1e3 * run.mean_latency(), 1e3 * quantile(latencies, 0.5),
                        1e3 * quantile(latencies, 0.95), len(latencies)]
            self.assertEqual(printed[run.name], [f"{value:.1f}" for value in expected])

    def test_run_that_was_cut_off(self):
        folder = self.copy("cut")
        path = folder / "status.json"
        status = json.loads(path.read_text(encoding="utf-8"))
        status.update(state="cut off", reason="no more power", simulated_ns=1500000000)
        path.write_text(json.dumps(status), encoding="utf-8")
        whole = (folder / "inferences.csv").read_text(encoding="utf-8")
        (folder / "inferences.csv").write_text(whole[:-5], encoding="utf-8")
        with self.assertWarnsRegex(dnn_surgery.UnfinishedRun, "cut off at 1.5 of 4 s .no more power"):
            results = dnn_surgery.load(folder)
        self.assertEqual(results.cut_off, "cut off at 1.5 of 4 s (no more power)")
        self.assertIn("no more power", repr(results))
        # the last row, which is not whole, does not count
        self.assertEqual(len(results.inferences), whole.count("\n") - 2)

    def test_fields_that_are_empty(self):
        folder = self.copy("empty")
        path = folder / "grants.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        names = lines[0].split(",")
        row = dict(zip(names, lines[1].split(",")))
        row.update(server="", predicted_cost_s="nan", cut="nan", reason="")
        path.write_text("\n".join([*lines, ",".join(row[name] for name in names), ""]),
                        encoding="utf-8")
        frame = dnn_surgery.load(folder).grants
        last = frame.iloc[-1]
        self.assertEqual(frame.server.dtype.name, "Int64")
        self.assertTrue(last.server is pandas.NA and math.isnan(last.predicted_cost_s))
        self.assertEqual((last.cut, last.reason), ("nan", ""))

    def test_tables_of_somebody_else(self):
        folder = self.copy("own")
        (folder / "mine.csv").write_text("time_ns,level,what\n500000000,1,a\n,,\n",
                                         encoding="utf-8")
        frame = dnn_surgery.load(folder).mine
        self.assertEqual([kind.name for kind in frame.dtypes], ["float64", "float64", "object"])
        self.assertEqual(frame.time_s[0], 0.5)
        self.assertEqual(list(frame.what), ["a", ""])

    def test_the_manual_has_the_columns_in_their_order(self):
        folders = [self.csv / "dds", simulate(self.scratch / "of-sites", *SITES_OPTIONS,
                                              "--tables=csv", program=SITES)]
        manual, checked = read_manual(), set()
        for path in (path for folder in folders for path in folder.rglob("*.csv")):
            with self.subTest(path=path):
                header = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
                self.assertEqual([name for name in manual[path.stem] if name in header], header)
                checked.add(path.stem)
        self.assertGreaterEqual(checked, {"inferences", "schedule", "grants", "migrations", "energy"})

    def test_what_is_not_there(self):
        results = dnn_surgery.load(self.csv / "dds")
        self.assertIn("inferences", dir(results))
        with self.assertRaisesRegex(AttributeError, "no table batteries, but: attachments, "):
            results.batteries
        with self.assertRaises(KeyError):
            results["batteries"]
        with self.assertRaisesRegex(dnn_surgery.BadTables, "several runs.*: dds, local-only$"):
            dnn_surgery.load(self.csv)
        with self.assertRaisesRegex(FileNotFoundError, "no such folder"):
            dnn_surgery.load(self.scratch / "nothing")
        (self.scratch / "void").mkdir()
        with self.assertRaisesRegex(FileNotFoundError, "neither it nor a folder in it"):
            dnn_surgery.load(self.scratch / "void")

    def test_files_that_are_wrong(self):
        for name, content, told in (
                ("inferences.csv", b"id,device\n1,x\n", "inferences.csv: "),
                ("inferences.csv", b"\xff\xfe\n", "is not a CSV file"),
                ("inferences.csv", b"", "inferences.csv: "),
                ("provenance.json", b'{"schema": "dnn-surgery/tables/1"}', "of version"),
                ("status.json", b"{}", "is no dnn-surgery/status/1")):
            folder = self.copy("wrong")
            (folder / name).write_bytes(content)
            with self.subTest(name=name, content=content):
                with self.assertRaisesRegex(dnn_surgery.BadTables, told) as caught:
                    dnn_surgery.load(folder).inferences
                self.assertNotIn("\n", str(caught.exception))
            shutil.rmtree(folder)

    def test_provenance_that_is_wrong(self):
        """The file is named, and the field, by frames and by reports."""
        def settings(**fields):
            return {"schema": tables.SCHEMA, "settings": fields}

        def clients(**fields):
            return {"schema": tables.SCHEMA, "groups": {"clients": fields}}

        for content, told in (
                ([1], "must be an object"), ("x", "must be an object"), (None, "must be an object"),
                ([], "must be an object"), (0, "must be an object"),
                *(({"schema": tables.SCHEMA, name: wrong}, f"{name}: must be an object")
                  for name in ("settings", "groups", "versions", "changed_defaults")
                  for wrong in ([], "x", None, 1)),
                ({"schema": tables.SCHEMA, "command_line": [1]}, "command_line: must be a list"),
                *((settings(**{name: wrong}), f"settings.{name}: must be a number >= 0")
                  for name in ("warmup_ns", "duration_ns")
                  for wrong in ("x", None, [], "nan", "inf", "-1")),
                (settings(scheduler=1), "settings.scheduler: must be text"),
                (settings(scenario="{"), "settings.scenario: Expecting"),
                (settings(scenario="[]"), "settings.scenario: must be an object"),
                (settings(scenario='{"a": 1, "a": 2}'), 'settings.scenario: field "a" stands twice'),
                (settings(scenario={}), "settings.scenario: must be text"),
                (clients(each={}), "groups.clients: must be an object"),
                (clients(each=[1]), "groups.clients: must be an object"),
                (clients(each=[{"DeviceId": 1}]), "groups.clients: must be an object"),
                (clients(common=[]), "groups.clients: must be an object"),
                (clients(each=[{"DeviceId": "x"}]), "groups.clients: DeviceId: invalid")):
            with self.subTest(content=content):
                text = json.dumps(content)
                folder = self.copy("odd")
                (folder / "provenance.json").write_text(text, encoding="utf-8")
                self.check_refusal(folder, f"{folder}/provenance.json: ", told)
                shutil.rmtree(folder)
                shutil.copytree(self.sqlite / "dds", folder)
                with contextlib.closing(sqlite3.connect(folder / tables.DATABASE)) as database:
                    database.execute("UPDATE about SET value = ? WHERE name = 'provenance'", [text])
                    database.commit()
                self.check_refusal(folder, f"{folder}/tables.sqlite: ", told)
                shutil.rmtree(folder)

    def test_both_formats_in_a_folder(self):
        folder = self.copy("both")
        shutil.copy(self.sqlite / "dds" / tables.DATABASE, folder)
        self.check_refusal(folder, f"{folder}: has both tables.sqlite and ", "remove one of them")
        with self.assertRaisesRegex(dnn_surgery.BadTables, "has both tables.sqlite and grants.csv"):
            frames.read_frame(os.fspath(folder), "grants")
        for path in folder.glob("*.csv"):
            path.unlink()
        (folder / "mine.csv").write_text("a\n1\n", encoding="utf-8")  # no table of the database
        self.assertEqual(dnn_surgery.load(folder).tables, dnn_surgery.load(self.csv / "dds").tables)

    def check_refusal(self, folder, start, told):
        """Frames and reports say why they cannot read a folder."""
        for read in (dnn_surgery.load, lambda folder: Run(os.fspath(folder))):
            with self.assertRaises(dnn_surgery.BadTables) as caught:
                read(folder)
            message = str(caught.exception)
            self.assertTrue(message.startswith(start), message)
            self.assertIn(told, message)
            self.assertNotIn("\n", message)


if __name__ == "__main__":
    PROGRAM, SITES = sys.argv.pop(1), sys.argv.pop(1)
    try:
        import pandas
        from dnn_surgery import frames
    except ImportError:
        print("skipped: pandas is not installed")
        sys.exit(77)
    unittest.main()

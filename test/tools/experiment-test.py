#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the experiments without Snakemake: statistics, data files, tables, and whether the
programs accept the bundled data files: experiment-test.py BUILD-FOLDER [unittest arguments]."""

import csv
import io
import json
import math
import pathlib
import random
import shlex
import statistics
import subprocess
import sys
import tempfile
import unittest

from surgery import paths
from surgery.console import Failure
from surgery.experiment import (data_file, document, markdown, measured, progress, results, student,
                                workflow)
from surgery.tables.run import Run


class Student(unittest.TestCase):
    """Student's t against closed forms and printed tables."""

    LEVELS = (0.001, 0.1, 0.5, 0.6, 0.9, 0.95, 0.975, 0.995, 0.9999)

    def check(self, freedom, closed_form):
        for level in self.LEVELS:
            with self.subTest(freedom=freedom, level=level):
                self.assertAlmostEqual(student.quantile(level, freedom), closed_form(level),
                                       delta=1e-9 * max(1, abs(closed_form(level))))

    def test_one_degree_is_cauchy(self):
        self.check(1, lambda p: math.tan(math.pi * (p - 0.5)))

    def test_two_degrees(self):
        self.check(2, lambda p: (2 * p - 1) / math.sqrt(2 * p * (1 - p)))

    def test_four_degrees(self):
        def closed_form(p):
            a = min(1.0, 4 * p * (1 - p))
            q = math.cos(math.acos(math.sqrt(a)) / 3) / math.sqrt(a)
            return math.copysign(2 * math.sqrt(max(0.0, q - 1)), p - 0.5)
        self.check(4, closed_form)

    def test_printed_table(self):
        for freedom, value in {3: 3.182446, 5: 2.570582, 9: 2.262157, 10: 2.228139, 19: 2.093024,
                               30: 2.042272, 199: 1.971957}.items():
            self.assertAlmostEqual(student.quantile(0.975, freedom), value, places=6)

    def test_tends_to_the_normal_distribution(self):
        normal = statistics.NormalDist().inv_cdf(0.975)
        self.assertAlmostEqual(student.quantile(0.975, 100001), normal, places=4)

    def test_refuses_what_is_no_level(self):
        for level, freedom in ((0, 3), (1, 3), (0.5, 0)):
            with self.assertRaises(ValueError):
                student.quantile(level, freedom)


class Estimates(unittest.TestCase):
    """Means and intervals."""

    def test_by_hand(self):
        made = student.estimate([1.0, 2.0, 3.0, 4.0])
        self.assertEqual(made.mean, 2.5)
        self.assertEqual(made.count, 4)
        self.assertAlmostEqual(made.half, 3.182446305284263 * math.sqrt(5 / 3 / 4), places=12)

    def test_few_samples(self):
        self.assertIsNone(student.estimate([]))
        alone = student.estimate([7.0])
        self.assertEqual(alone.mean, 7)
        self.assertTrue(math.isnan(alone.half))
        self.assertEqual(student.estimate([2.0, 2.0]).half, 0)

    def test_holds_the_truth_as_often_as_it_says(self):
        generator = random.Random(20261123)
        trials = 4000
        hits = 0
        for _ in range(trials):
            made = student.estimate([generator.gauss(3, 2) for _ in range(5)])
            hits += abs(made.mean - 3) <= made.half
        # four standard deviations of the count
        self.assertAlmostEqual(hits / trials, 0.95, delta=4 * math.sqrt(0.95 * 0.05 / trials))


def experiment(**changes):
    """The content of a good data file, with changes; None takes a field out."""
    content = {"question": "Why?", "schedulers": ["dads", "dds"], "axis": "devices",
               "scale": "linear", "seeds": 3, "options": {"time": "4s"},
               "points": {"2": {"options": {"devices": 2}},
                          "4": {"label": "four", "options": {"devices": 4, "time": "9s"}}}}
    content.update(changes)
    return {name: value for name, value in content.items() if value is not None}


class WithFolder(unittest.TestCase):
    """Has a folder of its own."""

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)

    def read(self, content):
        path = self.folder / "mine.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return data_file.read(path)


class DataFiles(WithFolder):
    """What is read and what is refused."""

    def test_bundled_ones_are_good(self):
        self.assertIn("smoke", data_file.known())
        for name in data_file.known():
            with self.subTest(name=name):
                read = data_file.read(data_file.bundled(name))
                self.assertEqual(read.name, name)
                self.assertTrue(read.question.endswith("?") or "?" in read.question)
                stems = [run.stem for run in read.runs(2)]
                self.assertEqual(len(stems), len(set(stems)))
                rivals = {"server-only", "dads", "dads[AmongOffloading=true]"}
                rivals = {"testbed": set(), "scaling": set(), "networks": {"dds"},
                          "choices": {"nearest", "joint"}}.get(read.tool, rivals)
                self.assertLessEqual(set() if read.ways else rivals, set(read.schedulers))

    def test_runs(self):
        read = self.read(experiment())
        self.assertEqual([run.stem for run in read.runs(2)],
                         ["runs/2/seed-1", "runs/4/seed-1", "runs/2/seed-2", "runs/4/seed-2"])
        self.assertEqual(read.arguments(read.runs(2)[3]),
                         ["--time=9s", "--devices=4", "--schedulers=dads,dds", "--RngRun=2",
                          "--point=4"])

    def test_choices(self):
        read = self.read(experiment(tool="choices", schedulers=None, choices=["nearest", "dds"]))
        self.assertEqual(read.program, "dnn-surgery-compare-choices")
        self.assertEqual(read.arguments(read.runs(1)[0]),
                         ["--time=4s", "--devices=2", "--choices=nearest,dds", "--RngRun=1",
                          "--point=2"])

    def test_options_are_whole(self):
        read = self.read(experiment(schedulers=[" dds ", "dads"], options={"time": "4s"}, points={
            "1": {"options": {"serverOutages": "1s+1s", "devices": 1e3}},
            "2": {"options": {"serverOutages": "1s+1s 3s+1s", "cellRadius": 2.5, "interval": ""}}}))
        one, two = map(read.arguments, read.runs(1))
        self.assertEqual(one, ["--time=4s", "--serverOutages=1s+1s", "--devices=1000",
                               "--schedulers=dds,dads", "--RngRun=1", "--point=1"])
        self.assertEqual(two[1:4], ["--serverOutages=1s+1s 3s+1s", "--cellRadius=2.5",
                                    "--interval="])
        self.assertEqual(shlex.split(shlex.join(two)), two)  # as Snakemake's shell does

    def test_families(self):
        families = {"t4": {"label": "T4", "options": {"server": "server-t4", "time": "5s"}},
                    "cpu": {}}
        runs = self.read(experiment(families=families)).runs(1)
        self.assertEqual([run.stem for run in runs],
                         ["runs/t4/2/seed-1", "runs/t4/4/seed-1", "runs/cpu/2/seed-1",
                          "runs/cpu/4/seed-1"])
        # a point's options come after its family's, a family's after those of all
        self.assertEqual([run.options["time"] for run in runs], ["5s", "9s", "4s", "9s"])

    def test_scenario(self):
        (self.folder / "cell.json").write_text("{}")
        read = self.read(experiment(
            tool="simulate", scenario="cell.json", options=None, set={"simulation.time_s": 4},
            families={"t4": {"set": {"server.processor": "server-t4"}}},
            points={"2": {"set": {"devices[0].count": 2}}, "4": {}}))
        run = read.runs(2)[2]
        self.assertEqual(run.stem, "runs/t4/2/seed-2")
        command = read.command("/there/program", run)
        self.assertEqual(command[3:], [
            "-m", "surgery.experiment.scenario_run", "--program=/there/program",
            f"--scenario={self.folder.resolve() / 'cell.json'}",
            '--changes={"simulation.time_s": 4, "server.processor": "server-t4", '
            '"devices[0].count": 2}',
            "--schedulers=dads,dds", "--run=2", "--point=2"])
        self.assertEqual(shlex.split(shlex.join(command)), command)
        bundled = self.read(experiment(tool="simulate", scenario="two-sites", options=None,
                                       points={"2": {}}))
        self.assertEqual(bundled.scenario, str(paths.SCENARIOS / "two-sites.json"))

    def test_ways(self):
        (self.folder / "cell.json").write_text("{}")
        read = self.read(experiment(
            tool="simulate", scenario="cell.json", options=None, schedulers=None,
            points={"2": {"set": {"devices[0].count": 2}}},
            ways={"a": {"label": "of A", "set": {"server.scheduler": "iao"}}, "b": {}}))
        run = read.runs(1)[0]
        self.assertEqual(read.schedulers, ("a", "b"))
        self.assertEqual([read.label(name) for name in read.schedulers], ["of A", "b"])
        self.assertIn('--ways={"a": {"server.scheduler": "iao"}, "b": {}}', read.arguments(run))
        scenario = f"--scenario={self.folder.resolve() / 'cell.json'}"
        self.assertEqual(read.checks("/there/program", run), [
            ["/there/program", scenario, "--check", "--set=devices[0].count=2",
             '--set=server.scheduler="iao"'],
            ["/there/program", scenario, "--check", "--set=devices[0].count=2"]])

    def test_refusals(self):
        (self.folder / "cell.json").write_text("{}")
        cell = {"tool": "simulate", "scenario": "cell.json", "options": None, "points": {"2": {}}}
        for content, text in (
                (experiment(**cell, set=[]), "\"set\" must be an object"),
                (experiment(**cell, set={"simulation.run": 3}), "cannot set \"simulation.run\""),
                (experiment(**cell, set={"server.scheduler": "iao"}), "cannot set \"server.sched"),
                (experiment(**cell, set={"servers[1].scheduler.name": "iao"}), "cannot set \"serv"),
                (experiment(**cell, ways={"a": {}}), "\"schedulers\" is not a field"),
                (experiment(**cell, schedulers=None, ways={}), "\"ways\" must name at least one"),
                (experiment(**cell, schedulers=None, ways={"a": {"set": {"outputs.pcap": True}}}),
                 "cannot set \"outputs.pcap\""),
                (experiment(ways={"a": {}}), "\"ways\" is not a field"),
                (experiment(**{**cell, "options": {"time": 3}}), "\"options\" is not a field"),
                (experiment(**{**cell, "scenario": None}), "\"scenario\" must be a text"),
                (experiment(**{**cell, "scenario": "x.json"}), "names no scenario file: \"x.json"),
                (experiment(scenario="cell.json"), "\"scenario\" is not a field"),
                (experiment(set={}), "\"set\" is not a field"),
                ("{", "mine.json: Expecting"),
                ("[" * 100000, "mine.json: Objects and lists nested deeper than"),
                ('{"axis": ' * 100000, "mine.json: Objects and lists nested deeper than"),
                ('{"seeds": ' + "9" * 5000 + "}", "mine.json: Number too large: line 1 column 11"),
                ('{"question": "\\ud800"}', "mine.json: Text with half of a character: line 1"),
                ("[]", "mine.json must be an object"),
                ('{"axis": "x", "axis": "y"}', "mine.json: \"axis\" is there twice"),
                (experiment(question=None), "\"question\" must be a text"),
                (experiment(tool="compute"), "\"tool\" must be one of: compare, analytic"),
                (experiment(scale="square"), "\"scale\" must be one of: category, linear, log"),
                (experiment(seeds=0), "\"seeds\" must be an integer in 1..1000"),
                (experiment(seeds=True), "\"seeds\" must be an integer in 1..1000"),
                (experiment(seeds="9"), "\"seeds\" must be an integer in 1..1000"),
                (experiment(schedulers=[]), "\"schedulers\" must be a list"),
                (experiment(schedulers=["dds", "dds"]), "\"schedulers\" must be a list"),
                (experiment(schedulers=["dds,dads"]), "\"schedulers\" must be a list"),
                (experiment(schedulers=["dads"]), "\"schedulers\" must have dds among them"),
                (experiment(tool="choices"), "\"choices\" must be a list"),
                (experiment(choices=["dds"]), "\"choices\" is not a field"),
                (experiment(tool="choices", choices=["dds"]), "\"schedulers\" is not a field"),
                (experiment(tool="choices", schedulers=None, choices=["joint"]),
                 "\"choices\" must have dds among them"),
                (experiment(options={"choices": "dds"}), "cannot set the option \"choices\""),
                (experiment(tool="analytic"), "\"options\" must give \"scenarios\" a number"),
                (experiment(tool="testbed", schedulers=None), "give \"validation\" one of: cuts"),
                (experiment(tool="testbed"), "\"schedulers\" is no field of validations"),
                (experiment(points={}), "\"points\" must name at least one"),
                (experiment(points=None), "\"points\" must be an object"),
                (experiment(points={"many": {}}), "\"many\", which is no number"),
                *((experiment(scale=scale, points={"2": {}, name: {}}),
                   f"\"points\" has \"{name}\", which is no number")
                  for scale in ("linear", "log")
                  for name in ("nan", "inf", "Infinity", "1e999", "1_0", "0x10", "1.2.3")),
                *((experiment(scale="log", points={"2": {}, name: {}}),
                   f"\"points\" has \"{name}\", which is no number > 0, as the scale \"log\"")
                  for name in ("0", "0.0", "0e5", "1e-999")),
                *((experiment(scale=scale, points={"1": {}, "3": {}, name: {}}),
                   f"\"points\" has \"{same}\" and \"{name}\", which are the same number")
                  for scale in ("linear", "log")
                  for same, name in (("1", "1.0"), ("1", "1e0"), ("3", "03"), ("3", "30e-1"))),
                (experiment(points={"../4": {}}), "\"../4\", which cannot name a file"),
                (experiment(points={"4": {"option": {}}}), "\"option\" is not a field"),
                (experiment(options={"RngRun": 3}), "cannot set the option \"RngRun\""),
                (experiment(options={"a b": 3}), "cannot set the option \"a b\""),
                (experiment(options={"time": ["4s"]}), "gives \"time\" neither a text nor"),
                (experiment(famlies={}), "\"famlies\" is not a field of experiments")):
            with self.subTest(text=text):
                with self.assertRaises(data_file.DataFileError) as raised:
                    self.read(content)
                message = str(raised.exception)
                self.assertIn(text, message)
                self.assertTrue(message.startswith("mine.json"), message)
                self.assertNotIn("\n", message)


    def test_mark_of_the_byte_order(self):
        self.assertEqual(self.read("\ufeff" + json.dumps(experiment())).question, "Why?")

    def test_scales(self):
        """Names that are the same number are different categories; 0 is a place unless it has no
        logarithm."""
        for scale, names in (("category", ("1", "1.0", "nan")), ("linear", ("0", "1e-3", "2")),
                             ("log", ("1e-3", "2.50", "1e300"))):
            read = self.read(experiment(scale=scale, points=dict.fromkeys(names, {})))
            self.assertEqual(tuple(point.name for point in read.points), names)


class Measured(WithFolder):
    """Results of a run from its tables are those that dnn-surgery-compare writes of it."""

    def test_against_the_program(self):
        same = ["--devices=6", "--time=8s", "--warmup=1s", "--dnns=squeezenet,alexnet",
                "--processors=raspberry-pi-4,phone-cpu,jetson-nano", "--inputBytes=60000",
                "--activationBits=8", "--thinkTime=ns3::ExponentialRandomVariable[Mean=0.2]",
                "--schedulers=dds,iao", "--RngRun=3"]
        for options in (["--network=wifi", "--deadline=100ms"], ["--network=wired"]):
            by_program, by_tables = self.folder / "program.csv", self.folder / "tables.csv"
            for program, more in (("compare", ["--point=p", f"--results={by_program}"]),
                                  ("wifi-mobility", ["--pcap=false", f"--out={self.folder}"])):
                subprocess.run([BUILD / "examples" / f"dnn-surgery-{program}", *same, *options, *more],
                               check=True, capture_output=True, timeout=300)
            measured.write(by_tables, {name: Run(str(self.folder / name)) for name in ("dds", "iao")},
                           point="p", run=3)
            expected, found = (list(csv.DictReader(io.StringIO(path.read_text())))
                               for path in (by_program, by_tables))
            self.assertEqual(len(found), 6)  # a row for all and for two classes, twice
            for expected_row, row in zip(expected, found, strict=True):
                del expected_row["speedup_jain"], row["network"], expected_row["network"]
                for column, text in expected_row.items():
                    with self.subTest(options=options, row=expected_row, column=column):
                        try:
                            self.assertAlmostEqual(float(row[column]), float(text), places=9)
                        except ValueError:
                            self.assertEqual(row[column], text)


HEAD = ("point,network,devices,run,scheduler,class,class_devices,created,completed,dropped,"
        "in_flight,latency_mean_s,latency_p95_s,share_mean,cost_mean_s,speedup_jain,"
        "prediction_error_median,prediction_error_p95,recuts\n")


class Tables(WithFolder):
    """From files of results to estimates."""

    def write(self, read, latencies):
        """Results of every run. @param latencies by seed: of dads and dds"""
        for run in read.runs(len(latencies)):
            path = self.folder / f"{run.stem}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = HEAD
            for scheduler, latency in zip(("dads", "dds"), latencies[run.seed - 1]):
                cost = "" if latency is None else latency + 0.5
                latency = "" if latency is None else latency
                lines += (f"{run.point.name},wired,2,{run.seed},{scheduler},all,2,40,38,2,0,"
                          f"{latency},,0.5,{cost},1,,,0.25\n")
            path.write_text(lines)

    def test_ratios_are_paired(self):
        read = self.read(experiment())
        # the ratio is 2 in every run, however different the runs are
        self.write(read, [(2.0, 1.0), (6.0, 3.0), (20.0, 10.0)])
        found = results.Results(read, 3, self.folder)
        made = found.get("", "2", "dads", "latency_ratio")
        self.assertEqual((made.mean, made.half, made.count), (2, 0, 3))
        self.assertEqual(found.get("", "2", "dds", "latency_ratio").mean, 1)
        self.assertTrue(found.get("", "4", "dads", "latency_mean_s").is_whole)
        self.assertEqual(found.get("", "4", "dads", "latency_mean_s"),
                         student.estimate([2.0, 6.0, 20.0]))
        self.assertEqual(found.get("", "4", "dads", "cost_ratio"),
                         student.estimate([2.5 / 1.5, 6.5 / 3.5, 20.5 / 10.5]))
        self.assertEqual(found.get("", "2", "dads", "dropped_percent").mean, 5)

    def test_what_was_not_measured_is_left_out(self):
        read = self.read(experiment())
        self.write(read, [(2.0, 1.0), (None, 1.0), (3.0, None)])
        found = results.Results(read, 3, self.folder)
        self.assertEqual(found.get("", "2", "dads", "latency_ratio").count, 1)
        self.assertEqual(found.get("", "2", "dads", "latency_mean_s").count, 2)
        self.assertIsNone(found.get("", "2", "dads", "latency_p95_s"))
        self.assertFalse(found.has("prediction_error_median"))
        self.assertTrue(found.has("recuts"))

    def test_damaged_results_are_told(self):
        read = self.read(experiment())
        self.write(read, [(2.0, 1.0)])
        path = self.folder / f"{read.runs(1)[0].stem}.csv"
        whole = path.read_text()
        for damage, says in (
                (whole[:-20], "line 3: has no end: the file is cut short"),
                (whole.replace(",2.0,", ",abc,", 1), "line 2: could not convert string to float"),
                (whole.replace(",2.0,", ",2.0,7,", 1), "line 2: has 20 fields, not 19"),
                (whole.replace("scheduler", "planner"), "has no column 'scheduler'"),
                (whole[:whole.index("\n") + 1], "has no row"), ("", "is empty"),
                ("\udcff\n", "is not a CSV file")):
            path.write_bytes(damage.encode(errors="surrogateescape"))
            with self.subTest(says=says), self.assertRaises(Failure) as failed:
                results.Results(read, 1, self.folder)
            self.assertIn(f"{path}: {says}", str(failed.exception))
            self.assertIn("remove the file, and its run is done again", str(failed.exception))
        path.write_text(whole)
        results.Results(read, 1, self.folder)

    def test_markdown(self):
        read = self.read(experiment())
        self.write(read, [(2.0, 1.0), (6.0, 4.0)])
        found = results.Results(read, 3, self.folder)
        text = markdown.tables(found, [results.LATENCY_RATIO, results.LATENCY])
        half = student.estimate([2.0, 1.5]).half
        # the third runs are missing, so that no mean is whole
        self.assertIn(f"| four | 1.750 ± {half:.3f} \\* | 1.000 \\* |", text)
        self.assertIn("| devices | dads | dds |", text)
        self.assertIn("2 of 6 runs are missing in the means with \\*: 2, seed 3: did not start;"
                      " 4, seed 3: did not start.", markdown.caption(found, 3))

    def test_summary_names_the_best_rival(self):
        schedulers = ["dads", "optimum", "dds", "server-only"]
        read = self.read(experiment(schedulers=schedulers))
        for run in read.runs(1):
            path = self.folder / f"{run.stem}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(HEAD + "".join(
                f"2,wired,2,1,{scheduler},all,2,9,9,0,0,{latency},,0,{cost},1,,,\n"
                for scheduler, latency, cost in zip(schedulers, (3, 1, 2, 4), (6, 5, 4, 2))))
        self.assertEqual(list(markdown.summary_rows(results.Results(read, 1, self.folder)))[1],
                         ["four", "dads", "1.500", "0.500", "server-only", "0.500"])

    def test_a_joint_choice_is_no_rival(self):
        choices = ["fastest", "joint", "dds", "nearest"]
        read = self.read(experiment(tool="choices", schedulers=None, choices=choices))
        head = HEAD.replace("\n", ",migrations,migrations_after_warmup\n")
        for run in read.runs(1):
            path = self.folder / f"{run.stem}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(head + "".join(
                f"2,wired,2,1,{choice},all,2,9,9,0,0,{latency},,0,{latency},1,,,,0.5,0\n"
                for choice, latency in zip(choices, (6, 1, 2, 3))))
        found = results.Results(read, 1, self.folder)
        self.assertEqual(list(markdown.summary_rows(found))[1],
                         ["four", "nearest", "1.500", "0.500", "nearest", "1.500"])
        self.assertEqual(markdown.extremes(found)[3], "0.500, 2")
        self.assertIn("## Changes of server per device, in the whole run\n\n"
                      "| devices | fastest | joint | dds | nearest |\n"
                      "| --- | ---: | ---: | ---: | ---: |\n| 2 | 0.50 | 0.50 | 0.50 | 0.50 |",
                      markdown.document(found, 1))

    def test_deadlines_met_are_shown_where_there_are_some(self):
        read = self.read(experiment())
        self.write(read, [(2.0, 1.0)])
        without = results.Results(read, 1, self.folder)
        self.assertFalse(without.has("deadlines_met"))
        self.assertNotIn("eadline", markdown.document(without, 1))
        for run in read.runs(1):
            path = self.folder / f"{run.stem}.csv"
            path.write_text(HEAD.replace("\n", ",deadlines_met,lateness_mean_s\n") + "".join(
                f"2,wired,2,1,{scheduler},all,2,9,9,0,0,1,,0,1,1,,,,{met},{late}\n"
                for scheduler, met, late in (("dads", 0.5, -0.0125), ("dds", 0.875, ""))))
        text = markdown.document(results.Results(read, 1, self.folder), 1)
        self.assertIn("## Deadlines met, %\n\n| devices | dads | dds |\n| --- | ---: | ---: |\n"
                      "| 2 | 50.0 | 87.5 |", text)
        self.assertIn("## Mean lateness, ms\n\n| devices | dads | dds |\n"
                      "| --- | ---: | ---: |\n| 2 | -12.5 | - |", text)

    def test_ways_are_told_apart_without_a_reference(self):
        read = self.read(experiment(tool="simulate", scenario="batches", options=None,
                                    schedulers=None, points={"2": {}},
                                    ways={"a": {"label": "of A"}, "b": {}}))
        path = self.folder / "runs/2/seed-1.csv"
        path.parent.mkdir(parents=True)
        path.write_text(HEAD.replace("\n", ",throughput_per_s,batch_size_mean\n")
                        + "2,fluid,2,1,a,all,2,9,9,0,0,1,,0,1,1,,,,12.5,\n"
                        + "2,fluid,2,1,b,all,2,9,9,0,0,2,,0,2,1,,,,25,3.5\n")
        found = results.Results(read, 1, self.folder)
        for text in (markdown.summary(found), markdown.document(found, 1)):
            self.assertIn("## Mean latency, ms\n\n| devices | of A | b |\n| --- | ---: | ---: |\n"
                          "| 2 | 1000.0 | 2000.0 |", text)
            self.assertIn("## Results per second\n\n| devices | of A | b |\n"
                          "| --- | ---: | ---: |\n| 2 | 12.5 | 25.0 |", text)
            self.assertIn("## Jobs in the batch of a job\n\n| devices | of A | b |\n"
                          "| --- | ---: | ---: |\n| 2 | - | 3.50 |", text)
            self.assertNotIn("latency of dds", text)

    def test_csv(self):
        read = self.read(experiment())
        self.write(read, [(2.0, 1.0), (6.0, 4.0)])
        path = self.folder / "table.csv"
        results.Results(read, 2, self.folder).write_csv(path)
        lines = path.read_text().splitlines()
        self.assertEqual(lines[0], "family,point,class,scheduler,measure,mean,ci95,samples,"
                         "missing_runs")
        self.assertIn(",2,all,dads,latency_mean_s,4.0,", "\n".join(lines))

    def test_analytic_scenarios_are_the_samples(self):
        read = self.read(experiment(tool="analytic", schedulers=["dads", "optimum", "dds"],
                                    options={"scenarios": 2}))
        # no scenario is drawn twice
        self.assertEqual([read.first_number(run) for run in read.runs(3)], [1, 1, 3, 3, 5, 5])
        rows = ("point,devices,scenario,scheduler,latency_mean_s,latency_sum_s,cost_mean_s,"
                "dual_bound_cost_sum_s,latency_max_s,speedup_jain,load,offloading,max_regret\n"
                "2,2,0,dads,3,6,3.5,6,4,1,1,2,\n"
                "2,2,0,optimum,1,2,1.75,,4,1,1,2,\n"
                "2,2,0,dds,1.5,3,2,3.9,4,1,1,2,0\n"
                "2,2,1,dads,1,2,1,,4,1,1,2,\n"
                "2,2,1,optimum,1,2,1,,4,1,1,2,\n"
                "2,2,1,dds,2,4,2,4,4,1,1,2,0\n")
        path = self.folder / "runs/2/seed-1.csv"
        path.parent.mkdir(parents=True)
        path.write_text(rows)
        found = results.Results(read, 1, self.folder)
        self.assertEqual(found.get("", "2", "dads", "latency_ratio"),
                         student.estimate([2.0, 0.5]))
        self.assertEqual(found.get("", "2", "dads", "cost_lost_percent").mean, 50)
        self.assertEqual(found.get("", "2", "dds", "cost_lost_percent").mean, 0)
        self.assertEqual(found.get("", "2", "dds", "latency_anarchy"),
                         student.estimate([1.5, 2.0]))
        self.assertEqual(found.get("", "2", "dds", "cost_anarchy"),
                         student.estimate([4 / 3.9, 1.0]))


class Documents(WithFolder):
    """What ./surgery results writes, and what it leaves."""

    def setUp(self):
        super().setUp()
        self.document = self.folder / "doc" / "results.md"
        self.document.parent.mkdir()
        self.document.write_text("before\n<!-- results: summary -->\n| [mine](old) | kept |\n"
                                 "| [smoke](old) | replaced |\n<!-- end -->\nbetween\n"
                                 "<!-- results: smoke -->\nold text\n<!-- end -->\n"
                                 "<!-- results: mine -->\nold text of mine\n<!-- end -->\nafter\n")

    def make(self, name):
        """Results in which dads takes twice as long as dds."""
        bundled = data_file.read(data_file.bundled(name))
        for run in bundled.runs(2):
            path = self.folder / name / f"{run.stem}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(HEAD + "".join(
                f"{run.point.name},wired,2,{run.seed},{scheduler},all,2,9,9,0,0,{latency},,0,"
                f"{latency},1,,,\n" for scheduler, latency in (("dads", 2), ("dds", 1))))
        for plot in document.PLOTS:
            (self.folder / name / f"{plot}.png").write_bytes(b"plot")
        (self.folder / name / "origin.json").write_text(json.dumps(
            {"command": "the command", "seeds": 2, "machine": "a machine", "commit": "c0ffee"}))

    def test_fills_between_the_marks_alone(self):
        self.make("smoke")
        filled = document.Report(self.document, self.folder)
        self.assertTrue(filled.load("smoke"))
        self.assertFalse(filled.load("mine"))
        filled.fill(["smoke"])
        text = self.document.read_text()
        for kept in ("before\n", "\nbetween\n", "\nold text of mine\n", "\nafter\n",
                     "| [mine](old) | kept |\n"):
            self.assertIn(kept, text)
        self.assertNotIn("old text\n", text)
        self.assertIn("`the command` on a machine; commit c0ffee.", text)
        self.assertRegex(text, r"\| \[smoke\]\(results/smoke\.md\) \| Devices \(\d+ points\) \| 2\.000, dads, .* "
                               r"\| 2\.000, dads, .* \| - \| 2\.000, dads, .* \|")
        beside = self.folder / "doc" / "results"
        self.assertEqual((beside / "smoke-cost-ratio.png").read_bytes(), b"plot")
        self.assertIn("## Mean latency, ms", (beside / "smoke.md").read_text())
        filled = document.Report(self.document, self.folder)
        filled.load("smoke")
        filled.fill(["smoke"])
        self.assertEqual(self.document.read_text(), text)


class Programs(unittest.TestCase):
    """The bundled data files are for the programs of this build."""

    SHORT = {"compare": ["--time=1ms", "--warmup=0s"], "choices": ["--time=1ms", "--warmup=0s"],
             "analytic": ["--scenarios=1"], "testbed": ["--until=0.5"], "scaling": ["--time=1ms"]}

    def test_profiles_exist(self):
        """Devices load theirs when they start, which the short runs below do not reach."""
        for name in data_file.known():
            for run in data_file.read(data_file.bundled(name)).runs(1):
                for option, kind in (("dnns", "dnn"), ("processors", "processor")):
                    for word in filter(None, run.options.get(option, "").split(",")):
                        profile = paths.PROFILES / kind / f"{word.partition('*')[0]}.json"
                        self.assertTrue(profile.is_file(), f"{name}: {profile}")

    def test_accept_every_point(self):
        for name in data_file.known():
            read = data_file.read(data_file.bundled(name))
            for run in read.runs(1):
                program = BUILD / "examples" / read.program
                commands = (read.checks(program, run) if read.scenario
                            else [[program, *read.arguments(run), *self.SHORT[read.tool]]])
                for command in commands:
                    with self.subTest(experiment=name, run=run.describe(), command=command):
                        self.check_accepted(command, run)

    def check_accepted(self, command, run):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if run.options.get("validation") == "power":
            # all its options are accepted but the one that shortens it
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
            self.assertIn("known of all of it only", done.stderr)
        else:
            self.assertEqual(done.returncode, 0, done.stderr)


class Progress(unittest.TestCase):
    """The line with the time left."""

    def test_durations(self):
        for seconds, text in ((0.4, "0 s"), (59.4, "59 s"), (200, "3 min 20 s"),
                              (7500, "2 h 5 min")):
            self.assertEqual(progress.duration(seconds), text)

    def test_time_left(self):
        now = [0.0]
        stream = io.StringIO()
        shown = progress.Progress(stream, "mine", 2, lambda: now[0])
        shown.handle({"level": "run_info", "msg": "job count\nall 1\nrun      6     1\ntotal 7"})

        def job(number, stem, seconds, level="job_finished"):
            shown.handle({"level": "job_info", "name": "run", "jobid": number,
                          "wildcards": {"stem": stem}})
            now[0] += seconds
            shown.handle({"level": level, "jobid": number, "log": [stem + ".log"]})

        job(1, "runs/2/seed-1", 2)
        self.assertEqual(shown.text(), "surgery: mine: 1 of 6 runs, about 5 s left")
        job(2, "runs/2/seed-2", 2)
        job(3, "runs/9/seed-1", 40)
        # (2 + 40) / 2 s each, two at once
        self.assertEqual(shown.text(), "surgery: mine: 3 of 6 runs, about 32 s left")
        job(4, "runs/9/seed-2", 1, "job_error")
        self.assertEqual(shown.text(), "surgery: mine: 3 of 6 runs, 1 failed, about 21 s left")
        shown.handle({"level": "job_finished", "jobid": 77})
        self.assertTrue(stream.getvalue().startswith("surgery: mine: 0 of 6 runs\n"))
        self.assertIn("a run failed: runs/9/seed-2.log\n", stream.getvalue())
        self.assertNotIn("\r", stream.getvalue())


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1))
    unittest.main()

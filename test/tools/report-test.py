#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests the page that shows the results of a run.

usage: report-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility. Needs Jinja2; without it: exit code 77.
"""

import csv
import fcntl
import functools
import html.parser
import json
import math
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time

from report_case import REPORT, ReportCase, main, run
from surgery import paths
from surgery.quantile import quantile
from surgery.tables.run import Run

FIGURES = {"latency-0", "latency-time", "breakdown", "drops", "market-0", "shares-0", "dnns-0",
           "allcuts-0", "cutrate-0", "cuts-0", "game-0", "map-0"}


class Outline(html.parser.HTMLParser):
    """Checks that tags nest, and collects what a page asks for."""

    VOID = {"meta", "link", "br", "hr", "img", "input"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.addresses, self.problems = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name in ("src", "href", "xlink:href", "action", "data"):
                self.addresses.append(value)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()}")


class Report(ReportCase):
    SCHEDULERS = "dds,local-only,server-only"

    def check_page(self, page):
        outline = Outline(page)
        self.assertEqual(outline.problems, [])
        self.assertEqual(outline.open, [])
        self.assertEqual(len(outline.ids), len(set(outline.ids)))
        # an empty icon, so that browsers do not look for one
        self.assertEqual(outline.addresses, ["data:,"])
        found = re.search(r"https?:|url\(|@import|fetch\(|\bnan\b|\binf\b", page)
        self.assertIsNone(found)
        return set(outline.ids)

    def test_page_stands_alone_and_has_all_figures(self):
        self.assertLessEqual(FIGURES, self.check_page(self.page))
        self.assertLess(len(self.page), 2e6)

    def test_page_says_what_the_demo_said(self):
        said = re.search(r"^dds: mean latency ([0-9.]+) ms", self.printed, re.MULTILINE)
        shown = re.search(r"<strong>dds</strong>: mean latency ([0-9.]+) ms", self.page)
        self.assertAlmostEqual(float(said.group(1)) / float(shown.group(1)), 1, delta=0.01)
        names = re.findall(r'<tr><th scope="row">([a-z-]+)</th><td>[0-9.]+ ms', self.page)
        self.assertEqual(names, ["dds", "local-only", "server-only"])
        with open(os.path.join(self.folder, "dds", "inferences.csv"), newline="",
                  encoding="utf-8") as file:
            outcomes = [row["outcome"] for row in csv.DictReader(file)]
        self.assertIn(f"<td>{len(outcomes)}</td><td>{outcomes.count('completed')}</td>"
                      f"<td>{outcomes.count('dropped')}</td>", self.page)

    def test_percentiles_are_those_that_the_demo_printed(self):
        dds = Run(os.path.join(self.folder, "dds"))
        table = [re.split(r" {2,}", line.strip()) for line in self.printed.splitlines()
                 if re.match(r" *[0-9]+  ", line)]
        printed = {int(cells[0]): float(cells[8]) for cells in table if cells[0].isdigit()}
        self.assertEqual(sorted(printed), dds.devices)
        for device, value in printed.items():
            latencies = sorted(row.latency for row in dds.completed() if row.device == device)
            self.assertAlmostEqual(1e3 * quantile(latencies, 0.95), value, delta=0.0501)
        latencies = sorted(row.latency for row in dds.completed())
        cells = re.search(r'<th scope="row">dds</th>(.*)</tr>', self.page).group(1)
        shown = [float(text) for text in re.findall(r"<td>([0-9.]+) ms</td>", cells)]
        for value, at in zip(shown[1:], (0.5, 0.95)):
            self.assertAlmostEqual(value / (1e3 * quantile(latencies, at)), 1, delta=0.005)

    def test_percentiles_are_by_nearest_rank(self):
        values = list(range(1, 101))
        for at, value in ((0, 1), (0.001, 1), (0.5, 50), (0.55, 55), (0.551, 56), (0.95, 95),
                          (1, 100)):
            self.assertEqual(quantile(values, at), value)
        self.assertEqual(quantile([7], 0.95), 7)
        self.assertEqual(quantile([1, 2, 907.8], 0.95), 907.8)
        self.assertTrue(math.isnan(quantile([], 0.5)))
        self.assertRaises(ValueError, quantile, values, 1.01)

    def test_other_version_is_refused(self):
        def edit(folder, version):
            path = os.path.join(folder, "provenance.json")
            with open(path, encoding="utf-8") as file:
                text = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace('"dnn-surgery/tables/2"', f'"{version}"'))

        def to_database(folder, version, name="tables.sqlite"):
            shutil.rmtree(folder)
            os.mkdir(folder)
            with sqlite3.connect(os.path.join(folder, name)) as database:
                database.execute("CREATE TABLE about (name, value)")
                database.execute("INSERT INTO about VALUES ('schema', ?)", (version,))

        makers = (edit, to_database, functools.partial(to_database, name="traces.sqlite"))
        for i, make in enumerate(makers):
            for version in ("dnn-surgery/traces/1", "dnn-surgery/tables/3"):
                folder = os.path.join(self.scratch.name, f"version-{i}-{version[-1]}")
                shutil.copytree(os.path.join(self.folder, "dds"), folder)
                make(folder, version)
                done = run(*REPORT, folder)
                self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
                for word in (version, "dnn-surgery/tables/2", "run it again"):
                    self.assertIn(word, done.stderr)
                self.assertFalse(os.path.exists(os.path.join(folder, "report.html")))

    def test_same_files_make_the_same_page(self):
        self.assertEqual(self.make(self.folder), self.page)

    def test_database_makes_the_page_of_the_csv_files(self):
        folder = os.path.join(self.scratch.name, "database")
        done = run(self.DEMO, f"--out={folder}", "--time=6s", "--devices=6", "--pcap=false",
                   "--schedulers=dds,local-only,server-only", "--tables=sqlite")
        if "without SQLite" in done.stderr:
            self.skipTest("a build without SQLite")
        page = self.make(folder)
        self.check_page(page)
        # but for its title and the command line
        page = page.replace(" --tables=sqlite", "").replace(folder, self.folder)
        self.assertEqual(page.replace("DNN surgery: database", "DNN surgery: results"), self.page)

    def test_what_cannot_be_told_apart(self):
        folder = os.path.join(self.scratch.name, "both")
        shutil.copytree(os.path.join(self.folder, "dds"), folder)
        with sqlite3.connect(os.path.join(folder, "tables.sqlite")) as database:
            database.execute("CREATE TABLE about AS SELECT 'schema' AS name, "
                             "'dnn-surgery/tables/2' AS value")
        done = run(*REPORT, folder)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
        self.assertIn("remove one of them", done.stderr)
        os.remove(os.path.join(folder, "inferences.csv"))
        with open(os.path.join(folder, "tables.sqlite"), "w", encoding="ascii") as file:
            file.write("no database, but long enough to be looked at" * 100)
        done = run(*REPORT, folder)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
        self.assertIn("tables.sqlite: file is not a database", done.stderr)

    def test_part_of_the_files_is_enough(self):
        folder = os.path.join(self.scratch.name, "part")
        shutil.copytree(os.path.join(self.folder, "dds"), folder)
        for name in ("grants.csv", "links.csv", "positions.csv", "schedule.csv", "cuts.csv"):
            os.remove(os.path.join(folder, name))
            self.check_page(self.make(folder))
        os.remove(os.path.join(folder, "provenance.json"))
        self.assertLessEqual({"latency-0", "breakdown", "drops"},
                             self.check_page(self.make(folder)))
        path = os.path.join(folder, "inferences.csv")
        with open(path, encoding="utf-8") as file:
            title = file.readline()
        with open(path, "w", encoding="utf-8") as file:
            file.write(title)
        self.check_page(self.make(folder))

    def check_refusal(self, folder, says):
        """One line, and no page."""
        done = run(*REPORT, folder)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1),
                         done.stderr)
        self.assertIn(says, done.stderr)
        self.assertFalse(os.path.exists(os.path.join(folder, "report.html")))

    def test_run_that_was_broken_off(self):
        """Its tables may end within a row, those of a run that ended may not."""
        folder = os.path.join(self.scratch.name, "broken-off")
        for name in ("inferences", "schedule", "grants", "links", "positions"):
            shutil.copytree(os.path.join(self.folder, "dds"), folder, dirs_exist_ok=True)
            path = os.path.join(folder, f"{name}.csv")
            status = os.path.join(folder, "status.json")
            with open(path, "rb") as file:
                count = file.read().count(b"\n")
            with open(status, encoding="utf-8") as file:
                text = file.read()
            for missing in (1, 7, 20):
                os.truncate(path, os.path.getsize(path) - missing)
                self.check_refusal(folder, f"{name}.csv: line {count}: has no end: the file is cut")
                with open(status, "w", encoding="utf-8") as file:
                    file.write(text.replace('"ended"', '"cut off"'))
                self.check_page(self.make(folder))
                os.remove(os.path.join(folder, "report.html"))
                shutil.copyfile(os.path.join(self.folder, "dds", f"{name}.csv"), path)
                with open(status, "w", encoding="utf-8") as file:
                    file.write(text)
            os.truncate(path, 0)
            self.check_refusal(folder, f"{name}.csv: is empty: it does not even name its columns")
            with open(status, "w", encoding="utf-8") as file:
                file.write(text.replace('"ended"', '"cut off"'))
            self.make(folder)
            os.remove(os.path.join(folder, "report.html"))

    def test_rows_that_are_wrong(self):
        """The file, the line and the column are named."""
        folder = os.path.join(self.scratch.name, "wrong-rows")
        shutil.copytree(os.path.join(self.folder, "dds"), folder)
        for name, column, value, says in (
                ("inferences", "id", "abc", "must be a whole number, not 'abc'"),
                ("inferences", "id", "", "must be a whole number, not ''"),
                ("inferences", "device", "-1", "must be a whole number, not '-1'"),
                ("inferences", "device", "1.5", "must be a whole number, not '1.5'"),
                ("inferences", "created_ns", "soon", "must be a whole number of ns, not 'soon'"),
                ("inferences", "created_ns", "", "must be a whole number of ns, not ''"),
                ("inferences", "server_end_ns", "1e", "must be a whole number of ns, not '1e'"),
                ("inferences", "share", "half", "must be a number, not 'half'"),
                ("inferences", "outcome", "lost", "must be one of completed, dropped, in-flight"),
                ("schedule", "load", "x", "must be a number, not 'x'"),
                ("schedule", "rounds", "many", "must be a whole number, not 'many'"),
                ("grants", "server", "x", "must be a whole number, not 'x'"),
                ("grants", "uplink_bps", "fast", "must be a number, not 'fast'"),
                ("links", "time_ns", "", "must be a whole number of ns, not ''"),
                ("positions", "x_m", "x", "must be a number, not 'x'")):
            with self.subTest(name=name, column=column, value=value):
                path = os.path.join(folder, f"{name}.csv")
                with open(path, newline="", encoding="utf-8") as file:
                    rows = list(csv.DictReader(file))
                rows[6][column] = value
                with open(path, "w", newline="", encoding="utf-8") as file:
                    writer = csv.DictWriter(file, rows[0])
                    writer.writeheader()
                    writer.writerows(rows)
                self.check_refusal(folder, f"{path}: line 8: {column}: {says}")
                shutil.copyfile(os.path.join(self.folder, "dds", f"{name}.csv"), path)
        path = os.path.join(folder, "inferences.csv")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        lines = text.splitlines()
        end = lines[0].split(",").index("result_received_ns")
        at = next(i for i, line in enumerate(lines) if ",completed," in line)
        fields = lines[at].split(",")
        for line, says in ((",".join(fields[:-1]), f"has {len(fields) - 1} fields, not {len(fields)}"),
                           (lines[at] + ",", f"has {len(fields) + 1} fields, not {len(fields)}"),
                           ("junk", f"has 1 fields, not {len(fields)}"),
                           (",".join([*fields[:end], "", *fields[end + 1:]]),
                            "is completed, but lacks an instant")):
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join([*lines[:at], line, *lines[at + 1:], ""]))
            self.check_refusal(folder, f"{path}: line {at + 1}: {says}")

    def test_run_that_was_killed(self):
        folder = os.path.join(self.scratch.name, "killed")
        database = os.path.join(folder, "dds", "tables.sqlite")
        with subprocess.Popen([self.DEMO, f"--out={folder}", "--time=1h", "--network=wired",
                               "--pcap=false", "--schedulers=dds", "--tables=sqlite"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True) as process:
            is_within = False  # a transaction, after some that ended
            while process.poll() is None and not is_within:
                process.send_signal(signal.SIGCONT)
                time.sleep(0.05)
                process.send_signal(signal.SIGSTOP)
                is_within = (os.path.exists(f"{database}-journal")
                             and os.path.getsize(f"{database}-journal") > 0
                             and os.path.getsize(database) > 200000)
            process.kill()
            if "without SQLite" in process.stderr.read():
                self.skipTest("a build without SQLite")
        self.assertTrue(is_within)
        page = self.make(folder)
        self.assertIn("breakdown", self.check_page(page))
        self.assertRegex(page, r"cut off at [0-9.e+]+ of 3600 s \(killed")

    def test_run_that_was_cut_off_marks_all_means(self):
        folder = os.path.join(self.scratch.name, "cut-off")
        shutil.copytree(self.folder, folder)
        path = os.path.join(folder, "dds", "status.json")
        with open(path, encoding="utf-8") as file:
            status = file.read()
        self.assertIn('"ended"', status)
        self.assertNotIn("cut off", self.make(folder))
        shutil.copyfile(path, os.path.join(folder, "local-only", "status.json"))
        for state, text in (("running", "cut off at 6.001 of 6 s (killed"),
                            ("cut off", "cut off at 6.001 of 6 s (")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(status.replace('"ended"', f'"{state}"'))
            page = self.make(folder)
            self.check_page(page)
            self.assertIn(f"dds*: {text}", page)
            self.assertNotIn("6 s simulated", page)
            rows = re.findall(r'<tr><th scope="row">([\w*-]+)</th>(<td>.*?)</tr>',
                              page.partition("</table>")[0])
            self.assertEqual([name for name, _ in rows], ["dds*", "local-only", "server-only"])
            self.assertRegex(rows[0][1], r"^<td>[\d.]+ ms\*</td>")
            self.assertRegex(rows[1][1], r"^<td>[\d.]+ ms</td><td>[\d.]+\*</td>")
            self.assertRegex(page, r"<strong>dds\*</strong>: mean latency [\d.]+ ms\*,")
        # one that is under way holds the lock
        with open(path, "r+", encoding="utf-8") as file:
            file.write(status.replace('"ended"', '"running"'))
            file.flush()
            fcntl.flock(file, fcntl.LOCK_EX)
            self.assertIn("dds*: still running, at 6.001 of 6 s", self.make(folder))
        for broken in ("", "[]", '{"schema": "dnn-surgery/status/2", "simulated_ns": 1}'):
            with open(path, "w", encoding="utf-8") as file:
                file.write(broken)
            done = run(*REPORT, folder)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, "^surgery: report: .*status.json: .*\n$")

    def test_names_that_are_no_utf8(self):
        folder = os.fsencode(self.scratch.name) + b"/no\xffutf8"
        profile = folder + b"/a\xff.json"
        os.mkdir(folder)
        shutil.copyfile(paths.PROFILES / "dnn" / "alexnet.json", profile)
        for name in ("csv", "sqlite"):
            out = folder + b"/" + name.encode()
            done = subprocess.run([self.DEMO, b"--out=" + out, "--time=2s", "--devices=2",
                                   "--pcap=false", "--schedulers=dds", f"--tables={name}",
                                   b"--dnns=" + profile], capture_output=True, check=False,
                                  timeout=300)
            if b"without SQLite" in done.stderr:
                continue
            self.assertEqual(done.returncode, 0, done.stderr)
            done = subprocess.run([*REPORT, out], capture_output=True, check=False, timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(out + b"/report.html", encoding="utf-8") as file:
                page = file.read()
            self.check_page(page)
            self.assertIn("/a\N{REPLACEMENT CHARACTER}.json", page)

    def test_names_are_no_markup(self):
        folder = os.path.join(self.scratch.name, "names")
        shutil.copytree(os.path.join(self.folder, "dds"), folder)
        path = os.path.join(folder, "provenance.json")
        with open(path, encoding="utf-8") as file:
            provenance = json.load(file)
        provenance["settings"]["scheduler"] = "<script>alert('\"&')</script>"
        with open(path, "w", encoding="utf-8") as file:
            json.dump(provenance, file)
        page = self.make(folder)
        self.check_page(page)
        self.assertEqual(page.count("<script>"), 1)

    def test_runs_are_in_the_order_of_the_command_line(self):
        folder = os.path.join(self.scratch.name, "order")
        names = ["server-only", "dds[CutHysteresis=0,X=1]", "dds"]
        for i, name in enumerate(reversed(names)):
            run_folder = os.path.join(folder, str(i))
            shutil.copytree(os.path.join(self.folder, "dds"), run_folder)
            path = os.path.join(run_folder, "provenance.json")
            with open(path, encoding="utf-8") as file:
                provenance = json.load(file)
            provenance["settings"]["scheduler"] = name
            provenance["command_line"] = ["demo", "--schedulers=" + ",".join(names)]
            with open(path, "w", encoding="utf-8") as file:
                json.dump(provenance, file)
        shown = re.findall(r'data-show="run-[0-9]" [^>]*>([^<]+)<', self.make(folder))
        self.assertEqual(shown, names)

    def test_several_folders(self):
        """All runs on one page; what is alike has the names of folders."""
        other = os.path.join(self.scratch.name, "other")
        done = run(self.DEMO, f"--out={other}", *self.OPTIONS, "--pcap=false", "--RngRun=2",
                   "--schedulers=dds")
        self.assertEqual(done.returncode, 0)
        path = os.path.join(self.scratch.name, "page.html")
        # the same run twice counts once
        done = run(*REPORT, self.folder, other, os.path.join(other, "dds"), f"--output={path}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(path, encoding="utf-8") as file:
            page = file.read()
        self.check_page(page)
        names = ["results:dds", "results:local-only", "results:server-only", "other:dds"]
        self.assertEqual(re.findall(r'<tr><th scope="row">([a-z:-]+)</th><td>[0-9.]+ ms', page), names)
        self.assertIn("Not alike: run.", page)
        columns = re.findall(r"<th scope=\"col\">mean latency: ([^<]*)</th>", page)
        self.assertEqual(columns, names)
        self.assertFalse(os.path.exists(os.path.join(other, "report.html")))
        # one folder, and one of it: the schedulers' names are enough
        done = run(*REPORT, os.path.join(self.folder, "dds"), os.path.join(self.folder, "local-only"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(os.path.join(self.folder, "dds", "comparison.html"), encoding="utf-8") as file:
            self.assertEqual(re.findall(r'<tr><th scope="row">([a-z:-]+)</th><td>[0-9.]+ ms',
                                        file.read()), ["dds", "local-only"])
        os.remove(os.path.join(self.folder, "dds", "comparison.html"))

    def test_devices_are_shown_at_once(self):
        self.assertIn("<details open data-print><summary>Devices</summary>", self.page)
        rows = re.findall(r'<tr><th scope="row">(\d+)</th>(.*)</tr>', self.page)
        runs = [Run(os.path.join(self.folder, name)) for name in self.SCHEDULERS.split(",")]
        self.assertEqual([int(device) for device, _ in rows], runs[0].devices)
        for device, cells in rows:
            shown = re.findall(r"<td>([0-9.]+) ms</td>", cells)
            for one, text in zip(runs, shown, strict=True):
                own = [row.latency for row in one.completed() if row.device == int(device)]
                self.assertAlmostEqual(1e-3 * float(text) / (sum(own) / len(own)), 1, delta=0.01)

    def test_drops_and_other_runs_are_told(self):
        folder = os.path.join(self.scratch.name, "drops")
        shutil.copytree(self.folder, folder)
        path = os.path.join(folder, "dds", "inferences.csv")
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows[:3]:
            row.update(outcome="dropped", reason="timeout")
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        page = self.make(folder)
        self.assertIn("3 inferences were dropped.", page)
        self.assertIn("dropped: timeout", page)
        self.assertNotIn("differ in more than their scheduler", page)
        path = os.path.join(folder, "local-only", "provenance.json")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace('"run": 1', '"run": 2'))
        self.assertIn("differ in more than their scheduler", self.make(folder))

    def test_page_that_cannot_be_written(self):
        old = os.path.join(self.scratch.name, "old.html")
        with open(old, "w", encoding="ascii") as file:
            file.write("old")
        script = f"ulimit -f 8; exec {REPORT[0]} report {self.folder} --output={old}"
        done = run("sh", "-c", script)
        self.assertEqual((done.returncode, done.stderr),
                         (1, f"surgery: {old}: cannot be written: File too large\n"))
        with open(old, encoding="ascii") as file:
            self.assertEqual(file.read(), "old")
        nowhere = os.path.join(self.scratch.name, "no", "page.html")
        done = run(*REPORT, self.folder, f"--output={nowhere}")
        self.assertEqual((done.returncode, done.stderr),
                         (1, f"surgery: {nowhere}: cannot be written: No such file or directory\n"))

    def test_what_is_no_result(self):
        empty = os.path.join(self.scratch.name, "empty")
        os.mkdir(empty)
        broken = os.path.join(self.scratch.name, "broken")
        os.mkdir(broken)
        with open(os.path.join(broken, "inferences.csv"), "w", encoding="utf-8") as file:
            file.write("a,b\n1,2\n")
        odd = {}
        for name, text, says in (("grants", "a,b\n1,2\n", "grants.csv: has no column device"),
                                 ("cuts", "time_ns,device,new_cut\n1,x,local\n",
                                  "cuts.csv: line 2: device: must be a whole number, not 'x'"),
                                 ("grants",
                                  "time_ns,device,server,share,uplink_bps\n,1,2,0.5,1e6\n",
                                  "grants.csv: line 2: time_ns: must be a whole number of ns")):
            odd[says] = os.path.join(self.scratch.name, f"odd-{len(odd)}")
            shutil.copytree(os.path.join(self.folder, "dds"), odd[says])
            with open(os.path.join(odd[says], f"{name}.csv"), "w", encoding="utf-8") as file:
                file.write(text)
        for folder, says in (*((folder, says) for says, folder in odd.items()),
                             (empty, "has an inferences.csv"), (broken, "no table of inferences"),
                             (os.path.join(empty, "nothing"), "there is no such folder")):
            done = run(*REPORT, folder)
            self.assertEqual(done.returncode, 2)
            self.assertIn(says, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that what a capture shows is what the table says, and that differences are found.

usage: capture-check-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility. Needs tshark; without it: exit code 77.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections import Counter

from surgery import capture_check, paths

SURGERY = str(paths.ROOT / "surgery")
NO_TABLE = str(paths.ROOT / "README.md")
MALFORMED = "surgery.malformed || _ws.malformed"
DEMO = ""


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)


def read_rows(folder):
    """The table of inferences."""
    with open(os.path.join(folder, "inferences.csv"), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def is_on_server(row):
    """Whether the table says that the server completed it."""
    return row["outcome"] == "completed" and row["server_end_ns"] != ""


def check(*arguments):
    """Call the command."""
    return run(SURGERY, "capture-check", *arguments)


class CaptureCheck(unittest.TestCase):
    messages = None  # of the capture, once it was taken apart

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        # device 0 is away for a while, and comes back over new connections
        done = run(DEMO, f"--out={cls.scratch.name}", "--time=7s", "--devices=4",
                   "--schedulers=dds", "--away=2s+4s")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        cls.run_folder = os.path.join(cls.scratch.name, "dds")
        cls.capture = os.path.join(cls.run_folder, "server.pcap")
        cls.rows = read_rows(cls.run_folder)

    def check_rows(self, rows):
        """The differences between the capture and other rows, as text; tshark runs only once."""
        cls = type(self)
        if not cls.messages:
            cls.messages = capture_check.Capture(self.capture)
        differences = capture_check.compare(cls.messages, capture_check.by_inference(rows))
        return "\n".join(f"inference {inference}: {text}" for (_, inference), text in differences)

    def test_rows_of_other_servers_are_left_out(self):
        class Messages:
            """Of two inferences at server 3, one of which was moved to server 4 and ended there."""
            activations = {(1, 1): ["a"], (1, 2): ["b"], (9, 9): ["no row"]}
            results = {(1, 1): ["r"]}
            cancels = {(1, 2): ["c"]}
        rows = {(1, 1): {"server": "3"}, (1, 2): {"server": "4"}, (2, 1): {"server": "4"}}
        self.assertEqual(capture_check.keep_one_server(Messages, rows), {(1, 1): {"server": "3"}})
        self.assertEqual(set(Messages.activations), {(1, 1), (9, 9)})
        self.assertEqual(Messages.cancels, {})

    def test_capture_and_table_agree(self):
        done = check(self.run_folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        on_server = sum(is_on_server(row) for row in self.rows)
        self.assertGreater(on_server, 20)
        self.assertIn(f" RESULTs = {on_server} completed on the server + ", done.stdout)
        self.assertIn(f"\nAGREE: {len(self.rows)} rows\n", done.stdout)

    def test_same_word_same_number(self):
        # without the script: fields and columns of one name are joined as they are
        columns = ["device", "inference", "uplink_bytes"]
        done = run("tshark", "-n", "-X", f"lua_script:{paths.DISSECTOR}", "-r", self.capture, "-Y",
                   "surgery.type == 16", "-T", "fields", "-E", "separator=;",
                   *[word for name in columns for word in ("-e", f"surgery.{name}")])
        packets = {tuple(line.split(";")) for line in done.stdout.splitlines()}
        table = {(row["device"], row["id"], row["uplink_bytes"]) for row in self.rows
                 if is_on_server(row)}
        self.assertGreater(len(table), 20)
        self.assertEqual(table - packets, set())

    def test_capture_and_database_agree(self):
        out = os.path.join(self.scratch.name, "database")
        done = run(DEMO, f"--out={out}", "--time=3s", "--devices=3", "--schedulers=dds",
                   "--tables=sqlite")
        if "without SQLite" in done.stderr:
            self.skipTest("a build without SQLite")
        done = check(os.path.join(out, "dds"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, "RESULTs = [1-9][0-9]* completed")
        self.assertRegex(done.stdout, "AGREE: [1-9][0-9]* rows")

    def test_numbers_of_messages_over_ipv6_and_decentralized(self):
        for network, scheduler in (("wired[UseIpv6=true]", "dds"),
                                   ("wired[UseIpv6=true]", "decentralized-dds"),
                                   ("wifi", "decentralized-dds")):
            with self.subTest(network=network, scheduler=scheduler):
                self.check_numbers(network, scheduler)

    def check_numbers(self, network, scheduler):
        """That a run in which no connection breaks has as many messages as the table says."""
        with tempfile.TemporaryDirectory() as out:
            # ends while inferences are under way
            done = run(DEMO, f"--out={out}", f"--network={network}", f"--schedulers={scheduler}",
                       "--time=3s", "--devices=4", "--thinkTime=ns3::ConstantRandomVariable")
            self.assertEqual(done.returncode, 0, done.stderr)
            (folder,) = os.listdir(out)
            folder = os.path.join(out, folder)
            rows = read_rows(folder)
            done = check(folder)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            numbers = re.search(r"^(\d+) ACTIVATIONs = (\d+) attempts - (\d+) under way at the end "
                                r"- (\d+) lost with a connection\n(\d+) RESULTs = (\d+) completed "
                                r"on the server \+ (\d+) under way at the end \+ (\d+) repeated",
                                done.stdout, re.MULTILINE)
            self.assertIsNotNone(numbers, done.stdout)
            activations, attempts, unsent, lost, results, completed, answered, repeated = \
                map(int, numbers.groups())
            in_flight = sum(int(row["attempts"]) for row in rows if row["outcome"] == "in-flight")
            self.assertEqual((lost, repeated), (0, 0))
            self.assertEqual(attempts, sum(int(row["attempts"]) for row in rows))
            self.assertEqual(activations, attempts - unsent)
            self.assertEqual(completed, sum(map(is_on_server, rows)))
            self.assertEqual(results, completed + answered)
            self.assertGreater(completed, 20)
            self.assertLessEqual(max(unsent, answered), in_flight)
            # the same capture, counted without the command
            counted = self.count_messages(os.path.join(folder, "server.pcap"),
                                          6 if "UseIpv6" in network else 4)
            self.assertEqual((counted[16], counted[17]), (activations, results))

    def test_requests_that_time_out_are_canceled(self):
        with tempfile.TemporaryDirectory() as out:
            done = run(DEMO, f"--out={out}", "--network=wifi", "--schedulers=server-only", "--time=5s",
                       "--devices=6", "--ns3::surgery::InferenceClient::RequestTimeout=30ms")
            self.assertEqual(done.returncode, 0, done.stderr)
            folder = os.path.join(out, "server-only")
            done = check(folder)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            rows = capture_check.by_inference(read_rows(folder))
            capture = capture_check.Capture(os.path.join(folder, "server.pcap"))
            self.assertGreater(len(capture.cancels), 3)
            for key in capture.cancels:
                self.assertEqual(rows[key]["reason"], "timeout")
            # a RESULT and a CANCEL may cross
            self.assertLess(len(set(capture.cancels) & set(capture.results)), len(capture.cancels))
            key = next(iter(capture.cancels))
            for changed, says in (({**rows, key: {**rows[key], "outcome": "in-flight"}},
                                   "has a CANCEL, but is in flight by the table"),
                                  ({other: row for other, row in rows.items() if other != key},
                                   "has a CANCEL, but no row")):
                texts = [text for _, text in capture_check.compare(capture, changed)]
                self.assertIn(says, texts)
            del capture.activations[key]
            self.assertIn("has a CANCEL, but no ACTIVATION",
                          [text for _, text in capture_check.compare(capture, rows)])

    def count_messages(self, capture, ip_version):
        """How many messages of each type a capture has; none of them is malformed."""
        done = run("tshark", "-n", "-o", "tcp.reassemble_out_of_order:TRUE", "-X",
                   f"lua_script:{paths.DISSECTOR}", "-r", capture, "-Y", f"surgery || {MALFORMED}",
                   "-T", "fields", "-E", "separator=;", "-e", "ip.version", "-e", "ipv6.version",
                   "-e", "surgery.malformed", "-e", "_ws.malformed", "-e", "surgery.type")
        self.assertEqual(done.returncode, 0, done.stderr)
        types = Counter()
        for line in done.stdout.splitlines():
            old, new, *malformed, numbers = line.split(";")
            self.assertEqual(int(old or new), ip_version)
            self.assertEqual(malformed, ["", ""])
            types.update(map(int, numbers.split(",")))
        return types

    def test_any_difference_is_found(self):
        at = next(i for i, row in enumerate(self.rows) if row["server_end_ns"])
        changes = {
            "uplink_bytes": "12345",
            "downlink_bytes": "1",
            "server_start_ns": "17",
            "server_end_ns": "18",
            "last_byte_received_ns": "19",
            "cut": "local",
            "attempts": "0",
            "id": "999999",
            "device": "77",
        }
        for name, value in changes.items():
            changed = [dict(row) for row in self.rows]
            changed[at][name] = value
            self.assertNotEqual(self.check_rows(changed), "", name)
        others = self.rows[:at] + self.rows[at + 1:]
        self.assertIn("has an ACTIVATION, but no row", self.check_rows(others))
        self.assertIn("inference 999999: was sent by the table, but there is no ACTIVATION",
                      self.check_rows([*self.rows, {**self.rows[at], "id": "999999"}]))
        # another device's connections last
        other = next(row for row in self.rows if row["server_end_ns"] and row["device"] != "0")
        rows = [{**row, "attempts": "2"} if row is other else row for row in self.rows]
        self.assertIn("1 ACTIVATIONs, 2 attempts, and no connection broke", self.check_rows(rows))
        self.assertEqual(self.check_rows(self.rows), "")
        # as a user sees it
        path = os.path.join(self.scratch.name, "rows.csv")
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self.rows[0].keys())
            writer.writeheader()
            writer.writerows(others)
        done = check(self.capture, path)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"\nDIFFERENT: \d+ differences in \d+ rows\n$")

    def test_run_that_was_cut_off(self):
        folder = os.path.join(self.scratch.name, "cut-off")
        shutil.copytree(self.run_folder, folder)
        status = os.path.join(folder, "status.json")
        with open(status, encoding="utf-8") as file:
            text = file.read()
        # the capture ends within a packet, the table earlier or later than the capture
        size = os.path.getsize(self.capture)
        with open(os.path.join(self.run_folder, "inferences.csv"), encoding="utf-8") as file:
            lines = file.readlines()
        for part, count in ((0.4, len(lines)), (1, len(lines) // 2), (0.5, len(lines) // 2)):
            shutil.copyfile(self.capture, os.path.join(folder, "server.pcap"))
            os.truncate(os.path.join(folder, "server.pcap"), int(part * size) - 10)
            with open(os.path.join(folder, "inferences.csv"), "w", encoding="utf-8") as file:
                file.writelines(lines[:count])
            with open(status, "w", encoding="utf-8") as file:
                file.write(text)
            self.assertNotEqual(check(folder).returncode, 0)
            with open(status, "w", encoding="utf-8") as file:
                file.write(text.replace('"ended"', '"cut off"'))
            done = check(folder)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertRegex(done.stdout, r"\nAGREE: \d+ rows of a run that was cut off at 7.001 of 7 s")
            self.assertGreater(int(re.search(r"(\d+) rows", done.stdout)[1]), 5)

    def test_captures_that_lack_something(self):
        if not shutil.which("editcap"):
            self.skipTest("editcap is not installed")
        path = os.path.join(self.scratch.name, "lacking.pcap")
        late = "the start of TCP stream 0 is missing"
        for options, says in ((("-s", "200", self.capture, path), "packets that are cut short"),
                              (("-s", "60", self.capture, path), "packets that are cut short"),
                              (("-s", "20", self.capture, path), "packets that are cut short"),
                              (("-s", "1", self.capture, path), "packets that are cut short"),
                              (("-r", self.capture, path, "400-100000"), late),
                              (("-r", self.capture, path, "100-400"), late),
                              (("-r", self.capture, path, "1-400"), "it ends too early"),
                              ((self.capture, path, "50-60", "100", "200-220"), "packets are missing"),
                              ((self.capture, path, "300-330"), "packets are missing")):
            run("editcap", *options)
            done = check(path, os.path.join(self.run_folder, "inferences.csv"))
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
            self.assertIn(says, done.stderr)

    def check_refusal(self, says, *arguments):
        """One line, and nothing is compared."""
        done = check(*arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1),
                         done.stdout + done.stderr)
        self.assertIn(says, done.stderr)

    def test_captures_that_are_empty(self):
        path = os.path.join(self.scratch.name, "empty.pcap")
        with open(self.capture, "rb") as file:
            head = file.read(24)
        for content in (b"", head):
            with open(path, "wb") as file:
                file.write(content)
            self.check_refusal(f"{path}: is empty: has no packets", path,
                               os.path.join(self.run_folder, "inferences.csv"))

    def test_tables_that_lack_something(self):
        folder = os.path.join(self.scratch.name, "damaged")
        shutil.copytree(self.run_folder, folder)
        path = os.path.join(folder, "inferences.csv")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        count = text.count("\n")
        names, first, *_ = text.splitlines()
        fields = first.split(",")

        def change(column, value):
            row = dict(zip(names.split(","), fields), **{column: value})
            return text.replace(first, ",".join(row.values()), 1)

        for content, says in (
                (text + "junk\n", f"line {count + 1}: has 1 fields, not {len(fields)}"),
                (text + first + ",1\n", f"line {count + 1}: has {len(fields) + 1} fields, not"),
                (text[:-20], f"line {count}: has no end"), (text[:-1], f"line {count}: has no end"),
                ("", "is empty: it does not even name its columns"), (names + "\n", "has no rows"),
                (text.replace("outcome", "end", 1), "no table of inferences (it has no column outcome)"),
                (change("id", "abc"), "line 2: id: must be a whole number, not 'abc'"),
                (change("id", ""), "line 2: id: must be a whole number, not ''"),
                (change("device", "-1"), "line 2: device: must be a whole number, not '-1'"),
                (change("attempts", ""), "line 2: attempts: must be a whole number, not ''"),
                (change("uplink_bytes", "1.5"), "line 2: uplink_bytes: must be a whole number"),
                (change("server_end_ns", "x"), "line 2: server_end_ns: must be a whole number of ns"),
                (change("outcome", "lost"), "line 2: outcome: must be one of completed, dropped")):
            with self.subTest(says=says):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(content)
                self.check_refusal(f"{path}: {says}", folder)
                self.check_refusal(f"{path}: {says}", self.capture, path)
        os.remove(path)
        self.check_refusal(f"{path}: there is no such file", folder)
        self.check_refusal(f"{path}: cannot be read: No such file", self.capture, path)

    def test_what_cannot_be_compared(self):
        nothing = os.path.join(self.scratch.name, "nothing")
        for arguments, says in (((nothing,), "server.pcap: there is no such file"),
                                ((self.capture, self.capture), "is not a CSV file"),
                                ((self.capture, NO_TABLE), "README.md: line "),
                                ((NO_TABLE, os.path.join(self.run_folder, "inferences.csv")),
                                 "tshark failed")):
            done = check(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(says, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertEqual(check().returncode, 2)

    def test_installed_dissector_decodes_every_message(self):
        home = os.path.join(self.scratch.name, "home")
        os.mkdir(home)
        environment = {**os.environ, "HOME": home}
        environment.pop("XDG_CONFIG_HOME", None)
        done = run(SURGERY, "wireshark-install", env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        again = run(SURGERY, "wireshark-install", env=environment)
        self.assertEqual(again.returncode, 0, again.stderr)
        tshark = [shutil.which("tshark"), "-n", "-r", self.capture, "-T", "fields", "-e",
                  "surgery.type", "-Y"]
        decoded = run(*tshark, "surgery.type == 17", env=environment)
        results = sum(line.split(",").count("17") for line in decoded.stdout.splitlines())
        on_server = sum(bool(row["server_end_ns"]) for row in self.rows)
        self.assertGreaterEqual(results, on_server)
        malformed = run(*tshark, MALFORMED, env=environment)
        self.assertEqual(malformed.stdout, "", malformed.stderr)


if __name__ == "__main__":
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed")
        sys.exit(77)
    DEMO = sys.argv.pop(1)
    unittest.main()

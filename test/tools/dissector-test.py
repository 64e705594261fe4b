#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests that the code, doc/messages.md and Wireshark's dissector tell the same of every message.

usage: dissector-test.py LIST_MESSAGES [unittest's options]

LIST_MESSAGES is the path of dnn-surgery-messages, which prints what the structs tell of themselves.
The messages are built from the tables of the page, and written into captures of their own. The
dissector is the one that `./surgery wireshark-install` installs. Needs tshark; without it: exit
code 77.
"""

import itertools
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
SURGERY = os.path.join(ROOT, "surgery")
MESSAGES = os.path.join(ROOT, "doc", "messages.md")
KNOWN_PORT = 4600  # the dissector's own
OTHER_PORT = 4701
FIRST_PORT = 50000  # at the other end, of the first connection
COMMON = {"magic", "version", "type", "flags", "body_bytes", "payload_bytes", "payload", "layers",
          "on_device", "uplink_bytes", "downlink_bytes", "malformed", "cut_short", "no_start"}
# what a body has only if its cut has no layers
WITHOUT_LAYERS = {"next_share", "work", "result_bytes"}
# fields that travel only where they are used
WHERE_USED = {"host_message", "host_byte", "measures_host_work", "attendance", "leaving",
              "unpacking", "packing", "other_dnns", "other_input_bytes", "other_activation_bits",
              "penalties", "weights", "variant", "gap_variation", "wants_gaps",
              "posted_price"}
PAYLOADS = {"none": "none", "possible": "0 bytes or more", "required": "1 byte or more"}
WITH_PAYLOAD = {"ACTIVATION", "RESULT", "PROBE", "PROBE_REPLY"}
LAYERS = 11
FORMATS = {"u8": ">B", "u32": ">I", "u64": ">Q", "i64": ">q", "f64": ">d"}


LIST_MESSAGES = ""


def read_code():
    """Of each message its facts, and its fields as (kind, filter, unit, when it is there)."""
    done = subprocess.run([LIST_MESSAGES], capture_output=True, text=True, check=True, timeout=60)
    messages = {}
    for line in done.stdout.splitlines():
        what, *values = line.split(";")
        if what == "message":
            number, name, *facts = values
            messages[name] = (int(number), facts, [])
        else:
            messages[name][2].append(tuple(values))
    return messages


def read_types():
    """Of each message the row of the page's table of types: direction, connection, payload."""
    with open(MESSAGES, encoding="utf-8") as file:
        return {name: facts for name, *facts in re.findall(
            r"^\| \d+ \| ([A-Z_]+) \| (\w+) to [\w, ]+ \| (\w+)[^|]* \|[^|]+\| ([^|]+) \|$",
            file.read(), re.MULTILINE)}


def read_units():
    """What the page's tables say of unit and range, by message and filter."""
    with open(MESSAGES, encoding="utf-8") as file:
        sections = file.read().split("\n## ")[1:]
    return {(section.split("\n")[0], name): text for section in sections for name, text in
            re.findall(r"^\|[^|]+\| \w+ \|[^|]+\| `(\w+)` \|(.*)$", section, re.MULTILINE)}


def read_page():
    """Of each message its number, and its fields as (kind, filter)."""
    with open(MESSAGES, encoding="utf-8") as file:
        text = file.read()
    numbers = {name: int(number) for number, name in
               re.findall(r"^\| (\d+) \| ([A-Z_]+) \|", text, re.MULTILINE)}
    messages = {}
    for section in text.split("\n## ")[1:]:
        name = section.split("\n")[0]
        if name in numbers:
            messages[name] = (numbers[name], re.findall(
                r"^\|[^|]+\| (\w+) \|[^|]+\| `(\w+)` \|", section, re.MULTILINE))
    return messages


def encode(kind, number, has_layers):
    """A value of this kind that no other number has: its bytes, and as tshark prints it."""
    if kind == "text":
        text = f"name-{number}"
        return struct.pack(">H", len(text)) + text.encode(), text
    if kind == "texts":
        texts = [f"name-{number}", f"other-{number}"]
        return struct.pack(">H", 2) + b"".join(
            struct.pack(">H", len(text)) + text.encode() for text in texts), ",".join(texts)
    if kind == "list":
        values = [number + 0.25, number + 0.5]
        return struct.pack(">H2d", 2, *values), ",".join(map(str, values))
    if kind == "cut":
        bits = bytes((0xA5, 0x40))
        return (struct.pack(">I", LAYERS) + bits, bits.hex()) if has_layers else (bytes(4), "")
    value = number + 0.125 if kind == "f64" else number
    return struct.pack(FORMATS[kind], value), str(value)


def frame(number, body, payload):
    """A message with its preamble."""
    return b"DDS1" + struct.pack(">BBHII", 1, number, 0, len(body), len(payload)) + body + payload


def make_message(page, name, has_layers=True, payload=b""):
    """Its bytes, and what tshark is to print for each of its fields."""
    number, fields = page[name]
    body, expected = b"", {}
    for i, (kind, field) in enumerate(fields):
        if field not in WITHOUT_LAYERS or not has_layers:
            encoded, expected[field] = encode(kind, i + 1, has_layers)
            body += encoded
    shown = {field: value for field, value in expected.items() if value != ""}
    return frame(number, body, payload), shown


def write_capture(path, connections, snap=65535, missing=()):
    """A PCAP file of one direction of TCP connections that were open before: (port, segments).
    @param snap bytes of a packet that are kept @param missing numbers of segments that are left out"""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))  # raw IP
        for number, (port, segments) in enumerate(connections):
            sequence = 1
            for index, data in enumerate(segments):
                tcp = struct.pack(">HHIIBBHHH", FIRST_PORT + number, port, sequence, 1, 0x50, 0x18,
                                  65535, 0, 0)
                packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0,
                                     bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))) + tcp + data
                if index not in missing:
                    kept = packet[:snap]
                    file.write(struct.pack("<IIII", 0, 0, len(kept), len(packet)) + kept)
                sequence += len(data)


class Dissector(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.page = read_page()
        # tshark's -G knows no -X, so that only an installed dissector shows in it
        cls.environment = {**os.environ, "HOME": cls.scratch.name}
        cls.environment.pop("XDG_CONFIG_HOME", None)
        cls.run_there(SURGERY, "wireshark-install")

    @classmethod
    def run_there(cls, *command):
        """What a command prints that finds the dissector installed."""
        return subprocess.run(command, env=cls.environment, capture_output=True, text=True,
                              check=True, timeout=300).stdout

    def dissect(self, connections, names, **lacks):
        """Of each connection, what tshark prints for its packets with messages, by field.
        @param lacks as for write_capture"""
        path = os.path.join(self.scratch.name, "messages.pcap")
        write_capture(path, connections, **lacks)
        self.assertEqual(self.run_there("tshark", "-n", "-r", path, "-Y", "_ws.lua.error"), "")
        command = ["tshark", "-n", "-r", path, "-Y", "surgery", "-T", "fields",
                   "-E", "separator=;", "-e", "tcp.srcport"]
        for name in names:
            command += ["-e", f"surgery.{name}"]
        rows = [[] for _ in connections]
        for line in self.run_there(*command).splitlines():
            source, *values = line.split(";")
            rows[int(source) - FIRST_PORT].append(dict(zip(names, values)))
        return rows

    def all_messages(self):
        """Name, bytes and expected fields of each, those with a cut with and without layers."""
        for name, (_, fields) in self.page.items():
            has_cut = any(kind == "cut" for kind, _ in fields)
            for has_layers in ((True, False) if has_cut else (True,)):
                payload = b"tensors" if name in WITH_PAYLOAD else b""
                yield (name, *make_message(self.page, name, has_layers, payload))

    def short_messages(self):
        """The same of those with fields that travel only where they are used, without these."""
        for name, (number, fields) in self.page.items():
            others = [field for field in fields if field[1] not in WHERE_USED]
            if others != fields:
                payload = b"tensors" if name in WITH_PAYLOAD else b""
                yield (name, *make_message({name: (number, others)}, name, True, payload))

    def test_code_and_page_tell_the_same(self):
        code = read_code()
        self.assertEqual({name: (number, [field[:2] for field in fields])
                          for name, (number, _, fields) in code.items()}, self.page)
        types = read_types()
        self.assertEqual(set(types), set(code))
        units = read_units()
        for name, (_, (sender, role, payload), fields) in code.items():
            self.assertEqual(types[name], [sender, role, PAYLOADS[payload]], name)
            self.assertEqual(name in WITH_PAYLOAD, payload != "none", name)
            for _, field, unit, presence in fields:
                self.assertRegex(units[name, field], rf"^ {re.escape(unit)}([,; ]|$)" if unit
                                 else r"^(?! (s|ns|byte|bit|bit/s|1/s)[,; ])", (name, field))
                expected = ("where used" if field in WHERE_USED else
                            "without layers" if field in WITHOUT_LAYERS else "always")
                self.assertEqual(presence, expected, (name, field))

    def test_dissector_shows_the_units_of_the_code(self):
        titles = {field: title for title, field in re.findall(
            r"^F\t([^\t]*)\tsurgery\.(\w+)\t", self.run_there("tshark", "-G", "fields"),
            re.MULTILINE)}
        for name, (_, _, fields) in read_code().items():
            for _, field, unit, _ in fields:
                self.assertEqual(re.findall(r" \(([^)]*)\)$", titles[field]),
                                 [unit] if unit else [], (name, field))

    def test_every_field_of_every_message(self):
        names = sorted(COMMON | {field for _, fields in self.page.values() for _, field in fields})
        messages = [*self.all_messages(), *self.short_messages()]
        (rows,) = self.dissect([(OTHER_PORT, [data for _, data, _ in messages])], names)
        self.assertEqual(len(rows), len(messages))
        for (name, data, expected), row in zip(messages, rows):
            found = {field: value for field, value in row.items()
                     if value and field not in COMMON}
            self.assertEqual(found, expected, name)
            self.assertEqual(int(row["type"]), self.page[name][0])
            self.assertEqual(16 + int(row["body_bytes"]) + int(row["payload_bytes"]), len(data))
            self.assertEqual(row["malformed"], "", name)
            if "cut" in expected:
                self.assertEqual((row["layers"], row["on_device"]), (str(LAYERS), "5"))

    def test_page_names_all_fields(self):
        known = set(re.findall(r"\tsurgery\.(\w+)\t", self.run_there("tshark", "-G", "fields")))
        self.assertEqual(known, COMMON | {field for _, fields in self.page.values()
                                          for _, field in fields})

    def test_messages_split_at_any_byte(self):
        messages = list(self.all_messages())
        stream = b"".join(data for _, data, _ in messages)
        types = [str(self.page[name][0]) for name, _, _ in messages]
        # to another port, a connection is known by the 4 bytes that it begins with
        splits = [(OTHER_PORT, size) for size in (4, 5, 16, 17, 100, len(stream))]
        splits += [(KNOWN_PORT, size) for size in (1, 7)]
        connections = [(port, [stream[i:i + size] for i in range(0, len(stream), size)])
                       for port, size in splits]
        for split, rows in zip(splits, self.dissect(connections, ["type", "malformed"])):
            found = ",".join(row["type"] for row in rows if row["type"]).split(",")
            self.assertEqual(found, types, f"port, size of segments: {split}")
            self.assertFalse([row for row in rows if row["malformed"]], split)

    def test_other_protocols_are_left_alone(self):
        others = [(OTHER_PORT, [b"DDS2" + bytes(100)]), (80, [b"GET / HTTP/1.1"])]
        self.assertEqual(self.dissect(others, ["type"]), [[], []])

    def test_cut_packets_are_no_malformed_messages(self):
        large = make_message(self.page, "ACTIVATION", payload=bytes(5000))[0]
        small = make_message(self.page, "HELLO")[0]
        names = ["type", "attempt", "malformed", "cut_short", "no_start"]
        for snap in (41, 44, 56, 100, 240, 500):
            segments = [large[i:i + 1000] for i in range(0, len(large), 1000)]
            segments += [small, large[:1000], large[1000:], small]
            (rows,) = self.dissect([(KNOWN_PORT, segments)], names, snap=snap)
            self.assertFalse([row for row in rows if row["malformed"]], snap)
            self.assertTrue([row for row in rows if row["cut_short"]], snap)
            types = ",".join(row["type"] for row in rows if row["type"])
            # the preamble is there from 40 bytes of headers and 16 of its own on
            self.assertEqual(types.count("16"), 2 if snap >= 56 else 0, snap)
            if snap >= 240:
                self.assertEqual(types, "16,1,16,1", snap)
                self.assertEqual([row["attempt"] for row in rows if row["attempt"]], ["3", "3"])

    def test_messages_are_found_again_after_what_is_missing(self):
        messages = list(self.all_messages())
        stream = b"".join(data for _, data, _ in messages)
        types = [self.page[name][0] for name, _, _ in messages]
        names = ["type", "malformed", "no_start", "cut_short"]
        for size in (50, 117, 300):
            segments = [stream[i:i + size] for i in range(0, len(stream), size)]
            for missing in ((0,), (1,), (0, 1, 2)):
                (rows,) = self.dissect([(KNOWN_PORT, segments)], names, missing=missing)
                self.assertFalse([row for row in rows if row["malformed"]], (size, missing))
                found = [int(kind) for row in rows for kind in row["type"].split(",") if kind]
                # all that lie behind the missing bytes, but for one that was begun before
                end = (missing[-1] + 1) * size
                starts = [sum(len(data) for _, data, _ in messages[:i]) for i in range(len(types))]
                whole = [kind for kind, start in zip(types, starts) if start >= end + 16]
                self.assertEqual(found[len(found) - len(whole):], whole, (size, missing))
                if missing[0] == 0 and end not in starts and end < len(stream):
                    self.assertTrue([row for row in rows if row["no_start"]], (size, missing))
                    self.assertLessEqual(len(found), len(whole) + 1, (size, missing))

    def test_bytes_without_a_message(self):
        odd = {"magic": b"DDS2" + bytes(20), "one byte": b"x", "zeros": bytes(3000)}
        found = self.dissect([(KNOWN_PORT, [data]) for data in odd.values()], ["no_start", "type"])
        for what, rows in zip(odd, found):
            self.assertEqual(len(rows), 1, what)
            self.assertNotEqual(rows[0]["no_start"], "", what)
            self.assertEqual(rows[0]["type"], "", what)

    def check_marked(self, port, messages):
        """That each of these messages, by what is odd about it, is marked as malformed."""
        found = self.dissect([(port, [data]) for data in messages.values()], ["malformed"])
        for what, rows in zip(messages, found):
            self.assertEqual(len(rows), 1, what)
            self.assertNotEqual(rows[0]["malformed"], "", what)

    def test_malformed_messages_are_marked(self):
        messages = {}
        for i, (name, good, _) in enumerate(self.all_messages()):
            body = good[16:16 + struct.unpack(">I", good[8:12])[0]]
            payload = good[16 + len(body):]
            # the last two bytes may be fields that travel only where they are used
            odd = {"too long": body + b"x", "too short": body[:-3], "none": b""}
            for what, changed in odd.items():
                messages[f"{i}, {name}: {what}"] = \
                    good[:8] + struct.pack(">II", len(changed), len(payload)) + changed + payload
            if name in ("ACTIVATION", "PROBE"):
                messages[f"{i}, {name}: no payload"] = good[:12] + bytes(4) + body
            elif name not in WITH_PAYLOAD:
                messages[f"{i}, {name}: payload"] = good[:12] + struct.pack(">I", 1) + body + b"x"
        self.check_marked(OTHER_PORT, messages)

    def test_fields_depend_on_the_cut(self):
        messages = {}
        wrong = ((0, b"", False), (3, b"\xe0", True), (3, b"\xff", True), (3, b"\xff", False))
        for name, (layers, bits, rest) in itertools.product(("GRANT", "ACTIVATION"), wrong):
            number, fields = self.page[name]
            body = b"".join(
                struct.pack(">I", layers) + bits if kind == "cut" else encode(kind, 1, True)[0]
                for kind, field in fields if rest or field not in WITHOUT_LAYERS)
            payload = b"x" if name in WITH_PAYLOAD else b""
            messages[f"{name} of {layers} layers, {bits}, rest {rest}"] = \
                frame(number, body, payload)
        self.assertEqual(len(messages), 8)
        self.check_marked(OTHER_PORT, messages)

    def test_what_is_no_message_is_marked(self):
        odd = {
            "type": (b"DDS1", 1, 99, 1, 0),
            "version": (b"DDS1", 2, 7, 1, 0),
            "length of the body": (b"DDS1", 1, 7, 65537, 0),
            "length of the payload": (b"DDS1", 1, 16, 1, 2**30 + 1),
            "both lengths": (b"DDS1", 1, 16, 2**32 - 1, 2**32 - 1),
        }
        self.check_marked(KNOWN_PORT, {
            what: magic + struct.pack(">BBHII", version, number, 0, *lengths) + b"x"
            for what, (magic, version, number, *lengths) in odd.items()})


if __name__ == "__main__":
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed")
        sys.exit(77)
    LIST_MESSAGES = sys.argv.pop(1)
    unittest.main()

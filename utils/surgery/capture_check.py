# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that compares a packet capture with the table of inferences."""

import os
import re
import subprocess
import tempfile
from collections import Counter

from dnn_surgery import status
from dnn_surgery.columns import NEEDED, find_wrong
from dnn_surgery.tables import BadTables, has_traces, place, place_in_file, read_csv, read_table
from surgery import packages, paths
from surgery.console import Failure, add_command

TEXT = """\
Compares what a packet capture of the server's link shows with what the clients traced."""

MORE = """\
RUN_DIR holds server.pcap, and inferences.csv or tables.sqlite: what an example writes with
--out=DIR, one folder per scheduler. With several sites it holds server-NAME.pcap of each, and a table
of the sites: each capture is compared with what its server did. Or name a CAPTURE and a table of
INFERENCES, which is a CSV file.

tshark takes the capture apart, with the dissector that lies in utils/wireshark. Every inference of
the capture must have its row in the table, and every row that says that the server had the tensors,
or sent the result, its messages in the capture, with the same bytes and instants. Two lines account
for the numbers of messages: an attempt at sending tensors may be under way when the run ends, or be
lost with a connection that breaks. The last line is the verdict.

Of a run that was cut off, rows and packets that were not written any more are not missed. Where
devices use several servers, inferences that ended at another one than that of the capture are left
out. Which server that is, the table of the sites tells, or else what most results say.

exit status: 0 they agree, 1 they do not, 2 they could not be compared."""

SHOWN = 10  # number of differences that are printed
DATA = 1  # the role, in a HELLO, of the connection for tensors

HELLO, CANCEL, ACTIVATION, RESULT = 1, 11, 16, 17  # types of messages
BEGINS = 0x06  # flags of TCP: SYN, and RST, which may be all that arrives of a connection
FIELDS = ("device", "role", "inference", "attempt", "uplink_bytes", "downlink_bytes",
          "activation_received", "server_start", "server_end")
COUNTS = ("attempts", "uplink_bytes", "downlink_bytes")
COLUMNS = ("device", "id", "outcome", "cut", *COUNTS, "last_byte_received_ns", "server_start_ns",
           "server_end_ns", "result_received_ns")


class CannotCompare(Exception):
    """In one line, why."""


def read_owners():
    """Of each field the types of the messages that have it, as the dissector lists them."""
    with open(paths.DISSECTOR, encoding="utf-8") as file:
        table = re.search(r"^local MESSAGES = \{\n(.*?)^\}", file.read(), re.MULTILINE | re.DOTALL)
    owners = {name: set() for name in FIELDS}
    for number, body in re.findall(r"^    \[(\d+)\] = (.*?)(?=^    \[|\Z)", table.group(1),
                                   re.MULTILINE | re.DOTALL):
        names = re.findall(r'\{ "\w+", "(\w+)"', body) + re.findall(r'tensors = "(\w+)"', body)
        for name in set(names) & set(FIELDS):
            owners[name].add(int(number))
    return owners


def dissect(capture, is_cut=False):
    """Each HELLO, CANCEL, ACTIVATION and RESULT of a capture: instant (s), TCP stream, type, its fields by
    name. @param is_cut whether it may end in the middle of a packet"""
    tshark = packages.need_program("tshark", "tshark")
    command = [tshark, "-n", "-X", f"lua_script:{paths.DISSECTOR}", "-r", capture,
               # frames that were lost on the radio are repeated later
               "-o", "tcp.reassemble_out_of_order:TRUE", "-o", "tcp.calculate_timestamps:TRUE",
               "-Y", f"surgery.type in {{{HELLO}, {CANCEL}, {ACTIVATION}, {RESULT}}} || surgery.malformed"
               " || surgery.cut_short || surgery.no_start || tcp.analysis.ack_lost_segment"
               # the first packet of all, and of each TCP stream
               " || frame.number == 1 || frame.cap_len < frame.len || tcp.time_relative == 0",
               "-T", "fields", "-E", "separator=;", "-e", "tcp.stream", "-e", "tcp.flags",
               "-e", "frame.cap_len", "-e", "frame.len",
               "-e", "tcp.analysis.ack_lost_segment", "-e", "surgery.malformed",
               "-e", "surgery.cut_short", "-e", "surgery.no_start",
               "-e", "frame.time_epoch", "-e", "surgery.type"]
    for name in FIELDS:
        command += ["-e", f"surgery.{name}"]
    # a dissector that was installed before would be taken instead
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home}
        environment.pop("XDG_CONFIG_HOME", None)
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0 and not (is_cut and "cut short in the middle" in done.stderr):
        reason = done.stderr.strip().splitlines() or ["no reason given"]
        raise CannotCompare(f"tshark failed on {capture}: {reason[-1]}")
    # Messages of one TCP segment come as lists of values per field, so that what belongs to which
    # message follows from who has the field.
    owners = read_owners()
    lines = done.stdout.splitlines()
    if not lines and not is_cut:
        raise CannotCompare(f"{capture}: is empty: has no packets")
    begun = set()  # TCP streams
    for line in lines:
        (stream, flags, captured, length, missing, malformed, cut_short, no_start, instant, types,
         *columns) = line.split(";")
        if cut_short or captured != length:
            raise CannotCompare(f"{capture}: has packets that are cut short: capture whole ones")
        if missing:
            raise CannotCompare(f"{capture}: packets are missing: at {float(instant):.6f} s, TCP stream "
                                f"{stream} acknowledges bytes that no packet has")
        if stream and stream not in begun and not int(flags, 16) & BEGINS:
            raise CannotCompare(f"{capture}: the start of TCP stream {stream} is missing: its first packet, "
                                f"at {float(instant):.6f} s, opens no connection: capture from the start")
        begun.add(stream)
        if no_start:
            raise CannotCompare(f"{capture}: the start of a message in TCP stream {stream} is missing, "
                                "or is no message")
        if malformed:
            raise CannotCompare(f"{capture}: a malformed message in TCP stream {stream}")
        values = [iter(column.split(",")) for column in columns]
        for kind in map(int, filter(None, types.split(","))):
            message = {name: int(next(values[i])) for i, name in enumerate(FIELDS)
                       if kind in owners[name]}
            if kind in (HELLO, CANCEL, ACTIVATION, RESULT):
                yield float(instant), int(stream), kind, message


class Capture:
    """What it shows: ACTIVATIONs, RESULTs and CANCELs by (device, inference)."""

    def __init__(self, path, is_cut=False):
        self.end = 0.0  # instant of the last message, s
        self.activations = {}
        self.results = {}
        self.cancels = {}
        self.elsewhere = Counter()  # ACTIVATIONs at other servers, by (device, inference)
        self.connections = Counter()  # for data, by device
        devices = {}  # by TCP stream
        for instant, stream, kind, message in dissect(path, is_cut):
            self.end = max(self.end, instant)
            if kind == HELLO:
                devices[stream] = message["device"]
                self.connections[message["device"]] += message["role"] == DATA
                continue
            if stream not in devices:
                raise CannotCompare(f"{path}: TCP stream {stream} begins without a HELLO")
            messages = {ACTIVATION: self.activations, RESULT: self.results,
                        CANCEL: self.cancels}[kind]
            messages.setdefault((devices[stream], message["inference"]), []).append(message)


def by_inference(rows):
    """The row of each (device, inference)."""
    return {(int(row["device"]), int(row["id"])): row for row in rows}


def read_inferences(path):
    """The row of each (device, inference). @param path a run's folder, or a CSV file"""
    is_folder = os.path.isdir(path)
    is_cut = bool(status.find_cut(path if is_folder else os.path.dirname(path)))

    def where(row=None):
        return place(path, "inferences", row) if is_folder else place_in_file(path, row)

    if is_folder and not has_traces(path):
        raise CannotCompare(f"{where()}: there is no such file")
    rows = read_table(path, "inferences", is_cut) if is_folder else read_csv(path, is_cut)
    if not rows and not is_cut:
        raise CannotCompare(f"{where()}: has no rows")
    missing = [column for column in COLUMNS if rows and column not in rows[0]]
    if missing:
        raise CannotCompare(f"{where()}: no table of inferences (it has no column {missing[0]})")
    wrong = find_wrong(rows, NEEDED.union(COUNTS))
    if wrong:
        raise CannotCompare(f"{where(wrong[0])}: {wrong[1]}")
    return by_inference(rows)


def is_answered(row):
    """Whether the table says that the server completed it."""
    return row["outcome"] == "completed" and row["server_end_ns"] != ""


def compare_sent(row, messages):
    """What differs between a row and the ACTIVATIONs of its inference."""
    if row["cut"] in ("", "local"):
        yield "is local in the table, but there is an ACTIVATION"
        return
    attempts = [message["attempt"] for message in messages]
    if len(set(attempts)) != len(attempts) or max(attempts) > int(row["attempts"]):
        yield f"ACTIVATIONs of attempts {attempts}, {row['attempts']} attempts in the table"
    for message in messages:
        if message["uplink_bytes"] != int(row["uplink_bytes"]):
            yield f"{message['uplink_bytes']} bytes up, {row['uplink_bytes']} in the table"


def compare_answered(row, sent, answers, connections, elsewhere):
    """What differs between a row that was completed on the server, and its messages."""
    if not sent:
        yield "was sent by the table, but there is no ACTIVATION"
    elif len(sent) + elsewhere < int(row["attempts"]) and connections == 1:
        yield (f"{len(sent) + elsewhere} ACTIVATIONs, {row['attempts']} attempts, and no connection "
               "broke")
    if not answers:
        yield "has a result by the table, but there is no RESULT"
        return
    expected = {
        "downlink_bytes": row["downlink_bytes"],
        "activation_received": row["last_byte_received_ns"],
        "server_start": row["server_start_ns"],
        "server_end": row["server_end_ns"],
    }
    if not any(all(str(answer[name]) == value for name, value in expected.items())
               for answer in answers):
        yield f"no RESULT has {expected}, but {answers[-1]}"


def compare(capture, rows):
    """What differs, each as (device, inference) and text."""
    for key in sorted(set(capture.activations) - set(rows)):
        yield key, "has an ACTIVATION, but no row"
    for key in sorted(set(capture.results) - set(rows)):
        yield key, "has a RESULT, but no row"
    for key in sorted(set(capture.cancels) - set(rows)):
        yield key, "has a CANCEL, but no row"
    for key in sorted(rows):
        row = rows[key]
        sent = capture.activations.get(key, [])
        answers = capture.results.get(key, [])
        texts = list(compare_sent(row, sent)) if sent else []
        if is_answered(row):
            texts += compare_answered(row, sent, answers, capture.connections[key[0]],
                                      capture.elsewhere[key])
        if key in capture.cancels and not sent:
            texts.append("has a CANCEL, but no ACTIVATION")
        if key in capture.cancels and row["outcome"] == "in-flight":
            texts.append("has a CANCEL, but is in flight by the table")
        if len(answers) > len(sent):
            texts.append(f"{len(answers)} RESULTs to {len(sent)} ACTIVATIONs")
        for text in texts:
            yield key, text


def leave_out(capture, rows):
    """Of a run that was cut off, leave out of the capture what has no row, and the rows of what ended
    after the capture. @return the other rows"""
    kept = {key: row for key, row in rows.items()
            if int(row["result_received_ns"] or 0) / 1e9 < capture.end}
    for messages in (capture.activations, capture.results, capture.cancels):
        for key in set(messages) - set(kept):
            del messages[key]
    return kept


def keep_one_server(capture, rows, here=None):
    """Where devices use several servers, leave out of rows and capture what ended at, or was moved to,
    another one than that of the capture. @param here its node id; None: the one of most results
    @return the other rows"""
    if here is None:
        servers = Counter(row.get("server", "") for key, row in rows.items() if key in capture.results)
        if not servers:
            return rows
        here = servers.most_common(1)[0][0]
    kept = {key: row for key, row in rows.items() if row.get("server", "") == here}
    for messages in (capture.activations, capture.results, capture.cancels):
        for key in (set(messages) & set(rows)) - set(kept):
            del messages[key]
    return kept


def account(capture, rows):
    """Two lines: the messages of the inferences in the table, against what it says of them."""
    attempts, sent, elsewhere, absent = 0, 0, 0, Counter()
    completed, answers, beside = 0, 0, Counter()
    for key, row in rows.items():
        is_under_way = row["outcome"] == "in-flight"
        attempts += int(row["attempts"])
        completed += is_answered(row)
        row_sent = len(capture.activations.get(key, []))
        row_answers = len(capture.results.get(key, []))
        row_elsewhere = capture.elsewhere[key]
        sent += row_sent
        elsewhere += row_elsewhere
        answers += row_answers
        absent[is_under_way] += int(row["attempts"]) - row_sent - row_elsewhere
        beside[is_under_way] += row_answers - is_answered(row)
    others = f"- {elsewhere} at other servers " if elsewhere else ""
    return (f"{sent} ACTIVATIONs = {attempts} attempts {others}- {absent[True]} under way at the end "
            f"- {absent[False]} lost with a connection\n"
            f"{answers} RESULTs = {completed} completed on the server + {beside[True]} under way "
            f"at the end + {beside[False]} repeated or in vain")


def add_commands(commands):
    """Add it to the command line."""
    parser = add_command(commands, "capture-check", check,
                         "compare a packet capture with the table of inferences", TEXT, MORE)
    parser.usage = ("./surgery capture-check RUN_DIR\n"
                    "       ./surgery capture-check CAPTURE INFERENCES")
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a folder, or two files")


def find_captures(folder, cut):
    """The captures of a run's folder, each with its server's node id, None if there is one only.
    @param cut why the run ended early"""
    alone = os.path.join(folder, "server.pcap")
    if os.path.isfile(alone):
        return [(alone, None)]
    sites = read_table(folder, "sites", bool(cut))
    if sites and not {"name", "server"} <= set(sites[0]):
        raise CannotCompare(f"{place(folder, 'sites')}: no table of sites")
    return [(os.path.join(folder, f"server-{site['name']}.pcap"), site["server"])
            for site in sites] or [(alone, None)]


def check_files(paths_of_captures):
    """Refuse captures that are not there."""
    for path in paths_of_captures:
        if not os.path.isfile(path):
            raise CannotCompare(f"{path}: there is no such file")


def read_captures(paths_of_captures, cut):
    """Take captures of one run apart. @param cut why the run ended early"""
    captures = [Capture(path, bool(cut)) for path in paths_of_captures]
    for capture in captures:
        for other in captures:
            if other is not capture:
                capture.elsewhere.update({key: len(sent) for key, sent in other.activations.items()})
    return captures


def check_end(path, messages, rows):
    """Refuse a capture that ends before the inferences of the table do."""
    for (device, inference), row in sorted(rows.items()):
        received = int(row["last_byte_received_ns"] or 0) / 1e9 if is_answered(row) else 0
        if received > messages.end:
            raise CannotCompare(
                f"{path}: its last message is of {messages.end:.6f} s, but by the table, the server had "
                f"the tensors of device {device}, inference {inference} at {received:.6f} s: it ends "
                "too early, or is of another run")


def check_capture(path, messages, here, rows, cut):
    """Compare a capture. @param path its file @param here its server's node id, or None @param rows by
    inference @param cut why the run ended early @return how many differences there are, and the
    number of rows"""
    if cut:
        rows = leave_out(messages, rows)
    rows = keep_one_server(messages, rows, here)
    if not cut:
        check_end(path, messages, rows)
    differences = list(compare(messages, rows))
    for (device, inference), text in differences[:SHOWN]:
        print(f"device {device}, inference {inference}: {text}")
    if len(differences) > SHOWN:
        print(f"... and {len(differences) - SHOWN} more")
    print(account(messages, rows))
    return len(differences), len(rows)


def check(settings):
    """Compare them."""
    if len(settings.paths) > 2:
        settings.parser.error("takes a folder, or a capture and a table")
    folder = settings.paths[0] if len(settings.paths) == 1 else None
    differences, count = 0, 0
    try:
        cut = status.find_cut(folder or os.path.dirname(settings.paths[0]))
        captures = find_captures(folder, cut) if folder else [(settings.paths[0], None)]
        check_files([path for path, _ in captures])
        rows = read_inferences(settings.paths[-1])
        taken_apart = read_captures([path for path, _ in captures], cut)
        for (path, here), messages in zip(captures, taken_apart):
            if len(captures) > 1:
                print(f"{os.path.basename(path)}, server {here}:")
            found, compared = check_capture(path, messages, here, rows, cut)
            differences += found
            count += compared
    except (CannotCompare, BadTables) as error:
        raise Failure(f"capture-check: {error}") from error
    of_what = f" of a run that was {cut}" if cut else ""
    if differences:
        print(f"DIFFERENT: {differences} differences in {count} rows{of_what}")
        return 1
    print(f"AGREE: {count} rows{of_what}")
    return 0

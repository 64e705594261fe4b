#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Compares what a packet capture of the server's link shows with what the clients traced.

usage: capture-check.py RUN_DIR
       capture-check.py CAPTURE INFERENCES

RUN_DIR holds server.pcap, and inferences.csv or traces.sqlite; INFERENCES is a CSV file. tshark takes the capture apart, with the dissector
that lies in utils/wireshark. Every inference of the capture must have its row in the table, and
every row that says that the server had the tensors, or sent the result, its messages in the
capture, with the same bytes and instants. The last line is the verdict; the exit code is 0 if they
agree, 1 if they do not, 2 if they could not be compared.
"""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "report"))

from traces import BadTraces, place, read_csv, read_table  # noqa: E402

DISSECTOR = os.path.join(HERE, "wireshark", "dnn-surgery.lua")
SHOWN = 10  # differences that are printed

HELLO, STATE, PRICE, DEMAND, OFFER, GRANT, BYE = range(1, 8)
ACTIVATION, RESULT, PROBE, PROBE_REPLY = range(16, 20)

# Messages of one TCP segment come as lists of values per field, so that what belongs to which
# message follows from who has the field.
FIELDS = {
    "payload_bytes": set(range(256)),
    "device": {HELLO, STATE, BYE, ACTIVATION, PROBE},
    "inference": {ACTIVATION, RESULT},
    "attempt": {ACTIVATION, RESULT},
    "sent": {STATE, PRICE, DEMAND, OFFER, GRANT, ACTIVATION, RESULT, PROBE, PROBE_REPLY},
    "activation_received": {RESULT},
    "server_start": {RESULT},
    "server_end": {RESULT},
}


class CannotCompare(Exception):
    """In one line, why."""


def dissect(capture):
    """Each ACTIVATION and RESULT of a capture, as (TCP stream, type, its fields by name)."""
    tshark = shutil.which("tshark")
    if not tshark:
        raise CannotCompare("tshark is not installed (Debian: apt-get install tshark)")
    command = [tshark, "-n", "-X", f"lua_script:{DISSECTOR}", "-r", capture,
               # what was lost on the radio comes again, later
               "-o", "tcp.reassemble_out_of_order:TRUE",
               "-Y", "surgery.type == 16 || surgery.type == 17 || surgery.malformed",
               "-T", "fields", "-E", "separator=;", "-e", "tcp.stream", "-e", "surgery.malformed",
               "-e", "surgery.type"]
    for name in FIELDS:
        command += ["-e", f"surgery.{name}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines() or ["no reason given"]
        raise CannotCompare(f"tshark failed on {capture}: {reason[-1]}")
    for line in done.stdout.splitlines():
        stream, malformed, types, *columns = line.split(";")
        if malformed:
            raise CannotCompare(f"{capture}: a malformed message in TCP stream {stream}")
        values = [iter(column.split(",")) for column in columns]
        for kind in map(int, types.split(",")):
            message = {name: int(next(values[i])) for i, name in enumerate(FIELDS)
                       if kind in FIELDS[name]}
            if kind in (ACTIVATION, RESULT):
                yield int(stream), kind, message


def read_capture(capture):
    """The ACTIVATIONs and the RESULTs of each (device, inference)."""
    activations, results, devices = {}, {}, {}
    for stream, kind, message in dissect(capture):
        if kind == ACTIVATION:
            devices[stream] = message["device"]
            key = (message["device"], message["inference"])
            activations.setdefault(key, []).append(message)
        elif stream in devices:
            results.setdefault((devices[stream], message["inference"]), []).append(message)
        else:
            # the work came over a connection that fell; the RESULT tells who asked for it
            results.setdefault((None, message["inference"]), []).append(message)
    return activations, results


def by_inference(rows, path):
    """The row of each (device, inference)."""
    try:
        return {(int(row["device"]), int(row["id"])): row for row in rows}
    except (KeyError, ValueError) as error:
        raise CannotCompare(f"{path}: no table of inferences ({error})") from error


def compare_sent(row, messages):
    """What differs between a row and the ACTIVATIONs of its inference."""
    if row["cut"] in ("", "local"):
        yield "is local in the table, but there is an ACTIVATION"
        return
    attempts = [message["attempt"] for message in messages]
    if len(set(attempts)) != len(attempts) or len(attempts) > int(row["attempts"]):
        yield f"ACTIVATIONs of attempts {attempts}, {row['attempts']} attempts in the table"
    for message in messages:
        if message["payload_bytes"] != int(row["uplink_bytes"]):
            yield f"{message['payload_bytes']} bytes up, {row['uplink_bytes']} in the table"


def compare_answered(row, sent, answers):
    """What differs between a row that was completed on the server, and its messages."""
    if not sent:
        yield "was sent by the table, but there is no ACTIVATION"
    if not answers:
        yield "has a result by the table, but there is no RESULT"
        return
    expected = {
        "payload_bytes": row["downlink_bytes"],
        "activation_received": row["last_byte_received_ns"],
        "server_start": row["server_start_ns"],
        "server_end": row["server_end_ns"],
    }
    if not any(all(str(answer[name]) == value for name, value in expected.items())
               for answer in answers):
        yield f"no RESULT has {expected}, but {answers[-1]}"


def compare(activations, results, rows):
    """What differs, a line each, and how many inferences went to the server."""
    differences = []
    answered = 0
    for key in sorted(set(activations) - set(rows)):
        differences.append((key, "has an ACTIVATION, but no row"))
    for key in sorted((set(results) - set(rows)), key=str):
        if key[0] is not None:
            differences.append((key, "has a RESULT, but no row"))
    for key in sorted(rows):
        row = rows[key]
        sent = activations.get(key, [])
        # some RESULT of the same number, if it came over another connection than the tensors
        answers = results.get(key, []) or results.get((None, key[1]), [])
        if sent:
            differences += [(key, text) for text in compare_sent(row, sent)]
        if row["outcome"] == "completed" and row["server_end_ns"]:
            answered += 1
            differences += [(key, text) for text in compare_answered(row, sent, answers)]
    return differences, answered


def main(arguments):
    is_help = bool(arguments) and arguments[0] in ("-h", "--help")
    if is_help or len(arguments) not in (1, 2):
        print(__doc__)
        return 0 if is_help else 2
    if len(arguments) == 1:
        capture = os.path.join(arguments[0], "server.pcap")
        table = place(arguments[0], "inferences")
    else:
        capture, table = arguments
    try:
        if not os.path.isfile(capture):
            raise CannotCompare(f"{capture}: there is no such file")
        rows = read_table(arguments[0], "inferences") if len(arguments) == 1 else read_csv(table)
        activations, results = read_capture(capture)
        rows = by_inference(rows, table)
    except (CannotCompare, BadTraces) as error:
        print(f"capture-check: {error}", file=sys.stderr)
        return 2
    differences, answered = compare(activations, results, rows)
    for (device, inference), text in differences[:SHOWN]:
        print(f"device {device}, inference {inference}: {text}")
    if len(differences) > SHOWN:
        print(f"... and {len(differences) - SHOWN} more")
    sent = sum(map(len, activations.values()))
    counts = (f"{sent} ACTIVATIONs of {len(activations)} inferences, "
              f"{sum(map(len, results.values()))} RESULTs, {len(rows)} rows, "
              f"{answered} of them completed on the server")
    if differences:
        print(f"DIFFERENT: {len(differences)} differences; {counts}")
        return 1
    print(f"AGREE: {counts}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

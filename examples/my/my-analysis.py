#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Prints where the time of inferences went: my-analysis.py FOLDER, which an example wrote."""

import collections
import csv
import pathlib
import statistics
import sys

FOLDER = pathlib.Path(sys.argv[1])


def read(name):
    """The rows of a table, as dictionaries by column."""
    with open(FOLDER / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# A segment lasts from one instant to the next. What ran on the device alone has no others.
INSTANTS = ["created_ns", "device_start_ns", "device_end_ns", "first_byte_sent_ns",
            "last_byte_received_ns", "server_start_ns", "server_end_ns", "result_received_ns"]
SEGMENTS = ["waiting", "device", "waiting", "uplink", "waiting", "server", "downlink"]


def split(row):
    """The segments of a completed inference, in ms."""
    instants = INSTANTS if row["server_end_ns"] else INSTANTS[:3]
    times = [int(row[instant]) for instant in instants]
    segments = collections.Counter()
    for segment, begin, end in zip(SEGMENTS, times, times[1:]):
        segments[segment] += (end - begin) / 1e6
    return segments


# Means by device, over what was completed, and over the timesteps
inferences = collections.defaultdict(list)
for row in read("inferences.csv"):
    if row["outcome"] == "completed":
        inferences[int(row["device"])].append(row)
shares = collections.defaultdict(list)
for row in read("grants.csv"):
    shares[int(row["device"])].append(float(row["share"]))

names = list(dict.fromkeys(SEGMENTS))
print("device  dnn          number  share  latency =", " + ".join(f"{n:>8}" for n in names), " ms")
for device, rows in sorted(inferences.items()):
    splits = [split(row) for row in rows]
    means = [statistics.mean(segments[name] for segments in splits) for name in names]
    print(f"{device:>6}  {rows[0]['dnn']:<12} {len(rows):>6}",
          f"{statistics.mean(shares[device] or [0]):6.2f}  {sum(means):>7.1f} =",
          " + ".join(f"{mean:>8.1f}" for mean in means))

# The server, over time
timesteps = read("schedule.csv")
print(f"{len(timesteps)} timesteps, mean load",
      f"{statistics.mean(float(timestep['load']) for timestep in timesteps):.2f}, largest regret",
      f"{max(float(timestep['max_regret']) for timestep in timesteps):.1e}")

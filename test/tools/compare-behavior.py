#!/usr/bin/python3
#
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only

"""Shows that a redesign changes nothing: the same commands write the same bytes before and after.

usage: compare-behavior.py record BUILD FOLDER    run the commands of a build, keep what they write
       compare-behavior.py compare BEFORE AFTER [--drop=COLUMN,...] [--rename=OLD=NEW,...]

Compared are what the programs print, their CSV files, the dump of their SQLite databases and their
packet captures. --drop leaves columns out of the CSV files (they may be in only one of the two),
--rename replaces text and parts of file names in BEFORE. The
exit code is 1 if anything differs.
"""

import csv
import hashlib
import io
import pathlib
import re
import sqlite3
import subprocess
import sys

# name: program and options; those that take it write into a folder
RUNS = {
    "demo": ["dnn-surgery-wifi-mobility", "--time=5s", "--out={out}"],
    "demo-sqlite": ["dnn-surgery-wifi-mobility", "--time=3s", "{tables}=sqlite", "--out={out}"],
    "wifi-roaming": ["dnn-surgery-wifi-roaming", "--time=20s", "--out={out}"],
    "lte-handover": ["dnn-surgery-lte-handover", "--time=20s", "--out={out}"],
    "bandwidth-trace": [
        "dnn-surgery-bandwidth-trace",
        "--time=20s",
        "--schedulers=dds,dads,iao,optimum,neurosurgeon",
        "--out={out}",
    ],
    "decentralized": [
        "dnn-surgery-decentralized",
        "--time=8s",
        "--sweep=5,10",
        "--lies=1,4",
        "--out={out}",
    ],
    "first": ["dnn-surgery-first", "--time=20s", "--out={out}"],
    "offline": ["dnn-surgery-solve", "--scenario={scenario}", "--json"],
    "analytic": ["dnn-surgery-analytic", "--scenarios=20", "--results={out}/analytic.csv",
                 "--schedulers=dds,dads,dads[AmongOffloading=true],iao,optimum,neurosurgeon"],
}
SCENARIO = """{"server": {"processor": "server-t4"}, "devices": [
  {"name": "camera", "dnn": "resnet50", "processor": "raspberry-pi-4", "uplink_bps": 18.88e6,
   "downlink_bps": 54.97e6, "delay_s": 0.002, "rho": 0.001, "input_bytes": 150528},
  {"name": "phone", "dnn": "vgg19", "processor": "phone-cpu", "uplink_bps": 5.85e6,
   "downlink_bps": 13.76e6, "delay_s": 0.02, "rho": 0.002, "activation_bits": 8},
  {"name": "robot", "dnn": "densenet121", "processor": "jetson-nano", "uplink_bps": 1.1e6,
   "downlink_bps": 2e6, "rho": 0.001}]}"""
# what programs print of the folder they write into, or of wall-clock time
UNSTABLE = ("wall",)


def find_program(build, name):
    """The program in a build, also under its British name of before."""
    for spelling in (name, name.replace("ized", "ised")):
        program = build / "examples" / spelling
        if program.exists():
            return program
    raise SystemExit(f"compare-behavior: there is no {name} in {build}/examples")


def help_of(program):
    """What a program says of its options."""
    return subprocess.run([program, "--help"], capture_output=True, text=True, check=False).stdout


def record(build, folder):
    """Run all commands."""
    for name, (program, *options) in RUNS.items():
        out = folder / name
        out.mkdir(parents=True, exist_ok=True)
        scenario = out / "scenario.json"
        scenario.write_text(SCENARIO)
        command = [find_program(build, program)]
        places = {"out": out.resolve(), "scenario": scenario.resolve()}
        tables = "--tables" if "--tables:" in help_of(command[0]) else "--traces"  # as before
        command += [o.format(tables=tables, **places) for o in options]
        print(name, flush=True)
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=out)
        text = done.stdout.replace(str(out.resolve()), "OUT")
        (out / "printed.txt").write_text(f"{text}\nexit code {done.returncode}\n{done.stderr}")


def rename(text, renames):
    """A text with all replacements made."""
    for old, new in renames:
        text = text.replace(old, new)
    return text


def read(path, drop, renames):
    """What is compared of a file: lines of text, or a digest."""
    if path.suffix == ".pcap":
        return [hashlib.sha256(path.read_bytes()).hexdigest()]
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as database:
            text = "\n".join(line for line in database.iterdump() if "provenance" not in line)
    else:
        text = re.sub(r"provenance.json \(.*\)", "provenance.json", path.read_text())
    text = rename(text, renames)
    if path.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(text)))
        kept = [i for i, title in enumerate(rows[0]) if title not in drop]
        kept = [i for i in kept if not any(word in rows[0][i] for word in UNSTABLE)]
        return [",".join(row[i] for i in kept if i < len(row)) for row in rows]
    return text.splitlines()


def compare(before, after, drop, renames):
    """Print what differs; return how many files do."""
    different = 0
    suffixes = {".csv", ".sqlite", ".pcap", ".txt"}
    olds, news = (
        {rename(str(p.relative_to(f)), pairs): p for p in f.rglob("*") if p.suffix in suffixes}
        for f, pairs in ((before, renames), (after, []))
    )
    names = olds.keys() | news.keys()
    for name in sorted(names):
        old, new = olds.get(name, before / name), news.get(name, after / name)
        if not old.exists() or not new.exists():
            print(f"{name}: only {'before' if old.exists() else 'after'}")
            different += 1
            continue
        old_lines, new_lines = read(old, drop, renames), read(new, drop, [])
        if old_lines == new_lines:
            continue
        different += 1
        for number, (a, b) in enumerate(zip(old_lines, new_lines), 1):
            if a != b:
                print(f"{name}:{number}\n  before: {a[:200]}\n  after:  {b[:200]}")
                break
        else:
            print(f"{name}: {len(old_lines)} lines before, {len(new_lines)} after")
    print(f"{len(names)} files, {different} different")
    return different


def main():
    """The command line."""
    words = [a for a in sys.argv[1:] if not a.startswith("--")]
    options = dict(a[2:].split("=", 1) for a in sys.argv[1:] if a.startswith("--") and "=" in a)
    if len(words) != 3 or words[0] not in ("record", "compare"):
        raise SystemExit(__doc__)
    first, second = pathlib.Path(words[1]), pathlib.Path(words[2])
    if words[0] == "record":
        record(first.resolve(), second)
        return 0
    drop = options.get("drop", "").split(",")
    renames = [pair.split("=", 1) for pair in options.get("rename", "").split(",") if pair]
    return 1 if compare(first, second, drop, renames) else 0


if __name__ == "__main__":
    sys.exit(main())

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that writes the documentation's table of the bundled DNNs.

Its figures are those of the profiles and of the frontiers that the code finds. A test runs this
with --check.
"""

import difflib
import subprocess

from dnn_surgery import strict_json
from surgery import paths
from surgery.console import Failure, add_command
from surgery.zoo.catalog import FROM_TEST_DATA, PUBLISHED_GMAC, ZOO

TEXT = """\
Writes the table of the bundled DNNs in doc/profiles.md from their profiles and from the cuts that
the code finds."""

MORE = """\
PROGRAM is build/dnn-surgery-frontiers, which ./surgery test builds.

exit status: 0 done, 1 with --check: the table differs from the profiles."""

PAGE = paths.DOC / "profiles.md"
BEGIN = "<!-- written by ./surgery dnn-table -->\n"
END = "<!-- end -->\n"
HEAD = """\
| name | layers | branches | GMAC | published | parameters, MB | largest tensor, MB | cuts | top-1, % |
|---|---|---|---|---|---|---|---|---|
"""
# the operators whose multiplications are published
PRODUCTS = ("Conv", "Gemm", "MatMul")


def count_macs(profile):
    """Multiply-accumulates of convolutions, fully connected layers and products of matrices."""
    return sum(layer["flops"] for layer in profile["layers"] if layer["op"] in PRODUCTS) / 2


def count_branches(profile):
    """How many layers have several readers."""
    readers = {}
    for layer in profile["layers"]:
        for name in layer["inputs"]:
            readers[name] = readers.get(name, 0) + 1
    return sum(count > 1 for count in readers.values())


def list_cuts(program):
    """Least and most cuts of each DNN, as a text."""
    try:
        listing = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"dnn-table: {error}", 1) from error
    rows = [line.split("\t") for line in listing.splitlines()]
    return {name: least if least == most else f"{least}-{most}" for name, least, most in rows}


def make_row(profile, cuts):
    """The row of a DNN."""
    layers = profile["layers"]
    name = profile["name"]
    weights = sum(layer["weight_bytes"] for layer in layers) / 1e6
    # behind the input, which a device has anyway
    tensor = max((layer for layer in layers if layer["op"] != "Input"),
                 key=lambda layer: layer["output_bytes"])
    columns = [name, len(layers), count_branches(profile), f"{count_macs(profile) / 1e9:.5g}",
               PUBLISHED_GMAC.get(name, "-"), f"{weights:,.1f}",
               f"{tensor['output_bytes'] / 1e6:.2f}", cuts,
               profile.get("accuracy", {}).get("top1", "-")]
    return f"| {' | '.join(map(str, columns))} |\n"


def make_table(program):
    """The table."""
    cuts = list_cuts(program)
    rows = []
    # the folder may have profiles of a user's own, too
    for name in sorted([*ZOO, *FROM_TEST_DATA]):
        text = (paths.PROFILES / "dnn" / f"{name}.json").read_text(encoding="utf-8")
        rows.append(make_row(strict_json.loads(text), cuts[name]))
    return HEAD + "".join(rows)


def add_commands(commands):
    """Add it to the command line."""
    parser = add_command(commands, "dnn-table", write_table,
                         "write the documentation's table of the bundled DNNs", TEXT, MORE)
    parser.add_argument("program", metavar="PROGRAM", help="dnn-surgery-frontiers of a build")
    parser.add_argument("--check", action="store_true",
                        help="print the differences, and write nothing")


def write_table(settings):
    """Write the table, or compare it."""
    present = PAGE.read_text(encoding="utf-8")
    before, begin, rest = present.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise Failure(f"dnn-table: {PAGE} has no lines {BEGIN.strip()} and {END.strip()}", 1)
    text = f"{before}{BEGIN}{make_table(settings.program)}{END}{after}"
    if not settings.check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    difference = list(difflib.unified_diff(present.splitlines(), text.splitlines(), PAGE.name,
                                           "the profiles", lineterm=""))
    if difference:
        print("\n".join(difference))
        print(f"\nThe table is old: run ./surgery dnn-table {settings.program}")
    return int(bool(difference))

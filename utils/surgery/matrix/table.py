# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The table of the matrix, as Markdown."""

from surgery.matrix.cells import read_result
from surgery.matrix.versions import COMPILERS, SUITES, WAYS, Cell

HEAD = """\
| ns-3 | Debian | way | compiler | result | of | offline | inferences | date |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


def all_cells():
    """@return the cells of the table"""
    return [Cell(version, way, compiler) for version in SUITES for way in WAYS
            for compiler in COMPILERS]


def print_table(folder):
    """Print the table. @param folder of the results @return whether the cells agree"""
    print(HEAD)
    for cell in all_cells():
        found = read_result(cell)
        cells = ("{status} | {summary} | {offline} | {inferences} | {date} |".format_map(found)
                 if found else "not run | | | | |")
        print(f"| {cell.version} | {cell.suite} | {cell.title()} | {cell.compiler} | {cells}")
    return print_agreement(folder)


def print_agreement(folder):
    """Print whether the cells that passed agree as the probe demands. @return whether they agree"""
    agree = True
    lines = []
    for path in sorted(folder.glob("*")):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        lines.append(dict(field.split("=", 1) for field in first.split()))
    passed = [line for line in lines if line.get("status") == "passed"]
    if not passed:
        return True
    digests = {line["offline"] for line in passed}
    counts = sorted(int(line["inferences"]) for line in passed if line["inferences"].isdecimal())
    print()
    if len(digests) == 1:
        print("The offline tool printed the same bytes in all cells that passed.")
    else:
        print(f"The offline tool printed {len(digests)} different outputs.")
        agree = False
    if not counts:
        return False
    print(f"Inferences on wires: {counts[0]} to {counts[-1]}.")
    if counts[-1] * 100 > counts[0] * 101:
        print("They differ by more than 1 %.")
        agree = False
    return agree

#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Put the results of experiments into doc/results.md, between its marks, and into doc/results/.

usage: utils/experiment/report.py [--results=DIR] [--document=FILE] [NAME ...]

Without a NAME: all experiments that have a mark in the document and results in DIR (default:
results/experiments). What stands outside of the marks is left as it is:

  <!-- results: NAME -->   ... replaced by plots and ratios of the experiment ... <!-- end -->
  <!-- results: summary --> ... replaced by a line per experiment ...             <!-- end -->

All tables of the experiment, NAME.md, and its plots go into a folder beside the document that is
called after it. In the summary, the lines of experiments without results are left as they are.
"""

import argparse
import json
import pathlib
import re
import shutil
import sys

sys.dont_write_bytecode = True  # leave no cache beside the scripts

import data_file
import tables
from progress import duration

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLOTS = {"latency-ratio": "Latency relative to DDS", "cost-ratio": "Cost J relative to DDS"}
MARK = re.compile(r"(<!-- results: ([\w.+-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


class Report:
    """The document and what it is filled from."""

    def __init__(self, document, folder):
        self.document = document
        self.folder = folder
        self.text = document.read_text(encoding="utf-8")
        self.marks = [match[2] for match in MARK.finditer(self.text)]
        self.found = {}  # results and origin, by name

    def load(self, name):
        """@return whether there are results"""
        path = self.folder / name / "origin.json"
        if not path.exists():
            return False
        origin = json.loads(path.read_text(encoding="utf-8"))
        experiment = data_file.read(data_file.folder() / f"{name}.json")
        results = tables.Results(experiment, origin["seeds"], self.folder / name)
        self.found[name] = (results, origin)
        return bool(results.samples)

    def fill(self, names):
        for name in names:
            self.replace(name, self.section(name))
        if "summary" in self.marks:
            self.replace("summary", self.summary())
        self.document.write_text(self.text, encoding="utf-8")

    def replace(self, name, content):
        self.text = MARK.sub(lambda match: match[0] if match[2] != name
                             else f"{match[1]}\n{content}\n\n{match[3]}", self.text)

    def section(self, name):
        """What the document says of an experiment. Writes its tables and plots, too."""
        results, origin = self.found[name]
        experiment = results.experiment
        took = (f", {duration(origin['seconds'])}" if origin.get("seconds") else "")
        made = (f"`{origin['command']}` on {origin['machine']}{took}; commit {origin['commit']}. "
                + tables.caption(results, origin["seeds"]))
        beside = self.document.with_suffix("")
        beside.mkdir(exist_ok=True)
        (beside / f"{name}.md").write_text(
            f"# {experiment.question}\n\n{made}\n\nWritten by `utils/experiment/report.py`; "
            f"`{self.document.name}` tells what it says.\n\n"
            f"{tables.markdown(results, tables.SHOWN[experiment.tool])}\n", encoding="utf-8")
        parts = [experiment.question, f"{made} [All tables]({beside.name}/{name}.md)."]
        for plot, title in PLOTS.items():
            shutil.copyfile(self.folder / name / f"{plot}.png", beside / f"{name}-{plot}.png")
            parts.append(f"![{title}]({beside.name}/{name}-{plot}.png)")
        # with several families the two tables of ratios are too long to be read here
        parts.append(tables.summary(results) if len(experiment.families) > 1 else
                     tables.markdown(results, [tables.LATENCY_RATIO, tables.COST_RATIO], "####"))
        return "\n\n".join(parts)

    def summary(self):
        """A line per experiment, in the order of the document."""
        lines = {name: line for line in self.text.splitlines()
                 for name in re.findall(r"^\| \[([\w.+-]+)\]", line)}
        lines.update({name: self.extremes(name) for name in self.found})
        return "\n".join([tables.row(["experiment", *tables.EXTREMES_HEAD]),
                          tables.row(["---", *tables.EXTREMES_LINE]),
                          *(lines[name] for name in self.marks if name in lines)])

    def extremes(self, name):
        link = f"[{name}]({self.document.with_suffix('').name}/{name}.md)"
        return tables.row([link, *tables.extremes(self.found[name][0])])


def main():
    parser = argparse.ArgumentParser(usage=__doc__.partition("usage: ")[2].partition("\n")[0])
    parser.add_argument("--results", default=ROOT / "results" / "experiments", type=pathlib.Path)
    parser.add_argument("--document", default=ROOT / "doc" / "results.md", type=pathlib.Path)
    parser.add_argument("names", metavar="NAME", nargs="*")
    settings = parser.parse_args()
    report = Report(settings.document, settings.results)
    names = settings.names or [name for name in report.marks if name != "summary"]
    loaded = [name for name in names if name in report.marks and report.load(name)]
    for name in names:
        if name not in report.marks:
            sys.exit(f"report.py: {settings.document} has no mark for \"{name}\"")
        if name not in loaded:
            print(f"report.py: no results of {name} in {settings.results}: left as it is",
                  file=sys.stderr)
    # the summary is of everything that the document shows
    for name in report.marks:
        if name != "summary" and name not in report.found:
            report.load(name)
    report.fill(loaded)
    return 0 if set(loaded) == set(names) else 1


if __name__ == "__main__":
    sys.exit(main())

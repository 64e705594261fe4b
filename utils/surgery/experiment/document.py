# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Fills doc/results.md, between its marks, and doc/results/ with the results of experiments."""

import re
import shutil

from dnn_surgery import strict_json
from surgery.console import Failure, say
from surgery.experiment import data_file, markdown, scaling
from surgery.experiment.progress import duration
from surgery.experiment.results import COST_RATIO, DEADLINES_MET, LATENCY_RATIO, SHOWN, Results
from surgery.written import write_text

OF_WAYS = {"ways": "What tells the ways apart"}
PLOTS = {"latency-ratio": "Latency relative to DDS", "cost-ratio": "Cost J relative to DDS"}
MARK = re.compile(r"(<!-- results: ([\w.+-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


ORIGIN = ("command", "seeds", "machine", "commit")  # fields that a text tells


def read_origin(path):
    """Where the tables in a folder come from, as origin.json there says."""
    try:
        origin = strict_json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Failure(f"{path}: cannot be read: {error.strerror}", 1) from error
    except ValueError as error:
        raise Failure(f"{path}: {error}") from error
    if not isinstance(origin, dict):
        raise Failure(f"{path}: must be an object")
    return origin


class Report:
    """The document and the results with which it is filled in."""

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
        origin = read_origin(path)
        missing = [field for field in ORIGIN if field not in origin]
        if missing:
            raise Failure(f"results: {path}: has no field {missing[0]}")
        experiment = data_file.read(data_file.bundled(name))
        kind = scaling.Costs if experiment.tool == "scaling" else Results
        results = kind(experiment, origin["seeds"], self.folder / name)
        self.found[name] = (results, origin)
        return bool(results.samples)

    def fill(self, names):
        """Fill in the results of these experiments, and write the document."""
        for name in names:
            self.replace(name, self.section(name))
        if "summary" in self.marks:
            self.replace("summary", self.summary())
        write_text(self.document, self.text)

    def replace(self, name, content):
        """Put content between the marks of a name."""
        self.text = MARK.sub(lambda match: match[0] if match[2] != name
                             else f"{match[1]}\n{content}\n\n{match[3]}", self.text)

    def section(self, name):
        """The document's text about an experiment. Also writes its tables and plots."""
        results, origin = self.found[name]
        experiment = results.experiment
        took = (f", {duration(origin['seconds'])}" if origin.get("seconds") else "")
        made = f"`{origin['command']}` on {origin['machine']}{took}; commit {origin['commit']}. "
        beside = self.document.with_suffix("")
        beside.mkdir(exist_ok=True)
        if experiment.tool == "scaling":
            return self.costs(name, made)
        made += markdown.caption(results, origin["seeds"])
        write_text(
            beside / f"{name}.md",
            f"# {experiment.question}\n\n{made}\n\nWritten by `./surgery results`; "
            f"`{self.document.name}` tells what it says.\n\n"
            f"{markdown.tables(results, SHOWN[experiment.tool])}\n")
        parts = [experiment.question, f"{made} [All tables]({beside.name}/{name}.md)."]
        # latencies of different numbers of inferences, in and out of time, do not compare
        with_deadlines = results.has(DEADLINES_MET.name)
        plots = (OF_WAYS if experiment.ways else
                 {"deadlines-met": DEADLINES_MET.title} if with_deadlines else PLOTS)
        for plot, title in plots.items():
            shutil.copyfile(self.folder / name / f"{plot}.png", beside / f"{name}-{plot}.png")
            parts.append(f"![{title}]({beside.name}/{name}-{plot}.png)")
        # with several families the two tables of ratios would be too long here
        parts.append(markdown.summary(results)
                     if experiment.ways or (len(experiment.families) > 1 and not with_deadlines) else
                     markdown.tables(results, [DEADLINES_MET], "####") if with_deadlines else
                     markdown.tables(results, [LATENCY_RATIO, COST_RATIO], "####"))
        return "\n\n".join(parts)

    def costs(self, name, made):
        """The document's text about what simulations cost. @param made where it comes from"""
        results, origin = self.found[name]
        beside = self.document.with_suffix("").name
        shutil.copyfile(self.folder / name / "costs.png",
                        self.document.with_suffix("") / f"{name}-costs.png")
        return "\n\n".join([results.experiment.question,
                            f"{made}Medians of {origin['seeds']} runs.",
                            f"![What simulations cost]({beside}/{name}-costs.png)",
                            results.table()])

    def compares(self, name):
        """@return whether an experiment compares latencies with those of the reference"""
        results, _ = self.found[name]
        return not (results.experiment.tool == "scaling" or results.experiment.ways
                    or results.has(DEADLINES_MET.name))

    def summary(self):
        """A line per experiment, in the order of the document."""
        lines = {name: line for line in self.text.splitlines()
                 for name in re.findall(r"^\| \[([\w.+-]+)\]", line)}
        lines.update({name: self.extremes(name) for name in self.found if self.compares(name)})
        return "\n".join([markdown.row(["experiment", *markdown.EXTREMES_HEAD]),
                          markdown.row(["---", *markdown.EXTREMES_LINE]),
                          *(lines[name] for name in self.marks if name in lines)])

    def extremes(self, name):
        """The line of an experiment in the summary."""
        link = f"[{name}]({self.document.with_suffix('').name}/{name}.md)"
        return markdown.row([link, *markdown.extremes(self.found[name][0])])


def fill(document, folder, names):
    """Fill in a document. @param names of experiments; if empty, all that have a mark
    @return the exit code: 1 if some have no results"""
    try:
        report = Report(document, folder)
    except OSError as error:
        raise Failure(f"results: {document}: {error.strerror}") from error
    names = names or [name for name in report.marks if name != "summary"]
    for name in names:
        if name not in report.marks:
            raise Failure(f"results: {document} has no mark for \"{name}\"", 1)
    loaded = [name for name in names if report.load(name)]
    for name in names:
        if name not in loaded:
            say(f"results: no results of {name} in {folder}: left as it is")
    # the summary covers everything that the document shows
    for name in report.marks:
        if name != "summary" and name not in report.found:
            report.load(name)
    report.fill(loaded)
    return 0 if set(loaded) == set(names) else 1

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What simulations cost: processor time and memory, by what is simulated. A result is one row of
dnn-surgery-scaling."""

import statistics

from surgery.experiment.markdown import row
from surgery.experiment.rows import number, read_rows

# columns of the results, besides those that are computed
COLUMNS = ("sites", "devices", "simulated_s", "setup_cpu_s", "cpu_s", "events", "completed",
           "offloaded", "bytes_per_device")
HEAD = ("sites", "devices", "simulated s", "setup, CPU s", "run, CPU s", "events / CPU s",
        "inferences / CPU s", "simulated s / CPU s", "offloaded", "kB / device")


def rate(amount, cpu_s):
    """An amount per second of processor time; nothing where the run took no time."""
    return amount / cpu_s if cpu_s > 0 else None


def read(path):
    """The row of a run, with its rates."""
    found = read_rows(path, lambda fields: {name: number(fields[name]) for name in COLUMNS})[0]
    for name, amount in (("events_rate", "events"), ("inferences_rate", "completed"),
                         ("simulated_rate", "simulated_s")):
        found[name] = rate(found[amount], found["cpu_s"])
    return found


def middle(rows, name):
    """The median over the seeds: other work on the machine only adds to a few of them."""
    values = [found[name] for found in rows if found[name] is not None]
    return statistics.median(values) if values else None


class Costs:
    """The results of an experiment: the median row of each point of each family."""

    def __init__(self, experiment, seeds, folder):
        self.experiment = experiment
        self.samples = {}  # rows by the names of family and point
        for run in experiment.runs(seeds):
            path = folder / (run.stem + ".csv")
            if path.exists():
                self.samples.setdefault((run.family.name, run.point.name), []).append(read(path))

    def get(self, family, point):
        """The medians of a point; None if it has no results."""
        rows = self.samples.get((family.name, point.name))
        return rows and {name: middle(rows, name) for name in rows[0]}

    def cells(self, found):
        """A line of a table."""
        def show(name, form, factor=1):
            return "-" if found[name] is None else format(factor * found[name], form)

        return [show("sites", ".0f"), show("devices", ".0f"), show("simulated_s", "g"),
                show("setup_cpu_s", ".2f"), show("cpu_s", ".2f"), show("events_rate", ",.0f"),
                show("inferences_rate", ",.0f"), show("simulated_rate", ".3g"),
                show("offloaded", ".0%"), show("bytes_per_device", ".1f", 1e-3)]

    def table(self):
        """All points in Markdown."""
        lines = [row([self.experiment.axis, "", *HEAD]),
                 row(["---", "---", *["---:"] * len(HEAD)])]
        for family in self.experiment.families:
            for point in self.experiment.points:
                found = self.get(family, point)
                if found:
                    lines.append(row([point.label, family.label, *self.cells(found)]))
        return "\n".join(lines)

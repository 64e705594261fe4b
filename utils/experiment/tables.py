# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""From the results of an experiment's runs to tables, as CSV for programs, as Markdown for people."""

import csv
import math
from collections import defaultdict
from dataclasses import dataclass

from data_file import REFERENCE
from student import estimate


@dataclass(frozen=True)
class Measure:
    """What a table or a plot shows: a column of the results, or something made from it."""

    name: str
    title: str
    factor: float = 1  # from the results' unit to the one that is shown
    digits: int = 3


# A ratio is that of the scheduler to the reference within one run (and scenario): all schedulers
# saw the same random numbers. Means over runs of the ratio, not a ratio of means.
LATENCY_RATIO = Measure("latency_ratio", f"Mean latency / mean latency of {REFERENCE}")
COST_RATIO = Measure("cost_ratio", f"Mean cost J / mean cost of {REFERENCE}")
LATENCY = Measure("latency_mean_s", "Mean latency, ms", 1e3, 1)
SHOWN = {
    "compare": [
        LATENCY_RATIO, COST_RATIO, LATENCY,
        Measure("latency_p95_s", "95th percentile of the latency, ms", 1e3, 1),
        Measure("speedup_jain", "Fairness: Jain's index of the speed-ups"),
        Measure("completed", "Inferences completed", 1, 0),
        Measure("dropped_percent", "Inferences dropped, %", 1, 2),
        Measure("prediction_error_median", "Error of the predicted latency, median, %", 1e2, 1),
        Measure("prediction_error_p95", "Error of the predicted latency, 95th percentile, %",
                1e2, 1),
        Measure("recuts", "Changes of cut per device and timestep"),
    ],
    "analytic": [
        LATENCY_RATIO, COST_RATIO, LATENCY,
        Measure("latency_lost_percent", f"Scenarios in which {REFERENCE} has the higher mean "
                "latency, %", 1, 1),
        Measure("cost_lost_percent", f"Scenarios in which {REFERENCE} has the higher mean cost, %",
                1, 1),
        Measure("latency_anarchy", "Sum of latencies / sum under optimum"),
        Measure("latency_bound", "Sum of latencies / dual bound of the least sum"),
        Measure("cost_anarchy", "Sum of costs / dual bound of the least sum"),
        Measure("speedup_jain", "Fairness: Jain's index of the speed-ups"),
        Measure("latency_max_s", "Longest latency, ms", 1e3, 1),
        Measure("load", "Sum of the shares"),
        Measure("offloading", "Devices that offload", 1, 1),
        Measure("devices_faster", f"Devices that are faster than under {REFERENCE}", 1, 1),
    ],
}


def number(text):
    """A field of the results; None if it was not measured."""
    return float(text) if text not in (None, "") else None


def divide(a, b):
    return a / b if a is not None and b else None


def lost(ratio):
    """100 if the rival did better than the reference by more than rounding, else 0."""
    return None if ratio is None else 100.0 * (ratio < 1 - 1e-9)


def derive(values, reference, optimum, devices):
    """Add what is made from the columns of several schedulers of the same run."""
    for what in ("latency", "cost"):
        column = f"{what}_mean_s"
        values[f"{what}_ratio"] = divide(values.get(column), reference.get(column))
        values[f"{what}_lost_percent"] = lost(values[f"{what}_ratio"])
    if values.get("created"):
        values["dropped_percent"] = 100 * values["dropped"] / values["created"]
    if values.get("latency_sum_s") is not None:
        values["latency_anarchy"] = divide(values["latency_sum_s"], optimum.get("latency_sum_s"))
        values["latency_bound"] = divide(values["latency_sum_s"],
                                         values.get("dual_bound_latency_sum_s"))
        values["cost_anarchy"] = divide(values["cost_mean_s"] * devices,
                                        values.get("dual_bound_cost_sum_s"))


TEXTS = ("point", "network", "run", "scenario", "scheduler", "class")


def read_run(path):
    """A file of results. @return by class: a list with, by scheduler, the values by column"""
    samples = defaultdict(dict)  # by (class, scenario), scheduler
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = (row.get("class", "all"), row.get("scenario", ""))
            samples[key][row["scheduler"]] = {name: number(text) for name, text in row.items()
                                              if name not in TEXTS}
    classes = defaultdict(list)
    for (device_class, _), schedulers in samples.items():
        for values in schedulers.values():
            derive(values, schedulers.get(REFERENCE, {}), schedulers.get("optimum", {}),
                   values.get("devices"))
        classes[device_class].append(schedulers)
    return classes


class Results:
    """Estimates over the runs of an experiment that are there."""

    def __init__(self, experiment, seeds, folder):
        self.experiment = experiment
        self.samples = defaultdict(list)  # by family, point, class, scheduler, measure
        self.missing = []
        for run in experiment.runs(seeds):
            path = folder / (run.stem + ".csv")
            if not path.exists():
                self.missing.append(run)
                continue
            for device_class, schedulers in read_run(path).items():
                self.add(run, device_class, schedulers)

    def add(self, run, device_class, scenarios):
        for schedulers in scenarios:
            for scheduler, values in schedulers.items():
                for name, value in values.items():
                    if value is not None:
                        self.samples[run.family.name, run.point.name, device_class, scheduler,
                                     name].append(value)

    def get(self, family, point, scheduler, measure):
        """Over all devices; None if there is nothing."""
        return estimate(self.samples.get((family, point, "all", scheduler, measure), ()))

    def has(self, measure):
        return any(key[4] == measure for key in self.samples)

    def write_csv(self, path):
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["family", "point", "class", "scheduler", "measure", "mean", "ci95",
                             "samples"])
            for key, values in self.samples.items():
                made = estimate(values)
                writer.writerow([*key, repr(made.mean),
                                 "" if math.isnan(made.half) else repr(made.half), made.count])


def cell(made, measure):
    """For example "1.250 ± 0.012"; the interval is left out where it is nothing."""
    if made is None:
        return "-"
    text = f"{made.mean * measure.factor:.{measure.digits}f}"
    half = made.half * measure.factor
    return text if not half > 0 else f"{text} ± {half:.{measure.digits}f}"


def short(scheduler):
    """For headings: (1/n) has equal shares among the devices that offload, not among all."""
    return scheduler.replace("[AmongOffloading=true]", " (1/n)")


def row(cells):
    return "| " + " | ".join(cells) + " |"


def table(results, measure, family):
    """A line per point, a column per scheduler."""
    experiment = results.experiment
    lines = [row([experiment.axis, *map(short, experiment.schedulers)]),
             row(["---"] + ["---:"] * len(experiment.schedulers))]
    for point in experiment.points:
        cells = [cell(results.get(family.name, point.name, scheduler, measure.name), measure)
                 for scheduler in experiment.schedulers]
        lines.append(row([point.label, *cells]))
    return "\n".join(lines)


def markdown(results, measures, level="##"):
    """Tables of the measures that were measured, family by family."""
    parts = []
    for measure in measures:
        if not results.has(measure.name):
            continue
        parts.append(f"{level} {measure.title}")
        for family in results.experiment.families:
            if family.label:
                parts.append(f"{family.label}:")
            parts.append(table(results, measure, family))
    return "\n\n".join(parts)


def rivals(results, measure, family, point):
    """@return of all but the reference and optimum: (estimate, scheduler in words), best first"""
    found = [(results.get(family.name, point.name, scheduler, measure.name), short(scheduler))
             for scheduler in results.experiment.schedulers
             if scheduler not in (REFERENCE, "optimum")]
    return sorted((one for one in found if one[0]), key=lambda one: (one[0].mean, one[1]))


def best_rival(results, measure, family, point):
    """@return who has the least ratio and which, in words"""
    found = rivals(results, measure, family, point)
    return [found[0][1], cell(found[0][0], measure)] if found else ["-", "-"]


def places(experiment):
    """@return family, point and its name in words, for every point"""
    return [(family, point, ", ".join(filter(None, [family.label, point.label])))
            for family in experiment.families for point in experiment.points]


def summary_rows(results):
    """A line per point: how near the best rival comes, and optimum."""
    for family, point, where in places(results.experiment):
        optimum = results.get(family.name, point.name, "optimum", LATENCY_RATIO.name)
        yield [where, *best_rival(results, LATENCY_RATIO, family, point),
               cell(optimum, LATENCY_RATIO), *best_rival(results, COST_RATIO, family, point)]


def extremes(results):
    """One line for all points: where the best rival comes nearest, where it stays farthest behind,
    where optimum is farthest ahead."""
    where = places(results.experiment)

    def best(measure):
        return [(made, f"{name}, {place}") for family, point, place in where
                for made, name in rivals(results, measure, family, point)[:1]]

    planned = [(made, place) for family, point, place in where
               for made in [results.get(family.name, point.name, "optimum", LATENCY_RATIO.name)]
               if made]
    ends = [end(found, key=lambda one: one[0].mean, default=None)
            for end, found in ((min, best(LATENCY_RATIO)), (max, best(LATENCY_RATIO)),
                               (min, planned), (min, best(COST_RATIO)))]
    return [f"{results.experiment.axis} ({len(where)} points)",
            *(f"{cell(one[0], LATENCY_RATIO)}, {one[1]}" if one else "-" for one in ends)]


EXTREMES_HEAD = ["swept", f"best rival's latency / {REFERENCE}, least", "most",
                 f"optimum's latency / {REFERENCE}, least",
                 f"best rival's J / {REFERENCE}, least"]
EXTREMES_LINE = ["---", "---", "---", "---", "---"]
SUMMARY_HEAD = ["best rival on latency", f"its latency / {REFERENCE}",
                f"optimum's latency / {REFERENCE}", "best rival on J", f"its J / {REFERENCE}"]
SUMMARY_LINE = ["---", "---", "---:", "---:", "---", "---:"]


def summary(results):
    """Over 1: DDS is better."""
    return "\n".join([row([results.experiment.axis, *SUMMARY_HEAD]), row(SUMMARY_LINE),
                      *map(row, summary_rows(results))])


def caption(results, seeds):
    experiment = results.experiment
    sampled = ("scenarios" if experiment.tool == "analytic" else
               f"{seeds} seed{'s' if seeds > 1 else ''}")
    text = f"Means over the {sampled} with 95 % confidence intervals (Student's t)."
    if results.missing:
        text += f" {len(results.missing)} of {len(experiment.runs(seeds))} runs are missing."
    return text


def write(experiment, seeds, folder):
    """All tables and plots. @return for people: a summary and what was written"""
    import plots  # needs Matplotlib

    results = Results(experiment, seeds, folder)
    if not results.samples:
        return "no results, so no tables"
    shown = SHOWN[experiment.tool]
    results.write_csv(folder / "table.csv")
    text = (f"# {experiment.question}\n\n{caption(results, seeds)}\n\n"
            f"{markdown(results, shown)}\n")
    (folder / "tables.md").write_text(text, encoding="utf-8")
    files = [folder / "tables.md", folder / "table.csv", *plots.draw(results, folder)]
    return "\n".join([summary(results), "", caption(results, seeds), *map(str, files)])

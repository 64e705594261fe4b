# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The results of an experiment's runs, and estimates from them."""

import csv
import math
from collections import defaultdict
from dataclasses import dataclass, replace

from surgery.experiment import cut_off
from surgery.experiment.data_file import REFERENCE
from surgery.experiment.rows import number, read_rows
from surgery.experiment.student import estimate
from surgery.written import write_whole


@dataclass(frozen=True)
class Measure:
    """What a table or a plot shows: a column of the results, or a value computed from columns."""

    name: str
    title: str
    factor: float = 1  # from the results' unit to the displayed one
    digits: int = 3


# A ratio is that of the scheduler to the reference within one run (and scenario), because all
# schedulers see the same random numbers. Its mean over runs is shown, not a ratio of means.
LATENCY_RATIO = Measure("latency_ratio", f"Mean latency / mean latency of {REFERENCE}")
COST_RATIO = Measure("cost_ratio", f"Mean cost J / mean cost of {REFERENCE}")
LATENCY = Measure("latency_mean_s", "Mean latency, ms", 1e3, 1)
LATENCY_P95 = Measure("latency_p95_s", "95th percentile of the latency, ms", 1e3, 1)
THROUGHPUT = Measure("throughput_per_s", "Results per second", 1, 1)
DEADLINES_MET = Measure("deadlines_met", "Deadlines met, %", 1e2, 1)
PACKETS = [
    LATENCY_RATIO, COST_RATIO, LATENCY,
    LATENCY_P95,
    Measure("speedup_jain", "Fairness: Jain's index of the speed-ups"),
    Measure("completed", "Inferences completed", 1, 0),
    Measure("dropped_percent", "Inferences dropped, %", 1, 2),
    Measure("prediction_error_median", "Error of the predicted latency, median, %", 1e2, 1),
    Measure("prediction_error_p95", "Error of the predicted latency, 95th percentile, %",
            1e2, 1),
    Measure("recuts", "Changes of cut per device and timestep"),
    DEADLINES_MET,
    Measure("lateness_mean_s", "Mean lateness, ms", 1e3, 1),
]
SITES = [
    *PACKETS,
    Measure("migrations", "Changes of server per device, in the whole run", 1, 2),
    Measure("migrations_after_warmup", "Changes of server per device, after the warm-up", 1, 2),
]
BATCH_SIZE = Measure("batch_size_mean", "Jobs in the batch of a job", 1, 2)
BATCHES = [BATCH_SIZE, Measure("batch_waiting_s", "Waiting for the server's processor, ms", 1e3, 2)]
WORTH = [
    Measure("posted_price_s", "Posted price of the whole server, ms", 1e3, 0),
    Measure("revenue_s", "Revenue, ms", 1e3, 0),
    Measure("surplus_s", "Surplus of the devices, ms", 1e3, 0),
    Measure("welfare_s", "Welfare, ms", 1e3, 0),
]
PRICES = [
    *WORTH,
    Measure("largest_envy_s", "Largest envy, ms", 1e3, 2),
]
# what tells ways apart, that have no reference
OF_WAYS = [LATENCY, LATENCY_P95, THROUGHPUT, DEADLINES_MET, BATCH_SIZE, *WORTH]
SHOWN = {
    "compare": PACKETS,
    "choices": SITES,
    "simulate": [*SITES, THROUGHPUT, *BATCHES, *PRICES],
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


def divide(a, b):
    """A ratio; None if there is none."""
    return a / b if a is not None and b else None


def lost(ratio):
    """100 if the rival was better than the reference by more than rounding, otherwise 0."""
    return None if ratio is None else 100.0 * (ratio < 1 - 1e-9)


def derive(values, reference, optimum, devices):
    """Add values computed from the columns of several schedulers of the same run."""
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


def read_row(row):
    """A row of a file of results. @return its class and scenario, its scheduler, and the values by
    column"""
    key = (row.get("class", "all"), row.get("scenario", ""))
    return key, row["scheduler"], {name: number(text) for name, text in row.items()
                                   if name not in TEXTS}


def read_run(path):
    """A file of results. @return by class: a list with, by scheduler, the values by column"""
    samples = defaultdict(dict)  # by (class, scenario), scheduler
    for key, scheduler, values in read_rows(path, read_row):
        samples[key][scheduler] = values
    classes = defaultdict(list)
    for (device_class, _), schedulers in samples.items():
        for values in schedulers.values():
            derive(values, schedulers.get(REFERENCE, {}), schedulers.get("optimum", {}),
                   values.get("devices"))
        classes[device_class].append(schedulers)
    return classes


class Results:
    """Estimates over the existing runs of an experiment."""

    def __init__(self, experiment, seeds, folder):
        self.experiment = experiment
        self.samples = defaultdict(list)  # by family, point, class, scheduler, measure
        self.missing = {}  # how runs without results ended, by run in words
        self.incomplete = defaultdict(int)  # number of these runs, by family, point
        for run in experiment.runs(seeds):
            path = folder / (run.stem + ".csv")
            if not path.exists():
                self.missing[run.describe()] = cut_off.describe(folder / (run.stem + ".log"))
                self.incomplete[run.family.name, run.point.name] += 1
                continue
            for device_class, schedulers in read_run(path).items():
                self.add(run, device_class, schedulers)

    def add(self, run, device_class, scenarios):
        """Add the samples of a run."""
        for schedulers in scenarios:
            for scheduler, values in schedulers.items():
                for name, value in values.items():
                    if value is not None:
                        self.samples[run.family.name, run.point.name, device_class, scheduler,
                                     name].append(value)

    def get(self, family, point, scheduler, measure):
        """The estimate over all devices; None if nothing was measured."""
        made = estimate(self.samples.get((family, point, "all", scheduler, measure), ()))
        return made and replace(made, is_whole=(family, point) not in self.incomplete)

    def has(self, measure):
        """Whether anything was measured."""
        return any(key[4] == measure for key in self.samples)

    def write_csv(self, path):
        """Write all estimates, a row each."""
        with write_whole(path, newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["family", "point", "class", "scheduler", "measure", "mean", "ci95",
                             "samples", "missing_runs"])
            for key, values in self.samples.items():
                made = estimate(values)
                writer.writerow([*key, repr(made.mean),
                                 "" if math.isnan(made.half) else repr(made.half), made.count,
                                 self.incomplete.get(key[:2], 0)])

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Judges what a simulated testbed makes of measurements, by the bars that are set here.

A result has a row per pair of a measured and a simulated number; where networks are compared, of
packets and of fluid links. doc/dnn-surgery-validation.rst and doc/dnn-surgery-fluid.rst tell what the
bars mean.
"""

import itertools
import statistics
from dataclasses import dataclass, replace

from surgery.experiment.rows import read_rows
from surgery.experiment.student import estimate


@dataclass(frozen=True)
class Pair:
    """A measured and a simulated number."""

    point: str
    series: str
    setting: str
    x: float
    measured: float
    simulated: float
    judged: bool

    @property
    def scheduler(self):
        """That of a comparison of networks, whose setting names it after the network."""
        return self.setting.split(", ")[1]

    @property
    def error(self):
        """Of the simulated number, relative."""
        return self.simulated / self.measured - 1


@dataclass(frozen=True)
class Check:
    """A number that a bar is set for, or that is only reported."""

    what: str
    value: str
    bar: str
    passed: bool = True


def read_pairs(path):
    """The pairs of a file of results."""
    return read_rows(path, lambda row: Pair(
        row["point"], row["series"], row["setting"], float(row["x"]), float(row["measured"]),
        float(row["simulated"]), row["judged"] == "1"))


def quantile(values, at):
    """With linear interpolation, as the tables of the testbeds have it."""
    ordered = sorted(values)
    place = at * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def percent(value):
    """For people."""
    return f"{100 * value:+.2f} %"


def at_most(what, value, limit):
    """A size of an error that must not exceed a limit."""
    return Check(what, f"{100 * value:.2f} %", f"<= {100 * limit:g} %", value <= limit)


def within(what, value, limit):
    """An error that must not exceed a limit, whatever its sign."""
    return Check(what, percent(value), f"within {100 * limit:g} %", abs(value) <= limit)


def group(pairs, *names):
    """Lists of pairs by the values of some of their fields, in the order of appearance."""
    groups = {}
    for pair in pairs:
        groups.setdefault(tuple(getattr(pair, name) for name in names), []).append(pair)
    return groups


def judge_cuts(pairs):
    """The network's part of every cut: median and 90th percentile of each rate's errors; their
    signed medians agree, which tells a right link from a lucky one."""
    checks = []
    for half in ("all", "even"):
        medians = []
        name = "all cuts" if half == "all" else "even cuts (host work is fitted on odd ones)"
        for (setting,), found in group([pair for pair in pairs if pair.series == "network"
                                        and pair.judged], "setting").items():
            found = [pair for pair in found if half == "all" or pair.x % 2 == 0]
            if not found:
                continue
            errors = [abs(pair.error) for pair in found]
            medians.append(statistics.median(pair.error for pair in found))
            where = f"{setting}, {len(found)} of {name}"
            checks += [at_most(f"network, {where}: median error", statistics.median(errors), 0.01),
                       at_most(f"network, {where}: 90th percentile", quantile(errors, 0.9), 0.02),
                       Check(f"network, {where}: signed median", percent(medians[-1]), "")]
        if len(medians) > 1:
            checks.append(Check(f"network, {name}: signed medians of the rates differ by",
                                f"{100 * (max(medians) - min(medians)):.2f} points", "<= 1 point",
                                max(medians) - min(medians) <= 0.01))
    totals = [abs(pair.error) for pair in pairs if pair.series == "total"]
    if totals:
        checks.append(at_most("whole inferences: median error", statistics.median(totals), 0.003))
    return checks


def judge_stress(pairs):
    """How much slower a processor is beside somebody else's job."""
    return [Check(f"{pair.series}, {pair.setting}: slower by", f"{pair.simulated:.3f} (measured "
                  f"{pair.measured:.3f})", "1.95-2.05" if pair.judged else "",
                  not pair.judged or 1.95 <= pair.simulated <= 2.05) for pair in pairs]


def first(pairs, field):
    """The least x from which on all choices are to offload; infinite if none is."""
    least = float("inf")
    for pair in sorted(pairs, key=lambda pair: -pair.x):
        if getattr(pair, field) == 0:
            break
        least = pair.x
    return least


def judge_offload(pairs):
    """Full offloads by bandwidth, and from which one on planners offload."""
    checks = []
    for (setting,), found in group(pairs, "setting").items():
        errors = [pair.error for pair in found if pair.series == "duration" and pair.judged]
        if errors:
            sizes = [abs(error) for error in errors]
            checks += [at_most(f"{setting}, {len(errors)} bins: median error",
                               statistics.median(sizes), 0.025),
                       at_most(f"{setting}: largest error", max(sizes), 0.045),
                       Check(f"{setting}: signed median", percent(statistics.median(errors)), "")]
        for pair in found:
            if pair.series == "factor":
                checks.append(Check(f"{setting}: time per bytes / bandwidth",
                                    f"{pair.simulated:.4f} (measured {pair.measured:.4f})",
                                    "1.035-1.09", 1.035 <= pair.simulated <= 1.09))
        for series, slack, name in (("planner", 0, "the testbed's planner"),
                                    ("learned", 1, "dds, which learns from offloads,")):
            choices = [pair for pair in found if pair.series == series]
            if choices:
                ours, theirs = first(choices, "simulated"), first(choices, "measured")
                checks.append(Check(f"{setting}: {name} offloads from", f"{ours:g} megabyte/s",
                                    f"{theirs:g}" + (f" +- {slack}" if slack else ""),
                                    abs(ours - theirs) <= slack))
    return checks


def judge_replay(pairs):
    """Every inference of a recorded run, its distribution and its decisions."""
    checks = []
    for (point,), found in group(pairs, "point").items():
        durations = [pair for pair in found if pair.series == "duration"]
        offloaded = [pair.error for pair in durations if pair.setting == "offloaded"]
        measured = [pair.measured for pair in durations]
        simulated = [pair.simulated for pair in durations]
        wrong = [pair for pair in found if pair.series == "decision"
                 and pair.measured != pair.simulated]
        where = point or "replay"
        checks += [
            within(f"{where}, {len(offloaded)} offloaded: median error",
                   statistics.median(offloaded), 0.02),
            at_most(f"{where}: median size of the error",
                    statistics.median(map(abs, offloaded)), 0.04),
            within(f"{where}: mean of {len(durations)} durations",
                   statistics.fmean(simulated) / statistics.fmean(measured) - 1, 0.04),
            within(f"{where}: their median",
                   statistics.median(simulated) / statistics.median(measured) - 1, 0.03),
            within(f"{where}: their 95th percentile",
                   quantile(simulated, 0.95) / quantile(measured, 0.95) - 1, 0.06),
            Check(f"{where}: decisions that differ", str(len(wrong)), "0", not wrong)]
    return checks


def judge_power(pairs):
    """What the robot's board draws: in the replayed window, and in the mixed runs by the formula of
    two states."""
    names = {"mixed": "two states", "window": "simulated, mean of the replayed window"}
    return [within(f"{pair.setting}: {pair.measured:.2f} W, {names[pair.series]} "
                   f"{pair.simulated:.2f} W", pair.error, 0.05) for pair in pairs]


def judge_ranking(latencies):
    """Whether schedulers have the same order over both networks, up to those whose intervals
    overlap. @param latencies by scheduler: lists over packets and over fluid links, s"""
    estimates = {name: [estimate(values) for values in both] for name, both in latencies.items()}

    def find_order(a, b, network):
        """-1, 1, or 0: the intervals overlap."""
        one, other = estimates[a][network], estimates[b][network]
        apart = abs(one.mean - other.mean) > one.half + other.half
        return ((one.mean > other.mean) - (one.mean < other.mean)) * apart

    orders = [(a, b, find_order(a, b, 0), find_order(a, b, 1))
              for a, b in itertools.combinations(estimates, 2)]
    wrong = [f"{a} and {b}" for a, b, one, other in orders if one * other < 0]
    unlike = [f"{a} and {b}" for a, b, one, other in orders if one * other == 0 and one != other]
    return [Check(f"pairs of {len(estimates)} schedulers in another order", "; ".join(wrong) or "0",
                  "0", not wrong),
            Check("pairs of schedulers that only one network tells apart",
                  "; ".join(unlike) or "0", "")]


def judge_networks(pairs):
    """Fluid links beside packets: mean latencies over all seeds, parts of each device's inferences
    that had a cut, and the order of schedulers."""
    checks = []
    for (point,), there in group(pairs, "point").items():
        latencies = {}
        for pair in there:
            if pair.series == "goodput":
                checks.append(Check(f"{point}: goodput of the cell",
                                    f"{pair.measured:.2f} Mbit/s", ""))
        for (setting,), found in group([pair for pair in there if pair.series == "latency"],
                                       "setting").items():
            kind, scheduler = setting.split(", ")[0], found[0].scheduler
            latencies[scheduler] = ([pair.measured for pair in found],
                                    [pair.simulated for pair in found])
            packets, fluid = map(statistics.fmean, latencies[scheduler])
            checks.append(within(f"{point}, {scheduler}: mean latency over packets "
                                 f"{1e3 * packets:.2f} ms, over fluid links {1e3 * fluid:.2f} ms",
                                 fluid / packets - 1, 0.03 if kind == "wired" else 0.1))
            checks.append(Check(f"{point}, {scheduler}: that of a seed, of {len(found)}", " to ".join(
                percent(error) for error in (min(pair.error for pair in found),
                                             max(pair.error for pair in found))), ""))
            shares = group([pair for pair in there if pair.series == "share"
                            and pair.setting.startswith(setting + ", ")], "setting", "x")
            if not shares:
                continue
            # a seed in which no inference had a cut has no row of it
            points = {key: estimate([100 * (pair.simulated - pair.measured) for pair in some]
                                    + [0] * (len(found) - len(some)))
                      for key, some in shares.items()}
            (where, device), most = max(points.items(), key=lambda item: abs(item[1].mean))
            cut = where.removeprefix(setting + ", ")
            checks.append(Check(f"{point}, {scheduler}: part of a device and cut, of {len(points)}, "
                                f"differs most for device {device:g} and {cut}",
                                f"{most.mean:+.2f} points" + (f" ± {most.half:.2f}" if most.half > 0
                                                               else ""),
                                "within 5 points" if kind == "wired" else "",
                                kind != "wired" or abs(most.mean) <= 5))
        if len(latencies) > 1:
            checks += [replace(check, what=f"{point}: {check.what}")
                       for check in judge_ranking(latencies)]
    return checks


JUDGES = {"networks": judge_networks, "cuts": judge_cuts, "stress": judge_stress,
          "offload": judge_offload, "replay": judge_replay, "power": judge_power}


def judge(validation, pairs):
    """The checks of a validation. @param validation its name, as the program has it"""
    return JUDGES[validation](pairs)


def table(checks):
    """The checks in Markdown."""
    lines = ["| what | simulated | bar | |", "| --- | ---: | --- | --- |"]
    lines += [f"| {check.what} | {check.value} | {check.bar or '-'} | "
              f"{('passed' if check.passed else 'MISSED') if check.bar else 'reported'} |"
              for check in checks]
    return "\n".join(lines)

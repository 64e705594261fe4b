# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The tables of an experiment, as Markdown for people."""

from surgery.experiment.data_file import PLANNERS, REFERENCE
from surgery.experiment.results import COST_RATIO, LATENCY_RATIO, OF_WAYS, SHOWN

MARK = " \\*"  # behind a mean without all of its runs; Markdown prints the star as it is
LISTED = 5  # number of missing runs that a caption lists


def cell(made, measure):
    """For example "1.250 ± 0.012"; the interval is left out if there is none, and a mean without
    all of its runs has a mark."""
    if made is None:
        return "-"
    text = f"{made.mean * measure.factor:.{measure.digits}f}"
    half = made.half * measure.factor
    return (text if not half > 0 else f"{text} ± {half:.{measure.digits}f}") + (
        "" if made.is_whole else MARK)


def row(cells):
    """A line of a table."""
    return "| " + " | ".join(cells) + " |"


def table(results, measure, family):
    """A line per point, a column per scheduler."""
    experiment = results.experiment
    lines = [row([experiment.axis, *map(experiment.label, experiment.schedulers)]),
             row(["---"] + ["---:"] * len(experiment.schedulers))]
    for point in experiment.points:
        cells = [cell(results.get(family.name, point.name, scheduler, measure.name), measure)
                 for scheduler in experiment.schedulers]
        lines.append(row([point.label, *cells]))
    return "\n".join(lines)


def tables(results, measures, level="##"):
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
    """@return for all except reference and planner: (estimate, scheduler in words), best first"""
    found = [(results.get(family.name, point.name, scheduler, measure.name),
              results.experiment.label(scheduler))
             for scheduler in results.experiment.schedulers
             if scheduler not in (REFERENCE, *PLANNERS)]
    return sorted((one for one in found if one[0]), key=lambda one: (one[0].mean, one[1]))


def best_rival(results, measure, family, point):
    """@return the scheduler with the least ratio, and that ratio, in words"""
    found = rivals(results, measure, family, point)
    return [found[0][1], cell(found[0][0], measure)] if found else ["-", "-"]


def planned(results, family, point):
    """@return the estimate of the planner's latency ratio; None if there is none"""
    found = [results.get(family.name, point.name, planner, LATENCY_RATIO.name)
             for planner in PLANNERS if planner in results.experiment.schedulers]
    return found[0] if found else None


def places(experiment):
    """@return family, point and its name in words, for every point"""
    return [(family, point, ", ".join(filter(None, [family.label, point.label])))
            for family in experiment.families for point in experiment.points]


def summary_rows(results):
    """A line per point: the best rival's ratios and those of the planner."""
    for family, point, where in places(results.experiment):
        yield [where, *best_rival(results, LATENCY_RATIO, family, point),
               cell(planned(results, family, point), LATENCY_RATIO),
               *best_rival(results, COST_RATIO, family, point)]


def extremes(results):
    """One line for all points: where the best rival comes nearest, where it stays farthest behind,
    where the planner is farthest ahead."""
    where = places(results.experiment)

    def best(measure):
        return [(made, f"{name}, {place}") for family, point, place in where
                for made, name in rivals(results, measure, family, point)[:1]]

    ahead = [(made, place) for family, point, place in where
             for made in [planned(results, family, point)] if made]
    ends = [end(found, key=lambda one: one[0].mean, default=None)
            for end, found in ((min, best(LATENCY_RATIO)), (max, best(LATENCY_RATIO)),
                               (min, ahead), (min, best(COST_RATIO)))]
    return [f"{results.experiment.axis} ({len(where)} points)",
            *(f"{cell(one[0], LATENCY_RATIO)}, {one[1]}" if one else "-" for one in ends)]


EXTREMES_HEAD = ["swept", f"best rival's latency / {REFERENCE}, least", "most",
                 f"planner's latency / {REFERENCE}, least",
                 f"best rival's J / {REFERENCE}, least"]
EXTREMES_LINE = ["---", "---", "---", "---", "---"]
SUMMARY_HEAD = ["best rival on latency", f"its latency / {REFERENCE}",
                f"planner's latency / {REFERENCE}", "best rival on J", f"its J / {REFERENCE}"]
SUMMARY_LINE = ["---", "---", "---:", "---:", "---", "---:"]


def summary(results):
    """A line per point with ratios to DDS: above 1, DDS is better. Of ways: what tells them apart."""
    if results.experiment.ways:
        return tables(results, OF_WAYS, "####")
    return "\n".join([row([results.experiment.axis, *SUMMARY_HEAD]), row(SUMMARY_LINE),
                      *map(row, summary_rows(results))])


def caption(results, seeds):
    """Explains the numbers."""
    experiment = results.experiment
    sampled = ("scenarios" if experiment.tool == "analytic" else
               f"{seeds} seed{'s' if seeds > 1 else ''}")
    text = f"Means over the {sampled} with 95 % confidence intervals (Student's t)."
    return text + missing(results, seeds)


def missing(results, seeds):
    """Which runs are in no mean, and how far each of them came; empty if there are none."""
    if not results.missing:
        return ""
    ends = [f"{run}: {end}" for run, end in results.missing.items()]
    more = len(ends) - LISTED
    return (f" {len(ends)} of {len(results.experiment.runs(seeds))} runs are missing in the means "
            f"with{MARK}: {'; '.join(ends[:LISTED])}" + (f"; and {more} more." if more > 0 else "."))


def document(results, seeds):
    """All tables of an experiment."""
    experiment = results.experiment
    return (f"# {experiment.question}\n\n{caption(results, seeds)}\n\n"
            f"{tables(results, SHOWN[experiment.tool])}\n")

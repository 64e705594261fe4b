# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Writes all tables and plots of an experiment. Needs Matplotlib."""

from surgery.experiment import (markdown, plots, scaling, scaling_plots, validation,
                                validation_plots)
from surgery.experiment.data_file import PAIRED
from surgery.experiment.results import Results
from surgery.written import write_text

NOTHING = "no results, so no tables"


def publish(experiment, folder, table, plots_written):
    """Write a table beside its plots. @return a text: the table and the written files"""
    path = folder / "tables.md"
    write_text(path, f"# {experiment.question}\n\n{table}\n")
    return "\n".join([table, "", *map(str, [path, *plots_written])])


def write_validation(experiment, seeds, folder):
    """Write the checks and the figure of a validation. @return a text: them and the written files"""
    paths = [folder / (run.stem + ".csv") for run in experiment.runs(seeds)]
    pairs = [pair for path in paths if path.exists() for pair in validation.read_pairs(path)]
    if not pairs:
        return NOTHING
    name = experiment.options.get("validation", experiment.tool)
    return publish(experiment, folder, validation.table(validation.judge(name, pairs)),
                   validation_plots.draw(name, pairs, folder / "validation"))


def write_costs(experiment, seeds, folder):
    """Write what simulations cost. @return a text: the table and the written files"""
    costs = scaling.Costs(experiment, seeds, folder)
    if not costs.samples:
        return NOTHING
    return publish(experiment, folder, costs.table(), scaling_plots.draw(costs, folder / "costs"))


def write(experiment, seeds, folder):
    """Write tables and plots into a folder. @return a text: the summary and the written files"""
    if experiment.tool in PAIRED:
        return write_validation(experiment, seeds, folder)
    if experiment.tool == "scaling":
        return write_costs(experiment, seeds, folder)
    results = Results(experiment, seeds, folder)
    if not results.samples:
        return NOTHING
    results.write_csv(folder / "table.csv")
    write_text(folder / "tables.md", markdown.document(results, seeds))
    files = [folder / "tables.md", folder / "table.csv", *plots.draw(results, folder)]
    return "\n".join([markdown.summary(results), "", markdown.caption(results, seeds),
                      *map(str, files)])

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Writes all tables and plots of an experiment. Needs Matplotlib."""

from surgery.experiment import markdown, plots
from surgery.experiment.results import Results


def write(experiment, seeds, folder):
    """Write tables and plots into a folder. @return a text: the summary and the written files"""
    results = Results(experiment, seeds, folder)
    if not results.samples:
        return "no results, so no tables"
    results.write_csv(folder / "table.csv")
    (folder / "tables.md").write_text(markdown.document(results, seeds), encoding="utf-8")
    files = [folder / "tables.md", folder / "table.csv", *plots.draw(results, folder)]
    return "\n".join([markdown.summary(results), "", markdown.caption(results, seeds),
                      *map(str, files)])

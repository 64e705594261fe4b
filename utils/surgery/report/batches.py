# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""How large the batches on servers were, and how long jobs waited for them, if there were some."""

from surgery.report.figures import Figure, box_legend
from surgery.report.svg import Chart, Linear, Panel, color, short

MAX_DNNS = 12


def mean(values):
    """The mean of some values; nothing if there are none."""
    return sum(values) / len(values) if values else None


def draw_means(runs, groups, title, read):
    """Bars: a mean over jobs, in all and by DNN. @param groups DNNs, and None for all of them
    @param read reads the value of a row"""
    def find(run, dnn):
        return mean([read(row) for row in run.batches if dnn in (None, row["dnn"])])

    means = {(run, dnn): find(run, dnn) for run in runs for dnn in groups}
    row_height = 20 + 16 * len(runs)
    height = row_height * len(groups)
    chart = Chart(height + 44, title)
    highest = max((value for value in means.values() if value is not None), default=1)
    panel = Panel(chart, Linear(0, highest or 1), Linear(0, 1), 2, height, left=12, right=60)
    for value, text in panel.x_axis.ticks:
        chart.add(f'<path class="grid" d="M{panel.x(value):.1f} 2v{height}"/>')
        chart.text(panel.x(value), height + 16, text, "tick")
    chart.text(panel.left + panel.width / 2, height + 34, title, "title")
    for i, dnn in enumerate(groups):
        name = "all devices" if dnn is None else dnn.rpartition("/")[2]
        chart.text(panel.left + 4, 2 + row_height * i + 14, name, "group", "start")
        for r, run in enumerate(runs):
            value = means[run, dnn]
            said = "-" if value is None else short(value)
            y = 2 + row_height * i + 19 + 16 * r
            width = panel.x(value or 0) - panel.left
            chart.rect(panel.left, y, width, 12, f"bar {color(r)}", f"{run.name}, {name}: {said}")
            chart.text(panel.left + width + 5, y + 10, said, "tick", "start")
    chart.add(f'<path class="axis" d="M{panel.left} 2v{height}"/>')
    return chart.to_svg()


def batches_figures(runs):
    """Bars: how large the batch of a job was, and how long it waited for its beginning."""
    if not any(run.batches for run in runs):
        return []
    dnns = sorted({row["dnn"] for run in runs for row in run.batches})
    groups = [None, *(dnns[:MAX_DNNS] if len(dnns) > 1 else [])]
    legend = (box_legend((run.name, color(r)) for r, run in enumerate(runs)),)
    sizes = draw_means(runs, groups, "jobs in the batch, mean over jobs",
                       lambda row: float(row["batch_size"]))
    waiting = draw_means(runs, groups, "waiting at the server's processor, ms",
                         lambda row: float(row["waiting_ns"]) / 1e6)
    return [Figure("batches", "Batch sizes", sizes,
                   "Of every job that a server did, the size of the batch in which it ran.",
                   legend),
            Figure("batch-waiting", "Waiting for batches", waiting,
                   "From a job's arrival at the server's processor to the beginning of the batch "
                   "in which it ran; with pooled shares this includes a run of its own that it "
                   "gave up.",
                   legend)]

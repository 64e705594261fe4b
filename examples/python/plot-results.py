#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Two figures of the report, made from frames. For editors that run cells (# %%) one by one, or as
a script: ./surgery python examples/python/plot-results.py [DIR [FIGURE.png]]"""

# %% [markdown]
# What `./surgery demo` wrote: a folder with the tables of each scheduler.

# %%
import pathlib
import sys

import numpy
import pandas
from matplotlib import pyplot

import dnn_surgery

folder = pathlib.Path(sys.argv[1] if sys.argv[1:] else "results/demo")
runs = dnn_surgery.load_all(folder)

# %% [markdown]
# The inferences of each run that were completed; those from before the warm-up's end do not count.

# %%
completed = {}
for name, run in runs.items():
    frame = run.inferences
    counts = (frame.outcome == "completed") & (frame.created_s >= run.warmup_s)
    completed[name] = frame[counts]

# %% [markdown]
# The table at the top of the report, ms. The mean is that over the devices, each of which counts once.

# %%
table = pandas.DataFrame({
    name: {"mean": 1e3 * frame.groupby("device").latency_s.mean().mean(),
           "median": 1e3 * numpy.quantile(frame.latency_s, 0.5, method="inverted_cdf"),
           "p95": 1e3 * numpy.quantile(frame.latency_s, 0.95, method="inverted_cdf"),
           "completed": len(frame)}
    for name, frame in completed.items()}).T.sort_values("mean")
print(table.to_string(float_format="{:.1f}".format))

# %% [markdown]
# Its figure "Latency, all devices", and below "Where the time goes": where the mean latency of each
# class of devices comes from, which are those with the same processor.

# %%
figure, (upper, lower) = pyplot.subplots(2, figsize=(7, 9), layout="constrained")
for name in table.index:
    latencies = numpy.sort(completed[name].latency_s)
    upper.step(1e3 * latencies, numpy.arange(1, len(latencies) + 1) / len(latencies), where="post",
               label=name)
upper.set(xscale="log", xlabel="latency, ms", ylabel="fraction of inferences", ylim=(0, 1))
upper.legend()

# %%
bars = {}
for name in table.index:
    rows = completed[name]
    processors = runs[name].devices().Processor.map(lambda path: pathlib.Path(path).name)
    # the mean of each device, then of each class
    means = runs[name].segments().loc[rows.index].groupby(rows.device).mean()
    for processor, segments in means.groupby(processors).mean().iterrows():
        bars[f"{processor}\n{name}"] = 1e3 * segments
breakdown = pandas.DataFrame(bars).T.sort_index(ascending=False)
breakdown = breakdown.loc[:, breakdown.any()]  # host work is 0 unless asked for
breakdown.plot.barh(stacked=True, ax=lower, xlabel="mean latency, ms", width=0.8)

# %%
path = pathlib.Path(sys.argv[2] if sys.argv[2:] else folder / "latency.png")
figure.savefig(path, dpi=120)
print(path)

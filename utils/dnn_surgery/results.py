# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What a run wrote, as pandas frames."""

import os
import pathlib
import warnings

from dnn_surgery import status, strict_json, tables
from dnn_surgery.provenance import find_clients
from dnn_surgery.segments import HOST_WORK, SEGMENTS, split_local, split_offloaded


class UnfinishedRun(UserWarning):
    """A run was cut off, or goes on: its tables hold what was written until then."""


class Results:
    """The tables of one run. Each is a pandas frame and an attribute of its name, such as
    results.inferences, or results["inferences"]; it is read when it is first asked for.
    dnn_surgery/frames.py has the convention of their columns and units.

    folder: where they are
    tables: their names
    scheduler: the name of the scheduler, with its attributes; that of the folder if it is not known
    provenance: where the run comes from: versions, seed, settings, attributes
    scenario: what the scenario file said that was simulated, with all changes; None if there was none
    warmup_s: requests from before this instant, s, do not count in reports
    cut_off: empty if the run ended, else where and why it did not
    """

    def __init__(self, folder):
        """Look into a folder.
        @throws BadTables if its tables are of another version"""
        self.folder = pathlib.Path(folder)
        self._frames = {}
        path = os.fspath(self.folder)
        self.provenance = tables.read_known_provenance(path)
        settings = self.provenance.get("settings", {})
        self.scheduler = settings.get("scheduler") or self.folder.resolve().name
        text = settings.get("scenario")
        self.scenario = strict_json.loads(text) if text else None
        self.warmup_s = float(settings.get("warmup_ns", 0)) / 1e9
        self.cut_off = status.find_cut(path)
        self.tables = tuple(tables.list_tables(path))
        if self.cut_off:
            warnings.warn(f"{self.folder}: {self.cut_off}", UnfinishedRun, stacklevel=3)

    def __getitem__(self, table):
        if table not in self._frames:
            if table not in self.tables:
                raise KeyError(f"{self.folder} has no table {table}, but: {', '.join(self.tables)}")
            from dnn_surgery.frames import read_frame  # needs pandas

            frame = read_frame(os.fspath(self.folder), table)
            if table == "inferences":
                add_latency(frame)
            self._frames[table] = frame
        return self._frames[table]

    def __getattr__(self, name):
        if name.startswith("_") or name == "tables":
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __dir__(self):
        return [*super().__dir__(), *self.tables]

    def __repr__(self):
        state = f", {self.cut_off}" if self.cut_off else ""
        return f"<Results of {self.scheduler} in {self.folder}: {', '.join(self.tables)}{state}>"

    def devices(self):
        """The attributes of each device, as ns-3 writes them: a row for each, by its id, and a column
        per attribute, such as Dnn, Processor, UsagePrice. Empty without provenance."""
        import pandas

        frame = pandas.DataFrame.from_dict(find_clients(self.provenance), orient="index", dtype=str)
        frame.index.name = "device"
        return frame.sort_index()

    def segments(self):
        """Where the time of the completed inferences went, s: a row for each, with the index that it
        has in inferences, and a column per segment. A row's sum is its latency."""
        import pandas

        frame = self["inferences"]
        done = frame[frame["outcome"] == "completed"]
        at = {name.removesuffix("_s"): done[name] for name in done if name.endswith("_s")}
        for name in HOST_WORK:  # files of before there was host work lack it
            at.setdefault(name, 0.0 * done["created_s"])
        is_local = done["server_end_s"].isna()
        columns = {name: offloaded.where(~is_local, local) for name, offloaded, local
                   in zip(SEGMENTS, split_offloaded(at), split_local(at))}
        split = pandas.DataFrame(columns, index=done.index)
        split.attrs["units"] = dict.fromkeys(SEGMENTS, "s")
        return split


def add_latency(frame):
    """Add the latency of completed inferences as the last column."""
    latency = frame["result_received_s"] - frame["created_s"]
    frame["latency_s"] = latency.where(frame["outcome"] == "completed")
    frame.attrs["units"]["latency_s"] = "s"


def find_runs(folder):
    """The folders of runs: a folder itself, or those in it."""
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: there is no such folder")
    if tables.has_traces(folder):
        return [folder]
    found = sorted(path for path in folder.iterdir() if path.is_dir() and tables.has_traces(path))
    if not found:
        raise FileNotFoundError(f"{folder}: neither it nor a folder in it has an inferences.csv or a "
                                "tables.sqlite")
    return found


def load(folder):
    """The results of one run: those in a folder, or in the only folder in it that has any.
    @throws FileNotFoundError if there are none
    @throws BadTables if they cannot be read, or if there are several runs"""
    found = find_runs(folder)
    if len(found) > 1:
        raise tables.BadTables(f"{folder}: has several runs, load one of them, or use load_all: "
                               + ", ".join(path.name for path in found))
    return Results(found[0])


def load_all(folder):
    """The results of all runs in a folder, by the name of their folder, such as those that an example
    wrote under several schedulers."""
    return {path.name: Results(path) for path in find_runs(folder)}

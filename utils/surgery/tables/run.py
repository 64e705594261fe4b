# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What a run wrote: the tables of TableHelper and the run's provenance."""

import math
import os
import re

from dnn_surgery import status
from dnn_surgery.columns import find_wrong
from dnn_surgery.provenance import find_clients
from dnn_surgery.segments import HOST_WORK, split_local, split_offloaded
from dnn_surgery.tables import BadTables, has_traces, place, read_known_provenance, read_table

# What a figure takes from a table
COLUMNS = {
    "batches": {"dnn", "waiting_ns", "batch_size", "queued_ns"},
    "deadlines": {"id", "device", "deadline_ns", "late_ns", "met"},
    "schedule": {"time_ns", "server", "load", "shadow_price_s", "rounds", "max_regret", "dual_gap_s"},
    "grants": {"time_ns", "device", "server", "share", "uplink_bps"},
    "cuts": {"time_ns", "device", "new_cut"},
    "links": {"time_ns", "device", "server", "uplink_bps"},
    "migrations": {"time_ns", "device", "from_server", "to_server", "reason", "gap_ns"},
    "positions": {"time_ns", "node", "kind", "x_m", "y_m", "vx_m_per_s", "vy_m_per_s"},
    "attachments": {"time_ns", "node", "base_station", "event"},
    "sites": {"server", "name", "x_m", "y_m"},
    "bandwidth": {"time_ns", "device", "trace_up_bps"},
    "energy": {"time_ns", "device", "remaining_j"},
    "inference_energy": {"id", "device", "processor_j", "radio_j", "waiting_j"},
}


class BadResults(BadTables):
    """In one line, why there can be no report."""


def number(text):
    """A number; NaN if there is none."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return math.nan


class Variant:
    """Which of its variants a device ran."""

    def __init__(self, row):
        self.index = int(row["variant"])
        self.input_bytes = int(row["input_bytes"])
        self.activation_bits = int(row["activation_bits"])
        self.accuracy = number(row["accuracy_percent"])  # in percent; NaN if it is not known


class Inference:
    """A row of the table inferences, with that of the table deadlines if it has one; times in s."""

    def __init__(self, row, deadline=None):
        self.id = row.get("id", "")
        self.device = int(row["device"])
        self.server = row.get("server", "")
        self.dnn = row["dnn"]
        self.outcome = row["outcome"]
        self.reason = row["reason"]
        self.cut = row["cut"]
        # None: there is only one, or none was run
        self.variant = None if row.get("variant") in (None, "") else Variant(row)
        self.created = number(row["created_ns"]) / 1e9
        self.predicted = number(row.get("predicted_ns")) / 1e9  # NaN if nothing was
        self.service = number(row.get("service_ns")) / 1e9  # latency without waiting; NaN if unknown
        self.is_offloaded = number(row.get("server_end_ns")) > 0  # the server ran its last layers
        self.latency = math.nan
        self.deadline = self.lateness = math.nan
        self.met = None  # whether the deadline was met; None: it has none, or that is still open
        if deadline:
            self.deadline = number(deadline["deadline_ns"]) / 1e9
            self.lateness = number(deadline["late_ns"]) / 1e9
            self.met = {"1": True, "0": False}.get(str(deadline["met"]))
        self.segments = None
        if self.outcome == "completed":
            self._split(row)

    def _split(self, row):
        """Where the time went, by segment; they sum to the latency."""
        at = {name: number(row[f"{name}_ns"]) / 1e9
              for name in ("created", "device_start", "device_end", "first_byte_sent",
                           "last_byte_received", "server_start", "server_end",
                           "result_received")}
        # tables written before there was host work lack its columns
        at.update((name, number(row.get(f"{name}_ns", 0)) / 1e9) for name in HOST_WORK)
        self.latency = at["result_received"] - at["created"]
        self.segments = (split_local if math.isnan(at["server_end"]) else split_offloaded)(at)
        if any(map(math.isnan, [self.latency, *self.segments])):
            raise ValueError("is completed, but lacks an instant")


class Run:
    """One scheduler's run."""

    def __init__(self, folder):
        self.folder = folder
        self.provenance = read_known_provenance(folder)
        settings = self.provenance.get("settings", {})
        self.name = settings.get("scheduler") or os.path.basename(os.path.abspath(folder))
        self.cut = status.find_cut(folder)  # empty if the run ended
        self.mark = "*" if self.cut else ""  # behind what is measured of a run that did not end
        self.warmup = number(settings.get("warmup_ns", 0)) / 1e9
        deadlines = {(row["device"], row["id"]): row for row in self.read("deadlines")}
        rows = list(self._read_inferences(deadlines))
        # requests from before the warm-up's end do not count
        self.inferences = [row for row in rows if not row.created < self.warmup]
        self.results = [(row.device, row.created + row.latency) for row in rows
                        if row.outcome == "completed"]  # device and arrival, s, of all requests
        self.devices = sorted({row.device for row in rows})
        self.dnns = {row.device: row.dnn for row in rows}
        self.clients = find_clients(self.provenance)
        self.processors = {device: os.path.basename(client.get("Processor", ""))
                           for device, client in self.clients.items()}
        self.nodes = {device: client.get("(node)", str(device))
                      for device, client in self.clients.items()}
        self.schedule = self.read("schedule")
        self.grants = self.read("grants")
        # jobs that servers did of requests that count
        self.batches = [row for row in self.read("batches")
                        if int(row["queued_ns"]) / 1e9 >= self.warmup]
        self.cuts = self.read("cuts")
        self.migrations = sorted(self.read("migrations"), key=lambda row: int(row["time_ns"]))
        self.moves = self._find_moves()
        self.links = self._read_links()
        self.positions = self.read("positions")
        self.bandwidth = self.read("bandwidth")
        self.attachments = self.read("attachments")
        self.energy = self.read("energy")
        self.inference_energy = self.read("inference_energy")
        self.sites = self.read("sites")
        self.servers = self._find_servers()
        self.end = self._find_end(settings, rows)

    def _read_inferences(self, deadlines):
        """The inferences, each with its row of deadlines, which are by device and id."""
        for i, row in enumerate(self.read("inferences")):
            try:
                yield Inference(row, deadlines.get((row["device"], row.get("id"))))
            except KeyError as error:
                path = place(self.folder, "inferences")
                raise BadResults(f"{path}: no table of inferences ({error})") from error
            except ValueError as error:
                raise BadResults(f"{place(self.folder, 'inferences', i)}: {error}") from error

    def read(self, name):
        """A table of this run."""
        rows = read_table(self.folder, name, bool(self.cut))
        missing = COLUMNS.get(name, set()) - set(rows[0]) if rows else set()
        if missing:
            raise BadResults(f"{place(self.folder, name)}: has no column "
                             f"{', '.join(sorted(missing))}")
        wrong = find_wrong(rows)
        if wrong:
            raise BadResults(f"{place(self.folder, name, wrong[0])}: {wrong[1]}")
        return rows

    def get_usage_price(self, device):
        """rho of a device, s: what renting the whole server must save; 0 if it is not known."""
        text = self.clients.get(device, {}).get("UsagePrice", "+0ns")
        return number(text.removesuffix("ns")) / 1e9

    def _find_moves(self):
        """(s, server) of each device, from when on it served the device, in order."""
        first = {}
        for row in self.migrations:
            first.setdefault(int(row["device"]), row["from_server"])
        for row in self.grants:
            first.setdefault(int(row["device"]), row["server"])
        for row in self.inferences:
            first.setdefault(row.device, row.server)
        moves = {device: [(0.0, server)] for device, server in first.items() if server}
        for row in self.migrations:
            moves[int(row["device"])].append((number(row["time_ns"]) / 1e9, row["to_server"]))
        return moves

    def serving(self, device, time):
        """The server that serves a device at an instant, s; None if that is not known."""
        server = None
        for begin, name in self.moves.get(device, ()):
            if begin <= time or server is None:
                server = name
        return server

    def _read_links(self):
        """Estimates of links to the server that serves the device, not to those it visits."""
        rows = self.read("links")
        if not self.migrations and len({row["server"] for row in self.grants}) < 2:
            return rows
        return [row for row in rows
                if row["server"] == self.serving(int(row["device"]), number(row["time_ns"]) / 1e9)]

    def _find_servers(self):
        """The instants (ns) of each server's timesteps in ascending order, by its column."""
        times = {}
        for row in self.schedule + self.grants:
            times.setdefault(row["server"], set()).add(int(row["time_ns"]))
        # node ids by their value; a server that is not known comes first
        return {server: sorted(times[server])
                for server in sorted(times, key=lambda name: (len(name), name))}

    def _find_end(self, settings, rows):
        duration = number(settings.get("duration_ns")) / 1e9
        if duration > 0:
            return duration
        times = [row.created for row in rows]
        times += [number(row["time_ns"]) / 1e9 for row in self.schedule]
        return max(times, default=1.0) or 1.0

    def get_class(self, device):
        """What a device is grouped by: its processor."""
        return self.processors.get(device) or "all devices"

    def completed(self, kind=None):
        """Completed inferences, of one class of devices or of all."""
        return [row for row in self.inferences if row.outcome == "completed"
                and (kind is None or self.get_class(row.device) == kind)]

    def throughput(self, devices):
        """Results that came to devices after the warm-up, per s; None if the run is no longer."""
        measured = self.end - self.warmup
        count = sum(device in devices and time >= self.warmup for device, time in self.results)
        return count / measured if measured > 0 else None

    def deadlines(self):
        """The deadlines of the inferences, s, each once."""
        return sorted({row.deadline for row in self.inferences if math.isfinite(row.deadline)})

    def mean_latencies(self):
        """The mean latency of each device that completed anything, s."""
        sums = {}
        for row in self.completed():
            total, count = sums.get(row.device, (0.0, 0))
            sums[row.device] = (total + row.latency, count + 1)
        return {device: total / count for device, (total, count) in sums.items()}

    def mean_latency(self):
        """Mean over the devices of their mean latency, s; each device counts once."""
        means = self.mean_latencies().values()
        return sum(means) / len(means) if means else math.nan


def order_of(run):
    """Sorts runs as the command line names their schedulers."""
    names = []
    for argument in run.provenance.get("command_line", []):
        if argument.startswith("--schedulers="):
            # commas in brackets are a scheduler's own
            names = re.split(r",(?![^\[]*\])", argument.partition("=")[2])
    at = names.index(run.name) if run.name in names else len(names)
    has_capture = any(name.startswith("server") and name.endswith(".pcap")
                      for name in os.listdir(run.folder))
    return (not has_capture, at, run.name != "dds", run.folder)


def find_runs(folder):
    """The runs in a folder: itself, or the folders in it."""
    if not os.path.isdir(folder):
        raise BadResults(f"{folder}: there is no such folder")
    folders = [folder, *sorted(entry.path for entry in os.scandir(folder) if entry.is_dir())]
    runs = [Run(path) for path in folders if has_traces(path)]
    if not runs:
        raise BadResults(f"{folder}: neither it nor a folder in it has an inferences.csv or a "
                         "tables.sqlite")
    runs.sort(key=order_of)
    return runs


def tell_apart(path, paths, least):
    """The end of a path, as long as it takes to tell it from others. @param least folders of it"""
    length = next((length for length in range(least, len(path))
                   if [other[-length:] for other in paths].count(path[-length:]) == 1), len(path))
    return ":".join(path[-length:])


def name_runs(runs, is_one_folder):
    """Tell runs of the same name apart by their folders; if these are in several ones, all runs."""
    names = [run.name for run in runs]
    doubled = {name for name in names if names.count(name) > 1}
    alike = doubled if is_one_folder or not doubled else set(names)
    paths = [os.path.abspath(run.folder).split(os.sep) for run in runs]
    for run, path in zip(runs, paths):
        if run.name in alike:
            # the folder of a scheduler does not tell what else differs
            least = 2 if not is_one_folder and path[-1] == run.name else 1
            run.name = tell_apart(path, paths, least)
        run.name += run.mark


def read_runs(*folders):
    """The runs in folders, in their order; the same one twice counts once."""
    found = {os.path.realpath(run.folder): run for folder in folders for run in find_runs(folder)}
    runs = list(found.values())
    name_runs(runs, len(folders) == 1)
    return runs

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What runs come to, from their tables: the columns that dnn-surgery-compare writes of its runs."""

import csv
import math
import os

from surgery.quantile import quantile
from surgery.tables.run import number
from surgery.written import write_whole

COLUMNS = ("point", "network", "devices", "run", "scheduler", "class", "class_devices", "created",
           "completed", "dropped", "in_flight", "latency_mean_s", "latency_p95_s", "share_mean",
           "cost_mean_s", "prediction_error_median", "prediction_error_p95", "recuts", "migrations",
           "migrations_after_warmup", "deadlines_met", "lateness_mean_s")
# of the jobs of servers that make batches
BATCHES = ("batch_size_mean", "batch_waiting_s")
# of the servers' timesteps, where they post prices
PRICES = ("posted_price_s", "revenue_s", "surplus_s", "welfare_s", "largest_envy_s")


def mean(values):
    """The mean of what there is; None of nothing."""
    values = list(values)
    return math.fsum(values) / len(values) if values else None


def find_errors(rows):
    """Relative errors of the predicted latency, waiting apart, sorted."""
    return sorted(abs(row.predicted / max(row.service, 1e-9) - 1) for row in rows
                  if row.outcome == "completed" and math.isfinite(row.predicted)
                  and math.isfinite(row.service) and row.is_offloaded)


def measure_grants(run, device):
    """The mean share of a device, how many grants it had, and how often they changed its cut."""
    rows = [row for row in run.grants
            if row["device"] == str(device) and number(row["time_ns"]) / 1e9 >= run.warmup]
    cuts = [row["cut"] for row in rows]
    changes = sum(a != b and a != "" for a, b in zip(cuts, cuts[1:]))
    return mean(number(row["share"]) for row in rows) or 0.0, len(rows), changes


def measure(run, devices):
    """What devices of a run come to, by column; None is not measured."""
    rows = [row for row in run.inferences if row.device in devices]
    by_device = {device: [row.latency for row in rows if row.device == device
                          and row.outcome == "completed"] for device in devices}
    latencies = sorted(latency for own in by_device.values() for latency in own)
    grants = {device: measure_grants(run, device) for device in devices}
    granted = sum(count for _, count, _ in grants.values())
    latency = mean(mean(own) for own in by_device.values() if own)
    price = mean(run.get_usage_price(device) * share for device, (share, _, _) in grants.items())
    errors = find_errors(rows)
    met = [row.met for row in rows if row.met is not None]
    moves = [number(row["time_ns"]) / 1e9 for row in run.migrations if int(row["device"]) in devices]
    return {
        "class_devices": len(devices), "created": len(rows), "completed": len(latencies),
        "dropped": sum(row.outcome == "dropped" for row in rows),
        "in_flight": sum(row.outcome == "in-flight" for row in rows),
        "latency_mean_s": latency,
        "latency_p95_s": quantile(latencies, 0.95) if latencies else None,
        "share_mean": mean(share for share, _, _ in grants.values()),
        "cost_mean_s": None if latency is None else latency + price,
        "prediction_error_median": quantile(errors, 0.5) if errors else None,
        "prediction_error_p95": quantile(errors, 0.95) if errors else None,
        "recuts": sum(changes for _, _, changes in grants.values()) / granted if granted else None,
        "migrations": len(moves) / len(devices) if len(run.servers) > 1 else None,
        "migrations_after_warmup": (sum(time >= run.warmup for time in moves) / len(devices)
                                    if len(run.servers) > 1 else None),
        "throughput_per_s": run.throughput(devices),
        "deadlines_met": mean(met),
        "lateness_mean_s": mean(row.lateness for row in rows if math.isfinite(row.lateness)),
    }


def measure_prices(run):
    """What the servers of a run post and earn, by column: means over the timesteps after the
    warm-up. Prices and envy are means over the servers, the others sums."""
    values = {column: [] for column in PRICES}
    for server in run.servers:
        rows = [row for row in run.schedule if row["server"] == server
                and number(row["time_ns"]) / 1e9 >= run.warmup]
        for column in PRICES:
            known = [number(row[column]) for row in rows if math.isfinite(number(row[column]))]
            values[column] += [mean(known)] if known else []
    return {column: (mean(means) if column in ("posted_price_s", "largest_envy_s")
                     else math.fsum(means)) for column, means in values.items() if means}


def measure_batches(run, devices):
    """What the jobs of devices come to on servers that make batches, by column."""
    rows = [row for row in run.batches if int(row["device"]) in devices]
    return {"batch_size_mean": mean(float(row["batch_size"]) for row in rows),
            "batch_waiting_s": mean(float(row["waiting_ns"]) / 1e9 for row in rows)}


def has_prices(run):
    """Whether a server of a run posts prices."""
    return bool(run.schedule) and PRICES[0] in run.schedule[0]


def find_classes(run):
    """The devices of a run by class: all, then by processor and DNN."""
    devices = sorted(run.clients) or run.devices
    classes = {"all": devices}
    for device in devices:
        attributes = run.clients.get(device, {})
        dnn = os.path.basename(run.dnns.get(device) or attributes.get("Dnn", ""))
        classes.setdefault(f"{run.processors.get(device, '')}/{dnn}", []).append(device)
    return {name: classes[name] for name in ["all", *sorted(set(classes) - {"all"})]}


def write_rows(path, columns, rows):
    """Write a table of results."""
    with write_whole(path, newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def make_rows(runs, same):
    """A row per run and class of devices."""
    for scheduler, run in runs.items():
        classes = find_classes(run)
        prices = measure_prices(run) if has_prices(run) else {}
        for name, devices in classes.items():
            values = {**measure(run, set(devices)), **measure_batches(run, set(devices)),
                      **(prices if name == "all" else {})}
            yield {**same, "network": run.provenance.get("settings", {}).get("network", ""),
                   "devices": len(classes["all"]), "scheduler": scheduler, "class": name,
                   **{column: f"{value:.12g}" for column, value in values.items()
                      if value is not None}}


def write(path, runs, **same):
    """Write results: a row per run and class of devices. @param runs by scheduler
    @param same columns that all rows have in common"""
    columns = COLUMNS + ("throughput_per_s",)
    columns += BATCHES if any(run.batches for run in runs.values()) else ()
    columns += PRICES if any(map(has_prices, runs.values())) else ()
    write_rows(path, columns, make_rows(runs, same))

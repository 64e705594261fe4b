# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Curves over time out of tables, and how those of several servers are told apart."""

import math

from surgery.report.figures import line_legend
from surgery.report.svg import COLORS
from surgery.tables.run import number

MAX_POINTS = 500


def series(rows, column, scale=1.0, **of):
    """(s, value) from a table, from all rows or from those of a device, a server."""
    wanted = {name: str(value) for name, value in of.items()}
    return [(number(row["time_ns"]) / 1e9, scale * number(row[column])) for row in rows
            if all(row[name] == value for name, value in wanted.items())]


def thin(points):
    """At most MAX_POINTS of them, with the extremes of what is left out."""
    if len(points) <= MAX_POINTS:
        return points
    size = math.ceil(2 * len(points) / MAX_POINTS)
    kept = []
    for i in range(0, len(points), size):
        bucket = [point for point in points[i:i + size] if math.isfinite(point[1])]
        if bucket:
            kept += sorted({min(bucket, key=lambda p: p[1]), max(bucket, key=lambda p: p[1])})
    return kept


def hold(points, end):
    """Points whose last value holds until the end."""
    return [*points, (end, points[-1][1])] if points else points


def shown_servers(run):
    """The servers that have a color of their own, in its order."""
    return list(run.servers)[:COLORS]


def name_server(server):
    """A server for people."""
    return f"server {server}" if server else "unknown server"


def tell_servers_apart(run, what):
    """What the curves of the servers shown are called: by what they show if there is one."""
    servers = shown_servers(run)
    return [what if len(servers) == 1 else f"{what}, {name_server(server)}" for server in servers]


def server_legend(run):
    """Legends of a figure with a curve per server, and what its note must say of them."""
    servers = shown_servers(run)
    if len(servers) < 2:
        return (), ""
    left_out = (f" The first {len(servers)} of {len(run.servers)} servers."
                if len(servers) < len(run.servers) else "")
    return (line_legend(map(name_server, servers)),), left_out

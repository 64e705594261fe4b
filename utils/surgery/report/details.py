# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Figures that look into one scheduler's run."""

import math

from surgery.quantile import quantile
from surgery.report.cut_figures import (all_cuts_figure, bandwidth_figure, find_changes,
                                        to_stretches)
from surgery.report.cuts import Cuts
from surgery.report.curves import hold, name_server, series, shown_servers, thin
from surgery.report.dnn_figure import dnn_figure
from surgery.report.energy import battery_figure
from surgery.report.figures import Figure, Key, View, line_key
from surgery.report.prices import prices_figure
from surgery.report.servers import game_figure, market_figure, shares_figure
from surgery.report.sites import device_servers_figure, draw_sites, site_points
from surgery.report.svg import (COLORS, LEFT, RIGHT, WIDTH, Chart, Exact, Linear, Log, Panel, color,
                                escape, short)
from surgery.report.variants import variants_figure
from surgery.tables.run import number

MAX_CHOICES = 40  # devices whose cuts can be looked at
JUMP = 1.0        # m off the straight way, that is no walk


def uplinks(run, rows, device):
    """(s, Mbit/s) of a device by server; those of a server that is not known are under ""."""
    if len(run.servers) < 2:
        return {"": series(rows, "uplink_bps", 1e-6, device=device)}
    return {server: series(rows, "uplink_bps", 1e-6, device=device, server=server)
            for server in [*shown_servers(run), ""]}


def stretches(run, server, points):
    """What a server played with, as lines that hold: between them it went on without the device."""
    if len(run.servers) < 2:
        return [hold(thin(points), run.end)]
    times = [time / 1e9 for time in run.servers.get(server, ())]
    stops = dict(zip(times, [*times[1:], run.end]))
    found, stop = [], None
    for point in points:
        if point[0] != stop:
            found.append([])
        found[-1].append(point)
        stop = stops[point[0]]
    return [hold(thin(line), stops[line[-1][0]]) for line in found]


def draw_latency(panel, run, device):
    """One device: its inferences."""
    rows = [row for row in run.inferences if row.device == device and row.outcome == "completed"]
    points = thin(sorted((row.created, 1e3 * row.latency) for row in rows))
    # one path, since there may be many
    dots = "".join(f"M{panel.x(x):.1f} {panel.y(y):.1f}h0" for x, y in points)
    panel.chart.add(f'<path class="dots c0" d="{dots}"><title>latency of each inference</title>'
                    "</path>")
    if not points:
        panel.chart.text(panel.left + panel.width / 2, panel.top + panel.height / 2,
                         "it completed no inference", "tick")


def latency_axis(run, device):
    """From the shortest to the longest latency of a device, ms."""
    values = [1e3 * row.latency for row in run.inferences
              if row.device == device and row.outcome == "completed" and row.latency > 0]
    return Log(min(values), max(values)) if values else Linear(0, 1)


def draw_cuts(run, device, cuts):
    """One device: its uplink and, below, its cut and latency. @return drawing and legends"""
    dnn, changes = run.dnns[device], find_changes(run)[device]
    estimated, played = (uplinks(run, rows, device) for rows in (run.links, run.grants))
    traced = series(run.bandwidth, "trace_up_bps", 1e-6, device=device)
    values = [y for points in (*estimated.values(), *played.values(), traced) for _, y in points
              if math.isfinite(y) and y > 0]
    chart = Chart(394, f"Uplink, cut and latency of device {device}")
    x_axis = Exact(0, run.end)
    y_axis = Log(min(values), max(values)) if values else Linear(0, 1)
    panel = Panel(chart, x_axis, y_axis, 8, 164)
    panel.draw_axes("", "uplink, Mbit/s (log)", x_labels=False, y_ticks=bool(values))
    if not values:
        chart.text(panel.left + panel.width / 2, 92, "it never used its uplink", "tick")
    servers = [server for server in shown_servers(run) if played.get(server)]
    is_one = len(run.servers) < 2
    order = {"": 0} if is_one else {server: i for i, server in enumerate(shown_servers(run))}
    trace = 2 if is_one else COLORS - 1
    panel.line(thin(traced), trace, "carried in the last second", step=True)
    for server, points in played.items():
        what = "" if is_one else f" on {name_server(server)}"
        for line in stretches(run, server, points):
            panel.line(line, order[server], f"what the scheduler played with{what}", step=True)
    for server, points in estimated.items():
        style = "c1" if is_one else color(order[server]) if server in order else "muted"
        for x, y in thin(points):
            chart.add(f'<circle class="dot {style}" cx="{panel.x(x):.1f}" '
                      f'cy="{panel.y(y):.1f}" r="2"/>')
    joins = [(number(row["time_ns"]) / 1e9, row["base_station"]) for row in run.attachments
             if row["event"] == "attached" and row["node"] == run.nodes.get(device)]
    for time, station in joins:
        chart.add(f'<path class="join" d="M{panel.x(time):.1f} 8v164"><title>joins base station '
                  f"{escape(station)} at {short(time)} s</title></path>")
    strip = Panel(chart, x_axis, Linear(0, 1), 184, 26)
    strip.draw_axes("", "cut", x_labels=False, y_ticks=False)
    shown = set()
    for start, stop, cut in to_stretches(changes, run.end):
        shown.add((dnn, cut))
        x, width, style = strip.x(start), strip.x(stop) - strip.x(start), cuts.style(dnn, cut)
        chart.rect(x, 184, width, 26, f"bar {style}",
                   f"{cuts.name(dnn, cut)}, {short(start)} s to {short(stop)} s")
        if width > 8 * len(cuts.name(dnn, cut)) + 6:
            chart.text(x + width / 2, 201, cuts.name(dnn, cut), f"inside {style}")
    y_axis = latency_axis(run, device)
    panel = Panel(chart, x_axis, y_axis, 228, 120)
    panel.draw_axes("simulated time, s", "latency, ms (log)", y_ticks=isinstance(y_axis, Log))
    draw_latency(panel, run, device)
    style, whose = ("c1", "") if is_one else ("muted", ", in its server's color")
    keys = [Key(f"measured by the device{whose}",
                f'<circle class="dot {style}" cx="13" cy="5" r="3"/>')]
    keys += ([line_key("as the scheduler knew it", 0)] if is_one else
             [line_key(f"as {name_server(server)} knew it", order[server]) for server in servers])
    if traced:
        keys.append(line_key("carried by the trace", trace))
    if joins:
        keys.append(Key("joins a base station", '<path class="join" d="M4 0v10"/>', 8))
    return chart.to_svg(), (tuple(keys), cuts.legend(shown))


def cuts_figure(run, cuts, key):
    """A device's cut beside its uplink, with a choice of devices."""
    if not (run.cuts or run.links or run.grants):
        return None
    changes = {device: len(found) - 1 for device, found in find_changes(run).items()}
    chosen = sorted(run.devices, key=lambda device: (-changes[device], device))[:MAX_CHOICES]
    if not chosen:
        return None
    views = []
    for device in sorted(chosen):
        count = changes[device]
        title = (f"device {device}: {run.dnns[device]} on {run.get_class(device)}, {count} "
                 f"{'change' if count == 1 else 'changes'}")
        views.append(View(device, title, *draw_cuts(run, device, cuts)))
    return Figure(f"cuts-{key}", "Cut, bandwidth, latency",
                  note="Where the DNN is cut, below what the uplink carries; below it, how long "
                  "each inference took from its request on.", views=tuple(views), chosen=chosen[0])


def walks(run):
    """The way of each mobile node as lists of (x, y), and where base stations are."""
    nodes, stations = {}, []
    for row in run.positions:
        at = [number(row[name]) for name in ("x_m", "y_m")]
        if row["kind"] == "base-station":
            stations.append(tuple(at))
            continue
        now = number(row["time_ns"]) / 1e9
        speed = [number(row[name]) for name in ("vx_m_per_s", "vy_m_per_s")]
        ways = nodes.setdefault(int(row["node"]), [])
        if ways:
            then, x, y, vx, vy = ways[-1][-1]
            reached = (x + vx * (now - then), y + vy * (now - then))
            if math.dist(reached, at) > JUMP:
                ways[-1].append((now, *reached, 0.0, 0.0))
                ways.append([])
        else:
            ways.append([])
        ways[-1].append((now, *at, *speed))
    result = {}
    for node, ways in nodes.items():
        then, x, y, vx, vy = ways[-1][-1]
        ways[-1].append((run.end, x + vx * (run.end - then), y + vy * (run.end - then), 0, 0))
        result[node] = [[(x, y) for _, x, y, _, _ in way] for way in ways]
    return result, stations


def map_figure(run, key):
    """Where the nodes went."""
    nodes, stations = walks(run)
    points = [point for ways in nodes.values() for way in ways for point in way] + stations
    points += site_points(run)
    if not points:
        return None
    # a node that is far away is out of reach, and not on the map
    usual = quantile(sorted(max(map(abs, point)) for point in points), 0.5)
    seen = [point for point in points if max(map(abs, point)) <= 50 * max(usual, 1)]
    low = [min(point[i] for point in seen) for i in (0, 1)]
    high = [max(point[i] for point in seen) for i in (0, 1)]
    span = max(high[0] - low[0], high[1] - low[1], 1.0) * 1.06
    width = WIDTH - LEFT - RIGHT  # so that both axes have one scale
    middle = [(low[i] + high[i]) / 2 for i in (0, 1)]
    tall = min(1.0, max(0.35, 1.1 * (high[1] - low[1]) / span))
    chart = Chart(round(width * tall) + 52, "Map of movement")
    panel = Panel(chart, Exact(middle[0] - span / 2, middle[0] + span / 2),
                  Exact(middle[1] - span * tall / 2, middle[1] + span * tall / 2), 8,
                  round(width * tall))
    panel.draw_axes("x, m", "y, m")
    ends = []
    is_seen = set(seen).issuperset
    for i, (node, ways) in enumerate(sorted(nodes.items())):
        inside = [way for way in ways if is_seen(way)]
        for way in inside:
            panel.line(way, i, f"node {node}", style="thin")
        if inside:
            ends.append((i, node, inside[-1][-1]))
            x, y = inside[0][0]
            chart.add(f'<circle class="begin {color(i)}" cx="{panel.x(x):.1f}" '
                      f'cy="{panel.y(y):.1f}" r="3"/>')
    site_keys = draw_sites(run, panel)
    # large enough to be seen behind a node that ends there
    for number_, station in enumerate(stations):
        x, y = panel.x(station[0]), panel.y(station[1])
        chart.add(f'<path class="station" d="M{x:.1f} {y - 14:.1f}l12 22h-24z">'
                  f"<title>base station {number_}</title></path>")
    for i, node, (x, y) in ends:
        chart.add(f'<circle class="{color(i)} end" cx="{panel.x(x):.1f}" cy="{panel.y(y):.1f}" '
                  'r="8"/>')
        chart.text(panel.x(x), panel.y(y) + 3.5, node, f"inside small {color(i)}")
    keys = [Key("begin", '<circle class="begin c0" cx="7" cy="5" r="3"/>', 14),
            Key("end, with the device's number", '<circle class="c0 end" cx="7" cy="7" r="6"/>',
                14, 14)]
    if stations:
        keys.append(Key("base station", '<path class="station" d="M9 0l8 15h-16z"/>', 18, 16))
    keys += site_keys
    return Figure(f"map-{key}", "Movement", chart.to_svg(), legends=(tuple(keys),))


def run_figures(run, key):
    """All figures about one run."""
    cuts = Cuts(run)
    figures = (dnn_figure(run, cuts, key), all_cuts_figure(run, cuts, key),
               bandwidth_figure(run, cuts, key), cuts_figure(run, cuts, key),
               device_servers_figure(run, key), market_figure(run, key), prices_figure(run, key),
               shares_figure(run, key),
               variants_figure(run, key), game_figure(run, key), battery_figure(run, key),
               map_figure(run, key))
    return [figure for figure in figures if figure]

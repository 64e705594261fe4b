# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Where several servers stand, and which of them each device used when."""

from surgery.report.curves import name_server, shown_servers
from surgery.report.figures import Figure, Key, box_legend
from surgery.report.svg import COLORS, Chart, Exact, Linear, Panel, color, escape, short
from surgery.tables.run import number

MAX_ROWS = 60  # devices over time


def name_site(run, server):
    """A server for people: by its site, if that is known."""
    name = next((row["name"] for row in run.sites if row["server"] == server), "")
    return f"{name}, {name_server(server)}" if name else name_server(server)


def site_points(run):
    """(x, y), in m, of the sites."""
    return [(number(row["x_m"]), number(row["y_m"])) for row in run.sites]


def draw_sites(run, panel):
    """The sites on a map, with their names. @return what their symbol means; nothing without any"""
    for row, (x, y) in zip(run.sites, site_points(run)):
        left, top = panel.x(x), panel.y(y)
        panel.chart.add(f'<path class="site" d="M{left - 9:.1f} {top - 9:.1f}h18v18h-18z">'
                        f'<title>{escape(name_site(run, row["server"]))}</title></path>')
        panel.chart.text(left, top + 21, row["name"], "over")
    return [Key("site with a server", '<path class="site" d="M1 1h13v13h-13z"/>', 16, 15)] \
        if run.sites else []


def find_servers(run):
    """(s, server) of each device whenever it had another server than before, in order. Estimates of
    links tell it only where nobody migrates: others are of servers that are visited, too."""
    seen = {device: [] for device in run.devices}
    for row in [] if run.migrations else run.links:
        if int(row["device"]) in seen and row["server"]:
            seen[int(row["device"])].append((number(row["time_ns"]) / 1e9, row["server"]))
    for row in run.inferences:
        if row.server:
            seen[row.device].append((row.created, row.server))
    changes = {}
    for device, points in seen.items():
        changes[device] = [point for before, point in zip([None, *sorted(points)], sorted(points))
                           if before is None or before[1] != point[1]]
    return changes


def device_servers_figure(run, key):
    """A row per device: its server over time. Nothing if there is one server."""
    changes = find_servers(run)
    used = {server for points in changes.values() for _, server in points}
    if len(used | set(run.servers)) < 2:
        return None
    order = {server: i for i, server in enumerate(shown_servers(run))}
    styles = {server: color(order[server]) if server in order else "muted" for server in used}
    devices = run.devices[:MAX_ROWS]
    size = 16 if len(devices) <= 24 else 9
    height = size * len(devices)
    chart = Chart(height + 48, "Server of each device over time")
    panel = Panel(chart, Exact(0, run.end), Linear(0, 1), 6, height)
    for i, device in enumerate(devices):
        top = 6 + size * i
        if size == 16 or i % 5 == 0:
            chart.text(panel.left - 6, top + size / 2 + 4, device, "tick", "end")
        points = changes[device]
        ends = [time for time, _ in points[1:]] + [run.end]
        for (begin, server), end in zip(points, ends):
            chart.rect(panel.x(begin), top + 1, panel.x(end) - panel.x(begin), size - 2,
                       styles[server],
                       f"device {device}: {name_site(run, server)}, {short(begin)} s to "
                       f"{short(end)} s")
    for value, text in panel.x_axis.ticks:
        chart.text(panel.x(value), height + 21, text, "tick")
    chart.text(panel.left + panel.width / 2, height + 40, "simulated time, s", "title")
    chart.text(13, 6 + height / 2, "device", "title",
               more=f' transform="rotate(-90 13 {6 + height / 2:.1f})"')
    chart.add(f'<path class="axis" d="M{panel.left} 6v{height}h{panel.width}"/>')
    legend = [(name_site(run, server), style)
              for server, style in sorted(styles.items(), key=lambda one: order.get(one[0], COLORS))
              if server in order]
    if "muted" in styles.values():
        legend.append(("another server", "muted"))
    count = sum(len(points) - 1 for points in changes.values() if points)
    note = f"Which server each device used: {count} {'change' if count == 1 else 'changes'}."
    if len(run.devices) > len(devices):
        note += f" The first {len(devices)} of {len(run.devices)} devices."
    return Figure(f"devservers-{key}", "Servers of all devices", chart.to_svg(), note,
                  (box_legend(legend),))

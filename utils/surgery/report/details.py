# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Figures that look into one scheduler's run."""

import math

from surgery.report.figures import Figure, Key, View, box_legend
from surgery.report.svg import (WIDTH, Chart, Exact, Linear, Log, Panel, color, escape, short,
                                shorten)
from surgery.tables.run import number

MAX_ROWS = 60     # devices in one figure
MAX_COLUMNS = 120  # steps of time in the map of shares
MAX_CHOICES = 40  # devices whose cuts can be looked at
MAX_POINTS = 500
JUMP = 1.0        # m off the straight way, that is no walk


def series(rows, column, scale=1.0, device=None):
    """(s, value) from a table, one device's or all."""
    return [(number(row["time_ns"]) / 1e9, scale * number(row[column])) for row in rows
            if device is None or int(row["device"]) == device]


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


def market_figure(run, key):
    """Load and shadow price."""
    if not run.schedule:
        return None
    chart = Chart(308, "Load and shadow price over time")
    x_axis = Exact(0, run.end)
    load = hold(thin(series(run.schedule, "load", 100)), run.end)
    panel = Panel(chart, x_axis, Linear(0, max([100, *(y for _, y in load)])), 8, 116)
    panel.draw_axes("", "load, %", x_labels=False)
    panel.line(load, 0, "load", step=True)
    price = hold(thin(series(run.schedule, "shadow_price_s", 1e3)), run.end)
    known = [y for _, y in price if math.isfinite(y)]
    panel = Panel(chart, x_axis, Linear(0, max(known, default=1) or 1), 144, 116)
    panel.draw_axes("simulated time, s", "shadow price, ms")
    panel.line([(x, y) for x, y in price if math.isfinite(y)], 0, "shadow price", step=True)
    return Figure(f"market-{key}", "Load and price", chart.to_svg(),
                  "Shares in effect, and the shadow price of the whole server (0 if the scheduler "
                  "has none).")


def shares_figure(run, key):
    """A row per device, darker where it holds a larger share."""
    if not run.grants:
        return None
    devices = run.devices[:MAX_ROWS]
    cells = {}
    columns = min(MAX_COLUMNS, len({row["time_ns"] for row in run.grants}))
    for row in run.grants:
        column = min(columns - 1, int(number(row["time_ns"]) / 1e9 / run.end * columns))
        cells.setdefault((int(row["device"]), column), []).append(number(row["share"]))
    means = {at: sum(shares) / len(shares) for at, shares in cells.items()}
    most = max(means.values(), default=0)
    is_named = len(devices) <= 20
    size = 18 if is_named else 9
    height = size * len(devices)
    chart = Chart(height + 48, "Share of the server of each device over time")
    panel = Panel(chart, Exact(0, run.end), Linear(0, 1), 6, height, left=144 if is_named else 64)
    for i, device in enumerate(devices):
        if is_named or i % 5 == 0:
            name = f"{shorten(run.dnns[device])} {device}" if is_named else device
            chart.text(panel.left - 6, 6 + size * i + size / 2 + 4, name, "tick", "end")
        begin, value = 0, 0.0
        for column in range(columns + 1):
            # a device that is not granted anything holds nothing
            now = means.get((device, column), 0.0) if column < columns else math.nan
            if now != value:
                x = panel.left + panel.width * begin / columns
                if value > 0:
                    chart.rect(x, 6 + size * i + 1, panel.width * (column - begin) / columns,
                               size - 2, "heat", f"device {device}, {run.dnns[device]}: "
                               f"{short(100 * value)} %",
                               f' fill-opacity="{0.08 + 0.92 * value / most:.3f}"')
                begin, value = column, now
    for value, text in panel.x_axis.ticks:
        chart.text(panel.x(value), height + 21, text, "tick")
    chart.text(panel.left + panel.width / 2, height + 40, "simulated time, s", "title")
    chart.text(13, 6 + height / 2, "DNN, device" if is_named else "device", "title",
               more=f' transform="rotate(-90 13 {6 + height / 2:.1f})"')
    chart.add(f'<path class="axis" d="M{panel.left} 6v{height}h{panel.width}"/>')
    steps = "".join(f'<rect x="{i * 12}" width="12" height="10" class="heat" '
                    f'fill-opacity="{0.08 + 0.92 * i / 7:.2f}"/>' for i in range(8))
    legends = ((Key(f"{short(100 * most)} % of the server", steps, 96, before="0 %"),),)
    note = "What each device holds of the server; blank: nothing."
    if most == 0:
        note, legends = "No device ever held a share.", ()
    if len(run.devices) > len(devices):
        note += f" The first {len(devices)} of {len(run.devices)} devices."
    return Figure(f"shares-{key}", "Shares", chart.to_svg(), note, legends)


def find_uploads(run):
    """The cuts, as (device, cut), with no layer on the device: its input is what crosses them."""
    return {(row.device, row.cut) for row in run.inferences
            if row.cut != "local" and row.segments and row.segments[0] == 0}


def changes_of(run, device):
    """(s, cut) of a device, the first one from the beginning."""
    found = [(0.0, "local")]
    for row in run.cuts:
        if int(row["device"]) == device:
            found.append((number(row["time_ns"]) / 1e9, row["new_cut"]))
    return found


def draw_cuts(run, device, names, styles):
    """One device: its uplink and, below, its cut. @return the drawing and its legends"""
    estimated = series(run.links, "uplink_bps", 1e-6, device)
    played = series(run.grants, "uplink_bps", 1e-6, device)
    traced = series(run.bandwidth, "trace_up_bps", 1e-6, device)
    values = [y for _, y in estimated + played + traced if math.isfinite(y) and y > 0]
    chart = Chart(268, f"Uplink and cut of device {device}")
    x_axis = Exact(0, run.end)
    y_axis = Log(min(values), max(values)) if values else Linear(0, 1)
    panel = Panel(chart, x_axis, y_axis, 8, 164)
    panel.draw_axes("", "uplink, Mbit/s (log)", x_labels=False, y_ticks=bool(values))
    if not values:
        chart.text(panel.left + panel.width / 2, 92, "it never used its uplink", "tick")
    panel.line(thin(traced), 2, "carried in the last second", step=True)
    panel.line(hold(thin(played), run.end), 0, "what the scheduler played with", step=True)
    for x, y in thin(estimated):
        chart.add(f'<circle class="dot c1" cx="{panel.x(x):.1f}" cy="{panel.y(y):.1f}" r="2"/>')
    joins = [(number(row["time_ns"]) / 1e9, row["base_station"]) for row in run.attachments
             if row["event"] == "attached" and row["node"] == run.nodes.get(device)]
    for time, station in joins:
        chart.add(f'<path class="join" d="M{panel.x(time):.1f} 8v164"><title>joins base station '
                  f"{escape(station)} at {short(time)} s</title></path>")
    strip = Panel(chart, x_axis, Linear(0, 1), 184, 26)
    strip.draw_axes("simulated time, s", "cut", y_ticks=False)
    changes = changes_of(run, device)
    for i, (start, cut) in enumerate(changes):
        stop = changes[i + 1][0] if i + 1 < len(changes) else run.end
        x, width = strip.x(start), strip.x(stop) - strip.x(start)
        chart.rect(x, 184, width, 26, f"bar {styles[cut]}",
                   f"{names[cut]}, {short(start)} s to {short(stop)} s")
        if width > 8 * len(names[cut]) + 6:
            chart.text(x + width / 2, 201, names[cut], f"inside {styles[cut]}")
    keys = [Key("measured by the device", '<circle class="dot c1" cx="13" cy="5" r="3"/>'),
            Key("as the scheduler knew it", '<path class="line c0" d="M0 5h26"/>')]
    if traced:
        keys.append(Key("carried by the trace",
                        '<path class="line c2" d="M0 5h26" stroke-dasharray="2 3"/>'))
    if joins:
        keys.append(Key("joins a base station", '<path class="join" d="M4 0v10"/>', 8))
    boxes = box_legend((names[cut], style) for cut, style in styles.items())
    return chart.to_svg(), (tuple(keys), boxes)


def cuts_figure(run, key):
    """A device's cut beside its uplink, with a choice of devices."""
    if not (run.cuts or run.links or run.grants):
        return None
    changes = {device: len(changes_of(run, device)) for device in run.devices}
    chosen = sorted(run.devices, key=lambda device: (-changes[device], device))[:MAX_CHOICES]
    if not chosen:
        return None
    views = []
    uploads = find_uploads(run)
    for device in sorted(chosen):
        cuts = list(dict.fromkeys(cut for _, cut in changes_of(run, device)))
        others = [cut for cut in cuts if cut != "local"]
        styles = {"local": "muted", **{cut: color(i + 2) for i, cut in enumerate(others)}}
        names = {cut: "all on the server" if (device, cut) in uploads else f"cut at {cut}"
                 for cut in others}
        names["local"] = "all on the device"
        title = f"device {device}: {run.dnns[device]} on {run.get_class(device)}"
        views.append(View(device, title, changes[device] - 1,
                          *draw_cuts(run, device, names, styles)))
    return Figure(f"cuts-{key}", "Cut and bandwidth",
                  note="Where the DNN is cut, below what the uplink carries.",
                  views=tuple(views), chosen=chosen[0])


def game_figure(run, key):
    """Rounds, regret and gap of each timestep."""
    if not run.schedule:
        return None
    chart = Chart(398, "Rounds, regret and dual gap over time")
    x_axis = Exact(0, run.end)
    worst = []
    panels = (("rounds", "rounds", 1), ("max_regret", "regret, %", 100),
              ("dual_gap_s", "dual gap, ms", 1e3))
    for i, (column, title, scale) in enumerate(panels):
        points = [point for point in series(run.schedule, column, scale) if math.isfinite(point[1])]
        values = [y for _, y in points]
        # what is left of a sum of many latencies by rounding is no gap
        top = max(values, default=0.0)
        low = min(0.0, min(values, default=0.0)) if top > 1e-6 else 0.0
        y_axis = Linear(low if low < -1e-3 * top else 0.0, top if top > 1e-6 else 1, 4)
        panel = Panel(chart, x_axis, y_axis, 8 + 120 * i, 100)
        panel.draw_axes("simulated time, s" if i == 2 else "", title, x_labels=i == 2)
        panel.line(thin(points), 0, title, step=True)
        if not values:
            chart.text(panel.left + panel.width / 2, 62 + 120 * i, "not known", "tick")
        worst.append(short(top) if top > 1e-6 else "0")
    if all(not math.isfinite(number(row["max_regret"])) for row in run.schedule):
        note = "Nobody knows the regret of a game that devices play among themselves."
    else:
        gain = (f"could have gained more than {worst[1]} % of its cost" if worst[1] != "0"
                else "could have gained anything (to 1e-6 %)")
        rounds = f"At most {worst[0]} rounds." if worst[0] != "0" else "Decided without rounds."
        note = (f"{rounds} No device {gain} by moving alone; the outcome was at "
                f"most {worst[2]} ms from the best possible sum of costs.")
    return Figure(f"game-{key}", "Rounds, regret, dual gap", chart.to_svg(), note)


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
    if not points:
        return None
    # whoever is far away is out of reach, not on the map
    usual = sorted(max(map(abs, point)) for point in points)[len(points) // 2]
    seen = [point for point in points if max(map(abs, point)) <= 50 * max(usual, 1)]
    low = [min(point[i] for point in seen) for i in (0, 1)]
    high = [max(point[i] for point in seen) for i in (0, 1)]
    span = max(high[0] - low[0], high[1] - low[1], 1.0) * 1.06
    width = WIDTH - 64
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
    return Figure(f"map-{key}", "Movement", chart.to_svg(), legends=(tuple(keys),))


def run_figures(run, key):
    """All figures about one run."""
    figures = (market_figure(run, key), shares_figure(run, key), cuts_figure(run, key),
               game_figure(run, key), map_figure(run, key))
    return [figure for figure in figures if figure]

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Figures about the servers of one scheduler's run: what they decided in their timesteps."""

import math

from surgery.quantile import quantile
from surgery.report.curves import (hold, name_server, series, server_legend, shown_servers,
                                   tell_servers_apart, thin)
from surgery.report.figures import Figure, Key
from surgery.report.svg import COLORS, Chart, Exact, Linear, Panel, color, short, shorten
from surgery.tables.run import number

MAX_ROWS = 60      # in the map of shares
MAX_COLUMNS = 120  # steps of time there
FLAT = 1e-6        # of a regret in %, of a gap in ms: what is smaller is rounding


def market_figure(run, key):
    """Load and shadow price, a curve per server."""
    if not run.schedule:
        return None
    chart = Chart(308, "Load and shadow price over time")
    x_axis = Exact(0, run.end)
    loads, prices = ([hold(thin(series(run.schedule, column, scale, server=server)), run.end)
                      for server in shown_servers(run)]
                     for column, scale in (("load", 100), ("shadow_price_s", 1e3)))
    panel = Panel(chart, x_axis, Linear(0, max([100, *(y for load in loads for _, y in load)])),
                  8, 116)
    panel.draw_axes("", "load, %", x_labels=False)
    for i, name in enumerate(tell_servers_apart(run, "load")):
        panel.line(loads[i], i, name, step=True)
    prices = [[point for point in price if math.isfinite(point[1])] for price in prices]
    most = max((y for price in prices for _, y in price), default=1)
    panel = Panel(chart, x_axis, Linear(0, most or 1), 144, 116)
    panel.draw_axes("simulated time, s", "shadow price, ms")
    for i, name in enumerate(tell_servers_apart(run, "shadow price")):
        panel.line(prices[i], i, name, step=True)
    legends, left_out = server_legend(run)
    whose = "each whole server" if legends else "the whole server"
    return Figure(f"market-{key}", "Load and price", chart.to_svg(),
                  f"Shares in effect, and the shadow price of {whose} (0 if the scheduler has "
                  f"none).{left_out}", legends)


def count_columns(run, times):
    """Into how many steps a run is divided for a server: one per timestep, if that is not too many.
    @param times the instants (ns) of its timesteps"""
    steps = sorted(after - before for before, after in zip(times, times[1:]))
    return max(1, min(MAX_COLUMNS, round(1e9 * run.end / quantile(steps, 0.5)))) if steps else 1


def mean_shares(run):
    """Steps of time by server, and means of a device's shares by (device, server, step). Each
    server has steps of its own, because they do not decide at the same instants."""
    columns = {server: count_columns(run, times) for server, times in run.servers.items()}
    cells = {}
    for row in run.grants:
        count = columns[row["server"]]
        # an instant that begins a step is in it, whatever was rounded
        column = min(count - 1, int(number(row["time_ns"]) / 1e9 / run.end * count + 1e-9))
        cells.setdefault((int(row["device"]), row["server"], column), []).append(
            number(row["share"]))
    return columns, {at: sum(shares) / len(shares) for at, shares in cells.items()}


def scale_legend(most, style, whose):
    """What the shades of a color mean."""
    steps = "".join(f'<rect x="{i * 12}" width="12" height="10" class="{style}" '
                    f'fill-opacity="{0.08 + 0.92 * i / 7:.2f}"/>' for i in range(8))
    return Key(f"{short(100 * most)} % of {whose}", steps, 96, before="0 %")


def shares_figure(run, key):
    """A row per device and server that granted it something, darker where it holds more."""
    if not run.grants:
        return None
    columns, means = mean_shares(run)
    servers = shown_servers(run)
    granted = {(device, server) for device, server, _ in means}
    rows = []
    for device in run.devices:
        rows += ([(device, server) for server in servers if (device, server) in granted]
                 or [(device, servers[0])])
    rows = rows[:MAX_ROWS]
    most = max((share for at, share in means.items() if at[1] in servers), default=0)
    styles = dict(zip(servers, ["heat"] if len(servers) == 1 else map(color, range(COLORS))))
    is_named = len(rows) <= 20
    size = 18 if is_named else 9
    height = size * len(rows)
    chart = Chart(height + 48, "Share of the server of each device over time")
    panel = Panel(chart, Exact(0, run.end), Linear(0, 1), 6, height, left=144 if is_named else 64)
    for i, (device, server) in enumerate(rows):
        held_of = "" if len(servers) == 1 else f" of {name_server(server)}"
        if is_named or i % 5 == 0:
            name = f"{shorten(run.dnns[device])} {device}" if is_named else device
            chart.text(panel.left - 6, 6 + size * i + size / 2 + 4, name, "tick", "end")
        begin, value = 0, 0.0
        count = columns[server]
        for column in range(count + 1):
            # a device that is not granted anything holds nothing
            now = means.get((device, server, column), 0.0) if column < count else math.nan
            if now != value:
                x = panel.left + panel.width * begin / count
                if value > 0:
                    chart.rect(x, 6 + size * i + 1, panel.width * (column - begin) / count,
                               size - 2, styles[server], f"device {device}, {run.dnns[device]}: "
                               f"{short(100 * value)} %{held_of}",
                               f' fill-opacity="{0.08 + 0.92 * value / most:.3f}"')
                begin, value = column, now
    for value, text in panel.x_axis.ticks:
        chart.text(panel.x(value), height + 21, text, "tick")
    chart.text(panel.left + panel.width / 2, height + 40, "simulated time, s", "title")
    chart.text(13, 6 + height / 2, "DNN, device" if is_named else "device", "title",
               more=f' transform="rotate(-90 13 {6 + height / 2:.1f})"')
    chart.add(f'<path class="axis" d="M{panel.left} 6v{height}h{panel.width}"/>')
    if len(servers) == 1:
        legends = ((scale_legend(most, "heat", "the server"),),)
        note = "What each device holds of the server; blank: nothing."
    else:
        legends = (tuple(scale_legend(most, styles[server], name_server(server))
                         for server in servers),)
        note = ("What each device holds of each server, a row per server that it played with; "
                "blank: nothing." + server_legend(run)[1])
    if most == 0:
        note, legends = "No device ever held a share.", ()
    devices = len({device for device, _ in rows})
    if len(run.devices) > devices:
        note += f" The first {devices} of {len(run.devices)} devices."
    return Figure(f"shares-{key}", "Shares", chart.to_svg(), note, legends)


def describe_flat(column, values):
    """What a panel says, in two lines, if nothing can be seen in it; None if something can.
    @param values in the panel's unit"""
    top = max(map(abs, values))
    if column == "rounds":
        if min(values) < max(values):
            return None
        return ("decided without rounds", "") if top == 0 else (
            f"{short(top)} {'round' if top == 1 else 'rounds'} in every timestep", "")
    if top > FLAT:
        return None
    size = f"at most {short(top)}" if top > 0 else "0"
    if column == "max_regret":
        return f"{size} %:" if top > 0 else "0:", "every timestep was an equilibrium"
    return f"{size} ms:" if top > 0 else "0:", "no other outcome has a smaller sum of costs"


def game_figure(run, key):
    """Rounds, regret and gap of each timestep, a curve per server."""
    if not run.schedule:
        return None
    chart = Chart(398, "Rounds, regret and dual gap over time")
    x_axis = Exact(0, run.end)
    worst = []
    panels = (("rounds", "rounds", 1), ("max_regret", "regret, %", 100),
              ("dual_gap_s", "dual gap, ms", 1e3))
    for i, (column, title, scale) in enumerate(panels):
        curves = [[point for point in series(run.schedule, column, scale, server=server)
                   if math.isfinite(point[1])] for server in shown_servers(run)]
        values = [y for points in curves for _, y in points]
        # what is left of a sum of many latencies by rounding is no gap
        top = max(values, default=0.0)
        low = min(0.0, min(values, default=0.0)) if top > FLAT else 0.0
        says = describe_flat(column, values) if values else ("not known", "")
        y_axis = Linear(low if low < -1e-3 * top else 0.0, top if top > FLAT else 1, 4)
        panel = Panel(chart, x_axis, y_axis, 8 + 120 * i, 100)
        panel.draw_axes("simulated time, s" if i == 2 else "", title, x_labels=i == 2,
                        y_ticks=says is None or column == "rounds" and bool(values))
        for points, (index, name) in zip(curves, enumerate(tell_servers_apart(run, title))):
            panel.line(thin(points), index, name, step=True)
        for line, text in enumerate(says or ()):
            if text:
                chart.text(panel.left + panel.width / 2, 54 + 18 * line + 120 * i, text, "says")
        worst.append(short(top) if top > FLAT else "0")
    if all(not math.isfinite(number(row["max_regret"])) for row in run.schedule):
        note = "The regret of a game that devices play among themselves is not known."
    else:
        gain = (f"could have gained more than {worst[1]} % of its cost" if worst[1] != "0"
                else "could have gained anything (to 1e-6 %)")
        rounds = f"At most {worst[0]} rounds." if worst[0] != "0" else "Decided without rounds."
        note = (f"{rounds} No device {gain} by moving alone; the outcome was at "
                f"most {worst[2]} ms from the best possible sum of costs.")
    legends, left_out = server_legend(run)
    return Figure(f"game-{key}", "Rounds, regret, dual gap", chart.to_svg(), note + left_out,
                  legends)

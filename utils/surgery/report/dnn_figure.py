# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The figure of a run's DNNs as graphs, with the cuts that were used across them."""

import collections
import math

from surgery.report.figures import Figure, Key, View
from surgery.report.graph import LOCAL, crossing_bytes, find_ways, make_rows, nested, tensor_sizes
from surgery.report.svg import WIDTH, Chart, escape, short

MAX_ROWS = 14   # of a graph
MAX_CUTS = 7    # lines across it
MAX_DNNS = 12
MAX_WAYS = 4    # boxes side by side
HEIGHT = 28     # of a row
BOX = 14        # of a box
CUT_HEIGHT = 36  # of a cut's line with what is said of it
MIDDLE, SPAN = 184, 118  # where boxes are
BARS, BARS_END = 258, 376  # where the bars of tensors are


def to_bytes(count):
    """A number of bytes for people."""
    for factor, unit in ((1e6, "MB"), (1e3, "kB")):
        if count >= factor:
            return f"{short(count / factor)} {unit}"
    return f"{short(count)} B"


class Bars:
    """A logarithmic axis for tensors."""

    def __init__(self, rows):
        known = [row.below for row in rows if row.below > 0] or [1.0]
        self.low = math.log10(min(known)) - 0.25
        self.high = max(math.log10(max(known)), self.low + 1)

    def x(self, count):
        """Where a bar ends."""
        at = (math.log10(count) - self.low) / (self.high - self.low)
        return BARS + at * (BARS_END - BARS)


class Drawing:
    """One DNN."""

    def __init__(self, dnn, cuts, client):
        self.dnn, self.cuts, self.graph = dnn, cuts, cuts.graphs[dnn]
        sizes = tensor_sizes(self.graph, client)
        self.total = sum(cuts.used[dnn].values())
        self.inputs = frozenset(layer for layer, inputs in enumerate(self.graph.inputs)
                                if not inputs)
        used = [(cut, self.graph.device_side(cut))
                for cut, _ in sorted(cuts.used[dnn].items(), key=lambda item: (-item[1], item[0]))]
        self.unknown = [cut for cut, side in used if side is None]
        used = [(cut, side | self.inputs) for cut, side in used if side is not None]
        chosen = [used[i] for i in nested([side for _, side in used])]
        chosen = sorted(chosen, key=lambda item: -cuts.used[dnn][item[0]])[:MAX_CUTS]
        chosen.sort(key=lambda item: len(item[1]))
        self.left_out = [cut for cut, _ in used if cut not in dict(chosen)]
        sides = sorted({self.inputs, *(side for _, side in chosen)} - {frozenset(self.graph.order)},
                       key=len)
        self.rows = make_rows(self.graph, sizes, sides, MAX_ROWS)
        # the cut below each row
        self.cut_below = {}
        for cut, side in chosen:
            last = max((i for i, row in enumerate(self.rows) if set(row.layers) <= side))
            self.cut_below[last] = cut
        self.on_device = self._count_on_device(chosen)
        self.crossing = crossing_bytes([1] * len(sizes), self.graph, self.rows)
        self.upload = sum(sizes[layer] for layer in self.inputs)
        height = HEIGHT * len(self.rows) + CUT_HEIGHT * len(self.cut_below)
        self.chart = Chart(height + 26, f"Layers of {dnn} and the cuts across them")
        self.bars = Bars(self.rows)
        self.flows = []  # behind the boxes

    def _count_on_device(self, chosen):
        """For each row, the fraction of inferences that had it on the device."""
        count = sum(self.cuts.used[self.dnn][cut] for cut, _ in chosen) or 1
        return [sum(self.cuts.used[self.dnn][cut] for cut, side in chosen
                    if set(row.layers) <= side) / count for row in self.rows]

    def draw(self):
        """@return SVG"""
        chart = self.chart
        chart.text(4, 14, "down to layer", "title", "start")
        chart.text(MIDDLE, 14, "layers", "title")
        chart.text(BARS, 14, "tensors sent below (log)", "title", "start")
        bottom = chart.height
        if self.upload > 0:
            x = self.bars.x(self.upload)
            chart.add(f'<path class="grid" d="M{x:.1f} 22V{bottom}"><title>the input: '
                      f"{to_bytes(self.upload)}</title></path>")
        y, above = 22, {}
        for i, row in enumerate(self.rows):
            above = self._draw_row(row, i, y, above)
            y += HEIGHT
            if i in self.cut_below:
                self._draw_cut(self.cut_below[i], row, y)
                y += CUT_HEIGHT
        chart.parts.insert(0, f'<path class="flow" d="{"".join(self.flows)}"/>')
        return chart.to_svg()

    def _curve(self, x0, y0, x1, y1):
        middle = (y0 + y1) / 2
        return f"M{x0:.1f} {y0:.1f}C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}"

    def _draw_row(self, row, i, y, above):
        """Draw a row. @param above where tensors come from: (x, y) by layer @return the same for
        the next row"""
        chart, graph = self.chart, self.graph
        layers = row.layers
        top, bottom = y + (HEIGHT - BOX) / 2, y + (HEIGHT + BOX) / 2
        boxes = [row.chain] if not row.region else find_ways(graph, row)
        if row.stages > 1 or len(boxes) > MAX_WAYS:
            boxes = [layers]
        width = min(64, SPAN / len(boxes) - 6)
        left = MIDDLE - (width + 6) * (len(boxes) - 1) / 2
        links, sources, xs = set(), {}, []
        for b, box in enumerate(boxes):
            x = left + (width + 6) * b
            xs.append(x)
            for layer in box:
                links |= {(*above[source], x, top) for source in graph.inputs[layer]
                          if source in above}
                sources[layer] = (x, bottom)
        inside = {layer for box in boxes for layer in box}
        join = (MIDDLE, y + HEIGHT)
        if row.is_narrow and row.region and row.stages == 1:
            # ways meet, and a tensor that passes by all of them meets them
            links |= {(x, bottom, *join) for x in xs}
            passing = {above[source] for layer in row.chain for source in graph.inputs[layer]
                       if source not in inside and source in above}
            side = MIDDLE + SPAN / 2
            for start in sorted(passing):
                self.flows.append(f"{self._curve(*start, side, top)}V{bottom:.1f}"
                                  + self._curve(side, bottom, *join).replace("M", "L", 1))
        self.flows += [self._curve(*link) for link in sorted(links)]
        share = self.on_device[i]
        for x, box in zip(xs, boxes):
            title = self._describe(row, box, share)
            if row.stages > 1:
                for shift in (4, 2):
                    chart.add(f'<rect class="layers" x="{x - width / 2 + shift:.1f}" '
                              f'y="{top + shift - 2:.1f}" width="{width:.1f}" height="{BOX}" '
                              'rx="3"/>')
            at = (f'x="{x - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}" height="{BOX}" '
                  'rx="3"')
            chart.add(f'<rect class="layers" {at}/><rect class="heat" {at} '
                      f'fill-opacity="{0.85 * share:.2f}"><title>{escape(title)}</title></rect>')
            chart.text(x, top + 12, len(box), "count inside" if share > 0.55 else "count")
        name = (graph.names[layers[-1]].rpartition("/")[2] if row.is_narrow
                else f"{self.crossing[i]} tensors")
        chart.text(4, y + HEIGHT / 2 + 4, name if len(name) <= 16 else name[:14] + "...", "tick",
                   "start")
        if row.below > 0:
            end = self.bars.x(row.below)
            small = row.below < self.upload
            chart.rect(BARS, top + 2, end - BARS, BOX - 4, "c5" if small else "muted",
                       f"below {graph.names[layers[-1]]}: {to_bytes(row.below)}")
            chart.text(WIDTH - 4, y + HEIGHT / 2 + 4, to_bytes(row.below), "tick", "end")
        drop = CUT_HEIGHT if i in self.cut_below else 0
        if row.is_narrow:
            # one tensor goes on
            begin = join[1] if row.region and row.stages == 1 else bottom
            if row is not self.rows[-1] and begin < join[1] + drop:
                self.flows.append(f"M{MIDDLE} {begin:.1f}V{join[1] + drop:.1f}")
            return {layers[-1]: (MIDDLE, join[1] + drop)}
        return {**above, **sources}

    def _describe(self, row, box, share):
        graph = self.graph
        ops = collections.Counter(graph.ops[layer] for layer in box).most_common(4)
        names = [graph.names[layer] for layer in (box[0], box[-1])]
        stages = f" in {row.stages} parts, each with several ways" if row.stages > 1 else ""
        return (f"{len(box)} layers{stages}, {' ... '.join(dict.fromkeys(names))}: "
                + ", ".join(f"{count} {op}" for op, count in ops)
                + f"; {short(sum(graph.flops[layer] for layer in box) / 1e6)} MFLOP; on the device "
                f"in {100 * share:.0f} % of the inferences")

    def _draw_cut(self, cut, row, y):
        chart, count = self.chart, self.cuts.used[self.dnn][cut]
        style = self.cuts.style(self.dnn, cut)
        line = y + 18
        part = 100 * count / self.total if self.total else 0
        percent = f"{part:.0f} %" if part >= 1 else "below 1 %"
        noun = "inference" if count == 1 else "inferences"
        what = "all on the device" if cut == LOCAL else f"{to_bytes(row.below)} up"
        chart.add(f'<path class="cut {style}" d="M4 {line}H{WIDTH - 4}"><title>'
                  f"{escape(self.cuts.name(self.dnn, cut))}: {what}, {count} of {self.total} "
                  "inferences</title></path>")
        chart.text(4, line - 5, f"{what}: {count} {noun} ({percent})", "over", "start")
        chart.text(WIDTH - 4, line - 5, "device \u2191", "tick", "end")
        if cut != LOCAL:
            chart.text(WIDTH - 4, line + 14, "server \u2193", "tick", "end")


def find_client(run, dnn):
    """The attributes of a device that runs a DNN."""
    group = run.provenance.get("groups", {}).get("clients", {})
    return next(({**group.get("common", {}), **item} for item in group.get("each", [])
                 if {**group.get("common", {}), **item}.get("Dnn") == dnn), {})


def dnn_figure(run, cuts, key):
    """A DNN as a graph with cuts across it, with a choice of DNNs."""
    dnns = sorted(cuts.graphs, key=lambda dnn: (
        -sum(count for cut, count in cuts.used[dnn].items() if cuts.is_inner(dnn, cut)),
        -sum(cuts.used[dnn].values()), dnn))
    missing = "; ".join(f"{dnn}: {why}" for dnn, why in sorted(cuts.missing.items()))
    missing = f" Not drawn, because the DNN's profile cannot be read: {missing}." if missing else ""
    views = []
    for dnn in dnns[:MAX_DNNS]:
        drawing = Drawing(dnn, cuts, find_client(run, dnn))
        if drawing.unknown:
            missing += (f" {dnn}'s profile has no layers {', '.join(drawing.unknown[:3])}: the run "
                        "had another one.")
        more = len(drawing.left_out)
        title = f"{dnn.rpartition('/')[2]}: {len(drawing.graph.order)} layers"
        if more:
            title += f", {more} more cut{'s' if more > 1 else ''} not drawn"
        views.append(View(dnn, title, drawing.draw(), ()))
    if not views and not missing:
        return None
    keys = (Key("layers, more colored: more often on the device",
                "".join(f'<rect class="layers" x="{x}" width="16" height="11"/><rect class="heat" '
                        f'x="{x}" width="16" height="11" fill-opacity="{at}"/>'
                        for x, at in ((1, 0), (18, 0.4), (35, 0.85))), 52, 12),
            Key("smaller than the input", '<rect class="c5" width="14" height="10"/>', 14),
            Key("not smaller", '<rect class="muted" width="14" height="10"/>', 14))
    if len(dnns) > MAX_DNNS:
        missing += f" The first {MAX_DNNS} of {len(dnns)} DNNs."
    note = ("Tensors go down. Above a dashed line, layers ran on the device, below it on the "
            "server, and the tensors in between crossed the network. A box has the number of its "
            "layers; stacked boxes are several parts with branches." + missing)
    return Figure(f"dnns-{key}", "DNNs and where they were cut", note=note,
                  legends=(keys,) if views else (), views=tuple(views),
                  chosen=views[0].name if views else "", choose="DNN", is_tall=True)

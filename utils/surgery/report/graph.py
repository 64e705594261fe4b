# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The graph of a DNN, and how it is condensed so that a drawing of it can be read.

Layers stand in rows, so that every tensor goes down. A row ends where a single tensor goes on to
the next one, or where a cut is.
"""

import math
import os
import pathlib
from dataclasses import dataclass, field

from dnn_surgery import strict_json
from surgery import paths

LOCAL = "local"


class NoGraph(Exception):
    """In one line, why there is no graph of a DNN."""


def find_profile(name):
    """The file of a DNN as the attribute Dnn names it: a bundled name, or a path."""
    if "/" in name or name.endswith(".json"):
        return pathlib.Path(name)
    folders = [folder for folder in (os.environ.get("DNN_SURGERY_PROFILES"), paths.PROFILES)
               if folder]
    found = [path for path in (pathlib.Path(folder) / "dnn" / f"{name}.json" for folder in folders)
             if path.is_file()]
    return found[0] if found else pathlib.Path(folders[-1]) / "dnn" / f"{name}.json"


class Graph:
    """Layers of a DNN as indices, in an order in which tensors go forward."""

    def __init__(self, layers):
        self.names = [layer["name"] for layer in layers]
        self.ops = [layer["op"] for layer in layers]
        self.flops = [float(layer["flops"]) for layer in layers]
        self.bytes = [float(layer["output_bytes"]) for layer in layers]
        index = {name: i for i, name in enumerate(self.names)}
        self.inputs = [sorted({index[name] for name in layer["inputs"]}) for layer in layers]
        self.outputs = [[] for _ in layers]
        for layer, inputs in enumerate(self.inputs):
            for source in inputs:
                self.outputs[source].append(layer)
        self.order = self._sort()

    def _sort(self):
        missing = [len(inputs) for inputs in self.inputs]
        ready = [i for i, count in enumerate(missing) if count == 0]
        order = []
        for layer in ready:
            order.append(layer)
            for other in self.outputs[layer]:
                missing[other] -= 1
                if missing[other] == 0:
                    ready.append(other)
        if len(order) < len(self.names):
            raise ValueError("its layers need each other")
        return order

    def device_side(self, cut):
        """The layers on the device, by the name of a cut as the tables have it; None if the graph
        has no such cut."""
        if cut == LOCAL:
            return frozenset(self.order)
        index = {name: i for i, name in enumerate(self.names)}
        tensors = [cut] if cut in index else cut.split("+")
        if any(name not in index for name in tensors):
            return None
        side, todo = set(), [index[name] for name in tensors]
        while todo:
            layer = todo.pop()
            if layer not in side:
                side.add(layer)
                todo += self.inputs[layer]
        return frozenset(side)


def read_graph(name):
    """The graph of a DNN as the attribute Dnn names it. @throws NoGraph"""
    path = find_profile(name)
    try:
        return Graph(strict_json.loads(path.read_text(encoding="utf-8"))["layers"])
    except FileNotFoundError:
        raise NoGraph(f"{path} is not there") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoGraph(f"{path}: {error}") from error


@dataclass
class Row:
    """Layers that are drawn side by side or as one box, all between the same two cuts."""

    slab: int  # how many of the cuts are above it
    region: list = field(default_factory=list)  # layers on several ways
    chain: list = field(default_factory=list)   # layers behind those ways, one after the other
    stages: int = 1                             # rows that were merged into it
    is_narrow: bool = True                      # a single tensor goes on
    below: float = 0.0                          # bytes that go on, each tensor once

    @property
    def layers(self):
        """All of it."""
        return self.region + self.chain


def nested(sides):
    """Of sets of layers, those that a drawing can have as lines that do not cross: the first ones
    win. @return their indices, the smallest set first"""
    kept = []
    for i, side in enumerate(sides):
        if all(side <= sides[k] or sides[k] <= side for k in kept):
            kept.append(i)
    return sorted(kept, key=lambda i: len(sides[i]))


def make_rows(graph, sizes, sides, most):
    """The rows of a drawing. @param sizes of the layers' tensors, byte @param sides the device's
    layers of each cut, nested, the smallest first @param most so many rows, unless the cuts need
    more"""
    slab = {layer: sum(layer not in side for side in sides) for layer in graph.order}
    order = sorted(graph.order, key=lambda layer: slab[layer])  # stable: tensors still go forward
    place = {layer: i for i, layer in enumerate(order)}
    # how many tensors pass by each layer
    passing = [0] * (len(order) + 1)
    for layer in order:
        last = max((place[other] for other in graph.outputs[layer]), default=0)
        if last > place[layer] + 1:
            passing[place[layer] + 1] += 1
            passing[last] -= 1
    rows, passes = [], 0
    for i, layer in enumerate(order):
        passes += passing[i]
        is_alone = passes == 0
        row = rows[-1] if rows else None
        # ways and the layer where they meet are one row
        if row is None or row.slab != slab[layer] or row.chain:
            row = Row(slab[layer])
            rows.append(row)
        (row.chain if is_alone else row.region).append(layer)
        row.is_narrow = is_alone
    for row, crossing in zip(rows, crossing_bytes(sizes, graph, rows)):
        row.below = crossing
    return merge_rows(rows, most)


def merge_rows(rows, most):
    """Merge rows between the same cuts: those with the fewest layers first, and of these those
    between which most goes down, where no cut can be good. Rows on both sides of a cut across
    several ways stay as they are."""
    while len(rows) > most:
        pairs = [(len(a.layers) + len(b.layers), -a.below, i)
                 for i, (a, b) in enumerate(zip(rows, rows[1:]))
                 if a.slab == b.slab and b.is_narrow and (i == 0 or rows[i - 1].is_narrow)]
        if not pairs:
            break
        i = min(pairs)[-1]
        first, second = rows[i:i + 2]
        is_chain = not first.region and not second.region
        rows[i:i + 2] = [Row(first.slab, [] if is_chain else first.layers + second.region,
                             first.chain + second.chain if is_chain else second.chain,
                             1 if is_chain else first.stages + second.stages, second.is_narrow,
                             second.below)]
    return rows


def find_ways(graph, row):
    """The ways through a row's region: layers that belong together, each as a list."""
    inside, ways = set(row.region), []
    while inside:
        way, todo = [], [min(inside)]
        while todo:
            layer = todo.pop()
            if layer in inside:
                inside.remove(layer)
                way.append(layer)
                todo += graph.inputs[layer] + graph.outputs[layer]
        ways.append(sorted(way))
    return sorted(ways)


def crossing_bytes(sizes, graph, rows):
    """What goes down below each row, each tensor once. @param sizes of the layers' tensors, byte"""
    row_of = {layer: i for i, row in enumerate(rows) for layer in row.layers}
    sums = [0] * len(rows)
    for layer, first in row_of.items():
        last = max((row_of[other] for other in graph.outputs[layer]), default=first)
        for i in range(first, last):
            sums[i] += sizes[layer]
    return sums


def tensor_sizes(graph, client):
    """Bytes of each layer's tensor as a device sends it. @param client its attributes"""
    bits = int(client.get("ActivationBits", 32))
    sizes = [math.ceil(size / 32 * bits) for size in graph.bytes]
    for layer, inputs in enumerate(graph.inputs):
        if not inputs:
            own = int(client.get("InputBytes", 0))
            sizes[layer] = own or math.ceil(graph.bytes[layer] / 32
                                            * int(client.get("InputBits", 8)))
    return sizes

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Layers that ONNX Runtime has no kernel for: it runs the operators of their definition instead.

A HardSwish, for example, becomes a HardSigmoid and a Mul, whose names tell nothing. What they take
is the time of the layer after whose inputs and before whose readers they run.
"""

import math


class Order:
    """When the layers of a profile run."""

    def __init__(self, layers, names):
        """@param layers of the profile @param names of the nodes in the order in which they run"""
        self.layers = {layer["name"]: layer for layer in layers}
        self.position = {name: place for place, name in enumerate(names)}
        self.readers = {}
        for layer in layers:
            for name in layer["inputs"]:
                self.readers.setdefault(name, []).append(layer["name"])

    def is_timed(self, name):
        """Whether a layer is a node that runs, or no work at all."""
        return name in self.position or self.layers[name]["op"] in ("Input", "Output")

    def begin(self, name):
        """The place in the order after which a layer can run."""
        return max(self.position.get(i, -1) if self.is_timed(i) else self.begin(i)
                   for i in self.layers[name]["inputs"])

    def end(self, name):
        """The place in the order before which a layer has run."""
        places = [self.position.get(reader, math.inf) for reader in self.readers.get(name, ())]
        return min(places, default=math.inf)


def find_owners(layers, names):
    """The layer of each node that is none, where there is one.
    @param layers of the profile @param names of the nodes in the order in which they run"""
    order = Order(layers, names)
    spans = [(order.begin(name), order.end(name), name) for name in order.layers
             if not order.is_timed(name)]
    owners = {}
    for place, node in enumerate(names):
        fitting = [] if node in order.layers else [
            span for span in spans if span[0] < place < span[1]]
        if fitting:
            owners[node] = max(fitting, key=lambda span: span[0])[2]
    return owners


def give_to_owners(run, owners):
    """The seconds of a run by layer, those of nodes added to their owners."""
    seconds = {}
    for node, time in run.items():
        layer = owners.get(node, node)
        seconds[layer] = seconds.get(layer, 0) + time
    return seconds

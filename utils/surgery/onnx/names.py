# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Names of tensors, where nodes go from one graph into another."""

from collections import Counter

from surgery.onnx.model import subgraphs


def defined(graph, nodes=None):
    """The names that a graph gives to tensors, and its subgraphs do, as often as they do.
    @param nodes to count instead of all"""
    names = [v.name for v in [*graph.input, *graph.initializer]]
    names += [t.values.name for t in graph.sparse_initializer]
    for node in graph.node if nodes is None else nodes:
        names += filter(None, node.output)
        for inner in subgraphs(node).values():
            names += defined(inner)
    return names


class Names:
    """The names that are taken."""

    def __init__(self, names):
        """@param names as often as tensors have them"""
        self._count = Counter(names)

    def free(self, name):
        """A name that no tensor has yet: this one, or one with a number behind it."""
        unique, number = name, 1
        while self._count[unique]:
            number += 1
            unique = f"{name}_{number}"
        self._count[unique] += 1
        return unique

    def settle(self, name, place):
        """The name of a tensor in another graph: its own, unless other tensors have it.
        @param place where it is from"""
        return name if self._count[name] <= 1 else self.free(f"{place}/{name}")


def rename(node, names):
    """Give tensors other names, also where subgraphs read them. @param node is changed"""
    node.input[:] = [names.get(name, name) for name in node.input]
    node.output[:] = [names.get(name, name) for name in node.output]
    for graph in subgraphs(node).values():
        hidden = set(defined(graph))
        visible = {old: new for old, new in names.items() if old not in hidden}
        for inner in graph.node:
            rename(inner, visible)
        for value in graph.output:
            value.name = visible.get(value.name, value.name)

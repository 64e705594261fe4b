# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Ifs whose condition is known: each is replaced by the nodes of the branch that it selects."""

from onnx import helper

from surgery.onnx.model import is_standard, node_name
from surgery.onnx.names import Names, defined, rename


def open_known(model, graph):
    """
    Replace each If whose condition is known.

    @param model is changed @param graph its Graph, with what is known of every tensor
    @return the new names of tensors that get another one; None if there is no such If
    """
    chosen = [graph.inner[index][0][0].proto if node.op_type == "If" and is_standard(node.domain)
              and len(graph.inner.get(index, ())) == 1 else None
              for index, node in enumerate(graph.nodes)]
    if not any(chosen):
        return None
    whole = model.graph
    rest = [node for node, branch in zip(graph.nodes, chosen) if not branch]
    names = Names([*defined(whole, rest), *(name for branch in chosen if branch
                                            for name in defined(branch))])
    nodes, renamed = [], {}
    for node, branch in zip(graph.nodes, chosen):
        if branch:
            nodes += _expand(whole, node, type(branch).FromString(branch.SerializeToString()), names,
                             renamed)
        else:
            nodes.append(node)
    copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
    del whole.node[:]
    whole.node.extend(copies)
    return renamed


def _expand(whole, node, branch, names, renamed):
    """The nodes that stand for an If; the graph around it gets the branch's constants and declared
    shapes. @param branch is changed @param names grows, as does renamed"""
    own = [name for inner in branch.node for name in inner.output if name]
    results, copied = {}, []
    for name, value in zip(node.output, branch.output):
        if name and value.name in own and value.name not in results:
            results[value.name] = name
        elif name:
            copied.append((value.name, name))
    new = {name: results.get(name) or names.settle(name, node_name(node))
           for name in [*defined(branch, ()), *own]}
    renamed.update((old, name) for old, name in new.items() if old != name)
    for inner in branch.node:
        rename(inner, new)
    for tensor in branch.initializer:
        tensor.name = new[tensor.name]
    for tensor in branch.sparse_initializer:
        tensor.values.name = new[tensor.values.name]
    whole.initializer.extend(branch.initializer)
    whole.sparse_initializer.extend(branch.sparse_initializer)
    declared = {value.name for value in [*whole.value_info, *whole.output]}
    for value in [*branch.value_info, *branch.output]:
        value.name = new.get(value.name, value.name)
        if value.name not in declared:
            declared.add(value.name)
            whole.value_info.append(value)
    return [*branch.node, *(helper.make_node("Identity", [new.get(result, result)], [name])
                            for result, name in copied)]

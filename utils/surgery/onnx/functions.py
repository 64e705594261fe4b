# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Functions that a model defines itself: each call is replaced by the function's nodes."""

from onnx import AttributeProto

from surgery.onnx.model import ModelError, describe, subgraphs
from surgery.onnx.names import Names, defined

DEEPEST = 50  # calls within calls


def inline(model):
    """The model's nodes, without calls of its own functions. @param model is changed"""
    functions = {(f.domain, f.name): f for f in getattr(model, "functions", [])}
    if not functions:
        return
    versions = {o.domain: o.version for o in model.opset_import}
    for function in functions.values():
        for opset in function.opset_import:
            domain = opset.domain
            if versions.setdefault(domain, opset.version) != opset.version:
                raise ModelError(f"functions '{function.name}': is written for version "
                                 f"{opset.version} of '{domain or 'ai.onnx'}', the model for "
                                 f"{versions[domain]}; convert one of them")
    known = {o.domain for o in model.opset_import}
    for domain in sorted(set(versions) - known):
        model.opset_import.add(domain=domain, version=versions[domain])
    _inline_graph(model.graph, functions, 0, Names(defined(model.graph)))


def _inline_graph(graph, functions, depth, taken):
    nodes = []
    for node in graph.node:
        nodes += _expand(node, functions, depth, taken)
    del graph.node[:]
    graph.node.extend(nodes)


def _expand(node, functions, depth, taken):
    """The nodes that stand for one. @param taken the Names of tensors, which grow"""
    for graph in subgraphs(node).values():
        _inline_graph(graph, functions, depth, taken)
    function = functions.get((node.domain, node.op_type))
    if function is None:
        return [node]
    if depth == DEEPEST:
        raise ModelError(f"{describe(node)}: functions call each other more than {DEEPEST} deep")
    place = node.name or next((o for o in node.output if o), node.op_type)
    names = dict.fromkeys(function.input, "")
    names.update(zip(function.input, node.input))
    names.update((inner, outer) for inner, outer in zip(function.output, node.output) if outer)
    attributes = {a.name: a for a in getattr(function, "attribute_proto", [])}
    attributes.update((a.name, a) for a in node.attribute)
    nodes = []
    for inner in function.node:
        copy = type(inner)()
        copy.CopyFrom(inner)
        _rename(copy, names, attributes, place, taken)
        nodes += _expand(copy, functions, depth + 1, taken)
    return nodes


def _rename(node, names, attributes, place, taken):
    """Give a copied node the names and attributes of the call.
    @param names grows by what it writes @param taken as _expand has it"""
    node.name = f"{place}/{node.name}" if node.name else ""
    for name in list(node.input) + list(node.output):
        if name and name not in names:
            names[name] = taken.free(f"{place}/{name}")
    node.input[:] = [names.get(name, "") for name in node.input]
    node.output[:] = [names.get(name, "") for name in node.output]
    kept = []
    for attribute in node.attribute:
        if attribute.ref_attr_name:
            given = attributes.get(attribute.ref_attr_name)
            if given is None:
                continue  # the operator's default
            copy = AttributeProto()
            copy.CopyFrom(given)
            copy.name = attribute.name
            attribute = copy
        elif attribute.type == AttributeProto.GRAPH:
            _rename_graph(attribute.g, names, attributes, place, taken)
        kept.append(attribute)
    copies = [AttributeProto.FromString(a.SerializeToString()) for a in kept]
    del node.attribute[:]
    node.attribute.extend(copies)


def _rename_graph(graph, names, attributes, place, taken):
    inner = dict(names)
    for value in [*graph.input, *graph.initializer, *(t.values for t in graph.sparse_initializer)]:
        inner[value.name] = taken.free(f"{place}/{value.name}")
        value.name = inner[value.name]
    for node in graph.node:
        for name in filter(None, node.output):
            inner[name] = taken.free(f"{place}/{name}")
    del graph.value_info[:]
    for node in graph.node:
        _rename(node, inner, attributes, place, taken)
    for value in graph.output:
        value.name = inner.get(value.name, value.name)

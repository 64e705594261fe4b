# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""An ONNX file as it is read, and what its parts are called in messages."""

import hashlib
import heapq
import warnings

import onnx
from google.protobuf.message import DecodeError
from onnx import AttributeProto


class ModelError(Exception):
    """The model cannot be profiled; the message names the field."""


class SettingError(ValueError):
    """An option does not fit the model; the message names the option."""


ALIAS = "ai.onnx"  # another name of ONNX's own domain, which is the empty one
NEWEST = (1 << 31) - 1  # version of operators that onnx's C++ part can ask for

# texts by which nothing is found; models have them in any encoding
REMARKS = {"doc_string", "metadata_props", "producer_name", "producer_version"}


def check_texts(message, place=""):
    """
    Refuse texts that are not valid UTF-8, which protobuf hands out as bytes.

    @param message a part of a model @param place where it stands in the model
    """
    for field, value in message.ListFields():
        if field.name in REMARKS or field.type not in (field.TYPE_MESSAGE, field.TYPE_STRING):
            continue
        repeated = not hasattr(value, "DESCRIPTOR") and not isinstance(value, (str, bytes))
        for index, part in enumerate(value if repeated else [value]):
            where = f"{place}{field.name}" + (f"[{index}]" if repeated else "")
            if isinstance(part, bytes):
                raise ModelError(f"{where}: is not valid UTF-8")
            if not isinstance(part, str):
                check_texts(part, f"{where}.")


def unify_domains(model):
    """Give ONNX's own domain one name, the empty one, wherever a model calls it "ai.onnx"."""
    functions = list(getattr(model, "functions", []))
    for part, place in [(model, ""), *((f, f"functions '{f.name}'.") for f in functions)]:
        versions = {}
        for opset in part.opset_import:
            domain = "" if opset.domain == ALIAS else opset.domain
            if versions.setdefault(domain, opset.version) != opset.version:
                raise ModelError(f"{place}opset_import: states the versions {versions[domain]} and "
                                 f"{opset.version} of '{domain or ALIAS}'")
        del part.opset_import[:]
        for domain, version in versions.items():
            part.opset_import.add(domain=domain, version=version)
    for function in functions:
        function.domain = "" if function.domain == ALIAS else function.domain
    for part in [model.graph, *functions]:
        _unify_nodes(part)


def _unify_nodes(part):
    """@param part a graph or a function"""
    for node in part.node:
        node.domain = "" if node.domain == ALIAS else node.domain
        for graph in subgraphs(node).values():
            _unify_nodes(graph)


def read_model(path):
    """The model and its file's SHA-256."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror}") from error
    model = onnx.ModelProto()
    try:
        with warnings.catch_warnings(record=True) as leftover:  # unread bytes only make it warn
            model.ParseFromString(content)
    except DecodeError as error:
        leftover = [error]
    except UnicodeDecodeError as error:  # of newer releases of protobuf, which name the field
        field = str(error).rpartition("in field: ")[2]
        raise ModelError(f"{field}: is not valid UTF-8") from None
    if leftover:
        raise ModelError("is not an ONNX model (malformed protobuf)")
    if not model.ir_version:
        raise ModelError("ir_version: is missing; is this an ONNX model?")
    if not model.graph.node:
        raise ModelError("graph.node: is empty")
    check_texts(model)
    for index, opset in enumerate(model.opset_import):
        if not 1 <= opset.version <= NEWEST:
            raise ModelError(f"opset_import[{index}].version: {opset.version} is not in 1..{NEWEST}")
    unify_domains(model)
    return model, hashlib.sha256(content).hexdigest()


def is_standard(domain):
    """Whether a domain is that of ONNX's own operators, in a model as it is read."""
    return domain == ""


def operator(node):
    """The name of a node's operator, with its domain unless that is ONNX's own."""
    return node.op_type if is_standard(node.domain) else f"{node.domain}.{node.op_type}"


def node_name(node):
    """The node's name, or the first tensor's that it writes."""
    return node.name or next((o for o in node.output if o), "")


def describe(node):
    """The name of a node in error messages."""
    return f"graph.node '{node_name(node)}' ({operator(node)})"


def subgraphs(node):
    """The graphs in a node's attributes, by the attribute's name."""
    return {a.name: a.g for a in node.attribute if a.type == AttributeProto.GRAPH}


def all_nodes(graph):
    """The nodes of a graph and of its subgraphs."""
    for node in graph.node:
        yield node
        for inner in subgraphs(node).values():
            yield from all_nodes(inner)


def node_reads(node):
    """Every tensor that a node reads, including those that its subgraphs read from outside."""
    reads = [name for name in node.input if name]
    for graph in subgraphs(node).values():
        reads += graph_reads(graph)
    return list(dict.fromkeys(reads))


def graph_reads(graph):
    """Every tensor that a subgraph reads from outside."""
    known = {v.name for v in graph.input} | {t.name for t in graph.initializer}
    known.update(t.values.name for t in graph.sparse_initializer)
    known.update(name for node in graph.node for name in node.output)
    reads = [name for node in graph.node for name in node_reads(node)]
    reads += [v.name for v in graph.output]
    return [name for name in dict.fromkeys(reads) if name not in known]


def sort_nodes(nodes, known):
    """
    The nodes in an order in which each stands behind those whose tensors it reads; as they stand
    wherever that is such an order.

    @param nodes in any order @param known the tensors that are there before
    """
    readers, missing, ready, ordered = {}, [], [], []
    written = {name for node in nodes for name in node.output if name}
    for index, node in enumerate(nodes):
        reads = node_reads(node)
        for name in reads:
            if name not in written and name not in known:
                raise ModelError(f"{describe(node)}: input '{name}' is written by no node and is "
                                 "neither an input nor an initializer")
        absent = [name for name in reads if name in written and name not in known]
        missing.append(len(absent))
        for name in absent:
            readers.setdefault(name, []).append(index)
        if not absent:
            heapq.heappush(ready, index)
    while ready:
        node = nodes[heapq.heappop(ready)]
        ordered.append(node)
        for name in filter(None, node.output):
            for index in readers.get(name, []):
                missing[index] -= 1
                if missing[index] == 0:
                    heapq.heappush(ready, index)
    if len(ordered) < len(nodes):
        stuck = next(node for node, count in zip(nodes, missing) if count)
        raise ModelError(f"{describe(stuck)}: reads, directly or not, what it writes itself")
    return ordered

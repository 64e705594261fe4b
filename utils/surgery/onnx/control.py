# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Nodes with subgraphs: If, Loop and Scan. What they write, and which subgraphs run how often."""

from copy import copy

import numpy
from onnx import TensorProto

from surgery.onnx.model import (ModelError, describe, graph_reads, is_standard, node_name,
                                subgraphs)
from surgery.onnx.shapes import cause
from surgery.onnx.tensors import Tensor, text
from surgery.onnx.values import Value, attributes_of

MOST_TRIPS = 1 << 31  # more means "until the condition ends it"
MOST_UNROLLED = 1000  # iterations of a Loop that are looked at one by one
MOST_IN_ALL = 20_000  # the same, of all Loops of a model: those within others are looked at again


def infer_outputs(graph, index, inputs):
    """
    The tensors that a node with subgraphs writes; graph.inner gets the subgraphs that it runs.

    @param graph the node's graph @param index of the node @param inputs a Tensor per input
    @return a Tensor per output
    """
    node = graph.nodes[index]
    kinds = {"If": _if, "Loop": _loop, "Scan": _scan}
    if not is_standard(node.domain) or node.op_type not in kinds:
        return [Tensor(cause=cause(name, f"{describe(node)} has subgraphs, and no rule"))
                for name in node.output]
    try:
        outputs = kinds[node.op_type](graph, index, inputs)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ModelError(f"{describe(node)}: inputs or attributes are missing or malformed "
                         f"({type(error).__name__}: {error})") from error
    if len(outputs) < len(node.output):
        raise ModelError(f"{describe(node)}: writes {len(node.output)} tensors, its subgraph "
                         f"{len(outputs)}")
    for name, tensor in zip(node.output, outputs):
        if not tensor.is_known() and not tensor.cause:
            tensor.cause = cause(name, f"{describe(node)} determines it as it runs")
    return outputs


def _if(graph, index, inputs):
    """One branch, if the condition is known, otherwise either of them."""
    node = graph.nodes[index]
    branches = subgraphs(node)
    condition = inputs[0].array()
    if condition is not None:
        branch = branches["then_branch" if condition.ravel()[0] else "else_branch"]
        inner, outputs = graph.run(index, branch, [])
        graph.inner[index] = [(inner, 1)]
        graph.reads[index] = list(dict.fromkeys([*node.input, *graph_reads(branch)]))
        return [copy(tensor) for tensor in outputs]
    (then, first), (otherwise, second) = (graph.run(index, branches[name], [])
                                          for name in ("then_branch", "else_branch"))
    graph.inner[index] = [(then, 1), (otherwise, 1)]
    outputs = []
    for name, one, other in zip(node.output, first, second):
        tensor = Tensor(one.element, None, None, one.cause or other.cause, one.kind)
        if one.shape is not None and other.shape is not None:
            if one.shape == other.shape:
                tensor.shape = one.shape
            else:
                if len(one.shape) == len(other.shape):
                    tensor.shape = tuple(a if a == b else None
                                         for a, b in zip(one.shape, other.shape))
                tensor.cause = tensor.cause or cause(
                    name, f"the branches of {describe(node)} write the shapes {text(one.shape)} "
                    f"and {text(other.shape)}")
        outputs.append(tensor)
    return outputs


def _trips(graph, node, inputs):
    """The number of iterations of a Loop, None if it is not known, and whether it may be less."""
    limit, condition = (list(inputs) + [None] * 2)[:2]
    start = None if condition is None else condition.array()
    if start is not None and not start.ravel()[0]:
        return 0, False
    name = node_name(node)
    if name in graph.context.trips:
        return graph.context.trips[name], False
    number = None if limit is None else limit.array()
    if number is None or int(number.ravel()[0]) >= MOST_TRIPS:
        return None, True
    return max(0, int(number.ravel()[0])), condition is not None and start is None


def _loop(graph, index, inputs):
    """A body with an iteration number, a condition, and states that it hands on."""
    node = graph.nodes[index]
    body = subgraphs(node)["body"]
    trips, less = _trips(graph, node, inputs)
    states = [copy(t) for t in inputs[2:]]
    number, condition = Tensor(TensorProto.INT64, ()), Tensor(TensorProto.BOOL, ())
    if not less:
        condition.value = Value(numpy.array(True))
    if trips == 0:
        inner, results = graph.run(index, body, [number, condition, *states])
        graph.inner[index] = [(inner, 0)]
        scans = [Tensor(t.element, t.shape and (0, *t.shape))
                 for t in results[1 + len(states):]]
        return states + scans
    inner, results = graph.run(index, body,
                          [number, condition, *(t.without_value() for t in states)])
    stable = all(before.shape == after.shape and after.is_known()
                 for before, after in zip(states, results[1:]))
    scans = results[1 + len(states):]
    again = results[0].array()
    endless = again is not None and bool(again.ravel()[0])  # the condition does not end it
    differ = (all(graph.is_constant(name) for name in graph.reads[index]) or not stable
              or not all(t.is_known() for t in scans) or not _trips_are_known(inner))
    is_worth_it = not endless or (differ and trips is not None)
    if is_worth_it and (trips is None or trips <= MOST_UNROLLED):
        outputs = _unroll(graph, index, trips, states, condition, differ and trips is not None)
        if outputs is not None:
            return outputs
    if trips is not None and not endless:
        _note_most(graph, node, trips)
    graph.inner[index] = [(inner, trips)]
    outputs = [t.without_value() if stable else Tensor(t.element, None, None, t.cause)
               for t in results[1:1 + len(states)]]
    outputs += [Tensor(t.element, None if t.shape is None else (trips, *t.shape), None, t.cause)
                for t in scans]
    return outputs


def _trips_are_known(graph):
    """Whether it is known how often all Loops within a graph run."""
    return all(times is not None and _trips_are_known(inner)
               for runs in graph.inner.values() for inner, times in runs)


def _note_most(graph, node, trips):
    """Tell that a Loop may end early."""
    graph.context.note(f"{describe(node)}: counted as {trips} iterations, its most; it may end "
                       "earlier")


def _unroll(graph, index, trips, states, going, is_needed):
    """
    Look at each iteration, with the values of the states as far as they are known.

    @param trips their number, None if only the condition ends them @param going what is known of the
    condition before @param is_needed whether to go on if it is not known which iteration is the last
    @return the outputs, None if it is not known and not needed, or takes too long
    """
    node = graph.nodes[index]
    runs, scans, ended = [], [], False
    for number in range(MOST_UNROLLED if trips is None else trips):
        graph.context.iterations += 1
        if graph.context.iterations > MOST_IN_ALL:
            return None
        counter = Tensor(TensorProto.INT64, (), Value(numpy.array(number)))
        inner, results = graph.run(index, subgraphs(node)["body"], [counter, going, *states])
        runs.append((inner, 1))
        states = [copy(t) for t in results[1:1 + len(states)]]
        scans.append(results[1 + len(states):])
        going = copy(results[0])
        if going.array() is None:
            if not is_needed:
                return None
            _note_most(graph, node, trips)
            going = Tensor(TensorProto.BOOL, ())
        elif not going.array().ravel()[0]:
            ended = True
            break
    if trips is None and not ended:
        return None
    graph.inner[index] = runs
    return states + [_stack(list(parts)) for parts in zip(*scans)]


def _stack(parts):
    """The tensor of what each iteration adds."""
    first = parts[0]
    if any(part.shape != first.shape for part in parts):
        return Tensor(first.element)
    tensor = Tensor(first.element, first.shape and (len(parts), *first.shape), None, first.cause)
    if first.shape == ():
        tensor.shape = (len(parts),)
    if all(part.is_constant() for part in parts):
        tensor.value = Value(numpy.stack([part.array() for part in parts]))
    return tensor


def _check_lengths(node, lengths):
    """Refuse a Scan along axes that differ in length."""
    if len(set(lengths) - {None}) > 1:
        raise ModelError(f"{describe(node)}: its inputs do not fit: it runs along axes of "
                         f"{' and '.join(map(str, lengths))} elements")


def _place(node, axis, rank):
    """An axis counted from the first."""
    if not -rank <= axis < rank:
        raise ModelError(f"{describe(node)}: axis {axis} is not in {-rank}..{rank - 1}")
    return axis % rank


def _scan(graph, index, inputs):
    """A body that runs along an axis of its last inputs."""
    node = graph.nodes[index]
    attributes = attributes_of(node)
    count = attributes["num_scan_inputs"]
    if not 1 <= count <= len(inputs):
        raise ModelError(f"{describe(node)}: attribute num_scan_inputs must be in 1..{len(inputs)}")
    if graph.context.opsets.get("", 1) < 9:
        inputs = inputs[1:]  # lengths of sequences
        states, scanned = inputs[:-count], inputs[-count:]
        shapes = [t.shape for t in [*states, *scanned]]
        if None in shapes or None in scanned[0].shape[:2]:
            return [Tensor() for _ in node.output]
        batch, times = scanned[0].shape[:2]
        _check_lengths(node, [t.shape[1] for t in scanned])
        bound = [Tensor(t.element, t.shape[1:]) for t in states]
        bound += [Tensor(t.element, t.shape[2:]) for t in scanned]
        inner, results = graph.run(index, attributes["body"], bound)
        graph.inner[index] = [(inner, batch * times)]
        return ([Tensor(t.element, (batch, *t.shape)) for t in results[:len(states)]]
                + [Tensor(t.element, (batch, times, *t.shape)) for t in results[len(states):]])
    states, scanned = inputs[:-count], inputs[-count:]
    axes = attributes.get("scan_input_axes", [0] * count)
    if any(t.shape is None for t in scanned):
        return [Tensor(cause=t.cause) for t in scanned if t.shape is None][:1] * len(node.output)
    bound, lengths = [t.without_value() for t in states], []
    for tensor, axis in zip(scanned, axes):
        axis = _place(node, axis, len(tensor.shape))
        lengths.append(tensor.shape[axis])
        bound.append(Tensor(tensor.element, tensor.shape[:axis] + tensor.shape[axis + 1:]))
    times = lengths[0]
    _check_lengths(node, lengths)
    inner, results = graph.run(index, attributes["body"], bound)
    graph.inner[index] = [(inner, times)]
    outputs = [t.without_value() for t in results[:len(states)]]
    places = attributes.get("scan_output_axes", [0] * (len(results) - len(states)))
    for tensor, axis in zip(results[len(states):], places):
        shape = tensor.shape
        if shape is not None:
            axis = _place(node, axis, len(shape) + 1)
            shape = (*shape[:axis], times, *shape[axis:])
        outputs.append(Tensor(tensor.element, shape, None, tensor.cause))
    return outputs


def check_trips(node, inner):
    """Refuse a Loop whose iterations are not known."""
    if any(times is None for _, times in inner):
        raise ModelError(f"{describe(node)}: how often it runs is not known; give it with "
                         f"--trips {node_name(node)}=N")

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""A model's Graph, as the user's options make it."""

import math

import numpy
from onnx import numpy_helper

from surgery.onnx import branches, functions
from surgery.onnx.graph import Context, Graph
from surgery.onnx.model import SettingError, all_nodes, node_name
from surgery.onnx.numpy_operators import NUMPY_TYPES
from surgery.onnx.symbols import Symbols, dimensions
from surgery.onnx.tensors import Tensor


def fix_input(model, name, numbers):
    """Give an input of a model its values. @param numbers its elements, whole ones as int"""
    known = {t.name for t in model.graph.initializer}
    inputs = {v.name: v for v in model.graph.input if v.name not in known}
    if name not in inputs:
        raise SettingError(f"--value: the model has no input '{name}', only {', '.join(inputs)}")
    shape, element = dimensions(inputs[name]), inputs[name].type.tensor_type.elem_type
    if shape is not None and len(shape) == 1 and not isinstance(shape[0], int):
        shape = [len(numbers)]
    if (shape is None or not all(isinstance(d, int) for d in shape)
            or math.prod(shape) != len(numbers) or element not in NUMPY_TYPES):
        raise SettingError(f"--value: input '{name}' does not have {len(numbers)} elements")
    check_elements(name, numbers, NUMPY_TYPES[element])
    array = numpy.array(numbers, NUMPY_TYPES[element]).reshape(shape)
    model.graph.initializer.append(numpy_helper.from_array(array, name))


def check_elements(name, numbers, element):
    """Refuse numbers that an input cannot hold. @param element numpy's type of its elements"""
    kind = numpy.dtype(element)
    if kind.kind == "f":
        low, high = -float(numpy.finfo(kind).max), float(numpy.finfo(kind).max)
    else:
        low, high = (0, 1) if kind.kind == "b" else (numpy.iinfo(kind).min, numpy.iinfo(kind).max)
    for number in numbers:
        if not low <= number <= high or (kind.kind != "f" and number != int(number)):
            what = "numbers" if kind.kind == "f" else "whole numbers"
            raise SettingError(f"--value: {number} is no element of input '{name}', which has {what} "
                               f"from {low} to {high}")


def check_names(graph, context, used):
    """Refuse options that name what the model does not have. @param used the inputs that it reads"""
    names = {v.name for v in used}
    names.update(n for node in all_nodes(graph) for n in node.output)
    for name in context.shapes:
        if name not in names:
            raise SettingError(f"--shape: the model reads no input '{name}', only "
                               f"{', '.join(v.name for v in used)}; nor does a node write such a "
                               "tensor")
    loops = dict.fromkeys(node_name(node) for node in all_nodes(graph) if node.op_type == "Loop")
    for name in context.trips:
        if name not in loops:
            raise SettingError(f"--trips: the model has no Loop '{name}', only: "
                               f"{', '.join(loops) or 'none at all'}")


def make_graph(model, settings, note):
    """The model's Graph, with what is known of every tensor. @param note as Context has it"""
    functions.inline(model)
    for name, numbers in settings.value:
        fix_input(model, name, numbers)
    context = Context(model, settings, note)
    graph = Graph(model.graph, context)
    used = [v for v in graph.inputs if v.name in graph.needed]
    names = {v.name for v in used}
    check_names(model.graph, context, used)
    given = {name: shape for name, shape in context.shapes.items() if name in names}
    context.symbols = Symbols(used, given, dict(settings.dim), note)
    elements = {v.name: v.type.tensor_type.elem_type for v in used}
    inputs = {name: Tensor(elements[name], shape) for name, shape in context.symbols.shapes.items()}
    for value in graph.inputs:
        if value.name not in inputs:
            inputs[value.name] = Tensor(value.type.tensor_type.elem_type,
                                        context.symbols.declared(value))
    graph.infer(inputs)
    while (renamed := branches.open_known(model, graph)) is not None:
        for old, new in renamed.items():
            if old in context.shapes:
                context.shapes.setdefault(new, context.shapes[old])
        graph = Graph(model.graph, context)
        graph.infer(inputs)
    return graph

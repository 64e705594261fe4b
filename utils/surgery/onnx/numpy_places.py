# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What those of ONNX's operators compute that find elements, or put them into places: the part of
numpy_operators.py with longer functions."""

import numpy


class NotComputed(Exception):
    """A node is of a kind that its function does not cover."""


def arg(function):
    """ArgMax or ArgMin. @param function numpy's"""
    def run(attributes, values):
        axis = attributes.get("axis", 0)
        if attributes.get("select_last_index", 0):
            last = function(numpy.flip(values[0], axis), axis=axis)
            result = (values[0].shape[axis] - 1 - last).astype(numpy.int64)
        else:
            result = function(values[0], axis=axis).astype(numpy.int64)
        return numpy.expand_dims(result, axis) if attributes.get("keepdims", 1) else result
    return run


def gather_nd(attributes, values):
    """The operator GatherND."""
    data, indices = values
    batch = attributes.get("batch_dims", 0)
    result = numpy.empty(indices.shape[:-1] + data.shape[batch + indices.shape[-1]:], data.dtype)
    for place in numpy.ndindex(indices.shape[:-1]):
        result[place] = data[place[:batch] + tuple(indices[place])]
    return result


# how an update joins what is there
JOINS = {"none": lambda old, new: new, "add": lambda old, new: old + new,
         "mul": lambda old, new: old * new, "max": numpy.maximum, "min": numpy.minimum}


def join(attributes):
    """The function by which a scattering operator joins elements."""
    name = attributes.get("reduction", b"none").decode()
    if name not in JOINS:
        raise NotComputed
    return JOINS[name]


def scatter_nd(attributes, values):
    """The operator ScatterND."""
    data, indices, updates = values
    function, result = join(attributes), data.copy()
    for place in numpy.ndindex(indices.shape[:-1]):
        there = tuple(indices[place])
        result[there] = function(result[there], updates[place])
    return result


def scatter_elements(attributes, values):
    """The operators ScatterElements and Scatter."""
    data, indices, updates = values
    function, result = join(attributes), data.copy()
    axis = attributes.get("axis", 0) % data.ndim
    for place in numpy.ndindex(indices.shape):
        there = (*place[:axis], indices[place], *place[axis + 1:])
        result[there] = function(result[there], updates[place])
    return result


def one_hot(attributes, values):
    """The operator OneHot."""
    indices, depth, (off, on) = values[0], int(values[1].reshape(())), values[2]
    axis = attributes.get("axis", -1)
    axis = axis + indices.ndim + 1 if axis < 0 else axis
    steps = numpy.arange(depth).reshape([-1 if i == axis else 1 for i in range(indices.ndim + 1)])
    # an index counts from the end if it is negative, and one out of range selects nothing
    wanted = numpy.where(indices < 0, indices + depth, indices)
    return numpy.where(numpy.expand_dims(wanted, axis) == steps, on, off)


def top(attributes, values):
    """The operator TopK; of equal elements the first comes first."""
    data, axis = values[0], attributes.get("axis", -1)
    number = int(values[1].reshape(())) if len(values) > 1 else attributes["k"]
    if number > data.shape[axis]:
        raise ValueError(f"it takes {number} of {data.shape[axis]} elements")
    if attributes.get("largest", 1):
        flipped = numpy.argsort(numpy.flip(data, axis), axis=axis, kind="stable")
        order = data.shape[axis] - 1 - numpy.flip(flipped, axis)
    else:
        order = numpy.argsort(data, axis=axis, kind="stable")
    order = numpy.take(order, range(number), axis=axis)
    return numpy.take_along_axis(data, order, axis), order.astype(numpy.int64)


def compress(attributes, values):
    """The operator Compress."""
    axis = attributes.get("axis")
    data = values[0].ravel() if axis is None else values[0]
    return numpy.compress(values[1].ravel(), data, axis=0 if axis is None else axis)


def eye(attributes, values):
    """The operator EyeLike, of the input's type."""
    if "dtype" in attributes:
        raise NotComputed
    return numpy.eye(*values[0].shape, k=attributes.get("k", 0), dtype=values[0].dtype)


def unique(attributes, values):
    """The operator Unique."""
    axis = attributes.get("axis")
    found, first, inverse, counts = numpy.unique(values[0], return_index=True, return_inverse=True,
                                                 return_counts=True, axis=axis)
    inverse = inverse.ravel()  # versions of numpy differ in its shape
    if not attributes.get("sorted", 1):
        order = numpy.argsort(first)
        places = numpy.argsort(order)
        found = numpy.take(found, order, axis=0 if axis is None else axis)
        first, counts, inverse = first[order], counts[order], places[inverse]
    return found, *(array.astype(numpy.int64) for array in (first, inverse, counts))


# as numpy_operators.OPERATORS; a tuple is several tensors
OPERATORS = {
    "ArgMax": arg(numpy.argmax),
    "ArgMin": arg(numpy.argmin),
    "Compress": compress,
    "EyeLike": eye,
    "GatherND": gather_nd,
    "OneHot": one_hot,
    "Scatter": scatter_elements,
    "ScatterElements": scatter_elements,
    "ScatterND": scatter_nd,
    "TopK": top,
    "Unique": unique,
}

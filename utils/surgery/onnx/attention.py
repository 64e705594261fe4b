# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What operators of attention write, and how much they do: functions as a Rule of fused.py has them."""

import math


def products(batch, heads, queries, keys, width, value_width):
    """The work of attention itself: two matrix products and a softmax."""
    return batch * heads * queries * keys * (2 * width + 5 + 2 * value_width)


def given(inputs, index):
    """An optional input's shape, None if left out."""
    return inputs[index] if index < len(inputs) else None


def projected_widths(attributes, inputs):
    """The widths of queries, keys and values that a weight makes."""
    _, columns = inputs[1]
    return attributes.get("qkv_hidden_sizes") or [columns // 3] * 3


def fused_sizes(attributes, inputs):
    """Batch, heads, queries, keys, and the widths of queries, keys and values of all heads."""
    (batch, queries, _), past = inputs[0], given(inputs, 4)
    return (batch, attributes["num_heads"], queries, queries + (past[3] if past else 0),
            *projected_widths(attributes, inputs))


def fused_shapes(attributes, inputs):
    """The shapes of Attention of ONNX Runtime: result, keys and values."""
    batch, heads, queries, keys, _, width, value_width = fused_sizes(attributes, inputs)
    if inputs[0][2] != inputs[1][0]:
        raise ValueError(f"its input has {inputs[0][2]} columns, its weight {inputs[1][0]} rows")
    present = [(2, batch, heads, keys, width // heads)] if width == value_width else []
    return [(batch, queries, value_width), *present]


def fused_flops(attributes, inputs, _):
    """The work of Attention of ONNX Runtime, which makes queries, keys and values itself."""
    batch, heads, queries, keys, width, _, value_width = fused_sizes(attributes, inputs)
    return (2 * math.prod(inputs[0]) * inputs[1][1]
            + products(batch, heads, queries, keys, width // heads, value_width // heads))


def several_heads(attributes, inputs, place):
    """Batch, heads, queries, keys, and a head's widths of keys and values.
    @param place of the past keys among the inputs"""
    (query, key, value), heads = (list(inputs) + [None] * 2)[:3], attributes["num_heads"]
    past = given(inputs, place)
    earlier = past[2] if past else 0
    if len(query) == 5:  # queries, keys and values in one: batch, positions, heads, 3, width
        batch, queries, _, _, width = query
        return batch, heads, queries, queries + earlier, width, width
    batch, queries, columns = query
    if key is None:
        return batch, heads, queries, queries + earlier, columns // heads, columns // heads
    if len(key) == 5:  # keys and values in one: batch, positions, heads, 2, width
        return batch, heads, queries, key[1] + earlier, columns // heads, key[4]
    if len(key) == 4:  # another network's: batch, heads, positions, width
        return batch, heads, queries, key[2], columns // heads, value[3]
    return batch, heads, queries, key[1] + earlier, columns // heads, value[2] // heads


def with_past(place):
    """The shapes and the work of attention with several heads, whose keys and values are given.
    @param place of the past keys among the inputs"""
    def shapes(attributes, inputs):
        batch, heads, queries, keys, width, value_width = several_heads(attributes, inputs, place)
        return [(batch, queries, heads * value_width), (batch, heads, keys, width),
                (batch, heads, keys, value_width)]

    return shapes, lambda attributes, inputs, _: products(*several_heads(attributes, inputs, place))


def quantized(shapes, flops):
    """Functions of Attention for QAttention, which has scales and zero points between its inputs."""
    def pick(inputs):
        return [given(inputs, index) for index in (0, 1, 2, 5, 8)]

    return (lambda attributes, inputs: shapes(attributes, pick(inputs)),
            lambda attributes, inputs, outputs: flops(attributes, pick(inputs), outputs))


def grouped_sizes(attributes, inputs):
    """Batch, heads of queries and of values, queries, keys, a head's width; of GroupQueryAttention."""
    (batch, queries, columns), key, past = inputs[0], given(inputs, 1), given(inputs, 3)
    heads, stored = attributes["num_heads"], attributes["kv_num_heads"]
    width = columns // (heads + (0 if key else 2 * stored))  # without a key, the query holds all
    keys = (key[1] if key else queries) + (past[2] if past else 0)
    return batch, heads, stored, queries, keys, width


def grouped_shapes(attributes, inputs):
    """The shapes of GroupQueryAttention: result, keys and values."""
    batch, heads, stored, queries, keys, width = grouped_sizes(attributes, inputs)
    return [(batch, queries, heads * width), *[(batch, stored, keys, width)] * 2]


def grouped_flops(attributes, inputs, _):
    """Its work, with the rotation of queries and keys where it is part of it."""
    batch, heads, stored, queries, keys, width = grouped_sizes(attributes, inputs)
    rotated = batch * queries * (heads + stored) * width if attributes.get("do_rotary", 0) else 0
    return products(batch, heads, queries, keys, width, width) + 3 * rotated


def packed_shapes(attributes, inputs):
    """The shape of Attention over rows without padding."""
    return [(inputs[0][0], projected_widths(attributes, inputs)[2])]


def packed_flops(attributes, inputs, _):
    """Its work, as if every sequence were as long as the longest."""
    (batch, length), heads = inputs[3], attributes["num_heads"]
    widths = projected_widths(attributes, inputs)
    return (2 * math.prod(inputs[0]) * inputs[1][1]
            + products(batch, heads, length, length, widths[0] // heads, widths[2] // heads))


def packed_heads_shapes(_, inputs):
    """The shape of attention with several heads over rows without padding."""
    query, value = inputs[0], given(inputs, 2)
    return [(query[0], query[1] * query[3] if len(query) == 4 else value[1])]


def packed_heads_flops(attributes, inputs, _):
    """Its work, as if every sequence were as long as the longest."""
    (batch, length), heads = inputs[4], attributes["num_heads"]
    columns = packed_heads_shapes(attributes, inputs)[0][1]
    query = inputs[0][3] if len(inputs[0]) == 4 else inputs[0][1] // heads
    return products(batch, heads, length, length, query, columns // heads)


def split_heads(attributes, inputs):
    """Batch, heads of queries and of values, queries, keys, widths, whether heads are an axis."""
    query, key, value = inputs[:3]
    past = given(inputs, 4)
    if len(query) == 4:
        batch, heads, queries, width = query
        stored, keys, value_width = value[1], key[2], value[3]
    else:
        heads, stored = attributes["q_num_heads"], attributes["kv_num_heads"]
        batch, queries, width = query[0], query[1], query[2] // heads
        keys, value_width = key[1], value[2] // stored
    keys += past[2] if past else 0
    return batch, heads, stored, queries, keys, width, value_width, len(query) == 4


def standard_shapes(attributes, inputs):
    """The shapes of ONNX's own Attention: result, keys, values, products of queries and keys."""
    (batch, heads, stored, queries, keys, width, value_width,
     four) = split_heads(attributes, inputs)
    result = (batch, heads, queries, value_width) if four else (batch, queries, heads * value_width)
    return [result, (batch, stored, keys, width), (batch, stored, keys, value_width),
            (batch, heads, queries, keys)]


def standard_flops(attributes, inputs, _):
    """Its work."""
    batch, heads, _, queries, keys, width, value_width, _ = split_heads(attributes, inputs)
    return products(batch, heads, queries, keys, width, value_width)

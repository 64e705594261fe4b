# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Rules for operators that do the work of several, and that the installed onnx may not know: what
shapes they write, and how much they do. Mostly of ONNX Runtime, domain com.microsoft."""

import math

from surgery.onnx.kinds import domain_of


class Rule:
    """The rule of an operator. Its shapes and flops are functions of attributes, input shapes (None
    where left out), and flops of output shapes, too. Shapes that are unknown are left out."""

    def __init__(self, shapes, flops):
        self.shapes = shapes
        self.flops = flops


def same(flops, *others):
    """An operator that works element by element on its first input.
    @param flops per element @param others functions of the first input's shape, for more outputs"""
    return Rule(lambda a, inputs: [inputs[0], *(other(inputs[0]) for other in others)],
                lambda a, inputs, outputs: flops * math.prod(outputs[0]))


def kept(shape):
    """The shape of a sum beside the output."""
    return shape


def per_row(shape):
    """The shape of a mean over the last axis."""
    return (*shape[:-1], 1)


def matrix(shape, transposed):
    """A matrix, or a batch of them, after it is transposed or not."""
    return (*shape[:-2], shape[-1], shape[-2]) if transposed and len(shape) > 1 else shape


def fused_matmul_shapes(attributes, inputs):
    """The shape of a product of matrices that may be transposed."""
    left = matrix(inputs[0], attributes.get("transA", 0))
    right = matrix(inputs[1], attributes.get("transB", 0))
    if attributes.get("transBatchA", 0) or attributes.get("transBatchB", 0) or (
            min(len(left), len(right)) < 2):
        return []
    if left[-1] != right[-2]:
        raise ValueError(f"inner dimensions {left[-1]} and {right[-2]} differ")
    batch = [max(a, b) for a, b in zip(
        (1,) * (len(right) - len(left)) + left[:-2], (1,) * (len(left) - len(right)) + right[:-2])]
    return [(*batch, left[-2], right[-1])]


def fused_matmul_flops(attributes, inputs, outputs):
    """Its work."""
    return 2 * math.prod(outputs[0]) * matrix(inputs[0], attributes.get("transA", 0))[-1]


def embedding_shapes(_, inputs):
    """The shapes of an embedding with normalization: vectors, lengths of masks, and sums."""
    vectors = (*inputs[0], inputs[2][-1])
    return [vectors, inputs[0][:1], vectors]


def products(batch, heads, queries, keys, width, value_width):
    """The work of attention itself: two matrix products and a softmax."""
    return batch * heads * queries * keys * (2 * width + 5 + 2 * value_width)


def given(inputs, index):
    """An optional input's shape, None if left out."""
    return inputs[index] if index < len(inputs) else None


def attention_sizes(attributes, inputs):
    """Batch, heads, queries, keys, and the widths of queries, keys and values of all heads."""
    (batch, queries, _), (_, columns) = inputs[0], inputs[1]
    widths = attributes.get("qkv_hidden_sizes") or [columns // 3] * 3
    past = given(inputs, 4)
    return (batch, attributes["num_heads"], queries, queries + (past[3] if past else 0), *widths)


def attention_shapes(attributes, inputs):
    """The shapes of Attention of ONNX Runtime: result, keys and values."""
    batch, heads, queries, keys, _, width, value_width = attention_sizes(attributes, inputs)
    if inputs[0][2] != inputs[1][0]:
        raise ValueError(f"its input has {inputs[0][2]} columns, its weight {inputs[1][0]} rows")
    present = [(2, batch, heads, keys, width // heads)] if width == value_width else []
    return [(batch, queries, value_width), *present]


def attention_flops(attributes, inputs, _):
    """The work of Attention of ONNX Runtime, which makes queries, keys and values itself."""
    batch, heads, queries, keys, width, _, value_width = attention_sizes(attributes, inputs)
    return (2 * math.prod(inputs[0]) * inputs[1][1]
            + products(batch, heads, queries, keys, width // heads, value_width // heads))


def several_heads(attributes, inputs):
    """Batch, heads, queries, keys, and a head's widths of keys and values."""
    query, key, value = inputs[:3]
    past = given(inputs, 6)
    if key is None or value is None or [len(query), len(key), len(value)] != [3, 3, 3]:
        raise LookupError("packed inputs have no rule")
    heads = attributes["num_heads"]
    return (query[0], heads, query[1], key[1] + (past[2] if past else 0), query[2] // heads,
            value[2] // heads)


def several_heads_shapes(attributes, inputs):
    """The shapes of MultiHeadAttention: result, keys and values."""
    batch, heads, queries, keys, width, value_width = several_heads(attributes, inputs)
    return [(batch, queries, heads * value_width), (batch, heads, keys, width),
            (batch, heads, keys, value_width)]


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


def standard_attention_shapes(attributes, inputs):
    """The shapes of ONNX's own Attention: result, keys and values."""
    (batch, heads, stored, queries, keys, width, value_width,
     four) = split_heads(attributes, inputs)
    result = (batch, heads, queries, value_width) if four else (batch, queries, heads * value_width)
    return [result, (batch, stored, keys, width), (batch, stored, keys, value_width)]


def standard_attention_flops(attributes, inputs, _):
    """Its work."""
    batch, heads, _, queries, keys, width, value_width, _ = split_heads(attributes, inputs)
    return products(batch, heads, queries, keys, width, value_width)


# operators that scale by statistics of a row, which are further outputs
NORMALIZATION = same(7, per_row, per_row)
SCALING = same(4, per_row)

RULES = {
    "com.microsoft": {
        "Attention": Rule(attention_shapes, attention_flops),
        "BiasGelu": same(9),
        "DequantizeLinear": same(2),
        "EmbedLayerNormalization": Rule(
            embedding_shapes, lambda a, inputs, outputs: 9 * math.prod(outputs[0])),
        "FastGelu": same(8),
        "FusedMatMul": Rule(fused_matmul_shapes, fused_matmul_flops),
        "Gelu": same(8),
        "GroupNorm": same(7),
        "MatMulNBits": Rule(lambda a, inputs: [(*inputs[0][:-1], a["N"])],
                            lambda a, inputs, outputs: 2 * math.prod(outputs[0]) * a["K"]),
        "MultiHeadAttention": Rule(several_heads_shapes,
                                   lambda a, inputs, _: products(*several_heads(a, inputs))),
        "QuantizeLinear": same(2),
        "QuickGelu": same(6),
        "RotaryEmbedding": same(3),
        "SkipLayerNormalization": same(8, per_row, per_row, kept),
        "SkipSimplifiedLayerNormalization": same(5, per_row, per_row, kept),
        "TransposeMatMul": Rule(fused_matmul_shapes, fused_matmul_flops),
    },
    "": {
        "Attention": Rule(standard_attention_shapes, standard_attention_flops),
        "Gelu": same(8),
        "GroupNormalization": same(7),
        "LayerNormalization": NORMALIZATION,
        "Mish": same(9),
        "RMSNormalization": same(4),
        "RotaryEmbedding": same(3),
        "SimplifiedLayerNormalization": SCALING,
        "Swish": same(5),
    },
}


def rule_of(node):
    """The rule of a node's operator, or None."""
    return RULES.get(domain_of(node), {}).get(node.op_type)

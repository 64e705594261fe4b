# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Rules for operators that do the work of several, and that the installed onnx may not know: what
shapes they write, and how much they do. Mostly of ONNX Runtime, domain com.microsoft."""

import math

from surgery.onnx import attention
from surgery.onnx.attention import given


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


def blocks_shapes(attributes, inputs):
    """The shape of a product by a matrix of K x N, which is packed."""
    if inputs[0][-1] != attributes["K"]:
        raise ValueError(f"its input has {inputs[0][-1]} columns, its matrix {attributes['K']} rows")
    return [(*inputs[0][:-1], attributes["N"])]


def embedding_shapes(_, inputs):
    """The shapes of an embedding with normalization: vectors, lengths of masks, and sums."""
    vectors = (*inputs[0], inputs[2][-1])
    return [vectors, inputs[0][:1], vectors]


def split_gelu_shapes(_, inputs):
    """The shape of BiasSplitGelu, of which one half of each row gates the other."""
    return [(*inputs[0][:-1], inputs[0][-1] // 2)]


def gather_shapes(attributes, inputs):
    """The shape of rows that are taken from a table of 4 or 8 bits, and dequantized."""
    data, indices, scales = inputs[:3]
    axis = attributes.get("gather_axis", 0) % len(data)
    blocked = attributes.get("quantize_axis", 1) % len(data)
    if -(-data[blocked] // attributes.get("block_size", 128)) != scales[blocked]:
        data = (*data[:-1], 2 * data[-1])  # two elements a byte
    return [(*data[:axis], *indices, *data[axis + 1:])]


def experts_flops(first, second, third, packed=False):
    """The work of a mixture of experts, each of which has two matrices or three; the gate is given.
    @param first, second, third where they are among the inputs @param packed whether bytes of them
    hold several elements"""
    def flops(attributes, inputs, _):
        rows = math.prod(inputs[0][:-1])
        matrices = [given(inputs, index) for index in (first, second, third)]
        elements = sum(math.prod(shape[1:]) for shape in matrices if shape)
        each = 8 // attributes.get("expert_weight_bits", 4) if packed else 1
        return 2 * rows * attributes.get("k", 1) * elements * each
    return flops


# operators that scale by statistics of a row, which are further outputs
NORMALIZATION = same(7, per_row, per_row)
SCALING = same(4, per_row)

PRODUCT = Rule(fused_matmul_shapes, fused_matmul_flops)
# by a matrix in blocks of few bits
BLOCKS = Rule(blocks_shapes,
              lambda a, inputs, outputs: 2 * math.prod(outputs[0]) * a["K"])
EMBEDDING = Rule(embedding_shapes, lambda a, inputs, outputs: 9 * math.prod(outputs[0]))

RULES = {
    "com.microsoft": {
        "Attention": Rule(attention.fused_shapes, attention.fused_flops),
        "BiasAdd": same(2),
        "BiasGelu": same(9),
        "BiasSplitGelu": Rule(split_gelu_shapes, lambda a, inputs, outputs:
                              11 * math.prod(outputs[0])),
        "DecoderMaskedMultiHeadAttention": Rule(*attention.with_past(5)),
        "DequantizeLinear": same(2),
        "EmbedLayerNormalization": EMBEDDING,
        "FastGelu": same(8),
        "FusedMatMul": PRODUCT,
        "FusedMatMulActivation": PRODUCT,
        "GatherBlockQuantized": Rule(gather_shapes,
                                     lambda a, inputs, outputs: 2 * math.prod(outputs[0])),
        "Gelu": same(8),
        "GroupNorm": same(7),
        "GroupQueryAttention": Rule(attention.grouped_shapes, attention.grouped_flops),
        "MatMulBnb4": BLOCKS,
        "MatMulNBits": BLOCKS,
        "MoE": Rule(lambda a, inputs: inputs[:1], experts_flops(2, 4, 6)),
        "MultiHeadAttention": Rule(*attention.with_past(6)),
        "PackedAttention": Rule(attention.packed_shapes, attention.packed_flops),
        "PackedMultiHeadAttention": Rule(attention.packed_heads_shapes,
                                         attention.packed_heads_flops),
        "QAttention": Rule(*attention.quantized(attention.fused_shapes, attention.fused_flops)),
        "QEmbedLayerNormalization": EMBEDDING,
        "QMoE": Rule(lambda a, inputs: inputs[:1], experts_flops(2, 5, 8, True)),
        "QuantizeLinear": same(2),
        "QuickGelu": same(6),
        "RotaryEmbedding": same(3),
        "SkipGroupNorm": same(8, kept),
        "SkipLayerNormalization": same(8, per_row, per_row, kept),
        "SkipSimplifiedLayerNormalization": same(5, per_row, per_row, kept),
        "TransposeMatMul": PRODUCT,
    },
    "": {
        "Attention": Rule(attention.standard_shapes, attention.standard_flops),
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
    return RULES.get(node.domain, {}).get(node.op_type)

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What ONNX says of attributes and shapes, and its inference does not check: that axes are there, and
that an operator which only arranges elements writes as many as it reads."""

from surgery.onnx.kinds import likeness, standard_inputs, standard_node
from surgery.onnx.model import ModelError, describe, is_standard
from surgery.onnx.tensors import text
from surgery.onnx.values import MISTAKES, attributes_of
from surgery.onnx.weights import Contradiction, check_weights

# operators that write the elements that they read
ARRANGING = {"DepthToSpace", "Flatten", "Identity", "Reshape", "SpaceToDepth", "Squeeze", "Transpose",
             "Unsqueeze"}

# operators whose attribute axis is one of the first input
HAVE_AXIS = {"ArgMax", "ArgMin", "Compress", "Concat", "Gather", "GatherElements", "Hardmax",
             "LayerNormalization", "LogSoftmax", "LpNormalization", "RMSNormalization",
             "ReverseSequence", "Scatter", "ScatterElements", "Softmax", "Split", "SplitToSequence",
             "TopK", "Unique"}

# operators whose second input has as many dimensions as the first
SAME_RANK = {"GatherElements", "Scatter", "ScatterElements"}

# those whose axis is between dimensions: how many places more than dimensions there are, at the end
# and, counted from the end, at the beginning
BETWEEN = {"Flatten": (1, 0), "OneHot": (1, 1)}

REDUCTIONS = {"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
              "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare"}

# operators with several axes, an attribute or an input: the input's index
HAVE_AXES = {**dict.fromkeys(REDUCTIONS, 1), "CenterCropPad": None, "CumSum": 1,
             "MeanVarianceNormalization": None, "Pad": 3, "Resize": None, "Slice": 3, "Squeeze": 1,
             "Unsqueeze": 1}

# those of them that may name an axis twice
MAY_REPEAT = {*REDUCTIONS, "MeanVarianceNormalization", "Squeeze"}


def check_inputs(node, inputs, version):
    """
    Refuse attributes and weights that contradict the inputs.

    @param inputs a Tensor per input, None if left out @param version of the operators
    """
    try:
        if is_standard(node.domain) and inputs and inputs[0] and inputs[0].shape is not None:
            _check_attributes(node, inputs, attributes_of(node))
        read = [t.shape if t is not None and t.is_known() else None for t in inputs]
        check_weights(node, read, version)
        same = standard_node(node)
        if same is not None:
            like = standard_inputs(node, [read[i] for i in likeness(node)[1]])
            check_weights(same, like, version)
    except Contradiction as error:
        raise ModelError(f"{describe(node)}: its inputs do not fit: {error}") from error
    except MISTAKES as error:
        raise ModelError(f"{describe(node)}: inputs or attributes are missing or malformed "
                         f"({type(error).__name__}: {error})") from error


def _check_attributes(node, inputs, attributes):
    rank = len(inputs[0].shape)
    if node.op_type in HAVE_AXIS or node.op_type in BETWEEN:
        after, before = BETWEEN.get(node.op_type, (0, 0))
        axes = [attributes[name] for name in ("axis", "batch_axis", "time_axis")
                if name in attributes]
        _check_axes(node, axes, -rank - before, rank - 1 + after)
    if node.op_type in HAVE_AXES:
        axes = _axes(attributes, inputs, HAVE_AXES[node.op_type])
        whole = rank + (len(axes) if node.op_type == "Unsqueeze" else 0)
        _check_axes(node, axes, -whole, whole - 1)
        if node.op_type not in MAY_REPEAT and len({a % whole for a in axes}) < len(axes):
            raise ModelError(f"{describe(node)}: names an axis twice: {axes}")
    if node.op_type == "Transpose":
        order = attributes.get("perm")
        if order is not None and sorted(order) != list(range(rank)):
            raise ModelError(f"{describe(node)}: attribute perm {order} is no order of {rank} axes")
    if node.op_type in ("DepthToSpace", "SpaceToDepth") and attributes.get("blocksize", 0) < 1:
        raise ModelError(f"{describe(node)}: attribute blocksize must be >= 1")
    if node.op_type in SAME_RANK:
        other = inputs[1].shape if len(inputs) > 1 and inputs[1] else None
        if other is not None and len(other) != rank:
            raise ModelError(f"{describe(node)}: its inputs do not fit: they have {rank} and "
                             f"{len(other)} dimensions")
    if node.op_type == "Resize" and all(len(inputs) > i and inputs[i] and inputs[i].size()
                                        for i in (2, 3)):
        raise ModelError(f"{describe(node)}: has both scales and sizes")


def _axes(attributes, inputs, place):
    """The axes that an operator names; none if they are not known."""
    if "axes" in attributes:
        return list(attributes["axes"])
    named = inputs[place] if place is not None and place < len(inputs) else None
    array = None if named is None else named.array()
    return [] if array is None else [int(axis) for axis in array.ravel()]


def _check_axes(node, axes, low, high):
    for axis in axes:
        if not low <= axis <= high:
            raise ModelError(f"{describe(node)}: axis {axis} is not in {low}..{high}")


def check_size(node, inputs, outputs):
    """Refuse an operator that arranges elements, but writes another number of them than it reads.
    @param inputs a Tensor per input, None if left out @param outputs a Tensor per output"""
    if not is_standard(node.domain) or node.op_type not in ARRANGING or not inputs or not outputs:
        return
    before, after = inputs[0].size() if inputs[0] else None, outputs[0].size()
    if None not in (before, after) and before != after:
        raise ModelError(
            f"{describe(node)}: its output '{node.output[0]}' {text(outputs[0].shape)} would have "
            f"{after} elements, its input '{node.input[0]}' {text(inputs[0].shape)} has {before}")

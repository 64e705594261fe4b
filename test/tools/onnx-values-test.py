#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of how ./surgery onnx computes the values of small tensors: by numpy, where onnx has no
evaluator of its own (before 1.13), as that evaluator does, and as ONNX's test data say."""

import pathlib
import unittest

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

from surgery.onnx import numpy_operators, values

NODES = pathlib.Path("/usr/share/libonnx-testdata/data/node")  # of the package libonnx-testdata
OPSETS = {"": 13}

whole = numpy.array([[3, -2, 5], [7, 0, -4]], numpy.int64)
real = numpy.array([[0.5, -1.25, 2.5], [-3.5, 4.0, 1.0]], numpy.float32)
positive = numpy.abs(real)
truth = numpy.array([[True, False, True], [False, False, True]])
other = numpy.roll(truth, 1, 1)
two = numpy.array([2], numpy.int64)


def ints(*numbers):
    """A list of whole numbers as a tensor."""
    return numpy.array(numbers, numpy.int64)


odd = numpy.array([[numpy.nan, numpy.inf, 1], [0, -numpy.inf, 2]], numpy.float32)
ties = ints(3, 1, 3, 2, 1, 0).reshape(2, 3)
places = ints(0, 2, 1, 1).reshape(2, 2)
nine = numpy.arange(12, dtype=numpy.int64).reshape(2, 2, 3)

ONE = {"Abs": whole, "Ceil": real, "Cos": real, "Exp": real, "Floor": real, "Identity": whole, "Log": positive,
       "IsInf": odd, "IsNaN": odd, "Neg": whole, "NonZero": whole, "Not": truth, "Reciprocal": positive, "Relu": real,
       "Round": real, "Sigmoid": real, "Sign": whole, "Sin": real, "Sqrt": positive, "Tanh": real}
TWO = {"Add": (whole, two), "And": (truth, other), "Div": (real, positive), "Equal": (whole, two),
       "Greater": (whole, two), "GreaterOrEqual": (whole, two), "Less": (whole, two),
       "LessOrEqual": (whole, two), "Max": (whole, two), "Min": (whole, two), "Mod": (whole, two),
       "Mul": (whole, two), "Or": (truth, other), "Pow": (positive, positive), "Sub": (whole, two),
       "Sum": (real, positive), "Xor": (truth, other)}
REDUCE = ("ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd")

# (operator, attributes, inputs)
CASES = [
    *((op, {}, [a]) for op, a in ONE.items()),
    *((op, {}, list(pair)) for op, pair in TWO.items()),
    *((op, {"axes": [1], "keepdims": keep}, [real]) for op in REDUCE for keep in (0, 1)),
    *((op, {}, [real]) for op in REDUCE),
    ("ReduceSum", {"keepdims": 0}, [whole, ints(-1)]), ("ReduceSum", {}, [whole]),
    ("ReduceSum", {"noop_with_empty_axes": 1}, [whole]),
    ("Div", {}, [numpy.abs(whole), two]), ("Mod", {"fmod": 1}, [real, positive]),
    ("ArgMax", {"axis": 1}, [real]), ("ArgMin", {"axis": 0, "keepdims": 0}, [real]),
    ("Cast", {"to": TensorProto.INT64}, [real]), ("Cast", {"to": TensorProto.BOOL}, [whole]),
    ("Cast", {"to": TensorProto.FLOAT}, [whole]),
    ("Clip", {}, [whole, numpy.array(0), numpy.array(4)]), ("Clip", {}, [whole, None, numpy.array(1)]),
    ("Concat", {"axis": 0}, [whole, whole]), ("Concat", {"axis": -1}, [real, positive]),
    ("ConstantOfShape", {"value": numpy_helper.from_array(ints(7))}, [ints(2, 3)]),
    ("ConstantOfShape", {}, [ints(2)]), ("CumSum", {}, [whole, numpy.array(1)]),
    ("Expand", {}, [two, ints(3, 1)]), ("Expand", {}, [truth, ints(2, 2, 3)]),
    ("Flatten", {"axis": 2}, [whole.reshape(1, 2, 3)]), ("Flatten", {}, [whole]),
    ("Gather", {"axis": 1}, [whole, ints(2, 0)]), ("Gather", {}, [ints(5, 6, 7), numpy.array(-1)]),
    ("GatherElements", {"axis": 1}, [whole, ints(0, 2, 1, 1).reshape(2, 2)]),
    ("GatherND", {}, [whole, places]), ("GatherND", {}, [whole, ints(1).reshape(1, 1)]),
    ("Pad", {}, [whole, ints(1, 0, 0, 2)]), ("Pad", {}, [real, ints(0, 1, 1, 0), numpy.float32(3)]),
    ("Range", {}, [numpy.array(1), numpy.array(9), numpy.array(3)]),
    ("Range", {}, [numpy.array(5), numpy.array(-2), numpy.array(-2)]),
    ("Reshape", {}, [whole, ints(3, -1)]), ("Reshape", {}, [whole, ints(0, 3, 1)]),
    ("ScatterND", {}, [whole, ints(0, 2, 1, 1).reshape(2, 2), ints(80, 90)]),
    ("Slice", {}, [whole, ints(0), ints(2), ints(1)]),
    ("Slice", {}, [whole, ints(-1), ints(-(1 << 62)), ints(1), ints(-1)]),
    ("Slice", {}, [whole, ints(1), ints(1 << 62)]),
    ("Split", {"axis": 1}, [whole, ints(1, 2)]), ("Split", {"axis": 0}, [whole]),
    ("Squeeze", {}, [whole.reshape(1, 6), ints(0)]), ("Squeeze", {}, [whole.reshape(1, 6)]),
    ("Tile", {}, [whole, ints(2, 1)]), ("Transpose", {}, [whole]),
    ("Transpose", {"perm": [1, 0, 2]}, [whole.reshape(1, 2, 3)]), ("Trilu", {"upper": 0}, [whole]),
    ("Trilu", {}, [whole, numpy.array(1)]), ("Unsqueeze", {}, [whole, ints(0, 3)]),
    ("Where", {}, [truth, whole, two]),
    ("ArgMax", {"axis": 1, "select_last_index": 1}, [ties]),
    ("BitShift", {"direction": "LEFT"}, [numpy.uint8([1, 200]), numpy.uint8([3, 1])]),
    ("BitShift", {"direction": "RIGHT"}, [numpy.uint32([16, 7]), numpy.uint32([3, 1])]),
    ("CastLike", {}, [real, two]), ("CastLike", {}, [whole, real]),
    ("Compress", {}, [whole, numpy.array([True, False, True])]),
    ("Compress", {"axis": 1}, [whole, numpy.array([False, True])]),
    *(("CumSum", {"exclusive": a, "reverse": b}, [whole, numpy.array(1)]) for a in (0, 1)
      for b in (0, 1)),
    ("CumSum", {"exclusive": 1}, [real, numpy.array(-2)]),
    ("EyeLike", {"k": 1}, [real]),
    ("GatherND", {"batch_dims": 1}, [nine, ints(1, 0).reshape(2, 1)]),
    ("IsInf", {"detect_negative": 0}, [odd]), ("MatMul", {}, [real, real.T]),
    ("Mean", {}, [real, positive]),
    ("OneHot", {}, [ints(1, -1, 0), numpy.array(3), ints(2, 5)]),
    ("OneHot", {"axis": 0}, [places, numpy.array(4), numpy.float32([0, 1])]),
    ("OneHot", {"axis": 1}, [places, numpy.array(3), numpy.float32([0, 1])]),
    ("Pad", {"mode": "reflect"}, [whole, ints(0, 2, 0, 1)]),
    ("Pad", {"mode": "edge"}, [whole, ints(1, 0, 0, 2)]),
    ("ScatterElements", {"axis": 1}, [whole, ints(-1, 0).reshape(2, 1), ints(80, 90).reshape(2, 1)]),
    ("ScatterElements", {"reduction": "add"}, [whole, ints(1, 1).reshape(2, 1),
                                               ints(80, 90).reshape(2, 1)]),
    ("ScatterND", {"reduction": "mul"}, [whole, places, ints(80, 90)]),
    ("TopK", {}, [real, two]), ("TopK", {"axis": 0, "largest": 0}, [real, ints(1)]),
    ("TopK", {}, [ties, two]),
    ("Unique", {}, [ties]), ("Unique", {"axis": 0}, [ties]),
]

# what operators write, by hand, also where no evaluator computes it or it errs (an index out of range
# of OneHot): (operator, attributes, inputs, outputs)
WRITTEN = [
    ("BitShift", {"direction": "LEFT"}, [numpy.uint8([1, 200]), numpy.uint8([3, 1])],
     [numpy.uint8([8, 144])]),
    ("CastLike", {}, [real, two], [ints(0, -1, 2, -3, 4, 1).reshape(2, 3)]),
    ("CumSum", {"exclusive": 1}, [ints(1, 2, 3), numpy.array(0)], [ints(0, 1, 3)]),
    ("CumSum", {"reverse": 1}, [ints(1, 2, 3), numpy.array(0)], [ints(6, 5, 3)]),
    ("CumSum", {"exclusive": 1, "reverse": 1}, [ints(1, 2, 3), numpy.array(0)], [ints(5, 3, 0)]),
    ("Div", {}, [ints(7, -7, 7, -7, 6), ints(-2, 2, 2, -2, -3)], [ints(-3, -3, 3, 3, -2)]),
    ("Div", {}, [numpy.uint8([200]), numpy.uint8([3])], [numpy.uint8([66])]),
    ("OneHot", {}, [ints(1, -1, 7), numpy.array(3), ints(2, 5)],
     [ints(2, 5, 2, 2, 2, 5, 2, 2, 2).reshape(3, 3)]),
    ("OneHot", {"axis": 0}, [ints(1), numpy.array([2]), ints(0, 1)], [ints(0, 1).reshape(2, 1)]),
    ("Pad", {}, [whole, ints(0, -1, 0, 1)], [ints(-2, 5, 0, 0, -4, 0).reshape(2, 3)]),
    ("Scatter", {"axis": 1}, [whole, ints(2, 0).reshape(2, 1), ints(80, 90).reshape(2, 1)],
     [ints(3, -2, 80, 90, 0, -4).reshape(2, 3)]),
    ("ScatterElements", {"axis": 1}, [whole, ints(-1, 0).reshape(2, 1), ints(80, 90).reshape(2, 1)],
     [ints(3, -2, 80, 90, 0, -4).reshape(2, 3)]),
    ("ScatterElements", {"reduction": "add"}, [ints(1, 2, 3), ints(1, 1), ints(10, 20)],
     [ints(1, 32, 3)]),
    ("Sigmoid", {}, [numpy.float32([0, -1000, 1000])], [numpy.float32([0.5, 0, 1])]),
    # of equal elements the first comes first
    ("TopK", {}, [ties, two], [ints(3, 3, 2, 1).reshape(2, 2), ints(0, 2, 0, 1).reshape(2, 2)]),
    ("TopK", {"largest": 0}, [ints(5, 1, 1, 7), two], [ints(1, 1), ints(1, 2)]),
    ("Unique", {"sorted": 0}, [ints(5, 1, 5)], [ints(5, 1), ints(0, 1), ints(0, 1, 0), ints(2, 1)]),
]

# the first version of the operators that has it
FIRST = {"CastLike": 15, "Pad": 18, "ScatterElements": 18, "ScatterND": 18}


def make(op, attributes, inputs):
    """A node of one operator."""
    names = ["" if value is None else f"i{i}" for i, value in enumerate(inputs)]
    outputs = [f"o{i}" for i in range({"Split": 2, "TopK": 2, "Unique": 4}.get(op, 1))]
    return helper.make_node(op, names, outputs, **attributes)


def read(path):
    """A tensor of ONNX's test data."""
    tensor = TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


class Values(unittest.TestCase):
    """What small tensors hold."""

    def check(self, got, expected):
        self.assertEqual(len(got), len(expected))
        for one, right in zip(got, expected):
            self.assertEqual((one.shape, one.dtype), (right.shape, right.dtype))
            numpy.testing.assert_allclose(one.astype(float), right.astype(float), rtol=1e-6)

    def test_every_operator_has_a_case(self):
        self.assertEqual({case[0] for case in CASES + WRITTEN}, set(numpy_operators.OPERATORS))

    @staticmethod
    def compute(op, attributes, inputs):
        """What numpy computes."""
        node = make(op, attributes, inputs)
        return numpy_operators.compute(node, values.attributes_of(node), inputs)

    def test_numpy_computes_every_case(self):
        for op, attributes, inputs in CASES:
            with self.subTest(op=op, attributes=attributes):
                self.assertIsNotNone(self.compute(op, attributes, inputs))

    def test_values_by_hand(self):
        for op, attributes, inputs, outputs in WRITTEN:
            with self.subTest(op=op, attributes=attributes):
                self.check(self.compute(op, attributes, inputs), outputs)

    @unittest.skipUnless(values.HAS_EVALUATOR, "onnx is older than 1.13")
    def test_numpy_equals_the_evaluator(self):
        for op, attributes, inputs in CASES:
            with self.subTest(op=op, attributes=attributes):
                node = make(op, attributes, inputs)
                self.check(self.compute(op, attributes, inputs), values._run_reference(
                    node, inputs, {"": FIRST.get(op, OPSETS[""])}))

    @unittest.skipUnless(NODES.is_dir(), "libonnx-testdata is not installed")
    def test_numpy_agrees_with_the_test_data(self):
        checked = set()
        for folder in sorted(NODES.iterdir()):
            model = onnx.load(folder / "model.onnx")
            node, data = model.graph.node[0], folder / "test_data_set_0"
            if len(model.graph.node) > 1 or node.op_type not in numpy_operators.OPERATORS:
                continue
            files = iter(sorted(data.glob("input_*.pb"), key=lambda p: int(p.stem[6:])))
            if any(not v.type.HasField("tensor_type") or v.type.tensor_type.elem_type not in
                   numpy_operators.NUMPY_TYPES
                   for v in [*model.graph.input, *model.graph.output]):
                continue
            inputs = [read(next(files)) if name else None for name in node.input]
            outputs = [read(data / f"output_{i}.pb") for i in range(len(node.output))]
            with self.subTest(case=folder.name):
                got = numpy_operators.compute(node, values.attributes_of(node), inputs)
                if got is not None:  # some attributes are not covered
                    self.check([numpy.asarray(v) for v in got], outputs)
                    checked.add(node.op_type)
        self.assertGreater(len(checked), 45)

    def test_the_extremes_of_nothing(self):
        for dtype, least, greatest in ((numpy.float32, -numpy.inf, numpy.inf),
                                       (numpy.int8, -128, 127), (bool, False, True)):
            empty = numpy.zeros((2, 0), dtype)
            for op, expected in (("ReduceMax", least), ("ReduceMin", greatest)):
                node = make(op, {"axes": [1], "keepdims": 0}, [empty])
                got, = numpy_operators.compute(node, values.attributes_of(node), [empty])
                self.assertEqual((got.dtype, got.tolist()), (dtype, [expected] * 2), op)

    def test_what_is_partly_known(self):
        shape = values.Value(ints(0, 3, 4), [False, True, True])
        gather = make("Gather", {}, [1, 2])
        def known(op, attributes, given):
            found = values.evaluate(make(op, attributes, given), given, OPSETS)
            return found and [None if v.known is None else v.known.tolist() for v in found]
        self.assertEqual(known("Gather", {}, [shape, values.Value(ints(1, 2))]), [None])
        self.assertEqual(known("Gather", {}, [shape, values.Value(ints(0, 2))]), [[False, True]])
        self.assertEqual(known("Concat", {"axis": 0}, [values.Value(two), shape]),
                         [[True, False, True, True]])
        self.assertEqual(known("Cast", {"to": TensorProto.FLOAT}, [shape]), [[False, True, True]])
        self.assertIsNone(known("Add", {}, [shape, values.Value(two)]))
        self.assertIsNone(values.evaluate(gather, [shape, None], OPSETS))

    def test_what_is_too_large_is_not_computed(self):
        huge = numpy.array(1 << 40)
        for op, attributes, inputs in (
                ("OneHot", {}, [places, huge, ints(0, 1)]), ("Tile", {}, [two, ints(1 << 40)]),
                ("Range", {}, [numpy.array(0), huge, numpy.array(1)]),
                ("Expand", {}, [two, ints(1 << 20, 1 << 20)]),
                ("ConstantOfShape", {}, [ints(1 << 20, 1 << 20)])):
            node = make(op, attributes, inputs)
            self.assertIsNone(values.evaluate(node, [values.Value(a) for a in inputs], OPSETS), op)

    def test_random_numbers_are_not_computed(self):
        node = make("Bernoulli", {}, [real])
        self.assertIsNone(values.evaluate(node, [values.Value(real)], {"": 15}))


if __name__ == "__main__":
    unittest.main()

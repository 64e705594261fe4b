#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of ./surgery onnx on models that contradict themselves, or what the user says of them."""

import unittest

from onnx import TensorProto, helper

from onnx_case import Conversion, integers, make_model, tensor, weight

node = helper.make_node
FLOAT, INT64, UINT8 = TensorProto.FLOAT, TensorProto.INT64, TensorProto.UINT8


class Arranged(Conversion):
    """Operators that write the elements that they read."""

    @staticmethod
    def batched():
        """A model whose batch is symbolic, but whose Reshape has the batch 1."""
        return make_model([node("GlobalAveragePool", ["x"], ["p"], "pool"),
                           node("Reshape", ["p", "one"], ["f"], "fold"),
                           node("Gemm", ["f", "w"], ["y"], "gemm")],
                          [tensor("x", ["batch", 3, 8, 8])], [tensor("y", None)],
                          [integers("one", [1, 3]), weight("w", [3, 5])])

    def test_a_reshape_to_another_number_of_elements_is_refused(self):
        self.convert(self.batched(), "--shape", "x=1,3,8,8")
        error = self.fail_to_convert(self.batched(), "--shape", "x=8,3,8,8")
        self.assertIn("'fold' (Reshape): its output 'f' [1,3] would have 3 elements, its input 'p' "
                      "[8,3,1,1] has 24", error)
        self.assertIn("'fold' (Reshape)", self.fail_to_convert(self.batched(), "--dim", "batch=2"))
        for opset, extra in ((4, {"shape": [7, 9]}), (13, {}), (14, {"allowzero": 1})):
            target = [integers("t", [7, 9])] if opset > 4 else []
            model = make_model([node("Reshape", ["x", "t"][:1 + len(target)], ["y"], "n", **extra)],
                               [tensor("x", [1, 3, 8, 10])], [tensor("y", None)], target, opset=opset)
            self.assertIn("[1,3,8,10] ", self.fail_to_convert(model))
        # a shape that the user gives, or the model declares
        target = [tensor("x", [1, 240]), tensor("t", [2], INT64)]
        model = make_model([node("Reshape", ["x", "t"], ["y"], "n")], target, [tensor("y", None)])
        self.assertIn("'n' (Reshape)", self.fail_to_convert(model, "--shape", "y=1,241"))
        self.convert(model, "--shape", "y=2,120")
        model = make_model([node("Reshape", ["x", "t"], ["y"], "n")], target, [tensor("y", [3, 7])])
        self.assertIn("'n' (Reshape)", self.fail_to_convert(model))

    def test_other_operators_that_only_arrange(self):
        for op, shape, attributes in (
                ("SpaceToDepth", [1, 8, 4, 4], {"blocksize": 3}),
                ("DepthToSpace", [1, 9, 4, 4], {"blocksize": 2}),
                ("DepthToSpace", [1, 8, 4, 4], {"blocksize": 0}),
                ("Transpose", [2, 3], {"perm": [0]}), ("Transpose", [2, 2], {"perm": [0, 0]})):
            with self.subTest(op=op, attributes=attributes):
                model = make_model([node(op, ["x"], ["y"], "n", **attributes)], [tensor("x", shape)],
                                   [tensor("y", None)])
                self.assertIn(f"'n' ({op}): ", self.fail_to_convert(model))


class Weights(Conversion):
    """Weights that contradict other inputs, or attributes."""

    def check(self, says, op, shape, weights, opset=17, domain="", **attributes):
        """Check that an operator is refused, and converted with weights of other shapes.
        @param weights pairs of a wrong shape and a right one; None where there is none"""
        def make(choice):
            names = [f"w{i}" if pair else "" for i, pair in enumerate(weights)]
            return make_model(
                [node(op, ["x", *names], ["y"], "n", domain=domain, **attributes)],
                [tensor("x", shape)], [tensor("y", None)],
                [weight(n, pair[choice]) for n, pair in zip(names, weights) if pair],
                [domain] if domain else [], opset=opset)
        with self.subTest(op=op, says=says):
            error = self.fail_to_convert(make(0))
            self.assertIn("'n' (", error)
            self.assertIn(says, error)
            self.convert(make(1))

    def test_convolutions(self):
        picture, right = [1, 4, 8, 8], ([6, 4, 3, 3],) * 2
        self.check("kernel_shape is [5,5], the weight's is [3,3]", "Conv", picture,
                   [([6, 4, 3, 3], [6, 4, 5, 5])], kernel_shape=[5, 5])
        self.check("'w1' has the shape [5], [6] is needed", "Conv", picture, [right, ([5], [6])])
        self.check("5 channels are not divided by 2 groups", "Conv", picture,
                   [([5, 2, 3, 3], [6, 2, 3, 3])], group=2)
        self.check("channels of input and weight are 4 and 3", "ConvTranspose", picture,
                   [([3, 2, 3, 3], [4, 2, 3, 3])])
        self.check("'w1' has the shape [3], [2] is needed", "ConvTranspose", picture,
                   [([4, 2, 3, 3],) * 2, ([3], [2])])
        self.check("kernel_shape is [2,2]", "ConvTranspose", picture,
                   [([4, 2, 3, 3], [4, 2, 2, 2])], kernel_shape=[2, 2])
        self.check("kernel_shape is [5,5]", "FusedConv", picture, [([6, 4, 3, 3], [6, 4, 5, 5])],
                   domain="com.microsoft", kernel_shape=[5, 5])
        self.check("'w1' has the shape [5], [6] is needed", "FusedConv", picture, [right, ([5], [6])],
                   domain="com.microsoft")

    def test_recurrent_layers(self):
        for op, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
            hidden = gates * 6
            shape, right = [5, 2, 4], [([1, hidden, 4],) * 2, ([1, hidden, 6],) * 2]
            self.check(f"'w0' has the shape [1,{hidden},5]", op, shape,
                       [([1, hidden, 5], [1, hidden, 4]), right[1]], hidden_size=6)
            self.check(f"'w1' has the shape [1,{hidden},7]", op, shape,
                       [right[0], ([1, hidden, 7], [1, hidden, 6])], hidden_size=6)
            self.check(f"'w0' has the shape [1,{hidden},4], [2,{hidden},4] is needed", op, shape,
                       [([1, hidden, 4], [2, hidden, 4]), ([1, hidden, 6], [2, hidden, 6])],
                       hidden_size=6, direction="bidirectional")
            self.check(f"[1,{gates * 9},4] is needed", op, shape,
                       [([1, hidden, 4], [1, gates * 9, 4]), ([1, hidden, 6], [1, gates * 9, 9])],
                       hidden_size=9)
            self.check("'w2' has the shape [1,7]", op, shape, [*right, ([1, 7], [1, 2 * hidden])],
                       hidden_size=6)
            self.check("'w4' has the shape [1,3,6], [1,2,6] is needed", op, shape,
                       [*right, None, None, ([1, 3, 6], [1, 2, 6])], hidden_size=6)

    def test_normalizations_and_products(self):
        for op, opset, weights in (("LayerNormalization", 17, 1), ("InstanceNormalization", 17, 2),
                                   ("GroupNormalization", 21, 2), ("BatchNormalization", 15, 4)):
            attributes = {"num_groups": 2} if op == "GroupNormalization" else {}
            shape = [2, 5, 4] if op == "LayerNormalization" else [2, 4, 5]
            self.check("'w0' has the shape [7]", op, shape, [([7], [4])] + [([4], [4])] * (weights - 1),
                       opset=opset, **attributes)
        self.check("'w1' has the shape [7]", "BatchNormalization", [2, 4, 5],
                   [([4], [4]), ([7], [4]), ([4], [4]), ([4], [4])])
        self.check("'w0' has the shape [7], which does not fit [2,3,4]", "PRelu", [2, 3, 4],
                   [([7], [3, 1])])
        self.check("'w1' has the shape [7], which does not fit [2,5]", "Gemm", [2, 4],
                   [([4, 5],) * 2, ([7], [5])])
        self.check("'w0' has the shape [7]", "BiasGelu", [2, 3, 4], [([7], [4])],
                   domain="com.microsoft")

    def test_limits_and_updates(self):
        self.check("'w1' has the shape [2], [] is needed", "Clip", [2, 3], [([], []), ([2], [1])])
        for op, shape, places, wrong, right in (
                ("ScatterND", [2, 1], [0, 2], [2, 4], [2, 4, 5]),
                ("ScatterND", [1, 2], [0, 3], [4, 5], [1, 5]),
                ("ScatterElements", [1, 2, 1], [0, 2], [1, 2, 2], [1, 2, 1])):
            with self.subTest(op=op, shape=shape):
                wrong, right = (make_model(
                    [node(op, ["x", "places", "new"], ["y"], "n")], [tensor("x", [3, 4, 5])],
                    [tensor("y", None)],
                    [helper.make_tensor("places", INT64, shape, places), weight("new", updates)])
                                for updates in (wrong, right))
                self.assertIn("'new' has the shape", self.fail_to_convert(wrong))
                self.convert(right)

    def test_numbers_by_channel_and_place(self):
        model = make_model([node("BatchNormalization", ["x", "w", "w", "w", "w"], ["y"], "n",
                                 spatial=0)],
                           [tensor("x", [1, 3, 8, 10])], [tensor("y", None)],
                           [weight("w", [3, 8, 10])], opset=7)
        _, layers, _ = self.convert(model)
        self.check_layer(layers["n"], "BatchNormalization", ["x"], 2 * 240, 4 * 240, 4 * 240)
        self.assertIn("[3,8,10] is needed", self.fail_to_convert(
            model.replace(weight("w", [3, 8, 10]).SerializeToString(),
                          weight("w", [3, 10, 8]).SerializeToString())))


class Attributes(Conversion):
    """Attributes that contradict the input's dimensions."""

    def check(self, op, shape, constants=(), outputs=("y",), opset=13, **attributes):
        """The line that refuses an operator."""
        model = make_model([node(op, ["x", *(c.name if c else "" for c in constants)], outputs, "n",
                                 **attributes)],
                           [tensor("x", shape)], [tensor(n, None) for n in outputs],
                           [c for c in constants if c], opset=opset)
        error = self.fail_to_convert(model)
        self.assertIn(f"'n' ({op}): ", error)
        return error

    def test_axes_that_are_not_there(self):
        for axis in (3, -4):
            for op in ("Softmax", "ArgMax", "LpNormalization"):
                self.assertIn(f"axis {axis} is not in -3..2", self.check(op, [2, 3, 4], axis=axis))
            axes = integers("a", [axis])
            self.assertIn(f"axis {axis} is not in -3..2",
                          self.check("ReduceMean", [2, 3, 4], [axes], opset=18))
            self.check("ReduceMax", [2, 3, 4], opset=11, axes=[axis])
            self.check("Pad", [2, 3, 4], [integers("p", [1, 1]), None, axes], opset=18)
            self.check("Resize", [2, 3, 4], [None, None, integers("s", [8])], opset=18, axes=[axis])
            self.check("Slice", [2, 3, 4], opset=9, starts=[0], ends=[1], axes=[axis])
            self.check("CumSum", [2, 3, 4], [helper.make_tensor("a", INT64, [], [axis])])
        self.assertIn("names an axis twice",
                      self.check("Resize", [2, 3, 4], [None, None, integers("s", [8, 8])], opset=18,
                                 axes=[1, -2]))

    def test_other_attributes(self):
        scales = helper.make_tensor("f", FLOAT, [2], [2.0, 2.0])
        for opset in (13, 19):
            self.assertIn("has both scales and sizes",
                          self.check("Resize", [2, 4], [None, scales, integers("s", [6, 6])],
                                     opset=opset))
        self.assertIn("auto_pad", self.check("MaxPool", [1, 3, 8, 8], kernel_shape=[2, 2],
                                             auto_pad="SOME"))
        self.assertIn("num_outputs", self.check("Split", [2, 6], outputs=("y", "z"), opset=18, axis=1,
                                                num_outputs=3))

    def test_a_scan_along_axes_of_different_length(self):
        body = helper.make_graph([node("Add", ["a", "b"], ["c"])], "body",
                                 [tensor("a", [4]), tensor("b", [4])], [tensor("c", [4])])
        for shape, axes, says in (([5, 4], [0, 0], "along axes of 6 and 5 elements"),
                                  ([4, 6], [0, 2], "axis 2 is not in -2..1")):
            model = make_model([node("Scan", ["x", "z"], ["y"], "scan", body=body, num_scan_inputs=2,
                                     scan_input_axes=axes)],
                               [tensor("x", [6, 4]), tensor("z", shape)], [tensor("y", None)])
            self.assertIn(says, self.fail_to_convert(model))


if __name__ == "__main__":
    unittest.main()

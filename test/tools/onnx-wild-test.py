#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of ./surgery onnx on what models from elsewhere contain: symbols, computed shapes, declared
shapes, empty tensors, nodes in any order, functions."""

import re
import unittest

from onnx import ModelProto, TensorProto, helper

from onnx_case import Conversion, integers, make_model, tensor, weight

node = helper.make_node


class Texts(Conversion):
    """Texts in any encoding."""

    def test_names_that_are_not_utf8_are_refused(self):
        branch = helper.make_graph([node("Relu", ["x"], ["t"], "inner")], "branch", [],
                                   [tensor("t", [1, 4])])
        model = make_model([node("Swirl", ["x"], ["a"], "swirl", domain="own"),
                            node("If", ["yes"], ["y"], "if", then_branch=branch, else_branch=branch)],
                           [tensor("x", ["batch", 4])], [tensor("y", [1, "width"])],
                           [weight("weights", [1]),
                            helper.make_tensor("yes", TensorProto.BOOL, [], [True])], ["own"],
                           [tensor("a", [1, 4])])
        for text, place in ((b"batch", "graph.input[0].type.tensor_type.shape.dim[0].dim_param"),
                            (b"width", "graph.output[0].type.tensor_type.shape.dim[1].dim_param"),
                            (b"own", "graph.node[0].domain"), (b"Swirl", "graph.node[0].op_type"),
                            (b"swirl", "graph.node[0].name"), (b"weights", "graph.initializer[0].name"),
                            (b"inner", "graph.node[1].attribute[0].g.node[0].name"),
                            (b"then_branch", "graph.node[1].attribute[1].name")):
            with self.subTest(text=text):
                bad = model.replace(text, b"\xff" * len(text), 1)
                newer = rf"onnx\.[\w.]+\.{place.rpartition('.')[2]}"  # releases of protobuf
                self.assertRegex(self.fail_to_convert(bad),
                                 f"({re.escape(place)}|{newer}): is not valid UTF-8")
        only = model.replace(b"own", b"\xff\xff\xff")  # the imported domain is the same
        self.assertIn("is not valid UTF-8", self.fail_to_convert(only))

    def test_remarks_may_have_any_encoding(self):
        model = make_model([node("Relu", ["x"], ["y"], "relu")], [tensor("x", [1, 4])],
                           [tensor("y", [1, 4])])
        model = model.replace(b"test", b"t\xe9st", 1)  # the producer's name
        try:
            ModelProto().ParseFromString(model)
        except UnicodeDecodeError:  # newer releases of protobuf read no such model
            self.assertIn("producer_name: is not valid UTF-8", self.fail_to_convert(model))
            return
        profile, _, _ = self.convert(model)
        self.assertEqual(len(profile["layers"]), 2)


class Order(Conversion):
    """Nodes stand in any order."""

    def test_nodes_are_sorted(self):
        model = make_model([node("Sigmoid", ["b"], ["y"], "third"), node("Neg", ["a"], ["b"], "second"),
                            node("Relu", ["x"], ["a"], "first")],
                           [tensor("x", [1, 4])], [tensor("y", [1, 4])])
        profile, _, _ = self.convert(model)
        self.assertEqual([(v["name"], v["inputs"]) for v in profile["layers"]],
                         [("x", []), ("first", ["x"]), ("second", ["first"]), ("third", ["second"])])

    def test_a_circle_is_refused(self):
        model = make_model([node("Add", ["x", "b"], ["a"], "one"), node("Relu", ["a"], ["b"], "two")],
                           [tensor("x", [1, 4])], [tensor("b", [1, 4])])
        self.assertIn("'one' (Add): reads, directly or not, what it writes itself",
                      self.fail_to_convert(model))

    def test_functions_of_the_model_are_opened(self):
        opset = helper.make_opsetid("", 15)
        inner = helper.make_function("own", "Leaky", ["v"], ["w"],
                                     [node("LeakyRelu", ["v"], ["w"], "leak")], [opset])
        outer = helper.make_function("own", "Block", ["p", "q"], ["r"], [
            node("MatMul", ["p", "q"], ["m"], "mat"),
            node("Leaky", ["m"], ["r"], "act", domain="own")],
            [opset, helper.make_opsetid("own", 1)])
        model = make_model([node("Block", ["x", "w"], ["a"], "one", domain="own"),
                            node("Block", ["a", "w"], ["y"], "two", domain="own")],
                           [tensor("x", [1, 8])], [tensor("y", None)], [weight("w", [8, 8])],
                           domains=["own"], opset=15, functions=[inner, outer])
        profile, layers, _ = self.convert(model)
        self.assertEqual([v["name"] for v in profile["layers"]],
                         ["x", "one/mat", "one/act/leak", "two/mat", "two/act/leak"])
        self.check_layer(layers["one/mat"], "MatMul", ["x"], 2 * 64, 32, 4 * 64)
        self.check_layer(layers["two/act/leak"], "LeakyRelu", ["two/mat"], 16, 32, 0)


    def test_functions_get_names_that_are_free(self):
        function = helper.make_function(
            "own", "Pair", ["v"], ["w"], [node("Relu", ["v"], ["t"], "a"), node("Neg", ["t"], ["w"], "b")],
            [helper.make_opsetid("", 15)])
        for first, second, other in (("f", "g", "f/t"), ("f", "f", "z"), ("f", "f", "f/t_2")):
            model = make_model([node("Pair", ["x"], ["m"], first, domain="own"),
                                node("Pair", ["m"], ["n"], second, domain="own"),
                                node("Sigmoid", ["n"], [other], "s"), node("Exp", [other], ["y"], "e")],
                               [tensor("x", [1, 8])], [tensor("y", None)], domains=["own"], opset=15,
                               functions=[function])
            profile, _, _ = self.convert(model)
            self.assertEqual([v["op"] for v in profile["layers"]],
                             ["Input", "Relu", "Neg", "Relu", "Neg", "Sigmoid", "Exp"])
            self.assertEqual([v["inputs"] for v in profile["layers"][1:]],
                             [[v["name"]] for v in profile["layers"][:-1]])


class Symbols(Conversion):
    """Dimensions with names instead of numbers."""

    @staticmethod
    def model(*shapes):
        """A model whose inputs have these shapes."""
        names = [f"x{i}" for i in range(len(shapes))]
        nodes = [node("Relu", [n], [f"y{i}"], f"relu{i}") for i, n in enumerate(names)]
        return make_model(nodes, [tensor(n, s) for n, s in zip(names, shapes)],
                          [tensor(f"y{i}", None) for i in range(len(shapes))])

    def test_a_first_axis_that_is_clearly_a_batch_becomes_1(self):
        for shape in (["batch", 3], ["batch_size", 3], ["N", 3, 8, 8], ["b", 3, 8], ["bs", 3],
                      [None, 3], ["x_dynamic_axes_1", 3], ["unk__7", 3, 2], ["input_batch", 3],
                      ["batch_size_1", 3], ["batchSize", 3], ["batch_n", 3], ["Batch0", 3],
                      ["batch_dim_0", 3], ["encoder_batch_size", 3], ["num_batches", 3],
                      ["input1_batch", 3], ["unknown_1", 3]):
            with self.subTest(shape=shape):
                profile, layers, error = self.convert(self.model(shape))
                size = 3 if len(shape) == 2 else 3 * 8 ** (len(shape) - 2)
                size = 6 if shape[0] == "unk__7" else size
                self.assertEqual(layers["relu0"]["flops"], size)
                self.assertIn("input x0: batch set to 1", error)
                self.assertEqual(profile["provenance"]["notes"], ["input x0: batch set to 1"])

    def test_other_symbols_are_asked_for(self):
        for shape, axis, name in ((["num_points", 3], 0, "num_points"), (["N", 3], 0, "N"),
                                  (["seq", 64], 0, "seq"), (["time", 1, 8], 0, "time"),
                                  ([2, "batch", 4], 1, "batch"), (["batch_seq", 8], 0, "batch_seq"),
                                  (["batch_num_points", 3], 0, "batch_num_points"),
                                  (["batch_nodes", 3], 0, "batch_nodes"),
                                  (["batch_dim_points", 3], 0, "batch_dim_points"),
                                  (["batch_1_points", 3], 0, "batch_1_points"),
                                  (["points_per_batch", 3], 0, "points_per_batch"),
                                  (["nodes_in_batch", 3], 0, "nodes_in_batch"),
                                  (["unknown_points", 3], 0, "unknown_points"),
                                  ([None], 0, "")):
            with self.subTest(shape=shape):
                error = self.fail_to_convert(self.model(shape))
                self.assertIn(f"graph.input 'x0': dimension {axis} ('{name}') is unknown", error)
                self.assertIn("--shape x0=", error)
                if name:
                    self.assertIn(f"--dim {name}=N", error)
                    _, layers, _ = self.convert(self.model(shape), "--dim", f"{name}=5")
                    others = 1
                    for size in shape:
                        others *= size if isinstance(size, int) else 1
                    self.assertEqual(layers["relu0"]["flops"], 5 * others)

    def test_a_symbol_is_the_same_number_everywhere(self):
        model = self.model(["batch", 16], [2, "batch", 4])
        _, layers, _ = self.convert(model)
        self.assertEqual((layers["relu0"]["flops"], layers["relu1"]["flops"]), (16, 8))
        for option in (["--dim", "batch=3"], ["--shape", "x0=3,16"], ["--shape", "x1=2,3,4"]):
            _, layers, error = self.convert(model, *option)
            self.assertEqual((layers["relu0"]["flops"], layers["relu1"]["flops"]), (48, 24))
            self.assertEqual(error, "")

    def test_advice_names_what_is_known(self):
        error = self.fail_to_convert(self.model(["batch", 16, "seq"], [2, "batch", "width"]))
        self.assertIn("--dim seq=N --dim width=N or --shape x0=1,16,N,", error)

    def test_options_that_contradict_are_refused(self):
        model = self.model(["batch", 16], [2, "batch", 4])
        for options, says in (
                (["--shape", "x0=3,16", "--dim", "batch=2"], "is 3, but 'batch' is 2 elsewhere"),
                (["--shape", "x0=3,16", "--shape", "x1=2,4,4"], "is 4, but 'batch' is 3 elsewhere"),
                (["--shape", "x0=3,16,1"], "input 'x0' has 2 dimensions, not 3"),
                (["--dim", "seq=2"], "no input that the model reads has a dimension 'seq'")):
            with self.subTest(options=options):
                self.assertIn(says, self.fail_to_convert(model, *options, code=2))

    def test_declared_shapes_have_the_symbols_numbers(self):
        model = make_model([node("Swirl", ["x"], ["a"], "swirl", domain="org.test"),
                            node("Relu", ["a"], ["y"], "relu")],
                           [tensor("x", ["batch", "seq"])], [tensor("y", None)],
                           domains=["org.test"], values=[tensor("a", ["batch", "seq", 6])])
        _, layers, _ = self.convert(model, "--dim", "seq=7")
        self.assertEqual(layers["relu"]["flops"], 42)


class ComputedShapes(Conversion):
    """Shapes that the model computes as it runs."""

    def test_padding_as_pytorch_exports_it(self):
        zeros = helper.make_tensor("zero", TensorProto.INT64, [1], [0])
        model = make_model(
            [node("ConstantOfShape", ["four"], ["zeros"], value=zeros),
             node("Concat", ["given", "zeros"], ["all"], axis=0),
             node("Reshape", ["all", "pairs"], ["rows"]),
             node("Slice", ["rows", "last", "before", "first", "last"], ["turned"]),
             node("Transpose", ["turned"], ["columns"], perm=[1, 0]),
             node("Reshape", ["columns", "flat"], ["line"]),
             node("Cast", ["line"], ["pads"], to=TensorProto.INT64),
             node("Pad", ["x", "pads"], ["p"], "pad"),
             node("Conv", ["p", "w"], ["y"], "conv")],
            [tensor("x", [1, 4, 10, 20])], [tensor("y", None)],
            [integers("four", [4]), integers("given", [1, 2, 3, 4]), integers("pairs", [-1, 2]),
             integers("last", [-1]), integers("before", [-(1 << 62)]), integers("first", [0]),
             integers("flat", [-1]), weight("w", [8, 4, 3, 3])])
        profile, layers, _ = self.convert(model)
        # PyTorch counts from the last axis: 1 left, 2 right, 3 above, 4 below
        self.assertEqual(layers["pad"]["output_bytes"], 4 * 4 * 17 * 23)
        self.check_layer(layers["conv"], "Conv", ["pad"], 2 * 8 * 15 * 21 * 36, 4 * 8 * 15 * 21,
                         4 * 288)
        self.assertEqual(len(profile["layers"]), 3)

    def test_sizes_scaled_as_floats(self):
        model = make_model(
            [node("Shape", ["x"], ["s"]), node("Slice", ["s", "two", "four"], ["hw"]),
             node("Cast", ["hw"], ["f"], to=TensorProto.FLOAT),
             node("Mul", ["f", "factor"], ["g"]), node("Floor", ["g"], ["h"]),
             node("Cast", ["h"], ["size"], to=TensorProto.INT64),
             node("Slice", ["s", "zero", "two"], ["nc"]),
             node("Concat", ["nc", "size"], ["sizes"], axis=0),
             node("Resize", ["x", "", "", "sizes"], ["y"], "up", mode="linear")],
            [tensor("x", [1, 2, 5, 6])], [tensor("y", None)],
            [integers("zero", [0]), integers("two", [2]), integers("four", [4]),
             helper.make_tensor("factor", TensorProto.FLOAT, [1], [1.5])])
        _, layers, _ = self.convert(model)
        # 7 x 9 elements, each of 2 x 2 neighbors
        self.check_layer(layers["up"], "Resize", ["x"], 8 * 126, 4 * 126, 0)

    def test_shapes_of_constants_alone(self):
        half = helper.make_tensor("half", TensorProto.FLOAT, [2], [1.5, 2.5])
        last = helper.make_tensor("last", TensorProto.INT64, [], [0])
        pair = [integers("some", [3, 2]), integers("zero", [0])]
        for nodes, constants, sizes in (
                ([node("CastLike", ["half", "some"], ["s"])], [half, *pair], (1, 2)),
                ([node("OneHot", ["zero", "two", "some"], ["o"]), node("Squeeze", ["o"], ["s"])],
                 [*pair, helper.make_tensor("two", TensorProto.INT64, [], [2])], (2, 3)),
                ([node("ScatterElements", ["some", "zero", "five"], ["s"])],
                 [*pair, integers("five", [5])], (5, 2)),
                ([node("TopK", ["some", "two"], ["s", "i"])], [*pair, integers("two", [2])], (3, 2)),
                ([node("CumSum", ["some", "last"], ["s"], reverse=1)], [*pair, last], (5, 2)),
                ([node("Cast", ["some"], ["u"], to=TensorProto.UINT64),
                  node("BitShift", ["u", "shift"], ["v"], direction="LEFT"),
                  node("Cast", ["v"], ["s"], to=TensorProto.INT64)],
                 [*pair, helper.make_tensor("shift", TensorProto.UINT64, [1], [1])], (6, 4)),
                ([node("Sigmoid", ["half"], ["g"]), node("Ceil", ["g"], ["c"]),
                  node("Cast", ["c"], ["s"], to=TensorProto.INT64)], [half], (1, 1))):
            with self.subTest(op=nodes[0].op_type):
                model = make_model([*nodes, node("Expand", ["x", "s"], ["y"], "wide")],
                                   [tensor("x", [1, 1])], [tensor("y", None)], constants, opset=15)
                _, layers, error = self.convert(model)
                self.assertEqual(layers["wide"]["output_bytes"], 4 * sizes[0] * sizes[1])
                self.assertEqual(error, "")

    def test_why_a_shape_of_constants_is_unknown(self):
        mask = helper.make_tensor("mask", TensorProto.INT64, [1 << 17], [0] * (1 << 17))
        for nodes, constants, says in (
                ([node("RandomUniform", [], ["r"], "dice", shape=[2]),
                  node("Cast", ["r"], ["s"], to=TensorProto.INT64)], [],
                 "graph.node 'dice' (RandomUniform) is random"),
                ([node("Swirl", ["some"], ["s"], "own", domain="org.test")],
                 [integers("some", [3, 2])], "graph.node 'own' (org.test.Swirl) is not computed here"),
                ([node("NonZero", ["mask"], ["n"], "find"), node("Shape", ["n"], ["s"])], [mask],
                 "the elements of initializer 'mask' are not read")):
            with self.subTest(says=says):
                model = make_model([*nodes, node("Expand", ["x", "s"], ["y"], "wide")],
                                   [tensor("x", [1, 1])], [tensor("y", None)], constants,
                                   ["org.test"], [tensor("s", [2], TensorProto.INT64)])
                error = self.fail_to_convert(model)
                self.assertIn(says, error)
                self.assertNotIn("from data", error)
        # what is determined from data is told as such
        model = make_model([node("Compress", ["x", "found"], ["y"], "pick", axis=0),
                            node("Greater", ["x", "v"], ["g"]), node("Squeeze", ["g"], ["found"])],
                           [tensor("x", [4, 1])], [tensor("y", None)], [weight("v", [1])])
        self.assertIn("'pick' (Compress) determines it from data as it runs",
                      self.fail_to_convert(model))

    def test_a_shape_of_data_is_partly_known(self):
        model = make_model(
            [node("NonZero", ["x"], ["n"], "where"), node("Shape", ["n"], ["s"]),
             node("Gather", ["s", "zero"], ["rank"]), node("Concat", ["rank", "three"], ["t"], axis=0),
             node("Expand", ["v", "t"], ["y"], "wide")],
            [tensor("x", [4, 5]), tensor("v", [1, 3])], [tensor("y", None)],
            [integers("zero", [0]), integers("three", [3])])
        _, layers, _ = self.convert(model)
        self.assertEqual(layers["wide"]["output_bytes"], 4 * 2 * 3)

    def test_an_unknown_dimension_follows_from_the_size(self):
        model = make_model(
            [node("Shape", ["v"], ["s"]), node("Concat", ["s", "four"], ["t"], axis=0),
             node("Reshape", ["x", "t"], ["y"], "fold"), node("NonZero", ["z"], ["n"], "where"),
             node("Squeeze", ["n", "zero"], ["v"], "flat")],
            [tensor("x", [6, 8]), tensor("z", [5])], [tensor("y", None)],
            [integers("four", [4]), integers("zero", [0])])
        _, layers, _ = self.convert(model)
        self.assertEqual(layers["fold"]["output_bytes"], 4 * 48)

    def test_malformed_computations_are_refused(self):
        model = make_model([node("Gather", ["s", "five"], ["t"], "bad"),
                            node("Shape", ["x"], ["s"]), node("Expand", ["x", "t"], ["y"], "wide")],
                           [tensor("x", [1, 4])], [tensor("y", None)], [integers("five", [5])])
        self.assertIn("'bad' (Gather): malformed", self.fail_to_convert(model))


class DeclaredShapes(Conversion):
    """Shapes that the model states, and shapes that nobody knows."""

    def test_declared_shapes_are_used(self):
        model = make_model([node("Reshape", ["x", "s"], ["a"], "fold"), node("Relu", ["a"], ["b"], "r"),
                            node("Neg", ["b"], ["y"], "n")],
                           [tensor("x", [1, 8, 4]), tensor("s", [2], TensorProto.INT64)],
                           [tensor("y", [1, 32])])
        _, layers, error = self.convert(model)
        # the result's shape holds for what leads to it, element by element
        self.check_layer(layers["fold"], "Reshape", ["x", "s"], 0, 4 * 32, 0)
        self.check_layer(layers["r"], "Relu", ["fold"], 32, 4 * 32, 0)
        self.assertEqual(error, "")

    def test_a_contradiction_is_told(self):
        model = make_model([node("Concat", ["x", "x"], ["y"], "twice", axis=1)],
                           [tensor("x", [1, 4])], [tensor("y", [1, 9])])
        profile, layers, error = self.convert(model)
        self.assertEqual(layers["twice"]["output_bytes"], 4 * 8)
        self.assertIn("tensor y: the model declares [1,9], its inputs and operators say [1,8]", error)
        self.assertIn("declares [1,9]", profile["provenance"]["notes"][0])
        self.assertIn("has the shape [1,8], but --shape says [1,7]",
                      self.fail_to_convert(model, "--shape", "y=1,7"))

    def test_the_shape_of_an_unknown_operator_is_not_guessed(self):
        nodes = [node("Swirl", ["x"], ["a"], "swirl", domain="org.test"),
                 node("Conv", ["a", "w"], ["y"], "conv")]
        model = make_model(nodes, [tensor("x", [1, 3, 8, 8])], [tensor("y", None)],
                           [weight("w", [4, 6, 1, 1])], domains=["org.test"])
        error = self.fail_to_convert(model)
        self.assertIn("no rule for the operator org.test.Swirl", error)
        self.assertIn("--shape a=D,D,...", error)
        _, layers, error = self.convert(model, "--shape", "a=1,6,4,4")
        self.assertEqual(layers["conv"]["flops"], 2 * 64 * 6)
        self.assertIn("operator Swirl has no rule", error)
        # the weight's 6 channels contradict
        self.assertIn("'conv' (Conv): its inputs do not fit: channels of input and weight are 3 and 6",
                      self.fail_to_convert(model, "--shape", "a=1,3,8,8"))

    def test_contradicting_inputs_are_refused(self):
        x = [tensor("x", [2, 3, 8, 8])]
        for nodes, weights, says in (
                ([node("Conv", ["x", "w"], ["y"], "n")], [weight("w", [4, 2, 3, 3])], "3 and 2"),
                ([node("MatMul", ["x", "w"], ["y"], "n")], [weight("w", [7, 4])], "do not fit"),
                ([node("Add", ["x", "w"], ["y"], "n")], [weight("w", [5])], "do not fit"),
                ([node("BatchNormalization", ["x", "w", "w", "w", "w"], ["y"], "n")],
                 [weight("w", [4])], "do not fit"),
                ([node("Flatten", ["x"], ["f"], "f"), node("Gemm", ["f", "w"], ["y"], "n", transB=1)],
                 [weight("w", [10, 100])], "do not fit"),
                ([node("Reshape", ["x", "w"], ["y"], "n")], [integers("w", [5, -1])], "'n' (Reshape)")):
            with self.subTest(says=says, op=nodes[-1].op_type):
                error = self.fail_to_convert(make_model(nodes, x, [tensor("y", None)], weights))
                self.assertIn(says, error)

    def test_windows_that_do_not_fit_are_refused(self):
        for op, attributes, dimensions, says in (
                ("Conv", {}, 3, "the first has 4 dimensions, the weight 3"),
                ("ConvInteger", {}, 5, "the first has 4 dimensions, the weight 5"),
                ("Conv", {"strides": [1]}, 4, "attribute strides does not fit 2 axes"),
                ("MaxPool", {"kernel_shape": [2, -2]}, 0, "attribute kernel_shape must be >= 1")):
            with self.subTest(op=op, attributes=attributes):
                kind = TensorProto.UINT8 if op == "ConvInteger" else TensorProto.FLOAT
                weights = [helper.make_tensor("w", kind, [1] * dimensions, [0])] if dimensions else []
                model = make_model([node(op, ["x", "w"][:1 + len(weights)], ["y"], "n", **attributes)],
                                   [tensor("x", [1, 1, 8, 8], kind)], [tensor("y", None)], weights)
                self.assertIn(says, self.fail_to_convert(model))

    def test_sequences_are_refused_with_the_reason(self):
        model = make_model([node("SplitToSequence", ["x"], ["s"], "split", axis=1),
                            node("ConcatFromSequence", ["s"], ["y"], "join", axis=1)],
                           [tensor("x", [1, 4])], [tensor("y", [1, 4])])
        self.assertIn("'split' (SplitToSequence) writes a sequence", self.fail_to_convert(model))

    def test_einsum(self):
        for equation, shapes, output, flops in (
                ("bik,kj->bij", [[2, 3, 4], [4, 5]], 30, 2 * 120),
                ("bhqd,bhkd->bhqk", [[1, 2, 3, 4], [1, 2, 5, 4]], 30, 2 * 120),
                ("...ij,...jk", [[2, 3, 4], [2, 4, 5]], 30, 2 * 120),
                ("ij,ij->ij", [[3, 4], [3, 4]], 12, 12), ("ij->ji", [[3, 4], None], 12, 0),
                ("ij->i", [[3, 4], None], 3, 12)):
            with self.subTest(equation=equation):
                weights = [weight("w", shapes[1])] if shapes[1] else []
                model = make_model([node("Einsum", ["x", "w"][:1 + len(weights)], ["y"], "e",
                                         equation=equation)],
                                   [tensor("x", shapes[0])], [tensor("y", None)], weights)
                _, layers, _ = self.convert(model)
                self.assertEqual((layers["e"]["flops"], layers["e"]["output_bytes"]),
                                 (flops, 4 * output))


class NewerOperators(Conversion):
    """Forms of operators that are younger than the installed onnx may be."""

    def check(self, made, shape, inputs, *sizes):
        """Check the elements of what one node writes."""
        model = make_model([made], [tensor("x", shape)],
                           [tensor(name, None) for name in made.output], inputs, opset=18)
        _, layers, error = self.convert(model)
        self.assertEqual(layers["n"]["output_bytes"], 4 * sum(sizes), made.op_type)
        self.assertEqual(error, "")

    def test_what_version_18_adds(self):
        one = [integers("axes", [-1])]
        self.check(node("ReduceMean", ["x", "axes"], ["y"], "n"), [2, 3, 4], one, 6)
        self.check(node("ReduceMax", ["x", "axes"], ["y"], "n", keepdims=0), [2, 3, 4], one, 6)
        self.check(node("ReduceProd", ["x"], ["y"], "n", noop_with_empty_axes=1), [2, 3], [], 6)
        self.check(node("ReduceMean", ["x"], ["y"], "n"), [2, 3], [], 1)
        self.check(node("Split", ["x"], ["a", "b"], "n", axis=1, num_outputs=2), [2, 5], [], 6, 4)
        self.check(node("Pad", ["x", "pads", "", "axes"], ["y"], "n"), [2, 3, 4],
                   [*one, integers("pads", [1, 2])], 2 * 3 * 7)
        self.check(node("Resize", ["x", "", "", "sizes"], ["y"], "n", axes=[2, 3]), [1, 2, 3, 4],
                   [integers("sizes", [6, 5])], 60)
        self.check(node("Resize", ["x", "", "s"], ["y"], "n", axes=[3]), [1, 2, 3, 4],
                   [helper.make_tensor("s", TensorProto.FLOAT, [1], [1.5])], 36)
        self.check(node("AveragePool", ["x"], ["y"], "n", kernel_shape=[3], dilations=[2]),
                   [1, 2, 9], [], 10)


class EmptyTensors(Conversion):
    """Tensors without elements."""

    def cut(self, end, *more, result="y"):
        """A model that cuts [1,4] down to its first rows."""
        return make_model([node("Slice", ["x", "zero", "end", "zero"], ["z"], "cut"), *more],
                          [tensor("x", [1, 4])], [tensor(result, None)],
                          [integers("zero", [0]), integers("end", [end])])

    def test_a_layer_that_carries_nothing_is_left_out(self):
        model = self.cut(0, node("Concat", ["x", "z"], ["y"], "join", axis=0))
        profile, _, error = self.convert(model)
        self.assertEqual([(v["name"], v["output_bytes"]) for v in profile["layers"]],
                         [("x", 16), ("join", 16)])
        self.assertIn("tensor 'z', written by graph.node 'cut' (Slice), has no elements", error)

    def test_an_empty_result_is_refused(self):
        self.assertIn("graph.output 'z': is empty; tensor 'z'",
                      self.fail_to_convert(self.cut(0, result="z")))
        model = self.cut(0, node("Relu", ["z"], ["y"], "relu"))
        self.assertIn("graph.output 'y': is empty; tensor 'z', written by graph.node 'cut' (Slice)",
                      self.fail_to_convert(model))

    def test_what_reads_nothing_else_is_refused(self):
        model = self.cut(0, node("ReduceSum", ["z"], ["s"], "sum", keepdims=0),
                         node("Add", ["x", "s"], ["y"], "add"))
        self.assertIn("'sum' (ReduceSum): reads no data; tensor 'z'", self.fail_to_convert(model))

    def test_negative_and_huge_sizes_are_refused(self):
        model = make_model([node("Conv", ["x", "w"], ["y"], "conv")], [tensor("x", [1, 1, 4, 4])],
                           [tensor("y", None)], [weight("w", [1, 1, 7, 7])])
        self.assertIn("'conv' (Conv)", self.fail_to_convert(model))
        model = make_model([node("Expand", ["x", "s"], ["y"], "wide")], [tensor("x", [1, 1])],
                           [tensor("y", None)], [integers("s", [1 << 30, 1 << 30])])
        self.assertIn("tensor 'y': has", self.fail_to_convert(model))


if __name__ == "__main__":
    unittest.main()

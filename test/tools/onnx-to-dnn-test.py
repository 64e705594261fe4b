#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of ./surgery onnx on models small enough for a hand count, and of the profiles."""

import json
import os
import pathlib
import subprocess
import unittest
import unittest.mock

from onnx import TensorProto, helper

from onnx_case import Conversion, check_dnn, integers, make_model, tensor, weight
from surgery import dnn_profile, paths
from surgery.onnx import command


class Models(Conversion):
    """Small models, counted by hand."""

    def test_grouped_convolution_and_gemm(self):
        model = make_model(
            [helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv", group=2, pads=[1, 1, 1, 1]),
             helper.make_node("GlobalAveragePool", ["c"], ["p"], "pool"),
             helper.make_node("Flatten", ["p"], ["f"], "flat"),
             helper.make_node("Gemm", ["f", "v"], ["y"], "fc", transB=1)],
            [tensor("x", [1, 4, 8, 8])], [tensor("y", [1, 10])],
            [weight("w", [6, 2, 3, 3]), weight("b", [6]), weight("v", [10, 6])])
        profile, layers, errors = self.convert(model)
        self.assertEqual([layer["name"] for layer in profile["layers"]],
                         ["x", "conv", "pool", "flat", "fc"])
        self.check_layer(layers["x"], "Input", [], 0, 4 * 4 * 64, 0)
        # 6 x 8 x 8 outputs, each 2 channels x 3 x 3 multiply-accumulates
        self.check_layer(layers["conv"], "Conv", ["x"], 2 * 384 * 18, 4 * 384, 4 * (108 + 6))
        self.check_layer(layers["pool"], "GlobalAveragePool", ["conv"], 384, 4 * 6, 0)
        self.check_layer(layers["flat"], "Flatten", ["pool"], 0, 4 * 6, 0)
        self.check_layer(layers["fc"], "Gemm", ["flat"], 2 * 60, 4 * 10, 4 * 60)
        self.assertEqual(errors, "")
        self.assertEqual(profile["provenance"]["unknown_operators"], {})

    def test_transposed_convolution_matmul_and_elementwise_rules(self):
        model = make_model(
            [helper.make_node("ConvTranspose", ["x", "w"], ["t"], "up", strides=[2, 2]),
             helper.make_node("LRN", ["t"], ["l"], "lrn", size=5),
             helper.make_node("MaxPool", ["l"], ["m"], "max", kernel_shape=[2, 2]),
             helper.make_node("MatMul", ["m", "v"], ["a"], "mat"),
             helper.make_node("Relu", ["a"], ["r"], "relu"),
             helper.make_node("Sum", ["a", "r", "a"], ["s"], "sum"),
             helper.make_node("Softmax", ["s"], ["y"], "soft")],
            [tensor("x", [1, 3, 4, 4])], [tensor("y", [1, 2, 7, 5])],
            [weight("w", [3, 2, 2, 2]), weight("v", [7, 5])])
        _, layers, _ = self.convert(model)
        # every input element meets 2 x 2 x 2 weights
        self.check_layer(layers["up"], "ConvTranspose", ["x"], 2 * 48 * 8, 4 * 128, 4 * 24)
        self.check_layer(layers["lrn"], "LRN", ["up"], 14 * 128, 4 * 128, 0)
        self.check_layer(layers["max"], "MaxPool", ["lrn"], 4 * 98, 4 * 98, 0)
        self.check_layer(layers["mat"], "MatMul", ["max"], 2 * 70 * 7, 4 * 70, 4 * 35)
        self.check_layer(layers["relu"], "Relu", ["mat"], 70, 4 * 70, 0)
        self.check_layer(layers["sum"], "Sum", ["mat", "relu"], 2 * 70, 4 * 70, 0)
        self.check_layer(layers["soft"], "Softmax", ["sum"], 5 * 70, 4 * 70, 0)

    def test_constants_fold_into_weights(self):
        model = make_model(
            [helper.make_node("ConstantOfShape", ["shape"], ["flat"], "make"),
             helper.make_node("Unsqueeze", ["flat", "axes"], ["scale"], "widen"),
             helper.make_node("Constant", [], ["shift"], value=weight("", [1, 3, 1, 1])),
             helper.make_node("Mul", ["x", "scale"], ["m"], "mul"),
             helper.make_node("Add", ["m", "shift"], ["a"], "add"),
             helper.make_node("Mul", ["a", "scale"], ["y"], "again")],
            [tensor("x", [1, 3, 2, 2])], [tensor("y", [1, 3, 2, 2])],
            [integers("shape", [3]), integers("axes", [0, 2, 3])])
        profile, layers, _ = self.convert(model)
        self.assertEqual(len(profile["layers"]), 4)
        self.check_layer(layers["mul"], "Mul", ["x"], 12, 48, 12)
        self.check_layer(layers["add"], "Add", ["mul"], 12, 48, 12)
        # the weight is counted at its first reader
        self.check_layer(layers["again"], "Mul", ["add"], 12, 48, 0)

    def test_shape_computations_are_no_layers(self):
        model = make_model(
            [helper.make_node("Relu", ["x"], ["r"], "relu"),
             helper.make_node("Shape", ["r"], ["s"], "shape"),
             helper.make_node("Gather", ["s", "zero"], ["n"], "batch"),
             helper.make_node("Concat", ["n", "rest"], ["t"], "target", axis=0),
             helper.make_node("Reshape", ["r", "t"], ["y"], "reshape")],
            [tensor("x", ["batch", 3, 2, 2])], [tensor("y", None)],
            [integers("zero", [0]), integers("rest", [-1])])
        profile, layers, _ = self.convert(model)
        self.assertEqual(list(layers), ["x", "relu", "reshape"])
        self.check_layer(layers["reshape"], "Reshape", ["relu"], 0, 48, 0)
        self.assertEqual(profile["provenance"]["notes"], ["input x: batch set to 1"])

    def test_unknown_operators_are_reported(self):
        model = make_model(
            [helper.make_node("Swirl", ["x"], ["a"], "swirl", domain="org.test"),
             helper.make_node("Relu", ["a"], ["r"], "relu"),
             helper.make_node("Bernoulli", ["r"], ["y"], "coin")],
            [tensor("x", [1, 6])], [tensor("y", [1, 6])], domains=["org.test"],
            values=[tensor("a", [1, 6])])
        profile, layers, errors = self.convert(model)
        self.check_layer(layers["swirl"], "Swirl", ["x"], 6, 24, 0)
        self.check_layer(layers["coin"], "Bernoulli", ["relu"], 6, 24, 0)
        self.assertEqual(profile["provenance"]["unknown_operators"], {"Swirl": 1, "Bernoulli": 1})
        self.assertIn("operator Swirl has no rule", errors)
        self.assertIn("operator Bernoulli has no rule", errors)

    def test_work_that_depends_on_a_weight_is_not_guessed(self):
        swirl = helper.make_node("Swirl", ["x", "w"], ["a"], "swirl", domain="org.test")
        nodes = [swirl, helper.make_node("Relu", ["a"], ["y"], "relu")]
        body = helper.make_graph([swirl], "body", [], [tensor("a", [1, 6])])
        branch = [helper.make_node("If", ["yes"], ["y"], "if", then_branch=body, else_branch=body)]
        yes = helper.make_tensor("yes", TensorProto.BOOL, [], [True])
        for some in (nodes, branch):
            model = make_model(some, [tensor("x", [1, 6])], [tensor("y", [1, 6])],
                               [weight("w", [6, 6]), yes], ["org.test"], [tensor("a", [1, 6])])
            self.assertIn("graph.node 'swirl' (org.test.Swirl): its work is unknown: there is no rule "
                          "for the operator, which reads the weight 'w'; give it with --flops swirl=N",
                          self.fail_to_convert(model))
            profile, layers, errors = self.convert(model, "--flops", "swirl=72")
            self.check_layer(layers["swirl"], "Swirl", ["x"], 72, 24, 4 * 36)
            self.assertEqual((errors, profile["provenance"]["unknown_operators"]), ("", {}))
            for name in ("relu", "other"):
                self.assertIn(f"--flops: no layer of an operator without a rule is called '{name}'",
                              self.fail_to_convert(model, "--flops", "swirl=72", "--flops",
                                                   f"{name}=1", code=2))
        # a single number is a parameter
        model = make_model(nodes, [tensor("x", [1, 6])], [tensor("y", [1, 6])], [weight("w", [])],
                           ["org.test"], [tensor("a", [1, 6])])
        _, layers, _ = self.convert(model)
        self.check_layer(layers["swirl"], "Swirl", ["x"], 6, 24, 4)

    def test_symbolic_dimensions(self):
        model = make_model([helper.make_node("Relu", ["x"], ["y"], "relu")],
                           [tensor("x", ["batch", 3, "height"])], [tensor("y", None)])
        error = self.fail_to_convert(model)
        self.assertIn("graph.input 'x': dimension 2 ('height') is unknown", error)
        _, layers, _ = self.convert(model, "--shape", "x=2,3,5")
        self.assertEqual(layers["relu"]["flops"], 30)
        self.assertIn("reads no input 'z'",
                      self.fail_to_convert(model, "--shape", "z=1", code=2))

    def test_several_inputs_hang_off_one(self):
        model = make_model(
            [helper.make_node("Add", ["left", "right"], ["y"], "add")],
            [tensor("left", [1, 4]), tensor("unused", ["?", "?"]), tensor("right", [1, 4])],
            [tensor("y", [1, 4])])
        profile, layers, _ = self.convert(model)
        self.assertEqual([layer["name"] for layer in profile["layers"]],
                         ["input", "left", "right", "add"])
        self.check_layer(layers["input"], "Input", [], 0, 32, 0)
        self.check_layer(layers["left"], "Input", ["input"], 0, 16, 0)
        self.check_layer(layers["right"], "Input", ["input"], 0, 16, 0)
        self.check_layer(layers["add"], "Add", ["left", "right"], 4, 16, 0)

    def test_dropout_mask_is_ignored(self):
        model = make_model(
            [helper.make_node("Relu", ["x"], ["r"], "relu"),
             helper.make_node("Dropout", ["r"], ["d", "mask"], "drop"),
             helper.make_node("Relu", ["d"], ["y"], "last")],
            [tensor("x", [1, 5])], [tensor("y", [1, 5])])
        _, layers, _ = self.convert(model)
        self.check_layer(layers["drop"], "Dropout", ["relu"], 0, 20, 0)

    def test_several_outputs(self):
        model = make_model(
            [helper.make_node("Split", ["x", "sizes"], ["a", "b", "c"], "split", axis=1),
             helper.make_node("Relu", ["a"], ["r"], "relu"),
             helper.make_node("Sigmoid", ["c"], ["s"], "sigmoid"),
             helper.make_node("Neg", ["s"], ["n"], "neg"),
             helper.make_node("Exp", ["x"], ["dead"], "dead")],
            [tensor("x", [1, 10])], [tensor("r", [1, 2]), tensor("s", [1, 5]), tensor("n", [1, 5])],
            [integers("sizes", [2, 3, 5])])
        _, layers, _ = self.convert(model)
        self.assertNotIn("dead", layers)
        # the outputs that are read: 2 + 5 elements
        self.check_layer(layers["split"], "Split", ["x"], 0, 28, 0)
        # a result that another layer reads too
        self.check_layer(layers["s/output"], "Output", ["sigmoid"], 0, 20, 0)
        read = {name for layer in layers.values() for name in layer["inputs"]}
        self.assertEqual(set(layers) - read, {"relu", "neg", "s/output"})

    def test_names(self):
        model = make_model(
            [helper.make_node("Relu", ["x"], ["first"]),
             helper.make_node("Relu", ["first"], ["b"], "same"),
             helper.make_node("Relu", ["b"], ["c"], "same"),
             helper.make_node("Relu", ["c"], ["y"], "n7")],
            [tensor("x", [1, 2])], [tensor("y", [1, 2])])
        profile, layers, _ = self.convert(model, "--name", "own")
        self.assertEqual(list(layers), ["x", "first", "same", "same_2", "Relu_7"])
        self.assertEqual(profile["name"], "own")

    def test_output_file_is_deterministic_and_readable(self):
        model = make_model([helper.make_node("Relu", ["x"], ["y"], "relu")],
                           [tensor("x", [1, 2])], [tensor("y", [1, 2])])
        self.convert(model)
        texts = []
        for name in ("one.json", "two.json"):
            path = os.path.join(os.path.dirname(self.path), name)
            done = subprocess.run([paths.ROOT / "surgery", "onnx", self.path, "-o", path],
                                  capture_output=True, check=False)
            self.assertEqual(done.returncode, 0)
            with open(path, encoding="ascii") as file:
                texts.append(file.read())
        self.assertEqual(texts[0], texts[1])
        self.assertEqual(sum('"op": ' in line for line in texts[0].splitlines()), 2)
        self.assertNotIn(os.path.dirname(self.path), texts[0])
        self.assertEqual(json.loads(texts[0])["provenance"]["source"], "tiny.onnx")

    def test_the_operations_of_small_models_are_told_in_small_units(self):
        for flops, text in ((0, "0 FLOP"), (99, "99 FLOP"), (100, "0.100 kFLOP"),
                            (12345, "12.345 kFLOP"), (10**5, "0.100 MFLOP"),
                            (3_992_000_000, "3.992 GFLOP"), (10**8, "0.100 GFLOP")):
            self.assertEqual(command.count_flops(flops), text)

    def test_bad_models(self):
        relu = helper.make_node("Relu", ["x"], ["y"], "relu")
        bad = helper.make_node("Relu", ["ghost"], ["y"], "relu")
        conv = helper.make_node("MaxPool", ["x"], ["y"], "pool")
        x, y = tensor("x", [1, 2]), tensor("y", [1, 2])
        for content, expected in [
                (b"this is text, not a model", "malformed protobuf"),
                (b"", "ir_version: is missing"),
                (make_model([], [x], [x]), "graph.node: is empty"),
                (make_model([bad], [x], [y]), "'relu' (Relu): input 'ghost'"),
                (make_model([relu, relu], [x], [y]), "output 'y' is written twice"),
                (make_model([relu], [x], [tensor("z", [1])]), "graph.output 'z'"),
                (make_model([relu], [], [y], [weight("x", [1])]), "no layer lies between"),
                (make_model([conv], [x], [tensor("y", None)]), "'pool' (MaxPool): its inputs")]:
            with self.subTest(expected=expected):
                error = self.fail_to_convert(content)
                self.assertIn(expected, error)
                self.assertIn(self.path, error)

    def test_a_crash_is_told(self):
        self.assertEqual(command.run_apart(lambda: 7), 7)
        with self.assertRaisesRegex(ValueError, "wrong"):
            command.run_apart(lambda: int("wrong"))
        with self.assertRaisesRegex(ChildProcessError, "ended by signal 9"):
            command.run_apart(lambda: os.kill(os.getpid(), 9))

    def test_usage(self):
        missing = os.path.join(paths.ROOT, "no-such-file.onnx")
        code, _, error = self.call("onnx", missing)
        self.assertEqual((code, error.count("\n")), (1, 1))
        self.assertIn("no-such-file.onnx: cannot be read", error)
        for arguments in ([], ["a.onnx", "--depth"], ["a.onnx", "--shape", "x=0"],
                          ["a.onnx", "--dim", "x=0"], ["a.onnx", "--trips", "x"],
                          ["a.onnx", "--flops", "x=-1"],
                          ["a.onnx", "--shape", f"x=1,{10**20}"],
                          ["a.onnx", "--value", "x=1,two"],
                          ["a.onnx", "--accuracy", "101", "--accuracy-source", "a"],
                          ["a.onnx", "--accuracy", "71"]):
            code, _, error = self.call("onnx", *arguments)
            self.assertEqual((code, error.count("\n")), (2, 1), error)
        for option, value in (("dim", "n=2"), ("shape", "x=1,2"), ("value", "x=1"), ("trips", "l=2"),
                              ("flops", "n=2")):
            name = value[0]
            code, _, error = self.call("onnx", "a.onnx", f"--{option}", value, f"--{option}", value)
            self.assertEqual((code, error), (2, f"onnx: --{option}: '{name}' is given twice\n"))
        self.assertIn("exit status", self.call("help", "onnx")[1])

    def test_values_that_an_input_cannot_hold_are_refused(self):
        model = make_model([helper.make_node("Resize", ["x", "", "", "size"], ["y"], "up")],
                           [tensor("x", [1, 1, 2, 2]), tensor("size", [4], TensorProto.INT64)],
                           [tensor("y", None)])
        _, layers, _ = self.convert(model, "--value", "size=1,1,6.0,5")
        self.assertEqual(layers["up"]["output_bytes"], 4 * 30)
        for number in ("16.7", "99999999999999999999", "1e300", "-1e30"):
            error = self.fail_to_convert(model, "--value", f"size=1,1,{number},5", code=2)
            self.assertIn("is no element of input 'size', which has whole numbers", error)
        mask = make_model([helper.make_node("Not", ["b"], ["c"]),
                           helper.make_node("Where", ["c", "x", "x"], ["y"], "pick")],
                          [tensor("x", [2]), tensor("b", [2], TensorProto.BOOL)],
                          [tensor("y", None)])
        self.convert(mask, "--value", "b=1,0")
        self.assertIn("whole numbers from 0 to 1",
                      self.fail_to_convert(mask, "--value", "b=2,0", code=2))

    def test_sizes_beyond_all_bounds_are_refused(self):
        model = make_model([helper.make_node("Concat", ["x", "x"], ["y"], "twice", axis=0)],
                           [tensor("x", [1 << 62])], [tensor("y", None)])
        self.assertIn(f"tensor 'x': has {1 << 64} bytes", self.fail_to_convert(model))
        repeats = helper.make_tensor("r", TensorProto.INT64, [2], [1 << 33, 1])
        model = make_model([helper.make_node("Tile", ["x", "r"], ["y"], "wide")],
                           [tensor("x", [1 << 33, 2])], [tensor("y", None)], [repeats])
        self.assertIn("'wide' (Tile): its output would have", self.fail_to_convert(model))


class Import(Conversion):
    """./surgery import."""

    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.path).parent
        pathlib.Path(self.path).write_bytes(make_model(
            [helper.make_node("Relu", ["x"], ["y"], "relu")], [tensor("x", [1, 2])],
            [tensor("y", [1, 2])]))
        patch = unittest.mock.patch.dict(os.environ, DNN_SURGERY_PROFILES=str(self.folder / "own"))
        patch.start()
        self.addCleanup(patch.stop)

    def test_it_puts_the_profile_where_it_is_found_by_name(self):
        code, out, error = self.call("import", self.path)
        path = self.folder / "own" / "dnn" / "tiny.json"
        self.assertEqual((code, error), (0, ""))
        self.assertEqual(out.splitlines(), [f"{path}: tiny, 2 layers, 2 FLOP",
                                            "use it: ./surgery run dnn-surgery-first --dnn=tiny"])
        check_dnn(self, json.loads(path.read_text()))
        # the same as the other command writes
        self.assertEqual(self.call("onnx", self.path)[1], path.read_text())

    def test_it_replaces_nothing_unasked(self):
        self.call("import", self.path, "--name=net")
        code, _, error = self.call("import", self.path, "--name=net")
        self.assertEqual((code, error.count("\n")), (2, 1))
        self.assertIn("there is a DNN of the name net", error)
        self.assertEqual(self.call("import", self.path, "--name=net", "--replace")[0], 0)

    def test_names_that_are_no_file_names_are_refused(self):
        for name in ("a/b", "..", ".a", "a.json", "-"):
            code, _, error = self.call("import", self.path, f"--name={name}")
            self.assertEqual((code, error.count("\n")), (2, 1))
            self.assertIn("--name", error)

    def test_another_place(self):
        path = self.folder / "there.json"
        code, out, _ = self.call("import", self.path, "-o", path)
        self.assertEqual(code, 0)
        self.assertIn(f"--dnn={path}", out)
        self.assertFalse((self.folder / "own").exists())

    def test_the_accuracy_is_stated_with_its_source(self):
        options = ["--accuracy=71.5", "--accuracy-source=own measurement"]
        profile, _, _ = self.convert(pathlib.Path(self.path).read_bytes(), *options)
        self.assertEqual(profile["accuracy"], {"top1": 71.5, "source": "own measurement"})
        self.assertEqual(dnn_profile.find_unknown(profile), "")
        self.assertEqual(dnn_profile.find_wrong_accuracy(profile), "")


def load(kind, name):
    with open(os.path.join(paths.PROFILES, kind, f"{name}.json"), encoding="ascii") as file:
        return json.load(file)


def bundled(kind):
    return sorted(os.path.splitext(f)[0] for f in os.listdir(os.path.join(paths.PROFILES, kind)))


class BundledProfiles(unittest.TestCase):
    """The profiles of the repository."""

    # multiply-accumulates of Conv and Gemm x 1e9, parameters x 1e6
    DNNS = {"alexnet": (0.6546, 60.97), "densenet121": (2.8342, 8.146),
            "inception-v1": (1.4316, 7.0), "resnet50": (4.0892, 25.61),
            "squeezenet": (0.3492, 1.2355), "vgg19": (19.632, 143.67)}
    PROCESSORS = {"raspberry-pi-3b", "raspberry-pi-4", "jetson-nano", "jetson-tx2", "xavier-nx",
                  "phone-cpu", "server-8-core", "server-t4", "server-v100", "server-rtx3090"}

    def test_dnns(self):
        self.assertLessEqual(set(self.DNNS), set(bundled("dnn")))
        for name, (reference, parameters) in self.DNNS.items():
            with self.subTest(dnn=name):
                profile = load("dnn", name)
                check_dnn(self, profile)
                layers = profile["layers"]
                self.assertEqual(profile["name"], name)
                self.assertEqual(profile["provenance"]["unknown_operators"], {})
                macs = sum(v["flops"] for v in layers if v["op"] in ("Conv", "Gemm")) / 2
                self.assertAlmostEqual(macs / (reference * 1e9), 1, delta=1e-3)
                weights = sum(v["weight_bytes"] for v in layers) / 4
                self.assertAlmostEqual(weights / (parameters * 1e6), 1, delta=1e-3)
                self.assertEqual(layers[0]["output_bytes"], 4 * 3 * 224 * 224)
                read = {u for v in layers for u in v["inputs"]}
                results = [v for v in layers if v["name"] not in read]
                self.assertEqual([v["output_bytes"] for v in results], [4 * 1000])

    def test_processors(self):
        # a processor with measured times only has no speeds
        self.assertEqual({name for name in bundled("processor") if "flops" in load("processor", name)},
                         self.PROCESSORS)
        for name in self.PROCESSORS:
            with self.subTest(processor=name):
                profile = load("processor", name)
                self.assertEqual(profile["schema"], "dnn-surgery/processor/1")
                self.assertEqual(profile["name"], name)
                self.assertGreater(min(profile["flops"].values()), 0)
                self.assertGreater(profile["bandwidth_bytes_per_s"], 0)
                self.assertGreaterEqual(profile["overhead_s"], 0)
                for number in [*profile["flops"], "bandwidth", "overhead"]:
                    self.assertIn(f"{number}: ", profile["source"])

    def test_times_are_plausible(self):
        for dnn, processor, least, most in [
                ("resnet50", "raspberry-pi-3b", 8.178 / 3.7, 8.178 / 2.8),
                ("resnet50", "raspberry-pi-4", 0.8, 1.2),
                ("resnet50", "server-v100", 2e-3, 4e-3),
                ("vgg19", "server-t4", 10e-3, 20e-3)]:
            with self.subTest(dnn=dnn, processor=processor):
                seconds = roofline_seconds(load("dnn", dnn), load("processor", processor))
                self.assertGreater(seconds, least)
                self.assertLess(seconds, most)


def roofline_seconds(dnn, processor):
    """Time of a whole DNN on a processor, the input excluded."""
    sizes = {layer["name"]: layer["output_bytes"] for layer in dnn["layers"]}
    total = 0
    for layer in dnn["layers"][1:]:
        traffic = layer["output_bytes"] + layer["weight_bytes"]
        traffic += sum(sizes[name] for name in layer["inputs"])
        speed = processor["flops"].get(layer["op"], processor["flops"]["default"])
        total += processor["overhead_s"] + max(layer["flops"] / speed,
                                               traffic / processor["bandwidth_bytes_per_s"])
    return total


if __name__ == "__main__":
    unittest.main()

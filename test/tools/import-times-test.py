#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of ./surgery import-times."""

import copy
import importlib.util
import json
import pathlib
import subprocess
import tempfile
import unittest

from surgery import paths

PROFILE = paths.PROFILES / "dnn" / "squeezenet.json"
# what ONNX Runtime 1.24 wrote of four runs of examples/my/my-model.py's network
RUNTIME_PROFILE = pathlib.Path(__file__).with_name("onnxruntime-profile.json")
TORCH_SCRIPT = paths.EXAMPLES / "my" / "my-torch-times.py"


def layer(name, op, *inputs):
    """A layer of which only the name matters."""
    return {"name": name, "op": op, "inputs": list(inputs), "flops": 1, "output_bytes": 4,
            "weight_bytes": 0}


def chain(*names_and_ops):
    """A profile of layers in a row."""
    layers = [{**layer("in", "Input"), "flops": 0}]
    for name, op in names_and_ops:
        layers.append(layer(name, op, layers[-1]["name"]))
    return {"schema": "dnn-surgery/dnn/1", "name": "chain", "layers": layers}


class ImportTimes(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.measured = self.folder / "measured.json"

    def call(self, times, profile=PROFILE, processor="board"):
        """Call the command. @param times their text, or a file @return exit code, standard error"""
        if not isinstance(times, pathlib.Path):
            path = self.folder / "times"
            path.write_text(times, encoding="utf-8")
            times = path
        if isinstance(profile, dict):
            path = self.folder / "profile.json"
            path.write_text(json.dumps(profile), encoding="utf-8")
            profile = path
        done = subprocess.run([paths.ROOT / "surgery", "import-times", profile, processor, times,
                               "-o", self.measured], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def seconds(self, processor="board"):
        """The times in what the command wrote, by layer."""
        profile = json.loads(self.measured.read_text(encoding="utf-8"))
        return {layer["name"]: layer["seconds"][processor] for layer in profile["layers"]
                if processor in layer.get("seconds", {})}

    def check_mistake(self, answer, *words):
        """One line."""
        self.assertEqual((answer[0], answer[1].count("\n")), (2, 1), answer)
        for word in words:
            self.assertIn(word, answer[1])
        self.assertFalse(self.measured.exists())

    def test_nothing_changes_but_the_times(self):
        before = json.loads(PROFILE.read_text(encoding="utf-8"))
        names = [layer["name"] for layer in before["layers"]]
        self.assertEqual(self.call(json.dumps({names[3]: 0.25, names[5]: 0})), (0, ""))
        before["layers"][3]["seconds"] = {"board": 0.25}
        before["layers"][5]["seconds"] = {"board": 0}
        self.assertEqual(json.loads(self.measured.read_text(encoding="utf-8")), before)

        # other processors' times and other layers' stay, the same layer's is replaced
        self.call(json.dumps({names[3]: 1}), self.measured, "server")
        self.assertEqual(self.call(json.dumps({names[3]: 0.5}), self.measured), (0, ""))
        before["layers"][3]["seconds"] = {"board": 0.5, "server": 1}
        self.assertEqual(json.loads(self.measured.read_text(encoding="utf-8")), before)

    def test_no_times_leave_the_file_as_it_is(self):
        for nothing in ("{}", "layer,seconds\n"):
            self.assertEqual(self.call(nothing), (0, ""))
            self.assertEqual(self.measured.read_bytes(), PROFILE.read_bytes())

    def test_csv(self):
        text = 'layer,seconds\nConv_0,0.25\nRelu_1,1e-3\nConv_0,0.75\nConv_0,0.5\n'
        self.assertEqual(self.call(text), (0, ""))
        self.assertEqual(self.seconds(), {"Conv_0": 0.5, "Relu_1": 0.001})
        # a file as a spreadsheet writes it
        text = '\ufeffrun,seconds,layer\r\n1,0.5,"Conv_0"\r\n'
        self.assertEqual(self.call(text), (0, ""))
        self.assertEqual(self.seconds(), {"Conv_0": 0.5})
        self.assertEqual(self.call("layer,seconds\nConv_0, +.5E-1 ,\n"), (0, ""))
        self.assertEqual(self.seconds(), {"Conv_0": 0.05})

    def test_csv_of_pytorch_modules(self):
        profile = chain(("/0/Conv", "Conv"), ("/2/2.0/relu/Relu", "Relu"), ("/2/2.0/Add", "Add"),
                        ("/2/2.0/relu_1/Relu", "Relu"), ("/b/b.1/conv/conv.0/conv.0.0/Conv", "Conv"),
                        ("/act/Sigmoid", "Sigmoid"), ("/act/Mul", "Mul"))
        text = "layer,seconds\n0,1\n2.0.relu,2\n2.0.relu_1,3\nb.1.conv.0.0,4\nact,5\n/2/2.0/Add,6\n"
        self.assertEqual(self.call(text, profile), (0, ""))
        self.assertEqual(self.seconds(), {
            "/0/Conv": 1, "/2/2.0/relu/Relu": 2, "/2/2.0/Add": 6, "/2/2.0/relu_1/Relu": 3,
            "/b/b.1/conv/conv.0/conv.0.0/Conv": 4, "/act/Sigmoid": 5, "/act/Mul": 0})

    def test_profile_of_onnx_runtime(self):
        events = json.loads(RUNTIME_PROFILE.read_text(encoding="utf-8"))
        operators = {}
        for event in events:
            if event["cat"] == "Node":
                operators[event["name"].removesuffix("_kernel_time")] = event["args"]["op_name"]
        self.assertEqual(len(operators), 10)
        profile = chain(*operators.items())
        self.assertEqual(self.call(RUNTIME_PROFILE, profile), (0, ""))
        measured = self.seconds()
        self.assertEqual(measured.keys(), operators.keys())
        # the median of all runs but the first
        for name, seconds in measured.items():
            runs = [e["dur"] for e in events if e["name"] == f"{name}_kernel_time"]
            self.assertEqual(len(runs), 4)
            self.assertEqual(seconds, sorted(runs[1:])[1] / 1e6, name)

        # other tools wrap the list; one run counts, a node that runs twice in it counts twice
        start = next(i for i, e in enumerate(events) if e["name"] == "model_run")
        one = copy.deepcopy(events[:start + 1])
        again = copy.deepcopy(next(e for e in one if e["name"] == "conv1_kernel_time"))
        again["ts"] += 1
        self.assertEqual(self.call(json.dumps({"traceEvents": [*one, again]}), profile), (0, ""))
        self.assertAlmostEqual(self.seconds()["conv1"], 2 * again["dur"] / 1e6)
        self.assertAlmostEqual(self.seconds()["conv2"],
                               next(e["dur"] for e in one if e["name"] == "conv2_kernel_time") / 1e6)

        # a serial number gets the operator's name, as ./surgery onnx gives it
        numbered = json.loads(RUNTIME_PROFILE.read_text(encoding="utf-8").replace('"conv1_', '"n7_'))
        profile = chain(("Conv_7", "Conv"), ("relu1", "Relu"))
        self.assertEqual(self.call(json.dumps(numbered), profile)[0], 0)
        self.assertEqual(set(self.seconds()), {"Conv_7", "relu1"})
        # the name of another operator's layer is chance
        profile = chain(("conv1", "MaxPool"), ("relu1", "Relu"))
        code, error = self.call(RUNTIME_PROFILE, profile)
        self.assertEqual((code, set(self.seconds())), (0, {"relu1"}))
        self.assertIn("conv1", error)

    def test_unknown_names_are_listed(self):
        code, error = self.call('{"Conv_999": 1, "Conv_0": 3}')
        self.assertEqual((code, error.count("\n")), (0, 1), error)
        self.assertIn("squeezenet, 25 % of the measured time: Conv_999\n", error)
        self.assertEqual(self.seconds(), {"Conv_0": 3})
        # half of a pair that stands for one character
        code, error = self.call('{"Conv_\\ud800": 1, "Conv_0": 3}')
        self.assertEqual((code, error.count("\n")), (2, 1), error)
        self.assertIn("Text with half of a character: line 1 column 2", error)
        many = {f"fused_{i}": 0 for i in range(9)}
        error = self.call(json.dumps({**many, "Conv_0": 3}))[1]
        self.assertIn(": fused_0, fused_1, fused_2, fused_3, fused_4 and 4 more\n", error)

    def test_mistakes_in_times(self):
        wrong = [('{"Conv_999": 1, "a": 2}', '"Conv_999" is not a layer of squeezenet'),
                 ("{", "is no valid JSON"),
                 ("[" * 100000, "is no valid JSON: Objects and lists nested deeper"),
                 ('{"a":' * 100000, "is no valid JSON: Objects and lists nested deeper"),
                 ('{"Conv_0": ' + "9" * 400 + "}", "is no valid JSON: Number too large: line 1"),
                 ('{"Conv_0": ' + "9" * 5000 + "}", "is no valid JSON: Number too large: line 1"),
                 ('{"a": {"b": 1, "b": 2}}', 'field "b" stands twice in one object'),
                 ("[1]", "no profile of ONNX Runtime"), ("[]", "no event model_run"),
                 ('[{"cat": "Node", "name": "a_kernel_time"}]', "lacks a field"),
                 ('{"traceEvents": 1}', "no profile of ONNX Runtime"),
                 ('[{"cat": "Session", "name": "model_run", "ts": 1}]', "NODE_kernel_time"),
                 ("", "layer,seconds"), ("Conv_0,1\n", "layer,seconds"),
                 ("layer,seconds\nConv_0,fast\n", "line 2: seconds: must be a number"),
                 ("layer,seconds\nConv_0,1\nConv_0\n", "line 3: seconds: must be a number"),
                 ("layer,seconds\n,1\n", "line 2: names no layer"),
                 ('layer,seconds\n"Conv_0,1\n', "is no CSV file")]
        wrong += [(f'{{"Conv_0": {value}}}', "must be a number of seconds, >= 0")
                  for value in ("-1", '"1"', "true", "null", "NaN", "Infinity")]
        wrong += [(f'{{"Conv_0": {value}}}', "Number too large: line 1 column 12")
                  for value in ("1e400", f"1{'0' * 400}", "1" * 5000)]
        wrong += [(f'[{{"cat": "Session", "name": "model_run", "ts": 1}}, {{"cat": "Node", "ts": 2, '
                   f'"name": "Conv_0_kernel_time", "dur": {value}, "args": {{"op_name": "Conv"}}}}]',
                   '"Conv_0_kernel_time": dur: must be a number of microseconds, >= 0')
                  for value in ("-100", "NaN", "true", '"5"')]
        wrong += [("[" * 9999 + "]" * 9999, "nested deeper than 100 levels"),
                  ("layer,seconds\nConv_0,0,25\n", "line 2: has more fields than the first line names"),
                  ("layer,seconds\nConv_0,1e308\nConv_0,1e308\n", "the median of 'Conv_0'")]
        wrong += [(f"layer,seconds\nConv_0,{value}\n", "line 2: seconds: must be a number of seconds")
                  for value in ("-1", "nan", "inf", "", "1_0", '"0,25"', "1e400", "\u0661")]
        for times, says in wrong:
            with self.subTest(times=times):
                self.check_mistake(self.call(times), says)
        self.check_mistake(self.call(self.folder / "nothing"), "cannot be read")
        binary = self.folder / "binary"
        binary.write_bytes(b"\xff\xfe\x00")
        self.check_mistake(self.call(binary), "is no text")

    def test_mistakes_in_profiles(self):
        schema = {"schema": "dnn-surgery/dnn/1"}
        for profile in ({}, schema, {**schema, "layers": [{}]}, {**schema, "layers": 1},
                        {**schema, "layers": [{"name": "a", "seconds": 1}]}):
            self.check_mistake(self.call("{}", profile))
        text = PROFILE.read_text(encoding="utf-8")
        path = self.folder / "wrong.json"
        for right, wrong, says in (
                ('"flops": 0', '"flopps": 0', 'layers[0] ("data_0"): unknown field "flopps"'),
                ('"flops": 0', '"op": 0', 'field "op" stands twice'),
                ('"layers"', '"notes": 1, "layers"', 'unknown field "notes"')):
            path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
            self.check_mistake(self.call("{}", path), says)
        for text, says in (("[" * 9999, "nested deeper than 100 levels"), ("1" * 5000, "Number too large")):
            path.write_text(text, encoding="utf-8")
            self.check_mistake(self.call("{}", path), says)
        self.check_mistake(self.call("{}", self.folder / "nothing.json"), "cannot be read")
        path.write_text("[" * 100000, encoding="utf-8")
        self.check_mistake(self.call("{}", path), "is no valid JSON: Objects and lists nested deeper")

    def test_output_that_cannot_be_written(self):
        self.measured = self.folder / "nowhere" / "measured.json"
        code, error = self.call('{"Conv_0": 1}')
        self.assertEqual((code, error), (1, f"surgery: {self.measured}: cannot be written: No such "
                                            "file or directory\n"))

    @unittest.skipUnless(importlib.util.find_spec("torch") and importlib.util.find_spec("onnx"),
                         "PyTorch or ONNX is not installed")
    def test_hook_for_pytorch(self):
        model, times = self.folder / "model.onnx", self.folder / "times.csv"
        subprocess.run([TORCH_SCRIPT, model, times], check=True, stdout=subprocess.DEVNULL)
        profile = self.folder / "model.json"
        subprocess.run([paths.ROOT / "surgery", "onnx", model, "-o", profile], check=True,
                       stdout=subprocess.DEVNULL)
        self.assertEqual(self.call(times, profile), (0, ""))
        layers = json.loads(profile.read_text(encoding="utf-8"))["layers"]
        # what is no module is an operator of Python
        self.assertEqual(set(self.seconds()), {layer["name"] for layer in layers
                                               if layer["op"] not in ("Input", "Add")})


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of ./surgery measure, with a stand-in for ONNX Runtime; needs Node and python3-onnx.

With --real, in ONNX Runtime itself, which is installed if it is not."""

import contextlib
import importlib.util
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

from surgery import paths
from surgery.times import functions, measure, runtime

# Pretends to run the model whose layers and seconds stand in the file $STANDIN; its clock is real
STANDIN = """
const fs = require('fs');
const told = JSON.parse(fs.readFileSync(process.env.STANDIN, 'utf8'));
function note(what) { fs.appendFileSync(process.env.STANDIN + '.log', JSON.stringify(what) + '\\n'); }
class Tensor {
    constructor(type, data, dims) { Object.assign(this, {type, data, dims}); }
}
class InferenceSession {
    static async create(model, options) {
        note({model: require('path').basename(model), options});
        if (told.fault) throw new Error(told.fault.replace('MODEL', model));
        return Object.assign(new InferenceSession(), {model, options, events: [], runs: 0});
    }
    async run(feeds) {
        note({profiled: Boolean(this.options.enableProfiling),
              feeds: Object.entries(feeds).map(([name, t]) => [name, t.type, t.dims])});
        if (this.model.endsWith('weights.onnx')) {
            return {filter: {type: 'float32', dims: [2, 3, 1, 1], data: new Float32Array(6)}};
        }
        const ts = 1e6 * ++this.runs;
        told.layers.forEach(([name, microseconds], index) => this.events.push(
            {cat: 'Node', name: name + '_kernel_time', ts: ts + index + 1,
             dur: microseconds[(this.runs - 1) % microseconds.length], args: {op_name: 'Any'}}));
        this.events.push({cat: 'Session', name: 'model_run', ts, dur: 1000});
        return {};
    }
    endProfiling() {
        fs.writeFileSync(this.options.profileFilePrefix + '_now.json',
                         JSON.stringify(this.events.slice(told.lost || 0)));
    }
}
module.exports = {Tensor, InferenceSession};
"""

# Writes a model: a weight that is computed, an unused constant, and a serial number as a name
MODEL = """
import sys
import onnx
from onnx import TensorProto, helper
nodes = [helper.make_node("ConstantOfShape", ["dims"], ["filter"],
                          value=helper.make_tensor("v", TensorProto.FLOAT, [1], [0.5])),
         helper.make_node("Conv", ["picture", "filter"], ["a"], name="conv"),
         helper.make_node("Relu", ["a"], ["b"], name="n7"),
         helper.make_node("Flatten", ["b"], ["c"]),
         helper.make_node("Shape", ["b"], ["size"], name="size")]
graph = helper.make_graph(
    nodes, "small", [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["N", 3, 8, 8])],
    [helper.make_tensor_value_info("c", TensorProto.FLOAT, None)],
    [helper.make_tensor("dims", TensorProto.INT64, [4], [2, 3, 1, 1])])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), sys.argv[1])
"""
LAYERS = ("picture", "conv", "Relu_7", "c")

# Writes a model of two Ifs whose condition is known; names stand in both of their branches
BRANCHES = """
import sys
import onnx
from onnx import TensorProto, helper
node, tensor = helper.make_node, helper.make_tensor_value_info
def branch(op, name, read):
    inner = node("If", ["yes"], ["s"], then_branch=helper.make_graph(
        [node("Neg", ["t"], ["u"], "neg")], "deep", [], [tensor("u", TensorProto.FLOAT, None)]),
        else_branch=helper.make_graph([node("Abs", ["t"], ["u"], "abs")], "else", [],
                                      [tensor("u", TensorProto.FLOAT, None)]))
    return helper.make_graph([node(op, [read, "w"], ["t"], name), inner], name, [],
                             [tensor("s", TensorProto.FLOAT, None)],
                             [helper.make_tensor("w", TensorProto.FLOAT, [1], [2.0])])
def choose(condition, read, written):
    return node("If", [condition], [written], "if", then_branch=branch("Add", "add", read),
                else_branch=branch("Mul", "mul", read))
graph = helper.make_graph(
    [choose("yes", "x", "a"), choose("no", "a", "b"), node("Relu", ["b"], ["y"], "relu")], "two",
    [tensor("x", TensorProto.FLOAT, [1, 4])], [tensor("y", TensorProto.FLOAT, None)],
    [helper.make_tensor("yes", TensorProto.BOOL, [], [True]),
     helper.make_tensor("no", TensorProto.BOOL, [], [False])])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), sys.argv[1])
"""


class Measure(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.model = self.folder / "small.onnx"
        subprocess.run([sys.executable, "-c", MODEL, self.model], check=True)
        self.output = self.folder / "small.json"
        package = (self.folder / "dnn-surgery" / f"{runtime.PACKAGE}-{runtime.VERSION}"
                   / "node_modules" / runtime.PACKAGE)
        package.mkdir(parents=True)
        (package / "index.js").write_text(STANDIN, encoding="utf-8")
        self.told = self.folder / "told.json"
        self.tell()

    def tell(self, **more):
        """What the stand-in answers. Each second run counts."""
        content = {"layers": [["conv", [9000, 100, 9000, 300]], ["Relu_7", [9000, 40]], ["c", [7]]]}
        self.told.write_text(json.dumps({**content, **more}), encoding="utf-8")

    def call(self, *arguments, processor="board", environment=None):
        """Call the command."""
        return subprocess.run(
            [paths.ROOT / "surgery", "measure", self.model, f"--processor-name={processor}",
             "-o", self.output, "--threads=1", "--repeats=4", "--warm-up=1", *arguments], text=True,
            capture_output=True, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "XDG_CACHE_HOME": str(self.folder), "STANDIN": str(self.told),
                 **(environment or {})})

    def seconds(self, processor="board"):
        """The times in the profile."""
        layers = json.loads(self.output.read_text(encoding="utf-8"))["layers"]
        self.assertEqual(tuple(layer["name"] for layer in layers), LAYERS)
        return {layer["name"]: layer.get("seconds", {}).get(processor) for layer in layers}

    def log(self):
        """What the stand-in was called for."""
        text = pathlib.Path(f"{self.told}.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def check_mistake(self, done, *words, code=1):
        """One line, and no file."""
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertEqual(done.stderr.splitlines()[-1].split()[0], "surgery:")
        for word in words:
            self.assertIn(word, done.stderr.splitlines()[-1])
        self.assertFalse(self.output.exists())

    def test_median_of_the_runs_that_count(self):
        done = self.call()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.seconds(), {"picture": None, "conv": 200e-6, "Relu_7": 40e-6,
                                          "c": 7e-6})
        measured = json.loads(self.output.read_text(encoding="utf-8"))["provenance"]["measured"]
        self.assertAlmostEqual(measured["board"]["sum_of_layers_s"], 247e-6)
        self.assertIn("sum of the layers  0.247 ms\n", done.stdout)
        self.assertIn("with the profiler", done.stdout)
        self.assertIn("4 of 4 repeats", done.stderr)

    def test_runs_take_turns_and_nothing_is_optimized(self):
        self.call("--threads=3")
        log = self.log()
        sessions = [entry for entry in log if "model" in entry]
        self.assertEqual([s["model"] for s in sessions], ["weights.onnx", "model.onnx", "model.onnx"])
        for session in sessions:
            self.assertEqual(session["options"]["graphOptimizationLevel"], "disabled")
        plain, profiled = (dict(s["options"]) for s in sessions[1:])
        self.assertEqual(plain["intraOpNumThreads"], 3)
        self.assertTrue(profiled.pop("enableProfiling") and profiled.pop("profileFilePrefix"))
        self.assertEqual(plain, profiled)
        runs = [entry for entry in log if "feeds" in entry][1:]
        self.assertEqual({json.dumps(r["feeds"]) for r in runs},
                         {'[["picture", "float32", [1, 3, 8, 8]]]'})
        # of each repeat two runs without the profiler and two with it, and the order changes
        kinds = [entry["profiled"] for entry in runs]
        repeats = [tuple(kinds[i:i + 4]) for i in range(0, len(kinds), 4)]
        self.assertEqual(len(repeats), 1 + 4)
        self.assertEqual(set(repeats), {(False, False, True, True), (True, True, False, False)})

    def test_other_times_are_kept(self):
        self.call(processor="server")
        self.tell(layers=[["conv", [5]], ["Relu_7", [5]], ["c", [5]]])
        processor = self.folder / "board.json"
        done = self.call(f"--processor-file={processor}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.seconds("server")["conv"], 200e-6)
        self.assertEqual(self.seconds("board")["conv"], 5e-6)
        profile = json.loads(processor.read_text(encoding="utf-8"))
        self.assertEqual(set(profile), {"schema", "name", "source"})
        self.assertEqual(profile["name"], "board")
        provenance = json.loads(self.output.read_text(encoding="utf-8"))["provenance"]
        self.assertEqual(set(provenance["measured"]), {"server", "board"})
        before = self.output.read_text(encoding="utf-8").replace('"sha256": "', '"sha256": "0')
        self.output.write_text(before, encoding="utf-8")
        done = self.call()
        self.assertEqual(done.returncode, 1)
        self.assertIn("profile of another model", done.stderr)
        self.assertEqual(self.output.read_text(encoding="utf-8"), before)

    def test_what_does_not_fit_is_told(self):
        self.tell(layers=[["cast_7", [2000]], ["conv", [1000]], ["c", [1000]]])
        done = self.call()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("no time of these layers: Relu_7\n", done.stderr)
        self.assertIn("no layers, their own or those of a layer's body, 2 ms: cast_7\n", done.stderr)
        self.assertIn("sum of the layers  2 ms\n", done.stdout)
        self.assertIsNone(self.seconds()["Relu_7"])

    def test_operators_of_a_definition_are_their_layer(self):
        # Relu_7 runs as two others; each in its run, before the median is taken
        self.tell(layers=[["conv", [1000]], ["Max_3", [0, 1000, 0, 3000]],
                          ["Mul_4", [0, 3000, 0, 1000]], ["c", [1000]]])
        done = self.call()
        self.assertEqual((done.returncode, done.stderr.count("no layers")), (0, 0), done.stderr)
        self.assertEqual(self.seconds()["Relu_7"], 4000e-6)
        # the last layer, too; what runs after the readers of all layers is none
        layers = [{"name": "in", "op": "Input", "inputs": []},
                  *({"name": name, "op": "Any", "inputs": reads} for name, reads in
                    (("a", ["in"]), ("b", ["a"]), ("c", ["a"]), ("d", ["b", "c"]), ("e", ["d"])))]
        self.assertEqual(functions.find_owners(layers, ["x", "a", "c", "y", "d", "z"]),
                         {"y": "b", "z": "e"})
        self.assertEqual(functions.find_owners(layers, ["a", "b", "y", "c", "d", "e", "z"]), {})
        # of two that fit, the one whose inputs are there last
        self.assertEqual(functions.find_owners(layers, ["a", "c", "b", "y"]), {"y": "d"})

    def test_known_branches_are_layers(self):
        subprocess.run([sys.executable, "-c", BRANCHES, self.model], check=True)
        names = ["add", "neg", "mul", "neg_2", "relu"]
        self.tell(layers=[[name, [1000 + i]] for i, name in enumerate(names)])
        done = self.call()
        self.assertEqual((done.returncode, done.stderr.count("no layers")), (0, 0), done.stderr)
        layers = json.loads(self.output.read_text(encoding="utf-8"))["layers"][1:]
        self.assertEqual([(layer["name"], layer["inputs"], layer["seconds"]["board"])
                          for layer in layers],
                         [(name, [before], (1000 + i) / 1e6) for i, (name, before) in
                          enumerate(zip(names, ["x", *names]))])
        # each branch has its own weight
        self.assertEqual([layer["weight_bytes"] for layer in layers], [4, 0, 4, 0, 0])

    def test_mistakes(self):
        self.tell(fault="no kernel for Conv")
        self.check_mistake(self.call(), "small.onnx: ONNX Runtime: no kernel for Conv")
        self.tell(fault="Load model from MODEL failed")
        self.check_mistake(self.call(), f"measure: {self.model}: ONNX Runtime: Load model from "
                           "weights.onnx failed")
        self.tell(lost=4)
        self.check_mistake(self.call(), "has 9 runs only", "--repeats")
        self.check_mistake(self.call("--shape=movie=1,2"), "no input 'movie'", code=2)
        for wrong in ("--threads=0", "--repeats=x", "--warm-up=0", "--processor-name="):
            self.check_mistake(self.call(wrong), wrong.split("=", maxsplit=1)[0], code=2)
        self.model.write_bytes(b"nothing")
        self.check_mistake(self.call(), "small.onnx", "ONNX model")

    def test_installs_once_without_scripts(self):
        """With a stand-in for npm."""
        cache = self.folder / "empty"
        programs = self.folder / "bin"
        programs.mkdir()
        npm = programs / "npm"
        npm.write_text(textwrap.dedent(f"""\
            #!/bin/sh
            echo "$@" >>{self.folder}/npm.log
            [ -e {self.folder}/broken ] && {{ echo "npm ERR! no network" >&2; exit 1; }}
            cp -r {self.folder}/dnn-surgery/*/node_modules .
            """), encoding="ascii")
        npm.chmod(0o755)
        environment = {"XDG_CACHE_HOME": str(cache), "PATH": f"{programs}:{os.environ['PATH']}"}
        (self.folder / "broken").touch()
        self.check_mistake(self.call(environment=environment), "cannot install", "no network")
        self.assertEqual(list((cache / "dnn-surgery").iterdir()), [])
        (self.folder / "broken").unlink()
        for _ in range(2):
            done = self.call(environment=environment)
            self.assertEqual(done.returncode, 0, done.stderr)
        calls = (self.folder / "npm.log").read_text(encoding="ascii").splitlines()
        self.assertEqual(len(calls), 2)
        self.assertIn(" --ignore-scripts ", calls[1])
        self.assertTrue(calls[1].endswith(f" {runtime.PACKAGE}@{runtime.VERSION}"))


class Additivity(unittest.TestCase):
    """How the sum of the layers is compared with whole runs, on times that are made up."""

    def compare(self, layers, whole):
        """The sum of layers, and what is printed beside whole runs. @param whole their seconds, and what
        they waited of that"""
        profile = {"layers": [{"name": "in", "op": "Input"}, *({"name": name, "op": "Conv"}
                                                              for name in layers)]}
        total = measure.add_times(profile, "board", layers, {})
        self.assertEqual({layer["name"]: layer["seconds"]["board"] for layer in profile["layers"][1:]},
                         layers)
        runs = [{"seconds": seconds, "waited": waited} for seconds, waited in whole]
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            measure.compare(total, {"plain": runs, "profiled": runs}, 1)
        return total, told.getvalue()

    def test_the_error_of_the_sum_is_told(self):
        layers = {"a": 0.004, "b": 0.001, "c": 0.005}
        for seconds, error in ((0.01, "+0.0 %"), (0.008, "+25.0 %"), (0.0125, "-20.0 %")):
            # the median run counts; those that waited for a processor do not
            total, told = self.compare(layers, [(seconds / 2, 0), (seconds, 0), (1.5 * seconds, 0),
                                                (9 * seconds, 8 * seconds)])
            self.assertAlmostEqual(total, 0.01)
            self.assertIn("sum of the layers  10 ms\n", told)
            self.assertIn(f"whole run          {1e3 * seconds:.4g} ms, median of 3", told)
            self.assertIn(f"the sum is off by  {error}\n", told)


class Real(unittest.TestCase):
    """In ONNX Runtime itself."""

    def test_every_layer_has_a_time(self):
        with tempfile.TemporaryDirectory() as folder:
            model, output = pathlib.Path(folder, "my.onnx"), pathlib.Path(folder, "my.json")
            subprocess.run([paths.EXAMPLES / "my" / "my-model.py", model], check=True)
            subprocess.run([paths.ROOT / "surgery", "measure", model, "--processor-name=here", "-o",
                            output, "--threads=1"], check=True)
            profile = json.loads(output.read_text(encoding="utf-8"))
        self.assertEqual([layer["name"] for layer in profile["layers"]
                          if "here" not in layer.get("seconds", {})], ["picture"])
        self.assertAlmostEqual(profile["provenance"]["measured"]["here"]["sum_of_layers_s"], sum(
            layer["seconds"]["here"] for layer in profile["layers"] if "seconds" in layer), 8)


if __name__ == "__main__":
    if not shutil.which("node") or not importlib.util.find_spec("onnx"):
        print("skipped: Node or python3-onnx is not installed")
        sys.exit(77)
    real = "--real" in sys.argv
    if real:
        sys.argv.remove("--real")
    unittest.main(defaultTest=["Real"] if real else ["Additivity", "Measure"])

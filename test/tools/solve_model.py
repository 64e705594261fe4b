# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""T as the documentation states it, for tests of dnn-surgery-solve, and how they call it."""

import json
import math
import os
import pathlib
import subprocess
import sys
import unittest

TREE = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = TREE / "data" / "scenarios"
PROFILES = TREE / "data" / "profiles"


def main():
    """Run the tests of a file, whose first argument is the path of the program."""
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        os.environ["DNN_SURGERY_SOLVE"] = sys.argv.pop(1)
    if "DNN_SURGERY_SOLVE" not in os.environ:
        sys.exit(f"usage: {sys.argv[0]} PATH-OF-dnn-surgery-solve")
    unittest.main()


def run(*arguments, text=None):
    """Run the program; text is its standard input."""
    return subprocess.run([os.environ["DNN_SURGERY_SOLVE"], *arguments], input=text,
                          capture_output=True, text=True, timeout=60, check=False)


def solve(scenario, *arguments):
    """The answer to a scenario, which must be right."""
    done = run("--scenario=-", "--json", *arguments, text=json.dumps(scenario))
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", done.stderr
    return json.loads(done.stdout)


class Model:
    """T of a device as the documentation states it, computed from the profiles alone.

    The link is the device's own, or the one to a server of several."""

    def __init__(self, server, device, link=None):
        self.device = device
        self.link = link or device
        self.layers = self.read("dnn", device["dnn"])["layers"]
        on_device = self.read("processor", device["processor"])
        on_server = self.read("processor", server["processor"])
        self.bytes = [math.ceil(layer["output_bytes"] * device.get("activation_bits", 32) / 32)
                      for layer in self.layers]
        self.bytes[0] = device.get("input_bytes", self.layers[0]["output_bytes"])
        self.device_s = [self.seconds(layer, on_device) for layer in self.layers]
        self.server_s = [self.seconds(layer, on_server) for layer in self.layers]
        self.read_by_others = {name for layer in self.layers for name in layer["inputs"]}

    @staticmethod
    def read(kind, name):
        return name if isinstance(name, dict) else json.loads(
            (PROFILES / kind / (name + ".json")).read_text())

    def seconds(self, layer, processor):
        if not layer["inputs"] or layer["op"] == "Output":
            return 0
        if processor["name"] in layer.get("seconds", {}):
            return layer["seconds"][processor["name"]]
        sizes = {other["name"]: other["output_bytes"] for other in self.layers}
        traffic = layer["output_bytes"] + layer["weight_bytes"]
        traffic += sum(sizes[name] for name in set(layer["inputs"]))
        speed = processor["flops"].get(layer["op"], processor["flops"]["default"])
        return processor["overhead_s"] + max(layer["flops"] / speed,
                                             traffic / processor["bandwidth_bytes_per_s"])

    def latency(self, kept, share):
        """T and the bytes sent when the layers named in kept stay on the device."""
        sent = {name for layer in self.layers if layer["name"] not in kept
                for name in layer["inputs"] if name in kept}
        upload = sum(size for layer, size in zip(self.layers, self.bytes)
                     if layer["name"] in sent)
        local = sum(s for layer, s in zip(self.layers, self.device_s) if layer["name"] in kept)
        remote = sum(s for layer, s in zip(self.layers, self.server_s)
                     if layer["name"] not in kept)
        if len(kept) == len(self.layers):
            return local, 0
        result = sum(size for layer, size in zip(self.layers, self.bytes)
                     if layer["name"] not in self.read_by_others)
        network = 2 * self.link.get("delay_s", 0) + 8 * upload / self.link["uplink_bps"]
        network += 8 * result / self.link["downlink_bps"]
        return local + network + (remote / share if remote else 0), upload

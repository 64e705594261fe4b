# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""A DNN profile as text, for the commands that write one."""

import json
import re

from dnn_surgery import strict_json
from surgery.console import Failure
from surgery.written import write_text

FIELDS = ("schema", "name", "provenance", "accuracy", "batch", "layers")
LAYER_FIELDS = ("name", "op", "inputs", "flops", "output_bytes", "weight_bytes", "seconds")


def find_unknown(profile):
    """What is wrong with the names of a profile's fields, which the simulator would refuse; empty if
    nothing."""
    layers = profile.get("layers")
    places = [("", profile, FIELDS)]
    places += [(f'layers[{i}] ("{layer.get("name")}"): ', layer, LAYER_FIELDS)
               for i, layer in enumerate(layers if isinstance(layers, list) else [])
               if isinstance(layer, dict)]
    for place, content, known in places:
        for name in content:
            if name not in known:
                return f'{place}unknown field "{name}": use {", ".join(known)}'
    return ""


def readable_name(name, op):
    """A layer's name by that of its node: a serial number gets the operator's name."""
    serial = re.fullmatch(r"[a-z]?(\d+)", name)
    return f"{op}_{serial[1]}" if serial else name


def read_json(path, command):
    """What a file of JSON says. @param command which asks"""
    try:
        with open(path, encoding="utf-8") as file:
            return strict_json.loads(file.read())
    except OSError as error:
        raise Failure(f"{command}: {path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Failure(f"{command}: {path}: is no valid JSON: {error}") from error


def read_profile(path, command):
    """A DNN's profile, with names and a list of layers at least. @param command which asks"""
    profile = read_json(path, command)
    if not isinstance(profile, dict) or not str(profile.get("schema")).startswith("dnn-surgery/dnn/"):
        raise Failure(f"{command}: {path}: is not a DNN profile")
    problem = find_unknown(profile)
    layers = profile.get("layers")
    if not problem and not (isinstance(layers, list) and layers and all(
            isinstance(layer, dict) and isinstance(layer.get("name"), str)
            and isinstance(layer.get("seconds", {}), dict) for layer in layers)):
        problem = "has no list of layers with names"
    if problem:
        raise Failure(f"{command}: {path}: {problem}")
    return profile


def find_wrong_accuracy(profile):
    """What is wrong with a profile's accuracy, which the simulator would refuse; empty if nothing."""
    if "accuracy" not in profile:
        return ""
    accuracy = profile["accuracy"]
    if not isinstance(accuracy, dict) or set(accuracy) != {"top1", "source"}:
        return "accuracy: must be an object with the fields top1, source"
    top1, source = accuracy["top1"], accuracy["source"]
    if not isinstance(top1, (int, float)) or isinstance(top1, bool) or not 0 <= top1 <= 100:
        return "accuracy: top1: must be a percentage, 0..100"
    if not isinstance(source, str) or not source:
        return "accuracy: source: must be a text, not empty"
    return ""


def to_json(profile):
    """Readable JSON with one layer per line."""
    head = json.dumps({key: profile[key] for key in profile if key != "layers"}, indent=2)
    layers = ",\n".join("    " + json.dumps(layer) for layer in profile["layers"])
    return f'{head[:-2]},\n  "layers": [\n{layers}\n  ]\n}}\n'


def write(profile, path):
    """Write a profile."""
    write_text(path, to_json(profile), encoding="ascii")

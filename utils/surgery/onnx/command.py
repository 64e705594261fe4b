# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that turns an ONNX model into a DNN profile."""

import argparse
import re
import sys

from surgery import packages
from surgery.console import Failure, add_command, say
from surgery.dnn_profile import to_json, write

TEXT = """\
Turns an ONNX model into a DNN profile (schema dnn-surgery/dnn/1)."""

MORE = """\
examples:
  ./surgery onnx resnet50.onnx -o resnet50.json
  ./surgery onnx model.onnx --name detector --shape images=1,3,640,640 -o detector.json

What comes out: one JSON file, one layer per line, in topological order, the input first; per layer
the work in FLOP (2 x multiply-accumulate), the output tensor and the weights in bytes at 32 bits.
Constants and whatever only they feed are weights, not layers. A symbolic batch size becomes 1; give
any other unknown dimension with --shape. An operator without a rule counts 1 FLOP per output
element and is reported on standard error and in the profile's provenance. A layer is called after
its node, or after the first tensor it writes where the node has no name; a name that is a mere
serial number (n12) gets the operator's name (Conv_12).
doc/profiles.md has the rules and how to add measured times.

exit status: 0 done, 1 the model or the output file is no good, 2 wrong usage."""


def shape(text):
    """The type of --shape."""
    match = re.fullmatch(r"(.+)=([1-9]\d*(?:,[1-9]\d*)*)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=D,D,... with dimensions >= 1")
    return match[1], [int(d) for d in match[2].split(",")]


def add_commands(commands):
    """Add this command to the command line."""
    parser = add_command(commands, "onnx", onnx, "turn an ONNX model into a DNN profile", TEXT,
                         MORE)
    add_model_options(parser)
    parser.add_argument("-o", "--output", metavar="X.json", default="-",
                        help="the profile to write; default: standard output")


def add_model_options(parser):
    """Add what the conversion of a model needs to a command."""
    parser.add_argument("model", metavar="MODEL.onnx", help="the model to read")
    parser.add_argument("--name", help="the DNN's name; default: the model's file name")
    parser.add_argument("--shape", type=shape, action="append", default=[], metavar="INPUT=D,D,...",
                        help="shape of an input whose dimensions are symbolic; repeatable")
    parser.add_argument("--license", metavar="TEXT", help="the model's license, for the provenance")
    parser.add_argument("--note", metavar="TEXT", action="append", default=[],
                        help="a remark for the provenance; repeatable")


def count_flops(flops):
    """A number of operations in the unit that suits it."""
    for scale, unit in ((1e9, "GFLOP"), (1e6, "MFLOP"), (1e3, "kFLOP")):
        if flops >= scale / 10:
            return f"{flops / scale:.3f} {unit}"
    return f"{flops} FLOP"


def onnx(settings):
    """Convert a model."""
    packages.need_module("onnx", "python3-onnx")
    from surgery.onnx.convert import ModelError, ShapeError, convert  # needs python3-onnx

    settings.shape = dict(settings.shape)
    try:
        profile = convert(settings)
    except ShapeError as error:
        raise Failure(f"onnx: {error}") from error
    except ModelError as error:
        raise Failure(f"onnx: {settings.model}: {error}", 1) from error
    for op, count in profile["provenance"]["unknown_operators"].items():
        say(f"onnx: {settings.model}: operator {op} has no rule (layers: {count}): "
            "counted as 1 FLOP per output element")
    if settings.output == "-":
        sys.stdout.write(to_json(profile))
        return
    write(profile, settings.output)
    flops = sum(layer["flops"] for layer in profile["layers"])
    print(f"{settings.output}: {profile['name']}, {len(profile['layers'])} layers, "
          f"{count_flops(flops)}")

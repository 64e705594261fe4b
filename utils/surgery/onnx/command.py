# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The commands that turn an ONNX model into a DNN profile."""

import argparse
import math
import multiprocessing
import os
import pathlib
import re
import sys

from surgery import packages, paths
from surgery.console import Failure, add_command, not_empty, say
from surgery.dnn_profile import to_json, write

TEXT = """\
Turns an ONNX model into a DNN profile (schema dnn-surgery/dnn/1)."""

MORE = """\
examples:
  ./surgery onnx resnet50.onnx -o resnet50.json
  ./surgery onnx model.onnx --name detector --shape images=1,3,640,640 -o detector.json
  ./surgery onnx bert.onnx --dim seq=128 -o bert.json

What comes out: one JSON file, one layer per line, in topological order, the input first; per layer
the work in FLOP (2 x multiply-accumulate), the output tensor and the weights in bytes at 32 bits.
Constants and whatever only they feed are weights, not layers. A first dimension that is
clearly a batch becomes 1, which is told; give the other dimensions that the model leaves open with
--dim or --shape. Of a quantized model, too, bytes are stated at 32 bits. Of an If the larger branch
counts, of a Loop all iterations. An operator without a rule counts 1 FLOP per output
element and is reported on standard error and in the profile's provenance; if it reads a weight, its
work must be given with --flops. A layer is called after
its node, or after the first tensor it writes where the node has no name; a name that is a mere
serial number (n12) gets the operator's name (Conv_12).
doc/profiles.md has the rules and how to add measured times.

exit status: 0 done, 1 the model or the output file is no good, 2 wrong usage."""

IMPORT_TEXT = """\
Turns an ONNX model into a DNN profile, as `./surgery onnx` does, and puts it where the simulator
finds it by its name."""

IMPORT_MORE = """\
examples:
  ./surgery import my-net.onnx
  ./surgery import net.onnx --name=my-net --accuracy=76.1 --accuracy-source="own measurement"

The profile goes to the folder dnn in the folder that the environment variable
DNN_SURGERY_PROFILES names, otherwise to the bundled ones in data/profiles/dnn.
`./surgery onnx --help` tells how models are read.

exit status: 0 done, 1 the model or the output file is no good, 2 wrong usage."""


def shape(text):
    """The type of --shape."""
    match = re.fullmatch(r"(.+)=([1-9]\d{0,15}(?:,[1-9]\d{0,15})*)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=D,D,... with dimensions in "
                                         "1..9999999999999999")
    return match[1], [int(d) for d in match[2].split(",")]


def number(text):
    """The type of --dim and --trips."""
    match = re.fullmatch(r"(.+)=([1-9]\d{0,8})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=N with N in 1..999999999")
    return match[1], int(match[2])


def work(text):
    """The type of --flops."""
    match = re.fullmatch(r"(.+)=(0|[1-9]\d{0,14})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is not NODE=N with N in 0..999999999999999")
    return match[1], int(match[2])


def numbers(text):
    """The type of --value."""
    name, _, listed = text.rpartition("=")
    try:
        found = [int(n) if re.fullmatch(r"[+-]?\d{1,30}", n) else float(n)
                 for n in listed.split(",")]
    except ValueError:
        found = [math.nan]
    if not name or not all(map(math.isfinite, found)):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=V,V,... with numbers")
    return name, found


def percentage(text):
    """The type of --accuracy."""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"'{text}' is not a percentage, 0..100")
    return value


def add_model_options(parser):
    """Add what the conversion of a model needs to a command."""
    parser.add_argument("model", metavar="MODEL.onnx", help="the model to read")
    parser.add_argument("--name", type=not_empty,
                        help="the DNN's name; default: the model's file name")
    parser.add_argument("--dim", type=number, action="append", default=[], metavar="NAME=N",
                        help="number of a symbolic dimension, wherever it occurs; repeatable")
    parser.add_argument("--shape", type=shape, action="append", default=[],
                        metavar="TENSOR=D,D,...",
                        help="shape of an input, or of a tensor whose shape depends on the data; "
                             "repeatable")
    parser.add_argument("--value", type=numbers, action="append", default=[],
                        metavar="INPUT=V,V,...",
                        help="elements of an input that selects what the model does, such as a "
                             "sampling rate or a size; repeatable")
    parser.add_argument("--trips", type=number, action="append", default=[], metavar="NODE=N",
                        help="iterations of a Loop that depend on the data; repeatable")
    parser.add_argument("--flops", type=work, action="append", default=[], metavar="NODE=N",
                        help="FLOP of a node whose operator has no rule; repeatable")
    parser.add_argument("--accuracy", type=percentage, metavar="PERCENT",
                        help="the model's top-1 accuracy")
    parser.add_argument("--accuracy-source", type=not_empty, metavar="TEXT",
                        help="where the accuracy is from")
    parser.add_argument("--license", metavar="TEXT", help="the model's license, for the provenance")
    parser.add_argument("--note", metavar="TEXT", action="append", default=[],
                        help="a remark for the provenance; repeatable")


def add_commands(commands):
    """Add the commands to the command line."""
    parser = add_command(commands, "onnx", onnx, "turn an ONNX model into a DNN profile", TEXT,
                         MORE)
    add_model_options(parser)
    parser.add_argument("-o", "--output", metavar="X.json", default="-",
                        help="the profile to write; default: standard output")
    parser = add_command(commands, "import", import_model,
                         "add an ONNX model to the DNNs that are chosen by name", IMPORT_TEXT,
                         IMPORT_MORE)
    add_model_options(parser)
    parser.add_argument("-o", "--output", metavar="X.json",
                        help="write this file instead, to be chosen by its path")
    parser.add_argument("--replace", action="store_true",
                        help="replace a profile of the same name")


def count_flops(flops):
    """A number of operations in the unit that suits it."""
    for scale, unit in ((1e9, "GFLOP"), (1e6, "MFLOP"), (1e3, "kFLOP")):
        if flops >= scale / 10:
            return f"{flops / scale:.3f} {unit}"
    return f"{flops} FLOP"


def run_apart(function):
    """Call a function in a process of its own, which may crash. @return what it returns
    @throws what it throws, and ChildProcessError if it crashes"""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def run():
        try:
            sender.send((function(), None))
        except Exception as error:  # the other process throws it
            sender.send((None, error))

    process = context.Process(target=run)
    process.start()
    sender.close()
    try:
        result, error = receiver.recv()
    except EOFError:
        process.join()
        raise ChildProcessError(f"ended by signal {-process.exitcode}") from None
    process.join()
    if error is not None:
        raise error
    return result


def check_once(command, settings):
    """Refuse an option that names the same thing twice."""
    for option in ("dim", "shape", "value", "trips", "flops"):
        names = [name for name, _ in getattr(settings, option)]
        for name in names:
            if names.count(name) > 1:
                raise Failure(f"{command}: --{option}: '{name}' is given twice")


def make_profile(settings):
    """Convert a model, and tell what the user should know. @return the profile"""
    command = settings.parser.prog.rpartition(" ")[2]
    check_once(command, settings)
    if (settings.accuracy is None) != (settings.accuracy_source is None):
        raise Failure(f"{command}: --accuracy and --accuracy-source need each other")
    packages.need_module("onnx", "python3-onnx")
    from surgery.onnx.convert import convert  # needs python3-onnx
    from surgery.onnx.model import ModelError, SettingError

    where = f"{command}: {settings.model}"
    try:
        # onnx's shape inference is C++ that trusts its models
        profile, remarks = run_apart(lambda: convert(settings))
    except ChildProcessError as error:
        raise Failure(f"{where}: onnx's shape inference crashes on it ({error}); "
                      "onnx.checker.check_model may tell what is wrong", 1) from error
    except SettingError as error:
        raise Failure(f"{command}: {error}") from error
    except ModelError as error:
        raise Failure(f"{where}: {error}", 1) from error
    for line in remarks:
        say(f"{where}: {line}")
    for op, count in profile["provenance"]["unknown_operators"].items():
        say(f"{where}: operator {op} has no rule (layers: {count}): "
            "counted as 1 FLOP per output element")
    return profile


def save(profile, path):
    """Write a profile, and tell its size."""
    write(profile, path)
    flops = sum(layer["flops"] for layer in profile["layers"])
    print(f"{path}: {profile['name']}, {len(profile['layers'])} layers, {count_flops(flops)}")


def onnx(settings):
    """Convert a model."""
    profile = make_profile(settings)
    if settings.output == "-":
        sys.stdout.write(to_json(profile))
    else:
        save(profile, settings.output)


def own_profiles():
    """The folder of DNN profiles that the simulator searches first."""
    own = os.environ.get("DNN_SURGERY_PROFILES")
    return (pathlib.Path(own) if own else paths.PROFILES) / "dnn"


def import_model(settings):
    """Convert a model to a profile that is found by its name."""
    name = settings.name or pathlib.Path(settings.model).stem
    if settings.output is None:
        if not re.fullmatch(r"\w[\w.+-]*", name) or name.endswith(".json"):
            raise Failure(f"import: --name: '{name}' cannot be the name of a file: use letters, "
                          "digits and the signs . + - _, not ending in .json")
        path = own_profiles() / f"{name}.json"
        if path.exists() and not settings.replace:
            raise Failure(f"import: there is a DNN of the name {name} ({path}): choose another "
                          "--name, or --replace it")
    else:
        path = settings.output
    profile = make_profile(settings)
    if settings.output is None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Failure(f"import: {path.parent}: cannot be made: {error.strerror}; set "
                          "DNN_SURGERY_PROFILES to a folder of yours", 1) from error
    save(profile, path)
    call = name if settings.output is None else path
    print(f"use it: ./surgery run dnn-surgery-first --dnn={call}")

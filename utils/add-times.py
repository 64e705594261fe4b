#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Add the times measured on a processor to a DNN profile (schema dnn-surgery/dnn/1)."""

import argparse
import json
import math
import sys

sys.dont_write_bytecode = True  # leave no cache beside the script

from dnn_profile import to_json

TOOL = "add-times.py"

EPILOG = """\
example:
  add-times.py profile.json jetson-nano times.json -o measured.json

TIMES is a JSON object, seconds by layer: {"Conv_0": 0.0042, "Relu_1": 0.0003}. PROCESSOR is the
"name" in that processor's profile. Times that the profile has already are kept, unless TIMES has
others. Layers without a time keep the roofline model. doc/profiles.md tells more.

exit status: 0 done, 1 a file is no good, 2 wrong usage."""


def fail(message):
    print(f"{TOOL}: {message}", file=sys.stderr)
    sys.exit(1)


def read(path):
    """A JSON object."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except OSError as error:
        fail(f"{path}: cannot be read: {error.strerror}")
    except ValueError as error:
        fail(f"{path}: is not JSON: {error}")
    if not isinstance(content, dict):
        fail(f"{path}: is not a JSON object")
    return content


def add(profile, processor, times):
    """Write the times into the profile. @return complaint, or None"""
    layers = {layer["name"]: layer for layer in profile["layers"]}
    for name, seconds in times.items():
        if name not in layers:
            return f"\"{name}\" is not a layer of {profile.get('name')}"
        if (not isinstance(seconds, (int, float)) or isinstance(seconds, bool)
                or not math.isfinite(seconds) or seconds < 0):
            return f"\"{name}\": must be a number of seconds, >= 0"
        layers[name].setdefault("seconds", {})[processor] = seconds
    return None


def main():
    parser = argparse.ArgumentParser(prog=TOOL, description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.error = lambda text: parser.exit(2, f"{TOOL}: {text} (see --help)\n")
    parser.add_argument("profile", metavar="PROFILE", help="the DNN's profile")
    parser.add_argument("processor", metavar="PROCESSOR", help="where the times were measured")
    parser.add_argument("times", metavar="TIMES", help="the measured times")
    parser.add_argument("-o", "--output", required=True, help="the profile to write")
    options = parser.parse_args()

    profile = read(options.profile)
    if not str(profile.get("schema")).startswith("dnn-surgery/dnn/"):
        fail(f"{options.profile}: is not a DNN profile")
    try:
        complaint = add(profile, options.processor, read(options.times))
    except (KeyError, TypeError, AttributeError):
        fail(f"{options.profile}: has no list of layers with names")
    if complaint:
        fail(f"{options.times}: {complaint}")
    try:
        with open(options.output, "w", encoding="utf-8") as file:
            file.write(to_json(profile))
    except OSError as error:
        fail(f"{options.output}: cannot be written: {error.strerror}")
    measured = sum(options.processor in layer.get("seconds", {}) for layer in profile["layers"])
    print(f"{measured} of {len(profile['layers'])} layers have a time on {options.processor}")


if __name__ == "__main__":
    main()

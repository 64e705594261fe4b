# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that measures the layers of a DNN on this machine."""

import json
import os
import platform
import statistics
import tempfile

from surgery import building
from surgery.console import Failure, add_command, count, not_empty, say, shorten
from surgery.dnn_profile import read_profile, write
from surgery.onnx.command import add_model_options, make_profile
from surgery.quantile import quantile
from surgery.times import runtime, runtime_profile
from surgery.times.functions import find_owners, give_to_owners

TEXT = """\
Measures how long each layer of an ONNX model takes on this machine, in ONNX Runtime, and writes
the DNN's profile with these times."""

MORE = f"""\
example:
  ./surgery measure resnet50.onnx --processor-name=my-board -o resnet50.json \\
      --processor-file=my-board.json
  ./surgery run dnn-surgery-first --dnn=resnet50.json --processor=my-board.json \\
      --scheduler=local-only

ONNX Runtime comes with npm's {runtime.PACKAGE} {runtime.VERSION}, which is installed on first use
into ~/.cache/dnn-surgery. Its graph optimization is off, so that what runs are the layers of the
profile; what the model computes from constants alone is computed before. A layer's time is the
median of the repeats, as ONNX Runtime's profiler states it. Whole runs without the profiler take
turns with them. At the end both are compared: the sum of the layers' times, which is what the
simulator takes for the whole DNN, and the median whole run.

If the output is there already, as the profile of the same model, its times on other processors are
kept. doc/profiles.md tells more.

exit status: 0 done, 1 the model is no good, the output cannot be written or is of another one, or it
cannot be measured, 2 wrong usage, or the output is there and is no profile."""

WAITED = 0.02  # part of a run that it may wait for a processor and still count as undisturbed


def add_commands(commands):
    """Add it to the command line."""
    parser = add_command(commands, "measure", measure, "measure a DNN's layers on this machine",
                         TEXT, MORE)
    add_model_options(parser)
    parser.add_argument("-o", "--output", metavar="X.json", required=True, type=not_empty,
                        help="the profile to write")
    parser.add_argument("--processor-name", metavar="NAME", required=True, type=not_empty,
                        help="what the times are called after")
    parser.add_argument("--processor-file", metavar="P.json", type=not_empty,
                        help="also write a profile of this processor, for DNNs measured on it")
    parser.add_argument("--threads", type=count, metavar="N", default=1,
                        help="threads of a layer, as many as the DNN has where it is used; "
                             "default: %(default)s")
    parser.add_argument("--repeats", type=count, metavar="N", default=20,
                        help="repeats of layers and of whole runs; default: %(default)s")
    parser.add_argument("--warm-up", type=count, metavar="N", default=3,
                        help="repeats before the first that counts; default: %(default)s")
    parser.add_argument("--real-time", action="store_true",
                        help="measure at real-time priority, before all other programs; as root")


class Progress:
    """Shows how far the repeats are."""

    def __init__(self, repeats):
        self.repeats = repeats
        self.shown = 0

    def __call__(self, said):
        """Show it, at each tenth. @param said by runtime.js"""
        tenth = said["done"] * 10 // self.repeats
        if said["done"] > 0 and tenth > self.shown:
            self.shown = tenth
            milliseconds = 1e3 * statistics.median(run["seconds"] for run in said["plain"])
            say(f"measure: {said['done']} of {self.repeats} repeats, {milliseconds:.4g} ms a run")


def time_layers(deployment, settings):
    """Measure. @return the median seconds by layer, and the whole runs as runtime.js tells them"""
    whole = runtime.run(deployment.job(task="times", threads=settings.threads,
                                       warmUp=settings.warm_up, repeats=settings.repeats),
                        Progress(settings.repeats), settings.real_time)
    found = list(deployment.folder.glob("profile*.json"))
    if len(found) != 1:
        raise Failure("measure: ONNX Runtime wrote no profile", 1)
    runs, _ = runtime_profile.read_runs(json.loads(found[0].read_text(encoding="utf-8")))
    if len(runs) != 2 * (settings.warm_up + settings.repeats):
        raise Failure(f"measure: ONNX Runtime's profile has {len(runs)} runs only: "
                      "it is limited to a million nodes; use fewer --repeats", 1)
    counted = runs[2 * settings.warm_up + 1::2]  # each second one, see runtime.js
    owners = find_owners(deployment.profile["layers"], list(counted[0]))
    return runtime_profile.medians([give_to_owners(run, owners) for run in counted]), whole


def read_other_times(path, profile, processor):
    """What the output has already, as the profile of the same model: the times on other processors
    by layer, and how they were measured."""
    if not os.path.exists(path):
        return {}, {}
    before = read_profile(path, "measure")
    provenance = before.get("provenance")
    if not isinstance(provenance, dict) or \
            provenance.get("sha256") != profile["provenance"]["sha256"]:
        raise Failure(f"measure: {path}: is the profile of another model, use another file", 1)
    times = {layer["name"]: dict(layer.get("seconds", {})) for layer in before["layers"]}
    for seconds in times.values():
        seconds.pop(processor, None)
    measured = provenance.get("measured")
    return times, measured if isinstance(measured, dict) else {}


def add_times(profile, processor, seconds, others):
    """Write times into a profile; tell what does not fit. @return the sum of the layers"""
    total, missing = 0, []
    for layer in profile["layers"]:
        times = dict(others.get(layer["name"], {}))
        if layer["name"] in seconds:
            times[processor] = round(seconds[layer["name"]], 9)
            total += times[processor]
        elif layer["op"] not in ("Input", "Output"):
            missing.append(layer["name"])
        if times:
            layer["seconds"] = times
    if missing:
        say(f"measure: ONNX Runtime has no time of these layers: {shorten(missing)}")
    extra = [name for name in seconds if name not in {layer["name"] for layer in profile["layers"]}]
    if extra:
        say(f"measure: ONNX Runtime ran nodes that are no layers, their own or those of a layer's "
            f"body, {1e3 * sum(seconds[name] for name in extra):.4g} ms: {shorten(extra)}")
    return total


def machine():
    """What this machine is."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            models = [line.partition(":")[2].strip() for line in file
                      if line.startswith("model name")]
    except OSError:
        models = []
    return models[0] if models else platform.machine()


def pick_calm(runs):
    """The whole runs that did not wait for a processor that another program had; all of them if most
    did wait. @return their seconds"""
    calm = [run["seconds"] for run in runs if run["waited"] <= WAITED * run["seconds"]]
    return calm if 2 * len(calm) >= len(runs) else [run["seconds"] for run in runs]


def compare(total, whole, threads):
    """Print the sum of the layers beside whole runs."""
    runs = whole["plain"]
    calm = sorted(pick_calm(runs))
    profiled = statistics.median(pick_calm(whole["profiled"]))
    median = statistics.median(calm)
    waited = sum(run["waited"] for run in runs) / sum(run["seconds"] for run in runs)
    rows = [("sum of the layers", f"{1e3 * total:.4g} ms"),
            ("whole run", f"{1e3 * median:.4g} ms, median of {len(calm)}, half of them "
             f"{1e3 * quantile(calm, 0.25):.4g} to {1e3 * quantile(calm, 0.75):.4g} ms"),
            ("the sum is off by", f"{100 * (total / median - 1):+.1f} %"),
            ("with the profiler", f"{1e3 * profiled:.4g} ms, whole run"),
            ("waiting", f"{100 * waited:.2g} % of the time, for processors that other programs had"),
            ("load", f"{os.getloadavg()[0]:.3g} with this, on {building.processors()} processors, "
             f"of which {threads} measured")]
    for title, text in rows:
        print(f"  {title:<19}{text}")
    if len(calm) == len(runs) and waited > WAITED:
        say("measure: other programs had the processors, so the times are too long, in whole runs "
            "more than in layers: repeat this when the machine is idle, or with --real-time")


def measure(settings):
    """Measure the model."""
    profile = make_profile(settings)
    from surgery.onnx.model import ModelError  # needs python3-onnx
    from surgery.times.deploy import Deployment

    with tempfile.TemporaryDirectory() as folder:
        try:
            deployment = Deployment(settings, profile, folder)
            others, measured = read_other_times(settings.output, profile, settings.processor_name)
            seconds, whole = time_layers(deployment, settings)
        except ModelError as error:
            raise Failure(f"measure: {settings.model}: {error}", 1) from error
        except runtime.RunFailure as failure:
            reason = str(failure).replace(os.path.join(folder, ""), "")  # where the user has no file
            raise Failure(f"measure: {settings.model}: {reason}", failure.code) from failure
    total = add_times(profile, settings.processor_name, seconds, others)
    threads = "1 thread" if settings.threads == 1 else f"{settings.threads} threads"
    how = (f"{runtime.PACKAGE} {runtime.VERSION}, {threads}, no graph optimization, median of "
           f"{settings.repeats} repeats, on {machine()}")
    profile["provenance"]["measured"] = {**measured, settings.processor_name: {
        "how": how, "sum_of_layers_s": round(total, 9),
        "whole_run_s": round(statistics.median(pick_calm(whole["plain"])), 9)}}
    write(profile, settings.output)
    print(f"{settings.output}: {profile['name']}, {len(profile['layers'])} layers, "
          f"measured on {settings.processor_name}")
    compare(total, whole, settings.threads)
    if settings.processor_file:
        write_processor(settings.processor_file, settings.processor_name, how)


def write_processor(path, name, how):
    """Write a processor's profile without speeds."""
    content = {"schema": "dnn-surgery/processor/1", "name": name, "source": how}
    try:
        with open(path, "w", encoding="ascii") as file:
            file.write(json.dumps(content, indent=2) + "\n")
    except OSError as error:
        raise Failure(f"{path}: cannot be written: {error.strerror}", 1) from error
    print(f"{path}: {name}, for DNNs measured on it")

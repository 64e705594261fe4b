# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Reads and checks the data files of experiments, and lists their runs.

doc/experiments.md has the schema.
"""

import json
import math
import pathlib
import re
import sys
from dataclasses import dataclass, field

from dnn_surgery import places, strict_json
from surgery import paths

TOOLS = {"compare": "dnn-surgery-compare", "analytic": "dnn-surgery-analytic",
         "choices": "dnn-surgery-compare-choices", "testbed": "dnn-surgery-testbed",
         "simulate": places.SIMULATOR, "scaling": "dnn-surgery-scaling",
         "networks": places.SIMULATOR}
SCENARIO_RUNS = {"simulate": "scenario_run", "networks": "network_run"}  # modules, by tool
PAIRED = ("testbed", "networks")  # tools whose results are pairs of numbers, judged by bars
VALIDATIONS = ("cuts", "stress", "offload", "replay", "power")  # what the tool testbed knows
SCALES = ("category", "linear", "log")
REFERENCE = "dds"  # the scheduler, or choice, with which all others are compared
PLANNERS = ("optimum", "joint")  # one planner for all: bounds, not rivals

# options that experiments may not set, because the workflow sets them
RESERVED = {"RngRun", "runs", "schedulers", "choices", "point", "results", "out", "pcap"}

# fields of scenarios that experiments may not set, for the same reason
OWN_FIELDS = re.compile(r"simulation\.run|outputs(\..*)?")
RESERVED_FIELDS = re.compile(rf"{OWN_FIELDS.pattern}|servers?(\[\d+\])?\.scheduler(\..*)?")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


def compared(tool):
    """@return the name of the list of what a tool compares"""
    return "choices" if tool == "choices" else "schedulers"


class DataFileError(ValueError):
    """Something is wrong with a data file; the message is one line that names the field."""


@dataclass(frozen=True)
class Variant:
    """One value of the swept quantity, or one family of curves."""

    name: str
    label: str
    options: dict  # of a scenario, its fields by path


@dataclass(frozen=True)
class Run:
    """One job: one point of one family with one seed, under all schedulers, or choices."""

    family: Variant
    point: Variant
    seed: int
    options: dict

    @property
    def stem(self):
        """The path of its files in the experiment's folder, without their endings."""
        return "/".join(filter(None, ["runs", self.family.name, self.point.name,
                                      f"seed-{self.seed}"]))

    def describe(self):
        """The run, in words, for messages."""
        names = [self.family.name, self.point.name, f"seed {self.seed}"]
        return ", ".join(filter(None, names))


@dataclass(frozen=True)
class Experiment:
    """The content of a data file."""

    name: str
    question: str
    tool: str
    schedulers: tuple  # or choices of the server, or the names of the ways
    seeds: int
    axis: str
    scale: str
    points: tuple
    families: tuple
    options: dict = field(default_factory=dict)
    scenario: str = ""  # the file, with a tool of SCENARIO_RUNS
    ways: tuple = ()  # variants of the scenario that are compared in place of schedulers

    @property
    def program(self):
        """The example that does the runs."""
        return TOOLS[self.tool]

    @property
    def compared(self):
        """What is compared, as the field and the option that list it are named."""
        return compared(self.tool)

    def label(self, name):
        """@param name one of what is compared @return it, for headings: (1/n) means equal shares
        among the devices that offload"""
        labels = {way.name: way.label for way in self.ways}
        return labels.get(name, name.replace("[AmongOffloading=true]", " (1/n)"))

    def runs(self, seeds):
        """All runs; every point with the first seed comes before any point with the second."""
        return [Run(family, point, seed, {**self.options, **family.options, **point.options})
                for seed in range(1, seeds + 1) for family in self.families
                for point in self.points]

    def first_number(self, run):
        """The RngRun of a run, from which scenarios of the analytic tool are numbered."""
        if self.tool == "analytic":
            return 1 + (run.seed - 1) * int(run.options["scenarios"])
        return run.seed

    def checks(self, program, run):
        """The commands that read the scenarios of a run, and simulate nothing."""
        return [[str(program), f"--scenario={self.scenario}", "--check",
                 *(f"--set={path}={json.dumps(value)}"
                   for path, value in {**run.options, **changes}.items())]
                for changes in [way.options for way in self.ways] or [{}]]

    def arguments(self, run):
        """What the program is called with, except for --results."""
        if self.scenario:
            ways = {way.name: way.options for way in self.ways}
            return [f"--scenario={self.scenario}", f"--changes={json.dumps(run.options)}",
                    f"--ways={json.dumps(ways)}" if ways else
                    "--schedulers=" + ",".join(self.schedulers),
                    f"--run={self.first_number(run)}", f"--point={run.point.name}"]
        listed = [f"--{self.compared}=" + ",".join(self.schedulers)] if self.schedulers else []
        return [*(f"--{name}={value}" for name, value in run.options.items()), *listed,
                f"--RngRun={self.first_number(run)}", f"--point={run.point.name}"]

    def command(self, program, run):
        """What does a run, except for --results, wherever it is called.
        @param program the path of the example"""
        if self.scenario:  # which is simulated once for each scheduler
            return ["env", f"PYTHONPATH={paths.PACKAGE.parent}", sys.executable, "-m",
                    f"surgery.experiment.{SCENARIO_RUNS[self.tool]}", f"--program={program}",
                    *self.arguments(run)]
        return [str(program), *self.arguments(run)]


def to_place(name):
    """@return the number that a point's name is, with digits as programs read them; None if it is
    none"""
    try:
        number = float(name)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in name else None


class _Fields:
    """The fields of an object in a data file; each is read once, and none may remain."""

    def __init__(self, where, content):
        self.where = where
        if not isinstance(content, dict):
            raise DataFileError(f"{where} must be an object")
        self.content = dict(content)

    def fail(self, name, must):
        """Refuse a field."""
        raise DataFileError(f"{self.where}: \"{name}\" {must}")

    def text(self, name, default=None, allowed=None):
        """A field that is a text."""
        value = self.content.pop(name, default)
        if not isinstance(value, str) or (not value and default is None):
            self.fail(name, "must be a text that is not empty")
        if allowed and value not in allowed:
            self.fail(name, "must be one of: " + ", ".join(allowed))
        return value

    def count(self, name, default):
        """A field that is a number of things."""
        value = self.content.pop(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1000:
            self.fail(name, "must be an integer in 1..1000")
        return value

    def texts(self, name):
        """A field that is a list of names."""
        value = self.content.pop(name, None)
        if (not isinstance(value, list) or not value
                or not all(isinstance(word, str) and word.strip() and "," not in word
                           for word in value)
                or len({word.strip() for word in value}) != len(value)):
            self.fail(name, "must be a list of different names without commas")
        return tuple(word.strip() for word in value)

    def options(self, name):
        """Options of the tool, as texts."""
        options = {}
        for option, value in _Fields(f"{self.where}: \"{name}\"",
                                     self.content.pop(name, {})).content.items():
            if option in RESERVED or not re.fullmatch("[A-Za-z][A-Za-z0-9]*", option):
                self.fail(name, f"cannot set the option \"{option}\"")
            if isinstance(value, bool):
                value = str(value).lower()
            if not isinstance(value, (str, int, float)):
                self.fail(name, f"gives \"{option}\" neither a text nor a number")
            # the programs take no exponent or point where they count
            whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
            options[option] = str(int(value) if whole else value)
        return options

    def changes(self, name, reserved=RESERVED_FIELDS):
        """Fields of a scenario, by path, with their values."""
        changes = _Fields(f"{self.where}: \"{name}\"", self.content.pop(name, {})).content
        for path in changes:
            if reserved.fullmatch(path):
                self.fail(name, f"cannot set \"{path}\"")
        return changes

    def settings(self, tool):
        """What a point, a family or all runs set: options of a program, or fields of a scenario."""
        return self.changes("set") if tool in SCENARIO_RUNS else self.options("options")

    def ways(self):
        """What is compared in place of schedulers: it may set the scheduler, too."""
        return self.variants("ways", lambda way: way.changes("set", OWN_FIELDS))

    def scenario(self, folder):
        """The field that names a scenario file: beside the data file, or a bundled one."""
        name = self.text("scenario")
        try:
            beside = folder / name
            return str((beside if beside.is_file() else places.find_scenario(name)).resolve())
        except FileNotFoundError:
            return self.fail("scenario", f"names no scenario file: \"{name}\"")

    def points(self, scale, settings):
        """The points, whose names are their places on an axis with a scale of numbers. @param settings
        reads what one sets"""
        found = self.variants("points", settings)
        places = {}  # names by number
        for key in [point.name for point in found] if scale != "category" else []:
            number = to_place(key)
            if number is None or (scale == "log" and number <= 0):
                must = "no number > 0" if scale == "log" else "no number"
                self.fail("points", f"has \"{key}\", which is {must}, as the scale \"{scale}\" needs it")
            if number in places:
                self.fail("points", f"has \"{places[number]}\" and \"{key}\", which are the same number")
            places[number] = key
        return found

    def variants(self, name, settings):
        """Points, families or ways, in the order of the file. @param settings reads what one sets"""
        found = []
        content = _Fields(f"{self.where}: \"{name}\"", self.content.pop(name, None)).content
        for key, value in content.items():
            if not _NAME.fullmatch(key):
                self.fail(name, f"has \"{key}\", which cannot name a file")
            fields = _Fields(f"{self.where}: \"{name}\": \"{key}\"", value)
            found.append(Variant(key, fields.text("label", key), settings(fields)))
            fields.done()
        if not found:
            self.fail(name, "must name at least one")
        return tuple(found)

    def done(self):
        """Refuse the fields that remain."""
        if self.content:
            self.fail(next(iter(self.content)), "is not a field of experiments")


def read(path):
    """The experiment of a data file, whose name it has."""
    path = pathlib.Path(path)
    try:
        content = strict_json.loads(path.read_text(encoding="utf-8"))
        fields = _Fields(path.name, content)
        scale = fields.text("scale", "category", SCALES)
        tool = fields.text("tool", "compare", tuple(TOOLS))

        def settings(variant):
            return variant.settings(tool)

        ways = fields.ways() if tool == "simulate" and "ways" in content else ()
        experiment = Experiment(
            name=path.stem, question=fields.text("question"),
            tool=tool,
            # a testbed has its own; what a simulation costs is not compared
            schedulers=(tuple(way.name for way in ways) if ways else
                        () if tool in ("testbed", "scaling") and "schedulers" not in content
                        else fields.texts(compared(tool))), seeds=fields.count("seeds", 10),
            axis=fields.text("axis"), scale=scale,
            points=fields.points(scale, settings),
            families=(fields.variants("families", settings) if "families" in fields.content
                      else (Variant("", "", {}),)),
            options=fields.settings(tool), ways=ways,
            scenario=fields.scenario(path.parent) if tool in SCENARIO_RUNS else "")
        fields.done()
    except DataFileError as error:
        text = str(error)
        raise DataFileError(text if text.startswith(path.name) else f"{path.name}: {text}") from None
    except strict_json.DoubledField as error:
        raise DataFileError(f"{path.name}: \"{error.name}\" is there twice") from None
    except OSError as error:
        raise DataFileError(f"{path.name}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise DataFileError(f"{path.name}: {error}") from None
    if experiment.tool == "analytic" and not experiment.options.get("scenarios", "").isdecimal():
        raise DataFileError(f"{path.name}: \"options\" must give \"scenarios\" a number")
    if experiment.tool == "testbed":
        if experiment.schedulers:
            raise DataFileError(f"{path.name}: \"schedulers\" is no field of validations")
        if experiment.options.get("validation") not in VALIDATIONS:
            raise DataFileError(f"{path.name}: \"options\" must give \"validation\" one of: "
                                + ", ".join(VALIDATIONS))
    elif experiment.tool == "scaling":
        if experiment.schedulers or scale == "category":
            raise DataFileError(f"{path.name}: the tool scaling takes no \"schedulers\", and needs a "
                                "\"scale\" of numbers")
    elif not ways and REFERENCE not in experiment.schedulers:
        raise DataFileError(f"{path.name}: \"{experiment.compared}\" must have {REFERENCE} among "
                            "them")
    return experiment


def bundled(name):
    """The data file of an experiment of the repository."""
    return paths.EXPERIMENTS / f"{name}.json"


def known():
    """Names of all experiments of the repository."""
    return sorted(path.stem for path in paths.EXPERIMENTS.glob("*.json"))

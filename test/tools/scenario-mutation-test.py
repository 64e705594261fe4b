#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Mutate scenarios: scenario-mutation-test.py BUILD [unittest arguments].

Of 1,000 random mutations of the bundled scenarios, `dnn-surgery-simulate --check` accepts each, or
refuses it in one line with exit code 2; it accepts none that the JSON Schema refuses. Of those that it
accepts, 50 run. The seed is printed; the environment variable DNN_SURGERY_SEED sets it. Needs
python3-jsonschema; without it: exit code 77.
"""

import copy
import json
import os
import pathlib
import random
import sys
import tempfile
import unittest

from scenario_case import SCHEMA, Programs, whole

try:
    import jsonschema
except ImportError:
    print("jsonschema is not installed")
    sys.exit(77)

PROGRAMS = Programs(sys.argv.pop(1) if len(sys.argv) > 1 else "build")
SEED = int(os.environ.get("DNN_SURGERY_SEED", random.randrange(1 << 32)))
MUTATIONS = 1000
AT_ONCE = 100  # in one process
RUNS = 50

VALUES = [None, True, False, 0, 1, 2, 3, -1, 0.5, 1e-9, 1e9, 1e18, 1e300, -1e300, 2**53, 2**64, "", "x",
          "dds", "iao", "wifi", "wired", "static", "shuttle:2", "1s+100ms", "5ms", "true", "resnet34",
          "squeezenet", "raspberry-pi-4", "phone-cpu", "exponential[Mean=0.1]", "uniform[", "a|b", "]",
          "ns2:bicycles.tcl", "\u00e4\u0000\n", "../..", "/dev/null", [], {}, [[]], [1, 2], [1, 2, 3],
          {"model": "ns3::RandomWaypointMobilityModel"}, {"name": "dads"}, {"ns2": "bicycles.tcl"},
          {"ns3::TcpSocket::SegmentSize": 500}, {"Timestep": "100ms"}, {"x": [{"y": 1}]}]


def places(value, path=()):
    """The paths of all values in a document, but the document's."""
    items = value.items() if isinstance(value, dict) else \
        enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


def at(document, path):
    """The value at a path."""
    for step in path:
        document = document[step]
    return document


def field_names(schema):
    """All names of fields that the schema has."""
    found = set()
    if isinstance(schema, dict):
        found |= set(schema.get("properties", {}))
        for value in schema.values():
            found |= field_names(value)
    elif isinstance(schema, list):
        for value in schema:
            found |= field_names(value)
    return found


class Mutator:
    """Changes documents at random."""

    def __init__(self, seed, documents, fields):
        self.random = random.Random(seed)
        self.documents = documents
        self.fields = sorted(fields)
        self.known = [copy.deepcopy(at(d, p)) for d in documents for p in places(d)]

    def value(self):
        """One that may stand anywhere."""
        return copy.deepcopy(self.random.choice(
            self.random.choice([VALUES, self.known])))

    def change(self, document):
        """One change somewhere."""
        path = self.random.choice(list(places(document)))
        around, key = at(document, path[:-1]), path[-1]
        kind = self.random.randrange(7)
        old = around[key]
        if kind == 0:
            around[key] = self.value()
        elif kind == 1:
            del around[key]
        elif kind == 2 and isinstance(around, dict):
            around[self.random.choice(self.fields)] = self.value()
        elif kind == 3 and isinstance(around, dict):
            around[self.random.choice([key + "x", *self.fields])] = around.pop(key)
        elif kind == 4 and isinstance(around, list):
            around.insert(self.random.randrange(len(around) + 1), copy.deepcopy(old))
        elif kind == 5 and isinstance(old, (int, float)) and not isinstance(old, bool):
            around[key] = old * self.random.choice([-1, 0, 0.5, 2, 10, 1e6, 1e-6])
        elif kind == 6 and isinstance(old, str) and old:
            cut = self.random.randrange(len(old))
            around[key] = old[:cut] + self.random.choice(["", "x", "[", "]", "|", "=", " ", "0", "-"]) \
                + old[cut + self.random.randrange(2):]
        else:
            around[key] = self.value()

    def make(self):
        """A mutated scenario, in text."""
        document = copy.deepcopy(self.random.choice(self.documents))
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            self.change(document)
        text = json.dumps(document)
        if self.random.random() < 0.05:  # and what is no JSON, or not that which it was
            cut = self.random.randrange(len(text))
            text = text[:cut] + self.random.choice(["", "{", "\"", ",", "\\", "[" * 200, "e"]) \
                + text[cut + 1:]
        return text


class Mutations(unittest.TestCase):
    """What is wrong is refused in one line; what is not, runs."""

    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}", flush=True)
        schema = json.loads(SCHEMA.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        cls.validator = jsonschema.Draft202012Validator(schema)
        cls.schema = schema
        # but those that start a program, which is beside the scenario alone
        documents = [document for document in whole().values() if '"command"' not in json.dumps(document)]
        cls.mutator = Mutator(SEED, documents, field_names(schema))

    def is_valid(self, text):
        """Whether the schema accepts a document."""
        try:
            return self.validator.is_valid(json.loads(text))
        except ValueError:
            return False

    def check(self, paths):
        """Check files in one process. @return those accepted"""
        done = PROGRAMS.run("dnn-surgery-simulate", "--check",
                            *(f"--scenario={path}" for path in paths))
        lines = done.stdout.splitlines(), done.stderr.splitlines()
        accepted = [path for path in paths if any(line.startswith(f"{path}: ") for line in lines[0])]
        refused = [path for path in paths
                   if any(line.startswith(f"dnn-surgery-simulate: {path}: ") for line in lines[1])]
        self.assertEqual(done.returncode, 2 if refused else 0, done.stderr[-2000:])
        self.assertEqual(sorted(accepted + refused), sorted(paths))
        self.assertEqual((len(lines[0]), len(lines[1])), (len(accepted), len(refused)))
        return accepted

    def test_bundled_scenarios_validate(self):
        for name, document in whole().items():
            self.assertEqual([error.message for error in self.validator.iter_errors(document)], [], name)

    def test_bundled_scenarios_use_every_field(self):
        used = {step for document in whole().values() for path in places(document) for step in path}
        self.assertEqual(sorted(field_names(self.schema) - used), [])

    def test_mutations(self):
        with tempfile.TemporaryDirectory() as folder:
            texts = {}
            for number in range(MUTATIONS):
                path = pathlib.Path(folder) / f"{number}.json"
                texts[path] = self.mutator.make()
                path.write_text(texts[path], encoding="utf-8")
            paths = list(texts)
            accepted = []
            for begin in range(0, MUTATIONS, AT_ONCE):
                accepted += self.check(paths[begin:begin + AT_ONCE])
            loose = [path for path in accepted if not self.is_valid(texts[path])]
            self.assertEqual([texts[path] for path in loose], [])
            print(f"{len(accepted)} of {MUTATIONS} accepted", flush=True)
            self.assertGreater(len(accepted), RUNS)
            self.assertLess(len(accepted), MUTATIONS // 2 + MUTATIONS // 4)
            runs, refusals = 0, 0
            for path in self.mutator.random.sample(accepted, len(accepted)):
                did_run = self.run_briefly(path, texts[path])
                runs += did_run
                refusals += not did_run
                if runs == RUNS:
                    break
            print(f"{runs} ran, {refusals} were refused when they were built", flush=True)
            self.assertEqual(runs, RUNS)
            self.assertLess(refusals, RUNS / 5)

    def run_briefly(self, path, text):
        """Run an accepted scenario for .2 s, with at most 40 devices a group, so that it is short. What
        only the network knows may be wrong when it is built: then one line tells.

        @return whether it ran
        """
        shorter = ["simulation.time_s=0.2", "simulation.warmup_s=0"]
        for number, group in enumerate(json.loads(text)["devices"]):
            if group.get("count", 1) > 40:
                shorter.append(f"devices[{number}].count=40")
        done = PROGRAMS.run("dnn-surgery-simulate", f"--scenario={path}",
                            *(f"--set={change}" for change in shorter), timeout=120)
        if done.returncode == 2:
            self.assertEqual(done.stderr.count("\n"), 1, f"{done.stderr}\n{text}")
            self.assertNotIn("ns-3 ended the program", done.stderr, text)
            return False
        self.assertEqual((done.returncode, done.stderr), (0, ""), text)
        return True


if __name__ == "__main__":
    unittest.main()

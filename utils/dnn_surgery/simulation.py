# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Runs scenarios packet by packet: starts dnn-surgery-simulate, and answers for a scheduler in
Python."""

import contextlib
import copy
import json
import math
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import weakref

from dnn_surgery import strict_json
from dnn_surgery.child import Child, SimulationError
from dnn_surgery.places import find_scenario, find_simulator
from dnn_surgery.plain_numbers import show, to_plain
from dnn_surgery.results import Results

MOST_SITES = 100  # of a scenario
LOST = (EOFError, ConnectionError)  # what a scheduler meets when the simulation ends early


class Simulation(Child):
    """One run under way, as a process of its own, which ends with a with statement at the latest.

    sockets: our ends of the streams to the schedulers, a server each; empty unless asked for
    """

    def __init__(self, scenario, out, is_external=False, changes=None, progress=False,
                 program=None):
        """Start it.
        @param scenario its file, the name of a bundled one, or what a file holds, as a dict, whose
                        relative paths start from the working directory
        @param out the folder for what it writes; it must exist
        @param is_external whether the servers ask the sockets for decisions
        @param changes values by path: {"devices[0].count": 20, "simulation.time_s": 5}
        @param progress whether what it prints is shown while it runs
        @param program the simulator; default: the one that is found"""
        is_file = not isinstance(scenario, dict)
        path = find_scenario(scenario) if is_file else None
        self.sockets, theirs = [], []
        if is_external:
            scenario = copy.deepcopy(read(path) if is_file else scenario)
            # of one that is not as it should be the simulator says what is wrong
            for server in list_servers(scenario):
                ours, other = socket.socketpair()
                self.sockets.append(ours)
                theirs.append(other)
                server["scheduler"] = {"name": "external",
                                       "attributes": {"Descriptor": other.fileno()}}
            is_file = False
        try:
            text = None if is_file else to_json(scenario)
            command = [program or find_simulator(),
                       f"--scenario={path.resolve() if is_file else '-'}",
                       f"--out={pathlib.Path(out).resolve()}",
                       *(f"--set={at}={to_json(value, at)}"
                         for at, value in (changes or {}).items())]
            super().__init__(
                command, stdin=subprocess.DEVNULL if is_file else subprocess.PIPE,
                stdout=subprocess.PIPE if progress else subprocess.DEVNULL,
                # relative paths in a scenario start from its folder
                cwd=path.resolve().parent if path else None,
                pass_fds=[end.fileno() for end in theirs])
        except BaseException:
            self._close_sockets()
            raise
        finally:
            for end in theirs:
                end.close()
        self._printer = threading.Thread(target=self._print, daemon=True) if progress else None
        if self._printer:
            self._printer.start()
        if text is not None:
            self._send(text)

    def _send(self, text):
        """Hand over the scenario."""
        try:
            with self._process.stdin as pipe:
                pipe.write(text.encode())
        except BrokenPipeError:
            pass  # wait tells why it ended

    def _print(self):
        """Show what it prints."""
        with self._process.stdout as lines:
            for line in lines:
                print(line.decode(errors="replace"), end="", flush=True)

    def wait(self):
        """Wait until it ends by itself.
        @throws SimulationError unless it does so well"""
        self._process.wait()
        if self._printer:
            self._printer.join()
        said = super().wait()
        if said:
            print(said, file=sys.stderr)

    def close(self):
        """End it, and forget what it said."""
        self._close_sockets()
        super().close()

    def _close_sockets(self):
        for end in self.sockets:
            end.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def read(path):
    """What a scenario file holds."""
    try:
        return strict_json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def to_json(value, place=""):
    """A value as JSON; those of numpy, too. @param place where it stands
    @throws ValueError if something in it is none, such as NaN, with the place"""
    try:
        return json.dumps(value, allow_nan=False, default=lambda number: number.item())
    except (AttributeError, TypeError, ValueError):
        at, found = next(find_misfits(value, place), (place, value))
        raise ValueError(f"{at}: {show(found)} is no value of JSON") from None


def find_misfits(value, place):
    """What JSON does not have, in a value. @param place where it stands @return places and values"""
    if isinstance(value, dict):
        for name, field in value.items():
            yield from find_misfits(field, f"{place}.{name}" if place else name)
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from find_misfits(item, f"{place}[{i}]")
    else:
        number = to_plain(value)
        is_finite = not isinstance(number, float) or math.isfinite(number)
        if not (is_finite and isinstance(number, (type(None), bool, int, float, str))):
            yield place, number


def list_servers(scenario):
    """The servers of a scenario; none if that cannot be told, because the scenario is not as it
    should be. If one entry describes the servers of all sites, the scenario gets one entry for each,
    so that each can have a scheduler of its own."""
    if not isinstance(scenario, dict):
        return []
    if "servers" in scenario:
        servers = scenario["servers"]
        return servers if are_objects(servers) else []
    one, network = scenario.get("server"), scenario.get("network")
    if not isinstance(one, dict):
        return []
    names = name_sites(network.get("sites", []) if isinstance(network, dict) else [])
    if len(names) < 2:
        return [one]
    del scenario["server"]
    scenario["servers"] = [{"name": name, **copy.deepcopy(one)} for name in names]
    return scenario["servers"]


def are_objects(value):
    """Whether a value is a list of objects."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def name_sites(sites):
    """The names of a network's sites; none if they are not as they should be."""
    if are_objects(sites):
        return [site["name"] for site in sites if "name" in site]
    count = sites.get("count") if isinstance(sites, dict) else None
    is_count = isinstance(count, int) and 1 <= count <= MOST_SITES
    return [f"site{i}" for i in range(count)] if is_count else []


def name_scheduler(scenario, scheduler):
    """The changes of a scenario that let a bundled scheduler decide at all servers."""
    whole = scenario if isinstance(scenario, dict) else read(find_scenario(scenario))
    servers = whole.get("servers") if isinstance(whole, dict) else None
    fields = ([f"servers[{i}].scheduler" for i in range(len(servers))]
              if isinstance(servers, list) else ["server.scheduler"])
    return dict.fromkeys(fields, scheduler)


def answer(scheduler, simulation):
    """Decide for a simulation until it ends as it should.
    @throws SimulationError if it ends early, in the middle of an exchange, too"""
    from dnn_surgery.scheduler import tell_end

    if not simulation.sockets:
        simulation.wait()
        raise ValueError("server: must be in the scenario itself, not only among its changes")
    try:
        serve_all(scheduler, simulation)
    except LOST:
        simulation.wait()  # what it says comes first
        raise
    simulation.wait()
    tell_end(scheduler)


def serve_all(scheduler, simulation):
    """Answer to all servers. Whether it is well that one is never asked, the exit code tells."""
    from dnn_surgery.scheduler import NeverAsked, decide_all

    if len(simulation.sockets) == 1:
        with contextlib.suppress(NeverAsked):
            decide_all(scheduler, simulation.sockets[0])
        return
    # the simulation waits for each answer, so never more than one of them decides
    failures = []

    def work(end):
        try:
            with contextlib.suppress(NeverAsked):
                decide_all(scheduler, end)
        except BaseException as failure:  # for the thread that waits
            failures.append(failure)
            if not isinstance(failure, LOST):
                simulation.end()

    threads = [threading.Thread(target=work, args=(end,)) for end in simulation.sockets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:  # that others lose their connection follows from what went wrong
        raise min(failures, key=lambda failure: isinstance(failure, LOST))


def simulate(scenario, scheduler=None, out=None, progress=True, changes=None):
    """Run a scenario packet by packet.

    @param scenario a scenario file, the name of a bundled one such as "demo", or what a file holds, as
                    a dict; relative paths in a dict start from the working directory
    @param scheduler an object with decide(game), such as a Scheduler, which then decides for every
                     server; or the name of a bundled scheduler, as the scenario's field has it;
                     default: as the scenario says
    @param out the folder for tables and captures, which is created; default: one that goes away with
               the results
    @param progress whether what the simulator prints is shown
    @param changes fields of the scenario to change, by path, as --set has them:
                   {"devices[0].count": 20, "simulation.time_s": 5}
    @return the results
    @throws SimulationError if the simulation ends early; the message is what it said
    """
    is_external = callable(getattr(scheduler, "decide", None))
    if scheduler is not None and not is_external:
        if not isinstance(scheduler, (str, dict)):
            raise TypeError("a scheduler must be an object with decide(game), or a name")
        changes = {**name_scheduler(scenario, scheduler), **(changes or {})}
    folder = tempfile.mkdtemp(prefix="dnn-surgery-") if out is None else out
    try:
        os.makedirs(folder, exist_ok=True)
        with Simulation(scenario, folder, is_external, changes, progress) as simulation:
            if is_external:
                answer(scheduler, simulation)
            else:
                simulation.wait()
        results = Results(folder)
    except BaseException:
        if out is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    if out is None:
        weakref.finalize(results, shutil.rmtree, folder, ignore_errors=True)
    return results

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Schedulers in Python, which decide where a simulation asks them: the manual's "Schedulers in
other languages" describes the messages.

    from dnn_surgery.scheduler import Decision, Scheduler, main

    class LocalOnly(Scheduler):
        def decide(self, game):
            return [Decision(device.device, cut=0) for device in game.devices]

    main(LocalOnly())

The simulation starts such a program: --schedulers='external[Command=python3 my.py]'.
"""

import json
import math
import os
import socket

from dnn_surgery.game import Cut, Decision, Device, Game, Option, Outcome
from dnn_surgery.plain_numbers import show, to_real, to_whole

__all__ = ["Cut", "Decision", "Device", "Game", "NeverAsked", "Option", "Outcome", "ProtocolError",
           "Scheduler", "Session", "main", "serve"]

PROTOCOL = "dnn-surgery/scheduler/1"
DESCRIPTOR = "DNN_SURGERY_SCHEDULER_FD"  # environment variable with the socket's descriptor

MOST_ROUNDS = 2**32 - 1  # that tables hold

ENDED_EARLY = "the simulation ended before it said so"
NEVER_ASKED = "the simulation ended without asking for a decision"


class ProtocolError(ConnectionError):
    """The simulation said something unexpected, or ended early."""


class NeverAsked(ProtocolError):
    """The simulation ended before it said anything: as it should, if its exit code is 0."""


class Scheduler:
    """Decides where each device's DNN is cut, and how much of the server it gets."""

    def decide(self, game):
        """Decide. @return a list of Decision, one per device of the game, or an Outcome; the shares
        sum to at most game.capacity"""
        raise NotImplementedError

    def end(self):
        """The simulation has ended as it should. May be left out."""


def _number(value):
    """A number for a message: JSON has neither infinity nor NaN. @throws ValueError if it is none"""
    value = to_real(value)
    return value if math.isfinite(value) else str(value)


def _rounds(value):
    """A number of rounds for a message. @throws ValueError if it is none"""
    value = to_whole(value)
    if not 0 <= value <= MOST_ROUNDS:
        raise ValueError(f"must be 0 to {MOST_ROUNDS}, not {show(value)}")
    return value


def _field(outcome, name, convert):
    """A field of an outcome for a message. @throws ValueError if it is not what it should be"""
    try:
        return convert(getattr(outcome, name))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _column(decisions, name, convert):
    """A field of all decisions for a message. @throws ValueError if one is not what it should be"""
    column = []
    for decision in decisions:
        try:
            column.append(convert(getattr(decision, name)))
        except ValueError as error:
            raise ValueError(f"device {decision.device}: {name}: {error}") from None
    return column


class Session:
    """A conversation with a simulation, which asks for decisions one after the other."""

    def __init__(self, connection):
        """@param connection a connected stream socket"""
        self._connection = connection
        self._received = bytearray()  # what is not read yet
        self._is_open = False  # whether the simulation has said anything
        self._processors = {}  # by server
        self._frontiers = {}  # DNN and cuts, by server and id
        self._options = {}  # by server and device

    def receive(self):
        """Wait for the next decision. @return the game, or None if the simulation has ended
        @throws NeverAsked if it ends without a word, as it does where a server is never asked
        @throws ProtocolError if it ends in the middle of the conversation"""
        while line := self._read_line():
            message = json.loads(line)
            kind = message["type"]
            if kind == "decide":
                return self._game(message)
            if kind == "end":
                self._processors.pop(message["server"], None)
                if not self._processors:
                    return None
            elif kind == "hello":
                self._greet(message)
            elif kind == "frontier":
                cuts = [Cut(*map(cut.__getitem__, Cut.__slots__)) for cut in message["cuts"]]
                self._frontiers[message["server"], message["frontier"]] = (message["dnn"], cuts)
            elif kind == "device":
                self._options[message["server"], message["device"]] = [
                    Option(*self._frontiers[message["server"], option["frontier"]],
                           option["penalty_s"], option["work_s"])
                    for option in message["options"]]
        raise ProtocolError(ENDED_EARLY) if self._is_open else NeverAsked(NEVER_ASKED)

    def answer(self, outcome):
        """Answer the last decision. @param outcome an Outcome, or a list of Decision
        @throws ValueError if a field is no number, or not a whole one where it should be; nothing is
        sent then, and whether numbers fit the game the simulation checks"""
        if not isinstance(outcome, Outcome):
            outcome = Outcome(outcome)
        decisions = outcome.decisions
        self._send({"type": "decision",
                    "device": _column(decisions, "device", to_whole),
                    "option": _column(decisions, "option", to_whole),
                    "cut": _column(decisions, "cut", to_whole),
                    "share": _column(decisions, "share", _number),
                    "shadow_price_s": _field(outcome, "shadow_price_s", _number),
                    "rounds": _field(outcome, "rounds", _rounds)})

    def fail(self, reason):
        """Tell the simulation that there is no decision, which ends it. @param reason in a line"""
        try:
            # names of files may be no UTF-8
            text = reason.encode(errors="replace").decode()
            self._send({"type": "error", "message": text})
        except ProtocolError:
            pass  # it has ended already

    def _greet(self, message):
        """Answer the message that opens the conversation with a server."""
        self._send({"type": "hello", "protocol": PROTOCOL})
        if message["protocol"] != PROTOCOL:
            raise ProtocolError(f"the simulation speaks {message['protocol']}, not {PROTOCOL}")
        self._processors[message["server"]] = message["processor"]

    def _game(self, message):
        """The game of a message."""
        server = message["server"]
        columns = message["devices"]
        names = [name for name in columns if name in Device.__slots__]
        devices = []
        for row in zip(*map(columns.__getitem__, names)):
            values = dict(zip(names, row))
            devices.append(Device(options=self._options[server, values["device"]], **values))
        advice = message.get("advice")
        if advice:
            advice = Outcome([Decision(*row) for row in zip(advice["device"], advice["cut"],
                                                            advice["share"], advice["option"])],
                             float(advice["shadow_price_s"]), advice["rounds"])
        return Game(server, self._processors[server], message["time_s"], message["capacity"],
                    devices, advice)

    def _read_line(self):
        """The next line, or nothing at the end."""
        while (end := self._received.find(b"\n")) < 0:
            try:
                part = self._connection.recv(1 << 18)
            except OSError as error:
                raise ProtocolError(ENDED_EARLY) from error
            if not part:
                return b""
            self._is_open = True
            self._received += part
        line = self._received[:end]
        del self._received[:end + 1]
        return line

    def _send(self, message):
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        try:
            self._connection.sendall(line)
        except OSError as error:
            raise ProtocolError(ENDED_EARLY) from error


def decide_all(scheduler, connection):
    """Decide until the simulation ends, as serve does, and do not tell the scheduler of the end."""
    session = Session(connection)
    while (game := session.receive()) is not None:
        try:
            session.answer(scheduler.decide(game))
        except ProtocolError:
            raise
        except BaseException as error:
            session.fail(": ".join(filter(None, (type(error).__name__, str(error).strip()))))
            raise


def tell_end(scheduler):
    """Tell a scheduler that the simulation has ended as it should, if it wants to know."""
    end = getattr(scheduler, "end", None)
    if callable(end):
        end()


def serve(scheduler, connection):
    """Decide until the simulation ends. What the scheduler raises ends the simulation, and is raised
    here again.
    @param scheduler an object with decide(game), such as a Scheduler; its end(), if it has one, is
                     called at the end
    @param connection a connected stream socket
    @throws NeverAsked if the simulation ends without a question; its exit code tells whether that is
                       well
    @throws ProtocolError if it ends early"""
    decide_all(scheduler, connection)
    tell_end(scheduler)


def main(scheduler):
    """Decide for the simulation that started this program."""
    number = os.environ.get(DESCRIPTOR)
    if not number:
        raise SystemExit("a simulation starts this program: "
                         "--schedulers='external[Command=python3 PROGRAM]'")
    with socket.socket(fileno=int(number)) as connection:
        serve(scheduler, connection)

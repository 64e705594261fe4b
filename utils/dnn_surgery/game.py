# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The game that a scheduler decides: devices, their cuts and links, and what a decision costs.

Symbols and units are those of the manual's chapter on the model. Seconds, bytes and bits per second
are in the names.
"""

import dataclasses
import math


@dataclasses.dataclass(slots=True)
class Cut:
    """Where a DNN may be cut."""

    label: str  # names of the tensors that cross it, or "local"
    device_s: float  # L, time on the device, s
    upload_bytes: int  # X, tensors sent to the server, byte
    server_s: float  # E, time on the whole server, s
    result_bytes: int  # R, result sent back, byte
    device_layers: int  # number of layers on the device, the input included


@dataclasses.dataclass(slots=True)
class Option:
    """A way to run what a device has to run: its DNN, or a variant of it."""

    dnn: str  # name of the DNN
    cuts: list[Cut]  # by E ascending, the first is all-local; all-offloaded comes behind
    penalty_s: float  # what its lack of accuracy costs the device, s
    work_s: list[float]  # E of each cut as the device weighs it, s


@dataclasses.dataclass(slots=True)
class Decision:
    """What a scheduler decides for a device."""

    device: int  # its id
    cut: int  # index among the cuts of the option
    share: float = 0.0  # of the server, 0..1
    option: int = 0  # index among the device's options


@dataclasses.dataclass(slots=True)
class Outcome:
    """What a scheduler decides for all devices."""

    decisions: list[Decision]  # another iterable becomes one
    shadow_price_s: float = 0.0  # lambda, price of capacity beside the usage price, s
    rounds: int = 0  # of an iterative scheduler

    def __post_init__(self):
        if not isinstance(self.decisions, list):
            self.decisions = list(self.decisions)


@dataclasses.dataclass(slots=True)
class Device:
    """A device that takes part in a decision."""

    device: int  # its id
    options: list[Option]
    base_s: list[list[float]]  # B of each option's cuts: the part without share, as weighed, s
    uplink_bps: float
    uplink_delay_s: float
    downlink_bps: float
    downlink_delay_s: float
    usage_price_s: float  # rho, price of the whole server, s
    switching_s: float  # price of any other cut than the current one, s
    request_rate_per_s: float  # 0: unknown
    gap_variation: float  # squared coefficient of variation of the gaps between requests; 0: unknown
    offloads_in_flight: int  # inferences on their way to, on, or from the server
    current_option: int  # of the cut that it runs now; -1: none
    current_cut: int  # that it runs now; -1: none
    completed: int | None = None  # inferences since the last decision; None: not told
    dropped: int | None = None  # inferences since the last decision; None: not told
    latency_sum_s: float | None = None  # of those completed, waiting included, s; None: not told

    def latency_s(self, decision):
        """B + E / share, s: the latency, with energy and accuracy as the device weighs them."""
        base = self.base_s[decision.option][decision.cut]
        work = self.options[decision.option].work_s[decision.cut]
        if work == 0:
            return base
        return base + work / decision.share if decision.share > 0 else math.inf

    def cost_s(self, decision):
        """J = B + E / share + rho share, s: what the device minimizes, but for switching."""
        return self.latency_s(decision) + self.usage_price_s * decision.share

    def best_response(self, unit_price_s=None, cap=1.0):
        """The decision that costs least at a price of the whole server (by default rho), with at
        most the share cap, switching included."""
        price = self.usage_price_s if unit_price_s is None else unit_price_s
        best, least = None, math.inf
        for option, (bases, known) in enumerate(zip(self.base_s, self.options)):
            for cut, (base, work) in enumerate(zip(bases, known.work_s)):
                share = 0.0
                cost = base
                if work > 0:
                    share = min(cap, math.sqrt(work / price)) if price > 0 else cap
                    if share <= 0:
                        continue
                    cost += work / share + price * share
                if self.current_cut >= 0 and (option, cut) != (self.current_option,
                                                               self.current_cut):
                    cost += self.switching_s
                if cost < least:
                    best, least = Decision(self.device, cut, share, option), cost
        return best


@dataclasses.dataclass(slots=True)
class Game:
    """The devices that take part in a decision of a server, and the capacity that they share."""

    server: int  # id of the server's node
    processor: str  # the server's
    time_s: float  # simulated time, s
    capacity: float  # what the shares may sum to, 0..1
    devices: list[Device]
    advice: Outcome | None = None  # what another scheduler decides; None: none was asked

    def cost_s(self, outcome):
        """Sum of what all devices pay, s (the potential, but for switching)."""
        devices = {device.device: device for device in self.devices}
        return sum(devices[decision.device].cost_s(decision) for decision in outcome.decisions)

    def arrays(self):
        """The game as numpy arrays: "device", links, prices and rates with an element per device,
        and "base_s", "work_s", "option" and "cut" with a row per device and a column per cut of all
        its options. Where a device has fewer cuts, base_s is infinite and the others are 0."""
        import numpy  # only who asks for arrays needs it

        names = ("device", "uplink_bps", "uplink_delay_s", "downlink_bps", "downlink_delay_s",
                 "usage_price_s", "switching_s", "request_rate_per_s", "gap_variation",
                 "offloads_in_flight", "current_option", "current_cut")
        columns = {name: numpy.array([getattr(device, name) for device in self.devices])
                   for name in names}
        rows = [[(option, cut) for option, bases in enumerate(device.base_s)
                 for cut in range(len(bases))] for device in self.devices]
        shape = (len(rows), max(map(len, rows), default=0))
        columns["base_s"] = numpy.full(shape, math.inf)
        columns["work_s"] = numpy.zeros(shape)
        columns["option"] = numpy.zeros(shape, int)
        columns["cut"] = numpy.zeros(shape, int)
        for i, (device, row) in enumerate(zip(self.devices, rows)):
            columns["base_s"][i, :len(row)] = [base for bases in device.base_s for base in bases]
            columns["work_s"][i, :len(row)] = [work for option in device.options
                                               for work in option.work_s]
            columns["option"][i, :len(row)], columns["cut"][i, :len(row)] = zip(*row)
        return columns

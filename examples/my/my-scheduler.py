#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""A scheduler of your own in Python, to be copied; the tutorial "Your own scheduler in Python" walks
through it. A simulation starts it as external[Command=examples/my/my-scheduler.py]."""

import sys

from dnn_surgery.scheduler import Decision, Scheduler, main


class LeastGainLeaves(Scheduler):
    """Equal shares for those who gain by them. As long as somebody gains too little, the device that
    gains least leaves, and the others share what it had."""

    def __init__(self, least_gain_s=0.0):
        self.least_gain_s = least_gain_s  # what the server must save to be worth it, s

    def decide(self, game):
        stay = {device.device: Decision(device.device, cut=0) for device in game.devices}
        sharing = list(game.devices) if game.capacity > 0 else []
        while sharing:
            share = game.capacity / len(sharing)
            best = {device.device: fastest(device, share) for device in sharing}
            gains = {device.device: device.cost_s(stay[device.device])
                     - device.cost_s(best[device.device]) for device in sharing}
            last = min(sharing, key=lambda device: gains[device.device])
            if gains[last.device] > self.least_gain_s:
                return list({**stay, **best}.values())
            sharing.remove(last)
        return list(stay.values())


def fastest(device, share):
    """The cut with the least latency at a share, among those that leave work to the server."""
    works = device.options[0].work_s
    return min((Decision(device.device, cut, share) for cut, work in enumerate(works) if work > 0),
               key=device.latency_s)


if __name__ == "__main__":
    main(LeastGainLeaves(*map(float, sys.argv[1:])))

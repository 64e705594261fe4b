# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What the provenance of a run says, of its devices above all."""

import math

from dnn_surgery import strict_json

NODE_ID = "4294967295"  # a DeviceId that stands for the node's id


def check(provenance):
    """Check that what is read of it is what it should be; all of it may be left out.
    @throws ValueError if something is not, with the field"""
    for name in ("versions", "settings", "changed_defaults", "groups"):
        need(is_object(provenance.get(name, {})), name, "an object")
    words = provenance.get("command_line", [])
    need(isinstance(words, list) and all(isinstance(word, str) for word in words), "command_line",
         "a list of texts")
    check_settings(provenance.get("settings", {}))
    for name, group in provenance.get("groups", {}).items():
        is_group = is_object(group) and isinstance(group.get("each", []), list)
        need(is_group and all(map(is_attributes, [group.get("common", {}), *group.get("each", [])])),
             f"groups.{name}", 'an object of attributes, "common" and of "each" object')
    try:
        find_clients(provenance)
    except ValueError as error:
        raise ValueError(f"groups.clients: DeviceId: {error}") from None


def check_settings(settings):
    """Check those that are read. @throws ValueError if one is not what it should be"""
    need(isinstance(settings.get("scheduler", ""), str), "settings.scheduler", "text")
    for name in ("duration_ns", "warmup_ns"):
        need(is_duration(settings.get(name, 0)), f"settings.{name}", "a number >= 0")
    text = settings.get("scenario", "")
    need(isinstance(text, str), "settings.scenario", "text")
    try:
        scenario = strict_json.loads(text) if text else {}
    except ValueError as error:
        raise ValueError(f"settings.scenario: {error}") from None
    need(is_object(scenario), "settings.scenario", "an object, as text")


def need(is_so, field, what):
    """@throws ValueError unless a field is what it should be"""
    if not is_so:
        raise ValueError(f"{field}: must be {what}")


def is_object(value):
    """Whether a value is an object of JSON."""
    return isinstance(value, dict)


def is_attributes(value):
    """Whether a value is an object of texts."""
    return is_object(value) and all(isinstance(text, str) for text in value.values())


def is_duration(value):
    """Whether a value is a time from 0 on, as a number or as text."""
    try:
        return 0 <= float(value) < math.inf
    except (TypeError, ValueError):
        return False


def find_clients(provenance):
    """The attributes of each device, as text as ns-3 writes it, by device id; empty if they are not
    known."""
    group = provenance.get("groups", {}).get("clients", {})
    clients = {}
    for item in group.get("each", []):
        client = {**group.get("common", {}), **item}
        device = client.get("DeviceId", NODE_ID)
        device = client.get("(node)", device) if device == NODE_ID else device
        clients[int(device)] = client
    return clients

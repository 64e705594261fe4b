# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What the provenance of a run says of its devices."""

NODE_ID = "4294967295"  # a DeviceId that stands for the node's id


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

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Where the time of a completed inference goes.

Both functions take the instants and durations of the table inferences in s, by the column's name
without its unit, and return a value per segment; they sum to the latency. Values may be numbers, or
columns of many inferences.
"""

SEGMENTS = ("device", "waiting", "uplink", "server", "downlink", "host work")
# durations of serializing and copying, which are 0 unless asked for
HOST_WORK = ("packing", "server_unpacking", "server_packing", "unpacking")


def split_local(at):
    """Of what the server did not complete."""
    zero = 0.0 * at["created"]
    return (at["result_received"] - at["device_start"], at["device_start"] - at["created"],
            zero, zero, zero, zero)


def split_offloaded(at):
    """Of what the server completed. Waiting is for the device, for a connection, and behind earlier
    work on the server."""
    packing, server_unpacking, server_packing, unpacking = (at[name] for name in HOST_WORK)
    waiting = at["device_start"] - at["created"]
    waiting = waiting + (at["first_byte_sent"] - at["device_end"] - packing)
    waiting = waiting + (at["server_start"] - at["last_byte_received"] - server_unpacking)
    return (at["device_end"] - at["device_start"], waiting,
            at["last_byte_received"] - at["first_byte_sent"],
            at["server_end"] - at["server_start"],
            at["result_received"] - at["server_end"] - server_packing - unpacking,
            packing + server_unpacking + server_packing + unpacking)

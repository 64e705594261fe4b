# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Fits the host work of the testbeds, which nobody measured by itself: to one half of the data.

The other half is for judging. What the network takes is not taken from the simulator but from the
testbeds' descriptions: frames of Ethernet over a token bucket, and bytes over bandwidth.
"""

import csv

from surgery import paths

FRAME = 9015 / 8949  # a frame over its payload, with an MTU of 9001 and TCP's timestamps
BURST_BITS = 512_000  # what tc makes of "burst 500kbit"
CONTAINER_BYTES = 396  # sent beside a .npy file
LARGE_BYTES = 150e3  # tensors from which on the bucket's burst is only a part
LEAST_SAMPLES = 15  # of a bandwidth bin
BINS = (5, 28)  # megabyte/s: below, the rate changes during a transfer; above, a bin has no end


def read(name):
    """The rows of a table of data/testbed."""
    with open(paths.TESTBED / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def least_squares(rows, values, wholes):
    """The factors of the columns of rows that make their sums come nearest to values, with errors
    relative to the wholes that the values are parts of."""
    size = len(rows[0])
    weights = [1 / whole ** 2 for whole in wholes]
    system = [[sum(w * row[i] * row[j] for w, row in zip(weights, rows)) for j in range(size)]
              + [sum(w * row[i] * value for w, row, value in zip(weights, rows, values))]
              for i in range(size)]
    for i in range(size):  # Gauss and Jordan
        pivot = max(range(i, size), key=lambda row: abs(system[row][i]))
        system[i], system[pivot] = system[pivot], system[i]
        for row in range(size):
            if row != i:
                factor = system[row][i] / system[i][i]
                system[row] = [a - factor * b for a, b in zip(system[row], system[i])]
    return [system[i][size] / system[i][i] for i in range(size)]


def fit_cuts():
    """AdaptiveDNN, odd cuts. @return seconds per offload, seconds per byte"""
    rows, values, wholes = [], [], []
    for row in read("adaptivednn-vgg19.csv"):
        size = float(row["bytes_at_cut"])
        if (row["server_cpu_stress_percent"], row["edge_cpu_stress_percent"]) != ("0", "0") \
                or int(row["cut"]) % 2 == 0 or size <= LARGE_BYTES:
            continue
        size += CONTAINER_BYTES
        sending = (8 * size * FRAME - BURST_BITS) / (1e6 * float(row["rate_mbps"]))
        rows.append([1, size])
        wholes.append(float(row["network_s"]))
        values.append(wholes[-1] - sending)
    return least_squares(rows, values, wholes)


def fit_offload():
    """intraDP, the trace outdoors. @return seconds per offload, seconds per byte, and the factor on
    bytes / bandwidth, which is not used"""
    rows, values, wholes = [], [], []
    for row in read("intradp-offload.csv"):
        megabytes = float(row["bandwidth_bin_megabyte_per_s"])
        if row["environment"] != "outdoors" or not BINS[0] <= megabytes <= BINS[1] \
                or int(row["n"]) < LEAST_SAMPLES:
            continue
        size = float(row["bytes_both_ways"])
        rows.append([1, size, size / (1e6 * megabytes)])
        wholes.append(float(row["duration_median_s"]))
        values.append(wholes[-1] - float(row["server_median_s"]))
    return least_squares(rows, values, wholes)


if __name__ == "__main__":
    for name, fitted in (("AdaptiveDNN, odd cuts", fit_cuts()),
                         ("intraDP, outdoors", fit_offload())):
        print(f"{name}: {1e3 * fitted[0]:.2f} ms and {1e9 * fitted[1]:.2f} ns per byte")

#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Draws the module's icon, a network of neurons that a scalpel's line cuts in two.

usage: make-icon.py FILE.png      100 x 100 pixels, with a transparent background
"""

import math
import struct
import sys
import zlib

SIZE = 100
SAMPLES = 4  # per pixel and direction, against jagged edges

DEVICE = (232, 119, 34)
SERVER = (0, 94, 162)
EDGE = (120, 130, 140)
CUT = (200, 30, 45)

# x, y and color; all of a column are joined with all of the next one
LAYERS = [
    [(13, 50, DEVICE)],
    [(36, 22, DEVICE), (36, 50, DEVICE), (36, 78, DEVICE)],
    [(66, 33, SERVER), (66, 67, SERVER)],
    [(88, 50, SERVER)],
]
NEURON = 9  # radius, pixels
LINE = 1.4  # half the width of an edge


def distance_to_segment(x, y, start, end):
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = ((x - start[0]) * dx + (y - start[1]) * dy) / (dx * dx + dy * dy)
    along = min(1, max(0, along))
    return math.hypot(x - start[0] - along * dx, y - start[1] - along * dy)


def color_at(x, y):
    """The color of a point, or None where the icon is transparent."""
    # dashes, 8 on and 4 off
    if distance_to_segment(x, y, (54, 4), (47, 96)) < 1.8 and (y - 4) % 12 < 8:
        return CUT
    for layer in LAYERS:
        for neuron in layer:
            if math.hypot(x - neuron[0], y - neuron[1]) < NEURON:
                return neuron[2]
    for layer, following in zip(LAYERS, LAYERS[1:]):
        for start in layer:
            for end in following:
                if distance_to_segment(x, y, start, end) < LINE:
                    return EDGE
    return None


def pixel(column, row):
    """Red, green, blue and opacity, averaged over the samples."""
    found = []
    for i in range(SAMPLES):
        for j in range(SAMPLES):
            color = color_at(column + (i + 0.5) / SAMPLES, row + (j + 0.5) / SAMPLES)
            if color:
                found.append(color)
    if not found:
        return (0, 0, 0, 0)
    mean = [round(sum(color[k] for color in found) / len(found)) for k in range(3)]
    return (*mean, round(255 * len(found) / SAMPLES**2))


def chunk(kind, data):
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


def draw():
    """The bytes of the picture, four per pixel, row by row."""
    return bytes(value for row in range(SIZE) for col in range(SIZE) for value in pixel(col, row))


def write_png(path, pixels):
    stride = 4 * SIZE
    rows = b"".join(b"\0" + pixels[i : i + stride] for i in range(0, len(pixels), stride))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)  # 8 bits, with opacity
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", header))
        file.write(chunk(b"IDAT", zlib.compress(rows, 9)))
        file.write(chunk(b"IEND", b""))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make-icon.py FILE.png")
    write_png(sys.argv[1], draw())

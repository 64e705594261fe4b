# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What the page shows of a figure. The page's template makes HTML of it."""

from dataclasses import dataclass

from surgery.report.svg import DASHES, color


@dataclass(frozen=True)
class Key:
    """A symbol of a legend, SVG of this size, and what it means."""

    text: str
    drawing: str
    width: int = 26
    height: int = 10
    before: str = ""  # a text on the other side of the symbol


@dataclass(frozen=True)
class View:
    """One of the drawings of a figure that a reader chooses from: that of a device, of a DNN."""

    name: object
    title: str
    drawing: str
    legends: tuple


@dataclass(frozen=True)
class Figure:
    """Drawings are SVG, the rest is text."""

    name: str
    title: str
    drawing: str = ""
    note: str = ""
    legends: tuple = ()
    views: tuple = ()
    chosen: object = None  # the name of the view that is shown first
    choose: str = "Device"  # what views are of
    is_tall: bool = False  # stands beside two others


def line_key(name, index):
    """A name beside a piece of its line."""
    dash = DASHES[index % len(DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return Key(name, f'<path class="line {color(index)}" d="M0 5h26"{dashed}/>')


def line_legend(names):
    """Names beside a piece of their line."""
    return tuple(line_key(name, i) for i, name in enumerate(names))


def box_legend(entries):
    """Names beside a box: (name, class)."""
    return tuple(Key(name, f'<rect width="14" height="10" class="{style}"/>', 14)
                 for name, style in entries)

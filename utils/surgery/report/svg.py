# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Draws charts as SVG. Colors are classes, so that the page's style sheet chooses them."""

import html
import math

COLORS = 8  # classes c0 ... c7; lines differ in their dashes, too
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 4", "6 2 1 2")
LEFT, RIGHT = 64, 18  # margins of a panel, for the numbers beside its axes
WIDTH = 440  # of a figure, in its own units; text of 12 is legible on a phone, too


def escape(text):
    """A text in which there is no markup."""
    return html.escape(str(text), quote=True)


def short(value):
    """A number for people: three digits, no more than needed."""
    if not math.isfinite(value):
        return "-"
    if value == 0:
        return "0"
    if abs(value) >= 1e5 or abs(value) < 1e-3:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shorten(name):
    """A name beside an axis; of a path, the file."""
    name = name.rpartition("/")[2].removesuffix(".json")
    return name if len(name) < 13 else name[:10] + "..."


def tick(value):
    """A number beside an axis, short enough for its margin."""
    return short(value / 1e3) + "k" if 1e4 <= abs(value) < 1e6 else short(value)


def round_up(value):
    """The next larger one of 1, 2, 5, 10, 20, 50, ..."""
    power = 10 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= value * (1 - 1e-9))


def color(index):
    """The class of a color."""
    return f"c{index % COLORS}"


class Linear:
    """An axis from low to high."""

    def __init__(self, low, high, count=5):
        if not high > low:
            high = low + (abs(low) or 1.0)
        step = round_up((high - low) / count)
        self.low = math.floor(low / step + 1e-9) * step
        self.high = math.ceil(high / step - 1e-9) * step
        ticks = round((self.high - self.low) / step)
        self.ticks = [(self.low + i * step, tick(round((self.low + i * step) / step) * step))
                      for i in range(ticks + 1)]

    def place(self, value):
        """0..1"""
        return (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)


class Exact(Linear):
    """An axis that ends where it is told to, with round ticks."""

    def __init__(self, low, high, count=6):
        super().__init__(low, high, count)
        self.low, self.high = low, max(high, low + 1e-12)
        self.ticks = [(value, text) for value, text in self.ticks
                      if low - 1e-9 <= value <= high * (1 + 1e-9)]


class Log:
    """A logarithmic axis from low to high, both > 0."""

    def __init__(self, low, high):
        self.low = math.log10(low)
        self.high = math.log10(high)
        if self.high - self.low < 0.3:
            middle = (self.low + self.high) / 2
            self.low, self.high = middle - 0.15, middle + 0.15
        decades = self.high - self.low
        factors = next(factors for limit, factors in (
            (1.1, (1, 1.5, 2, 3, 5, 7)), (2.5, (1, 2, 5)), (4, (1, 3)), (math.inf, (1,)))
            if decades < limit)
        ticks = [factor * 10.0 ** power for power in range(math.floor(self.low),
                                                           math.ceil(self.high) + 1)
                 for factor in factors]
        self.ticks = [(value, tick(value)) for value in ticks
                      if self.low - 1e-9 <= math.log10(value) <= self.high + 1e-9]

    def place(self, value):
        """0..1"""
        at = math.log10(value) if value > 0 else self.low
        return (min(max(at, self.low), self.high) - self.low) / (self.high - self.low)


class Chart:
    """A figure with one panel below the other."""

    def __init__(self, height, label):
        self.height = height
        self.label = label
        self.parts = []

    def add(self, text):
        """Add SVG."""
        self.parts.append(text)

    def text(self, x, y, text, style="", anchor="middle", more=""):
        """Add a text."""
        self.add(f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}"{more}>'
                 f"{escape(text)}</text>")

    def rect(self, x, y, width, height, style, title="", more=""):
        """Add a rectangle."""
        inner = f"<title>{escape(title)}</title>" if title else ""
        self.add(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.2f}" '
                 f'height="{max(height, 0):.1f}" class="{style}"{more}>{inner}</rect>')

    def to_svg(self):
        """The whole drawing."""
        return (f'<svg viewBox="0 0 {WIDTH} {self.height}" role="img" '
                f'aria-label="{escape(self.label)}">{"".join(self.parts)}</svg>')


class Panel:
    """A rectangle of a chart with two axes."""

    def __init__(self, chart, x_axis, y_axis, top, height, left=LEFT, right=RIGHT):
        self.chart = chart
        self.x_axis, self.y_axis = x_axis, y_axis
        self.left, self.top = left, top
        self.width, self.height = WIDTH - left - right, height

    def x(self, value):
        """Where a value is, across."""
        return self.left + self.x_axis.place(value) * self.width

    def y(self, value):
        """Where a value is, down."""
        return self.top + (1 - self.y_axis.place(value)) * self.height

    def draw_axes(self, x_title, y_title, x_labels=True, y_ticks=True):
        """Grid lines, numbers and titles with units."""
        chart, bottom = self.chart, self.top + self.height
        if y_ticks:
            for value, text in self.y_axis.ticks:
                y = self.y(value)
                chart.add(f'<path class="grid" d="M{self.left} {y:.1f}h{self.width}"/>')
                chart.text(self.left - 6, y + 4, text, "tick", "end")
        for value, text in self.x_axis.ticks:
            x = self.x(value)
            chart.add(f'<path class="grid" d="M{x:.1f} {self.top}v{self.height}"/>')
            if x_labels:
                chart.text(x, bottom + 15, text, "tick")
        chart.add(f'<path class="axis" d="M{self.left} {self.top}v{self.height}h{self.width}"/>')
        if x_labels:
            chart.text(self.left + self.width / 2, bottom + 32, x_title, "title")
        middle = self.top + self.height / 2
        chart.text(13, middle, y_title, "title",
                   more=f' transform="rotate(-90 13 {middle:.1f})"')

    def line(self, points, index, title="", step=False, style=""):
        """A line through points (x, y); those that are not finite interrupt it."""
        path, pen, last = [], "M", None
        for x, y in points:
            if not (math.isfinite(x) and math.isfinite(y)):
                pen = "M"
                continue
            at = self.y(y)
            if step and pen == "L":
                path.append(f"L{self.x(x):.1f} {last:.1f}")
            path.append(f"{pen}{self.x(x):.1f} {at:.1f}")
            pen, last = "L", at
        dash = DASHES[index % len(DASHES)]
        self.chart.add(f'<path class="line {color(index)} {style}" d="{"".join(path)}"'
                       + (f' stroke-dasharray="{dash}"' if dash else "")
                       + f"><title>{escape(title)}</title></path>")

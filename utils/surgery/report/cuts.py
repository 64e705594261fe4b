# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The cuts of a run: what they are called, their colors, and how often each was used."""

import collections
import math

from surgery.report.figures import box_legend
from surgery.report.graph import LOCAL, NoGraph, read_graph

LOCAL_STYLE, SERVER_STYLE = "muted", "c7"
INNER_STYLES = ("c2", "c3", "c4", "c6", "c5", "c1")  # from the input on; the last for all others
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth and later")


def shorten_cut(cut):
    """A cut's name, of which there may be many parts."""
    first, *others = cut.split("+")
    return f"{first} + {len(others)}" if others else first


class Cuts:
    """What is known of a run's cuts, by DNN and name."""

    def __init__(self, run):
        self.run = run
        self.graphs, self.missing = {}, {}
        for dnn in sorted(set(run.dnns.values())):
            try:
                self.graphs[dnn] = read_graph(dnn)
            except NoGraph as error:
                self.missing[dnn] = str(error)
        self.used = {dnn: collections.Counter() for dnn in run.dnns.values()}  # completed
        device_times = collections.defaultdict(list)
        for row in run.completed():
            # what the device took over after all is no use of a cut
            is_local = row.cut == LOCAL or not any(row.segments[2:])
            self.used[row.dnn][LOCAL if is_local else row.cut] += 1
            if not is_local:
                device_times[row.dnn, row.cut].append(row.segments[0])
        self.uploads = {at for at, times in device_times.items() if min(times) == 0}
        self._depths = {at: sum(times) / len(times) for at, times in device_times.items()}
        self._index = self._number()

    def _number(self):
        known = set(self._depths)
        known |= {(self.run.dnns[int(row["device"])], row["new_cut"]) for row in self.run.cuts
                  if int(row["device"]) in self.run.dnns}
        known |= {(self.run.dnns[int(row["device"])], row["cut"]) for row in self.run.grants
                  if row.get("cut") and int(row["device"]) in self.run.dnns}
        index = {}
        for dnn in self.used:
            inner = [at for at in known if at[0] == dnn and self.is_inner(*at)]
            inner.sort(key=lambda at: (self._get_depth(*at), at))
            index.update({at: i for i, at in enumerate(inner)})
        return index

    def _get_depth(self, dnn, cut):
        side = self.graphs[dnn].device_side(cut) if dnn in self.graphs else None
        return len(side) if side is not None else self._depths.get((dnn, cut), math.inf)

    def is_upload(self, dnn, cut):
        """Whether no layer is on the device: its input is what crosses."""
        if (dnn, cut) in self.uploads:
            return True
        graph = self.graphs.get(dnn)
        side = graph.device_side(cut) if graph else None
        return side is not None and all(not graph.inputs[layer] for layer in side)

    def is_inner(self, dnn, cut):
        """Whether layers are on both sides."""
        return cut not in (LOCAL, "") and not self.is_upload(dnn, cut)

    def order(self, dnn, cut):
        """Sorts cuts from the input on: all on the server first, all on the device last."""
        if not self.is_inner(dnn, cut):
            return (math.inf, cut) if cut in (LOCAL, "") else (-1, cut)
        return self._index.get((dnn, cut), len(INNER_STYLES)), cut

    def style(self, dnn, cut):
        """The class of its color."""
        if not self.is_inner(dnn, cut):
            return LOCAL_STYLE if cut in (LOCAL, "") else SERVER_STYLE
        return INNER_STYLES[min(self._index.get((dnn, cut), len(INNER_STYLES)),
                                len(INNER_STYLES) - 1)]

    def name(self, dnn, cut):
        """What it is called."""
        if not self.is_inner(dnn, cut):
            return "all on the device" if cut in (LOCAL, "") else "all on the server"
        return f"cut at {shorten_cut(cut)}"

    def legend(self, shown):
        """What the colors mean. @param shown pairs of a DNN and a cut"""
        shown = set(shown)
        entries = []
        if any(cut in (LOCAL, "") for _, cut in shown):
            entries.append(("all on the device", LOCAL_STYLE))
        if any(self.is_upload(*at) for at in shown):
            entries.append(("all on the server", SERVER_STYLE))
        for style, ordinal in zip(INNER_STYLES, ORDINALS):
            names = sorted(f"{dnn.rpartition('/')[2]} at {shorten_cut(cut)}" for dnn, cut in shown
                           if self.is_inner(dnn, cut) and self.style(dnn, cut) == style)
            if names:
                more = f" and {len(names) - 3} more" if len(names) > 3 else ""
                entries.append((f"{ordinal} cut inside: {', '.join(names[:3])}{more}", style))
        return box_legend(entries)

    def describe(self):
        """How many inferences were cut inside, in a sentence."""
        inner = [(dnn, cut, count) for dnn, counts in self.used.items()
                 for cut, count in counts.items() if self.is_inner(dnn, cut)]
        offloaded = sum(count for counts in self.used.values() for cut, count in counts.items()
                        if cut != LOCAL)
        if not offloaded:
            return "No inference was offloaded."
        inside = sum(count for _, _, count in inner)
        return (f"{inside} of {offloaded} offloaded inferences ({100 * inside / offloaded:.1f} %) "
                f"were cut inside a DNN; different cuts: {len(inner)}.")

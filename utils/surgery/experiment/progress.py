# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Shows the progress of a Snakemake run: one line with the time left, and failures."""

import re
import time


def duration(seconds):
    """A duration in words: "45 s", "3 min 20 s", "2 h 5 min"."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


class Progress:
    """Follows the messages of one Snakemake run, which snakemake_log.py passes on."""

    PERIOD = 15  # s, between two lines if they do not overwrite each other

    def __init__(self, stream, name, jobs, clock=time.monotonic):
        self.stream = stream
        self.name = name
        self.jobs = jobs     # number of jobs at the same time
        self.clock = clock
        self.total = 0
        self.done = 0
        self.failed = 0
        self.started = {}    # of running jobs: (point, when)
        self.times = {}      # of finished runs by point, s
        self.shown = -self.PERIOD

    def handle(self, message):
        """Handle a message."""
        handler = getattr(self, "on_" + message["level"], None)
        if handler:
            handler(message)

    def on_run_info(self, message):
        """The number of runs is known."""
        found = re.search(r"^run\s+(\d+)", message["msg"], re.MULTILINE)
        self.total = int(found[1]) if found else 0
        self.show()

    def on_job_info(self, message):
        """A run starts."""
        if message["name"] == "run":
            stem = message["wildcards"]["stem"]
            self.started[message["jobid"]] = (stem.rpartition("/")[0], self.clock())

    def on_job_finished(self, message):
        """A run has succeeded."""
        job = self.started.pop(message["jobid"], None)
        if job:
            self.done += 1
            self.times.setdefault(job[0], []).append(self.clock() - job[1])
            self.show()

    def on_job_error(self, message):
        """A run has failed."""
        if self.started.pop(message["jobid"], None):
            self.failed += 1
            self.line(f"surgery: a run failed: {' '.join(message['log'])}")
            self.show()

    def text(self):
        """@return the line of progress"""
        text = f"surgery: {self.name}: {self.done} of {self.total} runs"
        if self.failed:
            text += f", {self.failed} failed"
        left = self.total - self.done - self.failed
        if left and self.times:
            text += f", about {duration(left * self.mean() / self.jobs)} left"
        return text

    def mean(self):
        """@return the mean time of a run, s. Runs of one point take about the same time, and all
        points have the same weight, independent of how many of their runs are done."""
        means = [sum(times) / len(times) for times in self.times.values()]
        return sum(means) / len(means)

    def show(self):
        """Show the line; on a terminal it replaces the previous one."""
        now = self.clock()
        last = self.done + self.failed == self.total
        if self.stream.isatty():
            self.stream.write("\r\x1b[K" + self.text() + ("\n" if last else ""))
            self.stream.flush()
        elif last or now - self.shown >= self.PERIOD:
            self.shown = now
            self.line(self.text())

    def line(self, text):
        """Write a line that is not replaced."""
        start = "\r\x1b[K" if self.stream.isatty() else ""
        self.stream.write(start + text + "\n")
        self.stream.flush()

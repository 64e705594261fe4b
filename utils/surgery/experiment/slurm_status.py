# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tells Snakemake how a job of SLURM fares: python3 -m surgery.experiment.slurm_status JOB, in the
folder of the results. The profile for SLURM names this as its cluster-status.

It asks scontrol, which needs no accounting, and prints running, success or failed. Where a job failed
and the log of its run does not tell why, SLURM's reason is added to the log.
"""

import os
import pathlib
import re
import subprocess
import sys

from surgery.experiment import cut_off

# the states in which a job has ended; in all others SLURM still has plans for it
ENDED = {"BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "LAUNCH_FAILED", "NODE_FAIL",
         "OUT_OF_MEMORY", "PREEMPTED", "RECONFIG_FAIL", "REVOKED", "TIMEOUT"}
QUOTED = 2  # number of lines of what a job itself said


def say(message):
    """A line for snakemake.log."""
    print(f"surgery: {message}", file=sys.stderr)


def status(job):
    """@return what Snakemake is to be told of a job"""
    try:
        done = subprocess.run(["scontrol", "show", "job", job], capture_output=True, text=True,
                              errors="replace", check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        say(f"job {job} counts as running: cannot call scontrol: {error.strerror}")
        return "running"
    if done.returncode != 0:
        answer = " ".join((done.stdout + done.stderr).split())
        if "Invalid job id" in answer:
            # some minutes after its end (MinJobAge); where there is no result, Snakemake says that
            # the job failed
            say(f"SLURM has forgotten job {job}, so its result decides")
            return "success"
        # the controller may be down for some time, and jobs survive that
        say(f"job {job} counts as running: {answer}")
        return "running"
    state = re.search(r"^ *JobState=(\w+)", done.stdout, re.MULTILINE)[1]
    if state not in ENDED:
        return "running"
    stem = re.search(r"JobName=(.*)", done.stdout)[1].rpartition(" ")[2]
    if os.path.isdir(os.path.dirname(stem)):  # otherwise, the profile is another one
        if state != "COMPLETED":
            explain(stem, job, state)
        pathlib.Path(stem + ".job").unlink(missing_ok=True)
    return "success" if state == "COMPLETED" else "failed"


def explain(stem, job, state):
    """Add why a job ended to the log of its run, unless the run's program told its exit code."""
    told = read(stem + ".log")
    if cut_off.exit_code(told) is not None:
        return
    lines = [line for line in read(stem + ".job").splitlines() if line.strip()]
    # where SLURM ended the job, it says so among what Snakemake says of it
    lines = ([line for line in lines if line.startswith("slurmstepd")] or lines)[-QUOTED:]
    if told and not told.endswith("\n"):
        lines.insert(0, "")
    with open(stem + ".log", "a", encoding="utf-8") as file:
        file.write("\n".join([*lines, cut_off.slurm_line(job, state)]) + "\n")


def read(path):
    """The text of a file; empty if there is none."""
    try:
        return pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


if __name__ == "__main__":
    # SLURM's own words, not those of the user's language or format
    os.environ.update(LC_ALL="C")
    print(status(sys.argv[1]))

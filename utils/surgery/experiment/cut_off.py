# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What the log of a run without results says of its end."""

import re
import signal

# the programs say so every few simulated seconds, and name the scheduler, also where they compare
# something else
_PROGRESS = re.compile(r"^ *(\S+): ([\d.e+-]+) of ([\d.e+-]+) s simulated", re.MULTILINE)
_BEGIN = re.compile(r"^run \d+, (\S+)$", re.MULTILINE)
_SLURM = re.compile(r"^(?:SLURM: job \d+|sbatch: error:) (.+)\Z", re.MULTILINE)


def slurm_line(job, state):
    """@return the last line of the log of a run whose job SLURM has ended"""
    return f"SLURM: job {job} {state}"


def exit_code(text):
    """@return the exit code on a log's last line; None if nobody could write it"""
    last = text.rstrip("\n").rpartition("\n")[2].removeprefix("exit code ")
    return int(last) if last.isdecimal() else None


def _why(text):
    """@return in words, why a run has no results. @param text its log"""
    code = exit_code(text)
    if code is None:
        by_slurm = _SLURM.search(text.rstrip("\n"))
        if by_slurm:
            return f"SLURM: {by_slurm[1]}"
        return "killed, or its machine went down"
    try:
        # a shell's exit code for a command that a signal ended
        return f"killed by {signal.Signals(code - 128).name}"
    except ValueError:
        return f"exit code {code}"


def describe(log):
    """@return how far a run without results came, such as "cut off at 5 of 60 s under dds (killed by
    SIGKILL)". @param log its file"""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "did not start"
    why = _why(text)
    begun = list(_BEGIN.finditer(text))
    found = list(_PROGRESS.finditer(text, begun[-1].start() if begun else 0))
    if found:
        scheduler, now, whole = found[-1].groups()
        return (f"cut off at {now} of {whole} s under {begun[-1][1] if begun else scheduler} "
                f"({why})")
    return f"cut off at the beginning of {begun[-1][1]} ({why})" if begun else f"failed ({why})"

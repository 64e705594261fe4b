# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""A simulation as a process of its own."""

import contextlib
import fcntl
import os
import signal
import subprocess
import tempfile
import weakref

PATIENCE_S = 10  # for a simulation that is told to end


class SimulationError(RuntimeError):
    """A simulation ended early; the message is what it said.

    code: its exit code, which is 2 if the scenario is at fault, and negative if a signal ended it
    """

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


class BoundProcess(subprocess.Popen):
    """A process that is terminated when the one that started it is gone, in whatever way that ended.

    Each holds an end of a pipe. Linux signals the process when the other end closes, as it does when
    that one ends, or forgets the process."""

    def __init__(self, command, *, pass_fds=(), **settings):
        """Start it. @param settings of subprocess.Popen"""
        watched, held = os.pipe()
        weakref.finalize(self, os.close, held)
        try:
            super().__init__(command, pass_fds=[*pass_fds, watched], **settings)
            # other systems lack it: there it ends as it does by itself
            if hasattr(fcntl, "F_SETSIG"):
                with contextlib.suppress(OSError):
                    fcntl.fcntl(watched, fcntl.F_SETOWN, self.pid)
                    fcntl.fcntl(watched, fcntl.F_SETSIG, signal.SIGTERM)
                    fcntl.fcntl(watched, fcntl.F_SETFL, os.O_ASYNC)
        finally:
            os.close(watched)


class Child:
    """A simulation under way, which ends with this process, and whose standard error is kept."""

    def __init__(self, command, **settings):
        """Start it. @param command program and arguments @param settings of subprocess.Popen"""
        self._errors = tempfile.TemporaryFile()
        try:
            self._process = BoundProcess(command, stderr=self._errors, **settings)
        except OSError:
            self._errors.close()
            raise

    def wait(self):
        """Wait until it ends by itself. @return what it said on its standard error
        @throws SimulationError unless it does so well"""
        code = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip()
        if code != 0:
            raise SimulationError(said or f"the simulation ended with code {code}", code)
        return said

    def end(self):
        """End it if it has not ended by itself."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def close(self):
        """End it, and forget what it said."""
        self.end()
        self._errors.close()

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""A simulation as a process of its own."""

import subprocess
import tempfile

PATIENCE_S = 10  # for a simulation that is told to end


class SimulationError(RuntimeError):
    """A simulation ended early; the message is what it said.

    code: its exit code, which is 2 if the scenario is at fault, and negative if a signal ended it
    """

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


class Child:
    """A simulation under way, whose standard error is kept."""

    def __init__(self, command, **settings):
        """Start it. @param command program and arguments @param settings of subprocess.Popen"""
        self._errors = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(command, stderr=self._errors, **settings)
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

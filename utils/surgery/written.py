# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Files that commands write."""

import contextlib
import itertools
import os
import shutil

from surgery.console import Failure


def _open_beside(path, more):
    """@return a new file beside a path, which is not there yet, so that nobody's file is lost"""
    for number in itertools.count():
        try:
            return open(f"{path}.part{number or ''}", "x", **more)
        except FileExistsError:
            pass


@contextlib.contextmanager
def _open_whole(path, more):
    with _open_beside(path, more) as file:
        try:
            yield file
            file.close()
            if os.path.exists(path):
                shutil.copymode(path, file.name)
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _can_replace(path):
    """Whether a path is that of a regular file, or of none, in a folder that takes new files."""
    is_regular = os.path.isfile(path) and os.access(path, os.W_OK) or not os.path.lexists(path)
    return is_regular and os.access(os.path.dirname(path), os.W_OK)


@contextlib.contextmanager
def tell_failures(path):
    """Of what is written to a path. @throws Failure with the path and why it cannot be written"""
    try:
        yield
    except OSError as error:
        raise Failure(f"{path}: cannot be written: {error.strerror}", 1) from error


@contextlib.contextmanager
def write_whole(path, encoding="utf-8", **more):
    """A text file that is written, and has its name only once it is whole: what was there before stays
    if that fails. What is there and is no regular file, as a pipe or a device, is written to.
    @param more what open() takes @throws Failure with the path and why it cannot be written"""
    target = os.path.realpath(path)  # of a link, where it leads to
    more["encoding"] = encoding
    with tell_failures(path), (_open_whole(target, more) if _can_replace(target) else
                               open(target, "w", **more)) as file:
        yield file


def write_text(path, text, **more):
    """Write a whole text file. @throws Failure with the path and why it cannot be written"""
    with write_whole(path, **more) as file:
        file.write(text)

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What every command needs to talk to its user."""

import argparse
import sys


class Failure(Exception):
    """Why a command ends early: one line, and the exit code, which is 2 for misuse."""

    def __init__(self, message, code=2):
        super().__init__(message)
        self.code = code


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Leaves room for the names of commands and options."""

    def __init__(self, prog):
        super().__init__(prog, max_help_position=30)


class Parser(argparse.ArgumentParser):
    """Tells mistakes in one line."""

    def error(self, message):
        """Called with what is wrong."""
        command = self.prog.partition(" ")[2]
        where = f"{command}: " if command else ""
        raise Failure(f"{where}{message}; see: {self.prog} --help")


def say(message):
    """Progress. It goes to stderr, so that what a program prints can be piped on."""
    print(f"surgery: {message}", file=sys.stderr, flush=True)


def shorten(names, shown=5):
    """A list of names in a sentence; only the first ones."""
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more


def add_command(commands, name, run, summary, description, epilog=None):
    """Add a command.

    run(settings) does it and returns the exit code, or None for 0. Arguments that the parser does
    not know are mistakes, unless takes_more is set: then they are in settings.more.
    @return its parser"""
    parser = commands.add_parser(name, description=description, epilog=epilog,
                                 formatter_class=Formatter, allow_abbrev=False)
    parser.summary = summary
    parser.set_defaults(run=run, takes_more=False, parser=parser)
    return parser


def count(text):
    """The type of an argument that is a number of things."""
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError(f'"{text}" is not an integer in 1..1000')
    return number


def not_empty(text):
    """The type of an argument that must have a value."""
    if not text:
        raise argparse.ArgumentTypeError("needs a value")
    return text

# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command line of ./surgery: finds the command, and calls it."""

import argparse
import codecs
import errno
import os
import signal
import sys

from surgery import attribute_pages, capture_check, plot_negotiation
from surgery.console import Failure, Formatter, Parser, add_command
from surgery.experiment import command as experiment
from surgery.front import development, simulations
from surgery.matrix import command as matrix
from surgery.onnx import command as onnx
from surgery.report import command as report
from surgery.times import imports, measure
from surgery.zoo import command as zoo, table

# the modules with commands, in the order of the help
LISTS = (simulations, report, experiment, onnx, zoo, measure, imports, capture_check, development,
         plot_negotiation, attribute_pages, table, matrix)

TEXT = """\
On Debian, missing packages are installed first, as root or where sudo asks for no password;
elsewhere they are named."""


def make_parser():
    """@return the parser, and the parsers of the commands by name"""
    parser = Parser(prog="./surgery", usage="./surgery COMMAND [OPTION ...]", epilog=TEXT,
                    formatter_class=Formatter, allow_abbrev=False, add_help=False)
    commands = parser.add_subparsers(prog="./surgery", parser_class=Parser, help=argparse.SUPPRESS)
    for listed in LISTS:
        listed.add_commands(commands)
    helper = add_command(commands, "help", None, "show this; ./surgery COMMAND --help tells more",
                         "Shows the help of a command, or the list of commands.")
    helper.add_argument("command", metavar="COMMAND", nargs="?", help="the command")
    parser.description = "\n".join(f"  {name:<19}{listed.summary}"
                                   for name, listed in commands.choices.items())
    return parser, commands.choices


def find_help(arguments, parser, commands):
    """@return the parser whose help is asked for, otherwise None"""
    word = arguments[0]
    if word in ("-h", "--help"):
        return parser
    if word != "help" or arguments[1:2] in (["-h"], ["--help"]):
        return None
    name = arguments[1] if len(arguments) > 1 else None
    check_name(name or "help", commands)
    return commands[name] if name and name != "help" else parser


def check_name(name, commands):
    """Refuse an unknown command."""
    if name not in commands:
        raise Failure(f'unknown command "{name}", use one of: {" ".join(commands)}')


def call(arguments):
    """Run the command that the arguments name. @return the exit code"""
    parser, commands = make_parser()
    if not arguments:
        parser.print_help(sys.stderr)
        return 2
    asked = find_help(arguments, parser, commands)
    if asked:
        asked.print_help()
        return 0
    check_name(arguments[0], commands)
    settings, more = parser.parse_known_args(arguments)
    if more and not settings.takes_more:
        settings.parser.error(f"unrecognized arguments: {' '.join(more)}")
    settings.more = more
    settings.arguments = arguments[1:]
    return settings.run(settings) or 0


def open_streams():
    """Let standard streams that are closed lead to nothing: files that are opened later would take
    their numbers, and get what this and other programs print."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            lowest = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(lowest, True)
            setattr(sys, name, open(lowest, mode, encoding="utf-8"))


def explain(error):
    """@return in words, what an error of the system is about"""
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    is_printed = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
    return f"standard output: {error.strerror}" if is_printed else str(error.strerror or error)


def print_anyway(error):
    """Names of files that are no UTF-8 are printed as they are, what else is none as its number."""
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeError:
        return codecs.lookup_error("backslashreplace")(error)


def main(arguments):
    """@return the exit code: 2 for misuse, 130 for Ctrl-C, otherwise that of the command"""
    open_streams()
    # a reader that closes the pipe ends the command
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    codecs.register_error("surgery", print_anyway)
    sys.stdout.reconfigure(errors="surgery")
    sys.stderr.reconfigure(errors="surgery")
    try:
        code = call(arguments)
        sys.stdout.flush()
        return code
    except Failure as failure:
        sys.stdout.flush()
        # an error is always one line
        print(f"surgery: {' '.join(str(failure).split())}", file=sys.stderr)
        return failure.code
    except OSError as error:
        # where it is what is printed, Python is not to try again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"surgery: {explain(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130

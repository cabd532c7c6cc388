"""Ctrl-C while a program of charnet's still imports its modules, which takes some tenths of a second: no traceback."""

from __future__ import annotations

import os
import signal
import sys
import threading

DOORWAYS = ("train.py", "predict.py", "collect.py")  # scripts at the root of a checkout
HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120


def end_quietly() -> None:
    """From now on Ctrl-C ends this process at once, if charnet is its program and not a library in another's."""
    if _is_program() and _handles_by(signal.default_int_handler):
        signal.signal(signal.SIGINT, _end)


def raise_again() -> None:
    """From now on Ctrl-C raises `KeyboardInterrupt`, as everywhere in Python."""
    if _handles_by(_end):
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _is_program() -> bool:
    program, words = sys.argv[0] if sys.argv else "", sys.orig_argv
    if program == "-m":  # so it is called while the packages of the module are imported
        return words[words.index("-m") + 1].split(".")[0] == "charnet" if "-m" in words[:-1] else False
    folder, name = os.path.split(os.path.abspath(program))  # noqa: PTH100
    return name in ("charnet", "charnet.exe") or (folder == HOME and name in DOORWAYS)


def _handles_by(handler: object) -> bool:
    return threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is handler


def _end(*_: object) -> None:
    os.write(2, b"stopped\n")
    os._exit(130)

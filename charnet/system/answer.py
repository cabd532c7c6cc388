"""How every command ends: with its exit status and, where something went wrong, one line that says what."""

from __future__ import annotations

import errno
import io
import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from charnet.system import interrupt, torchrun

# Seconds that the other ranks wait before they exit, so that the first can print: torchrun ends all with one exit.
HEAD_START = 5.0
TRAINING = ("torch", "torchvision", "tensorboard")  # what an installation that only reads can do without
ADVICE = {errno.ENOSPC: "; make room and run again", errno.EDQUOT: "; make room and run again"}


COLLECTED: ContextVar[list[str] | None] = ContextVar("collected", default=None)  # by `notes`


class UsageError(ValueError):
    """A call that can't be understood; exit status 2."""


def answer(work: Callable[[], int | None]) -> int:
    """Do the work of a command and return its exit status; an error that a user can mend is one line on standard error.

    Status 1 is an error, 2 a call that can't be understood, 130 Ctrl-C.
    """
    interrupt.raise_again()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # Windows writes to files and pipes in 256 characters
    try:
        try:
            return work() or 0
        finally:
            sys.stdout.flush()  # here, where a pipe that was closed can still be handled
    except BrokenPipeError:  # as in `... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more when it ends
        return 1
    except KeyboardInterrupt:
        return _report("stopped", 130)
    except UsageError as error:
        return _report(str(error), 2)
    except (ValueError, OSError, ImportError, MemoryError) as error:
        return _report(message(error), 1)
    except RuntimeError as error:
        if "not enough memory" in str(error) or "can't allocate memory" in str(error) or "out of memory" in str(error):
            return _report(message(MemoryError()), 1)  # torch's
        raise


def message(error: BaseException) -> str:
    """An error in one line for a user; one of the system's as its file and its reason, without its number."""
    if isinstance(error, MemoryError):
        return "not enough memory; close other programs, or make the work smaller"
    if isinstance(error, ModuleNotFoundError) and error.name in TRAINING:
        return f"this needs {error.name}, which is not installed: pip install {' '.join(TRAINING)}"
    if isinstance(error, OSError) and error.strerror and error.errno is not None:
        where = error.filename if error.filename is not None else "writing"
        return f"{os.fsdecode(where) if isinstance(where, bytes) else where}: {reason(error)}"
    return str(error)


def reason(error: BaseException) -> str:
    """The same without the file, for a line that names the file already."""
    if isinstance(error, OSError) and error.strerror and error.errno is not None:
        return f"{error.strerror}{ADVICE.get(error.errno, '')}"
    return str(error)


def note(text: object) -> None:
    """Print a remark on standard error that a user should see, though nothing went wrong; within `notes` keep it."""
    if (collected := COLLECTED.get()) is not None:
        collected.append(str(text))
    else:
        print(f"note: {printable(text)}", file=sys.stderr)


@contextmanager
def notes() -> Iterator[list[str]]:
    """Collect what `note` would print in the block, for an answer that does not go to a terminal."""
    found: list[str] = []
    token = COLLECTED.set(found)
    try:
        yield found
    finally:
        COLLECTED.reset(token)


def printable(text: object) -> str:
    """Text that is safe on a terminal: unprintable characters, which might move the cursor, are shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def has_control(text: str) -> bool:
    """Whether a text holds characters that a terminal obeys: control characters and line ends."""
    return any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in text)


def _report(text: str, status: int) -> int:
    """Print an error once, from the first rank where all ranks of a machine have the same; return the status."""
    text = printable(text)
    if status == 1 or not torchrun.local_rank():
        print(f"error: {text}" if status != 130 else text, file=sys.stderr)
    elif status == 2:
        time.sleep(HEAD_START)
    return status

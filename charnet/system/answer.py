"""How every command ends: with its exit status and, where something went wrong, one line that says what."""

from __future__ import annotations

import errno
import io
import os
import sys
import time
import unicodedata
from collections.abc import Callable

from charnet.system import torchrun

FIRST = 5.0  # seconds that the other ranks leave the first to speak: torchrun ends all ranks with the first that ends
ADVICE = {errno.ENOSPC: "; make room and run again", errno.EDQUOT: "; make room and run again"}


class UsageError(ValueError):
    """A call that can't be understood; exit status 2."""


def answer(work: Callable[[], int | None]) -> int:
    """Do the work of a command; its exit status. What a user can mend is told in one line on standard error.

    Status 1 is an error, 2 a call that can't be understood, 130 Ctrl-C.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # Windows writes to files and pipes in 256 characters
    try:
        try:
            return work() or 0
        finally:
            sys.stdout.flush()  # here, where a reader that went away can still be answered
    except BrokenPipeError:  # as in `... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
        return 1
    except KeyboardInterrupt:
        return _tell("stopped", 130)
    except UsageError as error:
        return _tell(str(error), 2)
    except (ValueError, OSError, ImportError, MemoryError) as error:
        return _tell(words(error), 1)
    except RuntimeError as error:
        if "not enough memory" in str(error) or "can't allocate memory" in str(error) or "out of memory" in str(error):
            return _tell(words(MemoryError()), 1)  # torch's
        raise


def words(error: BaseException) -> str:
    """What an error says; of the system's errors the file and the reason, without their numbers."""
    if isinstance(error, MemoryError):
        return "not enough memory; close other programs, or make the work smaller"
    if isinstance(error, OSError) and error.strerror and error.errno is not None:
        where = error.filename if error.filename is not None else "writing"
        return f"{os.fsdecode(where) if isinstance(where, bytes) else where}: {reason(error)}"
    return str(error)


def reason(error: BaseException) -> str:
    """`words` for where the file was named already."""
    if isinstance(error, OSError) and error.strerror and error.errno is not None:
        return f"{error.strerror}{ADVICE.get(error.errno, '')}"
    return str(error)


def printable(text: object) -> str:
    """Text as a terminal may show it: what is no character, or moves the cursor, by its number."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def obeyed(text: str) -> bool:
    """Whether a terminal would obey some of it: control characters and line ends."""
    return any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in text)


def _tell(text: str, status: int) -> int:
    text = printable(text)
    if status == 1 or not torchrun.rank_here():  # what all ranks of a machine have to say is said once
        print(f"error: {text}" if status != 130 else text, file=sys.stderr)
    elif status == 2:
        time.sleep(FIRST)
    return status

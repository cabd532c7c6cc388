"""What the server and its libraries report on standard error: a line for each kind and minute, without secrets."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from charnet.system.answer import printable

LOGGERS = ("uvicorn.error", "asyncio")
MINUTE = 60.0
MAX_KINDS = 100  # that are remembered; the oldest is forgotten first
ADVICE = "WebSocket library"  # uvicorn advises to install one whenever a client asks for another protocol


@contextmanager
def short(*secrets: str) -> Iterator[None]:
    """Within the block the loggers of uvicorn and asyncio report in this way."""
    handler = _Handler(secrets)
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


class _Handler(logging.Handler):
    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__(logging.WARNING)
        self._secrets = secrets
        self._last: dict[object, float] = {}  # kind -> when it was reported

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        kind = record.name, str(record.msg).partition("\n")[0], type(error)
        if ADVICE in kind[1] or time.monotonic() - self._last.get(kind, -MINUTE) < MINUTE:
            return
        self._last.pop(kind, None)
        self._last[kind] = time.monotonic()
        if len(self._last) > MAX_KINDS:
            del self._last[next(iter(self._last))]
        line = _describe(error) if error else record.getMessage().partition("\n")[0]
        for secret in self._secrets:
            line = line.replace(secret, "(secret)")
        print(f"server: {printable(line)}", file=sys.stderr, flush=True)


def _describe(error: BaseException) -> str:
    """An exception in one line, with the places that it passed through, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__}: {error} ({places})"

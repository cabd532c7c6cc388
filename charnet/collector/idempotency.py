"""Idempotent requests: a client that never got its response may repeat the request, and the work is done only once."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from charnet.collector.validation import refuse

MAX_KEYS = 1000  # the oldest is forgotten first

Result = tuple[int, dict[str, Any]]  # HTTP status and JSON object


@dataclass(slots=True)
class _Entry:
    digest: bytes  # of the request's content
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while the work is running
    result: Result | None = None


class Idempotency:
    """The results of requests by their Idempotency-Key. For the thread of the event loop only."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    async def run_once(self, key: str, content: object, work: Callable[[], Awaitable[Result]]) -> Result:
        """Await `work` for the first request with this key; return the same result to all others.

        Requests that arrive while the work is running wait for it; if it fails, the next one runs it again. With an
        empty key the work always runs. A key that was used with other content, anything JSON can hold, gets a 422.
        """
        if not key:
            return await work()
        digest = hashlib.sha256(json.dumps(content).encode()).digest()
        entry = self._entries.setdefault(key, _Entry(digest))
        if entry.digest != digest:
            refuse("Idempotency-Key: this key was used for another drawing; give each drawing its own key")
        if len(self._entries) > MAX_KEYS:
            del self._entries[next(iter(self._entries))]
        async with entry.lock:
            if entry.result is None:
                entry.result = await work()
            return entry.result

"""Requests that come again, since their answer was lost on its way, are done once and answered as the first time."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from charnet.collector.drawing import refuse

REMEMBERED = 1000  # keys; the oldest is forgotten first

Answer = tuple[int, dict[str, Any]]  # HTTP status and JSON object


@dataclass(slots=True)
class _Request:
    digest: bytes  # of its content
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while the work is under way
    answer: Answer | None = None


class Answers:
    """What was answered, by the Idempotency-Key of the request. Belongs to the thread of the event loop."""

    def __init__(self) -> None:
        self._requests: dict[str, _Request] = {}

    async def once(self, key: str, content: object, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer of `work`, which the first request with this key does while the others wait for it.

        Where the work fails the next one tries again. Without a key nothing is remembered. A key that came with
        another content (anything that JSON can hold) before is refused with 422.
        """
        if not key:
            return await work()
        digest = hashlib.sha256(json.dumps(content).encode()).digest()
        request = self._requests.setdefault(key, _Request(digest))
        if request.digest != digest:
            refuse("Idempotency-Key: it came with another drawing before; give each drawing a key of its own")
        if len(self._requests) > REMEMBERED:
            del self._requests[next(iter(self._requests))]
        async with request.turn:
            if request.answer is None:
                request.answer = await work()
            return request.answer

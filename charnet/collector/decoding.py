"""Pictures that clients send are decoded a few at a time, apart from all other work, which never waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request

from charnet.system import pool

AT_ONCE = 3  # pictures, each of at most 210 MB while it is decoded (pictures/opening.py)
MAX_WAITING = 100  # pictures, those that are being decoded included

Result = TypeVar("Result")


class Decoding:
    """`run` belongs to the thread of the event loop, the work to threads."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._limiter = anyio.CapacityLimiter(min(at_once, pool.cores()))
        self._waiting = 0

    async def run(self, request: Request, work: Callable[[], Result]) -> Result:
        """Do the work of a request, whose body has been read, in a thread, once one is free.

        A client that hangs up meanwhile loses its place. Raises `HTTPException` where too many wait already.
        """
        if self._waiting >= MAX_WAITING:
            raise HTTPException(503, "many pictures are waiting to be read; try again in a minute")
        self._waiting += 1
        with anyio.CancelScope() as scope:
            watching = asyncio.create_task(_cancel_if_gone(request, scope))
            try:
                return await anyio.to_thread.run_sync(work, limiter=self._limiter)
            finally:
                watching.cancel()
                self._waiting -= 1
        raise HTTPException(400, "the client hung up")  # which nobody reads


async def _cancel_if_gone(request: Request, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()

"""A body that is a file: taken in piece by piece, no larger than allowed."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

PICTURES = ("image/", "application/octet-stream")
FILES = (*PICTURES, "application/zip", "application/x-zip-compressed")
IN_MEMORY = 1024 * 1024  # bytes; what is larger waits on the disk


@asynccontextmanager
async def received(request: Request, kinds: tuple[str, ...], most: int) -> AsyncIterator[IO[bytes]]:
    """The body as a file, at its start. `HTTPException` for a body of another kind, or of more than `most` bytes."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith(kinds):
        raise HTTPException(415, f"Content-Type is {kind or 'missing'}; send image/png, application/zip or the like")
    too_large = HTTPException(
        413, f"the file is larger than {most // 1024**2} MB; make it smaller, or send it in parts"
    )
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > most:
        raise too_large
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        size = 0
        try:
            async for chunk in request.stream():
                size += len(chunk)
                if size > most:  # whatever Content-Length says
                    raise too_large
                await run_in_threadpool(file.write, chunk)
        except ClientDisconnect:  # there is nobody left to read this answer
            raise HTTPException(400, "the body ended before it was complete") from None
        file.seek(0)
        yield file

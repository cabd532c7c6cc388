"""What all routes share: JSON answers, the session, requests that come again, what is not there."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from charnet.collector.answers import Answer
from charnet.collector.session import Session


class Json(JSONResponse):
    """In ASCII, for the path of a sample need not be UTF-8."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode()


def session_of(request: Request) -> Session:
    session: Session = request.app.state.session
    return session


async def once(request: Request, content: object, work: Callable[[], Awaitable[Answer]]) -> Response:
    """What `work` answers; a request that comes again with its Idempotency-Key is answered as the first time."""
    key = request.headers.get("idempotency-key", "")
    status, answer = await session_of(request).answers.once(key, [request.url.path, content], work)
    return Json(answer, status_code=status)


def address(label: str, name: str) -> str:
    """Where the picture of a sample is served."""
    return "/".join(["/api/samples", *(quote(os.fsencode(part), safe="") for part in (label, name))])


@contextmanager
def or_not_found(reason: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise HTTPException(404, reason) from None

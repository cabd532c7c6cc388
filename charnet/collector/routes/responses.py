"""What several routes need: the session, JSON responses, idempotent requests, and 404 for a missing sample."""

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

from charnet.collector.idempotency import Result
from charnet.collector.session import Session
from charnet.letters.naming import to_folder


class AsciiJSONResponse(JSONResponse):
    """JSON in ASCII, since the path of a sample need not be UTF-8."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode()


def session_of(request: Request) -> Session:
    session: Session = request.app.state.session
    return session


async def run_once(request: Request, content: object, work: Callable[[], Awaitable[Result]]) -> Response:
    """The response with the result of `work`, or with the first result for this Idempotency-Key."""
    key = request.headers.get("idempotency-key", "")
    status, body = await session_of(request).idempotency.run_once(key, [request.url.path, content], work)
    return AsciiJSONResponse(body, status_code=status)


def address(label: str, name: str) -> str:
    """The path of the URL at which the picture of a sample is served."""
    return "/".join(["/api/samples", *(quote(os.fsencode(part), safe="") for part in (to_folder(label), name))])


@contextmanager
def not_found(message: str) -> Iterator[None]:
    """Turn a `FileNotFoundError` into a 404 with this message."""
    try:
        yield
    except FileNotFoundError:
        raise HTTPException(404, message) from None

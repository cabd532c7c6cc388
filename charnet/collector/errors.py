"""Responses to requests that fail: JSON {"error": "a sentence"} for programs, a page for a person in a browser."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from charnet.collector import languages
from charnet.collector.routes.responses import AsciiJSONResponse

# Inside the page, since a browser that may not open the page may not fetch its style sheets either.
STYLE = (
    ":root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; background: #f4f2ec; color: #20242c } "
    "body { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem } h1 { font-size: 1.75rem; font-weight: 600; "
    "line-height: 1.25 } p { padding: 1rem 1.25rem; border-radius: 0.9rem; background: #fbe8d6; color: #7d3d0c } "
    "@media (prefers-color-scheme: dark) { :root { background: #14161a; color: #ece8df } "
    "p { background: #3b2a1b; color: #f3c199 } }"
)
PAGE = (
    '<!doctype html><html lang="%s"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    f'<title>charnet</title><link rel="icon" href="data:,"><style>{STYLE}</style>'
    "<h1>%s</h1><p>%s</p></html>"
)
CLOSED = "This page can't be opened"
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = {"Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{DIGEST}'; img-src data:"}


def error_response(message: str, headers: Headers, status: int) -> Response:
    """The response to a request with these headers: a page where it accepts HTML, else JSON."""
    if not _accepts_html(headers):
        return AsciiJSONResponse({"error": message}, status_code=status)
    language = languages.of_headers(headers)
    title, text = (languages.translated(each, language) for each in (CLOSED, message))
    values = (language, html.escape(title), html.escape(f"{text[0].upper()}{text[1:]}."))
    return HTMLResponse(PAGE % values, status_code=status, headers=POLICY)


async def _http_exception(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404 and _accepts_html(request.headers):
        unknown = "there is no page at this address; open the address that collect.py printed"
        message = unknown if error.detail == HTTPStatus.NOT_FOUND.phrase else error.detail
        return error_response(message, request.headers, 404)
    return AsciiJSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)


async def _os_error(_: Request, error: OSError) -> Response:
    reason = error.strerror or error
    message = f"the disk reported an error: {reason}; free some space, or check the folder"
    return AsciiJSONResponse({"error": message}, status_code=507)


async def _memory_error(request: Request, error: Exception) -> Response:
    if isinstance(error, RuntimeError) and "new thread" not in str(error):
        raise error
    message = "this computer is short of memory; try again in a moment, or send a smaller picture"
    return AsciiJSONResponse({"error": message}, status_code=503)


async def _exception(_: Request, error: Exception) -> Response:
    message = f"charnet failed ({type(error).__name__}); see the terminal"
    return AsciiJSONResponse({"error": message}, status_code=500)


HANDLERS: Mapping[Any, Any] = {
    HTTPException: _http_exception,
    OSError: _os_error,
    MemoryError: _memory_error,
    RuntimeError: _memory_error,  # Python's own where the system starts no further thread
    Exception: _exception,
}


def _accepts_html(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "")

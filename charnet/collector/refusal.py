"""A refusal, as a page for a person in a browser, as JSON for all others."""

from __future__ import annotations

import base64
import hashlib
import html

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response

# All in one, for who may not open the page may not have its style sheets either.
STYLE = (
    ":root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; background: #f4f2ec; color: #20242c } "
    "body { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem } h1 { font-size: 1.75rem; font-weight: 600; "
    "line-height: 1.25 } p { padding: 1rem 1.25rem; border-radius: 0.9rem; background: #fbe8d6; color: #7d3d0c } "
    "@media (prefers-color-scheme: dark) { :root { background: #14161a; color: #ece8df } "
    "p { background: #3b2a1b; color: #f3c199 } }"
)
PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    f'<title>charnet</title><link rel="icon" href="data:,"><style>{STYLE}</style>'
    "<h1>This page can't be opened like this</h1><p>%s</p></html>"
)
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
PLAIN = {"Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{DIGEST}'; img-src data:"}


def for_a_person(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "")


def told(reason: str, headers: Headers, status: int) -> Response:
    """The answer to a request with these headers."""
    if not for_a_person(headers):
        return JSONResponse({"error": reason}, status_code=status)
    text = html.escape(f"{reason[0].upper()}{reason[1:]}.")
    return HTMLResponse(PAGE % text, status_code=status, headers=PLAIN)

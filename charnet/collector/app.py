"""The whole application: the page's own files, the routes of the API, and what an error is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet import web
from charnet.collector import api_archive, api_network, api_samples, api_state, api_train, api_wall, refusal
from charnet.collector.guard import Guard
from charnet.collector.replies import Json
from charnet.collector.session import Session

STATIC = Path(__file__).parent / "static"
# Named here, since the systems' own tables of types are not to be relied on: a browser runs no script of another type.
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# The page's own files at the top, those that other pages share below /web, by the address that they are asked for at.
FILES = {"/": STATIC / "index.html", "/wall": STATIC / "wall.html"}
FILES |= {f"/{path.name}": path for path in STATIC.iterdir() if path.suffix in TYPES}
FILES |= {f"/web/{path.name}": path for path in web.FOLDER.iterdir() if path.suffix in TYPES}


def create(session: Session, port: int, secret: str = "", name: str = "localhost") -> Guard:
    """The application, guarded; for whom `secret` and `name` are, see `Guard`."""
    handlers: Mapping[Any, Any] = {HTTPException: _refused, OSError: _failed, Exception: _broken}
    api = (api_state, api_network, api_samples, api_train, api_archive, api_wall)
    routes = [route for module in api for route in module.ROUTES]
    app = Starlette(routes=[*routes, *(Route(address, page) for address in FILES)], exception_handlers=handlers)
    app.state.session = session
    return Guard(app, port, secret, name)


def page(request: Request) -> Response:
    path = FILES[request.url.path]
    return Response(path.read_bytes(), media_type=TYPES[path.suffix])


async def _refused(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404 and refusal.for_a_person(request.headers):
        nothing = "there is nothing here; open the address that collect.py printed"
        reason = nothing if error.detail == HTTPStatus.NOT_FOUND.phrase else error.detail
        return refusal.told(reason, request.headers, 404)
    return Json({"error": error.detail}, status_code=error.status_code, headers=error.headers)


async def _failed(_: Request, error: OSError) -> Response:
    reason = error.strerror or error
    return Json({"error": f"the disk refused: {reason}; free some space or check the folder"}, status_code=507)


async def _broken(_: Request, error: Exception) -> Response:
    return Json({"error": f"charnet failed ({type(error).__name__}); see the terminal"}, status_code=500)

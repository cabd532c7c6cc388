"""The whole application: the page's own files, the routes of the API, the error handlers, and the guard around them."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet import web
from charnet.collector import errors, languages, permissions
from charnet.collector.credentials import Keys
from charnet.collector.guard import Guard
from charnet.collector.join_code import JoinCode
from charnet.collector.routes import archive, classroom, confusions, export, game, network, samples, state, train, wall
from charnet.collector.session import Session

STATIC = Path(__file__).parent / "static"
# Spelled out, since operating systems' tables of types differ and a browser runs no script of another type.
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# Address -> file: the page's own files at the top, those shared with exported pages below /web.
FILES = {"/": STATIC / "index.html", "/wall": STATIC / "wall.html"}
FILES |= {f"/{path.name}": path for path in STATIC.iterdir() if path.suffix in TYPES}
FILES |= {
    f"/web/{path.relative_to(web.FOLDER).as_posix()}": path for path in web.FOLDER.rglob("*") if path.suffix in TYPES
}
API = [
    *state.ROUTES, *classroom.ROUTES, *network.ROUTES, *samples.ROUTES, *train.ROUTES, *archive.ROUTES, *wall.ROUTES,
    *confusions.ROUTES, *game.ROUTES, *export.ROUTES,
]  # fmt: skip


def create(
    session: Session, port: int, keys: Keys | None = None, host: str = "localhost", code: JoinCode | None = None
) -> Guard:
    """The application with its guard; `Guard` explains `port`, `keys`, `host` and `code`."""
    routes = [*map(permissions.enforce, API), *(Route(address, static_file) for address in FILES)]
    app = Starlette(routes=routes, exception_handlers=errors.HANDLERS)
    app.state.session = session
    return Guard(app, port, keys, host, code)


def static_file(request: Request) -> Response:
    path = FILES[request.url.path]
    if path.suffix == ".html":
        page = languages.with_words(path.read_text("utf-8"), languages.of(request))
        return Response(page, media_type=TYPES[path.suffix])
    return Response(path.read_bytes(), media_type=TYPES[path.suffix])

"""The routes: the page, and the HTTP surface that it and other programs use."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from charnet import ink
from charnet.collector import drawing
from charnet.collector.drawing import Strokes
from charnet.collector.guard import Guard
from charnet.collector.session import Session

STATIC = Path(__file__).parent / "static"
# Named here, since the systems' own tables of types are not to be relied on: a browser runs no script of another type.
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def create(session: Session, port: int, secret: str = "", name: str = "localhost") -> Guard:
    """The whole application, guarded."""
    routes = [
        Route("/api/state", state),
        Route("/api/read", read, methods=["POST"]),
        Route("/api/samples", save, methods=["POST"]),
        Route("/api/analyze", analyze, methods=["POST"]),
        Route("/api/samples/{label}/{n}", sample, methods=["GET"]),
        Route("/api/samples/{label}/{n}", remove, methods=["DELETE"]),
        Route("/api/samples/{label}/{n}/restore", restore, methods=["POST"]),
        *(Route(f"/{path.name}", page) for path in STATIC.iterdir() if path.suffix in TYPES),
        Route("/", page),
    ]
    handlers = {HTTPException: _refused, OSError: _failed, Exception: _broken}
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.state.session = session
    return Guard(app, port, secret, name)


async def page(request: Request) -> Response:
    path = STATIC / (request.url.path.removeprefix("/") or "index.html")
    return Response(path.read_bytes(), media_type=TYPES[path.suffix])


async def state(request: Request) -> Response:
    session = _session(request)
    return JSONResponse(session.state(await run_in_threadpool(session.store.counts)))


async def read(request: Request) -> Response:
    """{"strokes"} -> {"ranking", "picture"}: what the network sees and makes of it."""
    strokes = drawing.strokes((await drawing.body(request, {"strokes"}))["strokes"])
    return JSONResponse(await run_in_threadpool(_look, _session(request), strokes))


async def save(request: Request) -> Response:
    """{"label", "strokes"} -> 201 {"path", "count"}."""
    label, strokes = await _named(request)
    return JSONResponse(await _keep(request, label, strokes), status_code=201)


async def analyze(request: Request) -> Response:
    """{"label", "strokes"} -> 200 when the network reads it as the label, else 201: it joins the samples."""
    session = _session(request)
    label, strokes = await _named(request)
    answer = await run_in_threadpool(_look, session, strokes)
    ranking = answer["ranking"]
    if ranking and ranking[0][0] == label:
        session.note_known(label)
        return JSONResponse({"kept": False, **answer})
    return JSONResponse({"kept": True, **answer, **await _keep(request, label, strokes)}, status_code=201)


async def sample(request: Request) -> Response:
    label, n = _place(request)
    path = _session(request).store.path(label, n)
    try:
        return Response(path.read_bytes(), media_type="image/png")
    except FileNotFoundError:
        raise HTTPException(404, f"there is no sample {label}/{n}") from None


async def remove(request: Request) -> Response:
    """Move a sample to the trash -> {"count"}."""
    session = _session(request)
    label, n = _place(request)
    try:
        await run_in_threadpool(session.store.remove, label, n)
    except FileNotFoundError:
        raise HTTPException(404, f"there is no sample {label}/{n}") from None
    session.note_removed(label, n)
    return JSONResponse({"count": await run_in_threadpool(session.store.count, label)})


async def restore(request: Request) -> Response:
    """Bring a sample back from the trash -> {"path", "count"}; its number is another one where that is taken."""
    session = _session(request)
    label, n = _place(request)
    try:
        n = await run_in_threadpool(session.store.restore, label, n)
    except FileNotFoundError as error:
        raise HTTPException(404, str(error)) from None
    session.note_saved(label, n)
    return JSONResponse(_saved(session, label, n, await run_in_threadpool(session.store.count, label)))


async def _named(request: Request) -> tuple[str, Strokes]:
    values = await drawing.body(request, {"label", "strokes"})
    return drawing.label(values["label"], _session(request).store.labels), drawing.strokes(values["strokes"])


async def _keep(request: Request, label: str, strokes: Strokes) -> dict[str, Any]:
    session = _session(request)
    key = request.headers.get("idempotency-key", "")
    if key in session.answered:
        return session.answered[key]
    try:
        n, count = await run_in_threadpool(session.keep, label, strokes)
    except ValueError as error:
        drawing.refuse(str(error))
    session.note_saved(label, n)
    answer = _saved(session, label, n, count)
    session.note_answer(key, answer)
    return answer


def _look(session: Session, strokes: Strokes) -> dict[str, Any]:
    try:
        framed = session.picture(strokes, session.reading)
    except ValueError as error:
        drawing.refuse(str(error))
    picture = base64.b64encode(ink.to_png(framed)).decode()
    return {"ranking": session.rank(framed), "picture": f"data:image/png;base64,{picture}"}


def _saved(session: Session, label: str, n: int, count: int) -> dict[str, Any]:
    return {"path": session.store.path(label, n).as_posix(), "count": count}


def _place(request: Request) -> tuple[str, int]:
    label, n = request.path_params["label"], request.path_params["n"]
    if label not in _session(request).store.labels:
        raise HTTPException(404, f"label: {label[:40]!r} is not one of {' '.join(_session(request).store.labels)}")
    if not re.fullmatch(r"0|[1-9][0-9]{0,8}", n):
        raise HTTPException(404, f"number: {n[:40]!r} is not the number of a sample")
    return label, int(n)


def _session(request: Request) -> Session:
    session: Session = request.app.state.session
    return session


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)


async def _failed(_: Request, error: Exception) -> Response:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    return JSONResponse({"error": f"the disk refused: {reason}; free some space or check the folder"}, status_code=507)


async def _broken(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"charnet failed ({type(error).__name__}); see the terminal"}, status_code=500)

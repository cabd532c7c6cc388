"""What the page, and any other program, asks of the server: JSON in, JSON out."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from charnet.collector import drawing
from charnet.collector.answers import Answer
from charnet.collector.drawing import Strokes
from charnet.collector.session import Session
from charnet.pictures import ink


class Json(JSONResponse):
    """In ASCII, for the path of a sample need not be UTF-8."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode()


async def state(request: Request) -> Response:
    session = _session(request)
    return Json(session.state(await run_in_threadpool(session.store.counts)))


async def read(request: Request) -> Response:
    """{"strokes"} -> {"ranking", "picture"}: what the network sees and makes of it."""
    strokes = drawing.strokes((await drawing.body(request, {"strokes"}))["strokes"])
    return Json(await run_in_threadpool(_look, _session(request), strokes))


async def save(request: Request) -> Response:
    """{"label", "strokes"} -> 201 {"path", "count"}."""
    label, strokes = await _named(request)

    async def keep() -> Answer:
        return 201, await _keep(_session(request), label, strokes)

    return await _once(request, [label, strokes], keep)


async def analyze(request: Request) -> Response:
    """{"label", "strokes"} -> 200 when the network reads it as the label, else 201: it joins the samples."""
    session = _session(request)
    label, strokes = await _named(request)

    async def look_and_keep() -> Answer:
        seen = await run_in_threadpool(_look, session, strokes)
        if seen["ranking"] and seen["ranking"][0][0] == label:
            session.note_known(label)
            return 200, {"kept": False, **seen}
        return 201, {"kept": True, **seen, **await _keep(session, label, strokes)}

    return await _once(request, [label, strokes], look_and_keep)


def sample(request: Request) -> Response:
    """The PNG of a sample. No coroutine: Starlette calls it in a thread, so that a stalled drive stops nobody else."""
    store = _session(request).store
    label, n = drawing.place(request, store.labels)
    with _or_not_found(f"there is no sample {label}/{n}"):
        return Response(store.read(label, n), media_type="image/png")


async def remove(request: Request) -> Response:
    """Move a sample to the trash -> {"count"}."""
    session = _session(request)
    label, n = drawing.place(request, session.store.labels)
    with _or_not_found(f"there is no sample {label}/{n}"):
        await run_in_threadpool(session.store.remove, label, n)
    session.note_removed(label, n)
    return Json({"count": await run_in_threadpool(session.store.count, label)})


async def restore(request: Request) -> Response:
    """Bring a sample back from the trash -> {"path", "count"}; its number is another one where that is taken."""
    session = _session(request)
    label, n = drawing.place(request, session.store.labels)
    with _or_not_found(f"{label}/{n} is not in the trash"):
        n = await run_in_threadpool(session.store.restore, label, n)
    session.note_saved(label, n)
    return Json(_saved(session, label, n, await run_in_threadpool(session.store.count, label)))


ROUTES = (
    Route("/api/state", state),
    Route("/api/read", read, methods=["POST"]),
    Route("/api/samples", save, methods=["POST"]),
    Route("/api/analyze", analyze, methods=["POST"]),
    Route("/api/samples/{label}/{n}", sample, methods=["GET"]),
    Route("/api/samples/{label}/{n}", remove, methods=["DELETE"]),
    Route("/api/samples/{label}/{n}/restore", restore, methods=["POST"]),
)


async def _named(request: Request) -> tuple[str, Strokes]:
    values = await drawing.body(request, {"label", "strokes"})
    return drawing.label(values["label"], _session(request).store.labels), drawing.strokes(values["strokes"])


async def _once(request: Request, content: object, work: Callable[[], Awaitable[Answer]]) -> Response:
    key = request.headers.get("idempotency-key", "")
    status, answer = await _session(request).answers.once(key, [request.url.path, content], work)
    return Json(answer, status_code=status)


async def _keep(session: Session, label: str, strokes: Strokes) -> dict[str, Any]:
    try:
        n, count = await run_in_threadpool(session.keep, label, strokes)
    except ValueError as error:
        drawing.refuse(str(error))
    session.note_saved(label, n)
    return _saved(session, label, n, count)


def _look(session: Session, strokes: Strokes) -> dict[str, Any]:
    try:
        framed = session.picture(strokes, session.reading)
    except ValueError as error:
        drawing.refuse(str(error))
    picture = base64.b64encode(ink.to_png(framed)).decode()
    return {"ranking": session.rank(framed), "picture": f"data:image/png;base64,{picture}"}


def _saved(session: Session, label: str, n: int, count: int) -> dict[str, Any]:
    return {"path": session.store.path(label, n).as_posix(), "count": count}


@contextmanager
def _or_not_found(reason: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise HTTPException(404, reason) from None


def _session(request: Request) -> Session:
    session: Session = request.app.state.session
    return session

"""Samples over HTTP: saved, listed, looked at, removed, brought back, given another label."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import api_network, drawing
from charnet.collector.answers import Answer
from charnet.collector.drawing import Strokes
from charnet.collector.replies import Json, address, once, or_not_found, session_of
from charnet.collector.session import Session
from charnet.letters.samples import writer_of
from charnet.pictures import ink

PAGE = 200  # samples that a list gives at once


async def save(request: Request) -> Response:
    """{"label", "strokes", "writer", "only_if_read"} -> 201, or 200 for what the network does not read as the label."""
    session = session_of(request)
    values = await drawing.body(request, {"label", "strokes"}, {"writer", "only_if_read"})
    label, strokes, writer = _named(session, values)
    careful = drawing.flag(values, "only_if_read")

    async def keep() -> Answer:
        if careful:
            seen = await run_in_threadpool(api_network.look, session, strokes)
            if not seen["ranking"] or seen["ranking"][0][0] != label:
                return 200, {"kept": False, **seen}
        return 201, await _keep(session, label, strokes, writer)

    return await once(request, [label, strokes, writer, careful], keep)


async def analyze(request: Request) -> Response:
    """{"label", "strokes", "writer"} -> 200 when the network reads it as the label, else 201: it joins the samples."""
    session = session_of(request)
    label, strokes, writer = _named(session, await drawing.body(request, {"label", "strokes"}, {"writer"}))

    async def look_and_keep() -> Answer:
        seen = await run_in_threadpool(api_network.look, session, strokes)
        if seen["ranking"] and seen["ranking"][0][0] == label:
            session.note_known(label, writer)
            return 200, {"kept": False, **seen}
        return 201, {"kept": True, **seen, **await _keep(session, label, strokes, writer)}

    return await once(request, [label, strokes, writer], look_and_keep)


async def listing(request: Request) -> Response:
    """?label&writer&offset&limit -> {"total", "samples"}: those that the network doubts most come first."""
    session = session_of(request)
    label = request.query_params.get("label")
    if label is not None:
        drawing.label(label, session.store.labels)
    offset, limit = drawing.number(request, "offset", 0), drawing.number(request, "limit", PAGE, most=1000)
    found = await run_in_threadpool(session.gallery.listing, label)
    if (writer := request.query_params.get("writer")) is not None:
        found = [seen for seen in found if writer_of(seen.name) == writer]
    rows = [
        asdict(seen) | {"writer": writer_of(seen.name), "address": address(seen.label, seen.name)}
        for seen in found[offset : offset + limit]
    ]
    return Json({"total": len(found), "samples": rows})


def picture(request: Request) -> Response:
    """The PNG of a sample. No coroutine: Starlette calls it in a thread, so that a stalled drive stops nobody else."""
    session = session_of(request)
    label, name = drawing.place(request, session.store.labels)
    with or_not_found(f"there is no sample {label}/{name}"):
        content = session.store.read(label, name)
    if not content.startswith(b"\x89PNG") or len(content) > drawing.MAX_BODY:  # a photo that someone put there
        try:
            content = ink.to_png(session.framed(content))
        except ValueError as error:
            drawing.refuse(f"{label}/{name}: {error}")
    return Response(content, media_type="image/png")


async def remove(request: Request) -> Response:
    """Move a sample to the trash -> {"count"}."""
    session = session_of(request)
    label, name = drawing.place(request, session.store.labels)
    with or_not_found(f"there is no sample {label}/{name}"):
        await run_in_threadpool(session.store.remove, label, name)
    session.note_removed(label, name)
    return Json({"count": await run_in_threadpool(session.store.count, label)})


async def restore(request: Request) -> Response:
    """Bring a sample back from the trash; it has another name where its own is taken."""
    session = session_of(request)
    label, name = drawing.place(request, session.store.labels)
    with or_not_found(f"{label}/{name} is not in the trash"):
        found = await run_in_threadpool(session.store.restore, label, name)
    session.note_restored(label, name, found)
    return Json(await _saved(session, label, found))


async def move(request: Request) -> Response:
    """{"to"}: give a sample another label; moving it back undoes that."""
    session = session_of(request)
    label, name = drawing.place(request, session.store.labels)
    to = drawing.label((await drawing.body(request, {"to"}))["to"], session.store.labels)
    with or_not_found(f"there is no sample {label}/{name}"):
        found = await run_in_threadpool(session.store.move, label, name, to)
    session.note_moved(label, name, to, found)
    counts = {each: await run_in_threadpool(session.store.count, each) for each in (label, to)}
    return Json({**await _saved(session, to, found), "counts": counts})


ROUTES = (
    Route("/api/samples", save, methods=["POST"]),
    Route("/api/samples", listing, methods=["GET"]),
    Route("/api/analyze", analyze, methods=["POST"]),
    Route("/api/samples/{label}/{name}", picture, methods=["GET"]),
    Route("/api/samples/{label}/{name}", remove, methods=["DELETE"]),
    Route("/api/samples/{label}/{name}/restore", restore, methods=["POST"]),
    Route("/api/samples/{label}/{name}/move", move, methods=["POST"]),
)


def _named(session: Session, values: dict[str, Any]) -> tuple[str, Strokes, str]:
    label = drawing.label(values["label"], session.store.labels)
    return label, drawing.strokes(values["strokes"]), drawing.writer(values.get("writer"))


async def _keep(session: Session, label: str, strokes: Strokes, writer: str) -> dict[str, Any]:
    try:
        name = await run_in_threadpool(session.keep, label, strokes, writer)
    except ValueError as error:
        drawing.refuse(str(error))
    session.note_saved(label, name)
    return await _saved(session, label, name)


async def _saved(session: Session, label: str, name: str) -> dict[str, Any]:
    path = session.store.path(label, name).as_posix()
    count = await run_in_threadpool(session.store.count, label)
    return {"path": path, "label": label, "name": name, "address": address(label, name), "count": count}

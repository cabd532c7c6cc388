"""Drawings in and out over HTTP: a zip of letter folders out; such a zip, or a picture, in."""

from __future__ import annotations

from functools import partial
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from charnet.collector import archive, drawing, intake, upload
from charnet.collector.replies import Json, session_of

MAX_ZIP = 512 * 1024 * 1024  # bytes


async def download(request: Request) -> Response:
    """?label&writer -> a zip of letter folders with all samples, or only those of a label or a writer."""
    store = session_of(request).store
    label, writer = (request.query_params.get(name) for name in ("label", "writer"))
    labels = store.labels if label is None else (drawing.label(label, store.labels),)
    headers = {"Content-Disposition": 'attachment; filename="letters.zip"'}
    return StreamingResponse(archive.stream(store, labels, writer), media_type="application/zip", headers=headers)


async def take(request: Request) -> Response:
    """?label&writer&name, the body a picture or a zip -> 201 {"saved", "refused"}. A zip may come without a label."""
    session = session_of(request)
    store, query = session.store, request.query_params
    label = drawing.label(query["label"], store.labels) if "label" in query else None
    writer = drawing.writer(query.get("writer"))
    if session.turn.locked():
        raise HTTPException(409, "other drawings are being added; try again when they are in")
    # Whoever sends slowly, or stops sending, holds up nobody; those who sent at the same time wait for each other.
    async with upload.received(request, upload.FILES, MAX_ZIP) as file, session.turn:
        if await run_in_threadpool(_is_zip, file):
            work = partial(intake.take_zip, store, session.spec, file, label, writer)
        elif label is None:
            drawing.refuse("label: say which letter the picture shows, or send a zip of letter folders")
        else:
            content = await run_in_threadpool(file.read, intake.MAX_FILE + 1)
            name = query.get("name", "the picture")
            work = partial(intake.take_picture, store, session.spec, content, name, label, writer)
        try:
            found = await run_in_threadpool(work)
        except ValueError as error:
            drawing.refuse(str(error))
    session.note_taken(found.saved)
    refused = [{"name": name, "error": why} for name, why in found.refused]
    answer = {"saved": found.counts(), "total": len(found.saved), "refused": refused, "more": found.more}
    samples = [{"label": label, "name": name} for label, name in found.saved[:1000]]
    return Json({**answer, "samples": samples}, status_code=201 if found.saved else 422 if refused else 200)


ROUTES = (Route("/api/archive", download, methods=["GET"]), Route("/api/archive", take, methods=["POST"]))


def _is_zip(file: IO[bytes]) -> bool:
    start = file.read(4)
    file.seek(0)
    return start in (b"PK\x03\x04", b"PK\x05\x06")

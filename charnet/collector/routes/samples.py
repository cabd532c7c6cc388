"""/api/samples and /api/analyze: samples are saved, listed, shown, removed, restored, and moved to another label."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import permissions, validation
from charnet.collector.credentials import PUPIL
from charnet.collector.idempotency import Result
from charnet.collector.routes import network
from charnet.collector.routes.responses import AsciiJSONResponse, address, not_found, run_once, session_of
from charnet.collector.session import Session
from charnet.collector.validation import Strokes
from charnet.letters.samples import writer_of
from charnet.pictures import ink

LIMIT = 200  # samples that a list holds unless the request says otherwise
MAX_LIMIT = 1000


async def save(request: Request) -> Response:
    """{"label", "strokes", "writer", "only_if_read"} -> 201; 200 when the network must read the label but doesn't."""
    session = session_of(request)
    values = await validation.json_body(request, {"label", "strokes"}, {"writer", "only_if_read"})
    label, strokes, writer = _drawing(request, values)
    only_if_read = validation.boolean(values, "only_if_read")

    async def work() -> Result:
        if only_if_read:
            reading = await run_in_threadpool(network.read, session, strokes)
            if not _reads_as(reading, label):
                return 200, {"kept": False, **reading}
        return 201, await _save(session, label, strokes, writer)

    return await run_once(request, [label, strokes, writer, only_if_read], work)


async def analyze(request: Request) -> Response:
    """{"label", "strokes", "writer"} -> 200 when the network reads the label; else 201, and the drawing is saved."""
    session = session_of(request)
    values = await validation.json_body(request, {"label", "strokes"}, {"writer"})
    label, strokes, writer = _drawing(request, values)

    async def work() -> Result:
        reading = await run_in_threadpool(network.read, session, strokes)
        if _reads_as(reading, label):
            session.record_recognised(label, writer)
            return 200, {"kept": False, **reading}
        return 201, {"kept": True, **reading, **await _save(session, label, strokes, writer)}

    return await run_once(request, [label, strokes, writer], work)


async def list_samples(request: Request) -> Response:
    """?label&writer&read&held_out&offset&limit -> {"total", "samples"}, those most likely misread first.

    `read` is what the network reads; with held_out=true only what the last training held out is listed.
    """
    session = session_of(request)
    label = request.query_params.get("label")
    if label is not None:
        validation.label(label, session.store.labels)
    offset = validation.query_integer(request, "offset", 0)
    limit = validation.query_integer(request, "limit", LIMIT, high=MAX_LIMIT)
    async with session.gallery_lock:  # here, so that one thread waits at most
        found = await run_in_threadpool(session.gallery.list_samples, label)
    if (writer := request.query_params.get("writer")) is not None:
        found = [sample for sample in found if writer_of(sample.name) == writer]
    if (read := request.query_params.get("read")) is not None:
        found = [sample for sample in found if sample.read == read]
    if request.query_params.get("held_out") == "true":
        held_out = session.trainer.status.held_out
        found = [sample for sample in found if (sample.label, sample.name) in held_out]
    rows = [
        asdict(sample) | {"writer": writer_of(sample.name), "address": address(sample.label, sample.name)}
        for sample in found[offset : offset + limit]
    ]
    return AsciiJSONResponse({"total": len(found), "samples": rows})


async def get_picture(request: Request) -> Response:
    """The PNG of a sample. It is read in a thread, so that a slow drive delays nobody else."""
    session = session_of(request)
    label, name = validation.sample_in_path(request, session.store.labels)
    with not_found(f"there is no sample {label}/{name}"):
        content = await run_in_threadpool(session.store.read, label, name)
    if not content.startswith(b"\x89PNG") or len(content) > validation.MAX_BODY:  # someone put a photo there
        try:
            content = await session.decoding.run(request, lambda: ink.to_png(session.frame_picture(content)))
        except ValueError as error:
            validation.refuse(f"{label}/{name}: {error}")
    return Response(content, media_type="image/png")


async def remove(request: Request) -> Response:
    """Move a sample to the trash -> {"count"}: how many the label still has."""
    session = session_of(request)
    label, name = validation.sample_in_path(request, session.store.labels)
    with not_found(f"there is no sample {label}/{name}"):
        await run_in_threadpool(session.store.remove, label, name)
    session.record_removed(label, name, by_pupil=request.state.role == PUPIL)
    return AsciiJSONResponse({"count": await run_in_threadpool(session.store.count, label)})


async def restore(request: Request) -> Response:
    """Bring a sample back from the trash; it gets another name where its own is taken."""
    session = session_of(request)
    label, name = validation.sample_in_path(request, session.store.labels)
    with not_found(f"{label}/{name} is not in the trash"):
        new_name = await run_in_threadpool(session.store.restore, label, name)
    session.record_restored(label, name, new_name)
    return AsciiJSONResponse(await _sample_to_dict(session, label, new_name))


async def move(request: Request) -> Response:
    """{"to"} -> the sample under that label, and the counts of both labels. Moving it back undoes the move."""
    session = session_of(request)
    label, name = validation.sample_in_path(request, session.store.labels)
    to = validation.label((await validation.json_body(request, {"to"}))["to"], session.store.labels)
    with not_found(f"there is no sample {label}/{name}"):
        new_name = await run_in_threadpool(session.store.move, label, name, to)
    session.record_moved(label, name, to, new_name)
    counts = {each: await run_in_threadpool(session.store.count, each) for each in (label, to)}
    return AsciiJSONResponse({**await _sample_to_dict(session, to, new_name), "counts": counts})


ROUTES = (
    Route("/api/samples", save, methods=["POST"]),
    Route("/api/samples", list_samples, methods=["GET"]),
    Route("/api/analyze", analyze, methods=["POST"]),
    Route("/api/samples/{label}/{name}", get_picture, methods=["GET"]),
    Route("/api/samples/{label}/{name}", remove, methods=["DELETE"]),
    Route("/api/samples/{label}/{name}/restore", restore, methods=["POST"]),
    Route("/api/samples/{label}/{name}/move", move, methods=["POST"]),
)


def _drawing(request: Request, values: dict[str, Any]) -> tuple[str, Strokes, str]:
    label = validation.label(values["label"], session_of(request).store.labels)
    return label, validation.strokes(values["strokes"]), permissions.writer(request, values.get("writer"))


def _reads_as(reading: dict[str, Any], label: str) -> bool:
    return bool(reading["ranking"]) and reading["ranking"][0][0] == label


async def _save(session: Session, label: str, strokes: Strokes, writer: str) -> dict[str, Any]:
    try:
        name = await run_in_threadpool(session.save, label, strokes, writer)
    except ValueError as error:
        validation.refuse(str(error))
    session.record_saved(label, name)
    return await _sample_to_dict(session, label, name)


async def _sample_to_dict(session: Session, label: str, name: str) -> dict[str, Any]:
    path = session.store.path(label, name).as_posix()
    count = await run_in_threadpool(session.store.count, label)
    return {"path": path, "label": label, "name": name, "address": address(label, name), "count": count}

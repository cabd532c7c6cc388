"""What a wall for all to see shows: the latest drawings as they arrive, the counts, where to draw."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import drawing, terminal
from charnet.collector.replies import Json, address, session_of
from charnet.letters.samples import writer_of

LATEST = 60  # drawings that a wall is given at once


async def wall(request: Request) -> Response:
    """?after&limit -> the drawings since that number, the oldest first, the counts, the address and its QR code."""
    session = session_of(request)
    after, limit = drawing.number(request, "after", 0), drawing.number(request, "limit", LATEST, most=500)
    rows = [row for row in session.recent if row[0] > after]
    latest = [
        {"number": n, "label": label, "name": name, "writer": writer_of(name), "address": address(label, name)}
        for n, label, name in rows[len(rows) - min(limit, len(rows)) :]
    ]
    seen = await run_in_threadpool(session.look)
    answer = {"latest": latest, "last": session.number, "counts": seen.counts, "own": seen.own}
    code = await run_in_threadpool(terminal.picture_of_code, session.address) if session.shared else None
    return Json({**answer, "writers": seen.writers, "address": session.address, "code": code})


ROUTES = (Route("/api/wall", wall, methods=["GET"]),)

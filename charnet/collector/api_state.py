"""The session over HTTP: what the page shows beside the drawing, and what is to be drawn."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import drawing
from charnet.collector.config import MAX_COUNT, MODES
from charnet.collector.plan import Plan
from charnet.collector.replies import Json, session_of


async def state(request: Request) -> Response:
    """?writer -> the plan (of that writer), the counts, the network."""
    session = session_of(request)
    writer = drawing.writer(request.query_params.get("writer"))
    seen = await run_in_threadpool(session.look)
    return Json(session.state(seen, writer))


async def plan(request: Request) -> Response:
    """{"mode", "letters", "count", "writer"} -> the new plan; no letters is free play."""
    session = session_of(request)
    values = await drawing.body(request, {"mode"}, {"letters", "count", "writer"})
    mode, letters, count = values["mode"], values.get("letters", []), values.get("count", 0)
    if mode not in (*MODES, "free"):
        drawing.refuse(f"mode: {str(mode)[:40]!r} is not one of {', '.join(MODES)}, free")
    if not isinstance(letters, list):
        drawing.refuse("letters: a list of labels is asked for")
    letters = tuple(dict.fromkeys(drawing.label(label, session.store.labels) for label in letters))
    if bool(letters) == (mode == "free"):
        drawing.refuse("letters: free play has none, and every other mode needs some")
    if type(count) is not int or not 0 <= count <= MAX_COUNT:
        drawing.refuse(f"count: {str(count)[:40]} is not a whole number from 0 (no end) to {MAX_COUNT}")
    chosen = Plan("draw" if mode == "free" else mode, letters, count)
    session.choose(chosen, drawing.writer(values.get("writer")))
    return Json(chosen.to_dict())


ROUTES = (Route("/api/state", state), Route("/api/plan", plan, methods=["POST"]))

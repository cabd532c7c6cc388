"""/api/state and /api/plan: what the page shows beside the drawing, and what is to be drawn."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import validation
from charnet.collector.config import MAX_COUNT, MODES
from charnet.collector.plan import Plan
from charnet.collector.routes.responses import AsciiJSONResponse, session_of


async def get_state(request: Request) -> Response:
    """?writer -> that writer's plan, the counts, the network."""
    session = session_of(request)
    writer = validation.writer(request.query_params.get("writer"))
    counts, network = await run_in_threadpool(session.read_disk)
    return AsciiJSONResponse(session.state(counts, network, writer))


async def set_plan(request: Request) -> Response:
    """{"mode", "letters", "count", "writer"} -> the new plan; without letters the writer draws anything ("free")."""
    session = session_of(request)
    values = await validation.json_body(request, {"mode"}, {"letters", "count", "writer"})
    mode, count = values["mode"], values.get("count", 0)
    if mode not in (*MODES, "free"):
        validation.refuse(f"mode: {str(mode)[:40]!r} is not one of {', '.join(MODES)}, free")
    letters = validation.labels(values.get("letters", []), "letters", session.store.labels)
    if bool(letters) == (mode == "free"):
        validation.refuse("letters: free play has none, and every other mode needs some")
    if type(count) is not int or not 0 <= count <= MAX_COUNT:
        validation.refuse(f"count: {str(count)[:40]} is not a whole number from 0 (no end) to {MAX_COUNT}")
    plan = Plan("draw" if mode == "free" else mode, letters, count)
    session.set_plan(plan, validation.writer(values.get("writer")))
    return AsciiJSONResponse(plan.to_dict())


ROUTES = (Route("/api/state", get_state), Route("/api/plan", set_plan, methods=["POST"]))

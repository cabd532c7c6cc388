"""/api/state, /api/labels, /api/plan and /api/example: what the page shows beside the drawing, what is to be drawn."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import permissions, validation
from charnet.collector.config import MAX_COUNT, MODES
from charnet.collector.credentials import PUPIL
from charnet.collector.plan import Plan
from charnet.collector.routes import classroom
from charnet.collector.routes.responses import AsciiJSONResponse, session_of
from charnet.letters import handwriting, templates


async def get_state(request: Request) -> Response:
    """?writer -> that writer's plan, a pupil's own; the counts, the network, who asks and what that one may do."""
    session = session_of(request)
    writer = validation.writer(request.query_params.get("writer"))
    you = permissions.describe(request)
    counts, network = await run_in_threadpool(session.read_disk)
    state = session.state(counts, network, you["name"] if you["role"] == PUPIL else writer)
    return AsciiJSONResponse(state | {"you": you, "class": classroom.describe(session, you["role"], counts.writers)})


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
    session.set_plan(plan, permissions.writer(request, values.get("writer")))
    return AsciiJSONResponse(plan.to_dict())


async def set_labels(request: Request) -> Response:
    """{"labels"}, a text as in data.labels -> {"labels"}: they are collected from now on."""
    session = session_of(request)
    text = (await validation.json_body(request, {"labels"}))["labels"]
    if not isinstance(text, str) or not text.strip():
        validation.refuse("labels: send characters run together, or names with spaces between")
    try:
        labels = await run_in_threadpool(session.set_labels, text)
    except ValueError as error:
        validation.refuse(str(error))
    return AsciiJSONResponse({"labels": labels})


async def get_example(request: Request) -> Response:
    """?label -> {"strokes"}: how it may be written, on the guide lines; [] where no template shows it."""
    label = validation.label(request.query_params.get("label"), session_of(request).store.labels)
    return AsciiJSONResponse({"strokes": example(label)})


def example(label: str) -> list[list[list[float]]]:
    """The commonest shape of a character, as strokes; none for a word, or what has no template."""
    if label not in templates.ALL:
        return []
    _, strokes = max(templates.shapes(label), key=lambda shape: shape[0])
    return handwriting.plain(strokes)


ROUTES = (
    Route("/api/state", get_state),
    Route("/api/labels", set_labels, methods=["POST"]),
    Route("/api/plan", set_plan, methods=["POST"]),
    Route("/api/example", get_example),
)

"""/api/game: the class's best game, since the program started."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import permissions, validation
from charnet.collector.routes.responses import AsciiJSONResponse, session_of

ROUNDS = 10
MAX_SECONDS = 3600


async def end_game(request: Request) -> Response:
    """{"score", "seconds", "writer"} -> {"best": {"score", "seconds", "writer"}}, of all games up to this one.

    The better one read more letters or, where they are equal, took less time.
    """
    session = session_of(request)
    values = await validation.json_body(request, {"score", "seconds"}, {"writer"})
    score = validation.integer(values, "score", 0, ROUNDS)
    seconds = validation.integer(values, "seconds", 0, MAX_SECONDS)
    if score is None or seconds is None:
        validation.refuse("score and seconds: send whole numbers")
    game = {"score": score, "seconds": seconds, "writer": permissions.writer(request, values.get("writer", ""))}
    best = session.best_game
    if best is None or (score, -seconds) > (best["score"], -best["seconds"]):
        session.best_game = game
    return AsciiJSONResponse({"best": session.best_game})


ROUTES = (Route("/api/game", end_game, methods=["POST"]),)

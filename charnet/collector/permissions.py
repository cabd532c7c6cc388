"""Who may what in a class: the teacher everything, a pupil what the rule of each route allows.

Without host= there is no class, and whoever uses this computer is the teacher.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import credentials, validation
from charnet.collector.credentials import TEACHER
from charnet.collector.errors import error_response
from charnet.collector.routes.responses import session_of
from charnet.letters.samples import writer_of

Rule = Callable[[Request], str]  # why a pupil's request is refused; "" where it is served


def anyone(_: Request) -> str:
    return ""


def named(request: Request) -> str:
    """Pupils save under a name."""
    return "" if names(request) else "say your name first: drawings are saved under it"


def own(request: Request) -> str:
    """A pupil changes what was drawn under a name of its phone."""
    is_own = writer_of(request.path_params["name"]) in names(request)
    return "" if is_own else "this drawing is not yours; only the teacher moves and removes the drawings of others"


def removed(request: Request) -> str:
    """A pupil brings back what a pupil removed, not what the teacher did."""
    session = session_of(request)
    is_removed = validation.sample_in_path(request, session.store.labels) in session.removed_by_pupils
    return own(request) or ("" if is_removed else "you did not remove this drawing; ask the teacher to bring it back")


def trains(request: Request) -> str:
    """Pupils train where the teacher lets them."""
    return "" if session_of(request).pupils_train else "only the teacher trains here, and may let the class train too"


def only_the_teacher(does: str) -> Rule:
    return lambda _: f"only the teacher {does}"


WHO: dict[tuple[str, str], Rule] = {
    ("GET", "/api/state"): anyone,
    ("POST", "/api/labels"): only_the_teacher("chooses the letters of the class"),
    ("POST", "/api/plan"): named,
    ("GET", "/api/example"): anyone,
    ("POST", "/api/name"): anyone,
    ("DELETE", "/api/names/{name}"): only_the_teacher("frees a name"),
    ("POST", "/api/class"): only_the_teacher("says what the class may do"),
    ("GET", "/api/network"): anyone,
    ("GET", "/api/network/units/{unit}"): anyone,
    ("POST", "/api/network/explain"): anyone,
    ("POST", "/api/read"): anyone,
    ("POST", "/api/read/picture"): anyone,
    ("POST", "/api/read/text"): anyone,
    ("POST", "/api/samples"): named,
    ("GET", "/api/samples"): anyone,
    ("POST", "/api/analyze"): named,
    ("GET", "/api/samples/{label}/{name}"): anyone,
    ("DELETE", "/api/samples/{label}/{name}"): own,
    ("POST", "/api/samples/{label}/{name}/restore"): removed,
    ("POST", "/api/samples/{label}/{name}/move"): own,
    ("POST", "/api/train"): trains,
    ("GET", "/api/train"): anyone,
    ("DELETE", "/api/train"): trains,
    ("POST", "/api/train/warm"): trains,
    ("DELETE", "/api/train/warm"): trains,
    ("GET", "/api/train/snapshots"): anyone,
    ("POST", "/api/train/former"): trains,
    ("POST", "/api/train/sizes"): trains,
    ("GET", "/api/train/sizes"): anyone,
    ("DELETE", "/api/train/sizes"): trains,
    ("GET", "/api/archive"): only_the_teacher("downloads the drawings"),
    ("POST", "/api/archive"): only_the_teacher("adds pictures and zips"),
    ("GET", "/api/export"): anyone,
    ("GET", "/api/wall"): anyone,
    ("GET", "/api/confusions"): anyone,
    ("POST", "/api/game"): named,
}
NOT_SAID = only_the_teacher("may do this")  # of a route without a rule


def enforce(route: Route) -> Route:
    """The route, which from now on refuses whom its rule refuses."""
    (method,) = (route.methods or set()) - {"HEAD"}  # what holds for GET holds for HEAD
    rule = WHO.get((method, route.path), NOT_SAID)

    async def endpoint(request: Request) -> Response:
        if request.state.role != TEACHER and (reason := rule(request)):
            return error_response(reason, request.headers, 403)
        response: Response = await route.endpoint(request)
        return response

    return Route(route.path, endpoint, methods=[method])


def describe(request: Request) -> dict[str, Any]:
    """Who sends a request, for the page: {"role", "name", "may"}."""
    teaches = request.state.role == TEACHER
    return {
        "role": request.state.role,
        "name": (names(request) or [""])[-1],
        "may": {
            "save": teaches or not named(request),
            "train": teaches or not trains(request),
            "manage": teaches,  # the drawings of all, the letters, names, downloads and uploads
        },
    }


def phone(request: Request) -> str:
    """The secret that a pupil's phone was given when it named itself; "" before, and for one that is not known."""
    given = [phone for _, phone in credentials.bearers(request.headers)]
    given += credentials.cookies(request.headers, phone_cookie(request))
    return next((secret for secret in given if session_of(request).pupils.names(secret)), "")


def phone_cookie(request: Request) -> str:
    """The name of its cookie. Names belong to a folder of drawings, whatever the port."""
    return f"charnet-{session_of(request).folder}"


def names(request: Request) -> list[str]:
    """The names of a pupil's phone, the one that it goes by last."""
    return session_of(request).pupils.names(phone(request))


def writer(request: Request, given: object) -> str:
    """Under whose name a request saves: as the teacher says; a pupil under its own, or a former one of its phone."""
    name = validation.writer(given)
    if request.state.role == TEACHER:
        return name
    own_names = names(request)
    if not own_names:
        raise HTTPException(403, named(request))
    if name and name not in own_names:
        raise HTTPException(403, f"{name} is not your name: you are {own_names[-1]}")
    return name or own_names[-1]

"""/api/name, /api/names, /api/class: pupils name themselves; the teacher frees names and says what a class may do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import credentials, permissions, validation
from charnet.collector.credentials import TEACHER
from charnet.collector.routes.responses import AsciiJSONResponse, not_found, session_of
from charnet.collector.session import Session

HALF_A_YEAR = 180 * 24 * 3600  # seconds for which a phone keeps its secret


async def take_name(request: Request) -> Response:
    """{"name"} -> {"name"}: it belongs to this phone from now on; 409 where it is another's.

    A browser gets the phone's secret as a cookie. A program, which sends its key in a header, gets {"key"}, to be sent
    in its place from now on. The teacher may write under any name, so nothing is bound.
    """
    session = session_of(request)
    name = validation.writer((await validation.json_body(request, {"name"}))["name"])
    if not name:
        validation.refuse("name: empty; send up to 40 letters a to z and digits")
    if request.state.role == TEACHER:
        return AsciiJSONResponse({"name": name})
    phone = permissions.phone(request) or credentials.new_secret()
    try:
        name = await run_in_threadpool(_take, session, name, phone)
    except ValueError as error:
        raise HTTPException(409, str(error)) from None
    if bearer := next(credentials.bearers(request.headers), None):
        return AsciiJSONResponse({"name": name, "key": f"{bearer[0]}.{phone}"})
    cookie = credentials.cookie(permissions.phone_cookie(request), phone, f"; Max-Age={HALF_A_YEAR}")
    return AsciiJSONResponse({"name": name}, headers={"Set-Cookie": cookie})


async def free_name(request: Request) -> Response:
    """Let the next phone that asks for this name have it, with its drawings -> {"names"}."""
    session = session_of(request)
    name = validation.writer(request.path_params["name"])
    writers = await run_in_threadpool(session.store.writers)
    with not_found(f"nobody is called {name}"):
        await run_in_threadpool(session.pupils.free, name, writers)
    return AsciiJSONResponse({"names": session.pupils.states(writers)})


async def set_class(request: Request) -> Response:
    """{"pupils_train"} -> the same: whether the pupils may train too."""
    session = session_of(request)
    values = await validation.json_body(request, {"pupils_train"})
    session.pupils_train = validation.boolean(values, "pupils_train")
    return AsciiJSONResponse({"pupils_train": session.pupils_train})


ROUTES = (
    Route("/api/name", take_name, methods=["POST"]),
    Route("/api/names/{name}", free_name, methods=["DELETE"]),
    Route("/api/class", set_class, methods=["POST"]),
)


def describe(session: Session, role: str, writers: Collection[str]) -> dict[str, Any] | None:
    """What the page shows of the class, the names for the teacher alone; None where there is no class."""
    if not session.shared:
        return None
    names = {"names": session.pupils.states(writers)} if role == TEACHER else {}
    return {"pupils_train": session.pupils_train, **names}


def _take(session: Session, name: str, phone: str) -> str:
    return session.pupils.take(name, phone, session.store.writers())

"""Training over HTTP: started, followed, stopped."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import drawing, lesson
from charnet.collector.lesson import Lacking, Lesson
from charnet.collector.replies import Json, session_of
from charnet.collector.session import Session

HIDDEN = 5, 100  # units
EPOCHS = 1, 100_000


async def start(request: Request) -> Response:
    """{"hidden", "epochs", "init", "seed", "without"} -> 202; 409 while one runs; 422 says what to do first."""
    session = session_of(request)
    asked = {"hidden", "epochs", "init", "seed", "without"}
    values = await drawing.body(request, set(), asked)
    init, without = values.get("init") or "", values.get("without") or []
    init = lesson.CURRENT if init is True else init
    if not isinstance(init, str):
        drawing.refuse(f"init: {str(init)[:40]} is not a network; send {lesson.CURRENT!r} for the one in use")
    if not isinstance(without, list):
        drawing.refuse("without: a list of labels is asked for")
    wanted = Lesson(
        drawing.whole(values, "hidden", *HIDDEN),
        drawing.whole(values, "epochs", *EPOCHS),
        init,
        drawing.whole(values, "seed", 0, 2**32 - 1),
        tuple(drawing.label(label, session.store.labels) for label in without),
        session.reader.where,
    )
    return await run_in_threadpool(_start, session, wanted)


async def state(request: Request) -> Response:
    """-> how far the training is, or what it came to; its network reads from its end on."""
    trainer = session_of(request).trainer
    return Json(trainer.course.to_dict() | {"warm": trainer.warm})


async def stop(request: Request) -> Response:
    """End the training with its best network so far -> how far it is; nothing where none runs."""
    await run_in_threadpool(session_of(request).trainer.stop)
    return await state(request)


async def warm(request: Request) -> Response:
    """Have a process wait, so that a training starts at once; to be asked again every half minute."""
    await run_in_threadpool(session_of(request).trainer.prepare)
    return await state(request)


async def cool(request: Request) -> Response:
    """Let the process that waits go."""
    await run_in_threadpool(session_of(request).trainer.release)
    return await state(request)


async def snapshots(request: Request) -> Response:
    """?after -> the hidden units' input weights after some of the epochs: signed bytes in base64, 127 is `scale`."""
    session = session_of(request)
    after, course = drawing.number(request, "after", 0), session.trainer.course
    spec = session.spec
    rows = [snapshot for snapshot in course.snapshots if snapshot["epoch"] > after]
    return Json({"width": spec.width, "height": spec.height, "snapshots": rows})


ROUTES = (
    Route("/api/train", start, methods=["POST"]),
    Route("/api/train", state, methods=["GET"]),
    Route("/api/train", stop, methods=["DELETE"]),
    Route("/api/train/warm", warm, methods=["POST"]),
    Route("/api/train/warm", cool, methods=["DELETE"]),
    Route("/api/train/snapshots", snapshots, methods=["GET"]),
)


def _start(session: Session, wanted: Lesson) -> Response:
    try:
        words = lesson.words(wanted, session.config.data, session.store.counts())
    except Lacking as error:
        return Json({"error": str(error), "lacking": error.labels}, status_code=422)
    except ValueError as error:
        drawing.refuse(str(error))
    if not session.trainer.start(words, wanted.epochs, wanted.current):
        raise HTTPException(409, "a training is under way; wait until it ends, or stop it")
    return Json(session.trainer.course.to_dict(), status_code=202)

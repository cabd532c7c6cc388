"""/api/train: a training is started, followed and stopped."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import validation
from charnet.collector.routes.responses import AsciiJSONResponse, session_of
from charnet.collector.session import Session
from charnet.collector.training import CURRENT, MissingDrawings, TrainingRequest

HIDDEN = 5, 100  # units
EPOCHS = 1, 100_000
SEED = 0, 2**32 - 1


async def start(request: Request) -> Response:
    """{"hidden", "epochs", "init", "seed", "without"} -> 202; 409 while one is running; 422 says what to do first."""
    session = session_of(request)
    values = await validation.json_body(request, set(), {"hidden", "epochs", "init", "seed", "without"})
    init = values.get("init") or ""
    init = CURRENT if init is True else init
    if not isinstance(init, str):
        validation.refuse(f"init: {str(init)[:40]} is not a network; send {CURRENT!r} for the one in use")
    training_request = TrainingRequest(
        hidden=validation.integer(values, "hidden", *HIDDEN),
        epochs=validation.integer(values, "epochs", *EPOCHS),
        init=init,
        seed=validation.integer(values, "seed", *SEED),
        without=validation.labels(values.get("without") or [], "without", session.store.labels),
        network=session.network.weights,
    )
    return await run_in_threadpool(_start, session, training_request)


async def get_status(request: Request) -> Response:
    """-> how far the training is and, at the end, its result."""
    trainer = session_of(request).trainer
    return AsciiJSONResponse(trainer.status.to_dict() | {"warm": trainer.warm})


async def stop(request: Request) -> Response:
    """End the training after its current epoch and keep its best network -> its status."""
    await run_in_threadpool(session_of(request).trainer.stop)
    return await get_status(request)


async def warm_up(request: Request) -> Response:
    """Have a process on standby, so that a training starts at once -> the status. Ask again every half minute."""
    await run_in_threadpool(session_of(request).trainer.prepare)
    return await get_status(request)


async def cool_down(request: Request) -> Response:
    """End the process on standby -> the status."""
    await run_in_threadpool(session_of(request).trainer.release)
    return await get_status(request)


async def get_snapshots(request: Request) -> Response:
    """?after -> the hidden units' input weights after some of the epochs: signed bytes in base64, 127 means `scale`."""
    session = session_of(request)
    after = validation.query_integer(request, "after", 0)
    snapshots = [snapshot for snapshot in session.trainer.status.snapshots if snapshot["epoch"] > after]
    return AsciiJSONResponse({"width": session.spec.width, "height": session.spec.height, "snapshots": snapshots})


ROUTES = (
    Route("/api/train", start, methods=["POST"]),
    Route("/api/train", get_status, methods=["GET"]),
    Route("/api/train", stop, methods=["DELETE"]),
    Route("/api/train/warm", warm_up, methods=["POST"]),
    Route("/api/train/warm", cool_down, methods=["DELETE"]),
    Route("/api/train/snapshots", get_snapshots, methods=["GET"]),
)


def _start(session: Session, training_request: TrainingRequest) -> Response:
    try:
        settings = training_request.settings(session.config.data, session.store.counts())
    except MissingDrawings as error:
        return AsciiJSONResponse({"error": str(error), "lacking": error.labels}, status_code=422)
    except ValueError as error:
        validation.refuse(str(error))
    if not session.trainer.start(settings, training_request.network):
        raise HTTPException(409, "a training is already running; wait until it ends, or stop it")
    return AsciiJSONResponse(session.trainer.status.to_dict(), status_code=202)

"""/api/train: a training, or a comparison of numbers of drawings, is started, followed and stopped."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import validation
from charnet.collector.routes.responses import AsciiJSONResponse, session_of
from charnet.collector.session import Session
from charnet.collector.training import CURRENT, MissingDrawings, Settings, TrainingRequest

HIDDEN = 2, 100  # units
EPOCHS = 1, 100_000
SEED = 0, 2**32 - 1
PER_LABEL = 1, 10_000  # drawings
KEYS = {"hidden", "epochs", "init", "seed", "without", "distort", "per_label", "by_writer", "writer"}  # all optional
BUSY = "a training is already running; wait until it ends, or stop it"
COMPARING = "numbers of drawings are being compared; wait until that ends, or stop it where it was started"


async def start(request: Request) -> Response:
    """{"hidden", "epochs", "init", "seed", ...} -> 202; 409 while one is running; 422 says what to do first."""
    return await run_in_threadpool(_start, session_of(request), await _training_request(request))


async def compare_sizes(request: Request) -> Response:
    """The same body -> 202: trainings on more and more of the drawings, which leave the network in use alone."""
    return await run_in_threadpool(_compare_sizes, session_of(request), await _training_request(request))


async def get_sizes(request: Request) -> Response:
    """-> how far the comparison is, and its figures."""
    return AsciiJSONResponse(session_of(request).trainer.sizes.to_dict())


async def stop_comparing(request: Request) -> Response:
    """End the comparison -> its status."""
    await run_in_threadpool(session_of(request).trainer.stop_comparing)
    return await get_sizes(request)


async def switch(request: Request) -> Response:
    """{"back"} -> the status, once the former network is in use again or, unless `back`, the one just trained."""
    values = await validation.json_body(request, {"back"})
    try:
        await run_in_threadpool(session_of(request).trainer.switch, validation.boolean(values, "back"))
    except (ValueError, OSError) as error:
        raise HTTPException(409, str(error)) from None
    return await get_status(request)


async def _training_request(request: Request) -> TrainingRequest:
    session = session_of(request)
    values = await validation.json_body(request, set(), KEYS)
    init = values.get("init") or ""
    init = CURRENT if init is True else init
    if not isinstance(init, str):
        validation.refuse(f"init: {str(init)[:40]} is not a network; send {CURRENT!r} for the one in use")
    return TrainingRequest(
        hidden=validation.integer(values, "hidden", *HIDDEN),
        epochs=validation.integer(values, "epochs", *EPOCHS),
        init=init,
        seed=validation.integer(values, "seed", *SEED),
        without=validation.labels(values.get("without") or [], "without", session.store.labels),
        distort=validation.boolean({"distort": True} | values, "distort"),
        per_label=validation.integer(values, "per_label", *PER_LABEL),
        by_writer=validation.boolean(values, "by_writer") or bool(values.get("writer")),
        writer=validation.writer(values.get("writer")),
        network=session.network.weights,
    )


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
    """?after -> the network's spec, and its weights after some of the epochs."""
    status = session_of(request).trainer.status
    after = validation.query_integer(request, "after", 0)
    snapshots = [snapshot for snapshot in status.snapshots if snapshot["epoch"] > after]
    return AsciiJSONResponse({**status.spec, "snapshots": snapshots})


ROUTES = (
    Route("/api/train", start, methods=["POST"]),
    Route("/api/train", get_status, methods=["GET"]),
    Route("/api/train", stop, methods=["DELETE"]),
    Route("/api/train/warm", warm_up, methods=["POST"]),
    Route("/api/train/warm", cool_down, methods=["DELETE"]),
    Route("/api/train/snapshots", get_snapshots, methods=["GET"]),
    Route("/api/train/former", switch, methods=["POST"]),
    Route("/api/train/sizes", compare_sizes, methods=["POST"]),
    Route("/api/train/sizes", get_sizes, methods=["GET"]),
    Route("/api/train/sizes", stop_comparing, methods=["DELETE"]),
)


def _start(session: Session, training_request: TrainingRequest) -> Response:
    if isinstance(settings := _settings(session, training_request), Response):
        return settings
    if not session.trainer.start(settings, training_request.network):
        raise HTTPException(409, _busy(session))
    return AsciiJSONResponse(session.trainer.status.to_dict(), status_code=202)


def _compare_sizes(session: Session, training_request: TrainingRequest) -> Response:
    if isinstance(settings := _settings(session, training_request), Response):
        return settings
    if not session.trainer.compare_sizes(settings):
        raise HTTPException(409, _busy(session))
    return AsciiJSONResponse(session.trainer.sizes.to_dict(), status_code=202)


def _settings(session: Session, training_request: TrainingRequest) -> Settings | Response:
    """The settings of a training, or the response that says which labels lack drawings."""
    counts = session.counter.count()
    if (writer := training_request.writer) and not counts.writers.get(writer):
        validation.refuse(f"writer: there are no drawings by {writer}; hold out another writer, or a fifth")
    unnamed = sum(counts.samples.values()) > sum(counts.writers.values())  # they count as one writer's
    try:
        return training_request.settings(session.config.data, counts.samples, len(counts.writers) + unnamed)
    except MissingDrawings as error:
        return AsciiJSONResponse({"error": str(error), "lacking": error.labels}, status_code=422)
    except ValueError as error:
        validation.refuse(str(error))


def _busy(session: Session) -> str:
    return BUSY if session.trainer.status.state == "running" else COMPARING

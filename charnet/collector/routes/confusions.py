"""/api/confusions: how often the network in use reads each letter as which."""

from __future__ import annotations

from collections import Counter

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector.routes.responses import AsciiJSONResponse, session_of


async def get_confusions(request: Request) -> Response:
    """?held_out=true -> {"labels", "counts", "held_out"}: a row of counts for each label, a column for each reading.

    Of all drawings or, where it is wanted, of those held out in the last training; `held_out` says how many these are.
    """
    session = session_of(request)
    if (network := await run_in_threadpool(session.network.current)).classifier is None:
        raise HTTPException(404, network.notice)
    async with session.gallery_lock:  # here, so that one thread waits at most
        samples = await run_in_threadpool(session.gallery.list_samples, None)
    held_out = [sample for sample in samples if (sample.label, sample.name) in session.trainer.status.held_out]
    chosen = held_out if request.query_params.get("held_out") == "true" else samples
    pairs = Counter((sample.label, sample.read) for sample in chosen if sample.read is not None)
    theirs = network.classifier.spec.labels
    known = [*session.store.labels, *(label for label in theirs if label not in session.store.labels)]
    labels = [label for label in known if any(label in pair for pair in pairs)]
    counts = [[pairs[label, read] for read in labels] for label in labels]
    return AsciiJSONResponse({"labels": labels, "counts": counts, "held_out": len(held_out)})


ROUTES = (Route("/api/confusions", get_confusions, methods=["GET"]),)

"""/api/wall, for a page on a projector: the latest drawings as they arrive, the counts, and the address of the page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import validation
from charnet.collector.routes.responses import AsciiJSONResponse, address, session_of
from charnet.collector.session import Session
from charnet.letters.samples import writer_of

LIMIT = 60  # drawings that a response holds unless the request says otherwise
MAX_LIMIT = 500


async def get_wall(request: Request) -> Response:
    """?after&limit -> the latest drawings with a number above `after`, oldest first, as the network reads them; counts;
    how the training is going; the best game; address and QR code."""
    session = session_of(request)
    after = validation.query_integer(request, "after", 0)
    limit = validation.query_integer(request, "limit", LIMIT, high=MAX_LIMIT)
    rows = [row for row in session.recent if row[0] > after]
    latest: list[dict[str, Any]] = [
        {"number": n, "label": label, "name": name, "writer": writer_of(name), "address": address(label, name)}
        for n, label, name in rows[len(rows) - min(limit, len(rows)) :]
    ]
    last = session.last_number
    counts, network = await run_in_threadpool(session.read_disk)
    async with session.gallery_lock:  # here, so that one thread waits at most
        read = await run_in_threadpool(_readings, session, {row["label"] for row in latest})
    training = session.trainer.status.to_dict()
    body = {
        "latest": [row | {"read": read.get((row["label"], row["name"]))} for row in latest],
        "accuracy": network.classifier.facts.accuracy if network.classifier else None,
        "accuracies": session.trainer.accuracies,
        "training": {name: training[name] for name in ("state", "epoch", "epochs", "curve", "losses", "best_epoch")},
        "best_game": session.best_game,
        "last": last,
        "counts": counts.samples,
        "own": counts.own,
        "writers": counts.writers,
        "address": session.address,
        "short_address": session.short_address,
        "code": await run_in_threadpool(qr_code, session.address) if session.shared else None,
    }
    return AsciiJSONResponse(body)


ROUTES = (Route("/api/wall", get_wall, methods=["GET"]),)


def _readings(session: Session, labels: set[str]) -> dict[tuple[str, str], str | None]:
    """What the network reads in the samples of these labels, by label and name."""
    known = labels & set(session.store.labels)
    found = [sample for label in known for sample in session.gallery.list_samples(label)]
    return {(sample.label, sample.name): sample.read for sample in found}


@lru_cache(1)
def qr_code(url: str) -> str:
    """The QR code of a URL as the data URL of an SVG picture."""
    import segno  # slow to load, and only needed when others can reach the page

    svg: str = segno.make(url, error="m").svg_data_uri(border=2, light="white")
    return svg

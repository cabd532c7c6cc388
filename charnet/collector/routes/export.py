"""/api/export: the network in use, and the page with it, as files to take home."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import take_home, validation
from charnet.collector.network import LoadedNetwork
from charnet.collector.routes.responses import session_of
from charnet.collector.session import Session
from charnet.networks import json_file

TYPES = {"html": "text/html", "json": "application/json"}


async def download(request: Request) -> Response:
    """?to=html -> the page as one file that trains by itself; ?to=json -> the network in the original's layout.

    404 without a network, 409 with one that has no single hidden layer.
    """
    session, to = session_of(request), request.query_params.get("to", "")
    if to not in TYPES:
        validation.refuse(f"to: {to[:40]!r} is not one of {', '.join(TYPES)}")
    network = await run_in_threadpool(session.network.current)
    if network.classifier is None and to == "json":
        raise HTTPException(404, network.notice)
    if network.classifier and not network.layers:
        raise HTTPException(
            409,
            f"{network.classifier.name} has no single hidden layer, and a page can't train it; "
            "train a network from scratch, then take that one home",
        )
    content = await run_in_threadpool(_content, session, network, to)
    headers = {"Content-Disposition": f'attachment; filename="{"letters" if to == "html" else "weights"}.{to}"'}
    return Response(content, media_type=TYPES[to], headers=headers)


ROUTES = (Route("/api/export", download, methods=["GET"]),)


def _content(session: Session, network: LoadedNetwork, to: str) -> str:
    if to == "json":
        assert network.layers
        return json_file.dump(network.layers)
    # The page frames drawings as its network does; where that reads other labels, the page trains another.
    spec = replace(network.layers.spec if network.layers else session.spec, labels=session.spec.labels)
    name = network.classifier.name if network.classifier else ""
    return take_home.page(network.layers, name, spec, Path(session.config.data.root), network.number)

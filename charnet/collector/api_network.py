"""The network over HTTP: what it is, and what it makes of a drawing or a picture."""

from __future__ import annotations

import base64
import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import drawing, upload, word
from charnet.collector.drawing import Strokes
from charnet.collector.reader import Reading
from charnet.collector.replies import Json, address, session_of
from charnet.collector.session import Session
from charnet.networks import json_file
from charnet.pictures import images, ink

MAX_PICTURE = 32 * 1024 * 1024  # bytes


async def network(request: Request) -> Response:
    """-> its name, its spec, its accuracy; of the kind with one hidden layer the weights, in the original's keys."""
    reading = await run_in_threadpool(session_of(request).reader.now)
    if reading.classifier is None:
        raise HTTPException(404, reading.notice)
    return Json(await run_in_threadpool(_described, reading))


async def read(request: Request) -> Response:
    """{"strokes", "nearest", "word"} -> what the network sees and makes of it, the samples most like it, the word."""
    values = await drawing.body(request, {"strokes"}, {"nearest", "word"})
    strokes, nearest = drawing.strokes(values["strokes"]), drawing.flag(values, "nearest")
    answer = await run_in_threadpool(look, session_of(request), strokes, nearest)
    if drawing.flag(values, "word"):
        answer["word"] = await run_in_threadpool(_word, session_of(request).reader.now(), strokes)
    return Json(answer)


async def read_picture(request: Request) -> Response:
    """The same of a picture, which is the body; ?nearest=true as well."""
    session = session_of(request)
    async with upload.received(request, upload.PICTURES, MAX_PICTURE) as file:
        content = await run_in_threadpool(file.read)
    nearest = request.query_params.get("nearest") == "true"
    return Json(await run_in_threadpool(look, session, bytes(content), nearest))


ROUTES = (
    Route("/api/network", network),
    Route("/api/read", read, methods=["POST"]),
    Route("/api/read/picture", read_picture, methods=["POST"]),
)


def look(session: Session, source: Strokes | bytes, nearest: bool = False) -> dict[str, Any]:
    """What the network sees and makes of strokes, or of a picture file."""
    reading = session.reader.now()
    spec = reading.classifier.spec if reading.classifier else session.spec
    try:
        framed = images.read(source, spec) if isinstance(source, bytes) else session.picture(source, spec)
    except ValueError as error:
        drawing.refuse(str(error))
    shown = base64.b64encode(ink.to_png(framed)).decode()
    answer: dict[str, Any] = {
        "ranking": reading.rank(framed),
        "picture": f"data:image/png;base64,{shown}",
        "ink": framed.ravel().tolist(),
        "hidden": reading.hidden(framed),
        "network": reading.version,
    }
    if nearest:
        found = session.gallery.nearest(framed)
        answer["nearest"] = [
            {"label": label, "name": name, "address": address(label, name), "likeness": likeness}
            for label, name, likeness in found
        ]
    return answer


def _word(reading: Reading, strokes: Strokes) -> dict[str, Any] | None:
    """Several letters beside each other, from left to right; None where the drawing is one letter."""
    letters = word.read(reading.classifier, strokes) if reading.classifier else []
    if not letters:
        return None
    rows = []
    text = ""
    for each in letters:
        label, likelihood = each.ranking[0]
        text += (" " if each.space else "") + label
        rows.append({"box": each.box, "label": label, "likelihood": likelihood, "sure": each.sure, "space": each.space})
    return {"text": text, "letters": rows}


def _described(reading: Reading) -> dict[str, Any]:
    classifier = reading.classifier
    assert classifier
    weights: dict[str, Any] = json.loads(json_file.dump(reading.layers)) if reading.layers else {}
    weights.pop("Charnet", None)
    facts = {"name": classifier.name, "kind": classifier.kind, "spec": classifier.spec.to_dict()}
    return {
        **facts,
        "accuracy": classifier.facts.accuracy,
        "version": reading.version,
        "notice": reading.notice,
        **weights,
    }

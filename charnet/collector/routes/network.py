"""/api/network and /api/read: the network itself, and how it reads a drawing or a picture."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charnet.collector import handwriting, validation, word
from charnet.collector.network import LoadedNetwork
from charnet.collector.routes.responses import AsciiJSONResponse, address, session_of
from charnet.collector.session import Session
from charnet.collector.validation import Strokes
from charnet.networks import json_file
from charnet.pictures import images, ink
from charnet.spec import Spec
from charnet.system.answer import notes

MAX_PICTURE = 32 * 1024 * 1024  # bytes


async def get_network(request: Request) -> Response:
    """-> name, number, spec, accuracy, and when an answer is sure; with one hidden layer also the weights.

    They are under the original's keys.
    """
    network = await run_in_threadpool(session_of(request).network.current)
    if network.classifier is None:
        raise HTTPException(404, network.notice)
    return AsciiJSONResponse(await run_in_threadpool(_network_to_dict, network))


async def read_strokes(request: Request) -> Response:
    """{"strokes", "nearest", "word"} -> the framed picture, the ranking, the most similar samples, the word."""
    session = session_of(request)
    values = await validation.json_body(request, {"strokes"}, {"nearest", "word"})
    strokes, nearest = validation.strokes(values["strokes"]), validation.boolean(values, "nearest")
    body = await run_in_threadpool(read, session, strokes, nearest)
    if validation.boolean(values, "word"):
        body["word"] = await run_in_threadpool(_read_word, session.network.current(), strokes)
    return AsciiJSONResponse(body)


async def read_picture(request: Request) -> Response:
    """?nearest=true, the body a picture -> the same as for strokes, a note, and whether there are several letters."""
    session = session_of(request)
    nearest = request.query_params.get("nearest") == "true"
    async with validation.file_body(request, validation.PICTURES, MAX_PICTURE) as file:
        body = await session.decoding.run(request, lambda: read(session, file.read(), nearest))
    return AsciiJSONResponse(body)


async def read_text(request: Request) -> Response:
    """The body a picture with several letters -> its lines and words, as `predict.py --text --json` gives them."""
    session = session_of(request)
    async with validation.file_body(request, validation.PICTURES, MAX_PICTURE) as file:
        try:
            body = await session.reading_text.run(request, lambda: handwriting.read(file.read()))
        except ValueError as error:
            validation.refuse(str(error))
    return AsciiJSONResponse(body)


async def get_unit(request: Request) -> Response:
    """-> the samples that light a hidden unit most, the brightest first."""
    session, unit = session_of(request), request.path_params["unit"]
    if not re.fullmatch("[0-9]{1,6}", unit):
        raise HTTPException(404, "a hidden unit is named by its number, the first is 0")
    async with session.gallery_lock:  # here, so that one thread waits at most
        try:
            found = await run_in_threadpool(session.gallery.most_exciting, int(unit))
        except ValueError as error:
            raise HTTPException(404, str(error)) from None
    rows = [
        {"label": label, "name": name, "address": address(label, name), "sum": total} for label, name, total in found
    ]
    return AsciiJSONResponse({"samples": rows})


async def explain(request: Request) -> Response:
    """{"ink"}, a framed picture's values -> what the network's first label hangs on."""
    values = await validation.json_body(request, {"ink"})
    network = session_of(request).network.current()
    if network.classifier is None:
        raise HTTPException(404, network.notice)
    spec = network.classifier.spec
    ink = np.array(validation.ink(values["ink"], spec.inputs), np.float32).reshape(spec.height, spec.width)
    return AsciiJSONResponse(await run_in_threadpool(network.explain, ink))


ROUTES = (
    Route("/api/network/explain", explain, methods=["POST"]),
    Route("/api/network", get_network),
    Route("/api/network/units/{unit}", get_unit),
    Route("/api/read", read_strokes, methods=["POST"]),
    Route("/api/read/picture", read_picture, methods=["POST"]),
    Route("/api/read/text", read_text, methods=["POST"]),
)


def read(session: Session, source: Strokes | bytes, nearest: bool = False) -> dict[str, Any]:
    """Frame strokes, or a picture file, as the network's input, rank the labels, and find the `nearest` samples."""
    network = session.network.current()
    spec = network.classifier.spec if network.classifier else session.spec
    remarks: list[str] = []
    try:
        if isinstance(source, bytes):
            framed, remarks = _look(source, spec)
        else:
            framed = session.frame(source, spec)
    except ValueError as error:
        validation.refuse(str(error))
    png = base64.b64encode(ink.to_png(framed)).decode()
    body: dict[str, Any] = {
        "ranking": (ranking := network.rank(framed)),
        "doubt": ranking.doubt,
        "picture": f"data:image/png;base64,{png}",
        "ink": framed.ravel().tolist(),
        "hidden": network.hidden(framed),
        "network": network.version,
    }
    if isinstance(source, bytes):
        body["note"] = "; ".join(remarks)
        unsure = bool(ranking.doubt) or not ranking
        body["several"] = images.MORE_THAN_ONE in remarks or (unsure and handwriting.wider_than_a_letter(source))
    if nearest:
        body["nearest"] = [
            {"label": label, "name": name, "address": address(label, name), "likeness": similarity}
            for label, name, similarity in session.gallery.nearest(framed)
        ]
    return body


def _look(content: bytes, spec: Spec) -> tuple[images.Array, list[str]]:
    """A picture's framed ink, and what the user should know about the picture."""
    with notes() as remarks:
        found = images.look(content, spec)
    return found.framed, remarks + ([found.note] if found.note else [])


def _read_word(network: LoadedNetwork, strokes: Strokes) -> dict[str, Any] | None:
    """The letters of a word from left to right; None where the drawing is one letter."""
    letters = word.read(network.classifier, strokes) if network.classifier else []
    if not letters:
        return None
    text = "".join((" " if letter.space else "") + letter.ranking[0][0] for letter in letters)
    return {"text": text, "letters": [_letter_to_dict(letter) for letter in letters]}


def _letter_to_dict(letter: word.WordLetter) -> dict[str, Any]:
    label, likelihood = letter.ranking[0]
    return {"box": letter.box, "label": label, "likelihood": likelihood, "sure": letter.sure, "space": letter.space}


def _network_to_dict(network: LoadedNetwork) -> dict[str, Any]:
    classifier = network.classifier
    assert classifier
    weights: dict[str, Any] = json.loads(json_file.dump(network.layers)) if network.layers else {}
    weights.pop("Charnet", None)
    return {
        "name": classifier.name,
        "number": network.number,
        "kind": classifier.kind,
        "spec": classifier.spec.to_dict(),
        "accuracy": classifier.facts.accuracy,
        "sure": classifier.least,
        "likeness": classifier.facts.likeness.to_dict() if classifier.facts.likeness else None,
        "version": network.version,
        "notice": network.notice,
        **weights,
    }

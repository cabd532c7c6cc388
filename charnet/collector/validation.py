"""Reads and checks what a request holds: its JSON or file body, and each value in it.

Each function returns a checked value or raises `HTTPException`, whose message says what is wrong and what is expected.
"""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, Any, NoReturn

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from charnet.collector.store import WRITER, is_name
from charnet.letters import naming
from charnet.system.names import normalise

MAX_BODY = 256 * 1024  # bytes of JSON
MAX_STROKES = 500
MAX_POINTS = 20_000  # of all strokes together
MARGIN = 0.5  # how far outside the drawing square a point may lie, in sides of the square
MAX_TIME = 3_600_000  # milliseconds: an hour
NO_KEYS: set[str] = set()

PICTURES = ("image/", "application/octet-stream")  # how the Content-Type of a picture begins
FILES = (*PICTURES, "application/zip", "application/x-zip-compressed")
IN_MEMORY = 1024 * 1024  # bytes; larger files are spooled to disk

Strokes = list[list[list[float]]]


async def json_body(request: Request, required: set[str], optional: set[str] = NO_KEYS) -> dict[str, Any]:
    """The JSON object in the body, with all required keys and no others than the optional ones."""
    if (kind := _content_type(request)) != "application/json":
        raise HTTPException(415, f"Content-Type is {kind or 'missing'}; send application/json")
    content = bytearray()
    async for chunk in _chunks(request, MAX_BODY, f"the body is larger than {MAX_BODY // 1024} KB"):
        content += chunk
    try:
        values = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"the body is not JSON: {str(error)[:100]}") from None
    if not isinstance(values, dict):
        refuse("the body is not a JSON object")
    if unknown := sorted(set(values) - required - optional):
        refuse(f"unknown key {unknown[0][:40]!r}; expected {', '.join(sorted(required | optional))}")
    if missing := sorted(required - set(values)):
        refuse(f"{missing[0]} is missing")
    return values


@asynccontextmanager
async def file_body(request: Request, types: tuple[str, ...], max_size: int) -> AsyncIterator[IO[bytes]]:
    """The body as a temporary file, at its start. Its Content-Type begins as one of `types`; `max_size` is in bytes."""
    if not (kind := _content_type(request)).startswith(types):
        raise HTTPException(415, f"Content-Type is {kind or 'missing'}; send image/png, application/zip or the like")
    too_large = f"the file is larger than {max_size // 1024**2} MB; make it smaller, or send it in parts"
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > max_size:
        raise HTTPException(413, too_large)
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        async for chunk in _chunks(request, max_size, too_large):
            await run_in_threadpool(file.write, chunk)
        file.seek(0)
        yield file


def strokes(values: object) -> Strokes:
    """Ink: lists of points [x, y, milliseconds, pressure]."""
    if not isinstance(values, list) or not values:
        refuse("strokes: nothing is drawn; send a list of strokes, each a list of points [x, y, t, p]")
    if len(values) > MAX_STROKES:
        refuse(f"strokes: {len(values)} strokes are more than {MAX_STROKES}")
    points = 0
    for stroke in values:
        if not isinstance(stroke, list) or not stroke:
            refuse("strokes: a stroke is a list of one or more points [x, y, t, p]")
        points += len(stroke)
        if points > MAX_POINTS:
            refuse(f"strokes: more than {MAX_POINTS:,} points")
        for point in stroke:
            _check_point(point)
    return values


def ink(values: object, inputs: int) -> list[float]:
    """A framed picture's values, row by row, 0 paper to 1 ink."""
    if not isinstance(values, list) or len(values) != inputs:
        refuse(f"ink: send {inputs} numbers from 0 to 1, the picture's pixels row by row")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            refuse(f"ink: {str(value)[:40]} is not a number from 0 to 1")
    return values


def label(value: object, labels: tuple[str, ...]) -> str:
    """One of the labels."""
    if not isinstance(value, str) or (label := normalise(value)) not in labels:
        refuse(f"label: {str(value)[:40]!r} is not one of {' '.join(labels)}")
    return label


def labels(values: object, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """A list of labels, each of them once; `key` names it in the error message."""
    if not isinstance(values, list):
        refuse(f"{key}: send a list of labels")
    return tuple(dict.fromkeys(label(value, known) for value in values))


def writer(value: object) -> str:
    """A writer's pseudonym; "" where none is given."""
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or not WRITER.fullmatch(value):
        refuse(f"writer: {str(value)[:40]!r} is not a name of up to 40 letters a to z and digits")
    return value


def boolean(values: dict[str, Any], key: str) -> bool:
    """True or false; false where it is left out."""
    value = values.get(key, False)
    if not isinstance(value, bool):
        refuse(f"{key}: {str(value)[:40]} is not true or false")
    return value


def integer(values: dict[str, Any], key: str, low: int, high: int) -> int | None:
    """A whole number; None where it is left out."""
    value = values.get(key)
    if value is not None and (type(value) is not int or not low <= value <= high):
        refuse(f"{key}: {str(value)[:40]} is not a whole number from {low} to {high}")
    return value


def query_integer(request: Request, key: str, default: int, high: int = 10**9) -> int:
    """A whole number in the query of the URL."""
    text = request.query_params.get(key, str(default))
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > high:
        refuse(f"{key}: {text[:40]!r} is not a whole number from 0 to {high}")
    return int(text)


def sample_in_path(request: Request, labels: tuple[str, ...]) -> tuple[str, str]:
    """Label and name of the sample in the path of the URL; 404 where they can't be those of a sample.

    The label is escaped there as in the name of its folder, since / and . mean something in the path of a URL.
    """
    label, name = naming.unescape(request.path_params["label"]), request.path_params["name"]
    if label not in labels:
        raise HTTPException(404, f"label: {label[:40]!r} is not one of {' '.join(labels)}")
    if not is_name(name):
        raise HTTPException(404, f"name: {name[:40]!r} is not the name of a sample")
    return label, name


def refuse(message: str) -> NoReturn:
    """Answer the request with 422 and this message."""
    raise HTTPException(422, message)


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _chunks(request: Request, max_size: int, too_large: str) -> AsyncIterator[bytes]:
    """The body as it arrives. Counts the bytes, since Content-Length may be missing or wrong."""
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > max_size:
                raise HTTPException(413, too_large)
            yield chunk
    except ClientDisconnect:  # nobody is left to read this response
        raise HTTPException(400, "the body ended before it was complete") from None


def _check_point(point: object) -> None:
    if not isinstance(point, list) or len(point) != 4:
        refuse("strokes: a point is [x, y, t, p]: two coordinates, milliseconds, pressure")
    for value in point:
        if type(value) not in (int, float):  # True is an int to isinstance
            refuse("strokes: a point holds four numbers")
        if not abs(value) < math.inf:  # NaN is below nothing; a whole number may be too large for isfinite
            refuse("strokes: a number is not finite")
    x, y, t, p = point
    if not (-MARGIN <= x <= 1 + MARGIN and -MARGIN <= y <= 1 + MARGIN):
        refuse("strokes: a point is far outside the drawing square, which reaches from 0 to 1")
    if not 0 <= t <= MAX_TIME:
        refuse(f"strokes: a time is not between 0 and {MAX_TIME} milliseconds")
    if not 0 <= p <= 1:
        refuse("strokes: a pressure is not between 0 and 1")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")

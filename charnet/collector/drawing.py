"""What a request holds -> strokes, label, number; with every check that a stranger's request needs."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from charnet.collector.store import NAME, WRITER

MAX_BODY = 256 * 1024  # bytes
MAX_STROKES = 500
MAX_POINTS = 20_000  # of all strokes together
NEAR = 0.5  # how far outside the drawing square a point may lie, in sides of the square
HOUR = 3_600_000  # milliseconds
NO_KEYS: set[str] = set()

Strokes = list[list[list[float]]]


async def body(request: Request, keys: set[str], optional: set[str] = NO_KEYS) -> dict[str, Any]:
    """The JSON object of a request, with these keys. `HTTPException` says what is wrong with any other."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, f"Content-Type is {kind or 'missing'}; send application/json")
    try:
        values = json.loads(await _content(request), parse_constant=_not_finite)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"the body is not JSON: {str(error)[:100]}") from None
    if not isinstance(values, dict):
        refuse("the body is not a JSON object")
    if unknown := sorted(set(values) - keys - optional):
        refuse(f"unknown key {unknown[0][:40]!r}; expected {', '.join(sorted(keys | optional))}")
    if missing := sorted(keys - set(values)):
        refuse(f"{missing[0]} is missing")
    return values


def strokes(values: object) -> Strokes:
    """Checked ink: lists of points [x, y, milliseconds, pressure]."""
    if not isinstance(values, list) or not values:
        refuse("strokes: nothing is drawn; send a list of strokes, each a list of points [x, y, t, p]")
    if len(values) > MAX_STROKES:
        refuse(f"strokes: {len(values)} strokes are more than {MAX_STROKES}")
    points = 0
    for stroke in values:
        if not isinstance(stroke, list) or not stroke:
            refuse("strokes: a stroke is a list of one point [x, y, t, p] or more")
        points += len(stroke)
        if points > MAX_POINTS:
            refuse(f"strokes: more than {MAX_POINTS:,} points")
        for point in stroke:
            _check_point(point)
    return values


def label(value: object, labels: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in labels:
        refuse(f"label: {str(value)[:40]!r} is not one of {' '.join(labels)}")
    return value


def writer(value: object) -> str:
    """A pseudonym; "" where none is given."""
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or not WRITER.fullmatch(value):
        refuse(f"writer: {str(value)[:40]!r} is not a name of letters a to z and digits, 40 at most")
    return value


def flag(values: dict[str, Any], name: str) -> bool:
    value = values.get(name, False)
    if not isinstance(value, bool):
        refuse(f"{name}: {str(value)[:40]} is not true or false")
    return value


def whole(values: dict[str, Any], name: str, low: int, high: int) -> int | None:
    """A whole number; None where it is left out."""
    value = values.get(name)
    if value is not None and (type(value) is not int or not low <= value <= high):
        refuse(f"{name}: {str(value)[:40]} is not a whole number from {low} to {high}")
    return value


def number(request: Request, name: str, usual: int, most: int = 10**9) -> int:
    """A number in the query of an address."""
    text = request.query_params.get(name, str(usual))
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > most:
        refuse(f"{name}: {text[:40]!r} is not a whole number from 0 to {most}")
    return int(text)


def place(request: Request, labels: tuple[str, ...]) -> tuple[str, str]:
    """Label and name of the sample that the address names. `HTTPException` 404 for what can be no sample."""
    label, name = request.path_params["label"], request.path_params["name"]
    if label not in labels:
        raise HTTPException(404, f"label: {label[:40]!r} is not one of {' '.join(labels)}")
    if not NAME.fullmatch(name):
        raise HTTPException(404, f"name: {name[:40]!r} is not the name of a sample")
    return label, name


def refuse(reason: str) -> NoReturn:
    raise HTTPException(422, reason)


async def _content(request: Request) -> bytearray:
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > MAX_BODY:  # whatever Content-Length says
                raise HTTPException(413, f"the body is larger than {MAX_BODY // 1024} KB")
    except ClientDisconnect:  # there is nobody left to read this answer
        raise HTTPException(400, "the body ended before it was complete") from None
    return content


def _check_point(point: object) -> None:
    if not isinstance(point, list) or len(point) != 4:
        refuse("strokes: a point is [x, y, t, p]: two places, milliseconds, pressure")
    for value in point:
        if type(value) not in (int, float):  # True is an int to isinstance
            refuse("strokes: a point holds four numbers")
        if not abs(value) < math.inf:  # NaN is below nothing; a whole number may be too large for isfinite
            refuse("strokes: a number is not finite")
    x, y, t, p = point
    if not (-NEAR <= x <= 1 + NEAR and -NEAR <= y <= 1 + NEAR):
        refuse("strokes: a point is far outside the drawing square, which reaches from 0 to 1")
    if not 0 <= t <= HOUR:
        refuse(f"strokes: a time is not between 0 and {HOUR} milliseconds")
    if not 0 <= p <= 1:
        refuse("strokes: a pressure is not between 0 and 1")


def _not_finite(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")

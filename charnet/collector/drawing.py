"""What a request holds -> strokes, label, number; with every check that a stranger's request needs."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

MAX_BODY = 256 * 1024  # bytes
MAX_STROKES = 500
MAX_POINTS = 20_000  # of all strokes together
NEAR = 0.5  # how far outside the drawing square a point may lie, in sides of the square
HOUR = 3_600_000  # milliseconds

Strokes = list[list[list[float]]]


async def body(request: Request, keys: set[str]) -> dict[str, Any]:
    """The JSON object of a request, with exactly these keys. `HTTPException` says what is wrong with any other."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, f"Content-Type is {kind or 'missing'}; send application/json")
    try:
        values = json.loads(await _content(request), parse_constant=_not_finite)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"the body is not JSON: {str(error)[:100]}") from None
    if not isinstance(values, dict):
        refuse("the body is not a JSON object")
    if unknown := sorted(set(values) - keys):
        refuse(f"unknown key {unknown[0][:40]!r}; expected {', '.join(sorted(keys))}")
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


def place(request: Request, labels: tuple[str, ...]) -> tuple[str, int]:
    """Label and number of the sample that the address names. `HTTPException` 404 for what can be no sample."""
    label, n = request.path_params["label"], request.path_params["n"]
    if label not in labels:
        raise HTTPException(404, f"label: {label[:40]!r} is not one of {' '.join(labels)}")
    if not re.fullmatch(r"0|[1-9][0-9]{0,8}", n):
        raise HTTPException(404, f"number: {n[:40]!r} is not the number of a sample")
    return label, int(n)


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
        refuse(f"strokes: a time is not from 0 to {HOUR} milliseconds")
    if not 0 <= p <= 1:
        refuse("strokes: a pressure is not from 0 to 1")


def _not_finite(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")

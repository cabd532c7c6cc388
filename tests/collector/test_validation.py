import json
from collections.abc import Iterator
from pathlib import Path

import event_loop
import pytest
from drawing_page import INK, Client, files_in
from starlette.exceptions import HTTPException
from starlette.requests import Request

from charnet.collector import validation

POINT = [0.5, 0.5, 0, 0.5]
TOO_MUCH = json.dumps({"strokes": [[POINT]], "pad": "x" * 300_000})
BAD = {
    "no ink": ([], "nothing is drawn"),
    "an empty stroke": ([[POINT], []], "a stroke is"),
    "not strokes": ("abc", "nothing is drawn"),
    "a flat list": ([POINT], "a point is"),
    "three numbers": ([[[0.5, 0.5, 0]]], "a point is"),
    "text": ([[["0.5", 0.5, 0, 0.5]]], "four numbers"),
    "true": ([[[True, 0.5, 0, 0.5]]], "four numbers"),
    "null": ([[[None, 0.5, 0, 0.5]]], "four numbers"),
    "far off": ([[[1.51, 0.5, 0, 0.5]]], "far outside"),
    "far off above": ([[[0.5, -0.51, 0, 0.5]]], "far outside"),
    "a huge number": ([[[10**400, 0.5, 0, 0.5]]], "far outside"),
    "negative time": ([[[0.5, 0.5, -1, 0.5]]], "a time"),
    "much time": ([[[0.5, 0.5, 1e10, 0.5]]], "a time"),
    "much pressure": ([[[0.5, 0.5, 0, 1.1]]], "a pressure"),
    "many strokes": ([[POINT]] * 501, "501 strokes are more than 500"),
    "many points": ([[[0, 0, 0, 0]] * 10_001] * 2, "more than 20,000 points"),
}


@pytest.mark.parametrize("route", ["/api/read", "/api/samples", "/api/analyze"])
@pytest.mark.parametrize("case", BAD)
def test_bad_ink_is_refused_with_a_reason_and_nothing_is_written(
    client: Client, tmp_path: Path, route: str, case: str
) -> None:
    strokes, reason = BAD[case]
    body = {"strokes": strokes} if route == "/api/read" else {"label": "e", "strokes": strokes}
    answer = client().post(route, json=body)
    assert answer.status_code == 422
    assert reason in answer.json()["error"]
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b'{"strokes": [[[NaN, 0.5, 0, 0.5]]]}', 400, "NaN"),
        (b'{"strokes": [[[Infinity, 0.5, 0, 0.5]]]}', 400, "Infinity"),
        (b'{"strokes": [[[1e999, 0.5, 0, 0.5]]]}', 422, "finite"),
        (b"{", 400, "not JSON"),
        (b"\xff\xfe\x00", 400, "not JSON"),
        (b"[" * 100_000, 400, "not JSON"),
        (b"9" * 5000, 400, "not JSON"),
        (b"[]", 422, "not a JSON object"),
        (b"{}", 422, "strokes is missing"),
        (b'{"strokes": [], "extra": 1}', 422, "unknown key 'extra'"),
        (TOO_MUCH.encode(), 413, "256 KB"),
    ],
)
def test_bad_bodies_are_refused_with_a_reason(client: Client, body: bytes, status: int, reason: str) -> None:
    answer = client().post("/api/read", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, reason in answer.json()["error"]) == (status, True)


def test_a_large_body_is_refused_while_it_comes_in_whatever_its_length_says(client: Client) -> None:
    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b" " * 65536

    answer = client().post("/api/read", content=pieces(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_the_limits_themselves_are_allowed(client: Client) -> None:
    # 20,000 points in 500 strokes, as short as JSON can write them
    strokes = [[[0, 0, 0, 1], *[[1, 1, 0, 1]] * 39] for _ in range(500)]
    body = json.dumps({"strokes": strokes}, separators=(",", ":"))
    assert len(body) <= 256 * 1024
    answer = client().post("/api/read", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


@pytest.mark.parametrize("label", ["", "E", "ee", "..", "../e", "/etc", "e/..", 5, None, ["e"]])
def test_labels_that_are_not_listed_are_refused(client: Client, tmp_path: Path, label: object) -> None:
    answer = client().post("/api/samples", json={"label": label, "strokes": INK})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("label")
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    "place", ["%2e%2e/0", "E/0", "e/-1", "e/01", "e/x", "e/99999999999", "e/%39%2e", f"e/{'9' * 5000}"]
)
def test_places_that_are_not_samples_are_not_found(client: Client, place: str) -> None:
    page = client()
    for answer in (
        page.get(f"/api/samples/{place}"),
        page.delete(f"/api/samples/{place}"),
        page.post(f"/api/samples/{place}/restore"),
    ):
        assert (answer.status_code, set(answer.json())) == (404, {"error"})


def test_only_json_is_taken(client: Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = client().post("/api/read", content=json.dumps({"strokes": INK}), headers={"Content-Type": kind})
        assert answer.status_code == 415


def test_a_label_that_is_listed_twice_counts_once(client: Client) -> None:
    plan = client().post("/api/plan", json={"mode": "draw", "letters": ["e", "a", "e"]}).json()
    assert plan["letters"] == ["e", "a"]


def test_a_file_is_refused_by_its_length_before_it_is_sent_and_by_its_size_whatever_its_length_says() -> None:
    sent = 0

    async def receive() -> dict[str, object]:
        nonlocal sent
        sent += 1
        return {"type": "http.request", "body": b"x" * 10, "more_body": sent < 100}

    async def read(length: str) -> bytes:
        headers = [(b"content-type", b"image/png"), (b"content-length", length.encode())]
        async with validation.file_body(
            Request({"type": "http", "headers": headers}, receive), ("image/",), 50
        ) as file:
            return file.read()

    for length, chunks in (("51", 0), ("10", 6)):
        with pytest.raises(HTTPException) as caught:
            event_loop.run(read(length))
        assert (caught.value.status_code, sent) == (413, chunks)
    sent = 95
    assert event_loop.run(read("50")) == b"x" * 50

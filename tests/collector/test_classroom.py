"""Thirty clients that draw at once, and the wall that shows it; benchmarks/collector.py does so for a minute."""

import http.client
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from charnet.letters.samples import writer_of
from charnet.pictures import ink, listing

CLIENTS, EACH = 30, 4


def test_thirty_clients_lose_nothing(start: Callable[..., Any], tmp_path: Path) -> None:
    program = start(reads="e")
    place = urlsplit(program.url).netloc
    saved: list[tuple[str, str, str]] = []
    problems: list[object] = []

    def draw(client: int) -> None:
        connection = http.client.HTTPConnection(place, timeout=60)

        def ask(method: str, path: str, body: object = None) -> dict[str, Any]:
            headers = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            found: dict[str, Any] = json.loads(answer.read())
            if answer.status not in (200, 201):
                problems.append((answer.status, found))
            return found

        writer = f"pupil{client}"
        for n in range(EACH):
            strokes = [[[0.2, 0.2, 0, 0.5], [0.8, (client * EACH + n) / 1000, 9, 0.5]]]
            ask("GET", f"/api/state?writer={writer}")
            ask("POST", "/api/read", {"strokes": strokes})
            label = "abcd"[n % 4]
            found = ask("POST", "/api/samples", {"label": label, "strokes": strokes, "writer": writer})
            saved.append((label, found["name"], writer))
        connection.close()

    threads = [threading.Thread(target=draw, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    paths = listing.walk([tmp_path / "letters"])
    assert {(path.parent.name, path.stem, writer_of(path)) for path in paths} == set(saved)
    marks = [ink.from_png(path) for path in paths]
    assert sorted(round(mark[0][1][1] * 1000) for mark in marks if mark) == list(range(CLIENTS * EACH))
    connection = http.client.HTTPConnection(place, timeout=60)
    connection.request("GET", "/api/wall?limit=500")
    wall = json.loads(connection.getresponse().read())
    connection.close()
    assert sorted((row["label"], row["name"], row["writer"]) for row in wall["latest"]) == sorted(saved)
    assert wall["writers"] == {f"pupil{client}": EACH for client in range(CLIENTS)}
    assert sum(wall["counts"].values()) == CLIENTS * EACH

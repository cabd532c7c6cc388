"""Training from the page, and a class that draws: python benchmarks/classroom.py [SECONDS] [FOLDER]

Press to first point of the curve, and to the first reading by the new network, of 1,010 of the letters in FOLDER
(default data/letters); POST /api/read meanwhile; then 30 clients, each a phone that draws a letter every two seconds.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import common

from charnet.pictures import listing

HERE = Path(__file__).parent.parent
PICTURES, CLIENTS = 1010, 30
POINTS = 40  # of each stroke
PAUSE = 2.0  # seconds between the drawings of a client
FORMS = "POST /api/read", "POST /api/samples", "GET /api/state"


class Client:
    """A connection of its own, as each page has, that notes how long answers take."""

    def __init__(self, url: str) -> None:
        self.connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self.taken: dict[str, list[float]] = {form: [] for form in FORMS}

    def ask(self, method: str, path: str, body: object = None) -> Any:
        begin = time.perf_counter()
        headers = {} if body is None else {"Content-Type": "application/json"}
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        content = json.loads(answer.read())
        assert answer.status in (200, 201, 202), content
        self.taken.setdefault(f"{method} {path.partition('?')[0]}", []).append(1000 * (time.perf_counter() - begin))
        return content


def letter(seed: int) -> list[list[list[float]]]:
    draw = random.Random(seed)
    ends = [[draw.uniform(0.1, 0.9) for _ in range(4)] for _ in range(3)]
    share = [i / (POINTS - 1) for i in range(POINTS)]
    return [
        [[x + (u - x) * s, y + (v - y) * s, 500 * n + 300 * s, 0.5] for s in share]
        for n, (x, y, u, v) in enumerate(ends)
    ]


@contextmanager
def program(folder: Path) -> Iterator[str]:
    """A running `collect.py`, by its address."""
    command = [sys.executable, str(HERE / "collect.py"), "port=0", "open=false", "data.root=letters"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found
            yield found.group()
        finally:
            process.terminate()


def take(source: Path, folder: Path) -> None:
    """So many pictures, the labels in turn."""
    each = [sorted(path.iterdir()) for path in sorted(source.iterdir()) if path.is_dir()]
    turns = [files[n] for n in range(max(map(len, each))) for files in each if n < len(files)]
    for path in turns[:PICTURES]:
        (folder / "letters" / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / "letters" / path.parent.name)


def train(url: str) -> list[common.Row]:
    client, reading = Client(url), Client(url)
    client.ask("GET", "/api/state")
    client.ask("POST", "/api/train/warm", {})
    time.sleep(15)
    before = reading.ask("POST", "/api/read", {"strokes": letter(0)})["network"]
    begin, first, seen = time.perf_counter(), 0.0, before
    client.ask("POST", "/api/train", {})
    while seen == before:
        found = client.ask("GET", "/api/train")
        assert found["state"] in ("running", "done"), found["error"]
        first = first or (time.perf_counter() - begin if found["curve"] else 0)
        seen = reading.ask("POST", "/api/read", {"strokes": letter(0)})["network"]
        time.sleep(0.02)
    learned = time.perf_counter() - begin
    return [
        row("from the press to the first point of the curve", first, "s", "1.5"),
        row(f"from the press until {PICTURES:,} drawings are learned and read by", learned, "s", "8"),
        *answers("POST /api/read", reading.taken["POST /api/read"], "it trains", "50"),
    ]


def draw_all(url: str, folder: Path, seconds: float) -> list[common.Row]:
    clients = [Client(url) for _ in range(CLIENTS)]
    saved: list[str] = []
    there = len(listing.walk([folder / "letters"]))

    def draw(number: int, client: Client) -> None:
        time.sleep(PAUSE * number / CLIENTS)
        for n in range(int(seconds / PAUSE)):
            begin, strokes = time.perf_counter(), letter(1000 * number + n)
            client.ask("GET", f"/api/state?writer=pupil{number}")
            for part in range(1, 4):
                client.ask("POST", "/api/read", {"strokes": strokes[:part]})
            body = {"label": "abcdefgh"[n % 8], "strokes": strokes, "writer": f"pupil{number}"}
            saved.append(client.ask("POST", "/api/samples", body)["path"])
            time.sleep(max(0.0, PAUSE - (time.perf_counter() - begin)))

    threads = [threading.Thread(target=draw, args=each) for each in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(saved)) == len(saved) == len(listing.walk([folder / "letters"])) - there
    taken = {form: [each for client in clients for each in client.taken[form]] for form in FORMS}
    when = f"{CLIENTS} phones draw"
    lost = row(f"drawings lost of {len(saved):,} that {CLIENTS} phones drew in {seconds:.0f} s", 0, "", "0")
    return [lost, *(each for form in FORMS for each in answers(form, taken[form], when))]


def answers(form: str, taken: list[float], when: str, goal: str = "") -> list[common.Row]:
    worst = sorted(taken)[int(0.95 * (len(taken) - 1))]
    what = f"{form} while {when}"
    return [row(f"{what}, median", statistics.median(taken), "ms", goal), row(f"{what}, 95 % within", worst, "ms")]


def row(what: str, value: float, unit: str, goal: str = "") -> common.Row:
    return common.Row(what, value, None, unit, None, goal)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    source = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "data/letters"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        take(source, folder)
        with program(folder) as url:
            rows = train(url) + draw_all(url, folder, seconds)
    common.report("classroom", rows)


if __name__ == "__main__":
    main()

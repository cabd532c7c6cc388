"""How quickly the drawing page answers: python benchmarks/collector.py

Start to first request; POST /api/read; 2,000 saves from 8 clients by two programs on one folder; and, where there is a
Chromium (CHARNET_CHROMIUM or PATH) and Playwright, last pointer event to new bars on the screen.
"""

from __future__ import annotations

import http.client
import json
import math
import os
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
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from charnet.networks import json_file
from charnet.pictures import listing
from charnet.spec import Spec

HERE = Path(__file__).parent.parent
SWITCHES = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
# Three strokes of 40 points: an A.
LETTER = [
    [[x0 + (x1 - x0) * i / 39, y0 + (y1 - y0) * i / 39, 500 * number + 8 * i, 0.5] for i in range(40)]
    for number, (x0, y0, x1, y1) in enumerate([(0.5, 0.2, 0.2, 0.8), (0.5, 0.2, 0.8, 0.8), (0.3, 0.6, 0.7, 0.6)])
]
# In the page: milliseconds from the last pointer event that drew to the frame after the bars caught up with it.
WATCH = """
window.delays = [];
let last = 0;
const note = (event) => { if (event.buttons) last = event.timeStamp; };
for (const type of ["pointerdown", "pointerrawupdate", "pointermove"]) addEventListener(type, note, { capture: true });
addEventListener("DOMContentLoaded", () => {
  const ranking = document.getElementById("ranking");
  new MutationObserver(() => {
    const from = last;
    if (ranking.getAttribute("aria-busy") !== "false" || !from) return;
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => {
        if (last === from) { window.delays.push(performance.now() - from); last = 0; }
      };
      painted.port2.postMessage(null);
    });
  }).observe(ranking, { attributeFilter: ["aria-busy"] });
});
"""


@contextmanager
def program(folder: Path) -> Iterator[str]:
    """A running `collect.py`, by its address."""
    settings = [f"data.root={folder / 'letters'}", f"weights={folder / 'weights.json'}", "port=0", "open=false"]
    command = [sys.executable, str(HERE / "collect.py"), *settings]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        yield found.group()
        process.kill()


def connect(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)


def post(connection: http.client.HTTPConnection, path: str, body: object) -> dict[str, object]:
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content: dict[str, object] = json.loads(answer.read())
    assert answer.status in (200, 201), content
    return content


def seconds_to_first_answer(folder: Path) -> float:
    begin = time.perf_counter()
    with program(folder) as url:
        connection = connect(url)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        taken = time.perf_counter() - begin
        connection.close()
    return taken


def read_milliseconds(url: str, times: int) -> list[float]:
    connection = connect(url)
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        post(connection, "/api/read", {"strokes": LETTER})
        taken.append(1000 * (time.perf_counter() - begin))
    return taken


def save_from_many(urls: list[str], folder: Path, clients: int = 8, each: int = 250) -> float:
    paths: list[object] = []

    def save(client: int) -> None:
        connection = connect(urls[client % len(urls)])
        for _ in range(each):
            paths.append(post(connection, "/api/samples", {"label": "a", "strokes": LETTER})["path"])

    begin = time.perf_counter()
    threads = [threading.Thread(target=save, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - begin
    found = listing.walk([folder / "letters"])
    assert len(set(paths)) == len(found) == clients * each
    assert sorted(int(path.stem) for path in found) == list(range(clients * each))
    return taken


def screen_milliseconds(url: str, letters: int) -> list[float]:
    """Draws letters as a hand would, a point each 8 ms, and watches the bars."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHARNET_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES.split())
        page = browser.new_page(viewport={"width": 1180, "height": 900})
        page.add_init_script(WATCH)
        page.add_init_script("localStorage.setItem('charnet.tour', 'seen')")  # no tour
        page.goto(url)
        page.wait_for_selector("#counts li")
        box = page.locator("#sheet").bounding_box()
        assert box
        for _ in range(letters):
            for stroke in LETTER:
                for index, (x, y, _t, _p) in enumerate(stroke):
                    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
                    if index == 0:
                        page.mouse.down()
                    time.sleep(0.008)
                page.wait_for_timeout(150)  # the pen rests; the bars catch up
                page.mouse.up()
            page.keyboard.press("Escape")
        delays: list[float] = page.evaluate("window.delays")
        browser.close()
    return delays


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[math.ceil(share * len(values)) - 1]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec, random = Spec(), np.random.default_rng(0)
        shapes = ((20, spec.inputs), (20,), (spec.outputs, 20), (spec.outputs,))
        network = json_file.Network(spec, *(random.normal(0, 1, shape) for shape in shapes))
        json_file.write(folder / "weights.json", network)
        print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        starts = [seconds_to_first_answer(folder) for _ in range(7)]
        print(f"start to first answer: median {statistics.median(starts):.2f} s, worst {max(starts):.2f} s (bar 1.5)")
        with program(folder) as one, program(folder) as two:
            reads = read_milliseconds(one, 300)
            figures = (
                f"median {statistics.median(reads):.1f} ms, 95 % {percentile(reads, 0.95):.1f} ms (bar: median 10)"
            )
            print(f"POST /api/read, three strokes: {figures}")
            if shutil.which(os.environ.get("CHARNET_CHROMIUM") or "chromium"):
                delays = screen_milliseconds(one, 20)
                figures = f"median {statistics.median(delays):.0f} ms, 95 % {percentile(delays, 0.95):.0f} ms (bar 50)"
                print(f"last pointer event to painted bars, {len(delays)} times: {figures}")
            taken = save_from_many([one, two], folder)
            print(f"2,000 saves, 8 clients, two programs: {taken:.1f} s, none lost, none overwritten, no hole")


if __name__ == "__main__":
    main()

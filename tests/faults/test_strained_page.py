"""The page's server under strain: killed, cut off, asked ten thousand times, by two hundred slow clients."""

import http.client
import json
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest
from drawing_page import INK, draw, says
from PIL import Image

Start = Callable[..., Any]
DRAWING = json.dumps({"label": "l", "strokes": INK}).encode()
JSON = {"Content-Type": "application/json"}


def connect(program: Any) -> Any:
    return closing(http.client.HTTPConnection("127.0.0.1", program.port, timeout=60))


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    connection.request(method, path, body, JSON if body else {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_killed_while_it_saves_nothing_that_was_answered_is_lost(start: Start, tmp_path: Path) -> None:
    told: list[str] = []
    for _ in range(2):
        program = start(labels="loz")

        def save(program: Any = program) -> None:
            with suppress(OSError, http.client.HTTPException), connect(program) as connection:
                while True:
                    status, answer = ask(connection, "POST", "/api/samples", DRAWING)
                    assert status == 201
                    told.append(json.loads(answer)["name"])

        before = len(told)
        threads = [threading.Thread(target=save) for _ in range(4)]
        for thread in threads:
            thread.start()
        while len(told) < before + 20 and any(thread.is_alive() for thread in threads):
            time.sleep(0.01)
        assert len(told) >= before + 20
        program.process.kill()
        for thread in threads:
            thread.join()
    there = {path.stem: path for path in (tmp_path / "letters/l").glob("*.png")}
    assert len(told) == len(set(told)) and set(told) <= set(there)
    for path in there.values():
        Image.open(path).load()


def test_a_network_that_drops(start: Start) -> None:
    program = start(labels="loz")
    with connect(program) as connection:
        for _ in range(3):
            assert ask(connection, "POST", "/api/samples", DRAWING)[0] == 201
    head = f"HTTP/1.1\r\nHost: 127.0.0.1:{program.port}\r\nContent-Type: application/json\r\n"
    for request in (
        "GET ",
        f"GET /api/archive {head}\r\n",
        f"POST /api/samples {head}Content-Length: {len(DRAWING)}\r\n\r\n{DRAWING.decode()[:40]}",
        f"POST /api/archive?label=l {head.replace('application/json', 'image/png')}Content-Length: 99\r\n\r\nhalf",
        f"POST /api/read {head}Transfer-Encoding: chunked\r\n\r\n5\r\nhal",
    ):
        for reset in (False, True):
            with socket.create_connection(("127.0.0.1", program.port)) as client:
                if reset:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.sendall(request.encode())
    with connect(program) as connection:
        assert json.loads(ask(connection, "GET", "/api/state")[1])["counts"]["l"] == 3
    program.end()  # which said nothing of it


def test_slow_clients_hold_nobody_up(start: Start, thorough: bool) -> None:
    program = start(labels="loz")
    head = f"POST /api/samples HTTP/1.1\r\nHost: 127.0.0.1:{program.port}\r\nContent-Type: application/json\r\n"
    parts = ("P", head, f"{head}Content-Length: 5000000\r\n\r\n" + "[" * 4000, f"{head}Content-Length: 100\r\n\r\n{{")
    with ExitStack() as stack:
        for number in range(1000 if thorough else 200):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", program.port)))
            client.sendall(parts[number % len(parts)].encode())
        with connect(program) as connection:
            assert ask(connection, "GET", "/")[0] == 200
            assert ask(connection, "POST", "/api/samples", DRAWING)[0] == 201
    program.end()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process in /proc")
def test_many_requests_take_no_more_memory_than_few(start: Start, thorough: bool) -> None:
    program = start(reads="l", labels="loz")
    requests = (("GET", "/api/state", None), ("POST", "/api/read", json.dumps({"strokes": INK}).encode()))
    with connect(program) as connection:
        ask(connection, "POST", "/api/samples", DRAWING)
        taken = []
        for count in (300, 10_000 if thorough else 1_000):
            for number in range(count):
                for path in ("/", "/api/samples/l/0", "/nothing")[number % 3 : number % 3 + 1]:
                    ask(connection, "GET", path)
                assert ask(connection, *requests[number % 2])[0] == 200
            status = Path(f"/proc/{program.process.pid}/status").read_text()
            taken.append(int(re.findall(r"VmRSS:\s+(\d+)", status)[0]))
    assert taken[1] < taken[0] + 20_000  # KB
    program.end()


def test_a_tab_left_open_for_a_day(start: Start, browser: Any, visit: Callable[..., Any]) -> None:
    """The clock of the page leaps an hour at a time, as that of a laptop does that sleeps; others draw meanwhile."""
    program = start(reads="l", labels="loz")
    context = browser.new_context(viewport={"width": 1180, "height": 900})
    context.clock.install()
    page = visit(program, context=context)
    page.locator("#mode").select_option("Free play")
    elements, asked = page.evaluate("document.querySelectorAll('*').length"), []
    page.on("request", lambda request: asked.append(request.url))
    with connect(program) as connection:
        for _ in range(24):
            assert ask(connection, "POST", "/api/samples", DRAWING)[0] == 201
            with page.expect_response(lambda answer: "/api/state" in answer.url):
                page.clock.fast_forward(3_600_000)
    page.locator("#counts li", has_text="l").locator("span", has_text="24").wait_for()
    assert (
        page.evaluate("document.querySelectorAll('*').length") < elements + 24 * 6
    )  # a drawing that is shown takes five
    assert len(asked) < 24 * 10
    draw(page)
    page.keyboard.press("o")
    says(page, "o/")
    context.close()

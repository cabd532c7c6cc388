import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from charnet import images, ink
from charnet.collector import CollectSettings, run, server, terminal
from charnet.collector.session import Session
from charnet.collector.settings import PORT
from charnet.config import LettersConfig
from charnet.spec import Spec

PACKAGE = Path(__file__).parent.parent
PROGRAM = """
import sys
from charnet.collector import CollectSettings, run, server
from charnet.config import LettersConfig
server.LINGER = 0.1
given = eval(sys.argv[1])
given['data'] = LettersConfig(**given['data'])
sys.exit(run(CollectSettings(open=False, **given)))
"""
Start = Callable[..., subprocess.Popen[str]]
Connect = Callable[[str], http.client.HTTPConnection]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the program as a user would, in an empty folder."""
    running: list[subprocess.Popen[str]] = []

    def start(**settings: object) -> subprocess.Popen[str]:
        given = {"data": {"root": str(tmp_path / "letters")}, "port": 0, **settings}
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, repr(given)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def connect() -> Iterator[Connect]:
    with ExitStack() as stack:

        def connect(url: str) -> http.client.HTTPConnection:
            return stack.enter_context(closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)))

        yield connect


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found
    return found.group()


def post(connection: http.client.HTTPConnection, path: str, body: object) -> tuple[int, dict[str, object]]:
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def drawing(label: str, mark: float = 0.5) -> dict[str, object]:
    return {"label": label, "strokes": [[[0.2, 0.2, 0, 0.5], [0.8, mark, 9, 0.5]]]}


def test_it_ends_by_itself_when_all_is_drawn_and_says_what_comes_next(start: Start, connect: Connect) -> None:
    process = start(letters="ab", count=1)
    connection = connect(address(process))
    for label in "ba":
        assert post(connection, "/api/samples", drawing(label))[0] == 201
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert re.search(r"^Saved in .*letters: b 1, a 1$", out, re.MULTILINE)
    assert re.search(r"^Next: python train\.py data\.root=", out, re.MULTILINE)


def test_it_does_not_end_while_the_last_drawing_is_taken_back(start: Start, connect: Connect) -> None:
    process = start(letter="a", count=1)
    connection = connect(address(process))
    post(connection, "/api/samples", drawing("a"))
    connection.request("DELETE", "/api/samples/a/0")
    connection.getresponse().read()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    post(connection, "/api/samples", drawing("a"))
    assert "a 1" in process.communicate(timeout=30)[0]


def test_ctrl_c_ends_it_cleanly(start: Start, connect: Connect) -> None:
    process = start()
    connection = connect(address(process))
    post(connection, "/api/samples", drawing("q"))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert "q 1" in out and "Next: python train.py" in out


def test_with_nothing_saved_the_next_step_is_to_draw(start: Start, connect: Connect) -> None:
    process = start()
    connect(address(process)).request("GET", "/")
    process.send_signal(signal.SIGINT)
    assert "Nothing was saved.\nNext: python collect.py count=3" in process.communicate(timeout=30)[0]


def test_without_the_secret_nothing_is_served_to_the_network(start: Start, connect: Connect) -> None:
    process = start(host="0.0.0.0")
    url = urlsplit(address(process))
    assert url.query.startswith("key=")
    connection = connect(f"http://127.0.0.1:{url.port}")
    for path, status in (("/", 403), ("/api/state", 403), (f"/?{url.query}", 200)):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert (answer.status, len(answer.read()) > 0) == (status, True)
    process.send_signal(signal.SIGINT)
    assert "\u2580" in process.communicate(timeout=30)[0]  # half blocks: the QR code


def test_errors_are_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert run(CollectSettings(port=port, data=LettersConfig(str(tmp_path)), open=False)) == 1
        assert re.fullmatch(f"error: host=127.0.0.1 port={port}: .*port=0.*\n", capsys.readouterr().err)
    assert run(CollectSettings(weights="absent.json", data=LettersConfig(str(tmp_path)))) == 1
    assert re.fullmatch(r"error: absent\.json.*\n", capsys.readouterr().err)
    assert run(CollectSettings(host="no such host", port=0, data=LettersConfig(str(tmp_path)))) == 1
    assert re.fullmatch(r"error: host=no such host.*\n", capsys.readouterr().err)


def test_the_default_port_gives_way_when_it_is_taken() -> None:
    try:
        other = socket.create_server(("127.0.0.1", PORT))
    except OSError:
        other = socket.socket()  # taken already, which serves as well
    with other, server.listen("127.0.0.1", PORT) as listening:
        assert listening.getsockname()[1] != PORT


def test_the_address_is_one_that_others_can_type() -> None:
    assert terminal.address("localhost", "127.0.0.1", 8026, "") == "http://localhost:8026/"
    assert terminal.address("::1", "::1", 80, "") == "http://[::1]:80/"
    assert re.fullmatch(r"http://\d+\.\d+\.\d+\.\d+:1/\?key=s", terminal.address("0.0.0.0", "0.0.0.0", 1, "s"))


def test_the_summary_tells_what_was_not_kept(tmp_path: Path) -> None:
    settings = CollectSettings(mode="analyze", letter="e", data=LettersConfig(str(tmp_path)))
    session = Session(settings)
    session.note_known("e")
    assert "Nothing was saved.\nNot kept, since the network read them right: e 1\n" in terminal.summary(
        settings, session
    )


def test_two_programs_and_eight_clients_lose_nothing(start: Start, connect: Connect, tmp_path: Path) -> None:
    each = 40  # benchmarks/collector.py saves 2,000
    urls = [address(process) for process in [start(), start()]]
    paths: list[str] = []

    def save(client: int) -> None:
        connection = connect(urls[client % 2])
        for n in range(each):
            status, answer = post(connection, "/api/samples", drawing("ab"[n % 2], (client * each + n) / 1000))
            assert status == 201
            paths.append(str(answer["path"]))

    threads = [threading.Thread(target=save, args=(client,)) for client in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 8 * each
    found = images.walk([tmp_path / "letters"])
    assert {str(path) for path in found} == set(paths)
    marks = [ink.from_png(path) for path in found]
    assert sorted(round(mark[0][1][1] * 1000) for mark in marks if mark) == list(range(8 * each))
    for label in "ab":
        numbers = sorted(int(path.stem) for path in found if path.parent.name == label)
        assert numbers == list(range(4 * each))


def test_nothing_slow_to_load_is_loaded() -> None:
    heavy = {"torch", "torchvision", "hydra", "omegaconf", "matplotlib", "segno", "httpx", "jinja2", "webbrowser"}
    program = f"import sys, charnet.collector.server; sys.exit(str({heavy} & set(sys.modules) or '') or 0)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=PACKAGE)


def test_settings_alone_load_no_server() -> None:
    program = (
        "import sys, charnet.collector; sys.exit(str({'uvicorn', 'starlette', 'numpy'} & set(sys.modules) or '') or 0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=PACKAGE)
    assert Spec() == CollectSettings().spec

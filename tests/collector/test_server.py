import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from drawing_page import files_in

from charnet.collector import CollectConfig, run, server
from charnet.collector.config import PORT
from charnet.collector.session import Session
from charnet.letters.config import LettersConfig
from charnet.pictures import ink, listing
from charnet.spec import Spec
from charnet.system import answer

ROOT = Path(__file__).parent.parent.parent
Connect = Callable[[str], http.client.HTTPConnection]
Start = Callable[..., Any]


@pytest.fixture
def connect() -> Iterator[Connect]:
    with ExitStack() as stack:

        def connect(url: str) -> http.client.HTTPConnection:
            return stack.enter_context(closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)))

        yield connect


def post(
    connection: http.client.HTTPConnection, path: str, body: object, key: str = ""
) -> tuple[int, dict[str, object]]:
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    connection.request("POST", path, json.dumps(body), headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def drawing(label: str, mark: float = 0.5) -> dict[str, object]:
    return {"label": label, "strokes": [[[0.2, 0.2, 0, 0.5], [0.8, mark, 9, 0.5]]]}


def at_once(work: Callable[[int], None], times: int) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_when_all_is_drawn_it_says_so_goes_on_and_tells_what_comes_next(start: Start, connect: Connect) -> None:
    program = start(letters="ab", count=1)
    connection = connect(program.url)
    for label in "ba":
        assert post(connection, "/api/samples", drawing(label))[0] == 201
    assert post(connection, "/api/plan", {"mode": "draw", "letters": ["a"], "count": 1})[1]["left"] == 1
    out = program.finish()
    assert re.search(r"^Saved in .*letters: b 1, a 1$", out, re.MULTILINE)
    assert re.search(r"^Next: python train\.py data\.root=", out, re.MULTILINE)


def test_ctrl_c_ends_it_cleanly(start: Start, connect: Connect) -> None:
    program = start()
    connection = connect(program.url)
    post(connection, "/api/samples", drawing("q"))
    out = program.end()
    assert "q 1" in out and "Next: python train.py" in out


def test_with_nothing_saved_the_next_step_is_to_draw(start: Start, connect: Connect) -> None:
    program = start()
    connection = connect(program.url)
    connection.request("GET", "/")
    connection.getresponse().read()
    assert "Nothing was saved.\nNext: python collect.py count=3" in program.end()


def test_without_the_secret_nothing_is_served_to_the_network(start: Start, connect: Connect) -> None:
    program = start(host="0.0.0.0")
    url = urlsplit(program.url)
    assert url.query.startswith("key=")
    connection = connect(f"http://127.0.0.1:{url.port}")
    for path, status in (("/", 403), ("/api/state", 403), (f"/?{url.query}", 200)):
        connection.request("GET", path)
        response = connection.getresponse()
        assert (response.status, len(response.read()) > 0) == (status, True)
    said = program.end()
    assert "\u2580" in said  # half blocks: the QR code
    teachers, pupils = urlsplit(program.url), urlsplit(re.search(r"The class's link, .*: (http\S+)\n", said)[1])
    assert "That link is the teacher's" in said and pupils.query != teachers.query and pupils.netloc == teachers.netloc
    assert teachers.query not in said  # it is in the first line alone
    assert re.search(rf"Or type {re.escape(pupils.netloc)}/[a-z]{{6}}\n", said)


def test_the_printed_links_lead_a_teacher_and_a_pupil_to_the_page(start: Start, connect: Connect) -> None:
    program = start(host="0.0.0.0", pupils_train=True)
    connection = connect(f"http://127.0.0.1:{urlsplit(program.url).port}")

    def ask(path: str) -> tuple[str, Any]:
        connection.request("GET", path)
        response = connection.getresponse()
        content = response.read()
        return response.headers["Location"] or "", json.loads(content or "null")

    key = urlsplit(program.url).query
    assert ask(f"/api/state?{key}")[1]["you"]["role"] == "teacher"
    wall = ask(f"/api/wall?{key}")[1]
    link = urlsplit(wall["address"])
    you = ask(f"/api/state?{link.query}")[1]["you"]
    assert (you["role"], you["may"]["train"], you["may"]["manage"]) == ("pupil", True, False)
    assert ask(urlsplit(wall["short_address"]).path)[0] == f"/?{link.query}"


def test_what_keeps_it_from_serving_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    data = LettersConfig(str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match=f"host=127.0.0.1 port={port}: [^()]*port=0"):
            run(CollectConfig(port=port, data=data, open=False))
    with pytest.raises(FileNotFoundError, match=r"absent\.json"):
        run(CollectConfig(weights="absent.json", data=data))
    for host in ("no such host", "192.0.2.1"):  # the second is kept for examples
        with pytest.raises(OSError, match=f"host={host}: [^()]*; give an address of this computer"):
            run(CollectConfig(host=host, port=0, data=data))


def test_such_an_error_ends_the_command_with_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = CollectConfig(host="no such host", port=0, data=LettersConfig(str(tmp_path)))
    assert answer.answer(lambda: run(config)) == 1
    out, err = capsys.readouterr()
    assert out == "" and re.fullmatch(r"error: host=no such host.*\n", err)


def test_the_default_port_gives_way_when_it_is_taken() -> None:
    try:
        other = socket.create_server(("127.0.0.1", PORT))
    except OSError:
        other = socket.socket()  # taken already, which serves as well
    with other, server.listen("127.0.0.1", PORT) as listening:
        assert listening.getsockname()[1] != PORT


def test_two_programs_and_eight_clients_lose_nothing(start: Start, connect: Connect, tmp_path: Path) -> None:
    each = 40  # benchmarks/collector.py saves 2,000
    urls = [program.url for program in [start(), start()]]
    paths: list[str] = []

    def save(client: int) -> None:
        connection = connect(urls[client % 2])
        for n in range(each):
            status, saved = post(connection, "/api/samples", drawing("ab"[n % 2], (client * each + n) / 1000))
            assert status == 201
            paths.append(str(saved["path"]))

    at_once(save, 8)
    assert len(set(paths)) == 8 * each
    found = listing.walk([tmp_path / "letters"])
    assert {str(path) for path in found} == set(paths)
    marks = [ink.from_png(path) for path in found]
    assert sorted(round(mark[0][1][1] * 1000) for mark in marks if mark) == list(range(8 * each))
    for label in "ab":
        numbers = sorted(int(path.stem) for path in found if path.parent.name == label)
        assert numbers == list(range(4 * each))


def test_nothing_slow_to_load_is_loaded() -> None:
    heavy = {"torch", "torchvision", "hydra", "omegaconf", "matplotlib", "segno", "httpx", "jinja2", "webbrowser"}
    program = f"import sys, charnet.collector.server; sys.exit(str({heavy} & set(sys.modules) or '') or 0)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_settings_alone_load_no_server() -> None:
    program = "import sys, charnet.collector; sys.exit(str({'uvicorn', 'starlette'} & set(sys.modules) or '') or 0)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
    assert Spec() == CollectConfig().spec


def test_a_client_that_goes_away_in_mid_body_is_no_error_of_the_program(start: Start, connect: Connect) -> None:
    program = start()
    place = urlsplit(program.url)
    with socket.create_connection((place.hostname, place.port)) as client:
        head = f"POST /api/samples HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
        client.sendall(f'{head}Content-Length: 1000\r\n\r\n{{"label": "e"'.encode())
    with socket.create_connection((place.hostname, place.port)) as client:  # and one before its first byte
        client.sendall(f"{head}Content-Length: 1000\r\n\r\n".encode())
    assert post(connect(program.url), "/api/samples", drawing("e"))[0] == 201
    assert "Saved in" in program.end()  # and nothing on standard error


def test_a_key_that_is_sent_eight_times_at_once_saves_one_drawing(
    start: Start, connect: Connect, tmp_path: Path
) -> None:
    url = start().url
    answers = []
    ready = threading.Barrier(8)

    def save(_: int) -> None:
        connection = connect(url)
        connection.connect()
        ready.wait()
        answers.append(post(connection, "/api/samples", drawing("e"), "one"))

    at_once(save, 8)
    assert [(status, found["path"], found["count"]) for status, found in answers] == [
        (201, str(tmp_path / "letters/e/0.png"), 1)
    ] * 8
    assert files_in(tmp_path) == ["letters/e/0.png"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes in folders")
def test_a_pipe_in_the_place_of_a_sample_holds_nobody_up(start: Start, connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "letters/e").mkdir(parents=True)
    os.mkfifo(tmp_path / "letters/e/0.png")
    url = start().url
    waiting, other = connect(url), connect(url)
    waiting.request("GET", "/api/samples/e/0")
    for path in ("/api/state", "/api/wall", "/api/samples?label=e"):
        asking = connect(url)
        asking.sock = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=20)
        asking.request("GET", path)
        assert asking.getresponse().status == 200
    other.sock = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=5)
    assert post(other, "/api/samples", drawing("e"))[1]["count"] == 2
    assert waiting.getresponse().status == 404


def test_whoever_ends_it_is_told_what_was_saved(start: Start, connect: Connect) -> None:
    program = start()
    assert post(connect(program.url), "/api/samples", drawing("e"))[0] == 201
    program.process.terminate()
    said, error = program.process.communicate(timeout=30)
    assert (program.process.returncode, error) == (0, "") and "letters: e 1\n" in said


def test_every_address_means_those_of_ipv4_too() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("needs IPv6")
    with server.listen("::", 0) as listening:
        port = listening.getsockname()[1]
        for host in ("127.0.0.1", "::1"):
            socket.create_connection((host, port), 5).close()


def test_the_address_is_one_that_others_can_type() -> None:
    assert server.page_url("localhost", "127.0.0.1", 8026, "") == "http://localhost:8026/"
    assert server.page_url("::1", "::1", 80, "") == "http://[::1]:80/"
    assert re.fullmatch(r"http://\d+\.\d+\.\d+\.\d+:1/\?key=s", server.page_url("0.0.0.0", "0.0.0.0", 1, "s"))


def test_the_summary_says_what_was_not_kept(tmp_path: Path) -> None:
    config = CollectConfig(mode="analyze", letter="e", data=LettersConfig(str(tmp_path)))
    session = Session(config)
    session.record_recognised("e")
    assert "Nothing was saved.\nNot kept, since the network read them right: e 1\n" in server.summary(config, session)


def test_the_summary_of_a_folder_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    config = CollectConfig(data=LettersConfig(str(tmp_path / os.fsdecode(b"caf\xe9"))))
    session = Session(config)
    session.record_saved("e", "0")
    assert f"Saved in {tmp_path}/caf\\udce9: e 1" in server.summary(config, session).encode().decode()


def test_the_qr_code_for_a_phone_is_printed_in_rows_of_one_width(capsys: pytest.CaptureFixture[str]) -> None:
    server.print_qr_code("http://192.0.2.1:8026/?key=secret")
    title, *rows = capsys.readouterr().out.splitlines()
    assert title.startswith("On a phone")
    assert len({len(row) for row in rows if row}) == 1

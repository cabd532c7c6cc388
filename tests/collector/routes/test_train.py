"""Trainings from the page, by a real server and by real processes."""

import http.client
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import programs
import pytest
import warm
from drawing_page import INK, Client
from samples import make_letters

from charnet.networks import json_file

PROC = Path("/proc")
ROOT = Path(__file__).parent.parent.parent.parent
needs_proc = pytest.mark.skipif(not (PROC / "self/cmdline").exists(), reason="looks processes up in /proc")
Ask = Callable[..., tuple[int, dict[str, Any]]]
Start = Callable[..., Any]


@pytest.fixture
def ask() -> Iterator[Ask]:
    connections: dict[str, http.client.HTTPConnection] = {}

    def ask(program: Any, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        connection = connections.setdefault(
            program.url, http.client.HTTPConnection(urlsplit(program.url).netloc, timeout=60)
        )
        headers = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    yield ask
    for connection in connections.values():
        connection.close()


def wait(ask: Ask, program: Any, until: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The state of the training once it is as wanted."""
    for _ in range(2000):
        found = ask(program, "GET", "/api/train")[1]
        if until(found):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def ended(found: dict[str, Any]) -> bool:
    return found["state"] not in ("idle", "running")


def gone(pids: set[int]) -> bool:
    for _ in range(1200):
        if not any(runs(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def runs(pid: int) -> bool:
    """Whether a process is there, and no zombie that nobody has asked after."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_training_from_the_page(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    program = start()
    assert ask(program, "GET", "/api/train")[1]["state"] == "idle"
    before = ask(program, "GET", "/api/state")[1]["network"]
    status, found = ask(program, "POST", "/api/train", {"hidden": 7, "epochs": 30, "seed": 3})
    assert (status, found["state"], found["epochs"], found["curve"]) == (202, "running", 30, [])
    status, refused = ask(program, "POST", "/api/train", {})
    assert (status, "already running" in refused["error"]) == (409, True)
    found = wait(ask, program, ended)
    assert (found["state"], found["error"], found["epoch"]) == ("done", "", 30)
    assert [epoch for epoch, _, _ in found["curve"]] == list(range(1, 31))
    assert found["curve"][-1][1:] == [found["train_accuracy"], found["validation_accuracy"]]
    # Its run folder is train.py's, and its network is in use and reads here.
    run = tmp_path / found["result"]["folder"]
    metrics = json.loads((run / "metrics.json").read_text())
    assert (metrics["seed"], metrics["accuracy"]) == (3, found["result"]["accuracy"])
    assert [found["result"][name] for name in ("accuracy", "former", "held")] == [1, 1, 6]
    assert [found["result"][name] for name in ("number", "in_use", "reason")] == [1, True, ""]
    assert found["best_epoch"] == metrics["best_epoch"]
    assert [epoch for epoch, _, _ in found["losses"]] == list(range(1, 31))
    assert found["losses"][metrics["best_epoch"] - 1][2] == pytest.approx(metrics["loss"])
    assert (run / "weights.json").read_bytes() == (tmp_path / "outputs/current/weights.json").read_bytes()
    after = ask(program, "GET", "/api/state")[1]["network"]
    assert after["labels"] == ["l", "o", "z"] and after["version"] != before["version"]
    assert len(ask(program, "POST", "/api/read", {"strokes": INK})[1]["hidden"]) == 7
    snapshots = ask(program, "GET", "/api/train/snapshots")[1]
    assert (snapshots["labels"], snapshots["width"], snapshots["framing"]) == (["l", "o", "z"], 10, "moments")
    assert [row["epoch"] for row in snapshots["snapshots"]] == list(range(1, 31))
    assert ask(program, "GET", "/api/train/snapshots?after=28")[1]["snapshots"] == snapshots["snapshots"][-2:]
    # Back to the network before, and forward again.
    status, found = ask(program, "POST", "/api/train/former", {"back": True})
    assert (status, found["former"], found["former_number"], found["went_back"]) == (200, "letters", None, True)
    assert not found["result"]["in_use"]
    network = ask(program, "GET", "/api/state")[1]["network"]
    assert (network["labels"], network["number"]) == (before["labels"], None)
    status, found = ask(program, "POST", "/api/train/former", {"back": False})
    assert (status, found["went_back"], found["result"]["in_use"]) == (200, False, True)
    network = ask(program, "GET", "/api/state")[1]["network"]
    assert (network["labels"], network["number"]) == (["l", "o", "z"], 1)
    assert ask(program, "GET", "/api/network")[1]["number"] == 1
    program.end()
    assert {path.name for path in run.iterdir()} >= {".hydra", "confusion.png", "mistakes.png", "checkpoint.pt"}


@needs_proc
def test_stop_keeps_the_best_so_far(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    program = start()
    ask(program, "POST", "/api/train", {"epochs": 100_000})
    wait(ask, program, lambda found: found["epoch"] >= 1000)
    status, found = ask(program, "DELETE", "/api/train")
    assert (status, found["stopping"]) == (200, True)
    found = wait(ask, program, ended)
    assert found["state"] == "stopped" and 1000 <= found["epoch"] < 100_000
    assert ask(program, "GET", "/api/network")[1]["spec"]["labels"] == ["l", "o", "z"]
    assert ask(program, "DELETE", "/api/train")[1]["state"] == "stopped"
    assert gone(warm.children(program.process.pid))


def test_one_that_is_stopped_before_its_first_epoch_changes_nothing(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    program = start()
    ask(program, "POST", "/api/train", {})
    ask(program, "DELETE", "/api/train")
    found = wait(ask, program, ended)
    assert (found["state"], found["error"], found["curve"]) == ("stopped", "", [])
    assert not (tmp_path / "outputs/current").exists()
    assert ask(program, "POST", "/api/train", {"epochs": 1})[0] == 202
    assert wait(ask, program, ended)["state"] == "done"


def test_from_the_network_in_use_it_goes_on(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    program = start()
    for body in ({"hidden": 9, "epochs": 60}, {"init": "current", "epochs": 1}):
        assert ask(program, "POST", "/api/train", body)[0] == 202
        found = wait(ask, program, ended)
    assert (found["state"], found["result"]["former"]) == ("done", 1)
    assert len(json_file.read(tmp_path / "outputs/current/weights.json").hidden_bias) == 9
    status, refused = ask(program, "POST", "/api/train", {"init": "current", "hidden": 20})
    assert (status, "has 9 hidden units" in refused["error"]) == (422, True)


def test_a_training_that_fails_says_why_and_the_network_in_use_stays(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    for path in (tmp_path / "letters/l").iterdir():
        path.write_bytes(b"no picture")
    program = start()
    ask(program, "POST", "/api/train", {"epochs": 5})
    found = wait(ask, program, ended)
    assert found["state"] == "failed" and "no readable pictures of l" in found["error"]
    assert not (tmp_path / "outputs/current").exists()


def test_a_full_disk_is_a_sentence(start: Start, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the training sees it when it first waits for the disk."""
    make_letters(tmp_path / "letters")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/sitecustomize.py").write_text(
        "import errno, os\ndef fsync(_):\n    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
        "if os.environ.get('FULL') == 'yes': os.fsync = fsync\n"
    )
    program = start(environment={"PYTHONPATH": f"{tmp_path / 'full'}", "FULL": "yes"})
    network = ask(program, "GET", "/api/state")[1]["network"]
    ask(program, "POST", "/api/train", {"epochs": 3})
    found = wait(ask, program, ended)
    assert found["state"] == "failed"
    assert "No space left on device; make room and run again" in found["error"]
    assert ask(program, "GET", "/api/state")[1]["network"] == network


@needs_proc
@pytest.mark.parametrize(
    ("fatal", "training"),
    [
        (signal.SIGKILL, True),
        (signal.SIGTERM, False),
        *(pytest.param(signal.SIGINT, training, marks=pytest.mark.thorough) for training in (True, False)),
        pytest.param(signal.SIGTERM, True, marks=pytest.mark.thorough),
        pytest.param(signal.SIGKILL, False, marks=pytest.mark.thorough),
    ],
)
def test_no_process_outlives_the_page(start: Start, ask: Ask, tmp_path: Path, fatal: int, training: bool) -> None:
    make_letters(tmp_path / "letters")
    program = start()
    if training:
        ask(program, "POST", "/api/train", {"epochs": 100_000})
        wait(ask, program, lambda found: found["epoch"])
    else:
        assert ask(program, "POST", "/api/train/warm", {})[1]["warm"]
    left = warm.children(program.process.pid)
    assert len(left) == 1
    program.process.send_signal(fatal)
    program.process.wait(20)
    assert gone(left)


@needs_proc
def test_a_training_that_is_killed_is_told_and_another_can_start(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    program = start()
    ask(program, "POST", "/api/train", {"epochs": 100_000})
    wait(ask, program, lambda found: found["epoch"])
    (child,) = warm.children(program.process.pid)
    os.kill(child, signal.SIGKILL)
    found = wait(ask, program, ended)
    assert found["state"] == "failed" and "the training was killed (signal 9)" in found["error"]
    assert ask(program, "POST", "/api/train", {"epochs": 1})[0] == 202
    assert wait(ask, program, ended)["state"] == "done"


@needs_proc
@pytest.mark.thorough
def test_one_that_was_killed_is_resumed_to_the_very_weights(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    program = start()

    def runs() -> list[Path]:
        return [path.parent for path in (tmp_path / "outputs").rglob("checkpoint.pt")]

    ask(program, "POST", "/api/train", {"epochs": 5000})
    wait(ask, program, lambda found: found["state"] == "running" and runs())
    (child,), (killed,) = warm.children(program.process.pid), runs()
    os.kill(child, signal.SIGKILL)
    assert wait(ask, program, ended)["state"] == "failed"
    assert not (tmp_path / "outputs/current").exists()  # what is in use is still the shipped one
    ask(program, "POST", "/api/train", {"epochs": 5000})
    wait(ask, program, ended)
    (whole,) = set(runs()) - {killed}
    assert programs.run(tmp_path, "train", f"resume={killed}").returncode == 0
    assert (killed / "weights.json").read_bytes() == (whole / "weights.json").read_bytes()


@needs_proc
def test_a_process_waits_while_it_is_asked_for(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    program = start()
    for _ in range(2):  # the second only says that the page is still there
        assert ask(program, "POST", "/api/train/warm", {})[1]["warm"]
    first = warm.children(program.process.pid)
    assert len(first) == 1
    assert not ask(program, "DELETE", "/api/train/warm")[1]["warm"]
    assert gone(first)
    ask(program, "POST", "/api/train/warm", {})
    second = warm.children(program.process.pid)
    ask(program, "POST", "/api/train", {"epochs": 2})
    assert warm.children(program.process.pid) == second  # the one that waited
    assert wait(ask, program, ended)["state"] == "done"


def test_two_pages_on_one_folder_train_at_once(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    programs = [start(), start()]
    for program in programs:
        assert ask(program, "POST", "/api/train", {"epochs": 40})[0] == 202
    found = [wait(ask, program, ended) for program in programs]
    assert [each["state"] for each in found] == ["done", "done"]
    assert len({each["result"]["folder"] for each in found}) == 2
    versions = {ask(program, "GET", "/api/state")[1]["network"]["version"] for program in programs}
    assert len(versions) == 1  # both read with the one that came last


def test_a_network_that_is_trained_elsewhere_is_taken_over(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    program = start()
    assert ask(program, "GET", "/api/state")[1]["network"]["labels"][0] == "a"
    assert programs.run(tmp_path, "train", f"data.root={tmp_path / 'letters'}", "optim.epochs=5").returncode == 0
    assert ask(program, "GET", "/api/state")[1]["network"]["labels"] == ["l", "o", "z"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"hidden": 1}, "hidden: 1 is not a whole number from 2 to 100"),
        ({"distort": 1}, "distort: 1 is not true or false"),
        ({"per_label": 0}, "per_label: 0 is not a whole number"),
        ({"by_writer": True}, "all drawings are by one writer: let someone else draw"),
        ({"writer": "Zoe"}, "writer: there are no drawings by Zoe; hold out another writer"),
        ({"writer": "../x"}, "writer: '../x' is not a name"),
        ({"hidden": 101}, "hidden: 101"),
        ({"hidden": True}, "hidden: True"),
        ({"hidden": "20"}, "hidden: 20"),
        ({"epochs": 0}, "epochs: 0"),
        ({"epochs": 1.5}, "epochs: 1.5"),
        ({"seed": -1}, "seed: -1"),
        ({"seed": 2**32}, "seed: 4294967296"),
        ({"init": 3}, "init: 3"),
        ({"init": "../../etc/passwd"}, "init: there is no network"),
        ({"init": "elsewhere.json"}, "init: 'elsewhere.json' is neither a run"),
        ({"init": "a\0b"}, "init: "),
        ({"without": "q"}, "without: send a list"),
        ({"without": ["?"]}, "label: '?'"),
        ({"lr": 1}, "unknown key 'lr'"),
        ({}, "no drawings yet: draw two or more"),
    ],
)
def test_what_makes_no_sense_is_refused(client: Client, tmp_path: Path, body: object, reason: str) -> None:
    (tmp_path / "elsewhere.json").write_text("{}")
    if body:
        make_letters(tmp_path / "letters")
    answer = client().post("/api/train", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(reason)


def test_an_experiment_is_a_run_of_train_py_with_these_settings(start: Start, ask: Ask, tmp_path: Path) -> None:
    """Two units on two undistorted drawings a letter, Anna's hand held out: to the very figures of the command."""
    make_letters(tmp_path / "letters", count=4)
    for path in list((tmp_path / "letters").glob("*/[01].png")):
        path.rename(path.with_name(f"Anna-{path.name}"))
    program = start()
    body = {"hidden": 2, "epochs": 9, "distort": False, "per_label": 2, "writer": "Anna"}
    assert ask(program, "POST", "/api/train", body)[0] == 202
    found = wait(ask, program, ended)
    assert (found["writers"], found["result"]["held"]) == (["Anna"], 6)
    settings = ["model.hidden=2", "optim.epochs=9", "augment=none", "data.per_label=2", "data.writer=Anna"]
    root = f"data.root={tmp_path / 'letters'}"
    assert programs.run(tmp_path, "train", root, *settings, "name=same").returncode == 0
    ours, theirs = (tmp_path / folder for folder in (found["result"]["folder"], "outputs/same"))
    assert (ours / "weights.json").read_bytes() == (theirs / "weights.json").read_bytes()


def test_numbers_of_drawings_are_compared_and_nothing_else_happens(start: Start, ask: Ask, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters", count=10)
    program = start()
    network = ask(program, "GET", "/api/state")[1]["network"]
    assert ask(program, "POST", "/api/train/sizes", {"hidden": 7})[0] == 202
    assert ask(program, "POST", "/api/train/sizes", {})[0] == 409
    assert ask(program, "POST", "/api/train", {})[0] == 409
    for _ in range(2000):
        found = ask(program, "GET", "/api/train/sizes")[1]
        if found["state"] != "running":
            break
        time.sleep(0.05)
    assert (found["state"], found["error"], found["sizes"]) == ("done", "", [5, 8])
    assert [(point["size"], point["held"]) for point in found["points"]] == [(5, 6), (8, 6)]
    assert ask(program, "GET", "/api/train")[1]["state"] == "idle"
    assert ask(program, "GET", "/api/state")[1]["network"] == network
    assert not list((tmp_path / "outputs").glob("*/*/weights.json"))
    ask(program, "POST", "/api/train/sizes", {})
    assert "being compared" in ask(program, "POST", "/api/train", {})[1]["error"]
    ask(program, "DELETE", "/api/train/sizes")
    assert ask(program, "GET", "/api/train/sizes")[1]["stopping"]
    assert ask(program, "POST", "/api/train/former", {"back": True})[0] == 409  # there was no training


def test_letters_without_drawings_are_named_with_the_way_out(client: Client, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    page = client(labels="lozqx")
    answer = page.post("/api/train", json={})
    assert answer.status_code == 422
    assert answer.json() == {
        "error": "no drawings of q and x yet: draw some, or train without q and x",
        "lacking": ["q", "x"],
    }
    assert page.get("/api/train").json()["state"] == "idle"

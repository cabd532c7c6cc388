import base64
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from charnet import classify, images, ink, weights
from charnet.collector import CollectSettings, app
from charnet.collector.session import ANSWERS, Session
from charnet.collector.store import Store
from charnet.config import LettersConfig
from charnet.spec import Spec

PORT = 8026
STROKES = [[[0.3, 0.3, 0, 0.5], [0.7, 0.3, 20, 0.5]], [[0.5, 0.1, 300, 0.2], [0.45, 0.9, 350, 1]]]
Client = Callable[..., TestClient]


def network_that_reads(label: str, spec: Spec | None = None) -> weights.Network:
    """A network that ranks `label` first whatever it sees, and z second."""
    spec = spec or Spec()
    bias = np.full(spec.outputs, -4.0)
    bias[spec.labels.index("z")] = 1
    bias[spec.labels.index(label)] = 3
    return weights.Network(spec, np.zeros((spec.inputs, 1)), np.zeros(1), np.zeros((1, spec.outputs)), bias)


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.chdir(tmp_path)  # no network in use
    monkeypatch.setattr(classify, "SHIPPED", tmp_path / "none")

    def make(reads: str = "", spec: Spec | None = None, secret: str = "", **settings: Any) -> TestClient:
        if reads:
            weights.write(tmp_path / "weights.json", network_that_reads(reads, spec))
            settings["weights"] = str(tmp_path / "weights.json")
        sizes = {name: settings.pop(name) for name in ("width", "height", "framing") if name in settings}
        session = Session(CollectSettings(data=LettersConfig(str(tmp_path / "letters"), **sizes), **settings))
        return TestClient(app.create(session, PORT, secret), base_url=f"http://127.0.0.1:{PORT}")

    return make


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def opened(url: str) -> Image.Image:
    kind, _, content = url.partition(",")
    assert kind == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(content)))


def test_reading_answers_with_the_framed_picture_and_the_ranking(client: Client) -> None:
    answer = client(reads="e").post("/api/read", json={"strokes": STROKES})
    assert answer.status_code == 200
    found = answer.json()
    assert set(found) == {"ranking", "picture"}
    assert [label for label, _ in found["ranking"][:2]] == ["e", "z"]
    assert found["ranking"][0][1] == pytest.approx(1 / (1 + np.exp(-3)))
    assert len(found["ranking"]) == 26
    expected = np.round((1 - ink.framed(STROKES, Spec())) * 255)
    assert (np.asarray(opened(found["picture"])) == expected).all()


def test_reading_is_the_ranking_of_the_picture(client: Client, network: weights.Network, tmp_path: Path) -> None:
    weights.write(tmp_path / "random.json", network)
    found = client(weights=str(tmp_path / "random.json")).post("/api/read", json={"strokes": STROKES}).json()
    classifier = classify.load(tmp_path / "random.json")
    expected = classifier.ranking(classifier.likelihoods(ink.framed(STROKES, Spec())[None])[0])
    assert [tuple(row) for row in found["ranking"]] == expected


def test_a_saved_sample_is_a_small_png_with_its_ink(client: Client, tmp_path: Path) -> None:
    answer = client().post("/api/samples", json={"label": "t", "strokes": STROKES})
    assert answer.status_code == 201
    assert answer.json() == {"path": (tmp_path / "letters/t/0.png").as_posix(), "count": 1}
    path = tmp_path / "letters" / "t" / "0.png"
    with Image.open(path) as image:
        assert (image.size, image.mode) == ((10, 16), "L")
    kept = ink.from_png(path)
    assert kept is not None
    assert [stroke.tolist() for stroke in kept] == STROKES
    assert np.abs(images.read(path, Spec()) - ink.framed(STROKES, Spec())).max() < 0.01


def test_network_and_data_may_differ(client: Client, tmp_path: Path) -> None:
    theirs = Spec(tuple("xyz"), 6, 8, "corner")
    page = client(reads="x", spec=theirs, width=12, height=14)
    found = page.post("/api/read", json={"strokes": STROKES}).json()
    assert opened(found["picture"]).size == (6, 8)
    assert [label for label, _ in found["ranking"]] == ["x", "z", "y"]
    page.post("/api/samples", json={"label": "a", "strokes": STROKES})
    with Image.open(tmp_path / "letters/a/0.png") as image:
        assert image.size == (12, 14)
    state = page.get("/api/state").json()
    assert state["size"] == [6, 8]
    assert state["notice"].startswith("The network was not trained on a, b, c")
    notice = client(reads="x", width=12).get("/api/state").json()["notice"]
    assert "10 x 16" in notice and "12 x 16" in notice


def test_without_a_network_it_collects_all_the_same_and_says_why(client: Client) -> None:
    page = client()
    found = page.post("/api/read", json={"strokes": STROKES}).json()
    assert found["ranking"] == []
    assert opened(found["picture"]).size == (10, 16)
    assert page.post("/api/samples", json={"label": "a", "strokes": STROKES}).status_code == 201
    state = page.get("/api/state").json()
    assert state["network"] is None
    assert "no network" in state["notice"] and "python train.py" in state["notice"]


def test_a_broken_network_in_use_is_no_obstacle_but_a_named_one_is(client: Client, tmp_path: Path) -> None:
    (tmp_path / "outputs/current").mkdir(parents=True)
    (tmp_path / "outputs/current/weights.json").write_text("{")
    assert "torn" in client().get("/api/state").json()["notice"]
    with pytest.raises(ValueError, match="torn"):
        client(weights=str(tmp_path / "outputs/current"))
    with pytest.raises(FileNotFoundError, match=r"absent\.json"):
        client(weights="absent.json")


def test_the_state_holds_the_plan_and_the_counts(client: Client) -> None:
    page = client(letters="ba", count=2)
    page.post("/api/samples", json={"label": "b", "strokes": STROKES})
    state = page.get("/api/state").json()
    assert state["plan"] == {
        "mode": "draw",
        "letters": ["b", "a"],
        "label": "a",
        "left": 3,
        "total": 4,
        "done": False,
    }
    assert state["counts"] == {label: int(label == "b") for label in Spec().labels}
    assert state["saved"] == {"b": 1}


def test_a_removed_sample_can_be_brought_back_and_is_drawn_again_until_then(client: Client, tmp_path: Path) -> None:
    page = client(letter="e", count=1)
    page.post("/api/samples", json={"label": "e", "strokes": STROKES})
    assert page.get("/api/state").json()["plan"]["done"]
    assert page.delete("/api/samples/e/0").json() == {"count": 0}
    assert images.walk([tmp_path]) == []
    assert page.get("/api/state").json()["plan"]["left"] == 1
    assert page.get("/api/samples/e/0").status_code == 404
    again = page.post("/api/samples/e/0/restore")
    assert again.json() == {"path": (tmp_path / "letters/e/0.png").as_posix(), "count": 1}
    assert page.get("/api/state").json()["plan"]["done"]
    assert page.get("/api/samples/e/0").headers["content-type"] == "image/png"
    assert page.post("/api/samples/e/0/restore").status_code == 404
    assert page.delete("/api/samples/e/1").status_code == 404


def test_removing_a_sample_of_another_day_leaves_the_plan_alone(client: Client, tmp_path: Path) -> None:
    Store(tmp_path / "letters", "e").save("e", ink.to_png(ink.framed(STROKES, Spec())))
    page = client(letter="e", count=2)
    page.post("/api/samples", json={"label": "e", "strokes": STROKES})
    page.delete("/api/samples/e/0")
    assert page.get("/api/state").json()["plan"]["left"] == 1


def test_analysis_keeps_only_what_the_network_does_not_rank_first(client: Client, tmp_path: Path) -> None:
    right = client(reads="e", mode="analyze", letter="e")
    answer = right.post("/api/analyze", json={"label": "e", "strokes": STROKES})
    assert (answer.status_code, answer.json()["kept"]) == (200, False)
    assert files_in(tmp_path / "letters") == []
    assert right.get("/api/state").json()["plan"]["done"]
    wrong = client(reads="c", mode="analyze", letter="e")
    answer = wrong.post("/api/analyze", json={"label": "e", "strokes": STROKES})
    assert (answer.status_code, answer.json()["kept"], answer.json()["count"]) == (201, True, 1)
    assert answer.json()["ranking"][0][0] == "c"
    assert files_in(tmp_path / "letters") == ["e/0.png"]
    none = client(mode="analyze", letter="e")
    assert none.post("/api/analyze", json={"label": "e", "strokes": STROKES}).json()["kept"]


def test_a_drawing_that_is_sent_twice_with_the_same_key_is_saved_once(client: Client, tmp_path: Path) -> None:
    page = client()
    drawing = {"label": "e", "strokes": STROKES}
    first, second = (page.post("/api/samples", json=drawing, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.json() == second.json()
    page.post("/api/samples", json=drawing)
    page.post("/api/samples", json=drawing)
    assert files_in(tmp_path / "letters") == ["e/0.png", "e/1.png", "e/2.png"]


def test_only_so_many_answers_are_remembered(client: Client) -> None:
    session = Session(CollectSettings())
    for n in range(ANSWERS + 5):
        session.note_answer(str(n), {})
    assert len(session.answered) == ANSWERS and "4" not in session.answered


@pytest.mark.parametrize("name", ["index.html", *(path.name for path in app.STATIC.iterdir())])
def test_the_page_is_served_with_its_types_and_asks_for_nothing_elsewhere(client: Client, name: str) -> None:
    answer = client().get("/" if name == "index.html" else f"/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == app.TYPES[Path(name).suffix]
    assert "//" not in answer.text.replace("http://www.w3.org/2000/svg", "").replace("// ", "")


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
    answer = client().post("/api/samples", json={"label": label, "strokes": STROKES})
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
        answer = client().post("/api/read", content=json.dumps({"strokes": STROKES}), headers={"Content-Type": kind})
        assert answer.status_code == 415


def test_ink_outside_the_square_is_blank_where_the_square_is_the_picture(client: Client, tmp_path: Path) -> None:
    answer = client(framing="corner").post("/api/samples", json={"label": "e", "strokes": [[[1.4, 1.4, 0, 1]]]})
    assert answer.status_code == 422
    assert files_in(tmp_path) == []


def test_unknown_routes_and_methods_are_errors_in_json(client: Client) -> None:
    page = client()
    assert (page.get("/nothing").status_code, set(page.get("/nothing").json())) == (404, {"error"})
    assert (page.get("/api/read").status_code, set(page.get("/api/read").json())) == (405, {"error"})
    assert page.get("/../settings.py").status_code == 404


def test_a_full_disk_is_told_and_the_drawing_not_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(store: Store, label: str, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "save", full)
    page = client(letter="e", count=1)
    answer = page.post("/api/samples", json={"label": "e", "strokes": STROKES})
    assert answer.status_code == 507
    assert "No space left on device" in answer.json()["error"]
    assert page.get("/api/state").json()["plan"]["left"] == 1

import asyncio
import base64
import io
import os
import sys
import threading
from pathlib import Path

import httpx2
import numpy as np
import pytest
from drawing_page import INK, Client, files_in, run_async
from PIL import Image

from charnet.collector.store import Store
from charnet.networks import classify, json_file
from charnet.pictures import images, ink
from charnet.spec import Spec


def opened(url: str) -> Image.Image:
    kind, _, content = url.partition(",")
    assert kind == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(content)))


def test_reading_answers_with_the_framed_picture_and_the_ranking(client: Client) -> None:
    answer = client(reads="e").post("/api/read", json={"strokes": INK})
    assert answer.status_code == 200
    found = answer.json()
    assert set(found) == {"ranking", "picture"}
    assert [label for label, _ in found["ranking"][:2]] == ["e", "z"]
    assert found["ranking"][0][1] == pytest.approx(1 / (1 + np.exp(-3)))
    assert len(found["ranking"]) == 26
    expected = np.round((1 - ink.framed(INK, Spec())) * 255)
    assert (np.asarray(opened(found["picture"])) == expected).all()


def test_reading_is_the_ranking_of_the_picture(client: Client, network: json_file.Network, tmp_path: Path) -> None:
    json_file.write(tmp_path / "random.json", network)
    found = client(weights=str(tmp_path / "random.json")).post("/api/read", json={"strokes": INK}).json()
    classifier = classify.load(tmp_path / "random.json")
    expected = classifier.ranking(classifier.likelihoods(ink.framed(INK, Spec())[None])[0])
    assert [tuple(row) for row in found["ranking"]] == expected


def test_a_saved_sample_is_a_small_png_with_its_ink(client: Client, tmp_path: Path) -> None:
    answer = client().post("/api/samples", json={"label": "t", "strokes": INK})
    assert answer.status_code == 201
    assert answer.json() == {"path": (tmp_path / "letters/t/0.png").as_posix(), "count": 1}
    path = tmp_path / "letters" / "t" / "0.png"
    with Image.open(path) as image:
        assert (image.size, image.mode) == ((10, 16), "L")
    kept = ink.from_png(path)
    assert kept is not None
    assert [stroke.tolist() for stroke in kept] == INK
    assert np.abs(images.read(path, Spec()) - ink.framed(INK, Spec())).max() < 0.01


def test_network_and_data_may_differ(client: Client, tmp_path: Path) -> None:
    theirs = Spec(tuple("xyz"), 6, 8, "corner")
    page = client(reads="x", spec=theirs, width=12, height=14)
    found = page.post("/api/read", json={"strokes": INK}).json()
    assert opened(found["picture"]).size == (6, 8)
    assert [label for label, _ in found["ranking"]] == ["x", "z", "y"]
    page.post("/api/samples", json={"label": "a", "strokes": INK})
    with Image.open(tmp_path / "letters/a/0.png") as image:
        assert image.size == (12, 14)
    state = page.get("/api/state").json()
    assert state["size"] == [6, 8]
    assert state["notice"].startswith("The network was not trained on a, b, c")
    notice = client(reads="x", width=12).get("/api/state").json()["notice"]
    assert "10 x 16" in notice and "12 x 16" in notice


def test_without_a_network_it_collects_all_the_same_and_says_why(client: Client) -> None:
    page = client()
    found = page.post("/api/read", json={"strokes": INK}).json()
    assert found["ranking"] == []
    assert opened(found["picture"]).size == (10, 16)
    assert page.post("/api/samples", json={"label": "a", "strokes": INK}).status_code == 201
    state = page.get("/api/state").json()
    assert state["network"] is None
    assert "no network" in state["notice"] and "python train.py" in state["notice"]


def test_a_removed_sample_can_be_brought_back_and_is_drawn_again_until_then(client: Client, tmp_path: Path) -> None:
    page = client(letter="e", count=1)
    page.post("/api/samples", json={"label": "e", "strokes": INK})
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
    Store(tmp_path / "letters", "e").save("e", ink.to_png(ink.framed(INK, Spec())))
    page = client(letter="e", count=2)
    page.post("/api/samples", json={"label": "e", "strokes": INK})
    page.delete("/api/samples/e/0")
    assert page.get("/api/state").json()["plan"]["left"] == 1


def test_analysis_keeps_only_what_the_network_does_not_rank_first(client: Client, tmp_path: Path) -> None:
    right = client(reads="e", mode="analyze", letter="e")
    answer = right.post("/api/analyze", json={"label": "e", "strokes": INK})
    assert (answer.status_code, answer.json()["kept"]) == (200, False)
    assert files_in(tmp_path / "letters") == []
    assert right.get("/api/state").json()["plan"]["done"]
    wrong = client(reads="c", mode="analyze", letter="e")
    answer = wrong.post("/api/analyze", json={"label": "e", "strokes": INK})
    assert (answer.status_code, answer.json()["kept"], answer.json()["count"]) == (201, True, 1)
    assert answer.json()["ranking"][0][0] == "c"
    assert files_in(tmp_path / "letters") == ["e/0.png"]
    none = client(mode="analyze", letter="e")
    assert none.post("/api/analyze", json={"label": "e", "strokes": INK}).json()["kept"]


def test_ink_outside_the_square_is_blank_where_the_square_is_the_picture(client: Client, tmp_path: Path) -> None:
    answer = client(framing="corner").post("/api/samples", json={"label": "e", "strokes": [[[1.4, 1.4, 0, 1]]]})
    assert answer.status_code == 422
    assert files_in(tmp_path) == []


def test_a_drawing_that_is_sent_twice_with_the_same_key_is_saved_once(client: Client, tmp_path: Path) -> None:
    page = client()
    drawing = {"label": "e", "strokes": INK}
    first, second = (page.post("/api/samples", json=drawing, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.json() == second.json()
    page.post("/api/samples", json=drawing)
    page.post("/api/samples", json=drawing)
    assert files_in(tmp_path / "letters") == ["e/0.png", "e/1.png", "e/2.png"]


def test_a_key_belongs_to_one_drawing(client: Client, tmp_path: Path) -> None:
    page, key = client(), {"Idempotency-Key": "k"}
    assert page.post("/api/samples", json={"label": "e", "strokes": INK}, headers=key).status_code == 201
    for route, drawing in (
        ("/api/samples", {"label": "e", "strokes": INK[:1]}),
        ("/api/samples", {"label": "f", "strokes": INK}),
        ("/api/analyze", {"label": "e", "strokes": INK}),
    ):
        answer = page.post(route, json=drawing, headers=key)
        assert (answer.status_code, answer.json()["error"][:15]) == (422, "Idempotency-Key")
    assert files_in(tmp_path) == ["letters/e/0.png"]


def test_an_analysis_that_is_sent_twice_with_the_same_key_counts_once(client: Client) -> None:
    page = client(reads="e", mode="analyze", letter="e", count=2)
    for _ in range(2):
        page.post("/api/analyze", json={"label": "e", "strokes": INK}, headers={"Idempotency-Key": "k"})
    assert page.get("/api/state").json()["plan"]["left"] == 1


def test_a_key_whose_drawing_could_not_be_saved_saves_it_the_next_time(client: Client, tmp_path: Path) -> None:
    page, key = client(), {"Idempotency-Key": "k"}
    (tmp_path / "letters").touch()  # where the folder should be
    assert page.post("/api/samples", json={"label": "e", "strokes": INK}, headers=key).status_code == 507
    (tmp_path / "letters").unlink()
    assert page.post("/api/samples", json={"label": "e", "strokes": INK}, headers=key).status_code == 201


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names of files are Unicode there")
def test_the_folder_of_the_samples_need_not_be_utf_8(client: Client, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    page = client(root=str(folder))
    assert page.get("/api/state").json()["next"].startswith("python train.py")
    answer = page.post("/api/samples", json={"label": "e", "strokes": INK})
    assert (answer.status_code, answer.json()["path"]) == (201, str(folder / "e/0.png"))
    assert files_in(folder) == ["e/0.png"]


def test_a_drive_that_stalls_holds_only_its_reader_up(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_bytes, stalled, done = Path.read_bytes, threading.Event(), threading.Event()

    def slow(path: Path) -> bytes:
        if path.name == "0.png":
            stalled.set()
            assert done.wait(5), "nobody else is served"
        return read_bytes(path)

    async def read_and_look() -> list[int]:
        transport = httpx2.ASGITransport(page.app)
        async with httpx2.AsyncClient(transport=transport, base_url=str(page.base_url)) as one:
            late = asyncio.create_task(one.get("/api/samples/e/0"))
            while not stalled.is_set():
                await asyncio.sleep(0.01)
            state = await one.get("/api/state")
            done.set()
            return [state.status_code, (await late).status_code]

    page = client()
    page.post("/api/samples", json={"label": "e", "strokes": INK})
    monkeypatch.setattr(Path, "read_bytes", slow)
    assert run_async(read_and_look()) == [200, 200]

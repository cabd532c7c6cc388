import asyncio
import io
import os
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import event_loop
import httpx2
import numpy as np
import pytest
from drawing_page import INK, Client, files_in
from PIL import Image
from samples import make_letters, make_network

from charnet.collector.store import Store
from charnet.networks import classify, json_file
from charnet.pictures import images, ink, listing
from charnet.spec import Spec


def test_a_saved_sample_is_a_small_png_with_its_ink(client: Client, tmp_path: Path) -> None:
    answer = client().post("/api/samples", json={"label": "t", "strokes": INK})
    assert answer.status_code == 201
    assert answer.json() == {
        "path": (tmp_path / "letters/t/0.png").as_posix(),
        "label": "t",
        "name": "0",
        "address": "/api/samples/t/0",
        "count": 1,
    }
    path = tmp_path / "letters" / "t" / "0.png"
    with Image.open(path) as image:
        assert (image.size, image.mode) == ((10, 16), "L")
    kept = ink.from_png(path)
    assert kept is not None
    assert [stroke.tolist() for stroke in kept] == INK
    assert np.abs(images.read(path, Spec()) - ink.framed(INK, Spec())).max() < 0.01


def test_a_removed_sample_can_be_brought_back_and_is_drawn_again_until_then(client: Client, tmp_path: Path) -> None:
    page = client(letter="e", count=1)
    page.post("/api/samples", json={"label": "e", "strokes": INK})
    assert page.get("/api/state").json()["plan"]["done"]
    assert page.delete("/api/samples/e/0").json() == {"count": 0}
    assert listing.walk([tmp_path]) == []
    assert page.get("/api/state").json()["plan"]["left"] == 1
    assert page.get("/api/samples/e/0").status_code == 404
    again = page.post("/api/samples/e/0/restore")
    assert (again.json()["name"], again.json()["count"]) == ("0", 1)
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
        if path.name == "0.png" and not stalled.is_set():
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
    assert event_loop.run(read_and_look()) == [200, 200]


def test_a_sample_of_a_known_writer_bears_the_name(client: Client, tmp_path: Path) -> None:
    page = client()
    names = []
    for writer in ("Anna", "ben2", "Anna", None):
        answer = page.post("/api/samples", json={"label": "e", "strokes": INK, "writer": writer})
        assert answer.status_code == 201
        names.append(answer.json()["name"])
    assert names == ["Anna-0", "ben2-0", "Anna-1", "0"]
    assert page.get("/api/samples/e/Anna-1").headers["content-type"] == "image/png"
    assert page.delete("/api/samples/e/Anna-0").json() == {"count": 3}
    assert page.post("/api/samples/e/Anna-0/restore").json()["name"] == "Anna-0"


@pytest.mark.parametrize("writer", ["a-b", "a b", "../x", "a/b", "ä", "x" * 41, ".a", "a\n", 3, ["a"], True])
def test_a_writer_is_letters_and_digits(client: Client, tmp_path: Path, writer: object) -> None:
    for route in ("/api/samples", "/api/analyze"):
        answer = client().post(route, json={"label": "e", "strokes": INK, "writer": writer})
        assert answer.status_code == 422 and answer.json()["error"].startswith("writer: ")
    assert files_in(tmp_path) == []


def test_it_may_save_by_itself_only_what_the_network_reads_as_the_letter(client: Client, tmp_path: Path) -> None:
    body = {"label": "e", "strokes": INK, "only_if_read": True}
    answer = client(reads="x").post("/api/samples", json=body)
    assert (answer.status_code, answer.json()["kept"], answer.json()["ranking"][0][0]) == (200, False, "x")
    assert client().post("/api/samples", json=body).json()["kept"] is False  # nobody read it
    assert files_in(tmp_path / "letters") == []
    assert client(reads="e").post("/api/samples", json=body).status_code == 201
    refused = client().post("/api/samples", json=body | {"only_if_read": "yes"})
    assert (refused.status_code, refused.json()["error"][:12]) == (422, "only_if_read")


def test_a_sample_can_be_given_another_letter_and_back(client: Client, tmp_path: Path) -> None:
    page = client(letter="e", count=1)
    page.post("/api/samples", json={"label": "e", "strokes": INK})
    page.post("/api/samples", json={"label": "c", "strokes": INK})
    moved = page.post("/api/samples/e/0/move", json={"to": "c"}).json()
    assert (moved["label"], moved["name"], moved["counts"]) == ("c", "1", {"e": 0, "c": 2})
    assert page.get("/api/state").json()["saved"] == {"c": 2}
    assert page.get("/api/state").json()["plan"]["done"]
    back = page.post("/api/samples/c/1/move", json={"to": "e"}).json()
    assert (back["address"], back["counts"]) == ("/api/samples/e/0", {"c": 1, "e": 1})
    assert files_in(tmp_path / "letters") == ["c/0.png", "e/0.png"]
    assert page.post("/api/samples/e/7/move", json={"to": "c"}).status_code == 404
    for body in ({"to": "?"}, {"to": ".."}, {}, {"to": "c", "name": "x"}):
        assert page.post("/api/samples/e/0/move", json=body).status_code == 422


def test_all_samples_are_listed_the_most_doubtful_first(client: Client, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    (tmp_path / "letters/l/0.png").write_bytes(b"no picture")
    (tmp_path / "letters/l/notes.txt").touch()
    json_file.write(tmp_path / "random.json", make_network(Spec(tuple("loz")), seed=4))
    page = client(weights=str(tmp_path / "random.json"))
    found = page.get("/api/samples?label=l").json()
    assert found["total"] == len(found["samples"]) == 8
    first, *rest = found["samples"]
    assert first["name"] == "0" and "not a picture" in first["error"] and first["read"] is None
    classifier = classify.load(tmp_path / "random.json")
    for row in rest:
        (best, likelihood), *_ = ranking = classifier.rank(tmp_path / f"letters/l/{row['name']}.png")
        assert (row["read"], row["sure"]) == (best, pytest.approx(likelihood, abs=1e-6))
        assert row["doubt"] == pytest.approx(1 - dict(ranking)["l"] / sum(dict(ranking).values()), abs=1e-6)
    doubts = [row["doubt"] for row in rest]
    assert doubts == sorted(doubts, reverse=True)
    everything = page.get("/api/samples").json()
    pages = [page.get(f"/api/samples?offset={at}&limit=10").json()["samples"] for at in (0, 10, 20)]
    assert [row for page in pages for row in page] == everything["samples"] and len(everything["samples"]) == 24
    page.delete("/api/samples/l/3")
    assert page.get("/api/samples?label=l&limit=0").json() == {"total": 7, "samples": []}


def test_a_list_of_one_writer_and_without_a_network(client: Client) -> None:
    page = client()
    for writer in ("anna", "ben", "anna"):
        page.post("/api/samples", json={"label": "a", "strokes": INK, "writer": writer})
    found = page.get("/api/samples?label=a&writer=anna").json()
    assert [(row["name"], row["writer"], row["read"]) for row in found["samples"]] == [
        ("anna-0", "anna", None),
        ("anna-1", "anna", None),
    ]


@pytest.mark.parametrize("query", ["label=?", "label=..", "offset=-1", "offset=x", "limit=1001", "limit=1e3"])
def test_a_list_of_what_there_is_not_is_refused(client: Client, query: str) -> None:
    assert client().get(f"/api/samples?{query}").status_code == 422


TRICKS = ["..", ".hidden", "%2e%2e", "..%2f0", "%2fetc%2fpasswd", "0%00", "a%5cb", "%0a"]


@pytest.mark.parametrize("name", TRICKS)
@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("DELETE", ""), ("POST", "/restore"), ("POST", "/move")])
def test_names_lead_nowhere_else(client: Client, tmp_path: Path, name: str, method: str, end: str) -> None:
    (tmp_path / "letters/e").mkdir(parents=True)
    (tmp_path / "0.png").write_bytes(b"secret")
    (tmp_path / "letters/e/.hidden.png").write_bytes(b"secret")
    body = {"to": "a"} if end == "/move" else None
    answer = client().request(method, f"/api/samples/e/{name}{end}", json=body)
    assert b"secret" not in answer.content
    assert answer.status_code in (404, 405) or (name, method, end) == ("..", "GET", "")  # the list of all
    assert files_in(tmp_path) == ["0.png", "letters/e/.hidden.png"]


def test_a_photo_in_the_folder_is_shown_as_the_network_sees_it(client: Client, tmp_path: Path) -> None:
    (tmp_path / "letters/e").mkdir(parents=True)
    photo = Image.new("L", (300, 400), 230)
    photo.paste(20, (100, 50, 160, 350))
    photo.save(tmp_path / "letters/e/my photo.jpg")
    (tmp_path / "letters/e/torn.jpg").write_bytes(b"torn")
    page = client()
    (torn, row) = page.get("/api/samples?label=e").json()["samples"]
    answer = page.get(row["address"])
    assert (answer.headers["content-type"], row["name"]) == ("image/png", "my photo.jpg")
    assert Image.open(io.BytesIO(answer.content)).size == (10, 16)
    assert page.get(torn["address"]).status_code == 422


@pytest.mark.parametrize("label", ["A", ".", "..", "?", "#", "%", "é", "con"])
def test_any_label_has_an_address(client: Client, tmp_path: Path, label: str) -> None:
    page = client(labels=f"{label} a")
    saved = page.post("/api/samples", json={"label": label, "strokes": INK}).json()
    assert (saved["label"], saved["name"]) == (label, "0")
    assert page.get(saved["address"]).content == (tmp_path / saved["path"]).read_bytes()
    assert page.delete(saved["address"]).json() == {"count": 0}
    assert page.post(f"{saved['address']}/restore").json()["address"] == saved["address"]


@pytest.mark.parametrize("name", ["D:photo.jpg", "con", "nul.png", "a.", "a ", "a|b", "x?", 'x"'])
def test_names_that_some_system_refuses_are_refused_on_every_one(client: Client, tmp_path: Path, name: str) -> None:
    (tmp_path / "letters/e").mkdir(parents=True)
    (tmp_path / "letters/e/con.png").write_bytes(b"hello")
    answer = client().get(f"/api/samples/e/{quote(name)}")
    assert (answer.status_code, answer.json()["error"]) == (404, f"name: {name!r} is not the name of a sample")

import asyncio
import io
import shutil
import threading
import zipfile
from pathlib import Path

import event_loop
import httpx2
import numpy as np
import pytest
from drawing_page import INK, Client, files_in
from PIL import Image
from samples import make_letters, photo

from charnet.collector import uploads
from charnet.collector.routes import archive as archive_routes
from charnet.letters import folder
from charnet.pictures import images, ink
from charnet.spec import Spec

ZIP = {"Content-Type": "application/zip"}
PNG = {"Content-Type": "image/png"}


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_all_drawings_go_out_and_come_in_again(client: Client, tmp_path: Path) -> None:
    make_letters(tmp_path / "letters")
    page = client()
    for writer in ("anna", ""):
        page.post("/api/samples", json={"label": "t", "strokes": INK, "writer": writer})
    answer = page.get("/api/archive")
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == files_in(tmp_path / "letters")
        assert archive.read("t/anna-0.png") == (tmp_path / "letters/t/anna-0.png").read_bytes()
    again = client(root=str(tmp_path / "again")).post("/api/archive", content=answer.content, headers=ZIP)
    assert (again.status_code, again.json()["total"], again.json()["refused"]) == (201, 26, [])
    assert again.json()["saved"] == {"l": 8, "o": 8, "t": 2, "z": 8}
    assert files_in(tmp_path / "again") == files_in(tmp_path / "letters")
    for name in ("t/anna-0.png", "l/3.png"):
        one, two = (ink.from_png(tmp_path / place / name) for place in ("letters", "again"))
        assert one is not None and two is not None
        assert all((ours == theirs).all() for ours, theirs in zip(one, two, strict=True))
    spec = Spec(tuple("lotz"))
    before, after = (folder.read(tmp_path / place, spec).pictures.astype(int) for place in ("letters", "again"))
    assert np.abs(before - after).max() <= 1


def test_a_part_goes_out_too(client: Client, tmp_path: Path) -> None:
    page = client()
    for label, writer in (("a", "anna"), ("b", "anna"), ("b", "ben"), ("b", "")):
        page.post("/api/samples", json={"label": label, "strokes": INK, "writer": writer})
    names = [
        zipfile.ZipFile(io.BytesIO(page.get(f"/api/archive?{query}").content)).namelist()
        for query in ("label=b", "writer=anna", "label=a&writer=ben")
    ]
    assert names == [["b/0.png", "b/anna-0.png", "b/ben-0.png"], ["a/anna-0.png", "b/anna-0.png"], []]
    assert page.get("/api/archive?label=..").status_code == 422


def test_a_picture_joins_the_samples_of_a_letter(client: Client, tmp_path: Path) -> None:
    page = client()
    for query, name in (("label=i", "0"), ("label=i&writer=anna", "anna-0")):
        answer = page.post(f"/api/archive?{query}", content=photo(), headers=PNG)
        assert (answer.status_code, answer.json()["samples"]) == (201, [{"label": "i", "name": name}])
    saved = tmp_path / "letters/i/anna-0.png"
    with Image.open(saved) as image:
        assert image.size == (10, 16)
    assert np.abs(images.read(saved, Spec()) - images.read(photo(), Spec())).max() < 0.01
    state = page.get("/api/state").json()
    assert (state["saved"], state["writers"]) == ({"i": 2}, {"anna": 1})


def test_names_in_a_zip_are_not_trusted(client: Client, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    members = {
        "../../../i/1.png": photo(),
        "/etc/cron.d/i/2.png": photo(),  # of it only the letter counts
        "C:\\windows\\i\\..-3.png": photo(),
        "a/b/../e/4.png": photo(),
        "i/x/../../../../etc/passwd": b"root",
        "i/5.png/": b"",
        ".git/i/6.png": photo(),
        "__MACOSX/i/._7.png": photo(),
        "nolabel/8.png": photo(),
        "9.png": photo(),
        "i/10.txt": b"text",
        "i/11.png": b"no picture",
        "i/anna-12.png": photo(),
        "i/evil\x1b[2J-13.png": photo(),
    }
    page = client(root=str(tmp_path / "here/letters"))
    answer = page.post("/api/archive", content=zipped(members), headers=ZIP)
    found = answer.json()
    assert answer.status_code == 201
    assert files_in(tmp_path) == [f"here/letters/i/{name}.png" for name in ("0", "anna-0")]
    assert [row["name"] for row in found["refused"]] == [
        "../../../i/1.png",
        "a/b/../e/4.png",
        "i/x/../../../../etc/passwd",
        "nolabel/8.png",
        "9.png",
        "i/10.txt",
        "i/11.png",
        "i/evil\\x1b[2J-13.png",
    ]
    assert "not a picture" in found["refused"][6]["error"] and "one of the labels" in found["refused"][3]["error"]


def test_a_zip_under_one_letter(client: Client, tmp_path: Path) -> None:
    content = zipped({"1.png": photo(), "some/folder/2.png": photo()})
    answer = client().post("/api/archive?label=i&writer=ben", content=content, headers=ZIP)
    assert answer.json()["saved"] == {"i": 2}
    assert files_in(tmp_path) == ["letters/i/ben-0.png", "letters/i/ben-1.png"]


def bomb(size: int) -> bytes:
    """A zip that says it holds a few bytes and unpacks to many."""
    content = bytearray(zipped({"i/0.png": b"\x00" * size}))
    claimed = (1000).to_bytes(4, "little")
    local, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    content[local + 22 : local + 26] = content[central + 24 : central + 28] = claimed
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "query", "status", "reason"),
    [
        (zipped({"i/0.png": photo()})[:-30], "", 422, "not a whole zip"),
        (b"PK\x03\x04" + b"x" * 100, "", 422, "not a whole zip"),
        (b"no picture", "?label=i", 422, ""),
        (photo(), "", 422, "label: say which letter"),
        (photo(), "?label=..", 422, "label: '..'"),
        (photo(), "?label=i&writer=a/b", 422, "writer: 'a/b'"),
        (bomb(64 * 1024 * 1024), "", 422, ""),
    ],
)
def test_what_cannot_be_taken_is_refused(
    client: Client, tmp_path: Path, content: bytes, query: str, status: int, reason: str
) -> None:
    answer = client().post(f"/api/archive{query}", content=content, headers=ZIP)
    assert answer.status_code == status
    found = answer.json()
    assert found["error"].startswith(reason) if reason else len(found["refused"]) == 1
    assert files_in(tmp_path) == []


def test_limits_hold_before_anything_is_unpacked(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = {f"i/{n}.png": photo() for n in range(3)}
    for name, most, reason in (
        ("MAX_FILES", 2, "holds 3 files"),
        ("MAX_MEMBERS", 2, "holds more than 2 files"),
        ("MAX_ALL", 100, "unpacked, the zip holds"),
    ):
        with monkeypatch.context() as limits:
            limits.setattr(uploads, name, most)
            answer = client().post("/api/archive", content=zipped(members), headers=ZIP)
        assert answer.status_code == 422 and reason in answer.json()["error"]
    monkeypatch.setattr(archive_routes, "MAX_ZIP", 100)
    assert client().post("/api/archive", content=zipped(members), headers=ZIP).status_code == 413
    assert client().post("/api/archive", content=photo(), headers={"Content-Type": "text/plain"}).status_code == 415
    assert files_in(tmp_path) == []


def test_one_at_a_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, done = threading.Event(), threading.Event()
    save = uploads.save_picture

    def slow(*given):
        entered.set()
        assert done.wait(10)
        return save(*given)

    monkeypatch.setattr(uploads, "save_picture", slow)
    page, statuses = client(), []
    first = threading.Thread(
        target=lambda: statuses.append(page.post("/api/archive?label=i", content=photo(), headers=PNG).status_code)
    )
    first.start()
    assert entered.wait(10)
    assert page.post("/api/archive?label=i", content=photo(), headers=PNG).status_code == 409
    done.set()
    first.join()
    assert statuses == [201]
    assert page.post("/api/archive?label=i", content=photo(), headers=PNG).status_code == 201


def test_an_upload_that_stalls_holds_up_nobody(client: Client) -> None:
    """A phone that falls asleep while it sends."""
    page = client()

    async def both() -> int:
        begun, never = asyncio.Event(), asyncio.Event()

        async def body():
            yield photo()[:20]
            begun.set()
            await never.wait()

        transport = httpx2.ASGITransport(page.app)
        async with httpx2.AsyncClient(transport=transport, base_url=str(page.base_url)) as sender:
            stalled = asyncio.create_task(sender.post("/api/archive?label=i", content=body(), headers=PNG))
            await asyncio.wait_for(begun.wait(), 10)
            await asyncio.sleep(0.05)
            other = await sender.post("/api/archive?label=i", content=photo(), headers=PNG)
            stalled.cancel()
        return other.status_code

    assert event_loop.run(both()) == 201


def test_a_zip_names_folders_by_the_rule_and_takes_those_from_elsewhere(client: Client, tmp_path: Path) -> None:
    page = client(labels="aA/é")
    for label in "aA/é":
        page.post("/api/samples", json={"label": label, "strokes": INK})
    assert files_in(tmp_path / "letters") == ["%2f/0.png", "%41/0.png", "a/0.png", "é/0.png"]
    archive = page.get("/api/archive").content
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        assert sorted(members.namelist()) == files_in(tmp_path / "letters")
        picture = members.read("a/0.png")
    shutil.rmtree(tmp_path / "letters")  # what is there already is not added twice
    assert page.post("/api/archive", content=archive, headers=ZIP).json()["saved"] == dict.fromkeys("aA/é", 1)
    shutil.rmtree(tmp_path / "letters")
    from_elsewhere = zipped({"A/0.png": picture, "e\u0301/0.png": picture, "x/B/0.png": picture})
    answer = page.post("/api/archive", content=from_elsewhere, headers=ZIP).json()
    assert (answer["saved"], len(answer["refused"])) == ({"A": 1, "é": 1}, 1)

"""Pictures of several letters on the page: which they are, and what is read there."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from drawing_page import Client
from PIL import Image, ImageDraw

import charnet
from charnet.measure import reading
from charnet.networks import stored

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def shipped(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Clients of a page with the shipped networks."""
    monkeypatch.setattr(stored, "SHIPPED", ROOT / "charnet/networks/shipped")
    return client


def test_a_picture_of_several_letters_is_read_in_lines(shipped: Client) -> None:
    page = shipped(weights="letters")
    content = (ROOT / "examples/note.jpg").read_bytes()
    jpeg = {"Content-Type": "image/jpeg"}
    assert page.post("/api/read/picture", content=content, headers=jpeg).json()["several"] is True
    found = page.post("/api/read/text", content=content, headers=jpeg).json()
    expected = charnet.load_text().read(content)
    assert found["text"] == expected.text and found["text"].count("\n") == 2
    assert [line["text"] for line in found["lines"]] == found["text"].split("\n")
    assert [word["sure"] for line in found["lines"] for word in line["words"]] == [
        word.sure for line in expected.lines for word in line.words
    ]
    assert found["network"] == "line" and found["notes"] == []
    torn = page.post("/api/read/text", content=content[:-3000], headers=jpeg).json()
    assert len(torn["notes"]) == 1 and "the file ends too early" in torn["notes"][0]


@pytest.mark.parametrize(
    ("strokes", "several"),
    [
        ([[(40, 40), (80, 160)], [(130, 40), (100, 160)], [(180, 40), (220, 160)]], True),
        ([[(x, 100 + 40 * (x // 20 % 2)) for x in range(40, 360, 20)]], True),  # a zigzag, as wide as a joined word
        ([[(60, 40), (100, 200), (140, 60)]], False),
    ],
)
def test_several_letters_are_told_by_their_shapes(shipped: Client, strokes: list[Any], several: bool) -> None:
    photo = Image.new("L", (400, 240), 225)
    for stroke in strokes:
        ImageDraw.Draw(photo).line(stroke, fill=30, width=8, joint="curve")
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=95)
    jpeg = {"Content-Type": "image/jpeg"}
    found = shipped(weights="letters").post("/api/read/picture", content=file.getvalue(), headers=jpeg).json()
    assert found["several"] is several, found["note"]


def test_text_that_cannot_be_read_is_answered_with_a_sentence(shipped: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page, png = shipped(reads="e"), {"Content-Type": "image/png"}
    blank = io.BytesIO()
    Image.new("L", (400, 300), 200).save(blank, "PNG")
    for content, problem in ((blank.getvalue(), "the picture is blank"), (b"no picture", "not a picture")):
        answer = page.post("/api/read/text", content=content, headers=png)
        assert answer.status_code == 422 and problem in answer.json()["error"]
    reading.load_text.cache_clear()
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    answer = page.post("/api/read/text", content=blank.getvalue(), headers=png)
    error = answer.json()["error"]
    assert answer.status_code == 422 and error.endswith("pip install -e '.[cnn]'") and "/" not in error

import importlib.util
import json
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from sheets_fill import AWRY, fill, shoot

from charnet import sheet
from charnet.sheets import layout
from charnet.sheets.boxes import Crop
from charnet.sheets.read import PageScan, Saved


def called(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = sheet.main([str(word) for word in words])
    output = capsys.readouterr()
    return status, output.out, output.err


def test_print_makes_pages_and_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sheet.pdf"
    status, printed, _ = called(capsys, "print", "--out", out)
    assert status == 0
    assert printed.startswith(f"{out}: 2 pages of a4 paper, 260 boxes; print at 100 %, fill in, then\n")
    assert len(pypdfium2.PdfDocument(out.read_bytes())) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.pdf"]


def test_one_box_is_no_boxes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, printed, _ = called(capsys, "print", "--out", tmp_path / "sheet.pdf", "--labels", "a", "--each", 1)
    assert "1 page of a4 paper, 1 box; print" in printed


def test_json_gives_each_box_in_millimetres(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--labels", "yes no", "--each", 3, "--writer", "kai", "--paper", "letter", "--json")
    status, printed, _ = called(capsys, "print", "--out", tmp_path / "sheet.pdf", *words)
    rows = [json.loads(line) for line in printed.splitlines()]
    assert status == 0
    assert [(row["page"], row["label"]) for row in rows] == [(1, "yes")] * 3 + [(1, "no")] * 3
    for row, box in zip(rows, layout.pages(("yes", "no"), 3, "kai", "letter")[0].boxes(), strict=True):
        assert row["box"] == pytest.approx([box.left, box.top, box.width, box.height], abs=0.001)


def test_a_sheet_that_is_there_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sheet.pdf"
    out.write_bytes(b"mine")
    told = f"error: {out} exists; name a new file with --out\n"
    assert called(capsys, "print", "--out", out) == (1, "", told)
    assert out.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--each", "0"), 2, "each: 0 is not a whole number from 1"),
        (("--labels", "aba"), 2, "labels: 'a' appears twice"),
        (("--labels", ""), 2, "labels: none given"),
        (("--writer", "../x"), 2, "writer: '../x' cannot begin a file name"),
    ],
)
def test_what_cannot_be_printed_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, told: str
) -> None:
    found, printed, error = called(capsys, "print", "--out", tmp_path / "sheet.pdf", *words)
    assert (found, printed, error.count("\n")) == (status, "", 1)
    assert told in error
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = f"error: {tmp_path}/no: no such folder; make it first\n"
    assert called(capsys, "print", "--out", tmp_path / "no/sheet.pdf") == (1, "", told)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (page,) = layout.pages("abc", 4, "", "letter")
    path = tmp_path_factory.mktemp("photos") / "IMG_1.jpg"
    path.write_bytes(shoot(fill(page, "blue").picture, page, AWRY))
    return path


def test_read_saves_samples_and_says_so(photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "letters"
    status, printed, error = called(capsys, "read", photo, "--out", out, "--weights", "letters", "--writer", "zoë")
    assert (status, error) == (0, "")
    assert printed.startswith(f"{photo}: page 1 of 1 by zoë: 10 letters saved, ")
    assert (
        "of them doubtful, 2 blank\n" in printed and f"to check at a glance: {tmp_path}/letters-check/IMG_1-" in printed
    )
    names = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.png"))
    assert names == [f"{label}/zoë-{n}.png" for label, count in (("a", 3), ("b", 3), ("c", 4)) for n in range(count)]


def test_json_gives_a_line_for_each_photo_and_nothing_is_saved_twice(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "not.png").write_bytes(b"hello")
    words = (
        "read",
        photo,
        tmp_path / "not.png",
        photo,
        "--out",
        tmp_path / "letters",
        "--weights",
        "letters",
        "--json",
    )
    status, printed, error = called(capsys, *words)
    first, wrong, again = map(json.loads, printed.splitlines())
    assert (status, error) == (1, "")
    assert {key: first[key] for key in ("path", "page", "writer", "boxes", "saved", "blank")} == {
        "path": str(photo),
        "page": 1,
        "writer": "",
        "boxes": 12,
        "saved": 10,
        "blank": 2,
    }
    assert first["doubtful"] == len(first["doubts"])
    assert wrong == {
        "path": str(tmp_path / "not.png"),
        "error": "not a picture that can be read (PNG, JPEG, HEIC, AVIF, GIF, WebP, BMP, TIFF, JPEG 2000)",
    }
    assert (again["saved"], again["again"], again["blank"]) == (0, 10, 2)
    assert len(list((tmp_path / "letters").rglob("*.png"))) == 10


def test_errors_are_one_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "letters"
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for words, status, told in (
        (("no.jpg", "--out", out), 1, "error: no.jpg: No such file or directory\n"),
        ((tmp_path / "empty", "--out", out), 1, f"error: {tmp_path}/empty: no pictures in this folder\n"),
        (
            ("no.jpg", "--out", tmp_path / "file"),
            1,
            f"error: {tmp_path}/file is a file; name a folder of letter folders",
        ),
        (("no.jpg", "--out", out, "--writer", "a/b"), 2, "error: writer: 'a/b' cannot begin a file name"),
    ):
        found, printed, error = called(capsys, "read", *words, "--weights", "letters")
        assert (found, printed, error.count("\n")) == (status, "", 1) and error.startswith(told)
    assert not out.exists()


def test_a_lacking_package_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "find_spec", lambda name: None if name == "zxingcpp" else importlib.util.find_spec(name))
    told = "error: reading sheets needs zxing-cpp: pip install -e '.[sheet]'\n"
    assert called(capsys, "read", "no.jpg", "--out", tmp_path / "x") == (1, "", told)


def test_a_photo_that_was_read_in_words_and_as_json() -> None:
    page = layout.pages("ab", 1, "", "a4")[0]
    grey = np.zeros((2, 2), np.uint8)
    crops = [Crop(grey, "it looks like b"), Crop(None, "")]
    scan = PageScan("IMG\n1.jpg", page, np.zeros((2, 2), np.uint8), crops)
    saved = Saved(
        [Path("out/a/0.png")], again=2, doubts=[(Path("out/a/0.png"), "it looks like b")], check=Path("c.jpg")
    )
    assert sheet.describe(scan, "", saved).splitlines() == [
        r"IMG\n1.jpg: page 1 of 1: 1 letters saved, 1 of them doubtful, 1 blank, 2 saved before",
        "  doubtful: out/a/0.png: it looks like b",
        "  to check at a glance: c.jpg",
    ]
    assert json.loads(sheet.to_json(scan, "kai", saved)) == {
        "path": "IMG\n1.jpg",
        "page": 1,
        "writer": "kai",
        "boxes": 2,
        "saved": 1,
        "blank": 1,
        "doubtful": 1,
        "again": 2,
        "doubts": [{"path": "out/a/0.png", "why": "it looks like b"}],
        "check": "c.jpg",
    }

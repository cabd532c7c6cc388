import json
from pathlib import Path

import pypdfium2
import pytest

from charnet import sheet
from charnet.sheets import layout


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
        (("--labels", "aba"), 2, "labels: 'a' stands twice"),
        (("--labels", ""), 2, "labels: none given"),
        (("--writer", "../x"), 2, "writer: '../x' cannot begin a file name"),
        (("--labels", "日"), 1, "no font here has all of their characters"),
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

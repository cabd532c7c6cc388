"""The tour as it is committed, and as it runs today."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from tour import TOUR, executed, outputs

MOST = 1_000_000  # bytes of the file


@pytest.fixture(scope="module")
def committed() -> NotebookNode:
    return nbformat.read(TOUR, as_version=4)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def kinds(notebook: NotebookNode) -> list[list[str]]:
    """What each cell shows."""
    return [[each.get("name", each.output_type) for each in cell.outputs] for cell in code(notebook)]


def text(notebook: NotebookNode) -> str:
    return "\n".join(
        str(each.get("text", "")) + str(each.get("data", {}).get("text/plain")) for each in outputs(notebook)
    )


def check(notebook: NotebookNode) -> None:
    nbformat.validate(notebook)
    assert len(nbformat.writes(notebook).encode()) < MOST
    assert not {"stderr", "error"} & {kind for cell in kinds(notebook) for kind in cell}
    assert [cell.execution_count for cell in code(notebook)] == [*range(1, len(code(notebook)) + 1)]
    assert text(notebook).count("epoch 1,000/1,000") == 1  # its bar is one output
    pictures = [each for each in outputs(notebook) if {"image/png", "image/jpeg"} & set(each.get("data", {}))]
    assert len(pictures) >= 5
    assert "<iframe srcdoc=" in outputs(notebook)[-1].data["text/html"]


def test_it_is_committed_with_its_pictures(committed: NotebookNode):
    check(committed)
    assert TOUR.stat().st_size < MOST
    assert not re.search(r"(?<![\w:/.])/(home|root|tmp|usr|work|Users)/", text(committed))  # of whoever ran it


def test_cells_are_short_and_each_is_talked_about(committed: NotebookNode):
    for cell, following in zip(committed.cells, committed.cells[1:], strict=False):
        assert cell.cell_type == "markdown" or following.cell_type == "markdown"
    assert committed.cells[-1].cell_type == "markdown"
    assert max(len(line) for cell in code(committed) for line in cell.source.splitlines()) <= 105
    assert max(len(cell.source.splitlines()) for cell in code(committed)) <= 25


@pytest.mark.thorough
def test_it_runs_from_start_to_end(committed: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    today = executed(TOUR, tmp_path)
    check(today)
    assert kinds(today) == kinds(committed)
    right, found = re.search(r"called probably wrong: (\d+), of which (\d+) are ours", text(today)).groups()
    assert int(right) >= int(found) >= 3
    read = re.findall(r"\d-(\w)\.png [\d.]+ (\w)", text(today))
    assert len(read) == 6 and sum(label == best for label, best in read) >= 4

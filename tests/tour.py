"""The tour of docs/tour.ipynb, executed: `make tour` brings it up to date, tests/test_tour.py runs it anew."""

import sys
from pathlib import Path

import event_loop
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

TOUR = Path(__file__).parent.parent / "docs/tour.ipynb"


def executed(path: Path, folder: Path) -> NotebookNode:
    """A notebook as it is after all its cells were run in `folder`; `CellExecutionError` for one that fails."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False, resources=resources)
    event_loop.run(client.async_execute())
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
    for output in outputs(notebook):
        _lighten(output)
    notebook.metadata.language_info = {"name": "python"}  # without the version of whoever ran it
    return notebook


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def _joined(given: list[NotebookNode]) -> list[NotebookNode]:
    """Printed lines come in as many parts as chance has it."""
    joined: list[NotebookNode] = []
    for output in given:
        if joined and output.get("name") == joined[-1].get("name", ""):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _lighten(output: NotebookNode) -> None:
    """Pillow gives its pictures twice; the smaller one stays."""
    data = output.get("data", {})
    if {"image/png", "image/jpeg"} <= set(data):
        del data[max(("image/png", "image/jpeg"), key=lambda kind: len(data[kind]))]


def main() -> None:
    nbformat.write(executed(TOUR, TOUR.parent), TOUR)
    print(f"{TOUR}: {TOUR.stat().st_size // 1024:,} KB", file=sys.stderr)


if __name__ == "__main__":
    main()

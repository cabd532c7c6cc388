"""Files and folders may have any name; what a program says of them is text that a terminal shows and never obeys."""

import os
import sys
from pathlib import Path

import pytest
from programs import run
from samples import make_letters

from charnet.system.answer import printable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="such names can't be given there")

EVIL = os.fsdecode(b"\x1b]0;evil\x07\x1b[2J\n\xc2\x85\xff")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with letters in it, whose name, writers, files and some of whose folders are hostile."""
    folder = tmp_path_factory.mktemp("names")
    root = make_letters(folder / f"data{EVIL}")
    for label in "loz":
        for n in range(4):
            (root / label / f"{n}.png").rename(root / label / f"{EVIL}-{n}.png")
        (root / label / f"damaged{EVIL}.png").write_bytes(b"hello")
    (root / EVIL).mkdir()
    (root / EVIL / "0.png").write_bytes((root / "l/4.png").read_bytes())
    return folder


def data(home: Path) -> str:
    return next(path.name for path in home.iterdir() if path.name.startswith("data"))


def said(home: Path, *words: object) -> str:
    done = run(home, *words)
    text = done.stdout + done.stderr
    assert all(c.isprintable() or c == "\n" for c in text), ascii(text)
    assert "Traceback" not in text
    return text


def test_folders_that_are_no_label_and_damaged_files(home: Path) -> None:
    text = said(home, "evaluate", data(home), "--weights", "letters")
    assert f"ignored, not a label of this network: {printable(EVIL)}\n" in text
    assert text.count("skipped ") == 3


def test_writers_and_labels_of_a_training(home: Path) -> None:
    link = home / "link"  # Hydra takes no such value
    link.symlink_to(data(home))
    words = ["data.root=link", "data.split=writer", "folds=2", "optim.epochs=2", "hydra.run.dir=outputs/here"]
    assert "control character" in said(home, "train", *words)
    text = said(home, "train", *words, "data.labels=loz")
    assert f"{printable(EVIL)}  " in text  # among the writers
    (home / "outputs/here").rename(home / f"outputs/run{EVIL}")
    assert f"run{printable(EVIL)}" in said(home, "runs")


@pytest.mark.parametrize("words", [["predict"], ["audit"], ["reframe", "--out", "new", "--width", "12"]])
def test_other_programs(home: Path, words: list[str]) -> None:
    assert printable(EVIL) in said(home, words[0], data(home), *words[1:])

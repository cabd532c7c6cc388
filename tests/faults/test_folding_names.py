"""A file system that ignores case and the form of accents: labels stay apart, whatever folders are there."""

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import make_letters
from starlette.testclient import TestClient

from charnet.collector import CollectConfig, app
from charnet.collector.session import Session
from charnet.letters import folder, naming
from charnet.letters.config import LettersConfig
from charnet.pictures import ink
from charnet.spec import Spec

pytestmark = pytest.mark.thorough

LABELS = "AaBbÉéCc./"


@pytest.fixture
def folding(mount: Callable[[str], Path]) -> Path:
    return mount("folded")


def drawing(number: int) -> list[list[list[float]]]:
    """A different one for each number."""
    return [[[0.2, 0.2, 0, 0.5], [0.8, round(0.1 + 0.07 * number, 2), 9, 0.5]]]


def page_of(root: Path, **settings: Any) -> TestClient:
    session = Session(CollectConfig(data=LettersConfig(str(root)), weights="letters", **settings))
    return TestClient(app.create(session, 8026, ""), base_url="http://127.0.0.1:8026")


def inks(root: Path) -> dict[str, Any]:
    """The ink of the first sample of each label, as a training finds the labels."""
    spec = folder.spec_of(LettersConfig(str(root)))
    letters = folder.read(root, spec)
    found = zip(letters.targets.tolist(), letters.paths, strict=True)
    return {spec.labels[target]: np.round(ink.from_png(path) or [], 4).tolist() for target, path in found}


def test_what_is_drawn_under_labels_that_fold_together_stays_apart(folding: Path, tmp_path: Path) -> None:
    expected = {label: drawing(number) for number, label in enumerate(LABELS)}
    archives = []
    for root in (folding / "letters", tmp_path / "letters"):
        page = page_of(root, letters=LABELS)
        for label, strokes in expected.items():
            answer = page.post("/api/samples", json={"label": label, "strokes": strokes})
            assert (answer.status_code, answer.json()["name"], answer.json()["count"]) == (201, "0", 1)
        assert inks(root) == expected
        archives.append(page.get("/api/archive").content)
    assert sorted(zipfile.ZipFile(io.BytesIO(archives[0])).namelist()) == sorted(
        zipfile.ZipFile(io.BytesIO(archives[1])).namelist()
    )
    shutil.copytree(tmp_path / "letters", folding / "copied")  # drawn on Linux, opened elsewhere
    assert inks(folding / "copied") == expected


def test_a_folder_from_elsewhere(folding: Path) -> None:
    make_letters(folding / "letters", count=2)
    (folding / "letters/l").rename(folding / "letters/L")
    read = folder.read(folding / "letters", Spec(("L", "o", "z")))
    assert np.bincount(read.targets).tolist() == [2, 2, 2]
    with pytest.raises(ValueError, match=r"would be the folder of l too .*; rename it to %4c$"):
        page_of(folding / "letters", letters="Ll")
    (folding / "letters/L").rename(folding / "letters/%4c")
    assert page_of(folding / "letters", letters="Ll").get("/api/state").json()["counts"] == {
        "L": 2,
        "o": 2,
        "z": 2,
        "l": 0,
    }


def test_accents_of_two_forms_are_one_label(folding: Path) -> None:
    page = page_of(folding / "letters", letters="e\u0301")
    answer = page.post("/api/samples", json={"label": "e\u0301", "strokes": drawing(0)})
    assert answer.json()["label"] == "é"
    assert list(naming.folders(folding / "letters")) == ["é"]
    assert LettersConfig(labels="e\u0301o").spec().labels == ("é", "o")

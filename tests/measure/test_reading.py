"""The lines of `predict.py`; the command around them is tested in test_predict.py and test_scripts.py."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from charnet.measure import reading
from charnet.networks import classify, json_file


@pytest.fixture
def where(tmp_path: Path, network: json_file.Network) -> Path:
    json_file.write(tmp_path / "w.json", network)
    return tmp_path / "w.json"


def several(path: Path) -> Path:
    """A picture of three letters in a row."""
    picture = Image.new("L", (400, 120), 255)
    draw = ImageDraw.Draw(picture)
    for left in (30, 160, 290):
        draw.line([(left, 20), (left, 100), (left + 50, 100)], fill=0, width=8)
    picture.save(path)
    return path


def given(*paths: Path) -> list[tuple[str, str | bytes]]:
    return [(str(path), str(path)) for path in paths]


def test_a_line_for_people_has_the_best_answers_and_their_likelihoods(where: Path, letters: Path) -> None:
    network, path = classify.load(where), letters / "l/0.png"
    ((line, is_error),) = reading.read(where, 2, False, given(path))
    best = network.rank(path)[:2]
    sure = network.sure(network.likelihoods(network.rank(path).framed[None]))[0]
    answers = "   ".join(f"{value:.3f} {label}" for label, value in best)
    assert line == f"{path}: {answers}{'' if sure else '   ? unsure'}" and not is_error


def test_a_line_of_json_has_the_whole_ranking(where: Path, letters: Path) -> None:
    network, path = classify.load(where), letters / "o/1.png"
    ((line, is_error),) = reading.read(where, 3, True, given(path))
    found = json.loads(line)
    ranking = network.rank(path)
    assert list(found) == ["path", "label", "sure", "ranking", "network"] and not is_error
    assert (found["path"], found["network"], found["label"]) == (str(path), str(where), ranking[0][0])
    assert [label for label, _ in found["ranking"]] == [label for label, _ in ranking]
    assert np.allclose([value for _, value in found["ranking"]], [value for _, value in ranking], atol=5e-7)
    assert json.dumps(found) == line


def test_content_is_read_as_a_file_is(where: Path, letters: Path) -> None:
    path = letters / "z/2.png"
    (from_file,) = reading.read(where, 3, False, [("x", str(path))])
    assert reading.read(where, 3, False, [("x", path.read_bytes())]) == [from_file]


@pytest.mark.parametrize("as_json", [False, True])
def test_errors_stand_in_their_place(where: Path, letters: Path, tmp_path: Path, as_json: bool) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "torn.png").write_bytes(b"hello")
    paths = [letters / "l/0.png", tmp_path / "empty", letters / "o/0.png", tmp_path / "torn.png", tmp_path / "gone.png"]
    lines = reading.read(where, 3, as_json, given(*paths))
    assert [is_error for _, is_error in lines] == [False, True, False, True, True]
    texts = [
        json.loads(line)["error"] if as_json else line.partition(f"error: {path}: ")[2]
        for (line, is_error), path in zip(lines, paths, strict=True)
        if is_error
    ]
    assert (texts[0], texts[2]) == (reading.EMPTY, "No such file or directory")
    assert texts[1].startswith("not a picture")


def test_nothing_but_errors(where: Path, tmp_path: Path) -> None:
    assert reading.read(where, 3, False, given(tmp_path / "gone.png")) == [
        (f"error: {tmp_path / 'gone.png'}: No such file or directory", True)
    ]
    assert reading.read(where, 3, False, []) == []


def test_many_letters_are_noted_instead_of_ranked(where: Path, tmp_path: Path) -> None:
    path = several(tmp_path / "several.png")
    ((line, _),) = reading.read(where, 3, False, given(path))
    assert line.startswith(f"{path}: ? unsure, ") and line.endswith("this looks like 3 letters; --letters reads each")
    ((text, _),) = reading.read(where, 3, True, given(path))
    found = json.loads(text)
    assert found["note"] in line and found["sure"] is False and len(found["ranking"]) == 26


def test_a_name_can_do_nothing_to_the_terminal(where: Path, letters: Path) -> None:
    ((line, _),) = reading.read(where, 3, False, [("a\x1b[2Jb", str(letters / "l/0.png"))])
    assert line.startswith("a\\x1b[2Jb: ")


def test_letters_of_a_picture_are_read_and_drawn(where: Path, tmp_path: Path) -> None:
    path, drawing = several(tmp_path / "several.png"), tmp_path / "seen.png"
    ((text, is_error),) = reading.read_letters(where, True, drawing, given(path))
    found = json.loads(text)
    assert not is_error and len(found["letters"]) == 3 and found["path"] == str(path)
    with Image.open(drawing) as image:
        assert image.size == (1000, 300)  # a small picture is enlarged
    ((line, _),) = reading.read_letters(where, False, None, given(path))
    assert line.startswith(f"{path}: ") and line.replace("?", "").endswith(found["text"])


def test_letters_of_what_is_no_picture(where: Path, tmp_path: Path) -> None:
    (tmp_path / "torn.png").write_bytes(b"hello")
    ((line, is_error),) = reading.read_letters(where, False, None, given(tmp_path / "torn.png"))
    assert is_error and line.startswith(f"error: {tmp_path / 'torn.png'}: not a picture")

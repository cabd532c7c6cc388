import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from samples import STROKES

from charnet.networks import classify, words

STEP = 70  # pixels from letter to letter, of 100 that a letter's square is wide


def written(path: Path, letters: str) -> Path:
    """A clean line of letters, of the strokes of the samples, with a space where one is asked for."""
    picture = Image.new("L", (STEP * len(letters) + 50, 140), 255)
    canvas = ImageDraw.Draw(picture)
    for place, letter in enumerate(letters):
        for stroke in STROKES.get(letter, []):
            points = (np.array(stroke) * 100 + (STEP * place, 20)).ravel().tolist()
            canvas.line(points, fill=0, width=7, joint="curve")
    picture.save(path)
    return path


def test_each_letter_has_a_box_and_a_ranking_in_reading_order(tmp_path: Path):
    network = classify.load("letters")
    path = written(tmp_path / "line.png", "zo oz")
    found = words.read(network, path)
    assert [len(part) for part in found.text.split(" ")] == [2, 2]
    assert found.text.replace(" ", "") == "".join(ranking[0][0] for ranking in found.rankings)
    assert found.marked.count("?") == found.sure.count(False)
    assert [left for left, *_ in found.boxes] == sorted(left for left, *_ in found.boxes)
    for (left, top, width, height), place in zip(found.boxes, (0, 1, 3, 4), strict=True):
        middle = STEP * place + 50
        assert left - 5 < middle < left + width + 5 and 0 <= top < top + height <= 140
    told = json.loads(words.as_json("line.png", found, network.name))
    assert (told["path"], told["text"], told["network"]) == ("line.png", found.text, "letters")
    assert [tuple(letter["box"]) for letter in told["letters"]] == found.boxes
    assert words.for_people("line.png", found) == f"line.png: {found.marked}"
    assert words.drawn(path, found).size == (1000, 350)

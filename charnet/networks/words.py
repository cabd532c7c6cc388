"""Reading many letters in one picture: the text, which letters are doubtful, and each letter's box and ranking."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np
from PIL import Image

from charnet.networks.classify import Classifier
from charnet.networks.ranking import Ranking
from charnet.pictures import boxes, images, lines
from charnet.system.answer import printable

TOUCHING = "some letters touch each other; --text reads words as people write them"
WIDE = 1.7  # times its height; no letter is so wide


class Words(NamedTuple):
    """The letters read in a picture, in reading order."""

    text: str  # lines are separated by "\n", words by " "
    marked: str  # the same, with "?" after each doubtful letter
    boxes: list[lines.Box]  # of each letter: left, top, width, height in pixels
    rankings: list[Ranking]  # of each letter
    sure: list[bool]  # for each letter
    touching: bool  # whether some shapes are so wide that they must be several letters


def read(classifier: Classifier, source: images.Source) -> Words:
    """Read printed letters in lines; joined-up writing can't be read. Raises what `lines.read` raises."""
    found = lines.read(source, classifier.spec)
    likelihoods = classifier.likelihoods(found.framed)
    rankings = [classifier.ranking(row) for row in likelihoods]
    sure = [bool(value) for value in classifier.sure(likelihoods)]
    best = [ranking[0][0] for ranking in rankings]
    text = "".join(gap + label for gap, label in zip(found.before, best, strict=True))
    marked = "".join(
        gap + label + ("" if certain else "?") for gap, label, certain in zip(found.before, best, sure, strict=True)
    )
    return Words(text, marked, found.boxes, rankings, sure, touch(found.boxes))


def touch(boxes: list[lines.Box]) -> bool:
    """Whether one in ten of the boxes is far wider than high, as it is where letters touch."""
    usual = float(np.median([max(width, height) for *_, width, height in boxes]))
    wide = [width > WIDE * max(height, 0.5 * usual) for *_, width, height in boxes]
    return sum(wide) > len(wide) / 10


def as_json(path: str, found: Words, network: str) -> str:
    letters = [
        {"box": box, "ranking": [[label, round(value, 6)] for label, value in ranking], "sure": sure}
        for box, ranking, sure in zip(found.boxes, found.rankings, found.sure, strict=True)
    ]
    return json.dumps({"path": path, "text": found.text, "letters": letters, "network": network})


def for_people(path: str, found: Words) -> str:
    """A line of output for each line of letters, with "?" after each doubtful letter."""
    return "\n".join(f"{printable(path)}: {printable(line)}" for line in found.marked.split("\n"))


def drawn(source: images.Source, found: Words) -> Image.Image:
    """The picture with each letter's box and the label read."""
    return boxes.draw(source, found.boxes, [ranking[0][0] for ranking in found.rankings], found.sure)

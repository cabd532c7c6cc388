import copy
import json
import pickle
from pathlib import Path

import numpy as np

import charnet
from charnet.pictures import images

PAIRS = [("m", 0.9), ("n", 0.4), ("u", 0.1)]


def test_it_is_the_list_that_it_shows():
    ranking = charnet.Ranking(PAIRS)
    assert ranking == PAIRS and ranking == PAIRS
    assert repr(ranking) == repr(PAIRS) and f"{ranking}" == f"{PAIRS}"
    assert json.dumps(ranking) == json.dumps(PAIRS)
    assert ranking[0] == ("m", 0.9) and list(ranking) == PAIRS and dict(ranking)["n"] == 0.4


def test_a_part_of_it_and_a_copy_are_rankings_too():
    seen = np.eye(16, 10, dtype=np.float32)
    ranking = charnet.Ranking(PAIRS, seen)
    for other, pairs in (
        (ranking[:2], PAIRS[:2]),
        (ranking[::-1], PAIRS[::-1]),
        (copy.copy(ranking), PAIRS),
        (pickle.loads(pickle.dumps(ranking)), PAIRS),
    ):
        assert type(other) is charnet.Ranking and other == pairs and (other.framed == seen).all()


def test_reading_a_picture_gives_what_was_seen(letters: Path):
    network = charnet.load("letters")
    ranking = network.rank(letters / "z/0.png")
    assert (ranking.framed == images.read(letters / "z/0.png", network.spec)).all()
    assert ranking == network.ranking(network.likelihoods(ranking.framed[None])[0])
    assert "data:image/png" in ranking[:3]._repr_html_()

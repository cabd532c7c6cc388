"""Letter n-grams, against sums done by hand, and what a file may hold of them."""

import base64
import json
import math
import zlib

import pytest

from charnet.networks import letter_model
from charnet.networks.letter_model import EDGE, LetterModel

WORDS = {"the": 5, "then": 2, "cat": 1, "Hat": 1}


def test_the_probabilities_are_those_of_witten_and_bell():
    model = LetterModel.of({"ab": 1, "ac": 1})
    # Letters seen: a, b, c, the end twice as often as b; 6 in all, 4 kinds.
    one = {letter: count / 10 for letter, count in (("a", 2), ("b", 1), ("c", 1), (EDGE, 2))}
    assert math.exp(model.log_probability("b", "")) == pytest.approx(one["b"])
    assert math.exp(model.log_probability("b", "a")) == pytest.approx((1 + 2 * one["b"]) / 4)
    assert math.exp(model.log_probability(EDGE, "b")) == pytest.approx((1 + 1 * one[EDGE]) / 2)
    # After c nobody wrote an a: the weight of shorter n-grams, times what they say.
    assert math.exp(model.log_probability("a", "c")) == pytest.approx(1 / 2 * one["a"])
    assert model.log_probability("z", "c") < model.log_probability("a", "c")


def test_letters_that_often_follow_are_likelier_whatever_their_case():
    model = LetterModel.of(WORDS)
    assert model.log_probability("e", EDGE + "th") > model.log_probability("a", EDGE + "th")
    assert model.log_probability("h", EDGE) == LetterModel.of({**WORDS, "hat": 1, "Hat": 0}).log_probability("h", EDGE)
    assert -100 < model.log_probability("q", EDGE + "qqqqqqqqq") < 0


def test_letters_that_were_not_seen_are_not_known():
    model = LetterModel.of(WORDS)
    assert model.knows("tHe!1") and not model.knows("thé")


def test_no_words_are_no_model():
    with pytest.raises(ValueError, match="no words"):
        LetterModel.of({})


def test_there_and_back():
    model = LetterModel.of(WORDS)
    found = LetterModel.from_dict(json.loads(json.dumps(model.to_dict())))
    assert found is not None and found.ngrams.keys() == model.ngrams.keys()
    for before in ("", EDGE, EDGE + "t", EDGE + "th", EDGE + "the", "xyz"):
        for letter in ("e", "h", "n", EDGE):
            expected = model.log_probability(letter, before)
            assert found.log_probability(letter, before) == pytest.approx(expected, abs=0.3)


def test_what_is_damaged_is_left_out(monkeypatch: pytest.MonkeyPatch):
    whole = LetterModel.of(WORDS).to_dict()
    other = base64.b85encode(zlib.compress(b"\x01\x02")).decode()
    torn = [{**whole, name: value} for name in whole for value in ("", "~~~", whole[name][:-5], other, 7, None)]
    binary = base64.b85encode(zlib.compress(b"\x80\x81")).decode()
    for values in (*torn, {**whole, "ngrams": binary}, {}, [], None, "letters", {"ngrams": whole["ngrams"]}):
        assert LetterModel.from_dict(values) is None
    monkeypatch.setattr(letter_model, "MAX_BYTES", 50)  # a small file that unpacks to a large one
    assert LetterModel.from_dict(whole) is None

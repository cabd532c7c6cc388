from pathlib import Path

import pytest
from samples import make_network

from charnet.collector.lesson import Lacking, Lesson, find, join_words, words
from charnet.letters.config import LettersConfig
from charnet.networks import json_file, stored
from charnet.spec import LOWERCASE, Spec

ALL = dict.fromkeys(LOWERCASE, 9)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_is_left_out_is_as_in_train_py() -> None:
    assert words(Lesson(), LettersConfig(), ALL) == []
    found = words(Lesson(hidden=40, epochs=7, seed=3), LettersConfig("my 'letters'", width=8), ALL)
    assert found == ["data.root='my \\'letters\\''", "data.width=8", "optim.epochs=7", "seed=3", "model.hidden=40"]


def test_letters_without_drawings_are_not_left_out_unasked() -> None:
    with pytest.raises(Lacking, match="no drawings of q and z yet: draw some, or train without q and z"):
        words(Lesson(), LettersConfig(), ALL | {"q": 0, "z": 0})
    assert words(Lesson(without=("q",)), LettersConfig(), ALL | {"q": 0}) == ["data.labels='abcdefghijklmnoprstuvwxyz'"]
    few = dict.fromkeys(LOWERCASE, 0) | dict.fromkeys("aeiou", 2)
    assert words(Lesson(), LettersConfig(), few) == []  # a set of its own
    with pytest.raises(Lacking):
        words(Lesson(), LettersConfig(labels="xy"), {"x": 3, "y": 0})


@pytest.mark.parametrize(("counts", "reason"), [({"a": 0}, "no drawings yet"), ({"a": 1, "b": 1}, "draw a second one")])
def test_too_little_is_told_before_a_training_starts(counts: dict[str, int], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        words(Lesson(), LettersConfig(), counts)


def test_from_a_network_it_has_that_networks_units() -> None:
    json_file.write(Path("new.json"), make_network(Spec(), hidden=33))
    stored.copy_to_current(Path("new.json"))
    found = words(Lesson(init="current"), LettersConfig(), ALL)
    assert found == ["init='outputs/current/weights.json'", "model.hidden=33"]
    with pytest.raises(ValueError, match="has 33 hidden units; choose 33"):
        words(Lesson(init="current", hidden=20), LettersConfig(), ALL)
    assert words(Lesson(init="letters-cnn"), LettersConfig(), ALL)[0] == "model=cnn"
    with pytest.raises(ValueError, match="convolutional"):
        words(Lesson(init="letters-cnn", hidden=20), LettersConfig(), ALL)
    found = words(Lesson(init="current", current="new.json"), LettersConfig(), ALL)
    assert found[0] == "init='new.json'"  # the one that reads on the page


@pytest.mark.parametrize("name", ["/etc/passwd", "new.json", "../new.json", "outputs/../new.json", "absent", "a\0b"])
def test_no_other_file_can_be_named(name: str) -> None:
    json_file.write(Path("new.json"), make_network(Spec()))
    with pytest.raises(ValueError, match=r"^init: "):
        find(name)


def test_words_as_they_are_listed() -> None:
    assert [join_words(list(text)) for text in ("q", "qx", "qxz")] == ["q", "q and x", "q, x and z"]

import shlex

import pytest

from charnet.collector import CollectConfig
from charnet.letters.config import LettersConfig
from charnet.spec import Spec


def test_the_defaults_are_free_play_on_this_computer_only() -> None:
    config = CollectConfig()
    assert (config.host, config.port, config.wanted, config.spec) == ("127.0.0.1", 8026, (), Spec())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"letter": "E", "data": LettersConfig(labels="abc")}, "letter: 'E' is not one of"),
        ({"letters": "aé", "data": LettersConfig(labels="abc")}, "letters: 'é' is not one of"),
        ({"letter": "x" * 17}, "has 17 characters"),
        ({"letters": "aea"}, "twice"),
        ({"letter": "a", "letters": "b"}, "one of the two"),
        ({"count": -1}, "count: -1"),
        ({"count": True}, "count: True"),
        ({"mode": "analyse", "letter": "e"}, "mode: 'analyse'"),
        ({"letter": " "}, "letter: ' ' has a space in it"),
        ({"letter": "a b"}, "letter: 'a b' has a space in it"),
        ({"mode": "analyze"}, "letter=e"),
        ({"port": 65536}, "port: 65536"),
        ({"host": ""}, "host"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        CollectConfig(**given)  # type: ignore[arg-type]


def test_letters_are_characters_or_words_between_commas() -> None:
    assert CollectConfig(letters="aei").wanted == ("a", "e", "i")
    assert CollectConfig(letters="a e i").wanted == ("a", "e", "i")
    assert CollectConfig(letters="yes no", data=LettersConfig(labels="yes no")).wanted == ("yes", "no")
    assert CollectConfig(letters="one, two", data=LettersConfig(labels="one two three")).wanted == ("one", "two")


@pytest.mark.parametrize("signs", [".,;:!?", "(),[]", ",", ".,", ",;"])
def test_a_comma_among_signs_is_drawn_too(tmp_path, signs: str) -> None:
    assert CollectConfig(letters=signs, data=LettersConfig(str(tmp_path))).wanted == tuple(signs)


def test_the_next_command_names_what_is_not_the_default() -> None:
    assert CollectConfig().train_command == "python train.py"
    config = CollectConfig(data=LettersConfig("my data", "01", width=8, framing="corner"))
    expected = "python train.py 'data.root=my data' data.labels=01 data.width=8 data.framing=corner"
    assert config.train_command == expected
    assert CollectConfig(data=LettersConfig(labels="one two")).train_command == "python train.py 'data.labels=one two'"


def test_what_was_typed_is_repeated_where_nothing_was_drawn() -> None:
    assert CollectConfig().collect_command == "python collect.py count=3"
    config = CollectConfig(letters="é#", count=10, data=LettersConfig("my data, new"))
    assert config.collect_command == "python collect.py 'letters=é#' count=10 " + shlex.quote(
        "data.root='my data, new'"
    )


def test_labels_that_no_one_named_are_those_there_and_those_asked_for(tmp_path) -> None:
    data = LettersConfig(str(tmp_path))
    assert CollectConfig(letters="ea", data=data).spec == Spec()
    assert CollectConfig(letters="E", data=data).spec.labels == ("E",)
    for label in "12":
        (tmp_path / label).mkdir()
    assert CollectConfig(data=data).spec.labels == ("1", "2")
    assert CollectConfig(letter="3", data=data).spec.labels == ("1", "2", "3")

import pytest

from charnet.collector import CollectSettings
from charnet.collector.plan import Plan
from charnet.config import LettersConfig
from charnet.spec import Spec


def test_the_defaults_are_free_play_on_this_computer_only() -> None:
    settings = CollectSettings()
    assert (settings.host, settings.port, settings.wanted, settings.spec) == ("127.0.0.1", 8026, (), Spec())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"letter": "E"}, "letter: 'E' is not one of"),
        ({"letters": "aé"}, "letters: 'é' is not one of"),
        ({"letter": "../x"}, "letter"),
        ({"letters": "aea"}, "twice"),
        ({"letter": "a", "letters": "b"}, "one of the two"),
        ({"count": -1}, "count: -1"),
        ({"count": True}, "count: True"),
        ({"mode": "analyse", "letter": "e"}, "mode: 'analyse'"),
        ({"mode": "analyze"}, "letter=e"),
        ({"port": 65536}, "port: 65536"),
        ({"host": ""}, "host"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        CollectSettings(**given)  # type: ignore[arg-type]


def test_letters_are_characters_or_words_between_commas() -> None:
    assert CollectSettings(letters="aei").wanted == ("a", "e", "i")
    assert CollectSettings(letters="one, two", data=LettersConfig(labels="one two three")).wanted == ("one", "two")


def test_the_next_command_names_what_is_not_the_default() -> None:
    assert CollectSettings().train_command == "python train.py"
    settings = CollectSettings(data=LettersConfig("my data", "01", width=8, framing="corner"))
    expected = "python train.py 'data.root=my data' data.labels=01 data.width=8 data.framing=corner"
    assert settings.train_command == expected
    assert (
        CollectSettings(data=LettersConfig(labels="one two")).train_command == "python train.py 'data.labels=one two'"
    )


def draw_all(plan: Plan) -> str:
    drawn = ""
    while plan.label is not None:
        drawn += plan.label
        plan.drawn[plan.label] += 1
    return drawn


def test_a_series_of_one_letter() -> None:
    plan = Plan.of(CollectSettings(letter="e", count=10), {})
    assert (plan.total, plan.left, plan.done) == (10, 10, False)
    assert draw_all(plan) == "e" * 10
    assert (plan.left, plan.done) == (0, True)


def test_every_label_in_turn_those_with_fewest_samples_first() -> None:
    samples = dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 5) | {"q": 1, "c": 2}
    turn = "qc" + "abdefghijklmnoprstuvwxyz"
    assert draw_all(Plan.of(CollectSettings(count=3), samples)) == 3 * turn


def test_several_letters_in_turn() -> None:
    assert draw_all(Plan.of(CollectSettings(letters="aeiou", count=2), {})) == "aeiouaeiou"


def test_a_drawing_that_is_taken_back_is_asked_for_again() -> None:
    plan = Plan.of(CollectSettings(letters="ae", count=1), {})
    assert draw_all(plan) == "ae"
    plan.drawn["a"] -= 1
    assert (plan.label, plan.left, plan.done) == ("a", 1, False)


def test_without_a_count_a_letter_has_no_end_and_without_a_letter_it_is_free_play() -> None:
    endless = Plan.of(CollectSettings(letter="e"), {})
    endless.drawn["e"] = 1000
    assert (endless.label, endless.left, endless.total, endless.done) == ("e", None, None, False)
    free = Plan.of(CollectSettings(), {})
    assert (free.label, free.left, free.done, free.to_dict()["mode"]) == (None, None, False, "free")


def test_analysis_is_of_one_drawing_unless_told_otherwise() -> None:
    assert Plan.of(CollectSettings(mode="analyze", letter="e"), {}).total == 1
    assert Plan.of(CollectSettings(mode="analyze", letters="ab", count=3), {}).total == 6

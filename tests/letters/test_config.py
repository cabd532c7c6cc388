import pytest

from charnet.letters.config import LettersConfig, join, parse
from charnet.spec import Spec


def test_the_default_letters_are_those_of_the_default_spec():
    assert LettersConfig().spec() == Spec()


@pytest.mark.parametrize(
    ("labels", "names"), [("loz", ("l", "o", "z")), ("yes no", ("yes", "no")), ("yes ", ("yes",)), ("äß", ("ä", "ß"))]
)
def test_labels_are_characters_or_names_with_spaces_between(labels: str, names: tuple[str, ...]):
    assert LettersConfig(labels=labels, width=8, height=12, framing="fit").spec() == Spec(names, 8, 12, "fit")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"root": ""}, "data.root: empty"),
        ({"labels": "aa"}, "data.labels: 'a' appears twice"),
        ({"labels": "yes no yes"}, "data.labels: 'yes' appears twice"),
        ({"width": 0}, "data.width: 0 is not"),
        ({"height": 257}, "data.height: 257 is not"),
        ({"framing": "square"}, "data.framing: 'square' is not one of"),
    ],
)
def test_an_error_names_the_setting(values: dict[str, object], message: str):
    with pytest.raises(ValueError) as raised:
        LettersConfig(**values)
    assert str(raised.value).startswith(message)


def test_a_setting_that_does_not_exist_can_not_be_set():
    with pytest.raises(AttributeError):
        LettersConfig().lables = "abc"


def test_labels_that_a_terminal_would_obey_are_refused():
    with pytest.raises(ValueError, match=r"data\.labels: 'b\\n' holds a control character"):
        LettersConfig().spec(["a", "b\n"])


@pytest.mark.parametrize("labels", [["a", "my letter"], ["a", "b", "a b"], [" "]])
def test_labels_with_a_space_can_not_be_a_setting(labels: list[str]):
    with pytest.raises(ValueError, match="has a space in it; rename its letter folder"):
        join(labels)


@pytest.mark.parametrize("labels", [("a", "b"), ("yes", "no"), ("yes",), ("a",)])
def test_joined_labels_are_parsed_to_the_same(labels: tuple[str, ...]):
    assert parse(join(labels)) == labels


def test_a_label_with_a_space_cannot_be_joined():
    with pytest.raises(ValueError, match="'at home' has a space in it; rename its letter folder"):
        join(["b", "at home"])

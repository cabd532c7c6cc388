import pytest

from charnet.spec import LOWERCASE, MAX_LABELS, Spec


def test_defaults_are_the_originals():
    spec = Spec()
    assert (spec.inputs, spec.outputs, spec.labels) == (160, 26, LOWERCASE)


def test_round_trip():
    spec = Spec(("yes", "no"), 8, 12, "corner")
    assert Spec.from_dict(spec.to_dict()) == spec


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"labels": ()}, "labels: none given"),
        ({"labels": ("a", "a")}, "'a' appears twice"),
        ({"labels": ("é", "e\u0301")}, "'é' appears twice"),
        ({"labels": ("",)}, "'' is no label"),
        ({"labels": (1,)}, "1 is no label"),
        ({"labels": ("a", "b" * 17)}, f"'{'b' * 16}'... has 17 characters; use at most 16"),
        ({"width": 0}, "width: 0"),
        ({"height": 16.0}, "height: 16.0"),
        ({"height": True}, "height: True"),
        ({"framing": "square"}, "framing: 'square' is not one of moments, fit, corner"),
    ],
)
def test_refuses(values, message):
    with pytest.raises(ValueError, match=message):
        Spec(**values)


def test_labels_are_any_characters_or_short_words_in_normal_form():
    assert Spec(("e\u0301", "/", "..", "b" * 16)).labels == ("é", "/", "..", "b" * 16)


@pytest.mark.parametrize("values", [None, [], {}, {"labels": "abc", "width": 1, "height": 1, "framing": "fit"}])
def test_from_dict_refuses_other_shapes(values):
    with pytest.raises(ValueError, match=r"spec|labels"):
        Spec.from_dict(values)


def test_more_labels_than_a_file_holds_are_refused_before_anything_is_read() -> None:
    assert Spec(tuple(map(str, range(MAX_LABELS)))).outputs == MAX_LABELS
    with pytest.raises(ValueError, match="labels: 8,001 are more than 8,000; train on fewer"):
        Spec(tuple(map(str, range(MAX_LABELS + 1))))

"""The original's JSON layout, against a reader that does only what the original engine does."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import make_network

from charnet.networks import classify, json_file
from charnet.pictures import images, listing
from charnet.spec import LOWERCASE, Spec

SIZES = {
    "FullCharacterRecognition": (160, 20, 26),
    "FullCharacterRecognition2": (160, 20, 26),
    "Test": (160, 20, 26),
    "EricCharacterRecognition": (256, 20, 5),
    "CharacterRecognition": (64, 10, 3),
    "Logic": (2, 5, 1),
}


ARRAYS = ("hidden_weight", "hidden_bias", "output_weight", "output_bias")


def original_engine(text: str, picture: list[float]) -> list[float]:
    """Rebuild the two tables from the lists and apply the logistic function twice, in plain double precision."""
    content = json.loads(text)
    into, out = {}, {}
    for (start, end), value in content["InputWeights"]:
        into[start, end] = value
    for (start, end), value in content["HiddenWeights"]:
        out[start, end] = value
    size = content["Dimensions"]
    hidden = []
    for h in range(size["HiddenNodes"]):
        total = sum(picture[i] * into[i, h] for i in range(size["InputNodes"])) + content["HiddenBias"][h]
        hidden.append(1 / (1 + math.exp(min(-total, 700))))
    answers = []
    for o in range(size["OutputNodes"]):
        total = sum(hidden[h] * out[h, o] for h in range(size["HiddenNodes"])) + content["OutputBias"][o]
        answers.append(1 / (1 + math.exp(min(-total, 700))))
    return answers


@pytest.mark.parametrize("spec", [Spec(), Spec(("yes", "no"), 8, 12, "corner"), Spec(("a",), 1, 2)])
def test_the_original_engine_reads_what_we_write(tmp_path: Path, spec: Spec):
    network = make_network(spec, hidden=7)
    json_file.write(tmp_path / "weights.json", network)
    pictures = np.random.default_rng(1).random((5, spec.inputs))
    theirs = [original_engine((tmp_path / "weights.json").read_text(), list(map(float, p))) for p in pictures]
    ours = classify.load(tmp_path / "weights.json").likelihoods(pictures.reshape(5, spec.height, spec.width))
    assert np.abs(ours - theirs).max() < 1e-6


def test_round_trip_is_exact(network: json_file.Network):
    again = json_file.parse(json_file.dump(network))
    assert again.spec == network.spec
    for name in ARRAYS:
        assert np.array_equal(getattr(again, name), getattr(network, name))


def test_tanh_is_exported_exactly(network: json_file.Network):
    x = np.random.default_rng(1).random((5, 160))
    hidden = np.tanh(x @ network.hidden_weight.T + network.hidden_bias)
    expected = 1 / (1 + np.exp(-(hidden @ network.output_weight.T + network.output_bias)))
    exported = json_file.from_tanh(network)
    assert np.abs(classify.forward(exported, x) - expected).max() < 1e-12
    back = json_file.to_tanh(exported)
    for name in ARRAYS:
        assert np.allclose(getattr(back, name), getattr(network, name), atol=1e-12)


@pytest.mark.parametrize("name", SIZES)
def test_the_original_networks_load(real_data: Path, name: str):
    network = json_file.read(real_data / f"original/Networks/{name}.json")
    inputs, hidden, outputs = SIZES[name]
    assert network.hidden_weight.shape == (hidden, inputs)
    assert network.output_weight.shape == (outputs, hidden)
    assert network.spec.framing == "corner"
    if inputs == 160:
        assert (network.spec.width, network.spec.height, network.spec.labels) == (10, 16, LOWERCASE)
    else:
        assert network.spec.labels == tuple("01234")[:outputs]


@pytest.mark.parametrize(
    ("name", "first", "three"),
    [("FullCharacterRecognition", 859, 923), ("FullCharacterRecognition2", 863, None), ("Test", 865, None)],
)
def test_the_original_networks_rank_the_original_drawings(real_data: Path, name, first, three):
    classifier = classify.load(real_data / f"original/Networks/{name}.json")
    paths = listing.walk([real_data / "original/Letters"])
    framed = images.frame(images.to_ink(np.stack([images.decode(path) for path in paths])), classifier.spec)
    ranked = [classifier.ranking(row) for row in classifier.likelihoods(framed)]
    places = [[label for label, _ in rank].index(path.parent.name) for rank, path in zip(ranked, paths, strict=True)]
    assert len(paths) == 1010
    assert sum(place == 0 for place in places) == first
    assert three is None or sum(place < 3 for place in places) == three


def broken(change) -> str:
    content = json.loads(json_file.dump(make_network(Spec(("a", "b"), 2, 2), hidden=3)))
    change(content)
    return json.dumps(content)


def set_at(*keys):
    *path, last, value = keys

    def change(content):
        for key in path:
            content = content[key]
        content[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("HiddenBias"), "HiddenBias is missing"),
        (lambda c: c.pop("Dimensions"), "Dimensions is missing"),
        (lambda c: c["Dimensions"].pop("InputNodes"), "Dimensions.InputNodes is missing"),
        (set_at("Dimensions", "HiddenNodes", 4), "InputWeights has 12 entries, Dimensions ask for 4 x 4 = 16"),
        (set_at("Dimensions", "HiddenNodes", 0), "Dimensions.HiddenNodes is 0"),
        (set_at("Dimensions", "HiddenNodes", 2.5), "Dimensions.HiddenNodes is 2.5, not a whole number"),
        (lambda c: c["HiddenBias"].pop(), "HiddenBias has 2 values, Dimensions.HiddenNodes says 3"),
        (lambda c: c["OutputBias"].append(0), "OutputBias has 3 values, Dimensions.OutputNodes says 2"),
        (lambda c: c["InputWeights"].pop(), "InputWeights has 11 entries"),
        (set_at("InputWeights", 0, [[4, 0], 1.0]), r"InputWeights: index \[4, 0\] is outside 4 x 3"),
        (lambda c: c["InputWeights"].append([[0, 0], 1.0]), "InputWeights has 13 entries"),
        (set_at("InputWeights", 0, [[9, 0], 1.0]), r"InputWeights: index \[9, 0\] is outside 4 x 3"),
        (set_at("InputWeights", 0, [[0, -1], 1.0]), r"index \[0, -1\] is outside"),
        (set_at("InputWeights", 0, [[-1, 0], 1.0]), r"index \[-1, 0\] is outside"),
        (set_at("InputWeights", 0, [[0, 1], 1.0]), r"InputWeights: index \[0, 1\] appears twice"),
        (set_at("InputWeights", 0, [[0, True], 1.0]), "outside"),
        (set_at("InputWeights", 0, [0, 0, 1.0]), "not of the form"),
        (set_at("InputWeights", 0, 5), "not of the form"),
        (set_at("HiddenWeights", 0, [[0, 2], 1.0]), r"HiddenWeights: index \[0, 2\] is outside 3 x 2"),
        (set_at("HiddenWeights", 0, [[0, 0], "1"]), 'is "1", not a number'),
        (set_at("HiddenWeights", 0, [[0, 0], math.nan]), "NaN; weights must be finite"),
        (set_at("HiddenBias", 1, math.inf), r"HiddenBias\[1\] is Infinity"),
        (set_at("HiddenBias", 1, None), "null, not a number"),
        (set_at("HiddenBias", 1, 10**400), "finite"),
        (set_at("HiddenBias", 1, 1e308), "1e\\+308; weights must be between -1e\\+30 and 1e\\+30"),
        (set_at("Dimensions", "HiddenNodes", 10**400), "HiddenNodes is Infinity, not a whole number"),
        (set_at("Charnet", "spec", "labels", ["a", "b\x1b[2J"]), r"\\u001b\[2J\" holds a control character"),
        (set_at("Charnet", "spec", "labels", ["a", "b\n"]), "holds a control character"),
        (set_at("HiddenBias", {}), "HiddenBias is {}, not a list"),
        (set_at("Charnet", "version", 2), "update charnet"),
        (set_at("Charnet", "version", 0), "update charnet"),
        (set_at("Dimensions", "HiddenNodes", 2_000_000), "it must be from 1 to 1,000,000"),
        (set_at("Charnet", "spec", "labels", ["a", "b", "c"]), "3 labels, Dimensions.OutputNodes says 2"),
        (set_at("Charnet", "spec", "width", 3), "3 x 2, Dimensions.InputNodes says 4"),
        (set_at("Charnet", "spec", "width", 1), "1 x 2, Dimensions.InputNodes says 4"),
        (set_at("Charnet", "spec", "labels", ["a"]), "1 labels, Dimensions.OutputNodes says 2"),
        (set_at("Charnet", "spec", "labels", ["a", "b" * 17]), "Charnet.spec: labels"),
        (set_at("Charnet", []), "not an object"),
    ],
)
def test_refuses_broken_content(change, message):
    with pytest.raises(ValueError, match=message):
        json_file.parse(broken(change))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"Dimensions": {}, "Dimensions": {}}', "[" * 100_000])
def test_refuses_other_shapes(text):
    with pytest.raises(ValueError, match=r"JSON|object|twice|deep"):
        json_file.parse(text)


def test_every_truncation_is_refused(network: json_file.Network):
    text = json_file.dump(make_network(Spec(("a",), 2, 2), hidden=1))
    for end in range(len(text)):
        with pytest.raises(ValueError, match="damaged"):
            json_file.parse(text[:end])


def test_messages_name_the_file(tmp_path: Path):
    for content in (b"\xff\xfe", b"{}"):
        (tmp_path / "w.json").write_bytes(content)
        with pytest.raises(ValueError, match=r"w\.json"):
            json_file.read(tmp_path / "w.json")


def test_a_diverged_network_is_not_written(tmp_path: Path, network: json_file.Network):
    network.output_bias[0] = math.nan
    with pytest.raises(ValueError, match="diverged"):
        json_file.write(tmp_path / "weights.json", network)
    assert not list(tmp_path.iterdir())


def test_labels_are_bounded_before_they_are_compared():
    labels = [str(number) for number in range(8_001)]
    with pytest.raises(ValueError, match=r"labels: 8,001 are more than 8,000"):
        json_file.parse(broken(set_at("Charnet", "spec", "labels", labels)))
    with pytest.raises(ValueError, match=r"OutputNodes is 40000; up to 8,000"):
        json_file.parse(json.dumps({"Dimensions": {"InputNodes": 1, "HiddenNodes": 1, "OutputNodes": 40_000}}))


def test_a_file_beyond_all_bounds_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(json_file, "MAX_BYTES", 1_000_000)
    with (tmp_path / "w.json").open("wb") as file:
        file.truncate(1_000_001)
    with pytest.raises(ValueError, match=r"w\.json: more than 1 MB"):
        json_file.read(tmp_path / "w.json")


def test_what_a_file_says_of_itself_is_printable():
    change = set_at("Charnet", "facts", {"split": "writer\x1b[2J", "accuracy": 0.5})
    assert json_file.parse(broken(change)).facts.split == "writer\\x1b[2J"


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6), st.integers(1, 5), st.integers(0, 99))
def test_every_shape_makes_the_round_trip(width: int, height: int, hidden: int, outputs: int, seed: int):
    network = make_network(Spec(tuple("abcde"[:outputs]), width, height), hidden, seed)
    again = json_file.parse(json_file.dump(network))
    assert again.spec == network.spec
    assert all(np.array_equal(getattr(again, name), getattr(network, name)) for name in ARRAYS)


NUMBERS = st.integers(-3, 3) | st.floats() | st.sampled_from([10**400, 1e308, -1e30, True])
VALUES = st.none() | NUMBERS | st.text(max_size=3) | st.lists(NUMBERS, max_size=3) | st.just({})


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.data())
def test_a_changed_value_is_read_as_it_stands_or_refused(data: st.DataObject):
    def change(content):
        place = content
        while True:  # somewhere in the tree
            key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            if not place[key] or not isinstance(place[key], dict | list) or data.draw(st.booleans()):
                break
            place = place[key]
        if data.draw(st.booleans()):
            place[key] = data.draw(VALUES)
        else:
            del place[key]

    check_same_or_refused(broken(change))


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.integers(0), st.text(max_size=2) | st.sampled_from(list('0123456789-e.,:[]{}"')))
def test_a_changed_character_is_read_as_it_stands_or_refused(place: int, put: str):
    text = broken(lambda content: None)
    at = place % len(text)
    check_same_or_refused(text[:at] + put + text[at + 1 :])


def check_same_or_refused(text: str):
    try:
        network = json_file.parse(text)
    except ValueError as error:
        assert str(error) and "Traceback" not in str(error)
        return
    picture = [0.25, 0.5, 0.75, 1.0]
    assert np.abs(classify.forward(network, np.array([picture])) - original_engine(text, picture)).max() < 1e-6


@pytest.mark.parametrize(
    ("inputs", "size"),
    [(160, (10, 16)), (256, (16, 16)), (64, (8, 8)), (12, (3, 4)), (7, (1, 7)), (2, (1, 2)), (1, (1, 1))],
)
def test_the_size_of_an_original_network_is_the_squarest_that_fits(inputs: int, size: tuple[int, int]):
    content = {
        "Dimensions": {"InputNodes": inputs, "HiddenNodes": 1, "OutputNodes": 1},
        "InputWeights": [[[i, 0], 0.5] for i in range(inputs)],
        "HiddenWeights": [[[0, 0], 1]],
        "HiddenBias": [0],
        "OutputBias": [0],
    }
    spec = json_file.parse(json.dumps(content)).spec
    assert ((spec.width, spec.height), spec.framing, spec.labels) == (size, "corner", ("0",))


@pytest.mark.parametrize(("outputs", "labels"), [(26, "abcdefghijklmnopqrstuvwxyz"), (27, [str(n) for n in range(27)])])
def test_labels_of_an_original_network_are_letters_where_there_are_26(outputs: int, labels: str | list[str]):
    content = json.loads(json_file.dump(make_network(Spec(tuple(map(str, range(outputs))), 2, 2), hidden=1)))
    assert content.pop("Charnet")["version"] == 1  # what other programs go by
    assert json_file.parse(json.dumps(content)).spec.labels == tuple(labels)


def test_some_of_its_outputs(network: json_file.Network):
    some = network.take([3, 25])
    assert some.spec.labels == ("d", "z")
    x = np.random.default_rng(0).random((4, 160))
    assert np.allclose(classify.forward(some, x), classify.forward(network, x)[:, [3, 25]])

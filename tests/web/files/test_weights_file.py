"""Networks in and out of a page as files: JSON that Python reads and writes, and the C header."""

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from node import call
from samples import make_network

from charnet.exports import c
from charnet.networks import json_file
from charnet.networks.facts import Facts
from charnet.spec import Spec

READ = """(modules, texts) => texts.map((text) => {
  try {
    return modules["files/weights-file.js"].readWeights(text);
  } catch (error) {
    return error.message;
  }
})"""
WRITE = """(modules, text) => {
  const { readWeights, writeWeights } = modules["files/weights-file.js"];
  const { network, facts } = readWeights(text);
  return writeWeights(network, facts);
}"""
HEADER = """(modules, text, template) =>
  modules["files/c-header.js"].cHeader(template, modules["files/weights-file.js"].readWeights(text).network)"""
FLOATS = """(modules, values) => values.map(modules["files/c-header.js"].float)"""
FILES = ("files/weights-file.js",)


def read(*texts: str):
    return call(FILES, READ, texts)


def test_a_network_that_python_wrote_is_read_and_written_again():
    spec = Spec(("a", "é", "ch"), 13, 9, "fit")
    network = json_file.Network(**{**fields(make_network(spec, 4)), "facts": Facts(0.75, "writer", 0.5)})
    text = json_file.dump(network)
    again = json_file.parse(call(FILES, WRITE, text))
    assert (again.spec, again.facts) == (network.spec, network.facts)
    for name in ("hidden_weight", "hidden_bias", "output_weight", "output_bias"):
        np.testing.assert_array_equal(getattr(again, name), getattr(network, name))


def fields(network: json_file.Network) -> dict:
    return {name: getattr(network, name) for name in network.__slots__}


def test_the_originals_file_is_read():
    content = json.loads(json_file.dump(make_network(Spec(), 2)))
    del content["Charnet"]
    found = read(json.dumps(content))[0]
    spec = {"labels": list(Spec().labels), "width": 10, "height": 16, "framing": "corner"}
    assert (found["network"]["spec"], found["facts"]) == (spec, {})


def small() -> dict:
    return json.loads(json_file.dump(make_network(Spec(("a", "b"), 2, 3), 2)))


def changed(path: str, value: object) -> str:
    content = copy.deepcopy(small())
    *folders, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    place = content
    for key in folders:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(content)


REFUSED = {
    "a list": "[]",
    "another kind": '{"strokes": []}',
    "no size": changed("Dimensions/HiddenNodes", None),
    "a size that is text": changed("Dimensions/InputNodes", "6"),
    "a size of 0": changed("Dimensions/OutputNodes", 0),
    "too few weights": changed("InputWeights/3", None),
    "a place outside": changed("InputWeights/3/0", [9, 0]),
    "a place twice": changed("InputWeights/3/0", [0, 0]),
    "no place": changed("HiddenWeights/0", 3),
    "a weight that is text": changed("HiddenWeights/0/1", "x"),
    "too large a weight": changed("HiddenBias/1", 1e31),
    "too few biases": changed("OutputBias/1", None),
    "weights that are no list": changed("HiddenBias", 1),
    "of the future": changed("Charnet/version", 2),
    "no framing": changed("Charnet/spec/framing", None),
    "another size": changed("Charnet/spec/width", 3),
    "other labels": changed("Charnet/spec/labels", ["a"]),
    "labels twice": changed("Charnet/spec/labels", ["a", "a"]),
}


def test_what_is_no_network_is_refused_in_pythons_words():
    expected = []
    for text in REFUSED.values():
        with pytest.raises(ValueError) as refusal:
            json_file.parse(text)
        expected.append(str(refusal.value))
    assert dict(zip(REFUSED, read(*REFUSED.values()), strict=True)) == dict(zip(REFUSED, expected, strict=True))


def test_what_python_says_in_other_words_is_refused_too():
    other = [
        "{",
        changed("Charnet/spec/labels", ["a", "b\n"]),
        changed("Charnet/spec/width", 0.5),
        changed("Charnet/spec/framing", "x"),
        changed("HiddenBias/1", 0).replace('"HiddenBias": [', '"HiddenBias": [1e999, '),
    ]
    assert all(isinstance(answer, str) for answer in read(*other))


def test_the_c_header_is_pythons(tmp_path: Path):
    network = make_network(Spec(("a", "é", "ch", "?"), 3, 4), hidden=5)
    network.hidden_weight[0, :4] = [0.0, -0.0, 1e-5, 123456.7]
    json_file.write(tmp_path / "weights.json", network)
    text = (tmp_path / "weights.json").read_text(encoding="utf-8")
    template = c.CODE.read_text(encoding="utf-8")
    found = call(("files/c-header.js", *FILES), HEADER, text, template)
    assert found.split("\n") == c.c(tmp_path / "weights.json").split("\n")


def test_floats_of_any_size_are_written_as_numpy_writes_them():
    random = np.random.default_rng(0)
    values = random.normal(size=500) * 10.0 ** random.integers(-30, 30, 500)
    values = [*values.tolist(), 1e-4, 9.9999e-5, 1e16, 9.99e15, 1.0, 100.0, 0.1, 1e-45, 3e38]
    found = call(("files/c-header.js",), FLOATS, values)
    assert [np.float32(text.removesuffix("f")) for text in found] == [np.float32(value) for value in values]
    # Of larger ones, which no network has, NumPy's text differs from version to version.
    usual = [(text, np.float32(value)) for text, value in zip(found, values, strict=True) if abs(value) < 1e6]
    assert [text for text, _ in usual] == [f"{value!s}f" for _, value in usual]

"""The header, compiled and run, against Python's answers."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from samples import make_network
from toolchain import STRICT, need, run

from charnet import evaluate
from charnet.exports import c, quantization
from charnet.networks import classify, json_file
from charnet.networks.json_file import Array, Network
from charnet.networks.stored import find
from charnet.spec import Spec

COMPILERS = {"c": ("gcc", "-std=c99"), "cpp": ("g++", "-std=c++11")}
STRANGE = ('"', "ä", "??=", "*", "%s", "a b", "'", "f0", "日本", "$x", "\U0001f642")  # as labels
# Reads pictures as floats, writes for each the best label's index and its name, then all likelihoods.
MAIN = """
#include <stdio.h>
#include "charnet.h"
int other(const float *ink, float *out);
int main(void) {
    float ink[CHARNET_INPUTS], out[CHARNET_OUTPUTS];
    while (fread(ink, sizeof ink, 1, stdin) == 1) {
        int best = charnet_rank(ink, out), unit;
        printf("%d %d %d", best, charnet_rank(ink, NULL), other(ink, out));
        for (unit = 0; unit < CHARNET_OUTPUTS; unit++) {
            printf(" %.9g", (double)out[unit]);
        }
        printf("%c%s%c", 0, charnet_labels[best], 0);
    }
    return 0;
}
"""
OTHER = '#include "charnet.h"\nint other(const float *ink, float *out);\n'
OTHER += "int other(const float *ink, float *out) { return charnet_rank(ink, out); }\n"


def answers(header: str, pictures: Array, folder: Path, language: str = "c") -> tuple[list[int], Array, list[bytes]]:
    """What a program of two files that include the header makes of pictures (n, inputs)."""
    need(COMPILERS[language][0])
    names = [f"main.{language}", f"other.{language}"]
    for name, text in zip(["charnet.h", *names], [header, MAIN, OTHER], strict=True):
        (folder / name).write_text(text)
    run(*COMPILERS[language], *STRICT, *names, "-o", "program", cwd=folder)  # with no -lm
    parts = run(folder / "program", stdin=pictures.astype(np.float32).tobytes()).split(b"\0")
    rows = [part.split() for part in parts[:-1:2]]
    assert all(row[0] == row[1] == row[2] for row in rows)
    return [int(row[0]) for row in rows], np.array([row[3:] for row in rows], dtype=np.float64), parts[1::2]


def stored(folder: Path, network: Network) -> Path:
    json_file.write(folder / "weights.json", network)
    return folder / "weights.json"


@pytest.mark.parametrize("language", COMPILERS)
@pytest.mark.parametrize("spec", [Spec(), Spec(STRANGE, 3, 5), Spec(("one",), 1, 1)], ids=["usual", "strange", "tiny"])
def test_answers_are_pythons(spec: Spec, language: str, tmp_path: Path):
    network = make_network(spec)
    pictures = np.random.default_rng(1).random((200, spec.inputs)).astype(np.float32)
    pictures[:100] *= pictures[:100] > 0.7
    pictures[0] = 0
    path = stored(tmp_path, network)
    expected = {
        c.c: classify.forward(network, pictures),
        c.int8: quantization.forward(quantization.quantize(network), pictures),
    }
    for header, likelihoods in expected.items():
        best, found, labels = answers(header(path), pictures, tmp_path, language)
        assert np.abs(found - likelihoods).max() < 1e-5
        assert best == likelihoods.argmax(axis=1).tolist()
        assert labels == [spec.labels[index].encode("utf-8", "surrogatepass") for index in best]


@pytest.mark.parametrize("size", [1e-3, 100, 1e20])
def test_weights_of_any_size(size: float, tmp_path: Path):
    network = make_network(Spec())
    network = dataclasses.replace(network, output_weight=network.output_weight * size)
    pictures = np.random.default_rng(1).random((100, 160)) > 0.7
    expected = classify.forward(network, pictures.astype(np.float64))
    best, found, _ = answers(c.c(stored(tmp_path, network)), pictures, tmp_path)
    assert np.abs(found - expected).max() < (1e-5 if size < 100 else 1e-3)
    assert (expected[np.arange(100), best] == expected.max(axis=1)).all()


def test_a_weight_that_no_float_holds_is_refused(tmp_path: Path):
    network = dataclasses.replace(make_network(Spec()), output_bias=np.full(26, -1e39))
    with pytest.raises(ValueError, match=r"weights\.json: OutputBias\[0\] is -1e\+39; weights must be between"):
        c.c(stored(tmp_path, network))


def test_other_kinds_are_refused():
    for header in (c.c, c.int8):
        with pytest.raises(ValueError, match=r"letters-cnn\.onnx: c takes networks of one hidden layer"):
            header(find("letters-cnn"))


@pytest.mark.parametrize("name", ["letters", "FullCharacterRecognition.json"])
def test_on_the_original_drawings(name: str, real_data: Path, tmp_path: Path):
    path = find(name if name == "letters" else real_data / "original/Networks" / name)
    network = json_file.read(path)
    letters = evaluate.read([real_data / "original/Letters"], network.spec)
    pictures = (letters.pictures / np.float32(255)).reshape(len(letters), -1)
    expected = classify.forward(network, pictures)
    best, found, _ = answers(c.c(path), pictures, tmp_path)
    assert np.abs(found - expected).max() < 1e-5
    assert best == expected.argmax(axis=1).tolist()
    best, found, _ = answers(c.int8(path), pictures, tmp_path)
    assert np.abs(found - quantization.forward(quantization.quantize(network), pictures)).max() < 1e-5
    assert np.mean(best == expected.argmax(axis=1)) >= 0.995
    right = [np.mean(given == letters.targets) for given in (expected.argmax(axis=1), best)]
    assert right[1] > right[0] - 0.003

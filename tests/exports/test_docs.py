"""What docs/export.md tells its readers to type."""

import itertools
import re
import shutil
import textwrap
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from toolchain import STRICT, need, run

from charnet.exports.c import c
from charnet.networks import classify
from charnet.networks.stored import find
from charnet.pictures import ink
from charnet.spec import LOWERCASE

ROOT = Path(__file__).parent.parent.parent
DOCS = (ROOT / "docs/export.md").read_text(encoding="utf-8")
LETTERS = ROOT / "data/letters"
TOUCH = ROOT / "examples/arduino/touch.h"
# Reads drawings, a count and so many x and y each, and prints the best label of each.
DRIVER = """
int main(void) {
    static float x[10000], y[10000];
    float ink[CHARNET_INPUTS];
    int n, i;
    while (scanf("%d", &n) == 1) {
        for (i = 0; i < n; i++) {
            if (scanf("%f %f", x + i, y + i) != 2) {
                return 1;
            }
        }
        charnet_frame(x, y, n, ink);
        puts(charnet_labels[charnet_rank(ink, NULL)]);
    }
    return 0;
}
"""


def block(start: str) -> str:
    """The indented lines of the documentation from the one that starts so."""
    lines = DOCS[DOCS.index(f"    {start}") :].splitlines()
    return textwrap.dedent("\n".join(itertools.takewhile(lambda line: not line or line.startswith("    "), lines)))


def test_the_program_in_c(tmp_path: Path):
    need("gcc")
    (tmp_path / "charnet.h").write_text(c(find("letters")))
    (tmp_path / "main.c").write_text(block("#include <stdio.h>"))
    run("gcc", "-std=c99", *STRICT, "main.c", "-o", "main", cwd=tmp_path)
    assert re.fullmatch(rb"[a-z] \d\.\d{3}\n", run(tmp_path / "main"))


def test_points_of_a_touch_screen(tmp_path: Path):
    """Framed by the function in C, letters are read nearly as well as by the framing in Python."""
    need("gcc")
    (tmp_path / "charnet.h").write_text(c(find("letters")))
    (tmp_path / "main.c").write_text(f'#include <stdio.h>\n#include "charnet.h"\n#include "{TOUCH}"\n{DRIVER}')
    run("gcc", "-std=c99", *STRICT, "main.c", "-lm", "-o", "touch", cwd=tmp_path)
    paths = [LETTERS / label / f"{number}.png" for label in LOWERCASE for number in range(10)]
    sent = []
    for path in paths:
        dense = [finely(stroke[:, :2]) for stroke in ink.from_png(path) or []]
        points = np.concatenate(dense)
        sent.append(f"{len(points)} {' '.join(f'{value:.4f}' for value in points.ravel())}")
    found = run(tmp_path / "touch", stdin="\n".join(sent).encode()).decode().split()
    network = classify.load("letters")
    theirs = np.mean([network.rank(path)[0][0] == path.parent.name for path in paths])
    ours = np.mean([label == path.parent.name for label, path in zip(found, paths, strict=True)])
    assert ours > theirs - 0.08


def finely(stroke: ink.Stroke) -> ink.Stroke:
    """Points a hundredth of the drawing square apart."""
    along = np.concatenate([[0], np.hypot(*np.diff(stroke, axis=0).T).cumsum()])
    places = np.arange(0, along[-1] + 0.01, 0.01)
    return np.stack([np.interp(places, along, axis) for axis in stroke.T], axis=1)


def test_letter_folders_are_a_hugging_face_data_set(tmp_path: Path):
    """As the documentation says; `datasets` is installed by who wants this tested."""
    if find_spec("datasets.load") is None:  # `datasets` alone may be a folder of these tests
        pytest.skip("not tested, as datasets is not installed")
    datasets = import_module("datasets")
    for label in "loz":
        shutil.copytree(LETTERS / label, tmp_path / "letters" / label)
    source = str(tmp_path / "letters")
    letters = datasets.load_dataset("imagefolder", data_dir=source, split="train", cache_dir=str(tmp_path / "cache"))
    assert letters.features["label"].names == ["l", "o", "z"]
    assert len(letters) == len(list((tmp_path / "letters").glob("*/*.png")))
    assert letters[0]["image"].size == (10, 16) and letters[0]["label"] == 0

"""The blocks for Scratch: run by its own virtual machine, and each function by itself."""

import json
from pathlib import Path

import numpy as np
import pytest
from toolchain import need, run

from charnet.exports.js import scratch
from charnet.networks.classify import load
from charnet.networks.stored import find
from charnet.pictures import ink
from charnet.spec import Spec

VM = Path(__file__).parent / "scratch_vm"
STAGE = {"L": [(-60, 100), (-60, -100), (60, -100)], "V": [(-60, 100), (0, -100), (60, 100)]}  # corners, in steps

# The extension as any page loads it, and its functions called one by one.
ALONE = """
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
let extension;
globalThis.Scratch = {
  BlockType: { COMMAND: "command", REPORTER: "reporter" }, ArgumentType: { NUMBER: "number", STRING: "string" },
  extensions: { register: (given) => { extension = given; } },
};
runInThisContext(readFileSync(process.argv[1], "utf8"));
for (const [name, given] of JSON.parse(readFileSync(0, "utf8"))) {
  console.log(JSON.stringify(await extension[name](given) ?? null));
}
"""


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scratch") / "charnet.js"
    path.write_text(scratch(find("letters")), encoding="utf-8")
    return path


def points(name: str, jitter: float = 0) -> list[dict[str, float]]:
    noise = np.random.default_rng(int(10 * jitter)).normal(size=(3, 2)) * jitter
    return [{"X": x, "Y": y} for x, y in (np.array(STAGE[name]) + noise).tolist()]


def strokes(name: str) -> list:
    return [[[x / 360 + 0.5, 0.5 - y / 360] for x, y in STAGE[name]]]


def expected(name: str) -> list[tuple[str, float]]:
    network = load("letters")
    likelihoods = network.likelihoods(ink.framed(strokes(name), Spec())[None])[0]
    return sorted(zip(network.spec.labels, likelihoods.tolist(), strict=True), key=lambda each: -each[1])


def test_the_virtual_machine_runs_the_blocks(extension: Path) -> None:
    need("node", str(VM / "node_modules/scratch-vm"))
    draw = {name: [["charnet_drawTo", point] for point in points(name)] for name in STAGE}
    taught = [["charnet_clear", {}]]
    for number in range(1, 6):
        for name, letter in (("L", "!"), ("V", "?")):
            taught += [["charnet_drawTo", point] for point in points(name, number)]
            taught.append(["charnet_addDrawing", {"LETTER": letter}])
    first, second = expected("L")[:2]
    scripts = [
        {"commands": draw["L"], "reporter": ["charnet_letterDrawn", {}]},
        {"commands": [["charnet_liftPen", {}]], "reporter": ["charnet_likelihoodOf", {"LETTER": second[0]}]},
        {"commands": taught, "reporter": ["charnet_drawings", {}]},
        {"commands": [["charnet_train", {"EPOCHS": 100}], *draw["V"]], "reporter": ["charnet_letterDrawn", {}]},
        {"commands": [["charnet_clear", {}], *draw["L"]], "reporter": ["charnet_likelihoodOf", {"LETTER": "!"}]},
    ]
    printed = run("node", VM / "run.js", extension, stdin=json.dumps(scripts).encode())
    found = [json.loads(line) for line in printed.decode().splitlines() if not line.startswith("\x1b")]
    assert found[0] == first[0]
    assert found[1] == pytest.approx(second[1], abs=2e-3)
    assert found[2] == 10
    assert found[3] == "?"
    assert found[4] > 0.5


def test_each_function_does_what_its_block_says(extension: Path) -> None:
    need("node")
    calls: list[tuple[str, dict]] = [
        ("letterDrawn", {}),
        ("likelihoodOf", {"LETTER": "a"}),
        ("addDrawing", {"LETTER": "a"}),
    ]
    calls += [("problem", {}), *(("drawTo", point) for point in points("L")), ("problem", {}), ("letterDrawn", {})]
    calls += [("likelihoodOf", {"LETTER": expected("L")[0][0]}), ("likelihoodOf", {"LETTER": "nothing"})]
    calls += [("drawTo", {"X": "left", "Y": 0}), ("addDrawing", {"LETTER": "a"}), ("drawings", {})]
    calls += [("letterDrawn", {}), ("train", {"EPOCHS": 5}), ("problem", {})]
    words = ["node", "--input-type=module", "--eval", ALONE, str(extension)]
    found = [json.loads(line) for line in run(*words, stdin=json.dumps(calls).encode()).decode().splitlines()]
    best, likelihood = expected("L")[0]
    assert found[:4] == ["", 0, None, "draw a letter first"]
    assert found[7:9] == ["draw a letter first", best], "the problem of the last block that adds or trains"
    assert found[9] == pytest.approx(likelihood, abs=2e-3)
    assert found[10:14] == [0, None, None, 1]
    assert found[14:] == ["", None, "A network tells letters apart: draw two different ones at least."]

"""charnet.js in Node.js: it reads as Python does, and what it trains Python reads."""

import json
from pathlib import Path

import numpy as np
import pytest
from toolchain import need, run

from charnet.exports.js import dts, js
from charnet.networks import classify, json_file
from charnet.networks.stored import find
from charnet.pictures import ink
from charnet.spec import Spec

ROOT = Path(__file__).parent.parent.parent
SHAPES = {
    "l": [[0.5, 0.1], [0.5, 0.9]],
    "v": [[0.2, 0.1], [0.5, 0.9], [0.8, 0.1]],
    "z": [[0, 0], [1, 0], [0, 1], [1, 1]],
}

READ = """
const drawings = JSON.parse(readFileSync(0, "utf8"));
const again = load(network.toString());
console.log(JSON.stringify({
  spec: network.spec, facts: network.facts, stored: network,
  rankings: drawings.map((strokes) => network.rank(strokes)), again: drawings.map((strokes) => again.rank(strokes)),
}));
"""
TRAIN = """
const letters = new Letters();
for (const [label, strokes, writer] of JSON.parse(readFileSync(0, "utf8"))) letters.add(label, strokes, writer);
const points = [];
const trained = await train(letters, { hidden: 8, epochs: 120, onEpoch: (point) => points.push(point) });
const blank = new Float32Array(160);
console.log(JSON.stringify({ size: letters.size, labels: letters.labels, points, text: trained.toString(),
  blank: trained.rankFramed(blank), facts: trained.facts }));
"""
REFUSED = """
const of = async (work) => { try { return await work(); } catch (error) { return error.message; } };
const one = new Letters().add("a", [[[0, 0], [1, 1]]]);
console.log(JSON.stringify([
  await of(() => network.rank([])), await of(() => network.rank([[["x", 0]]])), await of(() => network.rankFramed([0])),
  await of(() => load("{}")), await of(() => one.add("", [[[0, 0]]])), await of(() => one.add("a", [[]])),
  await of(() => train(one)),
]));
"""
TYPED = """
import { Letters, load, network, train, type Ranking } from "./charnet.js";
const letters = new Letters({ width: 12 }).add("a", [[[0, 0], [1, 1, 5]]], "kai");
const ranking: Ranking = network.rank([[[0, 0]]]);
const [label, likelihood] = ranking[0];
export const shown: string = label + likelihood.toFixed(2) + letters.labels.join();
export const trained = train(letters, { epochs: 5, heldOut: "kai", onEpoch: ({ epoch, loss }) => { epoch + loss; } });
export const text: Promise<string> = trained.then((classifier) => load(classifier.toString()).toString());
// @ts-expect-error a label is text
letters.add(3, []);
// @ts-expect-error no such setting
train(letters, { epoch: 5 });
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("node")
    folder = tmp_path_factory.mktemp("module")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "charnet.js").write_text(js(find("letters")), encoding="utf-8")
    return folder


def execute(module: Path, script: str, given: object = None):
    head = 'import { readFileSync } from "node:fs";\nimport { Letters, load, network, train } from "./charnet.js";\n'
    (module / "use.js").write_text(head + script, encoding="utf-8")
    return json.loads(run("node", "use.js", stdin=json.dumps(given).encode(), cwd=module))


def drawings(count: int) -> list[tuple[str, list, str]]:
    random = np.random.default_rng(0)
    found = []
    for number in range(count):
        label = sorted(SHAPES)[number % 3]
        corners = np.array(SHAPES[label]) + random.normal(0, 0.05, (len(SHAPES[label]), 2))
        found.append((label, [corners.tolist()], "kai" if number % 2 else "pri"))
    return found


def test_it_reads_as_python_does(module: Path) -> None:
    drawn = [strokes for _, strokes, _ in drawings(12)]
    found = execute(module, READ, drawn)
    network = classify.load("letters")
    likelihoods = network.likelihoods(np.stack([ink.framed(strokes, Spec()) for strokes in drawn]))
    for ranking, again, expected in zip(found["rankings"], found["again"], likelihoods, strict=True):
        assert ranking == again
        assert [likelihood for _, likelihood in ranking] == sorted((each for _, each in ranking), reverse=True)
        by_label = dict(ranking)
        ours = [by_label[label] for label in network.spec.labels]
        np.testing.assert_allclose(ours, expected, atol=5e-3)  # framed pictures may differ by a grey level
    assert found["spec"] == network.spec.to_dict()
    stored = json_file.parse(json.dumps(found["stored"]))
    assert (stored.spec, stored.facts.sure) == (network.spec, json_file.read(find("letters")).facts.sure)


def test_python_reads_what_it_trained(module: Path, tmp_path: Path) -> None:
    drawn = drawings(90)
    found = execute(module, TRAIN, drawn)
    assert (found["size"], found["labels"]) == (90, ["l", "v", "z"])
    assert found["points"][0]["epoch"] == 1
    assert found["points"][-1]["epoch"] == found["points"][-1]["epochs"] == 120
    assert found["facts"]["accuracy"] == found["points"][-1]["validationAccuracy"] == 1
    (tmp_path / "weights.json").write_text(found["text"], encoding="utf-8")
    network = classify.load(str(tmp_path / "weights.json"))
    pictures = np.stack([ink.framed(strokes, network.spec) for _, strokes, _ in drawn])
    best = [network.spec.labels[index] for index in network.likelihoods(pictures).argmax(1)]
    assert best == [label for label, *_ in drawn]
    blank = dict(found["blank"])
    expected = network.likelihoods(np.zeros((1, 16, 10), np.float32))[0]
    np.testing.assert_allclose([blank[label] for label in network.spec.labels], expected, atol=1e-5)


def test_what_it_cannot_do_is_a_sentence(module: Path) -> None:
    assert execute(module, REFUSED) == [
        "The drawing is blank: it has no points.",
        "A drawing is a list of strokes, and a stroke a list of points [x, y].",
        "A framed picture has 160 numbers, not 1.",
        "Dimensions is missing",
        '"" is no label: use a character or a short word.',
        "The drawing is blank: it has no points.",
        "A network tells letters apart: draw two different ones at least.",
    ]


def test_its_types_are_those_that_its_declarations_say(module: Path) -> None:
    compiler = ROOT / "node_modules/typescript"
    need(str(compiler))
    (module / "charnet.d.ts").write_text(dts(find("letters")), encoding="utf-8")
    (module / "use.ts").write_text(TYPED, encoding="utf-8")
    tsc = ROOT / "node_modules/.bin/tsc"
    run(tsc, "--noEmit", "--strict", "--target", "es2023", "--module", "esnext", "--types", "", "use.ts", cwd=module)
    names = execute(module, "console.log(JSON.stringify(Object.keys(await import('./charnet.js')).sort()));")
    declared = dts(find("letters"))
    assert [name for name in names if f" {name}" not in declared] == []


def test_other_networks_are_refused() -> None:
    with pytest.raises(ValueError, match="js takes networks of one hidden layer"):
        js(find("letters-cnn"))

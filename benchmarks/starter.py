"""What starter letters are worth to who draws a few: python benchmarks/starter.py DRAWINGS [LETTERS]

DRAWINGS is a folder of the original's letters, LETTERS one of starter letters (data/letters). Node.js trains as a page
does on some drawings of each letter and some starter letters, 400 epochs, and reads the drawings from the eleventh of
each letter on, which it never saw; also with starter letters of 16 levels of grey, as an exported page holds them.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import common
import numpy as np

from charnet import web
from charnet.letters import folder
from charnet.letters.config import LettersConfig
from charnet.letters.folder import LetterSet

OWN = (0, 1, 3, 10)
STARTER = (0, 10, 20, 40, 120)
SEEDS = (1, 2)
SCRIPT = """
import { readFileSync } from "node:fs";
const addresses = ["loop", "mlp", "random"].map((name) => `${process.env.FOLDER}/training/${name}.js`);
const { DEFAULTS, Mlp, Generator, fit, validate } =
  Object.assign({}, ...await Promise.all(addresses.map((address) => import(address))));
const { own, starter, trials } = JSON.parse(readFileSync(0, "utf8"));
const letters = {
  pictures: Buffer.concat([own, starter].map(({ pictures }) => Buffer.from(pictures, "base64"))),
  targets: [...own.targets, ...starter.targets],
};
const chosen = (targets, first, seed) => {
  const order = new Generator(seed).shuffle(Int32Array.from(targets.keys()));
  return Array.from({ length: 26 }, (_, label) => [...order].filter((i) => targets[i] === label).map((i) => first + i));
};
for (const [drawn, more, seed] of trials) {
  const [mine, others] = [chosen(own.targets, 0, seed), chosen(starter.targets, own.targets.length, seed)];
  const train = [...mine.flatMap((each) => each.slice(0, drawn)), ...others.flatMap((each) => each.slice(0, more))];
  const network = new Mlp({ inputs: 160, hidden: 20, outputs: 26 }, "tanh").reset(new Generator(seed));
  const fold = { train: Int32Array.from(train), heldOut: new Int32Array(0) };
  for (const _ of fit(network, letters, fold, { ...DEFAULTS, epochs: 400, seed }, { width: 10, height: 16 }));
  console.log(validate(network, letters, Int32Array.from(mine.flatMap((each) => each.slice(10)))).accuracy);
}
"""


def read(root: Path) -> LetterSet:
    return folder.read(root, folder.spec_of(LettersConfig(str(root))))


def packed(letters: LetterSet, levels: int) -> dict[str, Any]:
    """Letters with so many levels of grey, for the script."""
    step = 255 / (levels - 1)
    pictures = (np.round(letters.pictures / step) * step).astype(np.uint8)
    return {"pictures": base64.b64encode(pictures.tobytes()).decode(), "targets": letters.targets.tolist()}


def accuracies(own: LetterSet, starter: dict[str, Any], trials: list[tuple[int, int, int]]) -> list[float]:
    content = json.dumps({"own": packed(own, 256), "starter": starter, "trials": trials})
    words = ["node", "--input-type=module", "--eval", SCRIPT]
    environment = {**os.environ, "FOLDER": web.FOLDER.as_uri()}
    done = subprocess.run(words, input=content, env=environment, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


def kilobytes(letters: LetterSet, each: int, levels: int) -> float:
    """So many of each letter as a page holds them."""
    kept = np.concatenate([np.flatnonzero(letters.targets == target)[:each] for target in np.unique(letters.targets)])
    levelled = np.round(letters.pictures[kept] / (255 / (levels - 1))).astype(np.uint8)
    return len(zlib.compress(levelled.tobytes(), 9)) * 4 / 3 / 1000


def main(arguments: list[str]) -> None:
    if not arguments:
        raise SystemExit(__doc__)
    own, starter = read(Path(arguments[0])), read(Path(arguments[1] if len(arguments) > 1 else "data/letters"))
    for levels in (256, 16):
        counts = STARTER if levels == 256 else (20,)
        trials = [(drawn, more, seed) for more in counts for drawn in OWN if drawn + more for seed in SEEDS]
        found = dict(zip(trials, accuracies(own, packed(starter, levels), trials), strict=True))
        rows = []
        for more in counts:
            means = [[found[drawn, more, seed] for seed in SEEDS if (drawn, more, seed) in found] for drawn in OWN]
            cells = [f"{100 * sum(each) / len(each):.1f} %" if each else "" for each in means]
            rows.append([str(more), *cells, f"{kilobytes(starter, more, levels):.0f} kB" if more else ""])
        head = ["starter letters of each", *(f"{drawn} of one's own" for drawn in OWN), "in a page"]
        common.figures(f"starter-{levels}", "python benchmarks/starter.py DRAWINGS", head, rows)


if __name__ == "__main__":
    main(sys.argv[1:])

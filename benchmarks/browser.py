"""How well and how quickly a page trains without Python: python benchmarks/browser.py DRAWINGS [--seconds]

DRAWINGS is a folder of the original's letters (one folder a letter). Node.js trains five folds of them three times, on
the same folds as `train.py folds=5` with seeds 0, 1 and 2. With --seconds Chromium (CHARNET_CHROMIUM or PATH) trains on
all of them in a Worker instead, as on a page: seconds until the first point of the curve and until the end, and the
frames that the page showed meanwhile.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import common
from playwright.sync_api import sync_playwright

from charnet import web
from charnet.letters import folder, split
from charnet.letters.config import LettersConfig
from charnet.web.bundle import bundle

EPOCHS = 1000
SEEDS = (0, 1, 2)
FOLDS = """
import { readFileSync } from "node:fs";
const addresses = ["loop", "mlp", "random", "calibration"].map((name) => `${process.env.FOLDER}/training/${name}.js`);
const modules = await Promise.all(addresses.map((address) => import(address)));
const { DEFAULTS, Mlp, Generator, calibrate, fit, validate } = Object.assign({}, ...modules);
const { labels, pictures: bytes, targets, folds } = JSON.parse(readFileSync(0, "utf8"));
const letters = { pictures: Buffer.from(bytes, "base64"), targets };
const spec = { width: 10, height: 16 };
const right = folds.map((folds, seed) => [0, 1, 2, 3, 4].map((fold) => {
  const of = (wanted) => Int32Array.from(targets.keys()).filter((index) => (folds[index] === fold) === wanted);
  const [config, train, heldOut] = [{ ...DEFAULTS, seed: seed + fold }, of(false), of(true)];
  const network = new Mlp({ inputs: 160, hidden: 20, outputs: labels }, "tanh").reset(new Generator(config.seed));
  for (const _ of fit(network, letters, { train, heldOut: new Int32Array(0) }, config, spec));
  calibrate(network, letters, train, config, spec);
  return validate(network, letters, heldOut).accuracy * heldOut.length;
}).reduce((sum, each) => sum + each) / targets.length);
console.log(JSON.stringify(right));
"""
PAGE = """async ([code, job]) => {
  const pictures = Uint8Array.from(atob(job.letters.pictures), (c) => c.charCodeAt(0));
  const worker = new Worker(URL.createObjectURL(new Blob([code])));
  const begin = performance.now();
  let [frames, longest, last, first, loss] = [0, 0, begin, null, 0];
  const frame = (now) => {
    [frames, longest, last] = [frames + 1, Math.max(longest, now - last), now];
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => {
      first ??= performance.now() - begin;
      if (data.loss) loss = data.loss;
      if (!data.result && !data.error) return;
      const seconds = (performance.now() - begin) / 1000;
      resolve({ seconds, first: first / 1000, frames: frames / seconds, longest, loss, error: data.error });
    };
    worker.postMessage({ job: { ...job, letters: { ...job.letters, pictures } } });
  });
}"""


def accuracies(root: Path) -> list[float]:
    """The share of the drawings that five folds read right, by seed."""
    letters, labels = read(root)
    content = {
        "labels": labels,
        "pictures": base64.b64encode(letters.pictures.tobytes()).decode(),
        "targets": letters.targets.tolist(),
        "folds": [split.assign_folds(letters, 5, "sample", seed).tolist() for seed in SEEDS],
    }
    words = ["node", "--input-type=module", "--eval", FOLDS]
    environment = {**os.environ, "FOLDER": web.FOLDER.as_uri()}
    done = subprocess.run(words, input=json.dumps(content), env=environment, capture_output=True, text=True, check=True)
    found: list[float] = json.loads(done.stdout)
    return found


def seconds(root: Path) -> dict[str, Any]:
    """What Chromium's page saw of a training on all drawings."""
    letters, labels = read(root)
    spec = {"labels": [str(number) for number in range(labels)], "width": 10, "height": 16, "framing": "moments"}
    pictures = base64.b64encode(letters.pictures.tobytes()).decode()
    job = {"spec": spec, "letters": {"pictures": pictures, "targets": letters.targets.tolist()}, "heldOut": 0}
    with sync_playwright() as playwright:
        path = os.environ.get("CHARNET_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        found: dict[str, Any] = page.evaluate(PAGE, [bundle(web.FOLDER / "training/worker.js"), job])
        browser.close()
    return found


def read(root: Path) -> tuple[folder.LetterSet, int]:
    spec = folder.spec_of(LettersConfig(str(root)))
    return folder.read(root, spec), spec.outputs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drawings", type=Path)
    parser.add_argument("--seconds", action="store_true")
    arguments = parser.parse_args()
    if arguments.seconds:
        found = seconds(arguments.drawings)
        rows = [
            common.Row(f"{EPOCHS} epochs", found["seconds"], None, "s", None, "10"),
            common.Row("first point of the curve", found["first"], None, "s", None, "0.3"),
            common.Row("frames of the page meanwhile", found["frames"], None, "a second", None, "60"),
            common.Row("longest frame", found["longest"], None, "ms", None, "50"),
        ]
        return common.report("browser-seconds", rows, found)
    each = accuracies(arguments.drawings)
    mean = 100 * sum(each) / len(each)
    rows = [common.Row("five folds, read right", mean, 94.9, "%", None, "93.9")]
    return common.report("browser-accuracy", rows, {"by seed": each})


if __name__ == "__main__":
    main()

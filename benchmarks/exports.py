"""What rounding to bytes costs, and what it takes: python benchmarks/exports.py DRAWINGS [network ...]

For each network (by default the shipped `letters`): on how many of the drawings (letter folders) the exported header,
compiled here, has the same best label as Python, and its accuracy beside Python's; then the flash and memory that it
takes on an Arduino Uno, by avr-gcc for the ATmega328P, where there is one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from common import figures, percent

from charnet import evaluate
from charnet.exports import c
from charnet.networks import classify, stored

HEAD = (
    "network",
    "weights",
    "same best letter as Python",
    "same three best",
    "accuracy",
    "in Python",
    "Arduino Uno: flash, RAM",
)
PROGRAM = """
#include <stdio.h>
#include "charnet.h"
int main(void) {
    float ink[CHARNET_INPUTS], out[CHARNET_OUTPUTS];
    while (fread(ink, sizeof ink, 1, stdin)) {
        charnet_rank(ink, out);
        fwrite(out, sizeof out, 1, stdout);
    }
    return 0;
}
"""
UNO = """
#include "charnet.h"
float ink[CHARNET_INPUTS], out[CHARNET_OUTPUTS];
volatile int best;
int main(void) { best = charnet_rank(ink, out); return 0; }
"""


def compiled(folder: Path, pictures: np.ndarray, outputs: int) -> np.ndarray:
    """The likelihoods of the header in `folder`, run here: (n, inputs) -> (n, outputs)."""
    (folder / "here.c").write_text(PROGRAM)
    subprocess.run(["cc", "-std=c99", "-O2", "here.c", "-o", "here"], cwd=folder, check=True)
    done = subprocess.run([folder / "here"], input=pictures.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.float32).reshape(-1, outputs)


def on_uno(folder: Path) -> str:
    """Flash and memory of a program that does nothing else, in bytes."""
    if not shutil.which("avr-gcc"):
        return "no avr-gcc here"
    (folder / "uno.c").write_text(UNO)
    subprocess.run(["avr-gcc", "-mmcu=atmega328p", "-Os", "uno.c", "-o", "uno"], cwd=folder, check=True)
    told = subprocess.run(["avr-size", "-A", "uno"], cwd=folder, check=True, capture_output=True, text=True).stdout
    sizes = {name: int(size) for name, size in re.findall(r"^\.(text|data|bss) +(\d+)", told, re.MULTILINE)}
    variables = sizes.get("data", 0) + sizes.get("bss", 0)
    return f"{sizes['text'] + sizes.get('data', 0):,}, {variables:,}"


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rows = []
    for name in sys.argv[2:] or ["letters"]:
        path = stored.find(name)
        network = classify.load(path)
        letters = evaluate.read([Path(sys.argv[1])], network.spec)
        pictures = letters.pictures.reshape(len(letters), -1) / np.float32(255)
        whole = np.argsort(-network.likelihoods(pictures), axis=1, kind="stable")
        with tempfile.TemporaryDirectory() as folder_name:
            folder = Path(folder_name)
            for kind, header in {"floats": c.c, "bytes": c.int8}.items():
                (folder / "charnet.h").write_text(header(path))
                ranked = np.argsort(-compiled(folder, pictures, network.spec.outputs), axis=1, kind="stable")
                first, three = ((ranked[:, :n] == whole[:, :n]).all(axis=1) for n in (1, 3))
                right, python = ((ranking[:, 0] == letters.targets).mean() for ranking in (ranked, whole))
                same = f"{first.sum():,} of {len(first):,} ({percent(first.mean(), 2)})"
                shares = percent(three.mean()), percent(right, 2), percent(python, 2)
                rows.append((path.stem, kind, same, *shares, on_uno(folder)))
    figures("exports", "python benchmarks/exports.py DRAWINGS NETWORK ...", HEAD, rows)


if __name__ == "__main__":
    main()

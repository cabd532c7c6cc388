"""How sheets are read, from photos rendered of the printed PDF with letters of real people in its boxes.

    python benchmarks/sheets.py UNIPEN [--pages 60]

UNIPEN is what `charnet.datasets.unipen` made. Photos: tests/sheet_photos.py; perspective up to 15 degrees, any
rotation, uneven light, shadow edges, 1.5 pixels of blur, noise, JPEG 60, 1,600 pixels; black, blue and pencil; both
papers.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from accuracy import SEEDS, each_of, train  # noqa: E402
from common import figures  # noqa: E402
from sheet_photos import INKS, any_camera, jpeg, photograph, printed, write  # noqa: E402

from charnet.letters.samples import writer_of  # noqa: E402
from charnet.pictures import images, ink  # noqa: E402
from charnet.sheets import layout  # noqa: E402
from charnet.spec import LOWERCASE, Spec  # noqa: E402
from charnet.training.config import DataConfig, TrainConfig  # noqa: E402

EMPTY = 0.1  # of the boxes stay blank
SAME = 0.6  # correlation of the picture read with the letter itself from which it is taken for it
TESTED = 100  # letters of other writers a label


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("unipen", type=Path)
    parser.add_argument("--pages", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(given.unipen.resolve(), given.pages, Path(folder))
    command = f"python benchmarks/sheets.py UNIPEN --pages {given.pages}"
    figures("sheets", command, ("what", f"{given.pages} photos"), rows)


def measure(unipen: Path, count: int, folder: Path) -> list[tuple[str, str]]:
    random = np.random.default_rng(0)
    mine, others = halves(unipen, random)
    tally: dict[str, int] = defaultdict(int)
    sheets = {paper: layout.pages(LOWERCASE, 10, "", paper) for paper in layout.PAPERS}
    clean = {(paper, page.number): printed(page, sheet) for paper, sheet in sheets.items() for page in sheet}
    for n in range(count):
        paper = list(sheets)[n % 2]
        page = sheets[paper][n // 2 % 2]
        picture = clean[paper, page.number].copy()
        written: dict[int, Path] = {}
        pen = random.uniform(0.4, 0.7)
        for place, box in enumerate(page.boxes()):
            if random.random() >= EMPTY:
                written[place] = mine[box.label].pop()
                strokes = ink.from_png(written[place])
                write(picture, box, strokes, random, list(INKS)[n % 3], pen)
        photo = folder / "photos" / f"{n:03d}.jpg"
        photo.parent.mkdir(exist_ok=True)
        photo.write_bytes(jpeg(photograph(picture, page, any_camera(random), random)))
        compare(photo, page, written, folder, tally)
        print(f"{n + 1}/{count} {dict(tally)}", file=sys.stderr)
    accuracy = {kind: trained(folder / kind, others, folder) for kind in ("direct", "read")}
    boxes, blank = tally["written"], tally["empty"]
    return [
        ("pages found", f"{tally['found']} of {count}"),
        ("written boxes assigned", f"{tally['assigned']:,} of {boxes:,} ({tally['assigned'] / boxes:.2%})"),
        ("written boxes left out as blank", f"{tally['missed']}"),
        ("written boxes named doubtful", f"{tally['doubtful']} ({tally['doubtful'] / boxes:.2%})"),
        ("blank boxes taken", f"{tally['invented']} of {blank:,}"),
        ("other writers' letters right, by a 160-20-26 trained on what was read", accuracy["read"]),
        ("the same, trained on the letters directly", accuracy["direct"]),
    ]


def halves(unipen: Path, random: np.random.Generator) -> tuple[dict[str, list[Path]], dict[str, list[Path]]]:
    """Letters to write, and letters of other writers to test with."""
    paths = {label: sorted((unipen / label).glob("*.png")) for label in LOWERCASE}
    writers = sorted({writer_of(path) for label in paths for path in paths[label]})
    chosen = set(random.permutation(writers)[: len(writers) * 3 // 4].tolist())
    shuffled = {label: [paths[label][n] for n in random.permutation(len(paths[label]))] for label in LOWERCASE}
    mine = {label: [path for path in shuffled[label] if writer_of(path) in chosen] for label in LOWERCASE}
    others = {label: [path for path in shuffled[label] if writer_of(path) not in chosen] for label in LOWERCASE}
    return mine, {label: others[label][:TESTED] for label in LOWERCASE}


def compare(photo: Path, page: layout.Page, written: dict[int, Path], folder: Path, tally: dict[str, int]) -> None:
    """Read a photo as a user does; what was read goes to `read`, the same letters themselves to `direct`."""
    command = [sys.executable, "-m", "charnet.sheet", "read", str(photo), "--out", str(folder / "now"), "--json"]
    told: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout)
    tally["written"] += len(written)
    tally["empty"] += len(page.boxes()) - len(written)
    if "error" in told:
        print(told, file=sys.stderr)
        return
    tally["found"] += 1
    tally["doubtful"] += told["doubtful"]
    saved = saved_in(folder / "now")
    boxes = page.boxes()
    for label in page.labels:
        places = [place for place in written if boxes[place].label == label]
        read = [images.read(path, Spec()) for path in saved.get(label, [])]
        tally["missed"] += max(0, len(places) - len(read))
        tally["invented"] += max(0, len(read) - len(places))
        letters = [images.read(written[place], Spec()) for place in places]
        alike = 0
        for path, letter in zip([written[place] for place in places], letters, strict=True):
            likeness = [float(np.corrcoef(letter.ravel(), other.ravel())[0, 1]) for other in read]
            alike += bool(likeness) and max(likeness) > SAME
            keep(path, folder / "direct" / label)
        tally["assigned"] += min(alike, len(read))
        for path in saved.get(label, []):
            keep(path, folder / "read" / label)
    shutil.rmtree(folder / "now")


def saved_in(folder: Path) -> dict[str, list[Path]]:
    return {label.name: sorted(label.glob("*.png"), key=lambda path: int(path.stem)) for label in folder.iterdir()}


def keep(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / f"{len(list(folder.iterdir()))}.png")


def trained(letters: Path, others: dict[str, list[Path]], folder: Path) -> str:
    test = folder / "test"
    for label, paths in others.items():
        (test / label).mkdir(parents=True, exist_ok=True)
        for path in paths:
            shutil.copyfile(path, test / label / path.name)
    found = [
        train(TrainConfig(data=DataConfig(str(letters), test=str(test), validation=0), seed=seed))["test"]["accuracy"]
        for seed in SEEDS
    ]
    return each_of(found)


if __name__ == "__main__":
    main()

"""UNIPEN's category 1c, isolated lowercase letters as pen strokes, to letter folders.

    python -m charnet.datasets.unipen SOURCE --out data/unipen

SOURCE is a folder or archive in the layout of the distribution train_r01_v07 (Zenodo record 1195803, CC BY 4.0):
data/1c/**.dat hold the segments, include/** the ink. Samples are `<out>/<letter>/<donor>-<writer>-<n>.<style>.png`.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from charnet import images, ink
from charnet.datasets import archives, command, folders
from charnet.datasets.folders import Tally
from charnet.datasets.unipen_format import Sheet, read
from charnet.datasets.unipen_ink import strokes
from charnet.datasets.unipen_scan import SegmentFile, plan, scan, segment_files
from charnet.spec import Spec

WANTED = re.compile(r"(^|/)(data/1c|include)/", re.IGNORECASE)  # in the archive, which has other categories too
BATCH = 64  # pictures framed at once


@dataclass(slots=True)
class Drawing:
    """The samples to draw from one segment file."""

    file: SegmentFile
    targets: list[tuple[int, Path]]  # segment number, PNG file
    spec: Spec
    pen: float


def draw(job: Drawing) -> int:
    """Draw those samples of a segment file that are not there yet; how many that were."""
    todo = [(number, target) for number, target in job.targets if folders.missing(target)]
    sheet = read(job.file.path, job.file.include, job.file.donor) if todo else Sheet()
    for at in range(0, len(todo), BATCH):
        part = todo[at : at + BATCH]
        letters = [strokes(sheet, sheet.segments[number].where)[0] for number, _ in part]
        # What ink.framed does, with the framing, half of its time, done for many at once.
        pictures = images.frame(np.stack([ink.draw(found, job.spec, job.pen) for found in letters]), job.spec)
        for (_, target), found, picture in zip(part, letters, pictures, strict=True):
            folders.write(target, ink.to_png(picture, found))
    return len(todo)


def run(source: Path, out: Path, spec: Spec, pen: float, workers: int) -> list[str]:
    """Import a folder or archive; the lines of the summary. Raises `ValueError` or `OSError` with what to do."""
    if source.is_dir():
        return _run(source, source, out, spec, pen, workers)
    if not source.exists():
        raise ValueError(f"{source}: no such file or folder; name UNIPEN's archive or where it is unpacked")
    with tempfile.TemporaryDirectory(prefix="charnet-") as folder:
        print(f"unpacking {source}", file=sys.stderr, flush=True)
        archives.unpack(source, Path(folder), WANTED)
        return _run(source, Path(folder), out, spec, pen, workers)


def _run(source: Path, folder: Path, out: Path, spec: Spec, pen: float, workers: int) -> list[str]:
    segments = segment_files(folder)
    if not segments:
        raise ValueError(f"{source}: not UNIPEN, there are no data/1c/**.dat files in it")
    scans = list(folders.spread(scan, segments, workers, "reading segments"))
    paths = plan(scans)
    left_out, notes = Tally(), Tally()
    for one in scans:
        left_out.merge(one.left_out)
        notes.merge(one.notes)
    total = sum(map(len, paths))
    if not total:
        raise ValueError("\n".join([f"{source}: no letter in it could be drawn", *left_out.lines(), *notes.lines()]))
    digest = hashlib.sha256()
    for file, one, rows in zip(segments, scans, paths, strict=True):
        digest.update(repr((file.path.name, [letter.text for letter in one.letters], rows)).encode())
    folders.claim(out, {"collection": "unipen-1c", **spec.to_dict(), "pen": pen, "source": digest.hexdigest()[:16]})
    for label in {path[0] for rows in paths for _, path in rows}:
        (out / label).mkdir(exist_ok=True)
    jobs = [
        Drawing(file, [(number, out / path) for number, path in rows], spec, pen)
        for file, rows in zip(segments, paths, strict=True)
        if rows
    ]
    new = sum(folders.spread(draw, jobs, workers, "drawing, by segment file"))
    writers = {letter.writer for one in scans for letter in one.letters}
    lines = [f"{out}: {total:,} letters by {len(writers):,} writers ({new:,} new, {total - new:,} were there)"]
    lines += [f"left out: {left_out.total:,} of {total + left_out.total:,} segments", *left_out.lines()]
    return lines + (["noticed:", *notes.lines()] if notes else [])


def main(argv: Sequence[str] | None = None) -> int:
    parser = command.parser("unipen", "Import UNIPEN's isolated lowercase letters, with their ink.")
    parser.add_argument("source", type=Path, help="folder or archive (.tar, .tar.xz, .tar.gz, .zip) with data/1c in it")
    parser.add_argument("--pen", type=float, default=ink.PEN, help="width of the pen in pixels (default %(default)s)")
    given = parser.parse_args(argv)
    spec = command.spec(parser, given)
    if not 0 < given.pen <= 10:
        parser.error(f"--pen: {given.pen} is not a width in pixels above 0 and up to 10")
    return command.answer(lambda: run(given.source, given.out, spec, given.pen, given.jobs), given.out)


if __name__ == "__main__":
    sys.exit(main())

"""UNIPEN's category 1c, isolated lowercase letters as pen strokes, to letter folders.

    python -m charnet.datasets.unipen SOURCE --out data/unipen

SOURCE is a folder or archive in the layout of the distribution train_r01_v07 (Zenodo record 1195803, CC BY 4.0):
data/1c/**.dat hold the segments, include/** the ink. Samples are `<out>/<letter>/<donor>-<writer>-<n>.<style>.png`.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from charnet.datasets import archives, unipen_corrections
from charnet.datasets.record import importing, missing
from charnet.datasets.tally import Tally
from charnet.datasets.unipen_corrections import SHIPPED, Corrections
from charnet.datasets.unipen_format import Sheet, read
from charnet.datasets.unipen_ink import strokes
from charnet.datasets.unipen_scan import Scan, SegmentFile, plan, scan, segment_files
from charnet.pictures import ink
from charnet.spec import Spec
from charnet.system import files, options, usage
from charnet.system.answer import answer, printable
from charnet.system.pool import in_chunks
from charnet.system.progress import Progress

WANTED = re.compile(r"(^|/)(data/1c|include)/", re.IGNORECASE)  # in the archive, which has other categories too
CHUNK = 4  # segment files that a process takes at once
ALONE = 32  # segment files done before other processes could help


@dataclass(slots=True)
class Drawing:
    """The samples to draw from one segment file."""

    file: SegmentFile
    targets: list[tuple[int, Path]]  # segment number, PNG file
    spec: Spec
    pen: float


def scan_all(segment_files: list[SegmentFile]) -> list[Scan]:
    return [scan(file) for file in segment_files]


def draw_all(drawings: list[Drawing]) -> list[int]:
    return [draw(drawing) for drawing in drawings]


def draw(drawing: Drawing) -> int:
    """Draw those samples of a segment file that are not there yet; how many that were."""
    todo = [(number, target) for number, target in drawing.targets if missing(target)]
    file = drawing.file
    sheet = read(file.path, file.include, file.donor) if todo else Sheet()
    letters = [strokes(sheet, sheet.segments[number].where)[0] for number, _ in todo]
    pictures = ink.framed_many([(found, drawing.pen) for found in letters], drawing.spec)
    for (_, target), found, picture in zip(todo, letters, pictures, strict=True):
        files.write_bytes(target, ink.to_png(picture, found), durable=False)
    return len(todo)


def run(
    source: Path, out: Path, spec: Spec, pen: float, workers: int, corrections: Corrections | None = None
) -> list[str]:
    """Import a folder or archive; the lines of the summary. Raises `ValueError` or `OSError` with what to do."""
    if source.is_dir():
        return _run(source, source, out, spec, pen, workers, corrections or {})
    if not source.exists():
        raise ValueError(f"{source}: no such file or folder; name UNIPEN's archive or where it is unpacked")
    print(f"unpacking {printable(source)}", file=sys.stderr, flush=True)
    with archives.unpacked(source, WANTED) as folder:
        return _run(source, folder, out, spec, pen, workers, corrections or {})


def _run(
    source: Path, folder: Path, out: Path, spec: Spec, pen: float, workers: int, corrections: Corrections
) -> list[str]:
    segments = segment_files(folder)
    if not segments:
        raise ValueError(f"{source}: not UNIPEN, there are no data/1c/**.dat files in it")
    scans = _scan(segments, workers)
    unipen_corrections.apply(corrections, segments, scans)
    paths = plan(scans)
    left_out, notes = Tally(), Tally()
    for one in scans:
        left_out.merge(one.left_out)
        notes.merge(one.notes)
    total = sum(map(len, paths))
    if not total:
        print("\n".join([*left_out.lines(), *notes.lines()]), file=sys.stderr)
        raise ValueError(f"{source}: no letter in it could be drawn, for what is listed above")
    digest = hashlib.sha256()
    for file, one, rows in zip(segments, scans, paths, strict=True):
        digest.update(repr((file.path.name, [letter.text for letter in one.letters], rows)).encode())
    record = {"collection": "unipen-1c", **spec.to_dict(), "pen": pen, "source": digest.hexdigest()[:16]}
    drawings = [
        Drawing(file, [(number, out / path) for number, path in rows], spec, pen)
        for file, rows in zip(segments, paths, strict=True)
        if rows
    ]
    new: list[int] = []  # samples of each
    with importing(out, record), Progress("drawing, by segment file", len(drawings), to=sys.stderr) as progress:
        for label in {path[0] for rows in paths for _, path in rows}:
            (out / label).mkdir(exist_ok=True)
        for drawn in in_chunks(draw_all, drawings, CHUNK, ALONE, workers):
            new += drawn
            progress.show(len(new))
    writers = {letter.writer for one in scans for letter in one.letters}
    there = f"{sum(new):,} new, {total - sum(new):,} were there"
    lines = [f"{printable(out)}: {total:,} letters by {len(writers):,} writers ({there})"]
    lines += [f"left out: {left_out.total:,} of {total + left_out.total:,} segments", *left_out.lines()]
    return lines + (["noticed:", *notes.lines()] if notes else [])


def _scan(segments: list[SegmentFile], workers: int) -> list[Scan]:
    scans: list[Scan] = []
    with Progress("reading segment files", len(segments), to=sys.stderr) as progress:
        for several in in_chunks(scan_all, segments, CHUNK, ALONE, workers):
            scans += several
            progress.show(len(scans))
    return scans


def main(argv: Sequence[str] | None = None) -> int:
    parser = usage.parser("datasets.unipen", "Import UNIPEN's isolated lowercase letters, with their ink.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the letter folders to")
    options.add_framing(parser)
    options.add_jobs(parser)
    parser.add_argument("source", type=Path, help="folder or archive (.tar, .tar.xz, .tar.gz, .zip) with data/1c in it")
    parser.add_argument("--pen", type=float, default=ink.PEN, help="width of the pen in pixels (default %(default)s)")
    parser.add_argument(
        "--corrections",
        nargs="?",
        const=SHIPPED,
        type=Path,
        metavar="FILE",
        help="correct labels that are plainly wrong, by a CSV file (default: the list that comes with charnet)",
    )
    given = parser.parse_args(argv)
    spec = options.spec_of(parser, given)
    if not 0 < given.pen <= 10:
        parser.error(f"--pen: {given.pen} is not a width in pixels above 0 and up to 10")

    def work() -> None:
        corrections = unipen_corrections.read(given.corrections) if given.corrections else None
        print("\n".join(run(given.source, given.out, spec, given.pen, given.jobs, corrections)))

    return answer(work)


if __name__ == "__main__":
    sys.exit(main())

"""Import UNIPEN's isolated characters as letter folders, or its words as a folder of words, with their pen strokes.

    python -m charnet.datasets.unipen SOURCE --out data/unipen --characters digits
    python -m charnet.datasets.unipen SOURCE --out data/words --words

SOURCE is a folder or archive in the layout of the distribution train_r01_v07 (Zenodo record 1195803, CC BY 4.0):
data/1a/**.dat (digits), 1b (capitals), 1c (lowercase letters), 1d (signs) and 6 (words) contain the segments,
include/** the ink. Samples are `<out>/<letter>/<donor>-<writer>-<n>.<style>.png`; letters/naming.py names the folder of
a letter. Words are `<out>/<donor>-<writer>-<n>.<style>.png`, with their text in a file `.txt` beside.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from charnet.datasets import archives, unipen_corrections, unipen_scan
from charnet.datasets.counts import ReasonCounts
from charnet.datasets.record import importing, missing
from charnet.datasets.unipen_corrections import SHIPPED, Corrections
from charnet.datasets.unipen_format import read
from charnet.datasets.unipen_ink import strokes
from charnet.datasets.unipen_scan import KINDS, WORDS, Kind, Scan, SegmentFile, plan, segment_files
from charnet.pictures import ink, writing
from charnet.spec import Spec
from charnet.system import files, options, usage
from charnet.system.answer import answer, printable
from charnet.system.pool import in_chunks
from charnet.system.progress import Progress

CHUNK = 4  # segment files in a task for a worker process
FEW = 32  # segment files that take less time than starting worker processes


@dataclass(slots=True)
class DrawTask:
    """The samples to draw from one segment file."""

    file: SegmentFile
    targets: list[tuple[int, Path, str]]  # segment number, PNG file to write, text of a word
    spec: Spec
    pen: float


def scan_all(segment_files: list[SegmentFile]) -> list[Scan]:
    return [unipen_scan.scan(file) for file in segment_files]


def draw_all(tasks: list[DrawTask]) -> list[int]:
    return [draw(task) for task in tasks]


def draw(task: DrawTask) -> int:
    """Draw the samples of a segment file that do not exist yet; return their number."""
    todo = [(number, target, text) for number, target, text in task.targets if missing(target)]
    if not todo:
        return 0
    content = read(task.file.path, task.file.include, task.file.donor)
    found = [strokes(content, content.segments[number].components)[0] for number, _, _ in todo]
    if task.file.kind == WORDS:
        pictures = [writing.draw(word) for word in found]
    else:
        pictures = list(ink.framed_many([(letter, task.pen) for letter in found], task.spec))
    for (_, target, text), drawn, picture in zip(todo, found, pictures, strict=True):
        if task.file.kind == WORDS:
            files.write_bytes(target.with_suffix(".txt"), f"{text}\n".encode(), durable=False)
        files.write_bytes(target, ink.to_png(picture, drawn), durable=False)
    return len(todo)


def run(
    source: Path,
    out: Path,
    spec: Spec,
    pen: float,
    workers: int,
    corrections: Corrections | None = None,
    kinds: Sequence[Kind] = (KINDS["lower"],),
) -> list[str]:
    """Import a folder or archive; return the lines of the summary. Raises `ValueError` or `OSError` with advice."""
    if source.is_dir():
        return _import(source, source, out, spec, pen, workers, corrections or {}, kinds)
    if not source.exists():
        raise ValueError(f"{source}: no such file or folder; name UNIPEN's archive or where it is unpacked")
    print(f"unpacking {printable(source)}", file=sys.stderr, flush=True)
    categories = "|".join(kind.category for kind in kinds)  # of the archive, which has others too
    wanted = re.compile(f"(^|/)(data/({categories})|include)/", re.IGNORECASE)
    with archives.unpacked(source, wanted) as folder:
        return _import(source, folder, out, spec, pen, workers, corrections or {}, kinds)


def _import(
    source: Path,
    folder: Path,
    out: Path,
    spec: Spec,
    pen: float,
    workers: int,
    corrections: Corrections,
    kinds: Sequence[Kind],
) -> list[str]:
    segments = segment_files(folder, kinds)
    categories = [kind.category for kind in kinds]
    if not segments:
        missing_files = " or ".join(f"data/{category}/**.dat" for category in categories)
        raise ValueError(
            f"{source}: not UNIPEN, there are no {missing_files} files in it; see --characters and --words"
        )
    scans = _scan(segments, workers)
    unipen_corrections.apply(corrections, segments, scans)
    paths = plan(scans, kinds == [WORDS])
    left_out, notes = ReasonCounts(), ReasonCounts()
    for scan in scans:
        left_out.merge(scan.left_out)
        notes.merge(scan.notes)
    total = sum(map(len, paths))
    if not total:
        print("\n".join([*left_out.lines(), *notes.lines()]), file=sys.stderr)
        raise ValueError(f"{source}: no {kinds[0].name} in it could be drawn, for the reasons listed above")
    digest = hashlib.sha256()
    for file, scan, rows in zip(segments, scans, paths, strict=True):
        digest.update(repr((file.path.name, [letter.text for letter in scan.letters], rows)).encode())
    collection = "-".join(["unipen", *categories])
    record = {"collection": collection, **spec.to_dict(), "pen": pen, "source": digest.hexdigest()[:16]}
    tasks = [
        DrawTask(file, [(number, out / path, texts[number]) for number, path in rows], spec, pen)
        for file, scan, rows in zip(segments, scans, paths, strict=True)
        for texts in [{letter.number: letter.label for letter in scan.letters}]
        if rows
    ]
    new: list[int] = []  # samples drawn, for each segment file
    with importing(out, record), Progress("drawing, by segment file", len(tasks), to=sys.stderr) as progress:
        for subfolder in {(out / path).parent for rows in paths for _, path in rows}:
            subfolder.mkdir(exist_ok=True)
        for drawn in in_chunks(draw_all, tasks, CHUNK, FEW, workers):
            new += drawn
            progress.show(len(new))
    writers = {letter.writer for scan in scans for letter in scan.letters}
    there = f"{sum(new):,} new, {total - sum(new):,} already there"
    what = "words" if kinds == [WORDS] else "letters"
    lines = [f"{printable(out)}: {total:,} {what} by {len(writers):,} writers ({there})"]
    lines += [f"left out: {left_out.total:,} of {total + left_out.total:,} segments", *left_out.lines()]
    return lines + (["noticed:", *notes.lines()] if notes else [])


def _scan(segments: list[SegmentFile], workers: int) -> list[Scan]:
    scans: list[Scan] = []
    with Progress("reading segment files", len(segments), to=sys.stderr) as progress:
        for scanned in in_chunks(scan_all, segments, CHUNK, FEW, workers):
            scans += scanned
            progress.show(len(scans))
    return scans


def main(argv: Sequence[str] | None = None) -> int:
    parser = usage.parser("datasets.unipen", "Import UNIPEN's isolated characters, with their ink.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the letter folders to")
    options.add_framing(parser)
    options.add_jobs(parser)
    parser.add_argument("source", type=Path, help="folder or archive (.tar, .tar.xz, .tar.gz, .zip) of UNIPEN")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--characters", choices=["all", *KINDS], default="lower", help="which characters (default %(default)s)"
    )
    which.add_argument("--words", action="store_true", help="words in place of characters, each with its text")
    parser.add_argument("--pen", type=float, default=ink.PEN, help="width of the pen in pixels (default %(default)s)")
    parser.add_argument(
        "--corrections",
        nargs="?",
        const=SHIPPED,
        type=Path,
        metavar="FILE",
        help="correct clearly wrong labels as listed in a CSV file (default: the list that comes with charnet)",
    )
    given = parser.parse_args(argv)
    spec = options.spec_of(parser, given)
    if not 0 < given.pen <= 10:
        parser.error(f"--pen: {given.pen} is not a width in pixels above 0 and up to 10")

    def work() -> None:
        corrections = unipen_corrections.read(given.corrections) if given.corrections else None
        kinds = list(KINDS.values()) if given.characters == "all" else [KINDS[given.characters]]
        kinds = [WORDS] if given.words else kinds
        print("\n".join(run(given.source, given.out, spec, given.pen, given.jobs, corrections, kinds)))

    return answer(work)


if __name__ == "__main__":
    sys.exit(main())

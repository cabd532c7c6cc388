"""Import EMNIST's lowercase letters (ByClass, labels 36 to 61) as letter folders.

    python -m charnet.datasets.emnist --out data/emnist

Samples are `<out>/train/<letter>/<n>.png` and `<out>/test/<letter>/<n>.png`: EMNIST's own split, n the index in its
file. They have neither ink nor a writer.
Source: Cohen et al., EMNIST: an extension of MNIST to handwritten letters, 2017.
"""

from __future__ import annotations

import hashlib
import sys
import zlib
from collections.abc import Sequence
from functools import partial
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.datasets.counts import ReasonCounts
from charnet.datasets.emnist_files import KINDS, SPLIT, check, decompress, name
from charnet.datasets.record import importing, missing
from charnet.pictures import images, ink
from charnet.spec import LOWERCASE, Spec
from charnet.system import files, options, pool, usage
from charnet.system.answer import answer, printable
from charnet.system.progress import Progress

FIRST = 36  # the label of "a": ten digits and 26 capitals come before it
PARTS = ("train", "test")

# Raised by a connection that fails or breaks off, and by a torn download; not by a full disk.
CONNECTION = (URLError, HTTPException, ConnectionError, TimeoutError, EOFError, zlib.error, BadZipFile)

Pictures = npt.NDArray[np.uint8]


def load(root: Path, part: str, download: bool) -> tuple[Pictures, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The lowercase letters of one part: pictures (n, 28, 28) as stored, labels (n,) from 0, indices in its file (n,).

    Raises `ValueError` with advice where the files are missing, damaged or can't be downloaded.
    """
    from torchvision.datasets import EMNIST  # takes two seconds, so only once it is needed

    raw = root / "EMNIST" / "raw"
    decompress(raw, part)
    present = all((raw / name(part, what)).exists() for what in ("images", "labels"))
    if not present and not download:
        raise ValueError(f"{raw}: no {name(part, 'images')} and labels there; leave out --no-download to fetch them")
    try:
        for what in KINDS if present else ():
            check(raw / name(part, what), what)
        data = EMNIST(str(root), SPLIT, train=part == "train", download=not present)
        pictures, labels = data.data.numpy(), data.targets.numpy()
        if pictures.shape != (len(labels), 28, 28):
            raise RuntimeError(f"{pictures.shape} pictures, {len(labels)} labels")
    except (AssertionError, TypeError, KeyError, ValueError, RuntimeError, *CONNECTION) as error:
        words = " ".join(str(error).split())[:200] or type(error).__name__
        advice = "fetch EMNIST's gzip.zip by other means and unpack it there, or run this again when you are online"
        advice = f"{name(part, '*')} damaged; delete them and run this again" if present else f"no download; {advice}"
        raise ValueError(f"{raw}: {advice} ({words})") from None
    indices = np.flatnonzero((labels >= FIRST) & (labels < FIRST + len(LOWERCASE)))
    return pictures[indices], labels[indices] - FIRST, indices


def write(spec: Spec, samples: list[tuple[Pictures, Path]]) -> tuple[int, ReasonCounts]:
    """Frame and write the samples (picture as EMNIST stores it, target) that do not exist yet.

    Returns the number of samples written, and why others could not be.
    """
    todo = [(stored, target) for stored, target in samples if missing(target)]
    framed, errors = images.read_many((Image.fromarray(stored.T) for stored, _ in todo), spec)
    left_out = ReasonCounts()
    for index, error in errors.items():
        left_out.add(str(error), "/".join(todo[index][1].parts[-3:]))
    targets = [target for index, (_, target) in enumerate(todo) if index not in errors]
    for target, picture in zip(targets, framed, strict=True):
        files.write_bytes(target, ink.to_png(picture), durable=False)
    return len(targets), left_out


def run(root: Path, out: Path, spec: Spec, download: bool, workers: int) -> list[str]:
    """Import both parts; return the lines of the summary. Raises `ValueError` or `OSError` with advice."""
    samples: list[tuple[Pictures, Path]] = []
    counts: dict[str, int] = {}
    digest = hashlib.sha256()
    for part in PARTS:
        pictures, labels, indices = load(root, part, download)
        counts[part] = len(labels)
        digest.update(pictures.tobytes() + labels.tobytes())
        samples += [
            (picture, out / part / LOWERCASE[label] / f"{index:06}.png")
            for picture, label, index in zip(pictures, labels, indices, strict=True)
        ]
    total = len(samples)
    if not total:
        raise ValueError(f"{root}: none of its pictures has a label from {FIRST} to {FIRST + len(LOWERCASE) - 1}")
    record = {"collection": "emnist-byclass", **spec.to_dict(), "source": digest.hexdigest()[:16]}
    left_out, new, done = ReasonCounts(), 0, 0
    with importing(out, record), Progress("framing", total, to=sys.stderr) as progress:
        for folder in sorted({target.parent for _, target in samples}):
            folder.mkdir(parents=True, exist_ok=True)
        for written, unusable in pool.in_chunks(partial(write, spec), samples, workers=workers):
            new += written
            left_out.merge(unusable)
            done = min(done + pool.CHUNK, total)
            progress.show(done)
    existing = total - left_out.total - new
    parts = ", ".join(f"{count:,} in {printable(out / part)}" for part, count in counts.items())
    whole = f"{total - left_out.total:,} letters ({new:,} new, {existing:,} already there)"
    lines = [f"{printable(out)}: {whole}; EMNIST has {parts}"]
    return [*lines, f"left out: {left_out.total:,} of {total:,}", *left_out.lines()]


def main(argv: Sequence[str] | None = None) -> int:
    parser = usage.parser("datasets.emnist", "Import EMNIST's lowercase letters.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the letter folders to")
    options.add_framing(parser)
    options.add_jobs(parser)
    parser.add_argument(
        "--root", type=Path, default=Path("data/emnist-raw"), help="folder of EMNIST's files (default %(default)s)"
    )
    parser.add_argument("--no-download", action="store_true", help="use only the files below --root")
    given = parser.parse_args(argv)
    spec = options.spec_of(parser, given)

    def work() -> None:
        print("\n".join(run(given.root, given.out, spec, not given.no_download, given.jobs)))

    return answer(work)


if __name__ == "__main__":
    sys.exit(main())

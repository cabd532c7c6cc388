"""Make samples again at another size, from the ink or box inside them: `python -m charnet.reframe ROOT --out OUT`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from charnet.letters import remake
from charnet.pictures import listing
from charnet.spec import Spec
from charnet.system import files, options, pool, usage
from charnet.system.answer import answer, printable
from charnet.system.progress import Progress

CHUNK = 32  # samples in a task for a worker process
FEW = 256  # samples that take less time than starting worker processes


def main(argv: Sequence[str] | None = None) -> int:
    parser = usage.parser("reframe", "Make samples again at another size, from their pen strokes.")
    parser.add_argument("root", type=Path, metavar="ROOT", help="folder of letter folders")
    parser.add_argument("--out", type=Path, required=True, help="new or empty folder to write to")
    options.add_framing(parser)
    given = parser.parse_args(argv)
    spec = options.spec_of(parser, given)

    def work() -> int:
        made = reframe(given.root, given.out, spec)
        skipped = f", {len(made.skipped):,} skipped" if made.skipped else ""
        boxes = f"{made.from_box:,} from their box on paper, " if made.from_box else ""
        counts = f"{made.from_ink:,} samples from their ink, {boxes}{made.from_picture:,} from their picture"
        print(f"{printable(given.out)}: {counts} (they hold no ink){skipped}")
        return 1 if made.skipped else 0

    return answer(work)


def reframe(root: Path, out: Path, spec: Spec) -> remake.Remade:
    """Make every sample below `root` again in `out`, under its own name; unreadable ones are named on standard error.

    Raises `ValueError` for a folder without pictures, or where a file would be replaced, before anything is written.
    """
    if not root.is_dir():
        raise ValueError(f"{root}: no such folder; name a folder of letter folders")
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out} is a file; name a folder that is new or empty with --out")
    jobs = plan(listing.walk([root]), root, out)
    if not jobs:
        raise ValueError(f"{root}: no pictures below it")
    for folder in {target.parent for _, target in jobs}:
        folder.mkdir(parents=True, exist_ok=True)
    total, done = remake.Remade(), 0
    try:
        with Progress("making samples again", len(jobs), to=sys.stderr) as progress:
            for made in pool.in_chunks(partial(remake.remake, spec), jobs, CHUNK, FEW):
                total.from_ink += made.from_ink
                total.from_box += made.from_box
                total.from_picture += made.from_picture
                total.skipped += made.skipped
                for path, text in made.skipped:
                    print(f"skipped {printable(path)}: {text}", file=sys.stderr)
                done = min(done + CHUNK, len(jobs))
                progress.show(done)
        files.flush()
    except (KeyboardInterrupt, OSError, MemoryError):
        print(f"note: {printable(out)} is not finished; delete it before the next try", file=sys.stderr)
        raise
    return total


def plan(paths: Iterable[Path], root: Path, out: Path) -> list[tuple[Path, Path]]:
    """Pair each sample with its file in `out`. `ValueError` where the file exists, or two samples would share it."""
    sources: dict[Path, Path] = {}
    for path in paths:
        target = (out / path.relative_to(root)).with_suffix(".png")
        if target in sources:
            raise ValueError(f"{path} and {sources[target]} would both become {target}; rename one of them")
        if target.exists():
            raise ValueError(f"{target} exists; name a folder that is new or empty with --out")
        sources[target] = path
    return [(path, target) for target, path in sources.items()]


if __name__ == "__main__":
    sys.exit(main())

"""The folds of a cross-validation spread over torchrun's ranks: each trains whole ones by itself."""

from __future__ import annotations

from collections.abc import Sequence

from charnet.system import files
from charnet.system.progress import Progress
from charnet.training import fitting
from charnet.training.fitting import Fit, Work
from charnet.training.folds import Fold
from charnet.training.ranks import Ranks
from charnet.training.rendezvous import packed


def check(folds: Sequence[Fold], ranks: Ranks) -> None:
    """`ValueError` where a rank would have nothing to train."""
    if ranks.count > len(folds):
        raise ValueError(
            f"folds={len(folds) - 1} for {ranks.count} processes: each trains whole folds, and one the network that is "
            f"kept; start {len(folds)} at most: torchrun --nproc-per-node={len(folds)}"
        )


def train(work: Work, folds: Sequence[Fold], ranks: Ranks, progress: Progress) -> Fit:
    """Train all folds, the first of them by the first rank, which in the end has all that they leave; what came of it.

    `progress` is the first's; that of other ranks is not shown.
    """
    check(folds, ranks)

    def mine() -> Fit:
        own, first = folds[ranks.rank :: ranks.count], None
        for fold in own:
            fit = fitting.train(work, fold, progress.beside(fold.title) if first else progress)
            first = first or fit
            first.interrupted = fit.interrupted
            if fit.interrupted:
                break
        assert first
        return first

    first = ranks.together(mine, long=True)
    first.interrupted = any(ranks.all_of(first.interrupted))
    for left in ranks.all_of(packed(work.folder, "fold-*/*") if ranks.rank else {}):
        for name, content in left.items() if not ranks.rank else ():
            files.make_folder((work.folder / name).parent)
            files.write_bytes(work.folder / name, content)
    return first

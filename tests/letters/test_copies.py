from pathlib import Path

import numpy as np
import pytest

from charnet.letters import copies
from charnet.pictures import ink

RANDOM = np.random.default_rng(0)


def pictures(count: int) -> np.ndarray:
    return RANDOM.integers(0, 256, (count, 16, 10), np.uint8)


def test_the_first_of_those_that_are_the_same() -> None:
    some, paths = pictures(3), [Path(f"{number}.jpg") for number in range(6)]
    assert copies.originals(some[[0, 1, 0, 2, 2, 1]], paths).tolist() == [0, 1, 0, 3, 3, 1]
    assert copies.originals(some, paths[:3]).tolist() == [0, 1, 2]
    assert copies.originals(some[:0], []).tolist() == []
    assert copies.originals(np.zeros((2, 16, 10), np.uint8), paths[:2]).tolist() == [0, 1]


def test_what_was_drawn_twice_is_no_copy(tmp_path: Path) -> None:
    one, other = (ink.to_png(np.ones((16, 10)), [np.array([[0.5, y, 0, 0.5]])]) for y in (0.1, 0.2))
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    for path, content in zip(paths, (one, other, one), strict=True):
        path.write_bytes(content)
    assert copies.originals(np.ones((3, 16, 10), np.uint8), paths).tolist() == [0, 1, 0]


def test_a_summary_of_few_pictures_tells_exactly_which_are_among_them() -> None:
    ours, others = pictures(40), pictures(60)
    summary = copies.summary(ours)
    assert len(summary) == 40 * copies.DIGITS
    assert copies.share_in(summary, ours) == 1
    assert copies.share_in(summary, others) == 0
    assert copies.share_in(summary, np.concatenate([ours[:20], others])) == 0.25
    assert copies.share_in("", ours) == copies.share_in(summary, ours[:0]) == 0


def test_a_summary_of_many_pictures_is_a_sample_of_them() -> None:
    ours, others = pictures(4000), pictures(4000)
    summary = copies.summary(ours)
    assert len(summary) == copies.KEPT * copies.DIGITS
    assert copies.share_in(summary, others) == 0
    assert copies.share_in(summary, np.concatenate([ours, others])) == pytest.approx(0.5, abs=0.1)

"""Which pictures are clean, and what is taken off others."""

import numpy as np
import pytest
from readable import levels, sheet

from charnet.pictures.clean import crowded, plain
from charnet.pictures.paper import level


@pytest.mark.parametrize("paper", [20, 100, 235])
@pytest.mark.parametrize("size", [16, 40, 100, 300])
def test_paper_of_one_level_is_plain_and_grainy_paper_is_not(paper: int, size: int) -> None:
    drawn = levels(sheet(size), paper, 255 - paper)
    grainy = np.clip(drawn + np.random.default_rng(0).normal(0, 2, drawn.shape), 0, 255).astype(np.uint8)
    assert level(drawn[None])[0] == paper and plain(drawn[None])
    assert not plain(grainy[None])


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("size", [40, 100, 300])
def test_what_is_more_than_ink_on_paper_is_not_plain(size: int, negative: bool) -> None:
    clean = levels(sheet(size))
    frame, sides, ruled, page = (clean.copy() for _ in range(4))
    frame[[0, -1]] = frame[:, [0, -1]] = 0
    sides[-1] = sides[:, 0] = 0
    ruled[size // 8 :: size // 4] = np.minimum(ruled[size // 8 :: size // 4], 175)
    page[size // 10 : -size // 10, size // 10 : -size // 10] = np.minimum(
        page[size // 10 : -size // 10, size // 10 : -size // 10], 200
    )
    odd = np.stack([frame, sides, ruled, page])
    assert not plain(255 - odd if negative else odd).any()


@pytest.mark.parametrize("letter", ["L", "E", "T", "Z", "=", "-", "O"])
def test_a_letter_that_fills_its_picture_is_plain(letter: str) -> None:
    ink = np.zeros((60, 50))
    bars = {"L": "lb", "E": "ltmb", "T": "tc", "Z": "tb", "=": "tb", "-": "m", "O": "ltrb"}[letter]
    for bar in bars:
        place = {"l": np.s_[:, :6], "r": np.s_[:, -6:], "t": np.s_[:6], "b": np.s_[-6:], "m": np.s_[27:33],
                 "c": np.s_[:, 22:28]}[bar]  # fmt: skip
        ink[place] = 1
    assert plain(levels(ink)[None])


@pytest.mark.parametrize("size", [24, 40, 63, 64, 160])
def test_two_letters_are_crowded_at_any_size_and_one_is_not(size: int) -> None:
    page = np.full((3, size, size), 255, np.uint8)
    page[:2, size // 4 : -size // 4, size // 4 : size // 4 + 3] = 0
    page[1, size // 4 : -size // 4, -size // 4 : -size // 4 + 3] = 0
    page[2, ::2, ::3] = 0
    assert crowded(page).tolist() == [False, True, True]

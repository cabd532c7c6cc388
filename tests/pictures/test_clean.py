import numpy as np
import pytest

from charnet.pictures import clean

PAPER, INK = 255, 0


def stroke(height: int = 32, width: int = 20, paper: int = PAPER, ink: int = INK) -> np.ndarray:
    """An l: one upright stroke on even paper."""
    picture = np.full((height, width), paper, np.uint8)
    picture[6:26, 9:12] = ink
    return picture


def framed() -> np.ndarray:
    picture = stroke()
    picture[[0, -1]] = picture[:, [0, -1]] = 80
    return picture


def boxed() -> np.ndarray:
    """A box some pixels inside the border, and the letter in it."""
    picture = np.full((64, 48), PAPER, np.uint8)
    picture[4:60, 4:44] = 90
    picture[6:58, 6:42] = PAPER
    picture[16:48, 22:26] = INK
    return picture


def ruled() -> np.ndarray:
    picture = stroke()
    picture[28] = 140
    return picture


@pytest.mark.parametrize("paper, ink", [(255, 0), (200, 20), (0, 255), (40, 220)])
def test_ink_on_even_paper_is_plain_whatever_their_levels(paper: int, ink: int) -> None:
    assert clean.plain(stroke(paper=paper, ink=ink)[None]).tolist() == [True]


@pytest.mark.parametrize("picture", [framed(), boxed(), ruled()], ids=["frame", "box", "rule"])
def test_what_is_neither_paper_nor_ink_is_not_plain(picture: np.ndarray) -> None:
    assert clean.plain(picture[None]).tolist() == [False]
    assert clean.plain(255 - picture[None]).tolist() == [False]


def test_each_picture_of_many_is_judged_by_itself() -> None:
    assert clean.plain(np.stack([stroke(), framed(), stroke()])).tolist() == [True, False, True]

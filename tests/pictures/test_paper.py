import numpy as np
import numpy.typing as npt
import pytest

from charnet.pictures.clean import crowded, plain
from charnet.pictures.paper import level, to_ink

Grey = npt.NDArray[np.uint8]


def sheet(size: int = 200) -> npt.NDArray[np.float64]:
    """An L as ink, 0 or 1, on a seventh of the paper or so."""
    ink = np.zeros((size, size))
    ink[size // 5 : 4 * size // 5, size // 3 : size // 3 + size // 20] = 1
    ink[3 * size // 4 : 4 * size // 5, size // 3 : 2 * size // 3] = 1
    return ink


def levels(ink: npt.NDArray[np.float64], paper: float = 255, black: float = 0) -> Grey:
    return np.round(paper + (black - paper) * ink).astype(np.uint8)


def test_ink_is_what_is_darker_than_white_paper() -> None:
    grey = np.full((20, 20), 255, np.uint8)
    grey[5:8, 5] = 0, 51, 204
    ink = to_ink(grey)
    assert ink[5:8, 5] == pytest.approx([1, 0.8, 0.2]) and ink.sum() == pytest.approx(2)


@pytest.mark.parametrize("size", [20, 200])
def test_light_on_dark_is_turned_over(size: int) -> None:
    drawn = sheet(size)
    assert np.allclose(to_ink(levels(drawn)), drawn)
    assert np.allclose(to_ink(255 - levels(drawn)), drawn)


@pytest.mark.parametrize("size", [20, 200])
@pytest.mark.parametrize(("paper", "black", "darkness"), [(200, 100, 0.5), (255, 51, 0.8), (100, 0, 1)])
def test_grey_paper_is_paper(size: int, paper: int, black: int, darkness: float) -> None:
    ink = to_ink(levels(sheet(size), paper, black))
    assert ink[sheet(size) == 0].max() < 0.01
    assert ink[sheet(size) == 1] == pytest.approx(darkness, abs=0.01)


def test_ink_over_most_of_the_paper_is_still_ink() -> None:
    block = np.zeros((40, 40))
    block[4:36, 4:36] = 1  # 64 % of the picture, and none of its border
    assert np.array_equal(to_ink(levels(block)), block)


@pytest.mark.parametrize("paper", [255, 200, 120])
@pytest.mark.parametrize("negative", [False, True])
def test_edges_brighter_than_the_paper_do_not_make_it_ink(paper: int, negative: bool) -> None:
    drawn = levels(sheet(40), paper, 20)
    drawn[7, 10:20] = min(255, paper + 25)  # as sharpening and resampling leave them
    ink = to_ink(255 - drawn if negative else drawn)
    assert ink[sheet(40) == 0].max() < 0.01


@pytest.mark.parametrize("light", ["from the side", "from a corner", "in the middle"])
def test_uneven_light_is_levelled(light: str) -> None:
    y, x = np.mgrid[0:300, 0:300] / 300
    shade = {
        "from the side": 1.1 - 0.5 * x,
        "from a corner": 0.6 + 0.4 * x * y,
        "in the middle": 1 - 0.4 * (x - 0.5) ** 2,
    }
    ink = to_ink(np.clip(shade[light] * levels(sheet(300), 200, 40), 0, 255).astype(np.uint8))
    assert ink[sheet(300) == 0].max() < 0.05
    assert ink[sheet(300) == 1].min() > 0.7 and np.ptp(ink[sheet(300) == 1]) < 0.05  # 40 of 200, wherever it is


def test_grain_is_paper_and_pale_ink_on_it_is_not() -> None:
    grain = np.random.default_rng(0).normal(0, 4, (300, 300))
    ink = to_ink(np.clip(levels(sheet(300), 200, 120) + grain, 0, 255).astype(np.uint8))
    assert (ink[sheet(300) == 0] > 0).mean() < 0.001
    assert ink[sheet(300) == 1].mean() > 0.2


@pytest.mark.parametrize("size", [20, 40, 60, 300])
@pytest.mark.parametrize("dark", [False, True])
def test_grey_grainy_paper_is_paper_whatever_the_size(size: int, dark: bool) -> None:
    grain = np.random.default_rng(size).normal(0, 2, (size, size))
    grey = np.clip(levels(sheet(size), 180, 60) + grain, 0, 255).astype(np.uint8)
    ink = to_ink(255 - grey if dark else grey)
    assert np.percentile(ink[sheet(size) == 0], 95) < 0.05
    assert ink[sheet(size) == 1].mean() > (0.3 if dark else 0.5)


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


def test_many_at_once_are_each_taken_by_itself() -> None:
    drawn = sheet()
    greys = np.stack([levels(drawn), 255 - levels(drawn), levels(drawn, 180, 60), levels(drawn, 255, 100)])
    together = to_ink(greys.reshape(2, 2, 200, 200)).reshape(4, 200, 200)
    for grey, ink in zip(greys, together, strict=True):
        assert np.array_equal(to_ink(grey), ink)


@pytest.mark.parametrize("shape", [(0, 0), (0, 10), (10, 0), (3, 0, 10)])
def test_no_pixels_are_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="the picture has no pixels"):
        to_ink(np.empty(shape, np.uint8))


@pytest.mark.parametrize("grey", [0, 100, 255])
@pytest.mark.parametrize("size", [1, 16, 200])
def test_a_blank_picture_is_told(size: int, grey: int) -> None:
    with pytest.raises(ValueError, match="the picture is blank: no ink stands out from the paper"):
        to_ink(np.full((size, size), grey, np.uint8))


def test_a_blank_picture_among_others_is_told() -> None:
    with pytest.raises(ValueError, match="blank"):
        to_ink(np.stack([levels(sheet()), levels(0 * sheet())]))


def test_grainy_paper_without_ink_is_blank() -> None:
    grain = np.random.default_rng(0).normal(200, 5, (600, 600)).clip(0, 255).astype(np.uint8)
    with pytest.raises(ValueError, match="blank"):
        to_ink(grain)


@pytest.mark.parametrize("size", [24, 40, 63, 64, 160])
def test_two_letters_are_crowded_at_any_size_and_one_is_not(size: int) -> None:
    page = np.full((3, size, size), 255, np.uint8)
    page[:2, size // 4 : -size // 4, size // 4 : size // 4 + 3] = 0
    page[1, size // 4 : -size // 4, -size // 4 : -size // 4 + 3] = 0
    page[2, ::2, ::3] = 0
    assert crowded(page).tolist() == [False, True, True]

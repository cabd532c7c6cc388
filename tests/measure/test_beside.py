from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from charnet.measure import beside, figures
from charnet.networks import classify


def test_a_row_of_pictures_and_of_what_is_none(tmp_path: Path):
    starters = Path(__file__).parents[2] / "data/letters"
    (tmp_path / "torn.png").write_text("no picture")
    given = [(str(path), str(path)) for path in (starters / "a/0.png", starters / "$b/0.png", tmp_path / "torn.png")]
    beside.draw(tmp_path / "out.png", classify.load("letters"), given)
    drawn = np.asarray(Image.open(tmp_path / "out.png").convert("L"))
    assert drawn.shape[1] == 990  # three pictures, no empty place
    assert (drawn < 128).any()
    beside.check(tmp_path / "out.png")  # it may be drawn again


def test_a_doubt_keeps_its_colour_among_grey_photos(tmp_path: Path):
    letter = str(Path(__file__).parents[2] / "data/letters/a/0.png")
    Image.linear_gradient("L").save(tmp_path / "grey.png")
    beside.draw(tmp_path / "out.png", classify.load("letters"), [("a", letter), ("grey", tmp_path / "none.png")])
    red, green, blue = np.asarray(Image.open(tmp_path / "out.png").convert("RGB"), np.int16).transpose(2, 0, 1)
    assert ((red - green > 90) & (red - blue > 110)).sum() > 50


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a/1.png", "a/1.png"),
        ("/home/anna/pictures/letters/a/1.png", "…/letters/a/1.png"),
        ("a-name-without-any-folders.png", "…ithout-any-folders.png"[-20:]),
    ],
)
def test_a_long_path_begins_at_a_folder(name: str, shown: str):
    assert beside._shorten(name)[1:] == shown[1:] and len(beside._shorten(name)) <= 20


def test_what_charnet_did_not_draw_is_left_alone(tmp_path: Path):
    Image.new("L", (9, 9)).save(tmp_path / "mine.png")
    (tmp_path / "text.png").write_text("not a picture at all")
    for name in ("mine.png", "text.png"):
        assert not figures.drawn_here(tmp_path / name)
        with pytest.raises(ValueError, match=f"{name} exists and was not drawn by charnet"):
            beside.check(tmp_path / name)
    with pytest.raises(ValueError, match="PNG"):
        beside.check(tmp_path / "out.jpg")
    beside.check(tmp_path / "new.png")


def test_a_bomb_is_nobodys_figure(tmp_path: Path) -> None:
    Image.new("1", (20_000, 10_000)).save(tmp_path / "bomb.png")
    assert not figures.drawn_here(tmp_path / "bomb.png")

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from charnet.pictures import framing, images
from charnet.pictures.framing import frame, to_bytes
from charnet.pictures.paper import to_ink
from charnet.spec import FRAMINGS, Spec

SPEC = Spec(framing="fit")
LEVEL = 1 / 255


def letter(size: int = 200, width: int = 14, at: tuple[int, int] = (0, 0)) -> Image.Image:
    """An unsymmetrical letter, so that a turn or a flip is noticed; 60 to 120 wide and 30 to 170 high."""
    picture = Image.new("L", (size, size), 255)
    x, y = at
    points = [(60 + x, 30 + y), (60 + x, 170 + y), (120 + x, 170 + y), (120 + x, 120 + y)]
    ImageDraw.Draw(picture).line(points, fill=0, width=width, joint="curve")
    return picture


def ink(picture: Image.Image) -> images.Array:
    return to_ink(np.asarray(picture))


def large(picture: Image.Image) -> Image.Image:
    return picture.resize((2 * picture.width, 2 * picture.height))


@pytest.mark.parametrize("framing", ["fit", "moments"])
@pytest.mark.parametrize("width", [1, 3, 14, 40])
def test_framing_twice_changes_nothing(width, framing):
    spec = Spec(framing=framing)
    once = images.read(letter(width=width), spec)
    again = images.read(Image.fromarray(np.round((1 - once) * 255).astype(np.uint8)), spec)
    assert np.abs(again - once).max() < 0.02


def test_fit_fills_the_box_less_a_margin_and_keeps_the_proportions():
    bar = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(bar).rectangle((20, 40, 79, 159), fill=0)  # 60 x 120
    framed = images.read(bar, SPEC)
    assert framed.sum(axis=0).max() == pytest.approx(15, abs=0.6)  # 15 of 16 rows
    assert framed.sum(axis=1).max() == pytest.approx(7.5, abs=0.6)  # half as wide
    assert np.abs(framed - framed[::-1, ::-1]).max() < 0.02  # in the middle


def spread(framed: images.Array) -> tuple[float, float, float, float, float]:
    """Centre of mass (x, y), standard deviations (x, y) and covariance, by numpy's own."""
    y, x = (place.ravel() + 0.5 for place in np.indices(framed.shape))
    covariance = np.cov(np.stack([x, y]), aweights=framed.ravel(), ddof=0)
    return *np.average([x, y], axis=1, weights=framed.ravel()), *np.sqrt(np.diag(covariance)), covariance[0, 1]


@pytest.mark.parametrize("slant", [-0.3, 0, 0.3])
@pytest.mark.parametrize("stretch", [1.6, 2, 2.4])
def test_moments_makes_every_hand_alike(slant, stretch):
    """However it is slanted, stretched and placed: upright, in the middle, its ink as widely spread."""
    affine = (1 / stretch, slant / stretch, -90, 0, 1, -40)
    drawn = large(letter()).transform((1500, 500), Image.Transform.AFFINE, affine, fillcolor=255)
    framed = images.read(drawn, Spec(framing="moments"))
    x, y, wide, high, both = spread(framed)
    assert (x, y) == pytest.approx((5, 8), abs=0.1)
    assert high == pytest.approx(0.21 * 16, rel=0.06)
    assert wide == pytest.approx(0.21 * 10, rel=0.06)
    assert abs(both / high**2) < 0.05
    plain = large(letter()).resize((800, 400))
    assert np.abs(framed - images.read(plain, Spec(framing="moments"))).mean() < 0.06


def test_moments_cuts_nothing_off_and_widens_nothing():
    tailed = Image.new("L", (300, 300), 255)
    draw = ImageDraw.Draw(tailed)
    draw.rectangle((100, 20, 199, 99), fill=0)
    draw.line((150, 100, 150, 290), fill=0, width=6)
    framed = images.read(tailed, Spec(framing="moments"))
    assert framed[-1].max() > 0.05  # down to the tail's end, all inside
    bar = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(bar).rectangle((140, 40, 159, 239), fill=0)  # 20 x 200
    framed = images.read(bar, Spec(framing="moments"))
    assert (framed.max(axis=0) > 0.1).sum() == 2  # 1.2 pixels wide, 12 high


def test_moments_leaves_a_dash_a_dash():
    dash = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(dash).line((60, 180, 240, 130), fill=0, width=12)
    framed = images.read(dash, Spec(framing="moments"))
    _, _, wide, high, _ = spread(framed)
    assert high < 1.2 * wide


def test_moments_and_dust():
    """Specks far off move nothing."""
    clean = letter(300, at=(40, 60))
    dusty = clean.copy()
    for place in ((5, 290), (290, 8)):
        dusty.putpixel(place, 0)
    first, second = (images.read(picture, Spec(framing="moments")) for picture in (clean, dusty))
    assert np.abs(first - second).max() < 0.02


@pytest.mark.parametrize("spec", [Spec(width=28, height=28), Spec(width=8, height=12), Spec(width=1, height=2)])
def test_other_sizes(spec):
    framed = images.read(letter(), spec)
    assert framed.shape == (spec.height, spec.width)
    assert framed.min() >= 0
    assert framed.max() == 1


def test_many_at_once_are_framed_as_one_by_one():
    greys = np.stack([images.decode(letter(width=width)) for width in (5, 10, 20)])
    together = images.frame(images.to_ink(greys), SPEC)
    for grey, framed in zip(greys, together, strict=True):
        assert np.allclose(images.frame(images.to_ink(grey), SPEC), framed, atol=1e-6)


def test_corner_framing_is_the_originals():
    spec = Spec(framing="corner")
    drawing = Image.new("L", (160, 160), 255)
    ImageDraw.Draw(drawing).rectangle((50, 30, 69, 89), fill=0)  # 20 wide, 60 high: 2 x 6 framed pixels
    framed = images.read(drawing, spec)
    expected = np.zeros((16, 10))
    expected[10:, :2] = 1
    assert np.abs(framed - expected).max() < 0.15  # Lanczos rings a little
    small = np.random.default_rng(0).integers(0, 255, (16, 10), dtype=np.uint8)
    small[0, 0] = 255
    assert np.allclose(images.read(Image.fromarray(small), spec), 1 - small / 255, atol=1e-6)


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("width", [3, 14, 40])
def test_a_framed_picture_passes_as_it_is(framing: str, width: int) -> None:
    spec = Spec(framing=framing)
    framed = frame(ink(letter(width=width)), spec)
    assert np.array_equal(frame(framed, spec), framed)
    saved = to_bytes(framed) / np.float32(255)  # as a sample is kept: in whole grey levels
    assert np.abs(frame(saved, spec) - framed).max() <= LEVEL


@pytest.mark.parametrize("framing", ["fit", "moments"])
@pytest.mark.parametrize("size", [(10, 16), (28, 28)])
@pytest.mark.parametrize("at", [(100, 0), (0, 150), (201, 77)])
def test_the_place_on_the_page_does_not_matter(framing: str, size: tuple[int, int], at: tuple[int, int]) -> None:
    spec = Spec(width=size[0], height=size[1], framing=framing)
    here, there = (frame(ink(letter(400, at=place)), spec) for place in ((0, 0), at))
    assert np.abs(here - there).max() <= LEVEL


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("times", [2, 3])
def test_the_size_does_not_matter(framing: str, times: int) -> None:
    drawn = ink(letter())
    enlarged = np.kron(drawn, np.ones((times, times), np.float32))
    assert np.abs(frame(enlarged, Spec(framing=framing)) - frame(drawn, Spec(framing=framing))).max() <= LEVEL


def test_corner_drops_what_is_empty_at_the_left_and_at_the_bottom_only() -> None:
    spec = Spec(framing="corner")
    square = np.zeros((160, 160), np.float32)
    square[40:100, 60:90] = 1
    framed = frame(square, spec)
    assert np.array_equal(frame(np.roll(square, (50, -33), axis=(0, 1)), spec), framed)
    assert framed[-6:, :3].min() > 0.8 and framed[:-7].max() < 0.1 and framed[:, 4:].max() < 0.1


@pytest.mark.parametrize("seed", range(5))
def test_corner_is_the_originals_arithmetic(seed: int) -> None:
    """Its steps by Pillow's own means, which round to whole grey levels and cut off what Lanczos overshoots."""
    random = np.random.default_rng(seed)
    drawing = Image.new("L", (160, 160), 255)
    points = [tuple(point) for point in random.uniform(10, 90, (5, 2)).tolist()]
    ImageDraw.Draw(drawing).line(points, fill=0, width=12, joint="curve")
    left, _, _, bottom = ImageOps.invert(drawing).getbbox()
    page = Image.new("L", (100, 160), 255)
    page.paste(drawing.crop((left, 0, 160, bottom)), (0, 160 - bottom))
    original = 1 - np.asarray(page.resize((10, 16), Image.Resampling.LANCZOS)) / 255
    difference = np.abs(frame(ink(drawing), Spec(framing="corner")) - original)
    assert difference.max() <= 20 * LEVEL and difference.mean() <= 3 * LEVEL


@pytest.mark.parametrize("framing", FRAMINGS)
def test_many_of_any_shape_are_framed_like_each(framing: str) -> None:
    spec = Spec(framing=framing)
    drawn = np.stack([ink(letter(width=width)) for width in (5, 10, 15, 20)]).reshape(2, 2, 200, 200)
    framed = frame(drawn, spec)
    assert framed.shape == (2, 2, 16, 10)
    for place in np.ndindex(2, 2):
        assert np.allclose(framed[place], frame(drawn[place], spec), atol=1e-6)


def test_bytes_are_whole_levels() -> None:
    assert to_bytes(np.array([0, 0.5, 1, 1 / 255, 0.999])).tolist() == [0, 128, 255, 1, 255]


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_hairline_of_one_pixel_in_a_large_picture_is_ink(framing: str) -> None:
    hairline = np.zeros((100, 100), np.float32)
    hairline[50, 20:80] = 1
    assert frame(hairline, Spec(framing=framing)).max() > 0.1


def test_fit_leaves_half_a_pixel_around() -> None:
    ink = np.zeros((400, 300), np.float32)
    ink[40:360, 50:250] = 1  # 200 x 320: as wide as nine of the ten pixels, and then 14.4 high
    framed = frame(ink, Spec(framing="fit"))
    assert framed[2:14, 1:9] == pytest.approx(np.ones((12, 8)), abs=0.01)
    assert framed[2:14, [0, 9]] == pytest.approx(np.full((12, 2), 0.5), abs=0.01)
    assert framed[:, 5].sum() == pytest.approx(14.4, abs=0.05)


def test_moments_spread_the_rows_of_ink_by_a_fifth_of_the_height() -> None:
    """The deviation of 240 rows from their middle is 240 / sqrt(12), so that they become 0.21 * sqrt(12) * 16 rows."""
    ink = np.zeros((400, 300), np.float32)
    ink[100:340, 140:160] = 1
    framed = frame(ink, Spec())
    column = framed.sum(axis=1)
    assert column.sum() / column.max() == pytest.approx(0.21 * 12**0.5 * 16, abs=0.02)
    assert (np.arange(16) + 0.5) @ column / column.sum() == pytest.approx(8, abs=0.01)


def test_fit_leaves_half_a_pixel_all_around() -> None:
    ink = np.zeros((400, 300), np.float32)
    ink[40:360, 50:250] = 1  # 200 x 320 become 9 x 14.4: half of the outer columns
    framed = frame(ink, Spec(framing="fit"))
    np.testing.assert_allclose(framed[2:14, 1:9], 1, atol=0.01)
    np.testing.assert_allclose(framed[2:14, [0, 9]], 0.5, atol=0.01)


@pytest.mark.parametrize("name", ["moments", "fit"])
def test_large_sizes_are_framed_in_parts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ink, spec = np.random.default_rng(0).random((9, 40, 30), np.float32) ** 8, Spec(width=48, height=64, framing=name)
    whole = frame(ink, spec)
    monkeypatch.setattr(framing, "MAX_WEIGHTS", 2 * 48 * 64 * 40)  # two at a time
    assert np.array_equal(frame(ink, spec), whole)

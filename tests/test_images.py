"""One drawing in every disguise that a person may hand in must come out as the same ink."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from charnet import images
from charnet.spec import Spec

SPEC = Spec(framing="fit")


def letter(size: int = 200, width: int = 14, paper: int = 255, ink: int = 0) -> Image.Image:
    """An unsymmetrical letter, so that a turn or a flip is noticed."""
    picture = Image.new("L", (size, size), paper)
    scale = size / 200
    points = [
        (60 * scale, 30 * scale),
        (60 * scale, 170 * scale),
        (120 * scale, 170 * scale),
        (120 * scale, 120 * scale),
    ]
    ImageDraw.Draw(picture).line(points, fill=ink, width=round(width * scale), joint="curve")
    return picture


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


PLAIN = images.read(letter(), SPEC)


def close(picture: images.Array, limit: float = 0.06) -> bool:
    return float(np.abs(picture - PLAIN).mean()) < limit


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_formats(format):
    assert close(images.read(encoded(letter(), format), SPEC), 0.01)


def test_colour_and_palette():
    red = ImageOps.colorize(letter(), black=(160, 0, 0), white=(255, 255, 255))
    assert close(images.read(encoded(red, "PNG"), SPEC), 0.01)
    assert close(images.read(encoded(red.quantize(8), "PNG"), SPEC), 0.01)
    assert close(images.read(encoded(letter().convert("1"), "PNG"), SPEC), 0.01)
    assert close(images.read(encoded(red.convert("CMYK"), "JPEG"), SPEC), 0.02)


def test_transparent_background():
    see_through = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    see_through.paste((0, 0, 0, 255), mask=ImageOps.invert(letter()))
    assert close(images.read(encoded(see_through, "PNG"), SPEC), 0.001)
    palette = letter().convert("P")
    assert close(images.read(encoded(palette, "PNG", transparency=255), SPEC), 0.001)


def test_white_on_black_and_grey_on_grey():
    assert close(images.read(ImageOps.invert(letter()), SPEC), 0.001)
    assert close(images.read(letter(paper=60, ink=200), SPEC), 0.01)
    assert close(images.read(letter(paper=200, ink=120), SPEC), 0.01)


def test_16_bit():
    deep = np.asarray(letter(), dtype=np.uint16) * 257
    assert close(images.read(encoded(Image.fromarray(deep), "PNG"), SPEC), 0.001)
    assert close(images.read(Image.fromarray(deep.astype(np.float32) / 65535), SPEC), 0.001)


def test_exif_rotation():
    for turn, method in (
        (6, Image.Transpose.ROTATE_90),
        (3, Image.Transpose.ROTATE_180),
        (8, Image.Transpose.ROTATE_270),
    ):
        exif = Image.Exif()
        exif[0x0112] = turn
        assert close(images.read(encoded(letter().transpose(method), "JPEG", exif=exif), SPEC), 0.01)


def test_small_in_the_corner_of_a_large_picture():
    page = Image.new("L", (2000, 1500), 255)
    page.paste(letter(60), (1900, 1400))
    assert close(images.read(page, SPEC))


def test_photo_of_unevenly_lit_grainy_paper():
    random = np.random.default_rng(0)
    sheet = np.asarray(letter(800).filter(ImageFilter.GaussianBlur(2)), dtype=np.float64)
    y, x = np.mgrid[0:800, 0:800] / 800
    photo = (60 + sheet * 150 / 255) * (1.1 - 0.5 * x - 0.15 * y * y) + random.normal(0, 4, sheet.shape)
    assert close(images.read(encoded(Image.fromarray(photo.clip(0, 255).astype(np.uint8)), "JPEG", quality=80), SPEC))


def test_pale_pencil():
    random = np.random.default_rng(0)
    sheet = np.asarray(letter(400), dtype=np.float64) / 255
    photo = 180 + sheet * 50 + random.normal(0, 2, sheet.shape)
    assert close(images.read(Image.fromarray(photo.clip(0, 255).astype(np.uint8)), SPEC))


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
    drawn = letter(400).transform((1500, 500), Image.Transform.AFFINE, affine, fillcolor=255)
    framed = images.read(drawn, Spec(framing="moments"))
    x, y, wide, high, both = spread(framed)
    assert (x, y) == pytest.approx((5, 8), abs=0.1)
    assert high == pytest.approx(0.21 * 16, rel=0.06)
    assert wide == pytest.approx(0.21 * 10, rel=0.06)
    assert abs(both / high**2) < 0.05
    plain = letter(400).resize((800, 400))
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
    clean = letter(300)
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


def test_arrays_are_rows_then_columns():
    grey = np.asarray(letter())
    assert np.array_equal(images.read_array(grey, SPEC), PLAIN)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a picture"),
        (b"hello", "not a picture"),
        (encoded(letter(), "PNG")[:200], "damaged"),
        (encoded(letter(), "JPEG")[:400], "damaged"),
        (encoded(Image.new("L", (50, 50), 255), "PNG"), "blank"),
        (encoded(Image.new("L", (50, 50), 0), "PNG"), "blank"),
        (encoded(Image.new("RGBA", (50, 50)), "PNG"), "blank"),
        (encoded(Image.new("1", (20000, 10000)), "PNG"), "make it smaller"),
    ],
)
def test_refuses(content, message):
    with pytest.raises(ValueError, match=message):
        images.read(content, SPEC)


def test_blank_grainy_paper_is_blank():
    grain = np.random.default_rng(0).normal(200, 5, (600, 600)).clip(0, 255).astype(np.uint8)
    with pytest.raises(ValueError, match="blank"):
        images.read(Image.fromarray(grain), SPEC)


def test_missing_file():
    with pytest.raises(FileNotFoundError):
        images.read("no-such-file.png", SPEC)


def test_walk_is_sorted_and_passes_over_hidden_and_foreign_files(tmp_path):
    for name in ("b/2.png", "b/10.png", "a/1.jpg", ".hidden/1.png", "a/.1.png", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [str(path.relative_to(tmp_path)) for path in images.walk([tmp_path])]
    assert found == ["a/1.jpg", "b/10.png", "b/2.png"]

"""Every kind of file that phones and programs write, in every place that reads pictures."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps
from readable import SPEC, close, encoded, letter

from charnet import evaluate, predict
from charnet.collector import uploads
from charnet.letters import cache, folder
from charnet.pictures import images, lines, listing
from charnet.sheets import read as sheets


def heic(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(picture.convert("RGB")).save(file, quality=90)
    return file.getvalue()


def see_through(ink: tuple[int, int, int]) -> bytes:
    picture = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    picture.paste((*ink, 255), mask=ImageOps.invert(letter()))
    return encoded(picture, "PNG")


def coloured(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> bytes:
    return encoded(ImageOps.colorize(letter(), ink, paper), "PNG")


def turned(number: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = number
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's methods, by Exif's numbers
    picture = letter().transpose(Image.Transpose(back[number])) if number > 1 else letter()
    return encoded(picture, "JPEG", exif=exif, quality=95)


def pages(kind: str) -> bytes:
    return encoded(letter(), kind, save_all=True, append_images=[Image.new("L", (200, 200), 255)])


FILES: dict[str, Callable[[], bytes]] = {
    "a.heic": lambda: heic(letter()),
    "a.HEIF": lambda: heic(letter()),
    "a.avif": lambda: encoded(letter(), "AVIF", quality=90),
    "a.jp2": lambda: encoded(letter(), "JPEG2000"),
    "a.PNG": lambda: encoded(letter(), "JPEG", quality=95),  # one kind named as another
    "a.JPG": lambda: encoded(letter(), "PNG"),
    "b.jpg": lambda: heic(letter()),
    "pages.tiff": lambda: pages("TIFF"),
    "pages.gif": lambda: pages("GIF"),
    "16.png": lambda: encoded(Image.fromarray(np.asarray(letter(), np.uint16) * 257), "PNG"),
    "float.tif": lambda: encoded(Image.fromarray(np.asarray(letter(), np.float32) / 255), "TIFF"),
    "cmyk.jpg": lambda: encoded(letter().convert("CMYK"), "JPEG", quality=95),
    "palette.png": lambda: encoded(letter().convert("P"), "PNG", transparency=255),
    "grey.png": lambda: encoded(Image.merge("LA", (Image.new("L", (200, 200)), ImageOps.invert(letter()))), "PNG"),
    "white.png": lambda: see_through((255, 255, 255)),
    "pale.png": lambda: see_through((240, 240, 200)),
    "red-on-green.png": lambda: coloured((214, 0, 0), (0, 109, 0)),
    "orange-on-grey.png": lambda: coloured((230, 120, 20), (142, 142, 142)),
    **{f"turned-{number}.jpg": (lambda number=number: turned(number)) for number in range(1, 9)},
}


@pytest.fixture(params=FILES)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    name: str = request.param
    (tmp_path / name).write_bytes(FILES[name]())
    return tmp_path / name


def test_a_letter_is_read(path: Path) -> None:
    assert close(images.read(path, SPEC), 0.12)
    assert close(images.read(path.read_bytes(), SPEC), 0.12)
    with path.open("rb") as file:
        assert close(images.read(file, SPEC), 0.12)


def test_a_folder_has_it(path: Path) -> None:
    assert listing.walk([path.parent]) == [path]
    entry, lasting = cache.decode([str(path)], SPEC)
    assert lasting and not entry.skipped and close(entry.pictures[0] / np.float32(255), 0.12)


def test_predict_reads_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert predict.main([str(path), "--weights", "letters"]) == 0
    assert predict.main([str(path.parent), "--weights", "letters", "--letters"]) == 0
    assert len(lines.read(path, SPEC).boxes) == 1
    assert "error" not in "".join(capsys.readouterr())


def test_the_page_takes_it_and_a_sheet_is_looked_for_on_it(path: Path) -> None:
    assert Image.open(io.BytesIO(uploads._frame(path.read_bytes(), SPEC))).size == (SPEC.width, SPEC.height)
    assert sheets._red(str(path)).shape == images.decode(path).shape


def cut_off(picture: Image.Image, **options: object) -> bytes:
    """A JPEG of the picture on a taller page, cut off below the picture."""
    page = Image.new(picture.mode, (picture.width, 2 * picture.height), "white")
    page.paste(picture)
    content = encoded(page, "JPEG", quality=95, **options)
    return content[: round(0.93 * len(content))]


def test_a_truncated_jpeg_is_read_in_every_place_with_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    path = tmp_path / "a" / "cut.jpg"
    path.write_bytes(cut_off(letter()))
    rows = images.decode(path).shape[0]
    note = f"cut.jpg: the file ends too early; {rows} of 400 rows are read"
    capsys.readouterr()
    assert 200 <= rows < 400
    assert close(images.read(path, SPEC), 0.02) and note in capsys.readouterr().err
    assert predict.main([str(path), "--weights", "letters"]) == 0 and note in capsys.readouterr().err
    assert predict.main([str(path), "--weights", "letters", "--letters"]) == 0 and note in capsys.readouterr().err
    for program in (
        lambda: folder.read(tmp_path, SPEC, allow_missing=True),
        lambda: evaluate.main(["--weights", "letters", str(tmp_path)]),
    ):
        program()
        printed = capsys.readouterr().err
        assert note in printed and "skipped" not in printed
    assert Image.open(io.BytesIO(uploads._frame(path.read_bytes(), SPEC))).size == (SPEC.width, SPEC.height)
    assert "the picture: the file ends too early" in capsys.readouterr().err


def test_a_jpeg_of_many_scans_is_refused() -> None:
    content = encoded(letter(), "JPEG", progressive=True)
    assert images.decode(content).shape == (200, 200)
    start = content.rindex(b"\xff\xda")
    with pytest.raises(ValueError, match="a JPEG of more than 100 scans"):
        images.decode(content[:-2] + 100 * content[start:-2] + content[-2:])

import base64
import io

import numpy as np
import pytest
from PIL import Image
from web_modules import Js

from charnet.pictures import images

GREY = """async (modules, type, bytes) => {
  const file = new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], "picture", { type });
  const { data, width, height } = await modules["picture.js"].decodeGrey(file);
  return { data: [...data], width, height };
}"""


def grey_in_js(js: Js, file: bytes, kind: str = "image/png") -> np.ndarray:
    found = js(GREY, kind, base64.b64encode(file).decode())
    return np.array(found["data"]).reshape(found["height"], found["width"])


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def colours(mode: str) -> Image.Image:
    random = np.random.default_rng(0)
    values = random.integers(0, 256, (23, 31, len(mode)), np.uint8)
    return Image.fromarray(values.squeeze(), mode)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA"])
def test_any_picture_becomes_the_grey_levels_that_python_makes_of_it(js: Js, mode: str) -> None:
    file = saved(colours(mode))
    ours = images.decode(file).astype(int)
    assert np.abs(grey_in_js(js, file) - ours).max() <= (1 if "A" in mode else 0)


def test_palettes_bits_and_transparent_colours(js: Js) -> None:
    for image, options in (
        (colours("RGB").quantize(8), {}),
        (colours("L").convert("1"), {}),
        (colours("RGB").quantize(8), {"transparency": 3}),
    ):
        file = saved(image, **options)
        assert np.abs(grey_in_js(js, file) - images.decode(file).astype(int)).max() <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright(js: Js, orientation: int) -> None:
    smooth = Image.fromarray(np.add.outer(np.arange(40) * 4, np.arange(24) * 2).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = saved(smooth, "JPEG", quality=95, exif=exif)
    ours = images.decode(file).astype(int)
    assert np.abs(grey_in_js(js, file, "image/jpeg") - ours).max() <= 1


def test_what_is_no_picture_is_refused(js: Js) -> None:
    refused = """async (modules) => {
      try { await modules["picture.js"].decodeGrey(new File(["no picture"], "a.png", { type: "image/png" })); }
      catch { return true; }
      return false;
    }"""
    assert js(refused)


def test_framed_ink_becomes_a_picture_black_on_white(js: Js) -> None:
    url = js("""(modules) => modules["picture.js"].pictureUrl([0, 0.5, 1, 0.25, 0.75, 0], { width: 3, height: 2 })""")
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
        assert np.asarray(image.convert("L")).tolist() == [[255, 127, 0], [191, 64, 255]]

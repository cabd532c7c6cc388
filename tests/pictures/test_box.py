from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from charnet.pictures import box, images, ink
from charnet.spec import Spec

GREY = np.full((90, 80), 255, np.uint8)
GREY[20:70, 40:45] = 0


def test_a_sample_holds_its_box_and_reads_like_any_other(tmp_path: Path) -> None:
    picture = images.read(Image.fromarray(GREY), Spec())
    path = tmp_path / "kai-0.png"
    path.write_bytes(box.to_png(picture, box.pack(GREY), "here"))
    assert np.abs(images.read(path, Spec()) - picture).max() <= 0.5 / 255 + 1e-6
    found = box.from_png(path)
    assert found is not None and found[1] == "here"
    assert np.array_equal(images.decode(found[0]), GREY)
    assert ink.from_png(path) is None


def test_origins_are_those_of_the_files_that_have_one(tmp_path: Path) -> None:
    picture = images.read(Image.fromarray(GREY), Spec())
    content = box.to_png(picture, box.pack(GREY), "here")
    (tmp_path / "0.png").write_bytes(content)
    (tmp_path / "1.png").write_bytes(ink.to_png(picture))
    (tmp_path / "2.png").write_bytes(content[:50])
    (tmp_path / "3.png").mkdir()
    assert box.origins([*tmp_path.glob("*.png"), tmp_path / "4.png"]) == {"here"}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"png": 3, "origin": "x"}', '{"png": "%", "origin": "x"}'])
def test_a_chunk_that_holds_no_box_is_an_error(tmp_path: Path, text: str) -> None:
    chunks = PngInfo()
    chunks.add_itxt(box.CHUNK, text)
    (tmp_path / "0.png").write_bytes(box.pack(GREY, chunks))
    with pytest.raises(ValueError, match="charnet:box chunk does not hold a box"):
        box.from_png(tmp_path / "0.png")


def test_a_damaged_file_and_a_bomb_are_errors(tmp_path: Path) -> None:
    """Neither is decoded for the box that it may hold."""
    Image.new("1", (10_000, 10_000)).save(tmp_path / "bomb.png")
    (tmp_path / "damaged.png").write_bytes(box.to_png(np.ones((16, 10)), box.pack(GREY), "here")[:-24])
    for name, words in (("bomb", "more than 50,000,000"), ("damaged", "damaged picture")):
        with pytest.raises(ValueError, match=words):
            box.from_png(tmp_path / f"{name}.png")
        assert box.origins([tmp_path / f"{name}.png"]) == set()

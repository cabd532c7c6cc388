from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sheets_fill import Filled

from charnet.letters import folder, samples
from charnet.networks import classify
from charnet.pictures import box, images
from charnet.sheets import read
from charnet.sheets.read import PageScan
from charnet.spec import Spec


@pytest.fixture(scope="session")
def scan(photo: bytes, tmp_path_factory: pytest.TempPathFactory) -> PageScan:
    path = tmp_path_factory.mktemp("photos") / "IMG_1.jpg"
    path.write_bytes(photo)
    (found,) = read.scan([str(path)], classify.load("letters"))
    return found


def save(scan: PageScan, out: Path, writer: str = "kai") -> read.Saved:
    assert scan.page is not None and scan.picture is not None
    return read.save(scan.page, scan.picture, scan.crops, writer, out, "IMG_1")


def test_every_letter_and_no_blank_box_is_taken(filled: Filled, scan: PageScan) -> None:
    assert scan.page == filled.page
    assert {place for place, crop in enumerate(scan.crops) if crop.grey is not None} == set(filled.written)
    assert scan.blank == 130 - len(filled.written)


def test_what_is_read_is_what_was_written(filled: Filled, scan: PageScan, tmp_path: Path) -> None:
    saved = save(scan, tmp_path / "out")
    assert len(saved.paths) == len(filled.written)
    likeness = []
    for path, (place, written) in zip(saved.paths, sorted(filled.written.items()), strict=True):
        assert path.parent.name == filled.page.boxes()[place].label
        here, there = (images.read(each, Spec()).ravel() for each in (path, written))
        likeness.append(np.corrcoef(here, there)[0, 1])
    assert np.median(likeness) > 0.9 and np.min(likeness) > 0.5
    letters = folder.read(tmp_path / "out", Spec(filled.page.labels))
    assert len(letters) == len(saved.paths) and {samples.writer_of(path) for path in letters.paths} == {"kai"}
    with Image.open(saved.check) as marked:
        assert marked.size == (1260, 1782)
    assert saved.check.parent == tmp_path / "out-check"


def test_the_same_photo_read_twice_adds_nothing_twice(scan: PageScan, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = save(scan, out)
    again = save(scan, out)
    assert (again.paths, again.again, again.check) == ([], len(first.paths), first.check)
    first.paths[3].unlink()  # a person threw one away, or the first reading was cut off there
    assert save(scan, out).paths == [first.paths[3]]


def test_nothing_that_is_there_is_replaced(scan: PageScan, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/kai-1.png").write_bytes(b"mine")
    saved = save(scan, tmp_path)
    assert [path.name for path in saved.paths if path.parent.name == "a"][:3] == ["kai-0.png", "kai-2.png", "kai-3.png"]
    assert (tmp_path / "a/kai-1.png").read_bytes() == b"mine"


def test_a_sample_is_framed_again_from_its_box(scan: PageScan, tmp_path: Path) -> None:
    path = save(scan, tmp_path / "out").paths[0]
    whole = box.from_png(path)
    assert whole is not None
    assert np.array_equal(images.decode(whole[0]), scan.crops[1].grey)  # box 0 stayed blank
    assert np.abs(images.read(whole[0], Spec()) - images.read(path, Spec())).max() < 0.01


def doubted(scan: PageScan, crops: list[read.Crop]) -> float:
    """The share of written boxes that the network doubts."""
    assert scan.page is not None
    found = read._with_doubts(scan.page, [read.Crop(crop.grey, "") for crop in crops], classify.load("letters"))
    written = [crop for crop in found if crop.grey is not None]
    return sum(bool(crop.doubt) for crop in written) / len(written)


def test_letters_in_boxes_that_ask_for_others_are_doubtful(scan: PageScan) -> None:
    assert doubted(scan, scan.crops) < 0.03
    assert doubted(scan, scan.crops[10:] + scan.crops[:10]) > 0.55  # each in a box of the letter before


def test_what_is_no_photo_of_a_sheet_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "0.png").write_bytes(b"hello")
    Image.new("RGB", (300, 200), "white").save(tmp_path / "1.png")
    found = list(read.scan([str(tmp_path / name) for name in ("0.png", "1.png", "2.png")], classify.load("letters")))
    assert [one.error.partition(":")[0] for one in found] == [
        "not a picture that can be read (PNG, JPEG, HEIC, AVIF, GIF, WebP, BMP, TIFF, JPEG 2000)",
        "no sheet found",
        "No such file or directory",
    ]


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (60, 40))
    picture.paste((0, 0, 0, 255), (10, 10, 20, 30))
    picture.save(tmp_path / "clear.png")
    red = read._red(str(tmp_path / "clear.png"))
    assert red[20, 15] == 0 and red[0, 0] == 255


def test_capitals_and_signs_have_folders_of_their_own(scan: PageScan, tmp_path: Path) -> None:
    assert scan.page is not None and scan.picture is not None
    page = replace(scan.page, labels=("a", "A", *".:/?*é%@#&!"))
    saved = read.save(page, scan.picture, scan.crops, "kai", tmp_path / "out", "IMG_1")
    found = folder.read(tmp_path / "out", Spec(page.labels), allow_missing=True)
    assert len(found) == len(saved.paths) == sum(crop.grey is not None for crop in scan.crops)
    assert {path.parent.name for path in saved.paths} >= {"a", "%41", "%2e", "%2f", "é"}

import io
from dataclasses import replace

import numpy as np
import pytest
import sheet_photos
from PIL import Image
from sheets_fill import AWRY, Filled, red, shoot

from charnet.sheets import codes, find, layout
from charnet.sheets.layout import CODE


def covered(filled: Filled, *corners: int) -> Image.Image:
    picture = filled.picture.copy()
    for corner in corners:
        x, y = layout.codes(filled.page.paper)[corner]
        box = [round((length + CODE / 2) * sheet_photos.FINE) for length in (x, y)]
        picture.paste((200, 160, 140), (box[0] - 90, box[1] - 90, box[0] + 90, box[1] + 90))  # a thumb
    return picture


def test_a_page_and_its_codes_are_found(filled: Filled, photo: bytes) -> None:
    page, corners = find.find(red(photo))
    assert page == filled.page
    true, _ = sheet_photos.homography(AWRY, page.size)
    expected = sheet_photos.apply(true, find.code_corners(page.paper))
    assert np.abs(corners - expected).max() < 3


def test_a_covered_code_is_named(filled: Filled) -> None:
    photo = red(shoot(covered(filled, 1), filled.page, AWRY))
    with pytest.raises(
        ValueError, match=r"the code at the top right can't be read \(covered.*photograph the whole page"
    ):
        find.find(photo)
    photo = red(shoot(covered(filled, 0, 1, 2), filled.page, AWRY))
    with pytest.raises(ValueError, match="only the code at the bottom left of a sheet was found: photograph"):
        find.find(photo)


def test_a_page_cut_off_is_told_from_a_covered_code(filled: Filled) -> None:
    photo = red(shoot(filled.picture, filled.page, replace(AWRY, turn=0)))
    with pytest.raises(ValueError, match="the page is cut off at the top right and bottom right: photograph"):
        find.find(np.ascontiguousarray(photo[:, : round(0.8 * photo.shape[1])]))


def test_two_pages_in_a_photo_are_refused(filled: Filled) -> None:
    one = red(shoot(filled.picture, filled.page, replace(AWRY, turn=0, shadows=())))
    other = replace(filled.page, number=2, of=2)
    two = red(
        shoot(
            sheet_photos.printed(replace(other, number=1)), replace(other, number=1), replace(AWRY, turn=0, shadows=())
        )
    )
    for pair in ([one, one], [one, two]):
        with pytest.raises(ValueError, match="more than one page in this photo: photograph each page by itself"):
            find.find(np.concatenate(pair, axis=1))


def test_another_layout_is_named(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "VERSION", 2)
    picture = sheet_photos.printed(filled.page)
    with pytest.raises(
        ValueError, match="printed with layout 2, this charnet reads layout 1: read it with the charnet"
    ):
        find.find(red(shoot(picture, filled.page, AWRY)))


def test_a_photo_of_something_else_is_no_sheet() -> None:
    random = np.random.default_rng(0)
    for picture in (np.full((300, 400), 200, np.uint8), random.integers(0, 255, (300, 400)).astype(np.uint8)):
        with pytest.raises(ValueError, match="no sheet found: photograph the whole page again"):
            find.find(picture)
    import segno

    file = io.BytesIO()
    segno.make("https://example.com").save(file, kind="png", scale=5)
    with pytest.raises(ValueError, match="no sheet found"):
        find.find(np.asarray(Image.open(file).convert("L")))

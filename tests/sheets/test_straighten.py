from dataclasses import replace

import numpy as np
import pytest
import sheet_photos
from sheets_fill import AWRY, Filled, red, shoot

from charnet.sheets import find, geometry, layout, straighten


def missed(photo: np.ndarray, filled: Filled, camera: sheet_photos.Camera) -> float:
    """Millimetres of paper by which the worst box is missed."""
    page, corners = find.find(photo)
    centres = np.array([(box.left + box.width / 2, box.top + box.height / 2) for box in page.boxes()])
    true, _ = sheet_photos.homography(camera, page.size)
    flat = sheet_photos.apply(np.linalg.inv(true), straighten.fit_view(photo, page, corners).to_pixels(centres))
    return float(np.hypot(*(sheet_photos._curled(flat, camera.curl, page.size) - centres).T).max())


def test_a_page_awry_is_straightened_to_a_third_of_a_millimetre(filled: Filled, photo: bytes) -> None:
    assert missed(red(photo), filled, AWRY) < 1 / 3


def test_a_mild_curl_is_undone(filled: Filled) -> None:
    camera = replace(AWRY, curl=5.0)
    assert missed(red(shoot(filled.picture, filled.page, camera)), filled, camera) < 1 / 3


def test_the_straightened_page_has_its_size_and_its_marks_in_place(filled: Filled, photo: bytes) -> None:
    page, picture = straighten.straighten(red(photo))
    fine = straighten.PIXELS_PER_MM
    assert picture.shape == (round(297 * fine), round(210 * fine))
    for x, y in layout.marks(page.paper):
        part = picture[round(y * fine) - 9 : round(y * fine) + 9, round(x * fine) - 9 : round(x * fine) + 9].astype(
            float
        )
        dark = np.clip(part.max() * 0.7 - part, 0, None)
        rows, columns = np.indices(part.shape) + 0.5
        middle = (dark * rows).sum() / dark.sum(), (dark * columns).sum() / dark.sum()
        assert middle == pytest.approx((9 + y * fine - round(y * fine), 9 + x * fine - round(x * fine)), abs=2)


def test_a_page_without_its_marks_is_refused(filled: Filled) -> None:
    photo = red(shoot(filled.clean, filled.page, AWRY)).copy()
    page, corners = find.find(photo)
    flat = geometry.flat_view(find.code_corners(page.paper), corners, page.size)
    for x, y in np.round(flat.to_pixels(np.array(layout.marks(page.paper)))).astype(int):
        photo[y - 8 : y + 8, x - 8 : x + 8] = photo[y - 9, x]
    with pytest.raises(ValueError, match=r"only \d+ of the 34 dots around the boxes were found"):
        straighten.fit_view(photo, page, corners)

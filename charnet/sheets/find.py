"""The page in a photo: its corner codes, read by zxing-cpp, and what to do where they are not all there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.sheets import codes, geometry, layout
from charnet.sheets.geometry import Points
from charnet.sheets.layout import CODE, CORNERS, Page
from charnet.sheets.light import level, sharpen

WORKING = 1600  # pixels of the longer side at which a photo is sharpened
BLURS = (1.5, 1.0, 2.2)  # pixels at that size, that sharpening undoes, the likeliest first
REACH = 80  # pixels at that size, wider than the widest dark part of a code
AGAIN = "photograph the whole page again, flat, sharp and in even light, with its four square codes in view"

CLOSE, FINE = 36.0, 9  # millimetres around a code that wasn't found, and pixels a millimetre, of a closer look

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Code:
    part: codes.Part
    corners: Points  # (4, 2) pixels of the photo, clockwise from the code's own top left


def find(photo: Grey) -> tuple[Page, Points]:
    """A photo's page, and the pixels of its codes' corners (16, 2), in the order of CORNERS and then clockwise.

    `ValueError` says what to do where there is no page, not all of it, more than one, or one of another layout.
    """
    found: list[Code] = []
    for picture, scale in _attempts(photo):
        found = _joined(found, _read(picture, scale))
        if len(found) >= len(CORNERS):
            break
    if 1 < len(found) < len(CORNERS):
        found = _closer(photo, found)
    if not found:
        raise ValueError(f"no sheet found: {AGAIN}")
    by_corner = _one_page(found)
    if len(by_corner) < len(CORNERS):
        raise ValueError(_lacking(by_corner, photo))
    page = codes.decode({corner: code.part for corner, code in by_corner.items()})
    return page, np.concatenate([by_corner[corner].corners for corner in range(len(CORNERS))])


def places(paper: str) -> Points:
    """Where the codes' corners are on the page, in millimetres, in the order of `find`."""
    square = np.array([(0, 0), (CODE, 0), (CODE, CODE), (0, CODE)])
    return np.concatenate([np.array(place) + square for place in layout.codes(paper)])


def _attempts(photo: Grey) -> Iterator[tuple[Grey, float]]:
    """The photo as it is, then levelled and sharpened for several amounts of blur, each with its scale."""
    yield photo, 1.0
    scale = WORKING / max(photo.shape)
    size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
    light = np.asarray(Image.fromarray(photo).resize(size, Image.Resampling.BOX if scale < 1 else None), np.float32)
    even = level(light, REACH)
    for blur in BLURS:
        sharp = Image.fromarray(np.clip(230 * sharpen(even, blur), 0, 255).astype(np.uint8))
        yield np.asarray(sharp.resize((2 * size[0], 2 * size[1]), Image.Resampling.BICUBIC)), 2 * scale


def _read(picture: Grey, scale: float) -> list[Code]:
    import zxingcpp

    found = []
    for barcode in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])):
        at = barcode.position
        corners = [(point.x, point.y) for point in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        if part := codes.part(barcode.bytes):
            found.append(Code(part, np.array(corners, dtype=np.float64) / scale))
    return found


def _closer(photo: Grey, found: list[Code]) -> list[Code]:
    """The codes, with those found that a look at their own places shows, each enlarged and seen from above."""
    lacking = set(range(len(CORNERS))) - {code.part.corner for code in found}
    side = round(CLOSE * FINE)
    for paper in layout.PAPERS:
        where = places(paper).reshape(4, 4, 2)
        known = np.concatenate([where[code.part.corner] for code in found])
        matrix = geometry.homography(known, np.concatenate([code.corners for code in found]))
        for corner in sorted(lacking):
            place = where[corner].mean(axis=0) - CLOSE / 2
            crop = matrix @ np.array([[1 / FINE, 0, place[0]], [0, 1 / FINE, place[1]], [0, 0, 1]])
            crop = crop / crop[2, 2]
            image = Image.fromarray(photo).transform(
                (side, side), Image.Transform.PERSPECTIVE, crop.ravel()[:8].tolist(), Image.Resampling.BICUBIC
            )
            even = level(np.asarray(image, dtype=np.float32), side // 3)
            for blur in BLURS:  # about three times as many pixels as in the photo
                sharp = np.clip(230 * sharpen(even, 2 * blur), 0, 255).astype(np.uint8)
                for code in _read(sharp, 1.0):
                    found = _joined(found, [Code(code.part, geometry.apply(crop, code.corners))])
    return found


def _joined(found: list[Code], more: list[Code]) -> list[Code]:
    """All codes of both, each once: a code found again lies where it was."""
    result = list(found)
    for code in more:
        middle = code.corners.mean(axis=0)
        side = np.hypot(*(code.corners[0] - code.corners[2]))
        if all(np.hypot(*(other.corners.mean(axis=0) - middle)) > side / 2 for other in result):
            result.append(code)
    return result


def _one_page(found: list[Code]) -> dict[int, Code]:
    """The codes by their corners. `ValueError` where they belong to several pages or another layout."""
    by_corner = {code.part.corner: code for code in found}
    if len({(code.part.version, code.part.check) for code in found}) > 1 or len(by_corner) < len(found):
        raise ValueError("more than one page in this photo: photograph each page by itself")
    version = found[0].part.version
    if version != str(layout.VERSION):
        raise ValueError(
            f"the sheet was printed with layout {version}, this charnet reads layout {layout.VERSION}: "
            "read it with the charnet that printed it, or print and fill in a new one"
        )
    return by_corner


def _lacking(found: dict[int, Code], photo: Grey) -> str:
    """What to say of codes that were not found: whether they lie outside the photo, or inside and can't be read."""
    lacking = [corner for corner in range(len(CORNERS)) if corner not in found]
    names = " and ".join(CORNERS[corner] for corner in lacking)
    if len(found) == 1:
        return f"only the code at the {CORNERS[next(iter(found))]} of a sheet was found: {AGAIN}"
    # Both papers have their codes about there; that is enough to know which side of the photo's edge they are.
    where = places("a4").reshape(4, 4, 2)
    matrix = geometry.homography(
        np.concatenate([where[corner] for corner in found]),
        np.concatenate([code.corners for code in found.values()]),
    )
    expected = np.concatenate([geometry.apply(matrix, where[corner]) for corner in lacking])
    outside = (expected < 0) | (expected > photo.shape[::-1])
    if outside.any():
        return f"the page is cut off at the {names}: {AGAIN}"
    plural = "s" if len(lacking) > 1 else ""
    return f"the code{plural} at the {names} can't be read (covered, folded, blurred or in glare): {AGAIN}"

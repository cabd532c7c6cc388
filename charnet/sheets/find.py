"""Find the page in a photo by its corner codes, which zxing-cpp reads, or say what to do where some are missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from charnet.sheets import codes, geometry, layout
from charnet.sheets.geometry import Points
from charnet.sheets.layout import CODE, CORNERS, Page
from charnet.sheets.light import Grey, level, sharpen

WORKING_SIZE = 1600  # pixels of the longer side at which a photo is sharpened
BLURS = (1.5, 1.0, 2.2)  # pixels at that size: standard deviations of blur that sharpening undoes, the likeliest first
REACH = 80  # pixels at that size, wider than the widest dark part of a code
RETAKE = "photograph the whole page again, flat, sharp and in even light, with its four square codes in view"

CLOSE_UP = 36.0  # millimetres, the side of the square in which a missing code is searched
CLOSE_UP_PIXELS_PER_MM = 9


@dataclass(frozen=True, slots=True)
class Code:
    part: codes.CodePart
    corners: Points  # (4, 2) pixels of the photo, clockwise from the code's own top left


def find(photo: Grey) -> tuple[Page, Points]:
    """A photo's page, and the pixels of its codes' corners (16, 2), in the order of CORNERS and then clockwise.

    `ValueError` says what to do where there is no page, only part of one, more than one, or one of another layout.
    """
    found: list[Code] = []
    for picture, scale in _attempts(photo):
        found = _merge(found, _read(picture, scale))
        if len(found) >= len(CORNERS):
            break
    if 1 < len(found) < len(CORNERS):
        found = _search_missing(photo, found)
    if not found:
        raise ValueError(f"no sheet found: {RETAKE}")
    by_corner = _one_page(found)
    if len(by_corner) < len(CORNERS):
        raise ValueError(_explain_missing(by_corner, photo))
    page = codes.decode({corner: code.part for corner, code in by_corner.items()})
    return page, np.concatenate([by_corner[corner].corners for corner in range(len(CORNERS))])


def code_corners(paper: str) -> Points:
    """The codes' corners (16, 2) on the page in millimetres, in the order of `find`."""
    square = np.array([(0, 0), (CODE, 0), (CODE, CODE), (0, CODE)])
    return np.concatenate([np.array(top_left) + square for top_left in layout.codes(paper)])


def _attempts(photo: Grey) -> Iterator[tuple[Grey, float]]:
    """The photo as it is, then levelled and sharpened for several amounts of blur, each with its scale."""
    yield photo, 1.0
    scale = WORKING_SIZE / max(photo.shape)
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
        if part := codes.parse_code(barcode.bytes):
            found.append(Code(part, np.array(corners, dtype=np.float64) / scale))
    return found


def _search_missing(photo: Grey, found: list[Code]) -> list[Code]:
    """Search for each missing code where it should be, in an enlarged view from above; return all codes."""
    missing = set(range(len(CORNERS))) - {code.part.corner for code in found}
    fine, side = CLOSE_UP_PIXELS_PER_MM, round(CLOSE_UP * CLOSE_UP_PIXELS_PER_MM)
    for paper in layout.PAPERS:
        expected = code_corners(paper).reshape(4, 4, 2)
        known = np.concatenate([expected[code.part.corner] for code in found])
        matrix = geometry.homography(known, np.concatenate([code.corners for code in found]))
        for corner in sorted(missing):
            left, top = expected[corner].mean(axis=0) - CLOSE_UP / 2
            crop = matrix @ np.array([[1 / fine, 0, left], [0, 1 / fine, top], [0, 0, 1]])
            crop = crop / crop[2, 2]
            image = Image.fromarray(photo).transform(
                (side, side), Image.Transform.PERSPECTIVE, crop.ravel()[:8].tolist(), Image.Resampling.BICUBIC
            )
            even = level(np.asarray(image, dtype=np.float32), side // 3)
            for blur in BLURS:  # about three times as many pixels as in the photo
                sharp = np.clip(230 * sharpen(even, 2 * blur), 0, 255).astype(np.uint8)
                for code in _read(sharp, 1.0):
                    found = _merge(found, [Code(code.part, geometry.transform(crop, code.corners))])
    return found


def _merge(found: list[Code], more: list[Code]) -> list[Code]:
    """All codes of both lists, each once. Codes whose centres are close together are the same code."""
    result = list(found)
    for code in more:
        centre = code.corners.mean(axis=0)
        side = np.hypot(*(code.corners[0] - code.corners[2]))
        if all(np.hypot(*(other.corners.mean(axis=0) - centre)) > side / 2 for other in result):
            result.append(code)
    return result


def _one_page(found: list[Code]) -> dict[int, Code]:
    """The codes by their corners. `ValueError` where they belong to several pages or another layout."""
    by_corner = {code.part.corner: code for code in found}
    if len({(code.part.version, code.part.checksum) for code in found}) > 1 or len(by_corner) < len(found):
        raise ValueError("more than one page in this photo: photograph each page by itself")
    version = found[0].part.version
    if version != str(layout.VERSION):
        raise ValueError(
            f"the sheet was printed with layout {version}, this charnet reads layout {layout.VERSION}: "
            "read it with the charnet that printed it, or print and fill in a new one"
        )
    return by_corner


def _explain_missing(found: dict[int, Code], photo: Grey) -> str:
    """The error for codes that were not found: they lie outside the photo, or inside but can't be read."""
    missing = [corner for corner in range(len(CORNERS)) if corner not in found]
    names = " and ".join(CORNERS[corner] for corner in missing)
    if len(found) == 1:
        return f"only the code at the {CORNERS[next(iter(found))]} of a sheet was found: {RETAKE}"
    # Both papers have their codes at about the same place; that tells on which side of the photo's edge they are.
    expected = code_corners("a4").reshape(4, 4, 2)
    matrix = geometry.homography(
        np.concatenate([expected[corner] for corner in found]),
        np.concatenate([code.corners for code in found.values()]),
    )
    pixels = np.concatenate([geometry.transform(matrix, expected[corner]) for corner in missing])
    outside = (pixels < 0) | (pixels > photo.shape[::-1])
    if outside.any():
        return f"the page is cut off at the {names}: {RETAKE}"
    plural = "s" if len(missing) > 1 else ""
    return f"the code{plural} at the {names} can't be read (covered, folded, blurred or in glare): {RETAKE}"

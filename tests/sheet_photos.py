"""Photos of filled-in sheets, rendered: the printed PDF, letters of real people in its boxes, light and a camera."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter

from charnet.pictures.ink import Stroke
from charnet.sheets.layout import Box, Page
from charnet.sheets.print import to_pdf

FINE = 8  # pixels a millimetre of the printed page
DESK = 120  # millimetres of desk around the page that a photo may show
INKS = {"black": (30, 30, 34), "blue": (35, 55, 160), "pencil": (112, 112, 116)}

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Camera:
    """How a photo is taken. Angles in degrees, lengths in pixels of the photo unless said otherwise."""

    turn: float = 0  # of the page in the photo
    tilt: tuple[float, float] = (0, 0)  # of the page away from the camera, about its own two axes
    curl: float = 0  # mm that the middle of the page rises above its edges
    long_side: int = 1600
    fill: float = 0.94  # of the photo's sides that the page takes
    light: tuple[float, float] = (0, 0)  # how much darker one side is than the other, across and down
    tint: tuple[float, float, float] = (1, 1, 1)
    shadows: tuple[tuple[float, float, float, float], ...] = ()  # direction, place (-1 to 1), depth, softness
    desk: tuple[int, int, int] = (120, 92, 70)
    blur: float = 1.5
    noise: float = 4  # grey levels
    quality: int = 60


def any_camera(random: np.random.Generator, **fixed: object) -> Camera:
    """Perspective up to 15 degrees, any rotation, uneven light, one or two shadow edges."""
    tilt = random.uniform(0, 15)
    about = random.uniform(0, 2 * np.pi)
    shadows = [
        (
            random.uniform(0, 360),
            random.uniform(-0.6, 0.6),
            random.uniform(0.15, 0.5),
            float(np.exp(random.uniform(0, 4))),
        )
        for _ in range(random.integers(1, 3))
    ]
    drawn: dict[str, object] = {
        "turn": random.uniform(0, 360),
        "tilt": (tilt * np.cos(about), tilt * np.sin(about)),
        "light": tuple(random.uniform(-0.25, 0.25, 2)),
        "tint": (1, random.uniform(0.9, 1), random.uniform(0.75, 1)),
        "shadows": tuple(shadows),
        "desk": tuple(int(level) for level in random.uniform(40, 200) * random.uniform(0.7, 1, 3)),
        "noise": random.uniform(2, 6),
    }
    return Camera(**(drawn | fixed))  # type: ignore[arg-type]


def printed(page: Page, sheet: Sequence[Page] | None = None) -> Image.Image:
    """The page as its PDF shows it, FINE pixels a millimetre."""
    pdf = pypdfium2.PdfDocument(to_pdf(sheet or [page]))
    size = [round(length * FINE) for length in page.size]
    found = pdf[page.number - 1 if sheet else 0].render(scale=FINE * 25.4 / 72).to_pil().convert("RGB")
    return found.resize(size) if found.size != tuple(size) else found


def write(
    picture: Image.Image, box: Box, strokes: Sequence[Stroke], random: np.random.Generator, ink: str, pen: float = 0.5
) -> None:
    """A letter into its box, as large as someone might write it, with a pen so many millimetres wide."""
    points = np.concatenate([stroke[:, :2] for stroke in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array([box.width, box.height]) - pen - 1.6
    scale = (room / np.maximum(high - low, 1e-6)).min() * random.uniform(0.6, 0.95)
    spare = room - (high - low) * scale
    corner = np.array([box.left, box.top]) + 0.8 + pen / 2 + spare * random.uniform(0.1, 0.9, 2)
    draw(picture, [(stroke[:, :2] - low) * scale + corner for stroke in strokes], INKS[ink], pen)


def draw(picture: Image.Image, lines: Sequence[Points], colour: tuple[int, int, int], pen: float) -> None:
    """Lines (n, 2) in millimetres of the page, smooth at their edges."""
    places = np.concatenate(list(lines)) * FINE
    left, top = (np.floor(places.min(axis=0)) - 20).astype(int)
    right, bottom = (np.ceil(places.max(axis=0)) + 20).astype(int)
    mask = Image.new("L", (4 * (right - left), 4 * (bottom - top)))
    canvas, width = ImageDraw.Draw(mask), 4 * FINE * pen
    for line in lines:
        corners = [(x, y) for x, y in 4 * (line * FINE - (left, top))]
        canvas.line(corners, fill=255, width=round(width), joint="curve")
        for x, y in (corners[0], corners[-1]):
            canvas.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    picture.paste(colour, (int(left), int(top)), mask.reduce(4))


def homography(camera: Camera, size: tuple[float, float]) -> tuple[Points, tuple[int, int]]:
    """The 3 x 3 matrix from millimetres of the flat page to pixels of the photo, and the photo's width and height."""
    width, height = size
    turn, about_x, about_y = np.deg2rad([camera.turn, *camera.tilt])
    cos, sin = np.cos(turn), np.sin(turn)
    spin = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    nod = np.array([[1, 0, 0], [0, np.cos(about_x), -np.sin(about_x)], [0, np.sin(about_x), np.cos(about_x)]])
    swing = np.array([[np.cos(about_y), 0, np.sin(about_y)], [0, 1, 0], [-np.sin(about_y), 0, np.cos(about_y)]])
    pose = spin @ nod @ swing
    away = 1.3 * max(size)  # the camera's distance in millimetres, about a phone's for a whole page
    middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    plane = np.column_stack([pose[:, 0], pose[:, 1], [0, 0, away]]) @ middle
    corners = apply(plane, np.array([(0, 0), (width, 0), (width, height), (0, height)]))
    low, high = corners.min(axis=0), corners.max(axis=0)
    upright = (high - low)[1] > (high - low)[0]
    sides = (camera.long_side * 3 // 4, camera.long_side)
    frame = np.array(sides if upright else sides[::-1])
    scale = (camera.fill * frame / (high - low)).min()
    shift = frame / 2 - scale * (low + high) / 2
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]], [0, 0, 1]]) @ plane
    return matrix / matrix[2, 2], (int(frame[0]), int(frame[1]))


def apply(matrix: Points, points: Points) -> Points:
    """A homography to points (n, 2)."""
    moved = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    result: Points = moved[:, :2] / moved[:, 2:]
    return result


def photograph(picture: Image.Image, page: Page, camera: Camera, random: np.random.Generator) -> Image.Image:
    """The page on a desk, photographed; before it is packed as JPEG."""
    margin = DESK * FINE
    desk = Image.new("RGB", (picture.width + 2 * margin, picture.height + 2 * margin), camera.desk)
    desk.paste(picture, (margin, margin))
    matrix, (width, height) = homography(camera, page.size)
    step = 16
    columns, rows = np.arange(0, width + step, step), np.arange(0, height + step, step)
    nodes = np.stack(np.meshgrid(columns, rows), axis=-1).astype(float)  # (rows, columns, 2) of the photo
    flat = apply(np.linalg.inv(matrix), nodes.reshape(-1, 2)).reshape(nodes.shape)
    source = np.clip(_curled(flat, camera.curl, page.size) * FINE + margin, 1, np.array(desk.size) - 2)
    mesh = [
        (
            (2 * x, 2 * y, 2 * (x + step), 2 * (y + step)),
            tuple(np.concatenate([source[i, j], source[i + 1, j], source[i + 1, j + 1], source[i, j + 1]]).tolist()),
        )
        for i, y in enumerate(rows[:-1].tolist())
        for j, x in enumerate(columns[:-1].tolist())
    ]
    large = desk.transform((2 * width, 2 * height), Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)
    lit = np.asarray(large.reduce(2), dtype=np.float32) * _light(camera, width, height)[:, :, None] * camera.tint
    smooth = Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(camera.blur))
    noisy = np.asarray(smooth, dtype=np.float32) + random.normal(0, camera.noise, (height, width, 3))
    return Image.fromarray(np.clip(np.round(noisy), 0, 255).astype(np.uint8))


def jpeg(photo: Image.Image, quality: int = 60) -> bytes:
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _curled(flat: Points, curl: float, size: tuple[float, float]) -> Points:
    """Where on the paper one looks that rises in the middle, an arch along its height, seen from a little aside."""
    share = np.clip(flat / size, -0.2, 1.2)
    arch = curl * np.sin(np.pi * np.clip(share[..., 0], 0, 1))
    toward = np.stack([0.5 - share[..., 0], 0.75 - share[..., 1]], axis=-1)  # the camera is above this place
    result: Points = flat + arch[..., None] * toward
    return result


def _light(camera: Camera, width: int, height: int) -> npt.NDArray[np.float32]:
    x, y = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    light = 0.92 * (1 + camera.light[0] * x + camera.light[1] * y) / (1 + abs(camera.light[0]) + abs(camera.light[1]))
    for direction, place, depth, softness in camera.shadows:
        angle = np.deg2rad(direction)
        beyond = (x * np.cos(angle) + y * np.sin(angle) - place) * width / 2 / softness  # in units of the edge's width
        light *= 1 - depth / (1 + np.exp(np.clip(-4 * beyond, -60, 60)))
    result: npt.NDArray[np.float32] = light.astype(np.float32)
    return result

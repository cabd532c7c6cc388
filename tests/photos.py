"""Photos of letters, rendered: real people's letters on paper and boards, in the light and the surroundings of phones.

`photo` gives one, 1200 x 900, of a letter's coverage; `coverage` makes that of pen strokes or of a small drawing. What
they stand on is one of SCENES (those that the reach is measured on) or of OTHERS (kept for looking further).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 900
SMALLEST, LARGEST = 170, 460  # pixels, of a letter's longer side

Array = npt.NDArray[np.float32]
Colour = tuple[float, float, float]
Random = np.random.Generator


class Surface(NamedTuple):
    """What there is to write on: its colours (rows, columns, 3), and where a letter may stand."""

    colours: Array
    room: tuple[float, float, float, float]  # left, top, right, bottom
    inks: Sequence[Colour]
    opacity: float = 0.95


def coverage(strokes: Sequence[npt.ArrayLike], size: float, pen: float) -> Array:
    """Pen strokes -> how much of each pixel ink covers, the longer side `size` pixels, the pen `pen` wide."""
    fine = 3
    points = [np.asarray(stroke, np.float64)[:, :2] for stroke in strokes if len(stroke)]
    low, high = np.concatenate(points).min(axis=0), np.concatenate(points).max(axis=0)
    scale = fine * (size - pen) / max((high - low).max(), 1e-6)
    width, height = np.ceil((high - low) * scale + fine * (pen + 4)).astype(int)
    picture = Image.new("L", (width, height))
    canvas, radius = ImageDraw.Draw(picture), fine * pen / 2
    for stroke in points:
        corners = [tuple(point) for point in (stroke - low) * scale + fine * (pen / 2 + 2)]
        if len(corners) > 1:
            canvas.line(corners, fill=255, width=round(2 * radius), joint="curve")
        for x, y in corners:
            canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    small = picture.resize((max(1, width // fine), max(1, height // fine)), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / 255


def enlarged(drawing: Image.Image, size: float) -> Array:
    """A small drawing, black on white -> its coverage with soft edges made firm, its ink's longer side `size`."""
    ink = 1 - np.asarray(drawing.convert("L"), np.float32) / 255
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.3), np.flatnonzero(ink.max(axis=0) > 0.3)
    ink = np.pad(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 1)
    scale = size / (max(ink.shape) - 2)
    whole = Image.fromarray(ink).resize(
        (round(ink.shape[1] * scale), round(ink.shape[0] * scale)), Image.Resampling.BICUBIC
    )
    return np.clip((np.asarray(whole) - 0.35) * 6, 0, 1).astype(np.float32)


def photo(letter: Array, scene: str, random: Random) -> Image.Image:
    """A letter's coverage, photographed in a scene: an RGB picture as it comes out of a JPEG file."""
    return placed(letter, scene, random)[0]


def placed(letter: Array, scene: str, random: Random) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """As `photo`, with where the letter is: left, top, right, bottom."""
    surface = ALL[scene](random)
    colours = surface.colours.copy()
    rows, columns = letter.shape
    left, top, right, bottom = surface.room
    x = int(random.uniform(left, max(left + 1, right - columns)))
    y = int(random.uniform(top, max(top + 1, bottom - rows)))
    x, y = max(0, min(x, WIDTH - columns)), max(0, min(y, HEIGHT - rows))
    ink = np.array(surface.inks[random.integers(len(surface.inks))], np.float32)
    texture = (
        1 - (1 - surface.opacity) * random.uniform(0, 2, letter.shape) if surface.opacity < 0.9 else surface.opacity
    )
    cover = np.clip(letter * texture, 0, 1)[..., None]
    colours[y : y + rows, x : x + columns] *= 1 - cover
    colours[y : y + rows, x : x + columns] += cover * ink
    return _through_a_lens(colours * _light(random)[..., None], random), (x, y, x + columns, y + rows)


def page(ink: Array, scene: str, random: Random) -> Image.Image:
    """A whole picture's coverage, photographed on some paper."""
    surface = ALL[scene](random)
    cover = surface.opacity * ink[..., None]
    colours = surface.colours * (1 - cover) + cover * np.array(surface.inks[0], np.float32)
    return _through_a_lens(colours * _light(random)[..., None], random)


def empty(scene: str, random: Random) -> Image.Image:
    """The same without a letter."""
    return photo(np.zeros((2, 2), np.float32), scene, random)


def _through_a_lens(colours: Array, random: Random) -> Image.Image:
    noise = random.normal(0, random.uniform(0.004, 0.025), colours.shape).astype(np.float32)
    blurred = Image.fromarray(np.clip(colours * 255, 0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(random.uniform(0.3, 2))
    )
    grainy = np.clip(np.asarray(blurred, np.float32) + 255 * noise, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grainy).save(file, "JPEG", quality=int(random.integers(60, 91)))
    return Image.open(file)


def _light(random: Random) -> Array:
    """Slanted light, darker corners, and in half of the photos the edge of a shadow, hard or soft."""
    y, x = _grid()
    angle = random.uniform(0, 2 * np.pi)
    light = random.uniform(0.75, 1) + random.uniform(0.05, 0.25) * (np.cos(angle) * x + np.sin(angle) * y)
    light -= random.uniform(0, 0.12) * (x * x + y * y)
    if random.random() < 0.5:
        angle, softness = random.uniform(0, 2 * np.pi), random.choice([4, 15, 60]) / WIDTH
        away = np.cos(angle) * x + np.sin(angle) * y - random.uniform(-0.6, 0.6)
        light *= 1 - random.uniform(0.15, 0.5) / (1 + np.exp(-np.clip(away / softness, -30, 30)))
    return np.clip(light, 0.1, 1.1).astype(np.float32)


def _grid() -> tuple[Array, Array]:
    """y and x of the pixels, from -1 to 1."""
    y, x = np.meshgrid(np.linspace(-1, 1, HEIGHT), np.linspace(-1, 1, WIDTH), indexing="ij")
    return y.astype(np.float32), x.astype(np.float32)


def _sheet(random: Random) -> Array:
    shade = random.uniform(0.78, 0.97)
    warmth = np.array([0, -0.01, -0.04]) * random.uniform(0, 1.5)
    grain = random.normal(0, 0.006, (HEIGHT, WIDTH, 1))
    return (shade + warmth + grain).astype(np.float32)


def _lines(colours: Array, random: Random, across: bool, gap: float, pen: float, tilt: float, strength: float) -> None:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    place = (x + tilt * y if across else y + tilt * x) + random.uniform(0, gap)
    away = np.abs((place + gap / 2) % gap - gap / 2)
    cover = np.clip(pen / 2 + 0.5 - away, 0, 1)[..., None] * strength
    colour = np.array(random.choice([(0.45, 0.6, 0.8), (0.55, 0.55, 0.6), (0.6, 0.7, 0.85)]), np.float32)
    colours *= 1 - cover
    colours += cover * colour


MARGIN = 25
EVERYWHERE = (MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)
BLACK: Sequence[Colour] = ((0.08, 0.08, 0.1), (0.12, 0.1, 0.1), (0.05, 0.05, 0.05))
BLUE: Sequence[Colour] = ((0.1, 0.15, 0.5), (0.15, 0.25, 0.65), (0.05, 0.1, 0.4))


def plain(random: Random) -> Surface:
    return Surface(_sheet(random), EVERYWHERE, BLACK)


def ruled(random: Random) -> Surface:
    colours = _sheet(random)
    tilt = random.uniform(-0.08, 0.08)
    _lines(colours, random, False, random.uniform(60, 200), random.uniform(1.5, 4), tilt, random.uniform(0.5, 0.95))
    if random.random() < 0.4:  # the margin's line
        place = random.uniform(60, 200)
        colours[:, int(place) : int(place) + 3] = (0.85, 0.45, 0.45)
    return Surface(colours, EVERYWHERE, BLACK + BLUE)


def checked(random: Random) -> Surface:
    colours = _sheet(random)
    gap, pen, tilt = random.uniform(40, 120), random.uniform(1.2, 3), random.uniform(-0.08, 0.08)
    strength = random.uniform(0.4, 0.9)
    for across in (False, True):
        _lines(colours, random, across, gap, pen, -tilt if across else tilt, strength)
    return Surface(colours, EVERYWHERE, BLACK + BLUE)


def pencil(random: Random) -> Surface:
    paper = [plain, ruled, plain][random.integers(3)](random)
    grey = random.uniform(0.3, 0.5)
    return paper._replace(inks=[(grey, grey, grey)], opacity=random.uniform(0.6, 0.85))


def blue(random: Random) -> Surface:
    return [plain, ruled, checked][random.integers(3)](random)._replace(inks=BLUE)


def _beside(surface: Surface, things: Sequence[Array], random: Random, least: float, most: float) -> Surface:
    """The surface ends at a slanting edge on one side of the picture; beyond it come other things, in their order."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    side, tilt = random.integers(4), random.uniform(-0.1, 0.1)
    place = [x, y, WIDTH - x, HEIGHT - y][side]  # how far from that side of the picture
    along = (y - HEIGHT / 2) if side % 2 == 0 else (x - WIDTH / 2)
    length, breadth = (WIDTH, HEIGHT) if side % 2 == 0 else (HEIGHT, WIDTH)
    reach = min(random.uniform(least, most) * length, length - LARGEST - 100)
    away = place - reach - tilt * along
    shadow = np.clip(1 - np.maximum(away, 0) / random.uniform(3, 20), 0, 1)
    colours = surface.colours * (1 - random.uniform(0, 0.25) * shadow[..., None])
    for number, thing in enumerate(things):
        cover = np.clip(0.5 - away - number * random.uniform(15, 50), 0, 1)[..., None]
        colours = colours * (1 - cover) + thing * cover
    inside = reach + abs(tilt) * breadth / 2 + MARGIN
    left, top, right, bottom = surface.room
    room = [
        (inside, top, right, bottom),
        (left, inside, right, bottom),
        (left, top, WIDTH - inside, bottom),
        (left, top, right, HEIGHT - inside),
    ][side]
    return surface._replace(colours=colours.astype(np.float32), room=room)


def _wood(random: Random) -> Array:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    if random.random() < 0.5:
        x, y = y, x
    waves = np.sin(
        y / random.uniform(4, 15) + 2 * np.sin(x / random.uniform(100, 300)) + random.normal(0, 0.2, y.shape)
    )
    base = np.array([(0.5, 0.33, 0.2), (0.3, 0.2, 0.13), (0.7, 0.55, 0.38)][random.integers(3)])
    return (base * (1 + 0.12 * waves[..., None])).astype(np.float32)


def _matt(random: Random) -> Array:
    colour = random.uniform(0.05, 0.55) * random.uniform(0.8, 1.2, 3)
    return (colour + random.normal(0, 0.015, (HEIGHT, WIDTH, 1))).astype(np.float32)


def desk(random: Random) -> Surface:
    paper = [plain, ruled, checked, pencil][random.integers(4)](random)
    return _beside(paper, [[_wood, _matt][random.integers(2)](random)], random, 0.06, 0.3)


def whiteboard(random: Random) -> Surface:
    y, x = _grid()
    shine = random.uniform(0, 0.15) * np.exp(
        -((x - random.uniform(-1, 1)) ** 2 + (y - random.uniform(-1, 1)) ** 2) / 0.1
    )
    board = np.broadcast_to((0.85 + shine)[..., None], (HEIGHT, WIDTH, 3)).astype(np.float32)
    inks = [(0.1, 0.1, 0.12), (0.1, 0.2, 0.55), (0.6, 0.1, 0.12), (0.05, 0.35, 0.2)]
    wall = np.full((HEIGHT, WIDTH, 3), random.uniform(0.4, 0.9), np.float32) * np.array([1, 0.97, 0.9], np.float32)
    frame = np.full((HEIGHT, WIDTH, 3), random.choice([0.25, 0.5, 0.65]), np.float32)
    return _beside(Surface(board, EVERYWHERE, inks), [frame, wall], random, 0.06, 0.25)


def blackboard(random: Random) -> Surface:
    colour = np.array([(0.12, 0.13, 0.13), (0.1, 0.2, 0.15), (0.15, 0.16, 0.18)][random.integers(3)])
    smears = np.asarray(
        Image.fromarray(random.normal(0, 1, (9, 12)).astype(np.float32)).resize(
            (WIDTH, HEIGHT), Image.Resampling.BICUBIC
        )
    )
    board = colour + 0.02 * smears[..., None] + random.normal(0, 0.006, (HEIGHT, WIDTH, 1))
    return Surface(
        board.clip(0, 1).astype(np.float32),
        EVERYWHERE,
        [(0.85, 0.85, 0.82), (0.8, 0.78, 0.5)],
        random.uniform(0.7, 0.9),
    )


def on_a_desk(random: Random) -> Surface:
    """A whole sheet lies on a desk; all of its edges are in view."""
    paper = [plain, ruled][random.integers(2)](random)
    corners = np.array([(170, 90), (WIDTH - 170, 90), (WIDTH - 170, HEIGHT - 90), (170, HEIGHT - 90)]) + random.uniform(
        -60, 60, (4, 2)
    )
    mask = Image.new("L", (WIDTH, HEIGHT))
    ImageDraw.Draw(mask).polygon([tuple(corner) for corner in corners], fill=255)
    cover = (np.asarray(mask, np.float32) / 255)[..., None]
    colours = paper.colours * cover + [_wood, _matt][random.integers(2)](random) * (1 - cover)
    return paper._replace(colours=colours.astype(np.float32), room=(260, 175, WIDTH - 260, HEIGHT - 175))


def keyboard(random: Random) -> Surface:
    keys = Image.new("RGB", (WIDTH, HEIGHT), (30, 30, 32))
    canvas, size = ImageDraw.Draw(keys), random.integers(60, 100)
    for row in range(0, HEIGHT, size):
        for column in range((row // size * 20) % size - size, WIDTH, size):
            canvas.rounded_rectangle((column + 4, row + 4, column + size - 4, row + size - 4), 8, (55, 55, 60))
            canvas.text(
                (column + size / 3, row + size / 4), chr(random.integers(65, 91)), (230, 230, 230), font_size=size / 3
            )
    return _beside(plain(random), [np.asarray(keys, np.float32) / 255], random, 0.1, 0.3)


def finger(random: Random) -> Surface:
    paper = [plain, ruled][random.integers(2)](random)
    skin, mask = np.array([(0.85, 0.62, 0.5), (0.45, 0.3, 0.22)][random.integers(2)]), Image.new("L", (WIDTH, HEIGHT))
    canvas, y, thick = ImageDraw.Draw(mask), random.uniform(150, HEIGHT - 150), random.uniform(60, 110)
    reach = random.uniform(150, 350)
    canvas.line([(-50, y + random.uniform(-150, 150)), (reach - thick / 2, y)], fill=255, width=int(thick))
    canvas.ellipse((reach - thick, y - thick / 2, reach, y + thick / 2), fill=255)
    cover = np.asarray(mask.filter(ImageFilter.GaussianBlur(2)), np.float32)[..., None] / 255
    shadow = np.asarray(mask.filter(ImageFilter.GaussianBlur(15)), np.float32)[..., None] / 255
    colours = paper.colours * (1 - 0.4 * shadow) * (1 - cover) + skin * cover
    return paper._replace(
        colours=colours.astype(np.float32), room=(reach + MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)
    )


def spiral(random: Random) -> Surface:
    paper = [ruled, checked][random.integers(2)](random)
    picture = Image.fromarray((paper.colours.clip(0, 1) * 255).astype(np.uint8))
    canvas, gap = ImageDraw.Draw(picture), random.uniform(40, 70)
    edge = random.uniform(50, 90)
    canvas.rectangle((0, 0, edge - 35, HEIGHT), (70, 60, 50))
    for y in np.arange(gap / 2, HEIGHT, gap):
        canvas.ellipse((edge, y - 9, edge + 18, y + 9), (60, 50, 45))
        canvas.line([(edge + 9, y), (edge - 50, y - 12)], (150, 150, 155), 7)
    return paper._replace(
        colours=np.asarray(picture, np.float32) / 255, room=(edge + 60, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)
    )


def marked(random: Random) -> Surface:
    """A second, small mark, specks and a smudge beside the letter, at the left."""
    paper = [plain, ruled][random.integers(2)](random)
    picture = Image.fromarray((paper.colours.clip(0, 1) * 255).astype(np.uint8))
    canvas, x, y = ImageDraw.Draw(picture), random.uniform(40, 110), random.uniform(100, HEIGHT - 100)
    canvas.line([(x, y), (x + 20, y + random.uniform(-30, 30))], (30, 30, 40), 6)
    for _ in range(12):
        x, y, size = random.uniform(0, WIDTH), random.uniform(0, HEIGHT), random.uniform(1, 3)
        canvas.ellipse((x, y, x + size, y + size), (60, 60, 60))
    return paper._replace(
        colours=np.asarray(picture, np.float32) / 255, room=(190, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)
    )


Scene = Callable[[Random], Surface]
SCENES: dict[str, Scene] = {
    each.__name__: each for each in (plain, ruled, checked, pencil, blue, desk, whiteboard, blackboard)
}
OTHERS: dict[str, Scene] = {each.__name__: each for each in (on_a_desk, keyboard, finger, spiral, marked)}
ALL = SCENES | OTHERS

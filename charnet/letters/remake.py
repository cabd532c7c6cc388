"""Samples made again at another size, from the best that their files hold: ink, the box on paper, or the picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from charnet.pictures import box, images, ink
from charnet.pictures.paper import BLANK
from charnet.spec import Spec
from charnet.system import files
from charnet.system.answer import reason


@dataclass(slots=True)
class Made:
    """How many samples came from their ink, how many from their box on paper and how many, having neither, from their
    picture; what is wrong with others."""

    from_ink: int = 0
    from_box: int = 0
    from_picture: int = 0
    skipped: list[tuple[Path, str]] = field(default_factory=list)


def make(spec: Spec, jobs: list[tuple[Path, Path]]) -> Made:
    """Make samples again, each into the file beside it; those at fault are left out and told."""
    made = Made()
    inked: list[tuple[Path, Path, list[ink.Stroke]]] = []
    boxed: list[tuple[Path, Path, tuple[bytes, str]]] = []
    plain: list[tuple[Path, Path]] = []
    for path, target in jobs:
        try:
            strokes, whole = _inside(path)
        except ValueError as error:
            made.skipped.append((path, str(error).removeprefix(f"{path}: ")))
            continue
        if strokes is not None:
            inked.append((path, target, strokes))
        elif whole is not None:
            boxed.append((path, target, whole))
        else:
            plain.append((path, target))
    _from_ink(spec, inked, made)
    _from_boxes(spec, boxed, made)
    _from_pictures(spec, plain, made)
    made.skipped.sort()
    return made


def _from_ink(spec: Spec, samples: list[tuple[Path, Path, list[ink.Stroke]]], made: Made) -> None:
    drawn = ink.framed_many([(strokes, ink.PEN) for _, _, strokes in samples], spec)
    for (path, target, strokes), picture in zip(samples, drawn, strict=True):
        if picture.max() < BLANK:
            made.skipped.append((path, "its ink lies outside the drawing square, which `corner` shows"))
            continue
        files.write_bytes(target, ink.to_png(picture, strokes), durable=False)
        made.from_ink += 1


def _from_pictures(spec: Spec, samples: list[tuple[Path, Path]], made: Made) -> None:
    framed, errors = images.read_many((path for path, _ in samples), spec)
    made.skipped += [(samples[place][0], reason(error)) for place, error in errors.items()]
    targets = [target for place, (_, target) in enumerate(samples) if place not in errors]
    for target, picture in zip(targets, framed, strict=True):
        files.write_bytes(target, ink.to_png(picture), durable=False)
        made.from_picture += 1


def _from_boxes(spec: Spec, samples: list[tuple[Path, Path, tuple[bytes, str]]], made: Made) -> None:
    framed, errors = images.read_many((png for _, _, (png, _) in samples), spec)
    made.skipped += [(samples[place][0], f"its box: {reason(error)}") for place, error in errors.items()]
    whole = [sample for place, sample in enumerate(samples) if place not in errors]
    for (_, target, (png, origin)), picture in zip(whole, framed, strict=True):
        files.write_bytes(target, box.to_png(picture, png, origin), durable=False)
        made.from_box += 1


def _inside(path: Path) -> tuple[list[ink.Stroke] | None, tuple[bytes, str] | None]:
    """The ink and the box of a sample; neither of a damaged file, as reading its picture says what is wrong with it."""
    try:
        return (ink.from_png(path), box.from_png(path)) if path.suffix.lower() == ".png" else (None, None)
    except OSError:
        return None, None

"""Samples made again at another size, from the best source in each file: its ink, its box on paper, or its picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from charnet.pictures import box, images, ink
from charnet.pictures.paper import BLANK
from charnet.spec import Spec
from charnet.system import files
from charnet.system.answer import reason


@dataclass(slots=True)
class Remade:
    """How many samples were made from which source, and which were skipped."""

    from_ink: int = 0
    from_box: int = 0
    from_picture: int = 0
    skipped: list[tuple[Path, str]] = field(default_factory=list)  # with what is wrong with each


def remake(spec: Spec, jobs: list[tuple[Path, Path]]) -> Remade:
    """Make samples again: `jobs` are the file of each and the file to write. Damaged ones are skipped."""
    made = Remade()
    inked: list[tuple[Path, Path, list[ink.Stroke]]] = []
    boxed: list[tuple[Path, Path, tuple[bytes, str]]] = []
    plain: list[tuple[Path, Path]] = []
    for path, target in jobs:
        try:
            strokes, paper = _sources(path)
        except ValueError as error:
            made.skipped.append((path, str(error).removeprefix(f"{path}: ")))
            continue
        if strokes is not None:
            inked.append((path, target, strokes))
        elif paper is not None:
            boxed.append((path, target, paper))
        else:
            plain.append((path, target))
    _from_ink(spec, inked, made)
    _from_boxes(spec, boxed, made)
    _from_pictures(spec, plain, made)
    made.skipped.sort()
    return made


def _from_ink(spec: Spec, samples: list[tuple[Path, Path, list[ink.Stroke]]], made: Remade) -> None:
    drawn = ink.framed_many([(strokes, ink.PEN) for _, _, strokes in samples], spec)
    for (path, target, strokes), picture in zip(samples, drawn, strict=True):
        if picture.max() < BLANK:
            made.skipped.append((path, "its ink lies outside the drawing square, and `corner` shows nothing else"))
            continue
        files.write_bytes(target, ink.to_png(picture, strokes), durable=False)
        made.from_ink += 1


def _from_pictures(spec: Spec, samples: list[tuple[Path, Path]], made: Remade) -> None:
    framed, errors = images.read_many((path for path, _ in samples), spec)
    made.skipped += [(samples[index][0], reason(error)) for index, error in errors.items()]
    targets = [target for index, (_, target) in enumerate(samples) if index not in errors]
    for target, picture in zip(targets, framed, strict=True):
        files.write_bytes(target, ink.to_png(picture), durable=False)
        made.from_picture += 1


def _from_boxes(spec: Spec, samples: list[tuple[Path, Path, tuple[bytes, str]]], made: Remade) -> None:
    framed, errors = images.read_many((png for _, _, (png, _) in samples), spec)
    made.skipped += [(samples[index][0], f"its box: {reason(error)}") for index, error in errors.items()]
    good = [sample for index, sample in enumerate(samples) if index not in errors]
    for (_, target, (png, origin)), picture in zip(good, framed, strict=True):
        files.write_bytes(target, box.to_png(picture, png, origin), durable=False)
        made.from_box += 1


def _sources(path: Path) -> tuple[list[ink.Stroke] | None, tuple[bytes, str] | None]:
    """The ink and the box in a sample's file; neither if the file can't be read, which reading its picture reports."""
    try:
        return (ink.from_png(path), box.from_png(path)) if path.suffix.lower() == ".png" else (None, None)
    except OSError:
        return None, None

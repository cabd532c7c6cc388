"""Pictures -> the lines that `predict.py` prints for them, for people or as JSON."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from charnet.measure import figures
from charnet.networks import classify
from charnet.networks.classify import Classifier
from charnet.pictures import images
from charnet.system import files
from charnet.system.answer import note, printable, reason

if TYPE_CHECKING:
    from charnet.networks.ctc import WordList
    from charnet.networks.text import TextReader

Given = tuple[str, str | bytes]  # a picture: its name in the output, and its path or its content
Line = tuple[str, bool]  # a line of output, and whether it is an error

EMPTY = "no pictures in this folder"  # any other folder is given as its pictures


@functools.cache
def load(where: Path, only: str | None = None) -> Classifier:
    """A network, once in each process; with `only` it ranks among these labels alone."""
    classifier = classify.load(where)
    return classifier if only is None else classifier.only(only)


def read(where: Path, top: int, as_json: bool, given: Sequence[Given], only: str | None = None) -> list[Line]:
    """Read pictures by the network in the file `where`: a line for each, in order, an error for what is no picture.

    This also runs in worker processes, so it takes the network's file and returns finished text.
    """
    classifier = load(where, only)
    framed, errors, odd = images.look_many((source for _, source in given), classifier.spec)
    likelihoods = classifier.likelihoods(framed) if len(framed) else np.empty((0, classifier.spec.outputs))
    order = np.argsort(-likelihoods, axis=1, kind="stable")  # as `Classifier.ranking`, for all at once
    best_first = np.take_along_axis(likelihoods, order, axis=1)
    good = [index for index in range(len(given)) if index not in errors]
    doubts = [
        (odd[index].note or "") if index in odd else doubt
        for index, doubt in zip(good, classifier.doubts(likelihoods), strict=True)
    ]
    ranked = zip(order.tolist(), (best_first.round(6) if as_json else best_first).tolist(), doubts, strict=True)
    show = functools.partial(_as_json, json.dumps(classifier.name)) if as_json else functools.partial(_for_people, top)
    names = [json.dumps(label) for label in classifier.spec.labels] if as_json else classifier.spec.labels
    lines: list[Line] = []
    for index, (path, _) in enumerate(given):
        if index in errors:
            lines.append((_error(path, errors[index], as_json), True))
        else:
            line = show(path, names, *next(ranked))
            lines.append((_with_note(path, line, odd[index], as_json) if index in odd else line, False))
    return lines


def read_letters(
    where: Path, as_json: bool, draw: Path | None, given: Sequence[Given], only: str | None = None
) -> list[Line]:
    """Read many letters in each picture: a line of text for each line of letters, with "?" after doubtful ones."""
    from charnet.networks import words

    classifier = load(where, only)
    lines: list[Line] = []
    for path, source in given:
        try:
            found = words.read(classifier, source)
            text = words.as_json(path, found, classifier.name) if as_json else words.for_people(path, found)
            lines.append((text, False))
            if found.touching:
                note(f"{printable(path)}: {words.TOUCHING}")
            if draw:
                files.write_bytes(draw, figures.to_png(np.asarray(words.drawn(source, found)), 0))
        except (ValueError, OSError) as error:
            lines.append((_error(path, error, as_json), True))
    return lines


@functools.cache
def load_text(where: str | None, words: Path | None) -> tuple[TextReader, WordList | None]:
    """A network that reads handwriting, and the list that steers it, once."""
    from charnet.networks import text

    return text.load(where), None if words is None else text.word_list(words)


def read_text(
    where: str | None, words: Path | None, as_json: bool, draw: Path | None, given: Sequence[Given]
) -> list[Line]:
    """Read the handwriting in each picture: a line of text for each line there, with "?" after doubtful words."""
    from charnet.networks import text

    reader, listed = load_text(where, words)
    lines: list[Line] = []
    for path, source in given:
        try:
            found = reader.read(source, listed)
            shown = text.as_json(path, found, reader.name) if as_json else text.for_people(path, found)
            lines.append((shown, False))
            for odd in () if as_json else found.notes:
                note(f"{printable(path)}: {odd}")
            if draw:
                files.write_bytes(draw, figures.to_png(np.asarray(text.drawn(source, found)), 0))
        except (ValueError, OSError) as error:
            lines.append((_error(path, error, as_json), True))
    return lines


def problem(path: str, error: ValueError | OSError) -> str:
    """Why a picture can't be read."""
    return EMPTY if isinstance(error, OSError) and Path(path).is_dir() else reason(error)


def _error(path: str, error: ValueError | OSError, as_json: bool) -> str:
    text = problem(path, error)
    return json.dumps({"path": path, "error": text}) if as_json else f"error: {printable(path)}: {text}"


def _with_note(path: str, line: str, found: images.Found, as_json: bool) -> str:
    """The line for a picture that does not look like a single letter: people get the note alone, JSON has both."""
    note = found.note or ""
    if as_json:
        return f'{line[:-1]}, "note": {json.dumps(note)}}}'
    if note == images.MORE_THAN_ONE:
        note = f"{note}: this looks like {found.shapes} letters; --letters reads each"
    return f"{printable(path)}: ? unsure, {note}"


def _as_json(
    network: str, path: str, names: Sequence[str], order: list[int], likelihoods: list[float], doubt: str
) -> str:
    # The same text as json.dumps gives, in half the time: names are quoted already, numbers are written by repr.
    ranking = ", ".join([f"[{names[index]}, {value!r}]" for index, value in zip(order, likelihoods, strict=True)])
    return (
        f'{{"path": {json.dumps(path)}, "label": {names[order[0]]}, "sure": {"false" if doubt else "true"}, '
        f'"doubt": {json.dumps(doubt)}, "ranking": [{ranking}], "network": {network}}}'
    )


def _for_people(
    top: int, path: str, names: Sequence[str], order: list[int], likelihoods: list[float], doubt: str
) -> str:
    best = "   ".join([f"{value:.3f} {names[index]}" for index, value in zip(order[:top], likelihoods, strict=False)])
    return f"{printable(path)}: {best}{f'   ? unsure, {doubt}' if doubt else ''}"

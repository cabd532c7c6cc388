"""A folder of words: pictures with their text beside them, `anna-1.png` and `anna-1.txt`, and letter folders.

The text of a picture is that of the file with the same name and the end `.txt`. A picture without one, in a folder that
is named as a letter's is (naming.py), is of that letter, and those of a writer are put together to words. A PNG with
its strokes inside is drawn from them; of any other picture the ink of its one line is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from charnet.letters import naming
from charnet.letters.samples import writer_of
from charnet.pictures import ink, listing, text_lines
from charnet.pictures.ink import Stroke
from charnet.system import files, pool
from charnet.system.answer import has_control, note, printable, reason
from charnet.system.progress import Progress

MAX_TEXT = 200  # characters of a line
MAX_BYTES = 10_000  # of a file with its text
MAX_NAMED = 5  # pictures left out that are named one by one


@dataclass(slots=True)
class Word:
    """A word, a line or a letter, with the ink that it was drawn by or that a picture shows."""

    path: Path
    text: str
    strokes: list[Stroke] | None
    ink: npt.NDArray[np.float32] | None = None  # (HEIGHT, columns)

    @property
    def writer(self) -> str:
        return writer_of(self.path)


def read(root: Path) -> list[Word]:
    """All words and letters below a folder, sorted by their paths.

    What can't be read is named on standard error and left out. Raises `FileNotFoundError` for a missing folder,
    `ValueError` where it holds no words.
    """
    if not root.is_dir():
        raise FileNotFoundError(
            f"{root}: no such folder; it needs pictures of words with their text, word.png, word.txt"
        )
    found, textless = find(root)
    if not found:
        raise ValueError(f"{root}: no picture has its text beside it; the text of word.png is in word.txt")
    words: list[Word] = []
    left_out = [f"{path}: there is no {path.stem}.txt with its text beside it" for path in textless]
    done = 0
    with Progress("reading words", len(found)) as progress:
        for part in pool.in_chunks(read_each, found):
            words += [each for each in part if isinstance(each, Word)]
            left_out += [each for each in part if isinstance(each, str)]
            done += len(part)
            progress.show(done)
    for text in left_out[:MAX_NAMED]:
        note(f"skipped {printable(text)}")
    if len(left_out) > MAX_NAMED:
        note(f"skipped {len(left_out) - MAX_NAMED:,} more")
    if not words:
        raise ValueError(f"{root}: none of its {len(found):,} pictures can be read, for the reasons above")
    return words


def find(root: Path) -> tuple[list[tuple[Path, str | None]], list[Path]]:
    """The pictures below a folder, each with its letter, or None where a file beside it has its text; those without."""
    found: list[tuple[Path, str | None]] = []
    textless: list[Path] = []
    for entry in listing.scan(root):
        path = Path(entry.path)
        if path.with_suffix(".txt").is_file():
            found.append((path, None))
        elif path.parent != root and len(label := naming.from_folder(path.parent.name)) == 1:
            found.append((path, label))
        else:
            textless.append(path)
    return found, textless


def read_each(found: list[tuple[Path, str | None]]) -> list[Word | str]:
    """The words, and why others can't be read."""
    return [_read(path, letter) for path, letter in found]


def _read(path: Path, letter: str | None) -> Word | str:
    try:
        text = letter or _text(path.with_suffix(".txt"))
        strokes = ink.from_png(path) if path.suffix.lower() == ".png" else None
        if strokes is not None:
            return Word(path, text, strokes)
        lines = text_lines.find(path)
        if len(lines) > 1:
            raise ValueError(f"it shows {len(lines)} lines; cut it into one picture a line")
        return Word(path, text, None, lines[0].ink)
    except (ValueError, OSError) as error:
        return f"{path}: {reason(error).removeprefix(f'{path}: ')}"


def _text(path: Path) -> str:
    """The text of a line, with one space between its words."""
    try:
        text = " ".join(files.read_text(path, MAX_BYTES).split())
    except ValueError as error:
        raise ValueError(f"{path.name} is {error}; it has the text of one line") from None
    if has_control(text):
        raise ValueError(f"{path.name} holds a control character; it has the text of one line")
    if not 0 < len(text) <= MAX_TEXT:
        raise ValueError(f"{path.name} has {len(text)} characters; a line has 1 to {MAX_TEXT}")
    return text

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from samples import make_letters

from charnet.letters import words
from charnet.pictures import ink, writing

ZIGZAG = [np.array([(x / 10, 0.4 + 0.2 * (x % 2)) for x in range(10)])]


def put(root: Path, name: str, text: str | bytes | None) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(ink.to_png(writing.draw(ZIGZAG), ZIGZAG))
    if text is not None:
        beside = (root / name).with_suffix(".txt")
        beside.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root / name


def test_words_with_their_text_and_letters_of_letter_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    put(tmp_path, "anna-1.png", "two  words\n")
    put(tmp_path / "more", "ben-7.png", "é")
    put(tmp_path, "no-text.png", None)
    put(tmp_path / "holiday", "2.png", None)  # in a folder that is no letter's
    make_letters(tmp_path / "letters", count=1)
    put(tmp_path / "%41", "anna-0.png", None)
    found = words.read(tmp_path)
    assert [(word.path.name, word.text, word.writer) for word in found] == [
        ("anna-0.png", "A", "anna"),
        ("anna-1.png", "two words", "anna"),
        ("0.png", "l", ""),
        ("0.png", "o", ""),
        ("0.png", "z", ""),
        ("ben-7.png", "é", "ben"),
    ]
    assert all(word.strokes is not None for word in found)
    assert "no-text.png: there is no no-text.txt with its text beside it" in capsys.readouterr().err


def test_texts_as_windows_and_macs_write_them(tmp_path: Path):
    """With a byte order mark, carriage returns, and accents as characters of their own."""
    put(tmp_path, "1.png", "\ufeffcafe\u0301\r\n")
    assert [word.text for word in words.read(tmp_path)] == ["caf\u00e9"]


def test_a_photo_of_a_line_gives_its_ink(tmp_path: Path):
    picture = 1 - np.pad(writing.draw(ZIGZAG), 60)
    Image.fromarray((200 * picture).astype(np.uint8)).save(tmp_path / "anna-1.jpg")
    (tmp_path / "anna-1.txt").write_text("www")
    (word,) = words.read(tmp_path)
    assert word.strokes is None and word.ink is not None
    assert word.ink.shape[0] == writing.HEIGHT and word.ink.max() > 0.5


def test_what_cannot_be_read_is_named_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    put(tmp_path, "good.png", "word")
    put(tmp_path, "empty.png", " ")
    put(tmp_path, "bytes.png", b"\xff\xfe")
    put(tmp_path, "bell.png", "wo\ard")
    put(tmp_path, "blank.png", "word").write_bytes(ink.to_png(writing.draw(ZIGZAG), []))
    put(tmp_path, "broken.png", "word").write_bytes(b"no picture")
    assert [word.path.name for word in words.read(tmp_path)] == ["good.png"]
    printed = capsys.readouterr().err
    assert "empty.txt has 0 characters" in printed and "bytes.txt is not text in UTF-8" in printed
    assert f"note: skipped {tmp_path / 'blank.png'}: its charnet:ink chunk does not hold strokes" in printed
    assert "bell.txt holds a control character" in printed
    assert "broken.png: not a picture" in printed


def test_a_folder_without_words_says_what_it_needs(tmp_path: Path):
    put(tmp_path, "1.png", None)
    with pytest.raises(ValueError, match=r"no picture has its text beside it; the text of word\.png is in word\.txt"):
        words.read(tmp_path)
    with pytest.raises(FileNotFoundError, match="no such folder"):
        words.read(tmp_path / "missing")

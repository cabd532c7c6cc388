"""Reading handwriting: lines to words, orientation, lists of words, and what comes out."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from charnet.networks import text
from charnet.networks.ctc import Letter, WordList
from charnet.networks.facts import Facts
from charnet.networks.letter_model import LetterModel
from charnet.networks.text import Line, Reading, Text, TextReader, Word
from charnet.pictures import writing
from charnet.spec import Spec

SPACE = 4
SPEC = Spec(("a", "b", "!"), 4, 32, "fit")


def reading(pictures: np.ndarray) -> np.ndarray:
    """A forward pass that anyone can follow: a column of ink at the top is an a, in the middle a b, nothing a blank.

    Twelve columns of paper are a space.
    """
    logs = np.full((len(pictures), pictures.shape[2] // 4, 5), -9.0)
    for each, row in zip(pictures, logs, strict=True):
        steps = each[:, : 4 * len(row)].reshape(32, -1, 4).sum(axis=2)
        for step, column in enumerate(steps.T):
            at = 1 if column[:12].sum() > column[12:].sum() else 2
            row[step, at if column.sum() > 1 else 0] = -0.01
            if step > 2 and not steps[:, step - 2 : step + 1].any():
                row[step, [0, SPACE]] = -9, -0.01
    return logs


READER = TextReader(SPEC, "made", reading)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([1, 2], [(0, 9, 2, 4)]),
        ([1, SPACE, 2], [(0, 3, 2, 3), (4, 9, 4, 5)]),
        ([SPACE, 1, SPACE, SPACE, 2, SPACE], [(3, 4, 3, 4), (6, 7, 6, 7)]),
        ([SPACE], []),
        ([], []),
    ],
)
def test_words_end_where_spaces_begin(labels: list[int], words: list[tuple[int, int, int, int]]):
    path = [Letter(label, step, step + 1) for step, label in enumerate(labels, 2)]
    assert text.segments(path, SPACE, 9) == words


def test_words_are_parted_in_the_widest_gap_between_them():
    ink = np.zeros((32, 60), np.float32)
    ink[10:20, [5, 9, 12, 30, 33, 55]] = 1
    assert text.borders(ink, [(8, 12), (32, 36), (52, 56)]) == [0, 21.5, 44, 60]
    assert text.borders(ink, [(4, 8)]) == [0, 60]
    assert text.borders(ink, []) == []


def test_a_word_has_the_probability_of_its_text():
    logs = np.log(np.array([[0.1, 0.8, 0.1, 1e-9, 1e-9], [0.1, 0.2, 0.7, 1e-9, 1e-9]]))
    found, confidence = READER.word(logs)
    assert (found, confidence) == ("ab", pytest.approx(0.8 * 0.7))


def test_a_list_steers_what_is_nearly_as_likely_and_nothing_else():
    logs = np.log(np.array([[0.02, 0.5, 0.45, 0.01, 0.02], [0.02, 0.5, 0.45, 0.01, 0.02]]))
    assert READER.word(logs)[0] == "a"
    assert READER.word(logs, WordList(["ba"]))[0] == "ba"
    assert READER.word(logs, WordList(["bab"]))[0] == "a", "no path says it"
    sure = np.log(np.array([[1e-9, 1 - 3e-9, 1e-9, 1e-9, 1e-9]]))
    assert READER.word(sure, WordList(["b"]))[0] == "a", "far likelier than the word of the list"


def test_letters_that_often_follow_steer_a_doubtful_word_and_no_certain_one():
    reader = TextReader(SPEC, "made", reading, Facts(letters=LetterModel.of({"ab": 99, "aab": 1})))
    doubtful = np.log(np.array([[0.01, 0.97, 0.01, 0.005, 0.005], [0.01, 0.5, 0.48, 0.005, 0.005]]))
    text, confidence = reader.word(doubtful)
    assert READER.word(doubtful)[0] == "a" and text == "ab" and 0.5 < confidence < 1
    nothing_like_a_word = np.log(np.array([[0.01, 0.005, 0.97, 0.01, 0.005], [0.2, 0.04, 0.75, 0.005, 0.005]]))
    assert reader.word(nothing_like_a_word)[0] == "b"
    assert reader.word(doubtful, WordList(["a"]))[0] == "a", "a list is a stronger word"
    certain = np.log(np.array([[0.01, 0.97, 0.01, 0.005, 0.005], [0.01, 0.97, 0.01, 0.005, 0.005]]))
    assert reader.word(certain) == READER.word(certain) and READER.word(certain)[0] == "a"
    digits = np.log(np.array([[0.1, 0.1, 0.1, 0.6, 0.1]]))
    assert reader.word(digits) == READER.word(digits)


def test_of_two_words_in_a_list_the_more_usual_one_is_read_where_the_picture_does_not_tell():
    logs = np.log(np.array([[0.01, 0.5, 0.48, 0.005, 0.005]]))
    reader = TextReader(SPEC, "made", reading, Facts(letters=LetterModel.of({"b": 99, "a": 1})))
    assert READER.word(logs, WordList("ab"))[0] == "a" and reader.word(logs, WordList("ab"))[0] == "b"
    told = np.log(np.array([[0.01, 0.97, 0.01, 0.005, 0.005]]))
    assert reader.word(told, WordList("ab"))[0] == "a"
    assert reader.word(logs, WordList("a"))[0] == "a", "no other word is asked for"
    far = np.log(np.array([[1e-9, np.exp(-5), np.exp(-7.3), 1 - np.exp(-5) - np.exp(-7.3), 1e-9]]))
    other = TextReader(Spec(tuple("abc")), "made", reading, Facts(letters=LetterModel.of({"b": 99_999, "a": 1})))
    assert other.word(far, WordList("ab"))[0] == "a", "the usual one is out of reach, the other is not"


def test_a_word_of_a_list_needs_no_letters():
    e = 1e-6
    logs = np.log(np.array([[e, 0.35, e, 0.65, e, e], [1, e, e, e, e, e], [e, e, 0.55, e, 0.45, e]]))
    reader = TextReader(Spec(tuple("lo10")), "made", reading, Facts(letters=LetterModel.of({"to": 99, "lo": 1})))
    assert reader.word(logs, WordList(["10", "lo"]))[0] == "10", "it is the likelier one"


def test_a_word_like_no_other_is_not_much_surer_than_the_network_is():
    reader = TextReader(SPEC, "made", reading, Facts(letters=LetterModel.of({"xyz": 9})))
    letter, blank = [0.02, 0.42, 0.55, 0.005, 0.005], [0.9, 0.03, 0.05, 0.01, 0.01]
    logs = np.log(np.array([letter, blank] * 4))
    assert READER.word(logs) == ("bbbb", pytest.approx(0.064, abs=0.001))
    found, confidence = reader.word(logs)
    assert found == "bbbb" and confidence < 0.3, "other texts that resemble no word count too"
    not_normalised = np.full((1500, 5), -0.05)
    not_normalised[::2, 1] = not_normalised[1::2, 2] = -0.001
    assert reader.word(not_normalised), "such as a damaged network's file may give"


def test_a_letter_that_no_word_begins_with_does_not_vanish():
    reader = TextReader(SPEC, "made", reading, Facts(letters=LetterModel.of({"ab": 99, "aab": 1})))
    found, confidence = reader.word(np.log(np.array([[0.14, 0.005, 0.85, 0.0025, 0.0025]])))
    assert found == "b" and confidence < 0.5, "a blank was likelier"


def test_a_word_that_is_not_certain_is_what_all_sizes_say_together():
    """Alone it is an a; at two of three other sizes it is likelier a b."""
    word = Reading("a", 0.5, 0, 1, 0, 1)
    others = [np.log(np.array([[0.1, *row, 1e-9, 1e-9]])) for row in ((0.2, 0.7), (0.8, 0.1), (0.1, 0.8))]
    (again,) = READER._word_again(word, others, None)
    assert again.text == "b" and again.confidence == pytest.approx(1.5 / 4)
    certain = Reading("a", 0.95, 0, 1, 0, 1)
    assert READER._word_again(certain, others, None) == [certain]


def test_a_word_that_other_sizes_read_as_two_becomes_two():
    """And spaces around one are no part of it, and what they read as nothing is no word."""
    doubtful = Reading("ab", 0.1, 4, 7, 4, 7)
    two, spaced, none = ([1, SPACE, 2], [SPACE, 1, 1], [0, 0, 0])

    def said(classes: list[int]) -> list[np.ndarray]:
        steps = [0] * 10
        return [np.log(np.eye(5)[steps[: round(4 * wide)] + classes] * 0.95 + 0.01) for wide, _ in text.SIZES]

    first, second = READER._word_again(doubtful, said(two), None)
    assert (first.text, second.text) == ("a", "b") and first.confidence == second.confidence
    assert 4 <= first.first < first.last <= second.first < second.last <= 8
    (only,) = READER._word_again(doubtful, said(spaced), None)
    assert only.text == "a"
    assert READER._word_again(doubtful, said(none), None) == []


def test_a_file_of_words_must_hold_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "list").write_text("an\nArm\n")
    assert "arm" in text.word_list(tmp_path / "list")
    monkeypatch.setattr(text, "MAX_LIST", 9)
    for name, content, problem in (
        ("empty", b"\n", "no words in it"),
        ("bytes", b"\xff\xfe", "not text in UTF-8"),
        ("long", b"ten bytes\n", "more than 9 bytes"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=problem):
            text.word_list(tmp_path / name)


def test_a_file_of_words_as_windows_and_macs_write_it(tmp_path: Path):
    """With a byte order mark, carriage returns, and accents as characters of their own."""
    (tmp_path / "list").write_bytes("\ufeffjam\r\ncafe\u0301\r\n".encode())
    assert text.word_list(tmp_path / "list").words == {"jam", "caf\u00e9"}


def test_lines_are_read_together_as_one_by_one():
    random = np.random.default_rng(0)
    inks = [random.random((32, int(wide))).astype(np.float32) for wide in random.integers(8, 300, 40)]
    for ink, logs in zip(inks, READER.logs(inks), strict=True):
        assert len(logs) == -(-ink.shape[1] // 4)
        alone = READER.logs([ink])[0]
        assert np.array_equal(logs, alone)


def test_what_is_printed_and_what_programs_get():
    found = Text(
        [
            Line([Word("Dear", (1, 2, 3, 4), 0.98765, True), Word("Aun", (5, 2, 3, 4), 0.3, False)], (1, 2, 7, 4)),
            Line([Word("hi", (1, 9, 3, 4), 0.9, True)], (1, 9, 3, 4)),
        ],
        [text.TURNED],
    )
    assert found.text == "Dear Aun\nhi"
    assert text.for_people("a.jpg", found) == "a.jpg: Dear Aun?\na.jpg: hi"
    content = json.loads(text.as_json("a.jpg", found, "line"))
    assert list(content) == ["path", "text", "lines", "notes", "network"]
    assert content["lines"][0]["words"][0] == {"text": "Dear", "box": [1, 2, 3, 4], "confidence": 0.9877, "sure": True}
    assert content["lines"][1] == {"text": "hi", "box": [1, 9, 3, 4], "words": content["lines"][1]["words"]}


def test_words_of_a_picture_have_their_boxes():
    """Two words of a drawing, each a few strokes; boxes are those of the ink."""
    strokes = [np.array([(x, 0.0), (x, 40.0)]) for x in (0, 14, 28, 160, 174)]
    ink = np.pad(writing.draw(strokes, height=100, pen=6), 40)
    found = READER.read(Image.fromarray((255 - 255 * ink).astype(np.uint8)))
    (line,) = found.lines
    assert len(line.words) == 2
    (left, top, wide, high), (other, _, _, _) = (word.box for word in line.words)
    columns = np.flatnonzero(ink.any(axis=0))
    assert abs(left - columns[0]) < 6 and abs(other - columns[columns > columns.mean()][0]) < 6
    assert abs(top - 40) < 6 and abs(high - 100) < 8 and wide < 140
    assert text.drawn(Image.fromarray((255 - 255 * ink).astype(np.uint8)), found).size[0] >= 1000


def test_what_is_no_network_is_not_said_to_read_letters(tmp_path: Path):
    (tmp_path / "note.txt").write_text("hello")
    with pytest.raises(ValueError, match=r"note\.txt: not an ONNX file"):
        text.load(tmp_path / "note.txt")

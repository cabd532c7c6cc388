from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import confusion_matrix

from charnet.measure import figures

RANDOM = np.random.default_rng(0)
PICTURES = RANDOM.integers(0, 256, (50, 16, 10), dtype=np.uint8)
PATHS = [Path(f"data/letters/a/{number}.png") for number in range(50)]


def shown(figure) -> list[np.ndarray]:
    """What the figure's axes show, in their order; of those that show something."""
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]


def captions(figure) -> list[str]:
    return [axes.get_title().replace("\n", " ") for axes in figure.axes if axes.get_title()]


def test_confusions_as_shares_of_each_label_without_the_diagonal():
    targets, read = RANDOM.integers(0, 5, (2, 400))
    figure = figures.confusion_matrix(confusion_matrix(targets, read), "abcde", 400)
    expected = confusion_matrix(targets, read, normalize="true")
    np.fill_diagonal(expected, 0)
    assert shown(figure)[0] == pytest.approx(expected)
    assert captions(figure) == [f"{(targets == read).mean():.1%} of 400 right"]
    texts = {text.get_position(): text.get_text() for text in figure.axes[0].texts}
    assert texts[3, 1] == str(((targets == 1) & (read == 3)).sum())  # column, row


def test_titles_say_what_the_pictures_were_for():
    assert captions(figures.confusion_matrix(np.eye(2, dtype=np.int64), "ab", 2, "test")) == ["test: 100.0% of 2 right"]
    figure = figures.mistakes(PICTURES[:3], np.eye(3), np.arange(3), "abc", PATHS[:3], "test")
    assert figure.get_suptitle() == "test: no mistakes"


@pytest.mark.parametrize("count", [7, 24, 120, 98765])
def test_digits_are_as_large_as_their_cells_allow(count: int):
    """TensorBoard shows the figure at less than half its size."""
    figure = figures.confusion_matrix(np.full((26, 26), count), [chr(97 + n) for n in range(26)], 26 * 26 * count)
    figures.pixels(figure)
    axes = figure.axes[0]
    cell = axes.transData.transform([(0, 0), (1, 1)])
    box = axes.texts[0].get_window_extent()
    assert box.width <= abs(cell[1, 0] - cell[0, 0])
    assert box.width > 0.75 * abs(cell[1, 0] - cell[0, 0]) or axes.texts[0].get_fontsize() == 15


def test_what_was_not_read_at_all_is_wrong():
    assert captions(figures.confusion_matrix(np.eye(2, dtype=np.int64), "ab", 8)) == ["25.0% of 8 right"]


def test_a_large_table_has_no_numbers():
    labels = [str(number) for number in range(41)]
    figure = figures.confusion_matrix(np.eye(41, dtype=np.int64), labels, 41)
    assert not figure.axes[0].texts
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == labels


def test_a_contact_sheet_shows_ink_dark_under_its_caption():
    figure = figures.contact_sheet(PICTURES[:9], [f"number {n}" for n in range(9)], "nine", columns=4)
    assert all((ours == theirs).all() for ours, theirs in zip(shown(figure), PICTURES[:9], strict=True))
    assert captions(figure) == [f"number {n}" for n in range(9)]
    assert figure.get_suptitle() == "nine"
    dark = figures.contact_sheet(np.full((1, 16, 10), 255, np.uint8), [""], "")
    light = figures.contact_sheet(np.zeros((1, 16, 10), np.uint8), [""], "")
    assert figures.pixels(dark).min() == 0
    assert figures.pixels(light)[40:].min() == 255


def test_a_sheet_of_nothing_says_so():
    figure = figures.contact_sheet(PICTURES[:0], [], "no suspects")
    assert (shown(figure), figure.get_suptitle()) == ([], "no suspects")
    assert figures.pixels(figure).min() < 255


@pytest.mark.parametrize("name", ["$_$", "$\\frac$", "a\udcff\n.png", "$", "\\"])
def test_any_name_can_be_shown(name: str):
    """Two dollar signs are no formula, and what is no character has a number."""
    assert figures.pixels(figures.contact_sheet(PICTURES[:1], [name], "one")).min() < 255
    label = name.replace("\udcff\n", "")
    assert figures.pixels(figures.confusion_matrix(np.eye(2, dtype=np.int64), [label, "b"], 2)).min() < 255


def test_the_surest_mistakes_come_first():
    logits, targets = RANDOM.normal(0, 2, (50, 4)), RANDOM.integers(0, 4, 50)
    paths = [Path(f"data/letters/{'abcd'[target]}/kai-{n}.png") for n, target in enumerate(targets)]
    figure = figures.mistakes(PICTURES, logits, targets, "abcd", paths, "validation")
    likelihoods = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wrong = [number for number in range(50) if logits[number].argmax() != targets[number]]
    worst = sorted(wrong, key=lambda number: -likelihoods[number].max())[:32]
    assert captions(figure) == [
        f"{'abcd'[targets[n]]}/kai-{n}.png "
        f"{'abcd'[targets[n]]} read as {'abcd'[logits[n].argmax()]} {likelihoods[n].max():.2f}"
        for n in worst
    ]
    assert all((ours == PICTURES[n]).all() for ours, n in zip(shown(figure), worst, strict=True))
    assert figure.get_suptitle() == f"validation: {len(wrong)} of 50 read wrong; the surest 32"


def test_no_mistakes():
    figure = figures.mistakes(PICTURES[:3], np.eye(3), np.arange(3), "abc", PATHS[:3])
    assert (shown(figure), figure.get_suptitle()) == ([], "no mistakes")


def test_an_answer_that_is_no_number_is_a_mistake():
    logits = np.array([[0, 9.0, 0], [np.nan, np.nan, np.nan]])
    assert captions(figures.mistakes(PICTURES[:2], logits, np.array([0, 0]), "abc", PATHS[:2])) == [
        "a/0.png a read as b 1.00",
        "a/1.png a read as nothing nan",
    ]


def test_a_figure_is_kept_as_a_small_file(tmp_path: Path):
    figure = figures.contact_sheet(PICTURES[:8], [""] * 8, "eight")
    figures.save(figure, tmp_path / "sheet.png")
    pixels = figures.pixels(figure)
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.size == (pixels.shape[1], pixels.shape[0])
        assert len(picture.convert("RGB").getcolors()) <= 64
        assert np.abs(np.asarray(picture.convert("RGB"), np.int64) - pixels).mean() < 3
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.png"]


def test_of_many_labels_those_most_often_mistaken_are_shown() -> None:
    labels = [chr(0x4E00 + number) for number in range(1000)]
    counts = np.eye(1000, dtype=np.int64)
    mistaken = RANDOM.permutation(1000)[:40]
    counts[mistaken, np.roll(mistaken, 1)] = RANDOM.integers(1, 9, 40)
    figure = figures.confusion_matrix(counts, labels, int(counts.sum()))
    assert max(figure.get_size_inches()) < 13
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == [labels[n] for n in sorted(mistaken)]
    expected = (counts / counts.sum(axis=1, keepdims=True))[np.ix_(np.sort(mistaken), np.sort(mistaken))]
    np.fill_diagonal(expected, 0)
    assert shown(figure)[0] == pytest.approx(expected)
    right = 1000 / counts.sum()
    title = f"{right:.1%} of {counts.sum():,} right the 40 of 1,000 labels most often mistaken"
    assert captions(figure) == [title]


def test_what_is_right_is_painted_on_the_diagonal() -> None:
    figure = figures.confusion_matrix(np.array([[9, 1], [5, 5]]), "ab", 20)
    diagonal = np.ma.masked_array(figure.axes[0].images[1].get_array())
    assert diagonal.compressed() == pytest.approx([0.9, 0.5])
    assert diagonal.mask.tolist() == [[False, True], [True, False]]

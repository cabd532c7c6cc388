import warnings

import numpy as np
import pytest

from charnet.measure import figures, fonts, units

LACKING = "\U0001fae8"  # a face of 2022, which no font of letters has


@pytest.fixture(autouse=True)
def _told_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_told", set())
    monkeypatch.setattr(fonts, "_family", fonts._family.__wrapped__)


def test_what_the_usual_font_has_is_left_to_it() -> None:
    assert (fonts.others("abc 1"), fonts.others("aä é ש ж")) == ([], ["DejaVu Sans"])
    assert fonts.lacking("aä é ש ж\n") == ""
    assert fonts.legible(["ä", "yes"]) == ["ä", "yes"]


def test_another_font_is_taken_where_it_has_what_the_usual_one_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [("DejaVu Sans", frozenset(map(ord, "aש"))), ("DejaVu Serif", frozenset({0x3042}))]
    monkeypatch.setattr(fonts, "_fonts", lambda: iter(known))
    assert (fonts.others("aあש"), fonts.lacking("aあש")) == (["DejaVu Serif", "DejaVu Sans"], "")
    figure = figures.new_figure(1, 1)
    text = figure.text(0, 0, "あ")
    fonts.apply(figure)
    assert text.get_fontfamily()[-1] == "DejaVu Serif"


def test_what_no_font_has_is_named_by_its_number_and_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    counts, labels = np.eye(2, dtype=np.int64), ("a", LACKING)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            figure = figures.confusion_matrix(counts, labels, 2)
            figures.pixels(figure)
        figures.pixels(units.film({0: np.ones((2, 16, 10)), 1: np.ones((2, 16, 10))}, np.ones((2, 2)), labels))
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == ["a", "U+1FAE8"]
    told = capsys.readouterr().err
    assert told == "note: no font here has these characters, so their numbers are printed instead: U+1FAE8\n"

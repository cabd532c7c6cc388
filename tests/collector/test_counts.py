from pathlib import Path

import numpy as np

from charnet.collector.counts import SampleCounter, made_by_program
from charnet.collector.store import Store
from charnet.pictures import ink
from charnet.spec import Spec

STARTERS = Path(__file__).parent.parent.parent / "data/letters"


def test_every_starter_letter_was_made_by_a_program() -> None:
    for path in STARTERS.glob("*/*7.png"):
        strokes = ink.from_png(path)
        assert strokes is not None and made_by_program(strokes), path


def test_points_drawn_by_hand_are_not_evenly_apart_in_time() -> None:
    drawn = np.array([[0.1, 0.1, 12.0 * n, 0.5] for n in range(20)])
    assert made_by_program([drawn])
    drawn[9, 2] += 1
    assert not made_by_program([drawn])
    assert not made_by_program([drawn[:3]])  # a dot
    assert not made_by_program([drawn[:, :2]])  # without times


def test_starter_letters_are_not_counted_as_own(tmp_path: Path) -> None:
    store = Store(tmp_path / "letters", "ab")
    starter = (STARTERS / "a/0.png").read_bytes()
    drawn = [[[0.2, 0.2, 0, 0.5], [0.8, 0.5, 9, 0.5]]]
    own = ink.to_png(ink.framed(drawn, Spec()), drawn)
    counter = SampleCounter(store)
    assert counter.count().own == {"a": 0, "b": 0}
    for content in (starter, starter, own):
        store.save("a", content)
    store.save("a", starter, "anna")  # a writer is a person
    (tmp_path / "letters/a/9.png").write_bytes(b"no picture")
    assert counter.count().own == {"a": 3, "b": 0}
    store.remove("a", "1")
    store.save("a", own)  # under the same name
    assert store.count("a") == 5
    assert counter.count().own == {"a": 4, "b": 0}

import numpy as np
import pytest

from charnet.measure import figures, units

RANDOM = np.random.default_rng(0)


def history(count: int, epochs: list[int], height: int = 16, width: int = 10) -> dict[int, np.ndarray]:
    return {epoch: RANDOM.normal(0, 1 + epoch, (count, height, width)) for epoch in epochs}


def cells(figure) -> list[np.ndarray]:
    """What the bands of a film show."""
    return [np.ma.filled(axes.images[0].get_array().astype(float), np.nan) for axes in figure.axes if axes.images]


def words(figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.mark.parametrize("epochs", [1, 2, 7, 20, 100, 1000, 12345])
def test_the_epochs_of_a_film(epochs: int):
    seen = units.epochs_to_show(epochs)
    assert seen == sorted(set(seen)) and (seen[0], seen[-1]) == (0, epochs) and len(seen) <= 6
    assert units.epochs_to_show(1000) == [0, 10, 30, 100, 300, 1000]


def test_a_row_an_epoch_and_a_column_a_unit_on_its_own_scale():
    frames = history(3, [0, 5, 9])
    (shown,) = cells(units.film(frames, RANDOM.normal(0, 1, (4, 3)), "abcd"))
    assert shown.shape == (3 * 17 - 1, 3 * 11 - 1)
    large = [np.sort(np.abs(frames[9][unit]).ravel())[-6:] for unit in range(3)]
    for row, epoch in enumerate(frames):
        for unit in range(3):
            cell = shown[row * 17 : row * 17 + 16, unit * 11 : unit * 11 + 10]
            scale = (frames[epoch][unit] / cell)[np.abs(cell) < 1]
            assert scale == pytest.approx(scale[0])  # of all epochs: that of the last
            assert large[unit][0] <= scale[0] <= large[unit][1]
    assert np.isnan(shown[16]).all() and np.isnan(shown[:, 10]).all()


def test_what_a_unit_speaks_for_and_against():
    votes = np.array([[3, 0.0], [1, 1], [-2, 5], [2, -1], [-3, 2], [0, -7]])
    figure = units.film(history(2, [0, 4]), votes, ["a", "b", "c", "dé", "$e$", "f"])
    assert words(figure) == ["speaks for", "a dé b", "c $e$ b", "against", "$e$ c f", "f dé a"]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["start", "epoch 4"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "ink here excites the unit",
        "ink here inhibits it",
    ]


@pytest.mark.parametrize(("count", "bands", "rows"), [(1, 1, 6), (20, 1, 6), (21, 2, 4), (60, 3, 3), (300, 5, 3)])
def test_many_units_stand_in_bands_of_fewer_epochs(count: int, bands: int, rows: int):
    figure = units.film(history(count, [0, 1, 3, 10, 30, 100, 300]), RANDOM.normal(0, 1, (5, count)), "abcde")
    shown = cells(figure)
    assert (len(shown), shown[0].shape) == (bands, (rows * 17 - 1, min(count, 20) * 11 - 1))
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert (names[0], names[-1], len(names)) == ("start", "epoch 300", rows)
    told = f"the {count} hidden" if count <= 100 else f"the first 100 of {count} hidden"
    assert told in figure.get_suptitle()
    assert figures.pixels(figure).shape[1] <= 1600


def test_weights_of_nothing_have_a_scale():
    assert figures.pixels(units.film({3: np.zeros((1, 2, 1))}, np.zeros((1, 1)), ["a"])).min() < 255

import numpy as np

from charnet.measure import figures, suspects

ROWS = [
    {"path": "l/b/0.png", "label": "b", "suggested": "a", "score": 0.00123, "probable": True},
    {"path": "l/c/\n.png", "label": "c", "suggested": "e", "score": 0.5, "probable": False},
]


def test_the_list():
    assert suspects.describe(ROWS, 1234)[0].startswith(
        "2 of 1,234 pictures listed, worst first; 1 probably mislabelled:"
    )
    assert suspects.describe(ROWS, 1234)[1:] == [
        "    1  probable  0.0012  b -> a  l/b/0.png",
        "    2            0.5000  c -> e  l/c/\\n.png",
    ]
    assert suspects.describe([], 5)[0].startswith("0 of 5 pictures listed, worst first; none probably mislabelled")


def test_the_sheet_has_the_numbers_of_the_list():
    figure = suspects.sheet(ROWS, np.zeros((2, 16, 10), np.uint8))
    assert figures.pixels(figure).shape[2] == 3
    captions = [" ".join(axes.get_title().split()) for axes in figure.axes]
    assert captions[0] == "1 probable: b/0.png a? 0.001"
    assert captions[1].startswith("2: c/")
    assert figure.get_suptitle() == "the 2 worst, 1 probably mislabelled"
    assert suspects.sheet([], np.zeros((0, 16, 10), np.uint8)).get_suptitle() == "no suspects"

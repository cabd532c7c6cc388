"""The interval of a share in JavaScript against that in Python."""

import pytest
from node import call

from charnet.measure import metrics

COUNTS = [(0, 1), (0, 7), (9, 10), (10, 10), (178, 200), (1500, 1501)]


def test_intervals_are_as_in_python() -> None:
    found = call(("interval.js",), "(m, counts) => counts.map((each) => m['interval.js'].wilson(...each))", COUNTS)
    for (right, total), interval in zip(COUNTS, found, strict=True):
        assert (interval["low"], interval["high"]) == pytest.approx(metrics.wilson(right, total), abs=1e-6)

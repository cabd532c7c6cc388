import math

import pytest

from charnet.system.checks import one_of, within


def test_what_may_be_passes():
    one_of("data.split", "writer", ("sample", "writer"))
    for value in (0, 0.5, 1):
        within("data.validation", value, 0, 1)


@pytest.mark.parametrize("value", [-1e-9, 1.001, math.nan, math.inf, -math.inf])
def test_outside_the_bounds(value: float):
    with pytest.raises(ValueError) as raised:
        within("data.validation", value, 0, 1)
    assert str(raised.value) == f"data.validation: {value} is not between 0 and 1"


@pytest.mark.parametrize("value", ["", "Writer", "writers"])
def test_none_of_the_choices(value: str):
    with pytest.raises(ValueError) as raised:
        one_of("data.split", value, ("sample", "writer"))
    assert str(raised.value) == f"data.split: {value!r} is not one of sample, writer"

import pytest
from sheets_fill import AWRY, Filled, fill, shoot

from charnet.sheets import layout


@pytest.fixture(scope="session")
def filled() -> Filled:
    return fill(layout.pages("acegikmoqsuwy", 10, "kai", "a4")[0], "pencil")


@pytest.fixture(scope="session")
def photo(filled: Filled) -> bytes:
    return shoot(filled.picture, filled.page, AWRY)

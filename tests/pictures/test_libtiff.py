import bombs
import pytest
from readable import SPEC

from charnet.pictures import images


def test_damaged_rows_make_no_lines(capfd: pytest.CaptureFixture[str]) -> None:
    try:
        images.read(bombs.fax_tiff(3000), SPEC)
    except ValueError as error:
        assert "\n" not in str(error)
    assert capfd.readouterr() == ("", "")

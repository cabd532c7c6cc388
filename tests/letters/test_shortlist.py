"""What --move may be given, and what of a list it means."""

import json
from pathlib import Path

import pytest

from charnet.letters import shortlist

ROWS = [{"path": f"letters/a/{n}.png", "probable": n in (1, 4)} for n in range(6)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("probable", [1, 4]),
        ("3", [0, 1, 2]),
        ("300", [0, 1, 2, 3, 4, 5]),
        ("3,1", [0, 2]),
        ("3,", [2]),
        ("3-3", [2]),
        ("2-4,3,6", [1, 2, 3, 5]),
        ("1, 6", [0, 5]),
    ],
)
def test_choice(text: str, places: list[int]):
    assert shortlist.choose(ROWS, shortlist.choice(text)) == [ROWS[place] for place in places]


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "1-", "2-1", "a", "1,b", "1,,2", "0,1", "1.5", "\u0663", "9" * 30 + ","]
)
def test_what_is_no_choice(text: str):
    with pytest.raises(ValueError, match="is neither how many"):
        shortlist.choice(text)


def test_a_number_that_is_not_there():
    with pytest.raises(ValueError, match="no number 999999999, it ends at 6"):
        shortlist.choose(ROWS, shortlist.choice("1-999999999"))
    with pytest.raises(ValueError, match="ends at 0"):
        shortlist.choose([], shortlist.choice("1,2"))


def test_written_and_read(tmp_path: Path):
    assert shortlist.read(tmp_path, Path("letters")) is None
    shortlist.write(tmp_path, ROWS)
    assert shortlist.read(tmp_path, Path("letters")) == ROWS
    for folder in ("letter", "letters/b", "/letters"):
        with pytest.raises(ValueError, match=f"not in {folder}; audit {folder} first"):
            shortlist.read(tmp_path, Path(folder))


@pytest.mark.parametrize("line", ["", "{", "[]", "5", '"a"', "{}", '{"path": 5}', "\xff"])
def test_a_damaged_list(tmp_path: Path, line: str):
    (tmp_path / shortlist.FILE).write_bytes(json.dumps(ROWS[0]).encode() + b"\n" + line.encode("latin1") + b"\n")
    with pytest.raises(ValueError, match="line 2 is damaged"):
        shortlist.read(tmp_path, Path("letters"))

from pathlib import Path

import pytest
from unipen_files import INK, one, segments, small

from charnet.datasets import unipen_format
from charnet.datasets.unipen_format import State, decode, next_state, read
from charnet.datasets.unipen_scan import scan


@pytest.mark.parametrize(
    "line",
    [
        '.SEGMENT CHARACTER 0 "a"',
        ".SEGMENT CHARACTER 0 ? a",
        ".SEGMENT CHARACTER 0 a",
        '.SEGMENT 0 ? "a"',
        '.segment character 0 ok "a"',
        '.SEGMENT CHARACTER 0 ? "\\a"',
        '.SEGMENT CHARACTER\n  0-2,\n  3\n  GOOD "a"',
        '.SEGMENT CHARACTER 0 ? "a',
    ],
)
def test_segments_with_parts_missing_are_read(tmp_path: Path, line: str) -> None:
    result = scan(one(small(tmp_path, segments(line))))
    assert [letter.label for letter in result.letters] == ["a"], result.left_out


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_character_set_and_line_end_is_read(encoding: str, end: str) -> None:
    assert decode(f".WRITER_ID Jürg{end}.PEN_DOWN{end}".encode(encoding)) == ".WRITER_ID Jürg\n.PEN_DOWN\n"


def test_includes_are_found_nested_in_any_case_and_never_outside(tmp_path: Path) -> None:
    dat = segments(
        ".INCLUDE none.dat",
        f".INCLUDE {'x' * 999}",
        ".INCLUDE ../../secret.dat",
        ".INCLUDE KAI\\DATA\\KAI0\\B.DAT",
        ".FOO 1",
    )
    nested = ".INCLUDE kai/data/kai0/b.dat\n.INCLUDE kai/data/kai0/yslee.dat\n"
    small(tmp_path, dat + '.SEGMENT CHARACTER 4 ? "q"\n', b=nested)
    (tmp_path / "train_r01_v07/secret.dat").write_text(INK)
    result = scan(one(tmp_path))
    assert [letter.label for letter in result.letters] == ["q"]  # component 4: the second time that the ink comes in
    assert {reason: times for reason, (times, _) in result.notes.items()} == {
        "missing include": 3,
        "include within itself": 1,
        "unknown keyword": 1,
    }
    assert result.notes["unknown keyword"][1] == ".FOO in yslee.dat"


def test_components_are_the_statements_with_points_in_the_state_before_them(tmp_path: Path) -> None:
    file = one(small(tmp_path))
    content = read(file.path, file.include, file.donor)
    assert [component.down for component in content.components] == [True, False, True, True]
    assert [component.text.split() for component in content.components][1] == ["5", "5", "6", "6"]
    state = content.components[0].state
    assert (state.donor, state.writer, state.style, state.rate) == ("kai", "yslee", "printed", 200)
    assert content.writer == "yslee" and not content.notes
    assert [(segment.level, segment.components.strip(), segment.label) for segment in content.segments] == [
        ("CHARACTER", "0-2", "a")
    ]


@pytest.mark.parametrize(
    ("line", "rate", "per_inch"),
    [
        (".POINTS_PER_SECOND 9600", 200, (1, 1)),  # the line's speed, no tablet's
        (".POINTS_PER_SECOND many", 200, (1, 1)),
        (".POINTS_PER_SECOND", 200, (1, 1)),
        (".POINTS_PER_SECOND 75.5", 75.5, (1, 1)),
        (".X_POINTS_PER_MM 10", 200, (10, 1)),
        (".Y_POINTS_PER_INCH 300", 200, (1, 300)),
        (".Y_POINTS_PER_INCH 0", 200, (1, 1)),
        (".COORD X P", 200, (1, 1)),  # points without y
    ],
)
def test_values_that_make_no_sense_change_nothing(
    tmp_path: Path, line: str, rate: float, per_inch: tuple[float, float]
) -> None:
    drawn = f"{line}\n.WRITER_ID w\n.PEN_DOWN\n0 0\n1 1\n"
    file = one(small(tmp_path, ".INCLUDE kai/kai0.doc\n.INCLUDE kai/data/kai0/b.dat\n", b=drawn))
    (component,) = read(file.path, file.include, file.donor).components
    assert (component.state.rate, component.state.per_inch, component.state.columns) == (rate, per_inch, ("X", "Y"))


def test_files_that_include_each_other_come_to_an_end(tmp_path: Path) -> None:
    names = [f"b{number}" for number in range(8)]
    all_of_them = "".join(f".INCLUDE kai/data/kai0/{name}.dat\n" for name in names) * 3
    result = scan(one(small(tmp_path, segments(*all_of_them.splitlines()), **dict.fromkeys(names, all_of_them))))
    assert not result.letters
    assert result.notes["file that is too large"][1].startswith("yslee.dat: with its includes it has more than 100 ")


def test_bytes_and_statements_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = one(small(tmp_path, segments(*['.SEGMENT CHARACTER 0 "a"'] * 100)))
    monkeypatch.setattr(unipen_format, "MOST_STATEMENTS", 100)
    with pytest.raises(ValueError, match="more than 100 statements"):
        read(file.path, file.include, file.donor)
    monkeypatch.setattr(unipen_format, "MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="more than 100 files or 0 MB"):
        read(file.path, file.include, file.donor)


@pytest.mark.parametrize(
    ("components", "reason"),
    [
        ("0," * 100_000 + "0", "component numbers that can't be read"),
        ("0-3," * 90 + "0", "segments that name the same ink again and again"),
        ("9" * 5000, "component numbers that can't be read"),
    ],
    ids=["parts", "again", "digits"],
)
def test_segments_take_no_longer_than_their_file_is_long(tmp_path: Path, components: str, reason: str) -> None:
    lines = [f'.SEGMENT CHARACTER {components} ? "a"'] * 10
    result = scan(one(small(tmp_path, segments(*lines))))
    assert reason in result.left_out


def test_points_of_a_thousand_columns_are_no_points() -> None:
    """Each line would be padded to all of them."""
    state = next_state(State("donor"), "COORD", ["X", "Y", *map(str, range(1000))])
    assert state.columns == ("X", "Y")
    assert next_state(state, "COORD", ["X", "Y", "T", "P"]).columns == ("X", "Y", "T", "P")

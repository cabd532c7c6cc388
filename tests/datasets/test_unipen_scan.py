import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from unipen_files import one, segments, small

from charnet.datasets.counts import ReasonCounts
from charnet.datasets.unipen_scan import SegmentFile, plan, scan, segment_files, writer_names


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('.SEGMENT CHARACTER 4 ? "a"', "index past the last component"),
        ('.SEGMENT CHARACTER 0-99999999999 ? "a"', "component numbers that can't be read"),
        ('.SEGMENT CHARACTER 0:1-0:3 ? "a"', "index past the last point of a component"),
        ('.SEGMENT CHARACTER 1 ? "a"', "fewer than two points with the pen down"),
        ('.SEGMENT CHARACTER 0:1 ? "a"', "fewer than two points with the pen down"),
        ('.SEGMENT CHARACTER 2-0 ? "a"', "component numbers that run backwards"),
        ('.SEGMENT CHARACTER 0:-3 ? "a"', "component numbers that can't be read"),
        ('.SEGMENT CHARACTER ? ? "a"', "no component numbers"),
        ('.SEGMENT CHARACTER 0 ? "A"', "label that is not one lowercase letter"),
        ('.SEGMENT CHARACTER 0 ? "ab"', "label that is not one lowercase letter"),
        ('.SEGMENT CHARACTER 0 ? "\\""', "label that is not one lowercase letter"),
        ('.SEGMENT CHARACTER 0 ? "é"', "label that is not one lowercase letter"),
        (".SEGMENT CHARACTER 0 ?", "label that is not one lowercase letter"),
        (".SEGMENT", "label that is not one lowercase letter"),
        ('.SEGMENT WORD 0-3 ? "a"', "segment of a word or text"),
    ],
)
def test_what_cannot_be_drawn_is_counted_and_the_rest_goes_on(tmp_path: Path, line: str, reason: str) -> None:
    result = scan(one(small(tmp_path, segments(line, '.SEGMENT CHARACTER 2 OK "z"'))))
    assert [letter.label for letter in result.letters] == ["z"]
    assert list(result.left_out) == [reason] and result.left_out.total == 1
    assert "yslee.dat" in result.left_out[reason][1]


def test_coordinates_beyond_measure_are_left_out(tmp_path: Path) -> None:
    dat = '.INCLUDE kai/data/kai0/b.dat\n.SEGMENT CHARACTER 0 ? "b"\n.SEGMENT CHARACTER 1 ? "c"'
    rough = ".WRITER_ID w\n.PEN_DOWN\n0 0\n1e300 1\n.PEN_DOWN\n0 0\n1 nan\n"
    result = scan(one(small(tmp_path, dat, b=rough)))
    assert result.left_out.total == 2 and list(result.left_out) == ["coordinates that are not usable numbers"]


def test_writers_differ_by_donor_and_their_names_are_safe() -> None:
    ids = {("kai", "Lee"), ("kai", "lee"), ("app", "Lee"), ("kai", "../x y"), ("kai", "Jürg"), ("kai", "r00-11")}
    names = writer_names(ids)
    assert len(set(names.values())) == len(ids)
    assert sorted(names.values()) == ["app-lee", "kai-_x_y", "kai-jurg", "kai-lee", "kai-lee_2", "kai-r00-11"]
    assert writer_names(ids) == names
    assert len({*writer_names({("kai", "x" * 300), ("kai", "x" * 299)}).values()}) == 2


def test_a_writer_without_name_is_noticed(tmp_path: Path) -> None:
    dat = '.INCLUDE kai/data/kai0/b.dat\n.SEGMENT CHARACTER 0 ? "b"'
    result = scan(one(small(tmp_path, dat, b=".PEN_DOWN\n0 0\n1 1\n")))
    assert result.letters[0].writer == ("kai", "unknown") and result.notes.total == 1
    result = scan(one(small(tmp_path, dat, b=".PEN_DOWN\n0 0\n1 1\n.WRITER_ID late\n")))
    assert result.letters[0].writer == ("kai", "late")


def test_an_unreadable_segment_file_is_noticed(tmp_path: Path) -> None:
    result = scan(SegmentFile(tmp_path / "gone.dat", tmp_path, "kai"))
    assert list(result.notes) == ["file that can't be read"]


def test_all_of_a_donor_is_read_from_the_real_archive(real_data: Path, tmp_path: Path) -> None:
    with tarfile.open(real_data / "unipen-1c.tar.xz") as tar:
        for member in tar:
            if member.isfile() and {"kai", "mot", "pri", "aga"} & set(member.name.split("/")):
                tar.extract(member, tmp_path, filter="data")
    scans = [scan(file) for file in segment_files(tmp_path)]
    said = sum(path.read_bytes().count(b".SEGMENT CHARACTER") for path in tmp_path.glob("*/data/1c/**/*.dat"))
    left_out = ReasonCounts()
    for result in scans:
        left_out.merge(result.left_out)
    assert said > 3000 and left_out.total <= 4 and sum(len(result.letters) for result in scans) == said - left_out.total
    assert len({path for rows in plan(scans) for _, path in rows}) == said - left_out.total


def test_segment_files_are_found_in_any_case_and_sorted(tmp_path: Path) -> None:
    for name in (
        "X/DATA/1C/KAI/B.DAT",
        "X/DATA/1C/KAI/a.dat",
        "X/DATA/1C/APP/z/c.dat",
        "X/DATA/1B/KAI/d.dat",
        "1c/e.dat",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "X/INCLUDE").mkdir()
    (tmp_path / "X/DATA/1C/KAI/note.txt").touch()
    found = segment_files(tmp_path)
    assert [(file.path.name, file.donor) for file in found] == [("c.dat", "app"), ("B.DAT", "kai"), ("a.dat", "kai")]
    assert {file.include for file in found} == {tmp_path / "X/INCLUDE"}


def test_names_count_a_writers_samples_of_a_label_and_tell_the_style(tmp_path: Path) -> None:
    lines = [f'.SEGMENT CHARACTER 0 ? "{label}"' for label in "aba"]
    one_file = scan(one(small(tmp_path, segments(*lines))))
    expected = [
        [(0, "a/kai-yslee-0001.printed.png"), (1, "b/kai-yslee-0001.printed.png"), (2, "a/kai-yslee-0002.printed.png")],
        [(0, "a/kai-yslee-0003.printed.png"), (1, "b/kai-yslee-0002.printed.png"), (2, "a/kai-yslee-0004.printed.png")],
    ]
    assert plan([one_file, one_file]) == expected
    odd = replace(one_file, letters=[one_file.letters[0]._replace(style="hasty")])
    assert plan([odd]) == [[(0, "a/kai-yslee-0001.png")]]

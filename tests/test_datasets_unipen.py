"""UNIPEN files made by hand, each with one thing that the format or its rougher copies have."""

import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from charnet import ink
from charnet.datasets import folders, style_of, unipen, writer_of
from charnet.datasets.unipen_format import decode, read
from charnet.datasets.unipen_ink import points, strokes
from charnet.datasets.unipen_scan import SegmentFile, plan, scan, segment_files, writer_names
from charnet.spec import Spec

# Components: 0 down, (an empty one, not counted), 1 up with points, 2 down, 3 down without a .PEN_UP before it
INK = """
.COMMENT an indented keyword in a comment is none:
    .PEN_DOWN
.WRITER_ID  yslee
.STYLE PRINTED
.PEN_DOWN
0 0
10 0
10 20
.PEN_UP
.PEN_UP
5 5
6 6
.START_BOX
.PEN_DOWN
0 10
20 10
.PEN_DOWN
3 3
4 5
5 3
"""
DOC = ".COORD X Y\n.POINTS_PER_SECOND 200\n.HIERARCHY CHARACTER\n"
DAT = '.VERSION 1.0\n.INCLUDE kai/kai0.doc\n.INCLUDE kai/data/kai0/yslee.dat\n.SEGMENT CHARACTER 0-2 ? "a"\n'


def put(root: Path, files: dict[str, str | bytes]) -> Path:
    """Files below train_r01_v07: "1c/..." the segment files, the others in include."""
    for name, content in files.items():
        path = root / "train_r01_v07" / ("data" if name.startswith("1c/") else "include") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def small(root: Path, dat: str | bytes = DAT, **inks: str | bytes) -> Path:
    files = {"1c/kai/kai0/yslee.dat": dat, "kai/kai0.doc": DOC, "kai/data/kai0/yslee.dat": INK}
    return put(root, files | {f"kai/data/kai0/{name}.dat": text for name, text in inks.items()})


def one(root: Path) -> unipen.SegmentFile:
    (file,) = segment_files(root)
    return file


def segments(*lines: str) -> str:
    return DAT.rpartition(".SEGMENT")[0] + "\n".join(lines) + "\n"


def called(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = unipen.main([str(word) for word in words])
    output = capsys.readouterr()
    return status, output.out, output.err


@pytest.mark.parametrize(
    ("where", "lengths"),
    [
        ("0", [3]),
        ("0-2", [3, 2]),  # the pen-up component counts, and isn't drawn
        ("0-3", [3, 2, 3]),
        ("0,3", [3, 3]),
        ("0:1-2:0", [2, 1]),
        ("0-0:1", [2]),
        ("2:1-3", [1, 3]),
        ("0:0-0:1,3:1-3:2", [2, 2]),
        ("0 - 2 , 3", [3, 2, 3]),
    ],
)
def test_a_segment_names_components_ranges_and_points(tmp_path: Path, where: str, lengths: list[int]) -> None:
    file = one(small(tmp_path))
    found, state = strokes(read(file.path, file.include, file.donor), where)
    assert [len(stroke) for stroke in found] == lengths
    assert (state.donor, state.writer, state.style) == ("kai", "yslee", "printed")


def test_strokes_lie_in_the_square_with_y_downwards_and_times_in_milliseconds(tmp_path: Path) -> None:
    file = one(small(tmp_path))
    (first, second), _ = strokes(read(file.path, file.include, file.donor), "0-2")
    # 20 x 20 units; the width, at most 0.55 of the square, decides
    expected = np.array([[0, 20], [10, 20], [10, 0]]) / 20 * 0.55 + (1 - 0.55) / 2
    np.testing.assert_allclose(first[:, :2], expected)
    np.testing.assert_allclose(second[:, :2], np.array([[0, 10], [20, 10]]) / 20 * 0.55 + (1 - 0.55) / 2)
    assert first[:, 2].tolist() == [0, 5, 10] and second[:, 2].tolist() == [25, 30]  # two points in the air between
    assert (first[:, 3] == 0.5).all()


def test_coordinates_come_in_the_order_and_resolution_that_the_file_says(tmp_path: Path) -> None:
    drawn = ".X_POINTS_PER_INCH 100\n.Y_POINTS_PER_INCH 200\n.COORD T Y P X\n.WRITER_ID w\n"
    small(tmp_path, 'X\n.INCLUDE kai/data/kai0/b.dat\n.SEGMENT CHARACTER 0 ? "b"', b=drawn + ".PEN_DOWN\n")
    path = tmp_path / "train_r01_v07/include/kai/data/kai0/b.dat"
    path.write_text(path.read_text() + "1000 0 50 0\n1015 20 100 10\n")
    file = one(tmp_path)
    (stroke,), _ = strokes(read(file.path, file.include, file.donor), "0")
    assert stroke[:, 2].tolist() == [0, 15] and stroke[:, 3].tolist() == [0.5, 1]
    width, height = np.ptp(stroke[:, :2], axis=0)
    assert width == pytest.approx(height)  # 10 units at 100 an inch are as long as 20 at 200


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('.SEGMENT CHARACTER 4 ? "a"', "index past the last component"),
        ('.SEGMENT CHARACTER 0-99999999999 ? "a"', "index past the last component"),
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


def test_points_are_read_from_rough_lines() -> None:
    columns = ("X", "Y")
    assert points("\t1 2\n\n 3\t4 \n", columns).tolist() == [[1, 2], [3, 4]]
    assert points("1 2 3 4", columns).tolist() == [[1, 2], [3, 4]]
    assert points("1 2 7\n3 4 7\n", columns).tolist() == [[1, 2], [3, 4]]  # a column that .COORD doesn't name
    assert points("1 2\nlost -\n3 4\n", columns).tolist() == [[1, 2], [3, 4]]


def test_coordinates_beyond_measure_are_left_out(tmp_path: Path) -> None:
    dat = '.INCLUDE kai/data/kai0/b.dat\n.SEGMENT CHARACTER 0 ? "b"\n.SEGMENT CHARACTER 1 ? "c"'
    rough = ".WRITER_ID w\n.PEN_DOWN\n0 0\n1e300 1\n.PEN_DOWN\n0 0\n1 nan\n"
    result = scan(one(small(tmp_path, dat, b=rough)))
    assert result.left_out.total == 2 and list(result.left_out) == ["coordinates that are no usable numbers"]


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


def test_writers_differ_by_donor_and_their_names_are_safe() -> None:
    ids = {("kai", "Lee"), ("kai", "lee"), ("app", "Lee"), ("kai", "../x y"), ("kai", "Jürg"), ("kai", "r00-11")}
    names = writer_names(ids)
    assert len(set(names.values())) == len(ids)
    assert sorted(names.values()) == ["app-lee", "kai-_x_y", "kai-jurg", "kai-lee", "kai-lee_2", "kai-r00-11"]
    assert writer_names(ids) == names
    assert len({*writer_names({("kai", "x" * 300), ("kai", "x" * 299)}).values()}) == 2


def test_a_file_name_tells_writer_and_style() -> None:
    assert writer_of("letters/a/kai-r00-11-0001.printed.png") == "kai-r00-11"
    assert writer_of(Path("my-letters/a/12.png")) == ""
    assert style_of("a/kai-lee-0001.printed.png") == "printed"
    assert style_of("a/kai-lee-0001.png") == style_of("a/12.png") == style_of("a/1.odd.png") == ""


def test_a_writer_without_name_is_noticed(tmp_path: Path) -> None:
    dat = '.INCLUDE kai/data/kai0/b.dat\n.SEGMENT CHARACTER 0 ? "b"'
    result = scan(one(small(tmp_path, dat, b=".PEN_DOWN\n0 0\n1 1\n")))
    assert result.letters[0].writer == ("kai", "unknown") and result.notes.total == 1
    result = scan(one(small(tmp_path, dat, b=".PEN_DOWN\n0 0\n1 1\n.WRITER_ID late\n")))
    assert result.letters[0].writer == ("kai", "late")


def test_samples_are_drawn_as_the_page_draws_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = small(tmp_path / "source"), tmp_path / "out"
    status, printed, _ = called(capsys, source, "--out", out)
    assert status == 0 and "1 letters by 1 writers (1 new, 0 were there)" in printed
    (path,) = out.rglob("*.png")
    assert path == out / "a" / "kai-yslee-0001.printed.png"
    found = ink.from_png(path)
    assert found is not None and [len(stroke) for stroke in found] == [3, 2]
    assert ink.to_png(ink.framed(found, Spec()), found) == path.read_bytes()
    with Image.open(path) as picture:
        assert picture.size == (10, 16) and picture.mode == "L"


def many(root: Path, files: int = 6) -> Path:
    """Segment files of one writer, each with three letters."""
    lines = segments(
        *(f'.SEGMENT CHARACTER {where} ? "{label}"' for where, label in [("0", "a"), ("2", "b"), ("3", "a")])
    )
    small(root, lines)
    return put(root, {f"1c/kai/kai1/{number}.dat": lines for number in range(files - 1)})


def contents(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_an_interrupted_import_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, whole, out = many(tmp_path / "source"), tmp_path / "whole", tmp_path / "out"
    assert called(capsys, source, "--out", whole)[0] == 0
    written = 0

    def full(path: Path, content: bytes) -> None:
        nonlocal written
        written += 1
        if written > 7:
            raise OSError(28, "No space left on device")
        write(path, content)

    write, folders.write = folders.write, full
    try:
        status, _, errors = called(capsys, source, "--out", out)
    finally:
        folders.write = write
    assert status == 1 and errors.strip().splitlines()[-1].startswith("error: [Errno 28] No space left")
    there = contents(out)
    assert len(there) == 8 and there.items() <= contents(whole).items()
    (out / "a" / "kai-yslee-0001.printed.png").write_bytes(b"")  # what a crash of the machine can leave
    status, printed, _ = called(capsys, source, "--out", out)
    assert status == 0 and "18 letters by 1 writers (12 new, 6 were there)" in printed
    assert contents(out) == contents(whole)
    assert "(0 new, 18 were there)" in called(capsys, source, "--out", out)[1]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", torn)
    with pytest.raises(OSError, match="No space"):
        folders.write(tmp_path / "a.png", b"content")
    assert not list(tmp_path.iterdir())


def test_two_imports_do_not_mix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = small(tmp_path / "source"), tmp_path / "out"
    assert called(capsys, source, "--out", out)[0] == 0
    status, _, errors = called(capsys, source, "--out", out, "--width", 12)
    assert status == 1 and "width 10 there, 12 now" in errors
    small(source, segments('.SEGMENT CHARACTER 3 ? "a"'))
    status, _, errors = called(capsys, source, "--out", out)
    assert status == 1 and "holds another import (source" in errors
    (tmp_path / "own" / "a").mkdir(parents=True)
    status, _, errors = called(capsys, source, "--out", tmp_path / "own")
    assert status == 1 and "another origin" in errors


def test_processes_give_the_same_files(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = many(tmp_path / "source", files=folders.FEW + 1)
    command = [sys.executable, "-m", "charnet.datasets.unipen", str(source), "--out"]
    result = subprocess.run([*command, str(tmp_path / "two"), "--jobs", "2"], capture_output=True, text=True)
    assert result.returncode == 0 and "99 letters by 1 writers (99 new" in result.stdout, result.stderr
    assert unipen.main([str(source), "--out", str(tmp_path / "one"), "--jobs", "1"]) == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def pack(source: Path, archive: Path) -> Path:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for path in source.rglob("*"):
                file.write(path, path.relative_to(source))
    else:
        with tarfile.open(archive, f"w:{archive.suffix[1:].replace('tgz', 'gz').replace('tar', '')}") as tar:
            tar.add(source / "train_r01_v07", "train_r01_v07")
    return archive


@pytest.mark.parametrize("name", ["u.tar", "u.tar.gz", "u.tar.xz", "u.tgz", "u.zip"])
def test_archives_give_what_their_folder_gives(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    source = small(tmp_path / "source")
    archive = pack(source, tmp_path / name)
    assert called(capsys, source, "--out", tmp_path / "one")[0] == 0
    assert called(capsys, archive, "--out", tmp_path / "two")[0] == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    status, _, errors = called(capsys, archive, "--out", tmp_path / "three")
    assert status == 1 and f"error: {archive}: " in errors and errors.count("\n") == 2
    assert not (tmp_path / "three").exists()


@pytest.mark.parametrize(
    "name", ["../train_r01_v07/data/1c/x.dat", "/data/1c/x.dat", "data\\1c\\..\\..\\..\\x", "C:/x"]
)
@pytest.mark.parametrize("suffix", [".tar", ".zip"])
def test_an_archive_that_climbs_is_refused(
    tmp_path: Path, name: str, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = pack(small(tmp_path / "source"), tmp_path / f"u{suffix}")
    if suffix == ".zip":
        with zipfile.ZipFile(archive, "a") as file:
            file.writestr(name, "content")
    else:
        with tarfile.open(archive, "a") as tar:
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    status, _, errors = called(capsys, archive, "--out", tmp_path / "out")
    assert status == 1 and "would land outside" in errors and not (tmp_path / "out").exists()


def test_what_is_not_unipen_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "note.txt").write_text("hello")
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.add(tmp_path / "note.txt", "note.txt")
    for source, words in {
        "folder": "not UNIPEN",
        "other.tar": "not UNIPEN",
        "note.txt": "not a whole .tar",
        "absent": "no such file or folder",
    }.items():
        status, printed, errors = called(capsys, tmp_path / source, "--out", tmp_path / "out")
        assert (status, printed) == (1, "") and errors.splitlines()[-1].startswith(
            f"error: {tmp_path / source}: {words}"
        )
    small(tmp_path / "folder", segments('.SEGMENT CHARACTER 0 ? "A"'))
    status, _, errors = called(capsys, tmp_path / "folder", "--out", tmp_path / "out")
    assert status == 1 and "no letter in it could be drawn" in errors
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [[], ["x"], ["x", "--out", "y", "--width", "0"], ["x", "--out", "y", "--pen", "nan"]])
def test_a_wrong_call_ends_with_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        unipen.main(words)
    assert end.value.code == 2 and "error:" in capsys.readouterr().err


def test_all_of_a_donor_is_read_from_the_real_archive(real_data: Path, tmp_path: Path) -> None:
    with tarfile.open(real_data / "unipen-1c.tar.xz") as tar:
        for member in tar:
            if member.isfile() and {"kai", "mot", "pri", "aga"} & set(member.name.split("/")):
                tar.extract(member, tmp_path, filter="data")
    scans = [scan(file) for file in segment_files(tmp_path)]
    said = sum(path.read_bytes().count(b".SEGMENT CHARACTER") for path in tmp_path.glob("*/data/1c/**/*.dat"))
    left_out = folders.Tally()
    for result in scans:
        left_out.merge(result.left_out)
    assert said > 3000 and left_out.total <= 4 and sum(len(result.letters) for result in scans) == said - left_out.total
    assert len({path for rows in plan(scans) for _, path in rows}) == said - left_out.total


def test_an_unreadable_segment_file_is_noticed(tmp_path: Path) -> None:
    result = scan(SegmentFile(tmp_path / "gone.dat", tmp_path, "kai"))
    assert list(result.notes) == ["file that can't be read"]

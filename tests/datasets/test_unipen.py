import errno
import os
import signal
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from unipen_files import put, segments, small

from charnet.datasets import unipen
from charnet.pictures import ink
from charnet.spec import Spec
from charnet.system import files


def called(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = unipen.main([str(word) for word in words])
    output = capsys.readouterr()
    return status, output.out, output.err


def many(root: Path, files: int = 6) -> Path:
    """Segment files of one writer, each with three letters."""
    lines = segments(
        *(f'.SEGMENT CHARACTER {where} ? "{label}"' for where, label in [("0", "a"), ("2", "b"), ("3", "a")])
    )
    small(root, lines)
    return put(root, {f"1c/kai/kai1/{number}.dat": lines for number in range(files - 1)})


def contents(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def pack(source: Path, archive: Path) -> Path:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for path in source.rglob("*"):
                file.write(path, path.relative_to(source))
    else:
        with tarfile.open(archive, f"w:{archive.suffix[1:].replace('tgz', 'gz').replace('tar', '')}") as tar:
            tar.add(source / "train_r01_v07", "train_r01_v07")
    return archive


def test_samples_are_drawn_as_the_page_draws_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = small(tmp_path / "source"), tmp_path / "out"
    status, printed, _ = called(capsys, source, "--out", out)
    assert status == 0 and "1 letters by 1 writers (1 new, 0 already there)" in printed
    (path,) = out.rglob("*.png")
    assert path == out / "a" / "kai-yslee-0001.printed.png"
    found = ink.from_png(path)
    assert found is not None and [len(stroke) for stroke in found] == [3, 2]
    assert ink.to_png(ink.framed(found, Spec()), found) == path.read_bytes()
    with Image.open(path) as picture:
        assert picture.size == (10, 16) and picture.mode == "L"


def test_an_interrupted_import_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, whole, out = many(tmp_path / "source"), tmp_path / "whole", tmp_path / "out"
    assert called(capsys, source, "--out", whole)[0] == 0
    written = 0

    def full(path: Path, content: bytes, durable: bool = True) -> None:
        nonlocal written
        written += 1
        if written > 8:  # the record and seven samples
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write(path, content, durable)

    write = files.write_bytes
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_bytes", full)
        status, _, errors = called(capsys, source, "--out", out)
    note, error = errors.strip().splitlines()[-2:]
    assert status == 1 and error.startswith(f"error: {out}/") and "No space left on device; make room" in error
    assert note == f"note: what is in {out} is whole; the same command goes on with it"
    there = contents(out)
    assert len(there) == 8 and there.items() <= contents(whole).items()
    (out / "a" / "kai-yslee-0001.printed.png").write_bytes(b"")  # what a crash of the machine can leave
    status, printed, _ = called(capsys, source, "--out", out)
    assert status == 0 and "18 letters by 1 writers (12 new, 6 already there)" in printed
    assert contents(out) == contents(whole)
    assert "(0 new, 18 already there)" in called(capsys, source, "--out", out)[1]


@pytest.mark.skipif(os.name != "posix", reason="needs a signal for Ctrl-C")
def test_ctrl_c_leaves_whole_samples_and_says_how_to_go_on(tmp_path: Path) -> None:
    source, out = many(tmp_path / "source", files=100), tmp_path / "out"
    command = [sys.executable, "-m", "charnet.datasets.unipen", str(source), "--out", str(out)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, **pipes, text=True, start_new_session=True)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("drawing"):  # a tenth is done
            os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it, to the processes that help as well
            break
    printed, errors = process.communicate()
    assert process.returncode == 130 and printed == ""
    note = f"note: what is in {out} is whole; the same command goes on with it"
    assert [line for line in errors.splitlines() if not line.startswith("drawing")] == [note, "stopped"]
    there = contents(out)
    assert 30 <= len(there) < 301 and not [name for name in there if name.endswith(".part")]
    finished = subprocess.run(command, capture_output=True, text=True)
    assert finished.returncode == 0 and f"({301 - len(there)} new, {len(there) - 1} already there)" in finished.stdout


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
    source = many(tmp_path / "source", files=unipen.FEW + 2 * unipen.CHUNK)
    letters = 3 * (unipen.FEW + 2 * unipen.CHUNK)
    command = [sys.executable, "-m", "charnet.datasets.unipen", str(source), "--out"]
    result = subprocess.run([*command, str(tmp_path / "two"), "--jobs", "2"], capture_output=True, text=True)
    assert result.returncode == 0 and f"{letters} letters by 1 writers ({letters} new" in result.stdout, result.stderr
    assert unipen.main([str(source), "--out", str(tmp_path / "one"), "--jobs", "1"]) == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


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
    assert status == 1 and "no lowercase letter in it could be drawn" in errors
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["x"],
        ["x", "--out", "y", "--width", "0"],
        ["x", "--out", "y", "--pen", "nan"],
        ["x", "--out", "y", "--jobs", "0"],
    ],
)
def test_a_wrong_call_ends_with_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        unipen.main(words)
    assert end.value.code == 2 and "error:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("characters", "folders"),
    [
        ("lower", ["a"]),
        ("digits", ["7"]),
        ("capitals", ["%41"]),
        ("signs", ["%22", "%40", "%5c"]),
        ("all", ["%22", "%40", "%41", "%5c", "7", "a"]),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_characters_of_each_category(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], characters: str, folders: list[str], packed: bool
) -> None:
    source = small(tmp_path / "source")
    for category, labels in {"1a": ["7", "a"], "1b": ["A", "b"], "1d": ["@", r"\"", r"\\", r"\@", "1", ""]}.items():
        lines = (f'.SEGMENT CHARACTER {n % 2 * 2} ? "{label}"' for n, label in enumerate(labels))
        path = source / f"train_r01_v07/data/{category}/kai/kai0/yslee.dat"
        path.parent.mkdir(parents=True)
        path.write_text(segments(*lines))
    if packed:
        source = pack(source, tmp_path / "source.tar.xz")
    status, _, errors = called(capsys, source, "--out", tmp_path / "out", "--characters", characters)
    assert status == 0, errors
    assert sorted(path.parent.name for path in (tmp_path / "out").rglob("*.png")) == folders
    status, _, errors = called(capsys, source, "--out", tmp_path / "out", "--characters", "digits")
    assert status == (characters != "digits")
    assert characters == "digits" or "holds another import (collection 'unipen-1" in errors


def test_an_archive_without_the_characters_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, errors = called(capsys, small(tmp_path), "--out", tmp_path / "out", "--characters", "signs")
    assert errors.endswith("not UNIPEN, there are no data/1d/**.dat files in it; see --characters and --words\n")


def test_words_lie_beside_their_texts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = small(tmp_path / "source"), tmp_path / "out"
    lines = segments('.SEGMENT WORD 0-2 ? "An"', '.SEGMENT CHARACTER 0 ? "a"', '.SEGMENT WORD 2-3 ? "no1"')
    put(source, {"6/kai/kai0/yslee.dat": lines.replace("HIERARCHY CHARACTER", "HIERARCHY WORD")})
    status, printed, _ = called(capsys, source, "--out", out, "--words")
    assert status == 0 and "1 words by 1 writers (1 new, 0 already there)" in printed
    assert "segment of a character or text" in printed and "label that is not one word" in printed
    (path,) = out.rglob("*.png")
    assert path == out / "kai-yslee-0001.printed.png"
    assert path.with_suffix(".txt").read_text(encoding="utf-8") == "An\n"
    found = ink.from_png(path)
    assert found is not None and [len(stroke) for stroke in found] == [3, 2]
    assert "0 new, 1 already there" in called(capsys, source, "--out", out, "--words")[1]


def test_words_and_characters_are_two_imports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        unipen.main([str(tmp_path), "--out", str(tmp_path / "out"), "--words", "--characters", "digits"])
    assert "not allowed with" in capsys.readouterr().err

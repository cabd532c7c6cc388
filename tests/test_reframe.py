import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from charnet import reframe
from charnet.pictures import box, images, ink
from charnet.pictures.opening import KINDS
from charnet.spec import Spec
from charnet.system import files

LARGE = Spec(width=28, height=28)


def called(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, list[str]]:
    """Exit status, standard output, and the lines of standard error that are no progress."""
    status = reframe.main([str(word) for word in words])
    output = capsys.readouterr()
    return status, output.out, [line for line in output.err.splitlines() if not line.startswith("making samples")]


def with_ink(path: Path, text: str) -> None:
    chunks = PngInfo()
    chunks.add_itxt(ink.CHUNK, text)
    Image.new("L", (10, 16), 255).save(path, pnginfo=chunks)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_samples_of_another_size_come_from_their_ink(
    letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "large"
    (letters / "z/0.png").write_bytes(ink.to_png(images.read(letters / "z/0.png", Spec())))  # one without ink
    Image.open(letters / "z/1.png").convert("RGB").save(letters / "z/9.jpg")
    status, printed, errors = called(capsys, letters, "--width", 28, "--height", 28, "--out", out)
    assert (status, errors) == (0, [])
    assert printed == f"{out}: 23 samples from their ink, 2 from their picture (they hold no ink)\n"
    assert names(out) == sorted(name.replace(".jpg", ".png") for name in names(letters))
    for name in names(out):
        picture, strokes = images.read(out / name, LARGE), ink.from_png(out / name)
        assert picture.shape == (28, 28)
        if name in ("z/0.png", "z/9.png"):
            assert strokes is None
        else:
            there = ink.from_png(letters / name)
            assert strokes is not None and there is not None
            assert all(np.array_equal(a, b) for a, b in zip(strokes, there, strict=True))
            assert np.abs(picture - ink.framed(there, LARGE)).max() < 0.005


def test_samples_from_paper_come_from_their_box(
    letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grey = np.full((90, 80), 255, np.uint8)
    grey[20:70, 40:45], grey[20:25, 30:60] = 0, 60
    picture = images.read(Image.fromarray(grey), Spec())
    (letters / "l/0.png").write_bytes(box.to_png(picture, box.pack(grey), "page 1"))
    (letters / "l/1.png").write_bytes(box.to_png(picture, b"torn", "page 1"))
    out = tmp_path / "large"
    status, printed, errors = called(capsys, letters, "--width", 28, "--height", 28, "--out", out)
    assert printed == (
        f"{out}: 22 samples from their ink, 1 from their box on paper, "
        "0 from their picture (they hold no ink), 1 skipped\n"
    )
    told = f"its box: not a picture that can be read ({KINDS})"
    assert (status, errors) == (1, [f"skipped {letters}/l/1.png: {told}"])
    assert box.from_png(out / "l/0.png") == (box.pack(grey), "page 1")
    assert np.abs(images.read(out / "l/0.png", LARGE) - images.read(Image.fromarray(grey), LARGE)).max() < 0.005


def test_the_same_size_and_framing_change_nothing(
    letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(capsys, letters, "--out", tmp_path / "out")[0] == 0
    for name in names(letters):
        assert (tmp_path / "out" / name).read_bytes() == (letters / name).read_bytes()


def test_processes_give_the_same_samples(
    letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reframe, "CHUNK", 4)
    monkeypatch.setattr(reframe, "FEW", 8)
    (letters / "z/5.png").write_bytes(b"torn")
    status, printed, errors = called(capsys, letters, "--out", tmp_path / "out")
    assert status == 1 and "23 samples" in printed and printed.endswith(", 1 skipped\n") and len(errors) == 1
    for name in set(names(letters)) - {"z/5.png"}:
        shades = [images.decode(folder / name).astype(int) for folder in (letters, tmp_path / "out")]
        assert np.abs(shades[0] - shades[1]).max() <= 1  # they use another number of threads


def test_bad_files_are_named_skipped_and_counted(
    letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (letters / "l/0.png").write_bytes((letters / "l/0.png").read_bytes()[:60])
    (letters / "l/1.png").write_bytes(b"hello")
    Image.new("L", (10, 16), 255).save(letters / "o/2.png")
    with_ink(letters / "o/3.png", '{"strokes": 3}')
    (letters / "o/4\x1b.png").write_bytes(b"")
    status, printed, errors = called(capsys, letters, "--out", out)
    assert status == 1
    assert printed == f"{out}: 20 samples from their ink, 0 from their picture (they hold no ink), 5 skipped\n"
    assert errors == [
        f"skipped {letters}/l/0.png: damaged picture (Truncated File Read)",
        f"skipped {letters}/l/1.png: not a picture that can be read ({KINDS})",
        f"skipped {letters}/o/2.png: the picture is blank: no ink stands out from the paper",
        f"skipped {letters}/o/3.png: its charnet:ink chunk does not hold strokes",
        f"skipped {letters}/o/4\\x1b.png: not a picture that can be read ({KINDS})",
    ]
    assert len(names(out)) == 20


def test_a_file_that_may_not_be_read_is_skipped(
    letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (letters / "l/0.png").unlink()
    (letters / "l/0.png").symlink_to(letters / "l/0.png")  # a link to itself, which not even root can open
    status, _, errors = called(capsys, letters, "--out", tmp_path / "out")
    assert (status, errors) == (1, [f"skipped {letters}/l/0.png: {os.strerror(errno.ELOOP)}"])


def test_ink_outside_the_square_is_nothing_for_corner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in/a").mkdir(parents=True)
    with_ink(tmp_path / "in/a/0.png", '{"strokes": [[[5, 5], [6, 6]]]}')
    status, _, errors = called(capsys, tmp_path / "in", "--out", tmp_path / "corner", "--framing", "corner")
    assert status == 1 and "its ink lies outside the drawing square" in errors[0]
    assert called(capsys, tmp_path / "in", "--out", tmp_path / "fit", "--framing", "fit")[0] == 0


def test_nothing_is_replaced(letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out/o").mkdir(parents=True)
    (tmp_path / "out/o/7.png").write_bytes(b"mine")
    refusal = f"error: {tmp_path}/out/o/7.png exists; name a folder that is new or empty with --out"
    assert called(capsys, letters, "--out", tmp_path / "out") == (1, "", [refusal])
    assert names(tmp_path / "out") == ["o/7.png"] and (tmp_path / "out/o/7.png").read_bytes() == b"mine"
    refusal = f"error: {letters}/l/0.png is a file; name a folder that is new or empty with --out"
    assert called(capsys, letters, "--out", letters / "l/0.png") == (1, "", [refusal])
    refusal = f"error: {letters}/l/0.png exists; name a folder that is new or empty with --out"
    assert called(capsys, letters, "--out", letters) == (1, "", [refusal])


def test_two_samples_with_one_name_are_refused(
    letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.open(letters / "z/1.png").save(letters / "z/1.bmp")
    status, _, errors = called(capsys, letters, "--out", tmp_path / "out")
    assert status == 1 and "z/1.png and " in errors[0] and errors[0].endswith("z/1.png; rename one of them")
    assert not (tmp_path / "out").exists()


def test_no_folder_and_no_pictures_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    (tmp_path / "empty").mkdir()
    for root, told in (("no", "no such folder; name a folder of letter folders"), ("empty", "no pictures below it")):
        assert called(capsys, tmp_path / root, "--out", out) == (1, "", [f"error: {tmp_path / root}: {told}"])
    assert not out.exists()


def test_a_wrong_size_is_a_wrong_call(letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        called(capsys, letters, "--out", tmp_path / "out", "--width", 0)
    assert "error: --width: 0 is not a whole number of pixels from 1 to 256\n" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_full_disk_ends_it(
    letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes, durable: bool = True) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(files, "write_bytes", full)
    out = tmp_path / "out"
    status, printed, errors = called(capsys, letters, "--out", out)
    assert (status, printed) == (1, "")
    assert errors == [
        f"note: {out} is not finished; delete it before the next try",
        f"error: {out}/l/0.png: No space left on device; make room and run again",
    ]


@pytest.mark.skipif(os.name != "posix", reason="needs a signal for Ctrl-C")
def test_ctrl_c_leaves_no_half_files(tmp_path: Path, letters: Path) -> None:
    content = (letters / "z/0.png").read_bytes()
    (tmp_path / "many/z").mkdir(parents=True)
    for number in range(1000):
        (tmp_path / "many/z" / f"{number}.png").write_bytes(content)
    command = [sys.executable, "-m", "charnet.reframe", str(tmp_path / "many"), "--out", str(tmp_path / "out")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, **pipes, text=True, start_new_session=True)
    assert process.stderr is not None and process.stderr.readline().startswith("making samples again")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it, to the processes that help as well
    printed, errors = process.communicate()
    note = f"note: {tmp_path / 'out'} is not finished; delete it before the next try"
    told = [line for line in errors.splitlines() if not line.startswith("making samples")]
    assert (process.returncode, printed, told) == (130, "", [note, "stopped"])
    made = names(tmp_path / "out")
    assert 100 <= len(made) < 1000 and all(name.endswith(".png") for name in made)
    assert len({(tmp_path / "out" / name).read_bytes() for name in made}) == 1

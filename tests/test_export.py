"""The command as a user calls it; what it writes is tested in exports/."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from samples import make_network

from charnet import __main__, export
from charnet.exports.c import c
from charnet.networks import classify, json_file
from charnet.spec import Spec
from charnet.system import files


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "weights.json"
    json_file.write(path, make_network(Spec(("l", "o", "z"), 2, 3)))
    return path


def call(*words: object) -> int:
    return export.main([str(word) for word in words])


def test_each_target(stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for target in export.TARGETS:
        out = tmp_path / f"out.{target}"
        assert call("--weights", stored, "--to", target, out) == 0
        assert capsys.readouterr() == (f"{out}: {stored} as {target}, {out.stat().st_size:,} bytes\n", "")
    assert (tmp_path / "out.c").read_text(encoding="utf-8") == c(stored)
    assert classify.load(tmp_path / "out.onnx").spec == json_file.read(tmp_path / "out.json").spec
    assert call("--weights", stored, "--to", "c", "--int8", tmp_path / "small.h") == 0
    assert "signed char charnet_hidden_weight" in (tmp_path / "small.h").read_text()


def test_a_page_that_trains_takes_starter_letters_of_a_folder(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    json_file.write(stored, make_network(Spec(("l", "o", "z"), 10, 16)))
    sizes = []
    for letters in (Path(__file__).parent.parent / "data" / "letters", tmp_path / "none"):
        page = tmp_path / "page.html"
        assert call("--weights", stored, "--to", "html", "--train", "--letters", letters, "--force", page) == 0
        sizes.append(page.stat().st_size)
    assert sizes[1] + 5_000 < sizes[0]
    assert f"{letters}: no such folder, so no starter letters come along" in capsys.readouterr().err
    assert call("--weights", stored, "--to", "c", "--train", tmp_path / "out.h") == 2
    assert call("--weights", "letters-cnn", "--to", "html", "--train", tmp_path / "cnn.html") == 1
    assert "html --train takes networks of one hidden layer" in capsys.readouterr().err


def test_a_program_of_its_own_and_a_run_folder(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    command = [sys.executable, "-m", "charnet.export", "--to", "json", "--weights", str(tmp_path), "out.json"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    subprocess.run(command, check=True, cwd=tmp_path, env=environment)
    assert (tmp_path / "out.json").read_bytes() == stored.read_bytes()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["charnet", "export", "--to", "json", str(tmp_path / "again.json")])
    assert __main__.main() == 0  # of the shipped one, as none is in use here
    assert json_file.read(tmp_path / "again.json").spec.outputs == 26


def test_an_existing_file_is_kept(stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "out.h"
    out.write_text("mine")
    assert call("--weights", stored, "--to", "c", out) == 1
    assert (
        capsys.readouterr().err == f"error: {out} exists and is kept; name another file, or replace it with --force\n"
    )
    assert out.read_text() == "mine"
    assert call("--weights", stored, "--to", "c", out, "--force") == 0
    assert "charnet_rank" in out.read_text()
    assert call("--weights", stored, "--to", "json", stored, "--force") == 0  # onto itself
    assert json_file.read(stored).spec.labels == ("l", "o", "z")


def test_a_file_that_came_in_the_meantime_is_kept(tmp_path: Path):
    (tmp_path / "out.h").write_text("another's")
    with pytest.raises(FileExistsError, match="is kept"):
        export.write(tmp_path / "out.h", b"ours", force=False)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["another's"]


def test_what_goes_wrong_is_one_line(stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def error(status: int, *words: object) -> str:
        there = sorted(tmp_path.iterdir())
        assert call(*words) == status
        out, err = capsys.readouterr()
        assert out == "" and err.count("\n") == 1 and sorted(tmp_path.iterdir()) == there
        return err

    out = tmp_path / "out"
    assert f"--to: 'pdf' is not one of {', '.join(export.TARGETS)}" in error(2, "--to", "pdf", out)
    assert "--int8 goes with --to c" in error(2, "--to", "onnx", "--int8", out)
    assert "no such weights file" in error(1, "--weights", tmp_path / "nothing", "--to", "c", out)
    assert "is a folder" in error(1, "--to", "c", tmp_path)
    assert f"{tmp_path}/none: no such folder" in error(1, "--to", "c", tmp_path / "none/out.h")
    assert f"{stored}: no such folder" in error(1, "--to", "c", stored / "out.h")
    for target in ("c", "json"):
        assert "this one is convolutional" in error(1, "--weights", "letters-cnn", "--to", target, out)
    for target in export.TARGETS:
        err = error(1, "--weights", "line", "--to", target, out)
        assert "it reads words and lines, not single letters; name another network" in err
    stored.write_text("{}")
    assert "Dimensions is missing" in error(1, "--weights", stored, "--to", "json", out)


def test_a_disk_that_takes_nothing(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """`/proc` takes no files, whoever asks; a full disk leaves nothing behind."""
    assert call("--weights", stored, "--to", "c", "/proc/out.h") == 1
    assert capsys.readouterr().err.startswith("error: /proc/out.h: ")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    for words in ([], ["--force"]):
        assert call("--weights", stored, "--to", "c", tmp_path / "out.h", *words) == 1
        assert capsys.readouterr().err == f"error: {tmp_path}/out.h: No space left on device; make room and run again\n"
        assert list(tmp_path.iterdir()) == [stored]

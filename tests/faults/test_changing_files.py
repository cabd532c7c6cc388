"""Folders that others work on meanwhile, or that may not be changed: nothing is lost, and what is at fault is told."""

import http.client
import json
import os
import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from drawing_page import INK
from programs import command, run
from samples import make_letters
from unipen_files import segments, small
from warm import environment

from charnet import audit, predict
from charnet.letters import folder
from charnet.spec import LOWERCASE, Spec

SPEC = Spec(("l", "o", "z"))
READ_ONLY = "Read-only file system"


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def fixed(disk: Any) -> Iterator[Path]:
    """A folder of letters that may not be changed, by anyone; afterwards all is there."""
    root = make_letters(disk.folder / "letters", count=4)
    before = contents(root)
    disk.protect(True)
    yield root
    assert contents(root) == before
    disk.protect(False)
    shutil.rmtree(root)


def test_letters_that_may_not_be_changed_are_read(fixed: Path, tmp_path: Path) -> None:
    assert run(tmp_path, "train", f"data.root={fixed}", "data.labels=loz", "optim.epochs=1").returncode == 0
    assert run(fixed, "predict", "l", "o/0.png").returncode == 0


def test_what_would_change_them_is_told(
    fixed: Path, tmp_path: Path, start: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    done = run(fixed, "train", "data.root=.", "data.labels=loz", "optim.epochs=1")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1) and READ_ONLY in done.stderr
    done = run(fixed, "reframe", ".", "--out", "new")
    assert (done.returncode, done.stderr) == (1, f"error: new: {READ_ONLY}\n")
    out = ["--out", str(tmp_path / "audit")]
    assert audit.main([str(fixed), "--epochs", "1", "--top", "1", "--move", "1", *out]) == 1
    assert capsys.readouterr().err.endswith(f"error: {fixed}-review: {READ_ONLY}\n")
    program = start(data={"root": str(fixed), "labels": "loz"})
    for method, path, body in (
        ("POST", "/api/samples", {"label": "l", "strokes": INK}),
        ("DELETE", "/api/samples/l/0", None),
        ("POST", "/api/samples/l/0/move", {"to": "o"}),
    ):
        with closing(http.client.HTTPConnection(urlsplit(program.url).netloc, timeout=60)) as connection:
            connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            assert (answer.status, READ_ONLY in json.loads(answer.read())["error"]) == (507, True)
    program.end()


@contextmanager
def churned(root: Path) -> Iterator[None]:
    """Files come, go, are torn and replaced by folders, all the while."""
    ended = threading.Event()

    def churn() -> None:
        moments = random.Random(0)
        paths = sorted(root.rglob("*.png"))
        whole = {path: path.read_bytes() for path in paths}
        while not ended.is_set():
            path = moments.choice(paths)
            match moments.randrange(4):
                case 0:
                    path.unlink()
                case 1:
                    path.write_bytes(whole[path][: moments.randrange(200)])
                case 2:
                    path.unlink()
                    path.mkdir()
                    path.rmdir()
            path.write_bytes(whole[path])

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_files_that_change_while_they_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], thorough: bool
) -> None:
    root = make_letters(tmp_path / "letters", count=8)
    whole = {path: picture.tobytes() for path, picture in rows(folder.read(root, SPEC))}
    with churned(root):
        for _ in range(1000 if thorough else 40):
            for path, picture in rows(folder.read(root, SPEC, allow_missing=True)):
                assert picture.tobytes() == whole[path]
            assert predict.main(["--weights", "letters", "--json", str(root)]) in (0, 1)
            read = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
            assert all("error" in row or row["label"] in LOWERCASE for row in read)


def rows(letters: folder.LetterSet) -> Iterator[tuple[Path, Any]]:
    return zip(letters.paths, letters.pictures, strict=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes in folders")
def test_what_is_no_file_holds_nobody_up(tmp_path: Path) -> None:
    root = make_letters(tmp_path / "letters", count=4)
    os.mkfifo(root / "l/pipe.png")
    (root / "l/zero.png").symlink_to("/dev/zero")
    (root / "l/tty.png").symlink_to("/dev/tty")
    (root / "l/folder.png").mkdir()
    done = run(tmp_path, "predict", "--weights", "letters", "letters/l", seconds=60)
    assert (done.stdout.count("\n"), done.stderr) == (4, "")
    done = run(tmp_path, "evaluate", "--weights", "letters", "letters", seconds=60)
    assert done.stdout.splitlines()[1].startswith("12 pictures")


def test_two_imports_at_once_make_what_one_makes(tmp_path: Path) -> None:
    small(tmp_path / "raw", segments(*(f'.SEGMENT CHARACTER {where} ? "a"' for where in (0, 2, 3))))
    assert run(tmp_path, "unipen", "raw", "--out", "one").returncode == 0
    make_letters(tmp_path / "letters", count=30)
    assert run(tmp_path, "reframe", "letters", "--out", "alone", "--width", "12").returncode == 0
    for words, alone in ((["unipen", "raw"], "one"), (["reframe", "letters", "--width", "12"], "alone")):
        words += ["--out", f"both-{alone}"]
        both = [
            subprocess.Popen(command(*words), cwd=tmp_path, env=environment(), stderr=subprocess.PIPE) for _ in "ab"
        ]
        said = [program.communicate(timeout=60)[1] for program in both]
        assert 0 in [program.returncode for program in both], said
        assert contents(tmp_path / f"both-{alone}") == contents(tmp_path / alone)

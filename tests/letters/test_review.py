"""Moved out, brought back, and cut off in between."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from charnet.letters import review

ASIDE = Path("letters-review")


@pytest.fixture
def folder(letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight samples each of l, o and z in the working folder."""
    monkeypatch.chdir(tmp_path)
    return Path("letters")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_moved_out_and_brought_back(folder: Path) -> None:
    before = tree(folder)
    assert review.move_out(folder, [folder / "o/7.png", folder / "l/7.png"]) == 2
    assert set(before) - set(tree(folder)) == {"o/7.png", "l/7.png"}
    assert {name: tree(ASIDE)[name] for name in ("o/7.png", "l/7.png")} == {
        n: before[n] for n in ("o/7.png", "l/7.png")
    }
    assert review.restore(folder) == 2
    assert tree(folder) == before
    assert not ASIDE.exists()
    with pytest.raises(FileNotFoundError, match="nothing was moved out of letters"):
        review.restore(folder)


def test_nothing_is_overwritten_on_either_way(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = ((folder / name).read_bytes() for name in ("o/7.png", "o/0.png", "z/0.png"))
    assert review.move_out(folder, [folder / "o/7.png"]) == 1
    (folder / "o/0.png").rename(folder / "o/7.png")  # the number is given out again
    assert review.move_out(folder, [folder / "o/7.png"]) == 1
    assert [(ASIDE / name).read_bytes() for name in ("o/7.png", "o/7~2.png")] == [first, second]
    shutil.copy(folder / "z/0.png", folder / "o/7.png")
    assert review.restore(folder) == 2
    assert [(folder / f"o/7{again}.png").read_bytes() for again in ("", "~2", "~3")] == [third, first, second]
    assert "letters/o/7.png is another sample by now; the one that came back is 7~2.png" in capsys.readouterr().err


def test_writer_and_style_stay_in_the_name_of_what_gives_way(folder: Path) -> None:
    for number in range(2):
        (folder / f"o/{number}.png").rename(folder / "o/kai-y-7.printed.png")
        review.move_out(folder, [folder / "o/kai-y-7.printed.png"])
    assert {path.name for path in (ASIDE / "o").iterdir()} == {"kai-y-7.printed.png", "kai-y-7~2.printed.png"}


def test_missing_files_are_noted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tree(folder)
    assert review.move_out(folder, [folder / "o/99.png"]) == 0
    assert not ASIDE.exists()
    assert review.move_out(folder, [folder / "o/7.png", folder / "o/99.png", folder / "l/7.png"]) == 2
    assert capsys.readouterr().err == 2 * "note: letters/o/99.png is gone\n"
    (ASIDE / "o/7.png").unlink()  # judged to be rubbish
    (ASIDE / "o/mine.txt").write_text("a person's")
    assert review.restore(folder) == 1
    assert capsys.readouterr().err == f"note: {ASIDE.resolve()}/o/7.png is gone\n"
    assert set(kept) - set(tree(folder)) == {"o/7.png"}
    assert tree(ASIDE) == {"o/mine.txt": b"a person's"}


def test_files_that_vanish_in_between_are_noted(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def late(source: Path, target: Path) -> None:
        if Path(source).parts[-2:] == ("o", "7.png"):
            Path(source).unlink(missing_ok=True)  # another program was quicker
        link(source, target)

    before = tree(folder)
    review.move_out(folder, [folder / "l/7.png", folder / "z/7.png"])
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", late)
        assert review.move_out(folder, [folder / "o/7.png"]) == 0
    assert "letters/o/7.png is gone" in capsys.readouterr().err
    (folder / "o/7.png").write_bytes(before["o/7.png"])
    review.move_out(folder, [folder / "o/7.png"])
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", late)
        assert review.restore(folder) == 2
    assert "letters-review/o/7.png is gone" in capsys.readouterr().err
    assert set(before) - set(tree(folder)) == {"o/7.png"}


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names of files are Unicode there")
def test_names_need_not_be_utf_8(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = folder / "o" / os.fsdecode(b"caf\xe9\n-1.png")
    (folder / "o/7.png").rename(odd)
    before = tree(folder)
    assert review.move_out(folder, [odd, odd]) == 1
    assert capsys.readouterr().err == "note: letters/o/caf\\udce9\\n-1.png is gone\n"
    (folder / "o/0.png").rename(odd)
    assert review.restore(folder) == 1
    assert capsys.readouterr().err.endswith(
        "is another sample by now; the one that came back is caf\\udce9\\n-1~2.png\n"
    )
    assert sorted(tree(folder).values()) == sorted(before.values())


def test_a_move_that_was_cut_off_comes_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(folder)
    review.move_out(folder, [folder / "l/7.png"])
    journal = ASIDE / "journal.jsonl"
    (ASIDE / "o").mkdir()
    os.link(folder / "o/7.png", ASIDE / "o/7.png")  # linked there, not yet gone here
    rows = ["", json.dumps({"from": "o/7.png", "to": "o/7.png"}), json.dumps({"from": "o/1.png", "to": "o/1.png"})]
    journal.write_text(journal.read_text() + "\n".join(rows) + '\n{"from": "o/')
    review.move_out(folder, [folder / "z/1.png"])
    assert review.restore(folder) == 3
    assert tree(folder) == before
    assert capsys.readouterr().err == f"note: {journal.resolve()}: line 5 is damaged\n"


def test_a_journal_of_rubbish_loses_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(folder)
    review.move_out(folder, [folder / "l/7.png"])
    with (ASIDE / "journal.jsonl").open("ab") as journal:
        journal.write(b'\n\xff\x00\n[]\n5\n{"from": 1, "to": 2}\n{"from": "o/7.png"}\n')
    assert review.restore(folder) == 1
    assert tree(folder) == before
    assert capsys.readouterr().err.count("is damaged") == 5


# Children move all o's out, or bring them back, and are killed before their k-th step on the disk; another one goes on.
KILLED = """
import errno, itertools, os, shutil, signal, sys
from pathlib import Path
from charnet.letters import review
folder, links = Path("copy"), sys.argv[1] == "True"
def tree(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*.png")}
def fragile(function, steps, fatal):
    def call(*args, **kwargs):
        if next(steps) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        if function is link and not links:
            raise OSError(errno.EPERM, "no links here")
        return function(*args, **kwargs)
    return call
link = os.link
def in_child(act, fatal):
    pid = os.fork()
    if not pid:
        steps = itertools.count(1)
        for name in ("fsync", "link", "unlink", "rename", "mkdir", "rmdir"):
            setattr(os, name, fragile(getattr(os, name), steps, fatal))
        act()
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0
def out():
    review.move_out(folder, sorted(folder.glob("o/*.png")))
def back():
    if (review.folder_of(folder) / review.JOURNAL).exists():
        review.restore(folder)
for fatal in itertools.count(1):
    shutil.copytree("letters/o", "copy/o")
    before = tree(folder)
    killed = [in_child(act, when) for act in (out, back) for when in (fatal, 0)]
    # Without links the lock of a killed program keeps a name taken, so that a sample comes back beside it.
    assert tree(folder) == before if links else sorted(tree(folder).values()) == sorted(before.values())
    assert not (links and any(path.is_file() for path in review.folder_of(folder).rglob("*")))
    shutil.rmtree("copy")
    shutil.rmtree("copy-review", ignore_errors=True)
    if not any(killed):
        break
assert fatal > 20
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("links", [True, False])
def test_killed_at_any_step_nothing_is_lost(folder: Path, links: bool, capfd: pytest.CaptureFixture[str]) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(links)], check=True, timeout=60)
    assert "is gone" not in capfd.readouterr().err


def test_without_hard_links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    before = tree(folder)
    assert review.move_out(folder, [folder / "l/7.png"]) == 1
    assert review.restore(folder) == 1
    assert tree(folder) == before


def test_folders_within_a_label_come_back_as_they_were(folder: Path) -> None:
    (folder / "z/monday").mkdir()
    (folder / "z/1.png").rename(folder / "z/monday/1.png")
    before = tree(folder)
    assert review.move_out(folder, [folder / "z/monday/1.png"]) == 1
    assert (ASIDE / "z/monday/1.png").is_file()
    assert review.restore(folder) == 1
    assert tree(folder) == before
    assert not ASIDE.exists()


def test_a_path_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        review.move_out(folder, [tmp_path / "elsewhere.png"])


@pytest.mark.parametrize("home", ["../planted.png", "/planted.png", "a/../../planted.png"])
def test_a_journal_moves_nothing_out_of_the_letters(
    folder: Path, capsys: pytest.CaptureFixture[str], home: str
) -> None:
    review.move_out(folder, [folder / "o/7.png"])
    journal = ASIDE / review.JOURNAL
    journal.write_text(journal.read_text().replace("o/7.png", home, 1))
    assert review.restore(folder) == 0
    assert "line 2 is damaged" in capsys.readouterr().err
    assert (ASIDE / "o/7.png").is_file()

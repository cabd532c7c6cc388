import os
import time
from pathlib import Path

import pytest

from charnet.datasets import record
from charnet.system import files

FACTS = {"collection": "some", "width": 10}


def test_a_new_folder_is_claimed_and_claimed_again(tmp_path: Path) -> None:
    out = tmp_path / "new" / "letters"
    record.claim(out, FACTS)
    assert [path.name for path in out.iterdir()] == ["import.json"]
    (out / "a").mkdir()
    record.claim(out, FACTS)


def test_hidden_files_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").touch()
    record.claim(tmp_path, FACTS)


@pytest.mark.parametrize("torn", ["", "{", "[]", "3"])
def test_a_damaged_record_is_named(tmp_path: Path, torn: str) -> None:
    (tmp_path / "import.json").write_text(torn)
    with pytest.raises(ValueError, match=r"import\.json is damaged; delete"):
        record.claim(tmp_path, FACTS)


def test_other_imports_and_files_are_refused(tmp_path: Path) -> None:
    record.claim(tmp_path / "import", FACTS)
    with pytest.raises(ValueError, match=r"holds another import \(width 10 there, 12 now\); name another folder"):
        record.claim(tmp_path / "import", FACTS | {"width": 12})
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "0.png").touch()
    with pytest.raises(ValueError, match="own holds files of another origin; name a new or empty folder"):
        record.claim(tmp_path / "own", FACTS)
    with pytest.raises(ValueError, match=r"0\.png is a file; name a new or empty folder"):
        record.claim(tmp_path / "own" / "0.png", FACTS)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(5, "Input/output error", "x")])
def test_what_breaks_off_says_how_to_go_on(
    tmp_path: Path, error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with pytest.raises(type(error)), record.importing(out, FACTS):
        raise error
    assert capsys.readouterr().err == f"note: what is in {out} is whole; the same command goes on with it\n"
    with record.importing(out, FACTS):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_refusal_is_no_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "0.png").touch()
    with pytest.raises(ValueError, match="another origin"), record.importing(tmp_path, FACTS):
        raise AssertionError("the block must not run")
    assert capsys.readouterr() == ("", "")


def test_missing_is_what_is_not_there_or_was_emptied_by_a_crash(tmp_path: Path) -> None:
    (tmp_path / "whole").write_bytes(b"x")
    (tmp_path / "empty").touch()
    assert [record.missing(tmp_path / name) for name in ("whole", "empty", "none")] == [False, True, True]


def test_what_a_killed_import_left_is_swept(tmp_path: Path) -> None:
    record.claim(tmp_path, FACTS)
    (tmp_path / "a").mkdir()
    old, new = tmp_path / "a/.old.png.0.part", tmp_path / "a/.new.png.0.part"
    for path in (old, new):
        path.touch()
    os.utime(old, (time.time() - files.STALE - 60,) * 2)
    with record.importing(tmp_path, FACTS):
        assert [path.name for path in (tmp_path / "a").iterdir()] == [new.name]

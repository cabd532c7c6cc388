from pathlib import Path

import pytest
from unipen_files import segments, small

from charnet.datasets import unipen, unipen_corrections

THREE = segments(*(f'.SEGMENT CHARACTER {where} ? "{label}"' for where, label in [("0", "a"), ("2", "b"), ("3", "a")]))
HEAD = "file,segment,label,better\n"


def imported(tmp_path: Path, rows: str, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], str]:
    """Names of the samples, and the summary."""
    (tmp_path / "list.csv").write_text(HEAD + rows)
    source, out = small(tmp_path / "source", THREE), tmp_path / "out"
    status = unipen.main([str(source), "--out", str(out), "--corrections", str(tmp_path / "list.csv"), "--jobs", "1"])
    assert status == 0
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*.png")), capsys.readouterr().out


def test_a_label_is_corrected_and_what_is_illegible_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, said = imported(tmp_path, "kai/kai0/yslee.dat,0,a,c\nkai/kai0/yslee.dat,2,a,\n", capsys)
    assert names == ["b/kai-yslee-0001.printed.png", "c/kai-yslee-0001.printed.png"]
    assert "1  correction: illegible (such as" in said and "1  correction of a label (such as" in said


def test_a_correction_for_another_label_or_file_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, said = imported(tmp_path, "kai/kai0/yslee.dat,1,n,m\nkai/kai9/yslee.dat,0,a,c\n", capsys)
    assert [name[0] for name in names] == ["a", "a", "b"]
    assert "1  correction for another label: not applied" in said


def test_an_import_with_corrections_does_not_go_on_without_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(tmp_path, "kai/kai0/yslee.dat,0,a,c\n", capsys)
    assert unipen.main([str(tmp_path / "source"), "--out", str(tmp_path / "out")]) == 1
    assert "holds another import" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "its first line is not file,segment,label,better"),
        ("name,label\n", "its first line is not file,segment,label,better"),
        (HEAD + "kai/a.dat,0,a\n", "line 2: 'kai/a.dat,0,a' is not a correction"),
        (HEAD + "kai/a.dat,0,a,b\nkai/a.dat,0,a,c\n", "line 3: 'kai/a.dat,0,a,c' is not a correction, or is"),
        (HEAD + "kai/a.dat,x,a,b\n", "line 2"),
        (HEAD + "kai/a.dat,0,a,a\n", "line 2"),
        (HEAD + "kai/a.dat,0,A,b\n", "line 2"),
        (HEAD + "kai/a.dat,0,a,bc\n", "line 2"),
    ],
)
def test_a_list_that_is_none_is_refused(
    tmp_path: Path, text: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.csv").write_text(text)
    words = [small(tmp_path / "source"), "--out", tmp_path / "out", "--corrections", tmp_path / "list.csv"]
    assert unipen.main([str(word) for word in words]) == 1
    assert reason in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_the_list_that_comes_with_charnet_can_be_read() -> None:
    found = unipen_corrections.read(unipen_corrections.SHIPPED)
    assert found and all(file.endswith(".dat") for file, _ in found)

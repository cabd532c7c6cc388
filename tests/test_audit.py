"""Wrong labels found, moved out, brought back."""

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import average_precision_score

from charnet import audit
from charnet.letters import folder
from charnet.training import suspects
from charnet.training.config import DataConfig, ModelConfig, OptimConfig, TrainConfig

QUICK = ["--labels", "loz", "--epochs", "60", "--folds", "3"]


@pytest.fixture
def mixed(letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The three letters with an l filed under o and a z under l; the working folder is their parent."""
    monkeypatch.chdir(tmp_path)
    (letters / "l/7.png").rename(letters / "o/8.png")
    (letters / "z/7.png").rename(letters / "l/7.png")
    return Path("letters")


def call(*words: object) -> int:
    return audit.main([str(word) for word in words])


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_wrong_labels_are_the_suspects(mixed: Path, capsys: pytest.CaptureFixture[str]):
    assert call(mixed, *QUICK, "--json") == 0
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert {(row["path"], row["label"], row["suggested"]) for row in rows[:2]} == {
        ("letters/o/8.png", "o", "l"),
        ("letters/l/7.png", "l", "z"),
    }
    assert all(
        set(row) == {"path", "label", "suggested", "score", "probable"} and 0 <= row["score"] <= 1 for row in rows
    )
    assert [row["score"] for row in rows] == sorted(row["score"] for row in rows)
    assert [row["probable"] for row in rows] == [True, True] + [False] * (len(rows) - 2)
    assert "fold 3/3" in err and "of 24 pictures listed" in err
    assert Path("outputs/audit/suspects.jsonl").read_text() == out
    assert "l  letters/o/8.png" in Path("outputs/audit/suspects.txt").read_text()
    with Image.open("outputs/audit/suspects.png") as sheet:
        assert min(sheet.size) > 100


def test_top_and_what_a_person_reads(mixed: Path, capsys: pytest.CaptureFixture[str]):
    assert call(mixed, *QUICK, "--epochs", 10, "--top", 0, "--out", "all") == 0
    first = capsys.readouterr().out
    assert first.startswith("24 of 24 pictures listed, worst first")
    assert first.count(".png\n") == 24
    assert call(mixed, *QUICK, "--epochs", 10, "--top", 1, "--out", "one") == 0
    second = capsys.readouterr().out.splitlines()
    assert second[1:2] == first.splitlines()[1:2]  # the same seed, the same list
    assert second[2] == "saved: one/suspects.png, suspects.txt, suspects.jsonl"


def test_an_average_precision_near_one_on_easy_letters(mixed: Path):
    config = TrainConfig(ModelConfig(hidden=20), DataConfig(str(mixed), "loz"), OptimConfig(80, 8), folds=3)
    found, letters = suspects.find(config, top=0, steps=0)
    wrong = [row["path"] in ("letters/o/8.png", "letters/l/7.png") for row in found]
    assert len(found) == len(letters) == 24
    assert average_precision_score(wrong, [-row["score"] for row in found]) == 1


def test_move_and_back_again(mixed: Path, capsys: pytest.CaptureFixture[str]):
    before = tree(mixed)
    assert call(mixed, *QUICK, "--top", 2, "--move") == 0
    assert "2 moved to" in capsys.readouterr().out
    assert set(before) - set(tree(mixed)) == {"o/8.png", "l/7.png"}
    moved = tree(Path("letters-review"))
    assert {name: moved[name] for name in ("o/8.png", "l/7.png")} == {n: before[n] for n in ("o/8.png", "l/7.png")}
    assert len(folder.read(mixed, DataConfig(labels="loz").spec())) == 22
    assert call(mixed, "--restore") == 0
    assert capsys.readouterr().out == "2 brought back to letters\n"
    assert tree(mixed) == before
    assert not Path("letters-review").exists()
    assert call(mixed, "--restore") == 1
    assert "nothing was moved out of letters" in capsys.readouterr().err


def test_move_takes_the_probable_ones_alone(mixed: Path, capsys: pytest.CaptureFixture[str]):
    before = tree(mixed)
    assert call("--move", mixed, *QUICK, "--top", 0) == 0  # all 24 are listed; the option may come first
    out = capsys.readouterr().out
    assert out.startswith("24 of 24 pictures listed, worst first; 2 probably mislabelled: number, ")
    assert "    1  probable  0." in out and "    3            0." in out
    assert set(before) - set(tree(mixed)) == {"o/8.png", "l/7.png"}
    assert call(mixed, *QUICK, "--top", 0, "--move") == 0  # what is left is right
    out = capsys.readouterr().out
    assert "none probably mislabelled" in out and "nothing moved" in out
    assert call(mixed, *QUICK, "--top", 0) == 0
    assert capsys.readouterr().out.endswith("to move out by number: --move 3,7 or --move 1-10\n")
    assert len(tree(mixed)) == 22


def test_so_many_of_the_worst(mixed: Path, capsys: pytest.CaptureFixture[str]):
    before = tree(mixed)
    assert call(mixed, *QUICK, "--top", 0, "--move", 3) == 0
    rows = [json.loads(line) for line in Path("outputs/audit/suspects.jsonl").read_text().splitlines()]
    assert "3 moved to" in capsys.readouterr().out
    gone = {str(Path(row["path"]).relative_to(mixed)) for row in rows[:3]}
    assert set(before) - set(tree(mixed)) == gone > {"o/8.png", "l/7.png"}


def test_numbers_are_those_of_the_last_sheet(mixed: Path, capsys: pytest.CaptureFixture[str]):
    before = tree(mixed)
    assert call(mixed, *QUICK, "--epochs", 10, "--top", 0) == 0
    rows = [json.loads(line) for line in Path("outputs/audit/suspects.jsonl").read_text().splitlines()]
    names = [str(Path(row["path"]).relative_to(mixed)) for row in rows]
    capsys.readouterr()
    assert call(mixed, "--move", "5,9-11", "--json") == 0
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [rows[4], *rows[8:11]]
    assert "fold" not in err and "4 moved to" in err  # without another audit
    assert set(before) - set(tree(mixed)) == {names[4], *names[8:11]}
    assert call(mixed, "--move", "12-12") == 0  # the numbers stay what they were
    assert set(before) - set(tree(mixed)) == {names[4], *names[8:12]}
    shutil.copy(mixed / names[0], mixed / names[4])  # a number is given out again, to another drawing
    os.utime(mixed / names[4], (2e9, 2e9))
    capsys.readouterr()
    assert call(mixed, "--move", "5-6") == 0
    out, err = capsys.readouterr()
    assert err == f"note: letters/{names[4]} was saved after that audit and stays\n"
    assert "1 moved to" in out and (mixed / names[4]).exists() and not (mixed / names[5]).exists()


def test_numbers_that_mean_nothing_move_nothing(mixed: Path, capsys: pytest.CaptureFixture[str]):
    before = tree(mixed)
    assert call(mixed, *QUICK, "--epochs", 10, "--top", 4) == 0
    shutil.copytree(mixed, "others")
    capsys.readouterr()
    assert call(mixed, "--move", "2,5") == 1
    assert capsys.readouterr().err == "error: the list has no number 5, it ends at 4; nothing was moved\n"
    assert call("others", "--move", "1,2") == 1
    assert "suspects.jsonl lists letters/" in (err := capsys.readouterr().err) and "audit others first" in err
    with Path("outputs/audit/suspects.jsonl").open("a") as file:
        file.write('{"path": "letters/../others/l/0.png"}\n')
    assert call(mixed, "--move", "5-5") == 1
    assert "which is not in letters" in capsys.readouterr().err
    Path("outputs/audit/suspects.jsonl").write_text("[]\n")
    assert call(mixed, "--move", "1-1") == 1
    assert "suspects.jsonl: line 1 is damaged; run the audit again" in capsys.readouterr().err
    for wrong in ("0", "3-1", "1,,2", "0-4", "0,1", "7-"):
        with pytest.raises(SystemExit, match="2"):
            call(mixed, "--move", wrong)
        assert f"'{wrong}' is neither how many (10) nor numbers of the list (3,7,12" in capsys.readouterr().err
    assert tree(mixed) == before == tree(Path("others"))


def test_numbers_without_a_list_are_those_of_an_audit(mixed: Path, capsys: pytest.CaptureFixture[str]):
    assert call(mixed, *QUICK, "--move", "2,1") == 0
    assert "2 moved to" in capsys.readouterr().out
    assert not (mixed / "o/8.png").exists() and not (mixed / "l/7.png").exists()


def test_names_that_are_no_text(mixed: Path, capsys: pytest.CaptureFixture[str]):
    """They stop neither sheet, table and list nor a move, and are shown so that all can see them."""
    (mixed / "o/8.png").rename(os.fsdecode(b"letters/o/\xff.png"))
    Path(os.fsdecode(b"letters/o/\xfe.png")).write_text("no picture")
    root = mixed.rename(os.fsdecode(b"\xfd"))
    before = tree(root)
    assert call(root, *QUICK, "--json") == 0
    out, err = capsys.readouterr()
    assert os.fsdecode(b"\xfd/o/\xff.png") in {json.loads(line)["path"] for line in out.splitlines()}
    assert "o -> l  \\udcfd/o/\\udcff.png\n" in err
    assert "skipped \\udcfd/o/\\udcfe.png: not a picture" in err
    assert "o -> l  \\udcfd/o/\\udcff.png\n" in Path("outputs/audit/suspects.txt").read_text()
    assert call(root, *QUICK, "--top", 2, "--move") == 0
    assert "2 moved to" in capsys.readouterr().out
    assert set(before) - set(tree(root)) == {"l/7.png", os.fsdecode(b"o/\xff.png")}
    assert call(root, "--restore") == 0
    assert capsys.readouterr().out == "2 brought back to \\udcfd\n"
    assert tree(root) == before


def test_a_label_without_pictures_is_left_out(mixed: Path, capsys: pytest.CaptureFixture[str]):
    assert call(mixed, "--labels", "loqz", *QUICK[2:], "--epochs", 10, "--top", 0, "--json") == 0
    out, err = capsys.readouterr()
    assert err.count("note: letters has no pictures of q\n") == 1
    assert {json.loads(line)["suggested"] for line in out.splitlines()} <= set("loz")


def test_what_goes_wrong_is_one_line(mixed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    assert call("nowhere") == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("error: nowhere: no such folder")
    assert call(mixed, "--labels", "loz", "--folds", 25) == 1
    assert "folds: 25 for 24 pictures" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "cleanlab.rank", None)
    assert call(mixed, *QUICK) == 1
    assert capsys.readouterr().err == "error: the audit needs cleanlab: pip install -e '.[audit]'\n"


def test_wrong_calls_end_with_status_2(capsys: pytest.CaptureFixture[str]):
    words = [[], ["x", "--folds", "1"], ["x", "--move", "--restore"], ["x", "--labels", "aa"], ["x", "--width", "0"]]
    for wrong in words:
        with pytest.raises(SystemExit, match="2"):
            call(*wrong)
    assert "--labels: 'a' appears twice" in capsys.readouterr().err


def test_the_drawings_filed_wrongly_from_the_start(real_data: Path, tmp_path: Path):
    """And labels that are changed: benchmarks/audit.py measures it on more draws."""
    random = np.random.default_rng(0)
    root, changed = tmp_path / "letters", set()
    for path in sorted((real_data / "original/Letters").glob("[a-z]/*.png")):
        label = path.parent.name
        if random.random() < 0.05 and (label, path.stem) not in (("b", "0"), ("b", "1")):
            label = str(random.choice([other for other in "abcdefghijklmnopqrstuvwxyz" if other != label]))
            changed.add(path.parent.name + path.name)
        (root / label).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, root / label / (path.parent.name + path.name))
    config = TrainConfig(ModelConfig(hidden=audit.HIDDEN), DataConfig(str(root)), folds=5)
    config.optim.epochs = 50
    found, _ = suspects.find(config, top=0, steps=0)
    names = [Path(row["path"]).name for row in found]
    assert average_precision_score([name in changed for name in names], [-row["score"] for row in found]) > 0.9
    others = {(Path(row["path"]).name, row["suggested"]) for row in found if row["suggested"] != row["label"]}
    assert others >= {("b0.png", "a"), ("b1.png", "a")}

"""Wrong labels found, moved out, brought back."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import average_precision_score

from charnet import audit, data, review
from charnet.config import DataConfig, ModelConfig, OptimConfig, TrainConfig

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


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_wrong_labels_are_the_suspects(mixed: Path, capsys: pytest.CaptureFixture[str]):
    assert call(mixed, *QUICK, "--json") == 0
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert {(row["path"], row["label"], row["suggested"]) for row in rows[:2]} == {
        ("letters/o/8.png", "o", "l"),
        ("letters/l/7.png", "l", "z"),
    }
    assert all(set(row) == {"path", "label", "suggested", "score"} and 0 <= row["score"] <= 1 for row in rows)
    assert [row["score"] for row in rows] == sorted(row["score"] for row in rows)
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
    assert second[2] == "all of this: one/suspects.png, suspects.txt, suspects.jsonl"


def test_an_average_precision_near_one_on_easy_letters(mixed: Path):
    config = TrainConfig(ModelConfig(hidden=20), DataConfig(str(mixed), "loz"), OptimConfig(80, 8), folds=3)
    found, letters = audit.find(config, top=0, steps=0)
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
    assert len(data.load(mixed, DataConfig(labels="loz").spec())) == 22
    assert call(mixed, "--restore") == 0
    assert capsys.readouterr().out == "2 brought back to letters\n"
    assert tree(mixed) == before
    assert not Path("letters-review").exists()
    assert call(mixed, "--restore") == 1
    assert "nothing was moved out of letters" in capsys.readouterr().err


def test_nothing_is_overwritten_on_either_way(mixed: Path, capsys: pytest.CaptureFixture[str]):
    aside = Path("letters-review")
    first, second = (mixed / "o/8.png").read_bytes(), (mixed / "o/0.png").read_bytes()
    assert review.move_out(mixed, [mixed / "o/8.png"]) == 1
    (mixed / "o/0.png").rename(mixed / "o/8.png")  # the number is given out again
    assert review.move_out(mixed, [mixed / "o/8.png"]) == 1
    assert [(aside / name).read_bytes() for name in ("o/8.png", "o/8~2.png")] == [first, second]
    shutil.copy(mixed / "z/0.png", mixed / "o/8.png")
    assert review.restore(mixed) == 2
    third = (mixed / "z/0.png").read_bytes()
    assert [(mixed / f"o/8{again}.png").read_bytes() for again in ("", "~2", "~3")] == [third, first, second]
    assert "8~2.png" in capsys.readouterr().err
    free = review._free(mixed / "o/kai-y-7.printed.png")
    free.touch()
    assert review._free(free).name == "kai-y-7~2.printed.png"


def test_missing_files_are_noted(mixed: Path, capsys: pytest.CaptureFixture[str]):
    kept = tree(mixed)
    paths = [mixed / "o/8.png", mixed / "o/99.png", mixed / "l/7.png"]
    assert review.move_out(mixed, paths) == 2
    assert "note: letters/o/99.png is gone" in capsys.readouterr().err
    Path("letters-review/o/8.png").unlink()  # judged to be rubbish
    Path("letters-review/o/mine.txt").write_text("a person's")
    assert review.restore(mixed) == 1
    assert capsys.readouterr().err.count("is gone") == 1
    assert set(kept) - set(tree(mixed)) == {"o/8.png"}
    assert tree(Path("letters-review")) == {"o/mine.txt": b"a person's"}


def test_a_move_that_was_cut_off_comes_back(mixed: Path):
    before = tree(mixed)
    review.move_out(mixed, [mixed / "l/7.png"])
    journal = Path("letters-review/journal.jsonl")
    Path("letters-review/o").mkdir()
    os.link(mixed / "o/8.png", "letters-review/o/8.png")  # linked there, not yet gone here
    rows = ["", json.dumps({"from": "o/8.png", "to": "o/8.png"}), json.dumps({"from": "o/1.png", "to": "o/1.png"})]
    journal.write_text(journal.read_text() + "\n".join(rows) + '\n{"from": "o/')
    review.move_out(mixed, [mixed / "z/1.png"])
    assert review.restore(mixed) == 3
    assert tree(mixed) == before


def test_without_hard_links(mixed: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    before = tree(mixed)
    assert review.move_out(mixed, [mixed / "l/7.png"]) == 1
    assert review.restore(mixed) == 1
    assert tree(mixed) == before


def test_folders_within_a_label_come_back_as_they_were(mixed: Path):
    (mixed / "z/monday").mkdir()
    (mixed / "z/1.png").rename(mixed / "z/monday/1.png")
    before = tree(mixed)
    assert review.move_out(mixed, [mixed / "z/monday/1.png"]) == 1
    assert Path("letters-review/z/monday/1.png").is_file()
    assert review.restore(mixed) == 1
    assert tree(mixed) == before
    assert not Path("letters-review").exists()


def test_what_goes_wrong_is_one_line(mixed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    assert call("nowhere") == 1
    assert capsys.readouterr() == ("", "error: nowhere: no such folder; name one with a folder of pictures a label\n")
    assert call(mixed, "--labels", "lo") == 1
    assert "z: not among the labels l o" in capsys.readouterr().err
    assert call(mixed, "--labels", "loz", "--folds", 25) == 1
    assert "folds: 25 for 24 pictures" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "cleanlab.rank", None)
    assert call(mixed, *QUICK) == 1
    assert capsys.readouterr().err == "error: the audit needs cleanlab: pip install 'charnet[audit]'\n"


def test_wrong_calls_end_with_status_2(capsys: pytest.CaptureFixture[str]):
    words = [[], ["x", "--folds", "1"], ["x", "--move", "--restore"], ["x", "--labels", "aa"], ["x", "--width", "0"]]
    for wrong in words:
        with pytest.raises(SystemExit, match="2"):
            call(*wrong)
    assert "--labels: 'a' stands twice" in capsys.readouterr().err


def test_help_comes_at_once():
    program = "import sys, charnet.audit; assert not {'torch', 'matplotlib', 'cleanlab', 'hydra'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_drawings_filed_wrongly_from_the_start(real_data: Path, tmp_path: Path):
    """And labels that are changed: benchmarks/audit.py measures it on more draws."""
    random = np.random.default_rng(0)
    folder, changed = tmp_path / "letters", set()
    for path in sorted((real_data / "original/Letters").glob("[a-z]/*.png")):
        label = path.parent.name
        if random.random() < 0.05 and (label, path.stem) not in (("b", "0"), ("b", "1")):
            label = str(random.choice([other for other in "abcdefghijklmnopqrstuvwxyz" if other != label]))
            changed.add(path.parent.name + path.name)
        (folder / label).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / label / (path.parent.name + path.name))
    config = TrainConfig(ModelConfig(hidden=audit.HIDDEN), DataConfig(str(folder)), folds=5)
    config.optim.epochs = 50
    found, _ = audit.find(config, top=0, steps=0)
    names = [Path(row["path"]).name for row in found]
    assert average_precision_score([name in changed for name in names], [-row["score"] for row in found]) > 0.9
    suspects = {(Path(row["path"]).name, row["suggested"]) for row in found if row["suggested"] != row["label"]}
    assert suspects >= {("b0.png", "a"), ("b1.png", "a")}

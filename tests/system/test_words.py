"""What is typed for a setting arrives as it was typed, through Hydra itself."""

import shlex
import sys
from pathlib import Path

import pytest

from charnet.collector import CollectConfig
from charnet.system import compose, words
from charnet.training.config import TrainConfig


def arrive(monkeypatch, tmp_path, schema, *typed: str, name: str = "train"):
    """The settings of every job of a command line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [f"{name}.py", *typed])
    found = []
    status = compose.main(name, schema, lambda config, _: found.append(config))
    return found if status == 0 else status


@pytest.mark.parametrize(
    "value",
    [
        *("Müller/letters", "no#1", "it's", "x&y", "x;y", "a!b", "my letters (1)", "a(b", "a)b", "<a>", "%a^`|"),
        *("C:\\Users\\Ann\\new", "\\\\server\\share", "a=b", "3.10", "1e3", "1_000", "true", "null", "nan", "007"),
        *("日本", "café", "it's \\", 'say "a"', "a]b", "a[1]", "{a}b", "a}", "$HOME", "${a", "x${}", "e\u0301", " "),
    ],
)
def test_text_stands_for_itself(monkeypatch, tmp_path, value):
    (found,) = arrive(monkeypatch, tmp_path, TrainConfig, f"data.root={value}")
    assert found.data.root == value


@pytest.mark.parametrize("value", ["'", '"', "#", "あ", "!", "~", "\\", ";", "(", "&", "1", "é", "=", "["])
def test_a_letter_stands_for_itself(monkeypatch, tmp_path, value):
    monkeypatch.setattr(CollectConfig, "__post_init__", lambda self: None)  # which says what may be a label
    (found,) = arrive(monkeypatch, tmp_path, CollectConfig, f"letter={value}", name="collect")
    assert found.letter == value


def test_several_settings_and_what_hydra_understands_stay(monkeypatch, tmp_path):
    typed = ["name=1e3", "data.labels=éo", "model.hidden=7", 'data.test="a,b"', "optim.lr=1e-3", "seed=3"]
    (found,) = arrive(monkeypatch, tmp_path, TrainConfig, *typed)
    assert (found.name, found.data.labels, found.model.hidden, found.data.test) == ("1e3", "éo", 7, "a,b")
    assert (found.optim.lr, found.seed) == (1e-3, 3)
    assert (tmp_path / "outputs/1e3/.hydra").is_dir()


def test_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "Jörg"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "Jörg"))
    (found,) = arrive(monkeypatch, tmp_path, TrainConfig, "data.root=~/letters", 'data.test="~/others"')
    assert (found.data.root, found.data.test) == (str(tmp_path / "Jörg/letters"), str(tmp_path / "Jörg/others"))
    (other,) = arrive(monkeypatch, tmp_path, TrainConfig, "data.root=a~b", "hydra.run.dir=~/runs/é")
    assert other.data.root == "a~b"
    assert (tmp_path / "Jörg/runs/é/.hydra").is_dir()


def test_a_sweep_over_texts(monkeypatch, tmp_path):
    found = arrive(monkeypatch, tmp_path, TrainConfig, "-m", "data.root=Müller,no#1,3.10,'a,b'", "seed=range(1,3)")
    assert {(each.data.root, each.seed) for each in found} == {
        (root, seed) for root in ("Müller", "no#1", "3.10", "a,b") for seed in (1, 2)
    }


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (
            "model.hidden=20,30",
            "several values are a sweep, with -m before them: python train.py -m model.hidden=20,30",
        ),
        ("model=mlp,cnn", "several values are a sweep, with -m before them: python train.py -m model=mlp,cnn"),
        ("optim.lr=0,1", "a number takes a decimal point, as in optim.lr=0.1; several values"),
        ("data.root=a,b", "one value with a comma goes in quotes: 'data.root=\"a,b\"'; several values"),
        ("data.root=Müller, Übung", "one value with a comma goes in quotes: 'data.root=\"Müller, Übung\"'; several"),
        ("data.root=,", "one value with a comma goes in quotes"),
        ("data.root=[a]", "a list is no text; text with brackets goes in quotes, as in 'data.root=\"[a]\"'"),
        ("model.hidden=[1]", "'[1]' is not a whole number"),
        ("model.hidden=ä", "'ä' is not a whole number"),
        ("model.hidden=range(1,3", "several values are a sweep"),
        ("model.hidden=null", "model.hidden: a value is needed, and one alone"),
        ("model=rün", "there is no 'rün'; choose from cnn, line, mlp"),
        ("optim=3", "did you mean optim.lr=...?"),
        ("seed=range(1,3)", "several values are a sweep, with -m before them: python train.py -m 'seed=range(1,3)'"),
        ("data.root=range(1,3)", "one value with a comma goes in quotes: 'data.root=\"range(1,3)\"'; several"),
        ("data.labels=.,;", "python train.py -m 'data.labels=.,;'"),
        ("hydra.job.chdir=true", "a run stays in the folder where it was started"),
        ("~augment=#", ""),
    ],
)
def test_what_is_refused_says_what_to_type(monkeypatch, tmp_path, capsys, typed, answer):
    assert arrive(monkeypatch, tmp_path, TrainConfig, typed) == 2
    told = capsys.readouterr().err
    assert answer in told and told.count("\n") == 1
    assert not any(name in told for name in ("Exception", "Error", "Config'", "NoneType", "Lexer", "omegaconf"))


def test_an_empty_value_of_a_sweep_is_named(monkeypatch, tmp_path, capsys):
    assert arrive(monkeypatch, tmp_path, TrainConfig, "-m", "data.root=a,") == 2
    assert capsys.readouterr().err == "error: data.root=a,: one of its values is empty; take out a comma\n"


def test_what_a_message_advises_works(monkeypatch, tmp_path):
    for value in ("a,b", "it's, too", 'say "a", b', "a\\,b", "é,#", "[1]"):
        (word,) = shlex.split(words.as_typed("data.root", value))
        (found,) = arrive(monkeypatch, tmp_path, TrainConfig, word)
        assert found.data.root == value


@pytest.mark.parametrize("text", ["a", "it's", "\\", "a\\'b", "\\\\'", 'x"y', "a b", "'", "C:\\x\\"])
def test_quotes_come_off_again(text):
    assert words.unquoted(words.quoted(text)) == text
    assert words.unquoted(text) == text or text.startswith("'")


def test_a_run_to_go_on_with_may_be_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("outputs/mine").mkdir(parents=True)
    assert TrainConfig(resume="mine").resume == str(Path("outputs/mine"))
    assert TrainConfig(resume="outputs/mine").resume == str(Path("outputs/mine"))
    assert TrainConfig(resume="nowhere").resume == "nowhere"
    Path("mine/a").mkdir(parents=True)  # drawings
    assert TrainConfig(resume="mine").resume == str(Path("outputs/mine"))
    Path("mine/checkpoint.pt").touch()
    assert TrainConfig(resume="mine").resume == "mine"

"""`charnet runs` and `charnet use`, as a user types them."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import programs
import pytest
from samples import make_network

from charnet.networks import json_file, stored
from charnet.networks.facts import Facts
from charnet.spec import Spec

SHIPPED = sorted(stored.shipped())
CHARNET = str(Path(sys.executable).with_name("charnet"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, labels, facts in (("kai", "aegkw", Facts(0.958, "sample")), ("2026-01-02/10-00-00", "ab", Facts())):
        (tmp_path / "outputs" / name).mkdir(parents=True)
        network = replace(make_network(Spec(tuple(labels)), hidden=7), facts=facts)
        json_file.write(tmp_path / "outputs" / name / "weights.json", network)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return programs.run(Path.cwd(), *words)


def test_use_and_back():
    installed = subprocess.run([CHARNET, "runs"], capture_output=True, text=True)
    assert installed.stdout == run("runs").stdout
    assert "letters  " in next(line for line in run("runs").stdout.splitlines() if "<- in use" in line)
    used = run("use", "kai")
    assert used.returncode == 0
    assert used.stdout.startswith("in use now: 5 labels, 96 % (before: 26 labels")
    assert used.stdout.endswith("back: charnet use letters\n")
    listed = run("runs").stdout.splitlines()
    names = ["2026-01-02/10-00-00", "kai", *SHIPPED]
    assert [line.split()[0] for line in listed[1 : 1 + len(names)]] == names
    assert listed[2].split() == ["kai", "160-7-5", "95.8%", "sample", "a", "e", "g", "k", "w", "<-", "in", "use"]
    assert sum("<- in use" in line for line in listed) == 1
    assert run("use", "letters").stdout.endswith("back: charnet use kai\n")


def test_for_programs():
    run("use", "kai")
    rows = [json.loads(line) for line in run("runs", "--json").stdout.splitlines()]
    assert rows[1] == {
        "name": "kai",
        "network": "160-7-5",
        "labels": list("aegkw"),
        "accuracy": 0.958,
        "split": "sample",
        "used": True,
    }
    assert [row["used"] for row in rows] == [False, True, *(False for _ in SHIPPED)]


def test_it_fits_a_hundred_columns_and_lists_what_was_ended():
    for name, file, content in (
        ("ended", "checkpoint.pt", ""),
        ("early", "events", ""),
        (
            "sweep/2026-01-02/10-00-00/hidden=40",
            "error.txt",
            "training diverged in its last epoch; lower optim.lr\n" * 3,
        ),
    ):
        Path("outputs", name, ".hydra").mkdir(parents=True)
        Path("outputs", name, file).write_text(content)
    Path("outputs/ended/fold-1").mkdir()
    Path("outputs/ended/fold-1/checkpoint.pt").touch()
    long = "sweep/2026-01-02/10-00-00/hidden=10+lr=0.01"
    for name, labels in ((long, "abcdefghijklmnopqrstuvwxyz"), ("odd", "acegikmoqsuwyACEGIKMOQSUWY")):
        Path("outputs", name).mkdir(parents=True)
        json_file.write(Path("outputs", name, "weights.json"), make_network(Spec(tuple(labels)), hidden=7))
    run("use", long)
    listed = run("runs").stdout.splitlines()
    assert max(map(len, listed)) <= 100
    assert listed[listed.index(long) + 1].endswith("a-z   <- in use")
    text = " ".join(" ".join(listed).split())
    assert "it is running, or was ended; to go on: charnet train resume=ended" in text
    assert "early - - - it was ended before anything was saved" in text
    assert "hidden=40 - - - training diverged in its last epoch" in text and "fold-1" not in text
    rows = [json.loads(line) for line in run("runs", "--json").stdout.splitlines()]
    assert [row["name"] for row in rows if "error" in row] == ["early", "ended", "sweep/2026-01-02/10-00-00/hidden=40"]


def test_a_torn_run_is_named_and_hides_no_other():
    Path("outputs/kai/weights.json").write_text("{")
    listed = run("runs")
    assert listed.returncode == 0
    assert "kai" in listed.stdout
    assert "not JSON, or damaged" in listed.stdout
    assert "letters-cnn" in listed.stdout


def test_one_that_is_not_there():
    wrong = run("use", "nobody")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("error: nobody: no such weights file, run or shipped network")
    assert wrong.stderr.count("\n") == 1
    assert not Path("outputs/current").exists()


def test_what_charnet_says_of_itself():
    for words in (["--version"], ["train", "--version"], ["predict", "--version"], ["runs", "--version"]):
        assert run(*words).stdout == "charnet 0.1.0\n"
    assert "usage: charnet COMMAND" in run("--help").stdout
    wrong = run("trian")
    assert (wrong.returncode, wrong.stderr.splitlines()[0]) == (2, "error: 'trian' is not a command")
    for command in ("train", "predict", "evaluate", "synthesize"):
        assert f"charnet {command}" in run(command, "--help").stdout
        assert "python" not in run(command, "--help").stdout


def test_a_training_where_nothing_was_drawn_says_how_to_get_letters():
    wrong = run("train")
    assert wrong.returncode == 1
    assert "charnet synthesize --out data/letters" in wrong.stderr
    assert "charnet collect" in wrong.stderr
    assert wrong.stderr.count("\n") == 1

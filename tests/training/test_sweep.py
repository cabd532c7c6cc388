"""The table at a sweep's end: from folders as jobs leave them, then from sweeps as a user types them."""

import csv
import json
import subprocess
from pathlib import Path

import pytest
import warm

from charnet.measure import figures
from charnet.training import sweep

ROOT = Path(__file__).parent.parent.parent


def job(folder: Path, *overrides: str, error: str = "", **result: object) -> None:
    (folder / ".hydra").mkdir(parents=True)
    (folder / ".hydra/overrides.yaml").write_text("".join(f"- {json.dumps(word)}\n" for word in overrides))
    if result:
        whole = {"accuracy": None, "low": None, "high": None, "loss": None, "seconds": 1.25, "epochs": 9} | result
        (folder / "metrics.json").write_text(json.dumps(whole))
    if error:
        (folder / "error.txt").write_text(f"{error}\n")


def train(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in warm.environment().items() if name != "PYTHONWARNINGS"}
    return warm.run(ROOT / "train.py", *words, cwd=folder, env=environment, timeout=300)


@pytest.fixture
def jobs(tmp_path: Path) -> list[sweep.Job]:
    job(tmp_path / "a", "optim.epochs=9", "model.hidden=10", accuracy=0.8, low=0.7, high=0.9, loss=0.5)
    job(tmp_path / "b", "optim.epochs=9", "model.hidden=20", accuracy=0.9, low=0.8, high=0.95, loss=0.4)
    job(tmp_path / "c/deep", "optim.epochs=9", "model.hidden=30", error="training diverged, alas")
    job(tmp_path / "d", "optim.epochs=9", "model.hidden=40", "+seed=3", accuracy=0.9, low=0.8, high=0.95, loss=0.3)
    job(tmp_path / "e", "optim.epochs=9", "model.hidden=50")
    job(tmp_path / "f", "optim.epochs=9", "model.hidden=60", accuracy=None)
    return sweep.read(tmp_path)


def test_best_first_and_what_failed_last(jobs: list[sweep.Job], tmp_path: Path):
    names = [str(job.folder.relative_to(tmp_path)) for job in jobs]
    assert names == ["d", "b", "a", "f", "c/deep", "e"]
    assert [job.error for job in jobs[-2:]] == ["training diverged, alas", "it ended early"]
    best = sweep.best(jobs)
    assert best is not None and best.folder == tmp_path / "d"
    assert sweep.best(jobs[3:]) is None


def test_what_was_stopped_in_its_first_epoch_is_not_the_best(tmp_path: Path):
    job(tmp_path / "a", "seed=1", accuracy=0.45, epochs=0, interrupted=True)
    assert sweep.best(sweep.read(tmp_path)) is None
    job(tmp_path / "b", "seed=2", accuracy=0.4)
    assert [each.folder.name for each in sweep.read(tmp_path)] == ["a", "b"]
    best = sweep.best(sweep.read(tmp_path))
    assert best is not None and best.folder.name == "b"


def test_the_settings_that_differ(jobs: list[sweep.Job]):
    assert sweep.differing(jobs) == ["model.hidden", "seed"]
    assert sweep.differing(jobs[:1]) == []


def test_the_table_for_people(jobs: list[sweep.Job], tmp_path: Path):
    heading, first, *_, failed, _ = sweep.table(jobs, tmp_path)
    assert heading.split("  ")[0] == "model.hidden"
    assert heading.split() == ["model.hidden", "seed", "accuracy", "95", "%", "interval", "seconds", "run"]
    assert first.split() == ["40", "3", "90.0%", "80.0%", "to", "95.0%", "1.2", "d"]
    assert failed.split() == ["30", "-", "-", "failed", str(Path("c/deep"))]


def test_the_same_as_a_picture(jobs: list[sweep.Job], tmp_path: Path):
    (axes,) = sweep.picture(jobs, tmp_path).axes
    heading, *names = (label.get_text().split() for label in axes.get_yticklabels())
    assert heading == ["model.hidden", "seed"] and names == [["40", "3"], ["20"], ["10"], ["60"], ["30"], ["50"]]
    shown = [text.get_text().strip() for text in axes.texts]
    assert shown == ["90.0%", "90.0%", "80.0%", "nothing held out", "failed", "failed", "accuracy"]
    spans = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2]
    assert [list(span) for span in spans] == [[0.8, 0.95], [0.8, 0.95], [0.7, 0.9]]
    (alone,) = sweep.picture(jobs[:1], tmp_path).axes
    assert [label.get_text().split() for label in alone.get_yticklabels()] == [["run"], ["d"]]


def test_the_same_as_csv(jobs: list[sweep.Job], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert sweep.summarise(tmp_path) == jobs
    told = capsys.readouterr()
    assert "sweep of 6, best first" in told.out
    assert f"failed: {tmp_path / 'c/deep'}: training diverged, alas\n" in told.err
    assert figures.drawn_here(tmp_path / "sweep.png")
    with (tmp_path / "sweep.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["model.hidden"] for row in rows] == ["40", "20", "10", "60", "30", "50"]
    assert rows[0] | {"run": ""} == {
        **{"model.hidden": "40", "seed": "3", "accuracy": "0.9", "low": "0.8", "high": "0.95", "seconds": "1.25"},
        **{"run": "", "error": ""},
    }
    assert rows[0]["run"] == (tmp_path / "d").as_posix()
    assert (rows[4]["accuracy"], rows[4]["error"]) == ("", "training diverged, alas")


def test_test_figures_have_columns_of_their_own(tmp_path: Path):
    test = {"accuracy": 0.5, "top3": 0.7, "low": 0.4, "high": 0.6}
    job(tmp_path / "a", accuracy=0.8, low=0.7, high=0.9, test=test)
    jobs = sweep.read(tmp_path)
    assert sweep.table(jobs, tmp_path)[1].split()[:-2] == [
        *("80.0%", "70.0%", "to", "90.0%"),
        *("50.0%", "40.0%", "to", "60.0%"),
    ]
    assert "test_accuracy,test_low,test_high,run,error" in sweep.to_csv(jobs)


def test_a_torn_file_is_a_failure(tmp_path: Path):
    job(tmp_path / "a", "seed=1", accuracy=0.8)
    (tmp_path / "a/metrics.json").write_text('{"accu')
    assert [job.error for job in sweep.read(tmp_path)] == ["its metrics.json is damaged"]


def test_a_sweep_that_did_nothing_has_no_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert sweep.summarise(tmp_path) == []
    assert capsys.readouterr() == ("", "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "launcher",
    [
        (),
        pytest.param(("hydra/launcher=joblib", "hydra.launcher.n_jobs=2"), marks=pytest.mark.thorough),
        pytest.param(("hydra/launcher=submitit_local",), marks=pytest.mark.thorough),
    ],
)
def test_a_sweep_as_typed(tmp_path: Path, letters: Path, launcher: tuple[str, ...]):
    """Whatever launches its jobs, in this process or in others, and though one of them fails."""
    words = [
        f"data.root={letters}",
        "-m",
        "model.hidden=3,0",
        "optim.epochs=3",
        *launcher,
        "hydra.sweep.dir=outputs/noon",
    ]
    done = train(tmp_path, *words)
    assert done.returncode == 1
    noon = Path("outputs/noon")
    assert f"failed: {noon / 'hidden=0'}: model.hidden: 0 is not between 1 and 10000\n" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    heading, first, second, _, used = done.stdout.splitlines()[-5:]
    assert used.startswith("the best is hidden=3; ")
    assert heading.split() == ["model.hidden", "accuracy", "95", "%", "interval", "seconds", "run"]
    assert (first.split()[0], first.split()[-1]) == ("3", "hidden=3")
    assert second.split() == ["0", "-", "-", "failed", "hidden=0"]
    with (tmp_path / noon / "sweep.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    metrics = json.loads((tmp_path / noon / "hidden=3/metrics.json").read_text())
    assert float(rows[0]["accuracy"]) == metrics["accuracy"] and float(rows[0]["low"]) == metrics["low"]
    assert rows[1]["error"] == "model.hidden: 0 is not between 1 and 10000"
    assert (tmp_path / noon / "hidden=0/error.txt").read_text() == f"{rows[1]['error']}\n"
    assert not (tmp_path / noon / "hidden=3/error.txt").exists()


def test_a_sweep_leaves_its_best_in_use(tmp_path: Path, letters: Path):
    """Not its last, which guesses; the line says which."""
    words = [f"data.root={letters}", "-m", "optim.lr=0.02,1e-9", "optim.epochs=60", "optim.batch_size=8", "name=tries"]
    done = train(tmp_path, *words)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("the best is lr=0.02; in use now: 3 labels, ")
    assert done.stdout.count("in use now") == 1
    used, best = (tmp_path / "outputs" / name / "weights.json" for name in ("current", "tries/lr=0.02"))
    assert used.read_bytes() == best.read_bytes()


def sweep_of(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return train(folder, "-m", *words)


def search(folder: Path, *space: str) -> list[str]:
    """The words for a search of one's own, of four trials."""
    lines = ["defaults:", "  - override sweeper: optuna", "sweeper:", "  direction: maximize", "  n_trials: 4"]
    lines += ["  n_jobs: 1", "  params:", *(f"    {line}" for line in space)]
    (folder / "mine/hydra").mkdir(parents=True)
    (folder / "mine/hydra/narrow.yaml").write_text("\n".join(lines))
    return ["--config-dir", str(folder / "mine"), "hydra=narrow"]


def test_the_ready_search(tmp_path: Path, letters: Path):
    words = ["hydra=search", "hydra.sweeper.n_trials=2", f"data.root={letters}", "optim.epochs=2"]
    done = sweep_of(tmp_path, *words, "hydra.sweep.dir=outputs/noon", "augment.bend=0")
    assert (done.returncode, done.stderr) == (0, "")
    with (tmp_path / "outputs/noon/sweep.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["optim.lr"] for row in rows}) == 2
    assert "augment.bend" not in rows[0]  # typed, so the same in all


def test_a_search_goes_on_after_a_failure_and_leaves_its_best(tmp_path: Path, letters: Path):
    words = search(tmp_path, "optim.epochs: choice(0,2)", "optim.lr: interval(0.01,0.02)")
    done = sweep_of(
        tmp_path, *words, f"data.root={letters}", "hydra.sweep.dir=outputs/noon", "hydra.sweeper.sampler.seed=1"
    )
    assert "Traceback" not in done.stderr + done.stdout
    with (tmp_path / "outputs/noon/sweep.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4 and set(rows[0]) >= {"optim.epochs", "optim.lr", "accuracy"}
    failed = [row["error"] for row in rows if row["optim.epochs"] == "0"]
    assert 0 < len(failed) < 4 and set(failed) == {"optim.epochs: 0 is not between 1 and 10000000"}
    assert done.returncode == 1 and "the best is " in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["seed=range(0,0)"], "a sweep of no jobs: some setting has no value to take, as in seed=range(0,0)"),
        (
            ["hydra/launcher=nonesuch", "seed=0,1"],
            "hydra/launcher=nonesuch: no such plugin is installed; Hydra's plugins come with pip install -e '.[sweep]'",
        ),
        (
            ["hydra=search", "hydra.sweeper.storage=sqlite:///x.db"],
            "hydra.sweeper.storage: a search keeps its trials in memory; leave it out",
        ),
    ],
)
def test_a_sweep_that_cannot_be_is_one_line(tmp_path: Path, words: list[str], told: str):
    done = sweep_of(tmp_path, *words)
    assert (done.returncode, done.stderr) == (2, f"error: {told}\n")


def test_a_search_over_what_is_no_setting_is_one_line(tmp_path: Path):
    done = sweep_of(tmp_path, *search(tmp_path, "optim.lrr: interval(0,1)"))
    assert done.returncode == 2
    assert done.stderr == "error: optim.lrr: there is no such setting; --help lists them\n"


def test_what_a_search_goes_by(tmp_path: Path):
    job(tmp_path / "a", accuracy=0.75)
    job(tmp_path / "b", accuracy=None)
    assert (sweep.figure(tmp_path / "a"), sweep.figure(tmp_path / "b")) == (0.75, 0)

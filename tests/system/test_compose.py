"""What a wrong call is answered with: one line, exit status 2, in the words of a user."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from charnet import train
from charnet.system import compose, settings
from charnet.training.config import TrainConfig

ROOT = Path(__file__).parent.parent.parent


def call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *words: str) -> int:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py", *words])
    return train.main()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["model.hiden=5"], "error: model.hiden: there is no such setting; did you mean model.hidden=...?"),
        (["epochs=5"], "did you mean optim.epochs=...?"),
        (["--epochs", "5"], "error: --epochs: settings are typed key=value without dashes, did you mean optim.epochs"),
        (["--model.hidden=5"], "did you mean model.hidden=...?"),
        (["+optim.lrr=1"], "did you mean optim.lr=...?"),
        (["hidden"], "error: 'hidden' is not a setting; they are typed key=value, did you mean model.hidden=...?"),
        (["seed"], "error: seed: a setting needs a value"),
        (["xyzzy=1"], "error: xyzzy: there is no such setting; --help lists them"),
        (["model=rnn"], "error: model: there is no 'rnn'; choose from cnn, line, mlp"),
        (["optim.lr=1" + "0" * 400], "error: optim.lr: int too large to convert to float"),
        (["seed=1" + "0" * 400], "0 is not between 0 and 4294967295"),
        (["optim.lr=fast"], "error: optim.lr: 'fast' is not a number"),
        (["model.hidden=many"], "error: model.hidden: 'many' is not a whole number"),
        (["model.hidden=0"], "error: model.hidden: 0 is not between 1 and 10000"),
        (["optim.lr=nan"], "error: optim.lr: nan is not between 1e-09 and 100"),
        (["data.labels=aba"], "error: data.labels: 'a' appears twice"),
        (["data.root=a,b"], "one value with a comma goes in quotes: 'data.root=\"a,b\"'"),
        (["resume=somewhere", "seed=1"], "error: seed=1: a resumed run goes on with its own settings; leave it out"),
    ],
)
def test_wrong_calls(monkeypatch, tmp_path, capsys, words, answer):
    assert call(monkeypatch, tmp_path, *words) == 2
    told = capsys.readouterr()
    assert answer in told.err
    assert told.err.count("\n") == 1
    assert not list(tmp_path.rglob("*.*"))  # nothing was left behind


def test_a_failure_leaves_no_run_folder(monkeypatch, tmp_path, capsys):
    assert call(monkeypatch, tmp_path, "data.root=nowhere") == 1
    assert capsys.readouterr().err == (
        "error: nowhere: no such folder; it needs one folder of pictures per label. Letters to start with: "
        "python -m charnet.datasets.synthesize --out nowhere; your own: python collect.py data.root=nowhere\n"
    )
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_output_folder_that_cannot_be_made(monkeypatch, tmp_path, capsys):
    (tmp_path / "outputs").touch()
    assert call(monkeypatch, tmp_path) == 1
    assert "outputs" in capsys.readouterr().err


def test_resume_of_nothing_makes_nothing(monkeypatch, tmp_path, capsys):
    pytest.importorskip("torch")
    assert call(monkeypatch, tmp_path, "resume=nowhere") == 1
    assert "error: resume: nowhere: no such folder" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_settings_arrive_as_plain_dataclasses(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    words = ["train.py", "model.hidden=7", "data.labels=0123456789", "data.width=8", "augment=none", "optim.lr=1e-3"]
    monkeypatch.setattr(sys, "argv", words)
    arrived = []
    assert compose.main("train", TrainConfig, lambda settings, folder: arrived.append((settings, folder))) == 0
    settings, folder = arrived[0]
    assert type(settings) is TrainConfig
    assert (settings.model.hidden, settings.data.labels, settings.data.width) == (7, "0123456789", 8)
    assert (settings.augment.scale, settings.optim.lr) == (0, 1e-3)
    assert (folder / ".hydra/overrides.yaml").is_file()


def test_a_sweep_runs_each_setting_wherever_its_flag_stands(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py", "optim.epochs=7", "-m", "model.hidden=3,5"])
    arrived = []
    assert compose.main("train", TrainConfig, lambda settings, folder: arrived.append((settings, folder))) == 0
    assert [settings.model.hidden for settings, _ in arrived] == [3, 5]
    assert {settings.optim.epochs for settings, _ in arrived} == {7}
    assert len({folder for _, folder in arrived}) == 2


def test_help_lists_every_setting(monkeypatch, tmp_path, capsys):
    assert call(monkeypatch, tmp_path, "--help") == 0
    told = capsys.readouterr().out
    assert "model=cnn|line|mlp" in told
    assert all(key in told for key in settings.keys(TrainConfig))


def test_help_fits_a_screen(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    call(monkeypatch, tmp_path, "--help")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= settings.SCREEN
    assert max(map(len, lines)) <= 100


def test_help_explains_what_is_asked_for(monkeypatch, tmp_path, capsys):
    assert call(monkeypatch, tmp_path, "--help", "optim.lr", "folds=5") == 0
    told = capsys.readouterr().out
    assert all(
        f"{key}={default}\n        {text}\n" in told
        for key, (default, text) in settings.keys(TrainConfig).items()
        if key in ("optim.lr", "folds")
    )
    assert told.count("\n        ") == 2
    assert call(monkeypatch, tmp_path, "--help", "xyzzy") == 2
    assert "error: xyzzy: there is no such setting" in capsys.readouterr().err


def test_a_seed_out_of_range_is_named_as_it_was_typed(monkeypatch, tmp_path, capsys):
    assert call(monkeypatch, tmp_path, "seed=4294967296") == 2
    assert capsys.readouterr().err == "error: seed: 4294967296 is not between 0 and 4294967295\n"


def arrive(monkeypatch, tmp_path, *words: str) -> list[Path]:
    """The run folders that a command line gets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py", *words])
    folders: list[Path] = []
    assert compose.main("train", TrainConfig, lambda config, folder: folders.append(folder)) == 0
    return folders


def test_runs_of_one_second_get_a_folder_each(monkeypatch, tmp_path):
    folders = [arrive(monkeypatch, tmp_path, "hydra.run.dir=outputs/noon")[0] for _ in range(3)]
    assert [str(folder) for folder in folders] == ["outputs/noon", "outputs/noon-2", "outputs/noon-3"]
    assert all((tmp_path / folder / ".hydra/config.yaml").is_file() for folder in folders)


def test_sweeps_of_one_second_get_a_folder_each(monkeypatch, tmp_path):
    words = ["-m", "seed=1,2", "hydra.sweep.dir=outputs/noon"]
    first, second = (arrive(monkeypatch, tmp_path, *words) for _ in range(2))
    assert [str(folder) for folder in first + second] == [
        *("outputs/noon/seed=1", "outputs/noon/seed=2"),
        *("outputs/noon-2/seed=1", "outputs/noon-2/seed=2"),
    ]


def test_a_folder_that_is_there_but_holds_no_run_is_taken(monkeypatch, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here/notes.txt").write_text("mine")
    assert arrive(monkeypatch, tmp_path, "hydra.run.dir=here") == [Path("here")]


def test_resume_goes_on_in_its_own_folder_and_makes_none(monkeypatch, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    assert arrive(monkeypatch, tmp_path, "resume=somewhere") == [Path()]
    assert sorted(tmp_path.rglob("*")) == before


def test_the_status_of_a_command_is_its_own(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py"])
    assert compose.main("train", TrainConfig, lambda config, folder: 7) == 7


def test_jobs_are_named_by_what_the_sweep_varies(monkeypatch, tmp_path):
    words = ["optim.epochs=7", "data.root=there", "-m", "model.hidden=3,5", "data.root=a/b,c", "hydra.sweep.dir=noon"]
    names = [str(folder.relative_to("noon")) for folder in arrive(monkeypatch, tmp_path, *words)]
    assert names == ["0-root=a_b+hidden=3", "1-root=a_b+hidden=5", "root=c+hidden=3", "root=c+hidden=5"]


def test_a_path_with_equals_signs_is_taken_as_typed(monkeypatch, tmp_path):
    assert arrive(monkeypatch, tmp_path, "resume=noon/hidden=3+seed=1") == [Path()]
    monkeypatch.setattr(sys, "argv", ["train.py", "-m", "init=noon/hidden=3+seed=1,noon/x", "data.root='a=b'"])
    arrived = []
    assert compose.main("train", TrainConfig, lambda config, folder: arrived.append(config)) == 0
    assert [(config.init, config.data.root) for config in arrived] == [
        ("noon/hidden=3+seed=1", "a=b"),
        ("noon/x", "a=b"),
    ]


def test_ctrl_c_ends_a_sweep_which_still_tells_what_it_has(monkeypatch, tmp_path):
    def stop(config, folder):
        if config.seed == 2:
            raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py", "-m", "seed=1,2,3", "hydra.sweep.dir=noon"])
    told = []
    assert compose.main("train", TrainConfig, stop, lambda folder: told.append(folder) or 0) == 130
    assert told == [Path("noon")]
    assert sorted(path.name for path in Path("noon").iterdir() if path.is_dir()) == ["seed=1", "seed=2"]


COMPLETE = """
eval "$($2 -sc install=bash)"
complete -p ${2%% *} | grep -q hydra_bash_completion || exit 3
COMP_LINE="$1"; COMP_POINT=${#1}; read -ra COMP_WORDS <<< "$1"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
hydra_bash_completion
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("python train.py model.hi", ["model.hidden="]),
        ("python train.py model=", ["model=cnn", "model=line", "model=mlp"]),
        ("python train.py seed=1 augment=st", ["augment=strokes"]),
        ("python train.py optim.p", ["optim.patience="]),
        ("python train.py xyzzy", [""]),
        ("charnet train model.hi", ["model.hidden="]),
        ("charnet collect cou", ["count="]),
        ("charnet tra", ["train"]),
        ("charnet predict x", [""]),
    ],
)
def test_tab_completes_settings_in_a_real_bash(tmp_path, line, offered):
    (tmp_path / "train.py").symlink_to(ROOT / "train.py")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    program = "python train.py" if line.startswith("python") else "charnet train"
    command = ["bash", "--norc", "-c", COMPLETE, "bash", line, program]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == offered


def test_a_name_is_claimed_once_however_many_ask(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(lambda _: compose.claim(tmp_path / "run", ".hydra"), range(24)))
    assert len(set(claimed)) == 24


@pytest.mark.parametrize(
    ("overrides", "sweeper", "name"),
    [
        ("model.hidden=40", "BasicSweeper", "hidden=40"),
        ("model.hidden=40+optim.lr=1e-3", "BasicSweeper", "hidden=40+lr=1e-3"),
        ("model=cnn++seed=-1", "BasicSweeper", "model=cnn+seed=-1"),
        ("model.hidden=40", "OptunaSweeper", "7-hidden=40"),  # which may try it twice
        ("data.labels=AB", "BasicSweeper", "7-labels=AB"),  # which may be ab
        ("data.root=..\\x:y", "BasicSweeper", "7-root=.._x_y"),
        ("data.root=" + "x" * 300, "BasicSweeper", "7-root=" + "x" * 95),
        ("", "BasicSweeper", "7"),
    ],
)
def test_the_name_of_a_job(overrides, sweeper, name):
    assert compose.job_folder(7, overrides, f"some.{sweeper}") == name


def test_a_folder_that_is_free_is_claimed_as_it_is(tmp_path):
    (tmp_path / "run").mkdir()
    assert compose.claim(tmp_path / "run", ".hydra") == tmp_path / "run"
    assert compose.claim(tmp_path / "run", ".hydra") == compose.claim(tmp_path / "run").with_name("run-2")
    assert compose.claim(tmp_path / "run") == tmp_path / "run-4"


def test_every_help_of_hydra_is_a_text(monkeypatch, tmp_path):
    """Python 3.14's argparse refuses any other, as hydra-core 1.3 has one."""
    from hydra._internal.utils import get_args_parser

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py"])
    assert compose.main("train", TrainConfig, lambda settings, folder: 0) == 0
    helps = {action.help for action in get_args_parser()._actions}
    assert {type(text) for text in helps} <= {str, type(None)}

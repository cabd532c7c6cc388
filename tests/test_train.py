"""train.py as a user runs it: what it prints, its exit status, what it leaves behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import warm
from samples import make_network

from charnet.networks import json_file
from charnet.spec import Spec

ROOT = Path(__file__).parent.parent
SMALL = ["data.labels=loz", "optim.epochs=30", "optim.batch_size=8"]


def run(script: str, *words: object, folder: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    return warm.run(ROOT / script, *words, cwd=folder, stdin=stdin)


def run_cold(script: str, *words: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """As a user's shell starts it, with all that it imports."""
    command = [sys.executable, str(ROOT / script), *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


def test_train_then_predict(tmp_path: Path, letters: Path):
    trained = run_cold("train.py", f"data.root={letters}", *SMALL, folder=tmp_path)
    assert (trained.returncode, trained.stderr) == (0, "")
    lines = trained.stdout.splitlines()
    assert lines[0] == f"reading {letters}"
    assert "pictures a second" in lines[-3]
    assert lines[-2].startswith("in use now: 3 labels, ")
    assert lines[-2].endswith("back: charnet use letters")
    folder = tmp_path / (lines[-1].removeprefix("everything is in ").partition(";")[0])
    assert "python predict.py" in lines[-1]
    assert {path.name for path in folder.iterdir()} >= {
        ".hydra",
        "weights.json",
        "checkpoint.pt",
        "metrics.json",
        "confusion.png",
        "mistakes.png",
    }
    metrics = json.loads((folder / "metrics.json").read_text())
    assert {"accuracy", "top3", "loss", "epochs", "seconds", "images_per_second", "parameters", "split", "seed"} <= set(
        metrics
    )
    read = run_cold("predict.py", letters / "l/0.png", letters / "z", folder=tmp_path)
    assert (read.returncode, read.stderr) == (0, "")
    assert read.stdout.count("\n") == 9
    assert read.stdout.splitlines()[0].split() == [f"{letters}/l/0.png:", *read.stdout.split()[1:7]]
    assert read.stdout.split()[2] == "l"


def stopped(words: list[str], line: str, folder: Path) -> tuple[int, str, str]:
    """`train.py` with Ctrl-C once it says a line that starts so: status, what it said then, errors."""
    with warm.Program(ROOT / "train.py", *words, cwd=folder) as process:
        while not (said := process.stdout.readline()).startswith(line):
            assert said, "the training ended too early"
        process.send_signal(signal.SIGINT)
        told, errors = process.communicate(timeout=60)
    return process.returncode, told, errors


def test_ctrl_c_then_resume(tmp_path: Path, letters: Path):
    words = [f"data.root={letters}", "data.labels=loz", "optim.epochs=800", "hydra.run.dir=outputs/long"]
    status, told, errors = stopped(words, "epoch 80/", tmp_path)
    assert (status, errors) == (0, "")
    assert "to go on: python train.py resume=outputs/long" in told
    assert "not in use: it was interrupted; charnet use long switches to it anyway" in told
    assert not (tmp_path / "outputs/current").exists()
    resumed = run("train.py", "resume=long", folder=tmp_path)
    assert (resumed.returncode, resumed.stderr) == (0, "")
    assert json.loads((tmp_path / "outputs/long/metrics.json").read_text())["epochs"] == 800
    assert json_file.read(tmp_path / "outputs/current/weights.json").spec.labels == ("l", "o", "z")
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == ["current", "long"]


def test_ctrl_c_ends_a_sweep(tmp_path: Path, letters: Path):
    words = ["-m", f"data.root={letters}", "seed=1,2,3", "optim.epochs=8000", "hydra.sweep.dir=outputs/noon"]
    status, told, errors = stopped(words, "epoch ", tmp_path)
    assert (status, errors) == (130, "stopped\n")
    assert [path.name for path in (tmp_path / "outputs/noon").iterdir() if path.is_dir()] == ["seed=1"]
    assert "the best is seed=1; in use now: 3 labels" in told
    assert json.loads((tmp_path / "outputs/noon/seed=1/metrics.json").read_text())["interrupted"] is True


def test_a_bad_folder_is_one_line(tmp_path: Path, letters: Path):
    for path in (letters / "z").iterdir():
        path.unlink()
    done = run("train.py", f"data.root={letters}", *SMALL, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (f"error: {letters}: no readable pictures of z; data.labels=lo trains on the rest\n")


def test_first_line_before_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The sign of life comes before the slow imports."""
    program = (
        "import sys; from charnet import train\n"
        "class Watch:\n"
        "    def write(self, text): assert 'torch' not in sys.modules; raise SystemExit(7)\n"
        "    def flush(self): pass\n"
        "sys.argv = ['train.py']; sys.stdout = Watch(); train.main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment).returncode == 7


def test_original_letters_train(real_data: Path, tmp_path: Path):
    """On the real drawings a short training is already far better than chance, and reads a picture file."""
    letters = real_data / "original/Letters"
    trained = run("train.py", f"data.root={letters}", "optim.epochs=60", "hydra.run.dir=here", folder=tmp_path)
    assert (trained.returncode, trained.stderr) == (0, "")
    assert json.loads((tmp_path / "here/metrics.json").read_text())["accuracy"] > 0.75


def test_init_with_an_original_network(real_data: Path, tmp_path: Path):
    network = real_data / "original/Networks/FullCharacterRecognition.json"
    words = [f"data.root={real_data}/original/Letters", "data.framing=corner", f"init={network}", "optim.epochs=1"]
    trained = run("train.py", *words, "optim.lr=1e-9", "data.validation=0", "hydra.run.dir=here", folder=tmp_path)
    assert (trained.returncode, trained.stderr) == (0, "")
    test = run("predict.py", "--json", "--weights", "here", real_data / "original/Letters", folder=tmp_path)
    results = [json.loads(line) for line in test.stdout.splitlines()]
    right = sum(result["label"] == Path(result["path"]).parent.name for result in results)
    assert abs(right - 859) <= 2  # hardly moved from where it started


def test_trainings_of_one_second_leave_a_network_each(tmp_path: Path, letters: Path):
    words = [f"data.root={letters}", *SMALL, "hydra.run.dir=outputs/noon"]
    running = [warm.Program(ROOT / "train.py", *words, f"seed={seed}", cwd=tmp_path) for seed in range(2)]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    folders = sorted(
        line.removeprefix("everything is in ").partition(";")[0] for text in said for line in text.splitlines()[-1:]
    )
    assert folders == ["outputs/noon", "outputs/noon-2"]
    networks = {(tmp_path / folder / "weights.json").read_bytes() for folder in folders}
    assert len(networks) == 2
    assert (tmp_path / "outputs/current/weights.json").read_bytes() in networks


def test_a_diverged_training_leaves_the_network_in_use(tmp_path: Path, letters: Path):
    (tmp_path / "outputs/current").mkdir(parents=True)
    json_file.write(tmp_path / "outputs/current/weights.json", make_network(Spec()))
    before = (tmp_path / "outputs/current/weights.json").read_bytes()
    wild = ["optim.lr=100", "optim.weight_decay=100", "hydra.run.dir=outputs/wild"]
    done = run("train.py", f"data.root={letters}", *SMALL, *wild, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: training diverged in epoch ")
    assert (tmp_path / "outputs/current/weights.json").read_bytes() == before
    assert not (tmp_path / "outputs/wild/weights.json").exists()


def test_a_named_run_and_one_that_only_guesses(tmp_path: Path, letters: Path):
    """The second reads at random, so the first stays in use; a name that is taken gets a number."""
    words = [f"data.root={letters}", "name=kai", "optim.batch_size=8", "optim.epochs=40", "data.validation=0.5"]
    first = run("train.py", *words, folder=tmp_path)
    assert first.returncode == 0
    assert (tmp_path / "outputs/kai/weights.json").is_file()
    assert "back: charnet use letters" in first.stdout
    before = (tmp_path / "outputs/current/weights.json").read_bytes()
    second = run("train.py", *words, "optim.lr=1e-9", "optim.epochs=1", "seed=4", folder=tmp_path)
    accuracy = json.loads((tmp_path / "outputs/kai-2/metrics.json").read_text())["accuracy"]
    assert accuracy <= 1 / 3
    assert "not in use: " in second.stdout
    assert "charnet use kai-2 switches to it anyway" in second.stdout
    assert (tmp_path / "outputs/current/weights.json").read_bytes() == before
    for name in ("current", "letters", "../kai", "a/b"):
        wrong = run("train.py", *words, f"name={name}", folder=tmp_path)
        assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
        assert wrong.stderr.startswith(f"error: name: {name!r} ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letters", "outputs"]
    assert {path.parent.name for path in (tmp_path / "outputs").rglob(".hydra")} == {"kai", "kai-2"}

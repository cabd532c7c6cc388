"""A training that is killed at any moment: the network in use is whole, and resuming ends with the very weights."""

import json
import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from killed import train
from PIL import Image
from samples import make_letters

from charnet.networks import classify, stored

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

WORDS = ["data.root=letters", "data.labels=loz", "optim.epochs=4"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_letters(tmp_path / "letters", count=4)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def take_old() -> None:
    """Something else is in use, of the other kind, so that its file has another name."""
    stored.copy_to_current(stored.shipped()["letters-cnn"])


def check(run: Path, whole: bytes) -> None:
    """No file of a final name is half there, and the network in use is the old one or the new one."""
    network = stored.find()
    assert network.parent == stored.CURRENT
    assert network.read_bytes() in (stored.shipped()["letters-cnn"].read_bytes(), whole)
    classify.load(network)
    assert stored.name_of(network) in ("letters-cnn", run.relative_to("outputs").as_posix(), str(network))
    for path in run.glob("*"):
        if path.suffix == ".png":
            Image.open(path).load()
        elif path.name == "metrics.json":
            assert json.loads(path.read_text())["epochs"] == 4
        elif path.name == "weights.json":
            assert path.read_bytes() == whole


def check_resumed(here: Path, run: Path, whole: bytes) -> None:
    begun = (run / "checkpoint.pt").exists()
    found = train(here, f"resume={run}")
    if not begun:
        assert (found.status, found.said.count("error: ")) == (1, 1)
        return
    assert found.status == 0, found.said
    assert (run / "weights.json").read_bytes() == whole
    takes_over = not list(run.glob("fold-*"))  # a cross-validation doesn't
    assert (stored.find().read_bytes() == whole) == takes_over


def chosen(steps: list[str], thorough: bool) -> Sequence[int]:
    """Numbers of the steps to be killed before: all, or two, one of which changes the network in use if any does."""
    every = range(1, len(steps) + 1)
    if thorough:
        return every
    switching = [number for number in every if "outputs/current" in steps[number - 1]]
    return random.Random(0).sample(switching, min(1, len(switching))) + random.Random(0).sample(every, 1)


@pytest.mark.parametrize("words", [[], ["folds=2"]], ids=["plain", "folds"])
def test_killed_before_any_step_on_the_disk(here: Path, words: list[str], thorough: bool) -> None:
    found = train(here, *WORDS, *words, f"hydra.run.dir=outputs/whole{len(words)}")
    assert found.status == 0
    whole = Path(f"outputs/whole{len(words)}/weights.json").read_bytes()
    assert len(found.steps) > 30
    for step in chosen(found.steps, thorough):
        take_old()
        run = Path(f"outputs/step{len(words)}-{step}")
        found = train(here, *WORDS, *words, f"hydra.run.dir={run}", step=step)
        assert found.status == -9 or len(found.steps) < step  # the first run makes matplotlib's folders, too
        check(run, whole)
        check_resumed(here, run, whole)


def test_killed_at_any_moment_and_again_after(here: Path, thorough: bool) -> None:
    found = train(here, *WORDS, "hydra.run.dir=outputs/whole")
    whole = Path("outputs/whole/weights.json").read_bytes()
    moments = random.Random(0)
    for number in range(20 if thorough else 1):
        take_old()
        run, share = Path(f"outputs/moment{number}"), moments.uniform(0.1, 1)
        train(here, *WORDS, f"hydra.run.dir={run}", after=share * found.seconds)
        check(run, whole)
        if (run / "checkpoint.pt").exists():
            train(here, f"resume={run}", after=moments.uniform(0.1, 1) * found.seconds)
            check(run, whole)
        check_resumed(here, run, whole)

from concurrent.futures import ThreadPoolExecutor

import pytest

from charnet.system import run_folder


def test_a_name_is_claimed_once_however_many_ask(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(lambda _: run_folder.claim(tmp_path / "run", ".hydra"), range(24)))
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
    assert run_folder.job_folder(7, overrides, f"some.{sweeper}") == name

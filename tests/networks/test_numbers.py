import os
import shutil
from pathlib import Path

import pytest
from samples import make_network

from charnet.networks import json_file, numbers, stored
from charnet.spec import Spec


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make_run(name: str, seconds: int) -> Path:
    folder = Path("outputs") / name
    folder.mkdir(parents=True)
    json_file.write(folder / "weights.json", make_network(Spec(("yes", "no"))))
    os.utime(folder / "weights.json", (seconds, seconds))
    return folder


def test_runs_are_counted_in_the_order_of_their_time():
    make_run("2026-01-02/10-00-00", 2)
    make_run("2026-01-03/09-00-00", 3)
    make_run("kai", 1)
    assert numbers.number_of("2026-01-03/09-00-00") == 3
    assert [numbers.number_of(name) for name in ("kai", "2026-01-02/10-00-00")] == [1, 2]


def test_a_number_stays_and_is_never_given_again():
    for n, name in enumerate(("one", "two", "three")):
        make_run(name, n)
    assert numbers.number_of("three") == 3
    shutil.rmtree("outputs/three")
    shutil.rmtree("outputs/one")
    make_run("four", 0)  # copied here with its old time
    assert [numbers.number_of(name) for name in ("four", "two", "three")] == [4, 2, 3]


def test_what_is_no_run_of_this_folder_has_no_number():
    stored.copy_to_current(make_run("kai", 1) / "weights.json")
    shutil.copy("outputs/kai/weights.json", "mine.json")
    others = (
        "letters",
        "mine.json",
        str(Path("mine.json").resolve()),
        "outputs/current/weights.json",
        "current",
        "..",
        "none",
    )
    assert [numbers.number_of(name) for name in others] == [None] * len(others)
    assert numbers.number_of("kai") == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"kai": "1"}', '{"kai": true}', "\ufeffx"])
def test_numbers_that_are_damaged_are_given_anew(content: str):
    make_run("kai", 1)
    Path("outputs/numbers.json").write_text(content, encoding="utf-8")
    assert numbers.number_of("kai") == 1


def test_where_nothing_can_be_written_the_runs_are_counted_all_the_same(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    make_run("kai", 2)
    make_run("new", 3)
    monkeypatch.setattr(numbers.lock, "held", refuse)
    assert numbers.number_of("new") == 2

from dataclasses import replace
from pathlib import Path

import pytest
from samples import make_network

from charnet import use
from charnet.networks import json_file, stored
from charnet.networks.facts import Facts
from charnet.spec import Spec


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("outputs/kai").mkdir(parents=True)
    network = replace(make_network(Spec(("a", "e")), hidden=7), facts=Facts(0.958, "sample"))
    json_file.write(Path("outputs/kai/weights.json"), network)


@pytest.mark.parametrize("name", ["kai", "outputs/kai", "outputs/kai/weights.json"])
def test_a_run_by_its_name_folder_or_file(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert use.main([name]) == 0
    out = capsys.readouterr().out
    assert out.startswith("in use now: 2 labels, 96 % (before: 26 labels") and out.endswith(
        "; back: charnet use letters\n"
    )
    assert stored.find(None).read_bytes() == Path("outputs/kai/weights.json").read_bytes()


def test_a_name_that_is_unknown_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert use.main(["kai"]) == 0
    assert use.main(["nobody"]) == 1
    assert capsys.readouterr().err.startswith("error: nobody: no such weights file, run or shipped network")
    assert stored.find(None).read_bytes() == Path("outputs/kai/weights.json").read_bytes()


def test_no_name_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        use.main([])
    assert "the following arguments are required: RUN" in capsys.readouterr().err

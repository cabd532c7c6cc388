import sys
from pathlib import Path

import pytest

import charnet
from charnet.system import usage


@pytest.mark.parametrize(
    ("program", "command", "typed"),
    [
        ("train.py", "train", "python train.py"),
        ("/home/kai/charnet/predict.py", "predict", "python predict.py"),
        ("evaluate.py", "evaluate", "python -m charnet.evaluate"),
        ("train.py", "datasets.unipen", "python -m charnet.datasets.unipen"),
        ("/usr/bin/charnet", "train", "charnet train"),
        ("C:/Scripts/charnet.exe", "evaluate", "charnet evaluate"),
        ("charnet", "datasets.synthesize", "charnet synthesize"),
        ("/usr/lib/ipykernel_launcher.py", "predict", "charnet predict"),
        (str(Path(charnet.__file__).with_name("__main__.py")), "audit", "charnet audit"),
    ],
)
def test_commands_as_they_are_typed_here(monkeypatch: pytest.MonkeyPatch, program: str, command: str, typed: str):
    monkeypatch.setattr(sys, "argv", [program, "x"])
    assert usage.typed(command) == typed


def test_patterns_are_expanded_and_what_is_there_is_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.png", "a.png", "a[1].png", "c/d/e.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    assert usage.expand("*.png") == ["a.png", "a[1].png", "b.png"]
    assert usage.expand("a[1].png") == ["a[1].png"]
    assert usage.expand("**/e.*") == ["c/d/e.png"]
    assert usage.expand(str(tmp_path / "?.png")) == [str(tmp_path / "a.png"), str(tmp_path / "b.png")]
    assert usage.expand("no*.png") == ["no*.png"]
    assert usage.expand("-") == ["-"]

"""The arrows of the house: files are commands, folders are what they are made of (docs/design.md)."""

import subprocess
import sys
from pathlib import Path

import pytest
from house import COMMANDS, HOUSE, PACKAGE, imported, imports, line, modules, room

HEAVY = {"torch", "torchvision", "hydra", "omegaconf"}


def test_the_house_has_no_other_rooms():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == set().union(*HOUSE) - {"spec"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_go_up(path: Path):
    if path.parent == PACKAGE and path.name == "__init__.py":
        assert imports(path) == {"networks"}  # what `import charnet` offers
    elif path.parent == PACKAGE and path.name == "__main__.py":
        assert imports(path) == {"system"}  # it imports the command that is asked for
    else:
        assert {name for name in imports(path) if line(name) >= line(room(path))} == set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_libraries_stay_in_their_rooms(path: Path):
    heavy = {name.split(".")[0] for name in imported(path)} & HEAVY
    where = path.relative_to(PACKAGE).as_posix()
    allowed = {"torch", "torchvision"} if room(path) == "training" else set()
    allowed |= {"hydra", "omegaconf"} if where == "system/compose.py" else set()
    allowed |= {"torchvision"} if where == "datasets/emnist.py" else set()  # its loader, within the function
    assert heavy <= allowed


@pytest.mark.parametrize("module", [*sorted(COMMANDS), "__main__", "training.config", "datasets.synthesize"])
def test_help_comes_at_once(module: str):
    program = f"import sys, charnet.{module}; assert not {HEAVY | {'matplotlib', 'tensorboard'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_diagram_is_printed_from_the_code():
    house = Path(__file__).parent / "house.py"
    printed = subprocess.run([sys.executable, str(house)], check=True, capture_output=True, text=True).stdout
    assert printed.startswith("spec.py  What a network reads and what it answers")
    assert "measure/  How well a network reads.   <- system, pictures, letters, networks\n" in printed
    assert all(path.stem in printed for path in modules() if not path.stem.startswith("__"))

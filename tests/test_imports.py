"""The arrows of the house: files are commands, folders are what they are made of (docs/design.md)."""

import subprocess
import sys
from pathlib import Path

import house
import pytest
from house import COMMANDS, HOUSE, PACKAGE, circles, imported, imports, line, modules, room

HEAVY = {"torch", "torchvision", "hydra", "omegaconf"}


def test_the_house_has_no_other_rooms():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == set().union(*HOUSE) - {"spec"}


def test_arrows_go_up():
    for path in modules():
        if path.parent == PACKAGE and path.name == "__init__.py":
            assert imports(path) == {"networks", "system"}  # what `import charnet` offers, and Ctrl-C meanwhile
        elif path.parent == PACKAGE and path.name == "__main__.py":
            assert imports(path) == {"system"}  # it imports the command that is asked for
        else:
            down = {name for name in imports(path) if line(name) >= line(room(path))}
            assert not down, f"{path.relative_to(PACKAGE)} imports from {down}, which lie no higher than itself"


def test_no_modules_import_each_other():
    assert circles() == []


def test_circles_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Within a folder, within a function, by way of a third, and of a folder by itself."""
    monkeypatch.setattr(house, "PACKAGE", tmp_path / "charnet")
    for name, text in {
        "spec.py": "import sys\n",
        "a/__init__.py": "from charnet.a.one import x\n",
        "a/one.py": "from charnet import spec\nfrom charnet.a import two\n",
        "a/two.py": "from charnet.a.three import name\n",
        "a/three.py": "def name():\n    import charnet.a.one\n",
        "b/__init__.py": "def run():\n    from charnet.b import main\n",
        "b/main.py": "from charnet.b import run\n",
        "b/other.py": "from charnet.b.main import run\n",
    }.items():
        (tmp_path / "charnet" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "charnet" / name).write_text(text)
    assert circles() == [["charnet.a.one", "charnet.a.three", "charnet.a.two"], ["charnet.b", "charnet.b.main"]]


def test_heavy_libraries_stay_in_their_rooms():
    for path in modules():
        heavy = {name.split(".")[0] for name in imported(path)} & HEAVY
        where = path.relative_to(PACKAGE).as_posix()
        allowed = {"torch", "torchvision"} if room(path) == "training" else set()
        allowed |= {"hydra", "omegaconf"} if where == "system/compose.py" else set()
        allowed |= {"torchvision"} if where == "datasets/emnist.py" else set()  # its loader, within the function
        assert heavy <= allowed, f"{where} imports {heavy - allowed}"


def test_each_module_has_a_test_file_of_its_name():
    """A folder's `__init__.py` is tested with the modules that it offers."""
    tests = Path(__file__).parent
    lacking = [
        file.relative_to(tests).as_posix()
        for path in modules()
        if path.name != "__init__.py"
        and not (file := tests / path.relative_to(PACKAGE).parent / f"test_{path.stem.strip('_')}.py").exists()
    ]
    assert lacking == []


def test_help_comes_at_once():
    """None of these loads, by itself or by way of another, what takes long to load."""
    names = [*sorted(COMMANDS), "__main__", "training.config", "datasets.synthesize"]
    program = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(f'charnet.{name}')\n"
        f"    found = {HEAVY | {'matplotlib', 'tensorboard'}} & set(sys.modules)\n"
        "    assert not found, f'charnet.{name} loads {found}'\n"
    )
    subprocess.run([sys.executable, "-c", program, *names], check=True)


def test_the_diagram_is_printed_from_the_code():
    printed = subprocess.run([sys.executable, house.__file__], check=True, capture_output=True, text=True).stdout
    assert printed.startswith("spec.py  What a network reads and what it answers")
    assert "measure/  How well a network reads.   <- spec, system, pictures, letters, networks\n" in printed
    assert all(path.stem in printed for path in modules() if not path.stem.startswith("__"))

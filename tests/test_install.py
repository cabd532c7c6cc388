"""What an installation finds, from any folder, and what users are told to install."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from install import install
from packaging.requirements import Requirement

from charnet.system.answer import TRAINING

ROOT = Path(__file__).parent.parent
PACKAGED = ("charnet", "conf", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone called `charnet`, as git names it, in an otherwise empty folder."""
    folder = tmp_path_factory.mktemp("parent") / "charnet"
    folder.mkdir()
    for name in PACKAGED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def environment(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return install(clone, tmp_path_factory.mktemp("environment"), "--editable")


@pytest.mark.parametrize("below", ["parent", "clone", "elsewhere"])
def test_an_editable_install_is_found_from_any_folder(
    clone: Path, environment: dict[str, str], tmp_path: Path, below: str
):
    """The folder above the clone holds a folder `charnet` too, which is the clone and no package."""
    here = {"parent": clone.parent, "clone": clone, "elsewhere": tmp_path}[below]
    program = "import charnet; print(charnet.load('letters').name, charnet.__file__)"
    (tmp_path / "program.py").write_text(program)

    def typed(*words: object) -> str:
        done = subprocess.run([*map(str, words)], cwd=here, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    found = f"letters {clone / 'charnet/__init__.py'}\n"
    assert typed("python", "-c", program) == found
    assert typed("python", tmp_path / "program.py") == found
    assert typed("python", "-m", "charnet", "--version") == typed("charnet", "--version")


def test_settings_are_edited_at_the_root_of_the_clone(clone: Path, environment: dict[str, str], tmp_path: Path):
    """Both in an editable install and, copied, in another."""
    program = ["python", "-c", "from charnet.system import settings; print(settings.conf())"]
    assert subprocess.check_output(program, cwd=tmp_path, env=environment, text=True) == f"{clone / 'conf'}\n"
    copied = install(clone, tmp_path / "copied")
    conf = Path(subprocess.check_output(program, cwd=tmp_path, env=copied, text=True).strip())
    assert conf.parts[-3:] == ("site-packages", "charnet", "conf")
    files = {path.relative_to(ROOT / "conf") for path in (ROOT / "conf").rglob("*.yaml")}
    assert {path.relative_to(conf) for path in conf.rglob("*") if path.is_file()} == files


def test_no_line_installs_a_package_of_someone_else():
    """PyPI's `charnet` is another project: pip may only be given a clone, as in pip install -e '.[cnn]'."""
    listed = subprocess.check_output(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT)
    lines = [
        f"{name}: {line}"
        for name in listed.decode().split("\0")
        if (path := ROOT / name).is_file()
        and path.suffix in {".py", ".md", ".ipynb", ".toml", ".html", ".js", ".yml", ""}
        for line in path.read_text("utf-8", errors="ignore").splitlines()
        if re.search(r"\bcharnet\[(?!\d)|\b(pip|uv|uvx|pipx)\b[^`#]*\s[\"']?charnet(?![-\w/.])", line)
    ]
    assert [line for line in lines if not line.startswith("tests/test_install.py")] == []


def test_the_light_installation_lacks_only_what_trains():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = {
        *project["project"]["optional-dependencies"]["cnn"],
        *project["project"]["optional-dependencies"]["sheet"],
    }
    light, all_of_it = set(project["dependency-groups"]["light"]), set(project["project"]["dependencies"])
    assert {re.split(r"[<>=]", line)[0] for line in all_of_it - light} == set(TRAINING)
    assert light - all_of_it <= extras


BUILD = """
import os, sys
from hatchling.build import build_sdist, build_wheel
os.chdir(sys.argv[1])
print(build_sdist(sys.argv[2]), build_wheel(sys.argv[2]))
"""


def built(source: Path, out: Path) -> tuple[Path, Path]:
    """The source archive and the wheel of a folder."""
    out.mkdir()
    program = [sys.executable, "-c", BUILD, str(source), str(out)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    sdist, wheel = subprocess.check_output(program, env=environment, text=True).split()
    return out / sdist, out / wheel


def test_two_builds_are_the_same_to_the_bit(clone: Path, tmp_path: Path):
    """Of two clones, whose files are of another time, in another folder."""
    shutil.copytree(clone, tmp_path / "other", copy_function=shutil.copyfile)
    for one, other in zip(built(clone, tmp_path / "a"), built(tmp_path / "other", tmp_path / "b"), strict=True):
        assert one.name == other.name and one.read_bytes() == other.read_bytes()


def test_the_wheel_holds_its_bill_of_materials(clone: Path, tmp_path: Path):
    _, wheel = built(clone, tmp_path / "dist")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if ".dist-info/sboms/" in name]
        bill = json.loads(archive.read(name))
        held = {
            (Path(name).name, hashlib.sha256(archive.read(name)).hexdigest())
            for name in archive.namelist()
            if Path(name).parent.name == "shipped" and not name.endswith((".md", ".py"))
        }
    models = [each for each in bill["components"] if each["type"] == "machine-learning-model"]
    assert {(each["bom-ref"], each["hashes"][0]["content"]) for each in models} == held
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    libraries = [each["properties"][0]["value"] for each in bill["components"] if each["type"] == "library"]
    assert set(map(Requirement, libraries)) == set(map(Requirement, needed))

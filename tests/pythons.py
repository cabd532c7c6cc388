"""The quick tests on every Python that charnet supports: `make pythons`.

A Python is taken from PATH (python3.14). Those that are missing there come from Debian's unstable, where debootstrap is
installed and root runs this: in build/sid, as in a machine of their own. Each gets an environment with what the group
`light` names, so without torch, and runs the tests of `QUICK` with two versions of Hydra: the one that pip chooses, and
the next. What can't be had is said.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SID = ROOT / "build/sid"
VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
TOOLS = ("pytest", "hypothesis", "httpx2")
# With /proc and terminals; `unshare` undoes the mounts when the program ends.
MOUNTS = 'mount --bind /proc "$0/proc" && mount --bind /dev/pts "$0/dev/pts" && exec chroot "$0" "$@"'
CHROOT = ("unshare", "--mount", "sh", "-c", MOUNTS)
NEXT_HYDRA = "hydra-core==1.4.0rc3"
QUICK = (
    *("system/test_compose.py", "system/test_settings.py", "system/test_usage.py", "system/test_files.py"),
    *("networks/test_json_file.py", "letters/test_samples.py", "exports/test_json.py", "test_spec.py"),
)


@dataclass
class Place:
    """Where a Python runs, with the paths as it sees them."""

    python: str
    inside: tuple[str, ...] = ()  # what programs are started with, such as chroot FOLDER
    checkout: Path = ROOT
    environments: Path = ROOT / "build/pythons"

    def run(self, *words: object, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [*self.inside, *map(str, words)]
        return subprocess.run(command, env={**os.environ, **variables}, cwd=ROOT, capture_output=True, text=True)


class CanNotBeHad(Exception):
    """Why a Python is not tested."""


def find(version: str) -> Place:
    """A Python of PATH, else of Debian's unstable."""
    place = Place(f"python{version}")
    if shutil.which(place.python) and not place.run(place.python, "-c", "import ensurepip").returncode:
        return place
    if not shutil.which("debootstrap") or os.name == "nt" or os.geteuid():
        raise CanNotBeHad(f"no python{version} in PATH, and no debootstrap that root could call")
    place = Place(f"/usr/bin/python{version}", (*CHROOT, str(SID)), Path("/charnet"), Path("/environments"))
    if not (SID / place.python[1:]).exists():
        make_sid()
    if not (SID / place.python[1:]).exists():
        raise CanNotBeHad("neither in PATH nor in Debian's unstable")
    copy_checkout()
    return place


def make_sid() -> None:
    shutil.rmtree(SID, ignore_errors=True)
    SID.parent.mkdir(exist_ok=True)
    packages = ",".join(f"python{version},python{version}-venv" for version in VERSIONS[-2:])
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include=ca-certificates,{packages}", "sid", str(SID)],
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise CanNotBeHad(f"debootstrap failed: {made.stdout.strip().splitlines()[-1]}")
    for name in ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt"):  # how this machine reaches packages
        if Path(name).exists():
            shutil.copy(name, SID / name[1:])


def copy_checkout() -> None:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    shutil.rmtree(SID / "charnet", ignore_errors=True)
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).split("\0"):
        if (ROOT / name).is_file():
            (SID / "charnet" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, SID / "charnet" / name)


def install(place: Place, version: str) -> Path:
    """A new environment with charnet; the path of its Python."""
    folder = place.environments / version
    python = folder / "bin/python"
    pip = (python, "-m", "pip", "install", "--quiet")
    steps = [
        (place.python, "-m", "venv", "--clear", folder),
        (*pip, "--upgrade", "pip"),
        (*pip, "--group", f"{place.checkout}/pyproject.toml:light", *TOOLS),
        (*pip, "--no-deps", "--editable", place.checkout),
        (*pip, "--upgrade", "--target", folder / "next-hydra", NEXT_HYDRA),
    ]
    for step in steps:
        if (done := place.run(*step)).returncode:
            errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["failed"]
            raise CanNotBeHad(f"{' '.join(map(str, step[1:5]))}: {errors[-1]}")
    return python


def test(version: str) -> bool:
    """Print how the tests end on a Python; whether none failed."""
    try:
        place = find(version)
        python = install(place, version)
    except CanNotBeHad as why:
        print(f"Python {version}: not tested: {why}", flush=True)
        return True
    passed = True
    for hydra in ("", str(place.environments / version / "next-hydra")):
        told = "import sys, hydra; print(sys.version.split()[0] + ', Hydra ' + hydra.__version__)"
        name = place.run(python, "-c", told, PYTHONPATH=hydra).stdout.strip()
        files = [place.checkout / "tests" / file for file in QUICK]
        options = ("-p", "no:cacheprovider", "--rootdir", place.checkout, "-c", place.checkout / "pyproject.toml")
        done = place.run(python, "-m", "pytest", *options, *files, PYTHONPATH=hydra)
        print(f"Python {name}: {done.stdout.strip().splitlines()[-1]}", flush=True)
        if done.returncode:
            print(done.stdout + done.stderr)
        passed &= not done.returncode
    return passed


if __name__ == "__main__":
    wanted = sys.argv[1:] or VERSIONS
    assert all(re.fullmatch(r"3\.\d+", version) for version in wanted)
    failed = [version for version in wanted if not test(version)]
    sys.exit(bool(failed))

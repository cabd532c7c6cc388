"""Try out what `make dist` built: `python tests/install.py dist` installs the wheel, then the source archive, each in a
new environment, and types the README's commands in a folder far from this one.

The packages that charnet needs are those of the environment that runs this, so nothing is fetched.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

from test_readme import commands, shortened

from charnet.__main__ import MODULES

ROOT = Path(__file__).parent.parent
CHECKOUT = ("cat ", "tensorboard ", "python collect.py", "python -m charnet.datasets.unipen")  # need more than charnet


def typed(command: str) -> str:
    """A command of the README as it is typed where the package is installed."""
    for script in ("train", "predict"):
        command = command.replace(f"python {script}.py", f"charnet {script}")
    return command


def install(package: Path, folder: Path) -> dict[str, str]:
    """A new environment with this package in it; the variables of programs that run there."""
    venv.create(folder, with_pip=True, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages") if os.name != "nt" else folder.glob("Lib/site-packages")
    (site / "others.pth").write_text(
        f"{sysconfig.get_path('purelib')}\n"
    )  # a line of its own: what it links is left out
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(scripts / "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--ignore-installed", str(package)], check=True)
    return {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": ""}


def try_out(package: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        environment, here = install(package, Path(name) / "environment"), Path(name) / "here"
        here.mkdir()
        for kept in ("examples", "docs"):
            shutil.copytree(ROOT / kept, here / kept, ignore=shutil.ignore_patterns("node_modules"))

        def run(command: str) -> str:
            print(f"  {command}", flush=True)
            done = subprocess.run(["bash", "-c", command], cwd=here, env=environment, capture_output=True, text=True)
            if done.returncode or "Traceback" in done.stderr:
                raise SystemExit(f"{package.name}: {command}\n{done.stdout}{done.stderr}")
            return done.stdout

        where = run("python -c 'import charnet; print(charnet.__file__)'")
        if not Path(where.strip()).is_relative_to(Path(name).resolve()):
            raise SystemExit(f"{package.name}: {where.strip()} is not what was installed")
        for command in MODULES:
            run(f"charnet {command} --help")
        run("charnet synthesize --out data/letters --count 12")
        run("charnet train data.root=data/letters name=mine optim.epochs=3")
        run(
            "mkdir -p my && cp -r data/letters my/letters && cp -r data/letters my/digits && mv my/digits/a my/digits/7"
        )
        for command in commands():
            if not command.startswith(CHECKOUT):
                run(typed(shortened(command)))


if __name__ == "__main__":
    for built in sorted(Path(sys.argv[1]).iterdir(), reverse=True):
        print(built.name, flush=True)
        try_out(built.resolve())

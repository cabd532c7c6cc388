"""Try out installations: install charnet into a new environment, and type the README's commands far from this folder.

`python tests/install.py dist` takes the wheel, then the source archive that `make dist` built. The packages that
charnet needs are those of the environment that runs this, so nothing is fetched.

`python tests/install.py light` takes the README's installation without torch, in an environment that has nothing else.
What needs torch says so in one line; all else works.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from urllib.request import Request, urlopen

from test_readme import commands, shortened

from charnet.__main__ import MODULES

ROOT = Path(__file__).parent.parent
CHECKOUT = ("cat ", "tensorboard ", "charnet collect", "python -m charnet.datasets.unipen")  # need more than charnet
TRAINING = re.compile(r"charnet (train|audit|emnist) (?!--help)|charnet train$|python -m charnet\.audit")
NEED = r"this needs torch(vision)?, which is not installed: pip install torch torchvision tensorboard"


def typed(command: str) -> str:
    """A command of the README as it is typed where the package is installed."""
    for script in ("train", "predict", "collect"):
        command = command.replace(f"python {script}.py", f"charnet {script}")
    return command


def new_environment(folder: Path) -> dict[str, str]:
    """Make an empty environment; return the variables of programs that run there."""
    venv.create(folder, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    return {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": ""}


def pip_install(folder: Path, *words: str) -> None:
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", *words], check=True)


def install(source: Path, folder: Path, *options: str) -> dict[str, str]:
    """Install charnet into a new environment that shares the other packages of this one; return its variables."""
    environment = new_environment(folder)
    (site,) = folder.glob("lib/python*/site-packages") if os.name != "nt" else folder.glob("Lib/site-packages")
    others = [path for path in sys.path if Path(path).name == "site-packages"]  # their files *.pth are left out
    (site / "others.pth").write_text("\n".join(others))
    pip_install(folder, "--ignore-installed", "--no-deps", "--no-build-isolation", *options, str(source))
    return environment


def install_light(folder: Path) -> dict[str, str]:
    """Install charnet and the packages of the group `light` into a new environment; return its variables."""
    environment = new_environment(folder)
    pip_install(folder, "--no-compile", "--group", f"{ROOT / 'pyproject.toml'}:light")
    pip_install(folder, "--no-deps", str(ROOT))
    return environment


def try_out(name: str, environment: dict[str, str], folder: Path, torch: bool = True) -> None:
    """Type the README's commands in an environment; `SystemExit` for one that does not do as it should."""
    here = folder / "here"
    here.mkdir()
    for kept in ("examples", "docs"):
        shutil.copytree(ROOT / kept, here / kept, ignore=shutil.ignore_patterns("node_modules"))

    def run(command: str) -> str:
        print(f"  {command}", flush=True)
        done = subprocess.run(["bash", "-c", command], cwd=here, env=environment, capture_output=True, text=True)
        if not torch and TRAINING.match(command):
            said = rf"(error: {NEED}\n|(failed: \S+: {NEED}\n)+)"  # the second of a sweep's jobs
            good = done.returncode == 1 and re.fullmatch(said, done.stderr)
        else:
            good = done.returncode == 0 and "Traceback" not in done.stderr
        if not good:
            raise SystemExit(f"{name}: {command}\n{done.stdout}{done.stderr}")
        return done.stdout

    where = run("python -c 'import charnet; print(charnet.__file__)'")
    if not Path(where.strip()).is_relative_to(folder.resolve()):
        raise SystemExit(f"{name}: {where.strip()} is not what was installed")
    for command in MODULES:
        run(f"charnet {command} --help")
    run("charnet synthesize --out data/letters --count 12")
    run("charnet synthesize --out data/digits --count 12 --characters digits")
    run("charnet train data.root=data/letters name=mine optim.epochs=3")
    run("mkdir -p my && cp -r data/letters my/letters && cp -r data/letters my/digits && mv my/digits/a my/digits/7")
    if not torch:  # the networks that commands before would have trained
        run("mkdir -p outputs/my-digits && charnet export --weights digits --to json outputs/my-digits/weights.json")
        run(f"mkdir -p outputs/hand && cp {ROOT / 'charnet/networks/shipped/line.onnx'} outputs/hand/weights.onnx")
    for command in map(typed, map(shortened, commands())):
        if not command.startswith(CHECKOUT) and (torch or not TRAINING.match(command)):
            run(command)
    if not torch:
        for command in ("train folds=2", "train -m model.hidden=10,20", "audit data/letters", "emnist --out emnist"):
            run(f"charnet {command}")
        try_page(here, environment)


def try_page(here: Path, environment: dict[str, str]) -> None:
    """The drawing page without torch: it reads, and Train answers with what is missing."""
    words = ["charnet", "collect", "open=false", "port=0"]
    with subprocess.Popen(words, cwd=here, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = re.findall(r"http://\S+", process.stdout.readline())[0].rstrip("/")

        def ask(path: str, body: object = None) -> dict[str, object]:
            data = None if body is None else json.dumps(body).encode()
            with urlopen(Request(address + path, data, {"Content-Type": "application/json"})) as response:
                return dict(json.load(response))

        strokes = [[[0.3, 0.2, 0, 0.5], [0.3, 0.8, 100, 0.5]]]
        print("  charnet collect: read, train", flush=True)
        assert ask("/api/read", {"strokes": strokes})["ranking"]
        ask("/api/train", {})
        for _ in range(100):
            if (status := ask("/api/train"))["state"] == "failed":
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
    if not re.fullmatch(NEED, str(status["error"])):
        raise SystemExit(f"charnet collect: training without torch: {status}")


def main(what: str) -> None:
    sources = [None] if what == "light" else sorted(Path(what).iterdir(), reverse=True)
    for source in sources:
        name = source.name if source else what
        print(name, flush=True)
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            environment = folder / "environment"
            variables = install(source.resolve(), environment) if source else install_light(environment)
            try_out(name, variables, folder, torch=source is not None)


if __name__ == "__main__":
    main(sys.argv[1])

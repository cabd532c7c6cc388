"""Make the environment in which `make` works: `python3 tests/environment.py .venv`.

An environment that is there is kept, one made by hand too, and brought up to date. It is made anew where it does not
work, as after an attempt that was stopped, and where it is of another Python than the one that PYTHON= names. This file
is written so that any Python can read it, to say in one line that it is too old.
"""

import os
import subprocess
import sys

LEAST = (3, 11)
STAMP = "installed"  # a file in the environment, as new as the last installation
EXTRAS = ".[audit,cnn,sheet,sweep]"
TELL = "import pip, sys; print('Python ' + sys.version.split()[0] + ' of ' + sys.base_prefix)"
FIND_TORCH = "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)"
CUDA = """On Linux pip fetches a torch for graphics cards: 3 GB, which take up 5.3 GB of disk. Without such a card
stop here (Ctrl-C) and type `make train TORCH=cpu`: the small torch takes up 0.7 GB."""


def unfit():
    """Why this Python can't make an environment, or None."""
    version = sys.version.split()[0]
    if sys.version_info < LEAST:
        return (
            "this is Python " + version + ", charnet needs 3.11 or newer: name one, as in make train PYTHON=python3.12"
        )
    try:
        import ensurepip  # noqa: F401 - Debian and Ubuntu have it in a package of its own
        import venv  # noqa: F401
    except ImportError:
        return (
            "Python " + version + " lacks its module venv: install it (Debian, Ubuntu: apt install python3-venv), "
            "or name another Python, as in make train PYTHON=python3.12"
        )
    return None


def told(python):
    """Which Python this is, and where it comes from; None where it does not run or has no pip."""
    try:
        with open(os.devnull, "w") as nowhere:
            return subprocess.check_output([python, "-c", TELL], stderr=nowhere).decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def is_new(stamp):
    return os.path.exists(stamp) and os.path.getmtime(stamp) >= os.path.getmtime("pyproject.toml")


def main(folder, named="", torch=""):
    """Exit status. `named` is not empty where the user named this Python, `torch` is "cpu" for the small version."""
    if torch not in ("", "cpu"):
        sys.stderr.write("error: TORCH=" + torch + ": only TORCH=cpu can be chosen; leave it out for the usual torch\n")
        return 1
    python = os.path.join(folder, "Scripts" if os.name == "nt" else "bin", "python")
    stamp = os.path.join(folder, STAMP)
    there = told(python)
    if there and is_new(stamp) and (not named or there == told(sys.executable)):
        return 0
    if not there or (named and there != told(sys.executable)):
        why = unfit()
        if why:
            sys.stderr.write("error: " + why + "\n")
            return 1
        if os.path.exists(folder):
            print("making " + folder + " anew: it " + ("is of " + there if there else "does not work"))
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", folder])
    pip = [python, "-m", "pip", "install"]
    subprocess.check_call(pip + ["--quiet", "--upgrade", "pip"])
    if torch == "cpu":
        subprocess.check_call(pip + ["--quiet", "uv"])
        uv = [python, "-m", "uv", "pip", "install", "--python", python]
        subprocess.check_call(uv + ["--torch-backend", "cpu", "torch", "torchvision"])
    elif sys.platform == "linux" and subprocess.call([python, "-c", FIND_TORCH]):
        print(CUDA)
        sys.stdout.flush()
    quiet = ["--quiet"] if os.environ.get("CI") else []
    subprocess.check_call(pip + quiet + ["--editable", EXTRAS, "--group", "dev"])
    with open(stamp, "w"):
        pass
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except subprocess.CalledProcessError as error:  # the program that failed has said why
        sys.exit(error.returncode)
    except KeyboardInterrupt:
        sys.exit(130)

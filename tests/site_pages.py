"""Gather the files of the site in build/pages, where they lie as they do here, so that links lead to the same files."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHOWN = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"),
    *("docs", "examples", "charnet/networks/shipped"),
)


def main(pages: Path) -> None:
    shutil.rmtree(pages, ignore_errors=True)
    for name in SHOWN:
        source, target = ROOT / name, pages / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        else:
            shutil.copy(source, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Look for bytes that a reader neither reads nor refuses: `python tests/fuzz.py weights 60`, guided by coverage.

Needs atheris. What is found lies in build/fuzz; keep it small in tests/corpus/<reader>, which the test suite reads.
"""

import sys
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["charnet", "json", "zipfile", "tarfile"]):
    from readers import READERS

from charnet.system import files

CORPUS = Path(__file__).parent / "corpus"
LIMITS = ["-timeout=20", "-rss_limit_mb=1500", "-max_len=8192", "-report_slow_units=5"]


def main(name: str, seconds: str) -> None:
    reader = READERS[name]
    files.flush = lambda: None  # waiting for the disk a hundred times a second wears it out

    def once(content: bytes) -> None:
        with suppress(ValueError):  # refused
            reader(content)

    found = Path("build/fuzz") / name
    found.mkdir(parents=True, exist_ok=True)
    words = [f"-max_total_time={seconds}", f"-artifact_prefix={found}/", *LIMITS, str(found), str(CORPUS / name)]
    atheris.Setup([sys.argv[0], *words], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])

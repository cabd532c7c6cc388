"""UNIPEN files made by hand, each with one thing that the format or its rougher copies have."""

from pathlib import Path

from charnet.datasets.unipen_scan import SegmentFile, segment_files

# Components: 0 down, (an empty one, not counted), 1 up with points, 2 down, 3 down without a .PEN_UP before it
INK = """
.COMMENT an indented keyword in a comment is none:
    .PEN_DOWN
.WRITER_ID  yslee
.STYLE PRINTED
.PEN_DOWN
0 0
10 0
10 20
.PEN_UP
.PEN_UP
5 5
6 6
.START_BOX
.PEN_DOWN
0 10
20 10
.PEN_DOWN
3 3
4 5
5 3
"""
DOC = ".COORD X Y\n.POINTS_PER_SECOND 200\n.HIERARCHY CHARACTER\n"
DAT = '.VERSION 1.0\n.INCLUDE kai/kai0.doc\n.INCLUDE kai/data/kai0/yslee.dat\n.SEGMENT CHARACTER 0-2 ? "a"\n'


def put(root: Path, files: dict[str, str | bytes]) -> Path:
    """Files below train_r01_v07: "1c/..." and "6/..." the segment files, the others in include."""
    for name, content in files.items():
        path = root / "train_r01_v07" / ("data" if name.startswith(("1c/", "6/")) else "include") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def small(root: Path, dat: str | bytes = DAT, **inks: str | bytes) -> Path:
    files = {"1c/kai/kai0/yslee.dat": dat, "kai/kai0.doc": DOC, "kai/data/kai0/yslee.dat": INK}
    return put(root, files | {f"kai/data/kai0/{name}.dat": text for name, text in inks.items()})


def one(root: Path) -> SegmentFile:
    (file,) = segment_files(root)
    return file


def segments(*lines: str) -> str:
    return DAT.rpartition(".SEGMENT")[0] + "\n".join(lines) + "\n"

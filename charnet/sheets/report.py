"""What is told of a photo that was read: a JSON object for programs, lines for people."""

from __future__ import annotations

import json

from charnet.sheets.read import Saved, Seen
from charnet.system.answer import printable


def row(seen: Seen, writer: str, saved: Saved) -> str:
    assert seen.page is not None
    found = {
        "path": seen.path,
        "page": seen.page.number,
        "writer": writer,
        "boxes": len(seen.cuts),
        "saved": len(saved.paths),
        "blank": seen.blank,
        "doubtful": len(saved.doubts),
        "again": saved.again,
        "doubts": [{"path": str(path), "why": why} for path, why in saved.doubts],
        "check": str(saved.check),
    }
    return json.dumps(found)


def words(seen: Seen, writer: str, saved: Saved) -> str:
    assert seen.page is not None
    name = f" by {writer}" if writer else ""
    again = f", {saved.again} saved before" if saved.again else ""
    counts = f"{len(saved.paths)} letters saved, {len(saved.doubts)} of them doubtful, {seen.blank} blank{again}"
    lines = [f"{seen.path}: page {seen.page.number} of {seen.page.of}{name}: {counts}"]
    lines += [f"  doubtful: {path}: {why}" for path, why in saved.doubts]
    lines += [f"  to check at a glance: {saved.check}"]
    return "\n".join(map(printable, lines))

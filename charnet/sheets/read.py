"""Photos of filled-in sheets -> samples in letter folders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.letters import samples
from charnet.networks.classify import Classifier
from charnet.pictures import box as box_chunk
from charnet.pictures import images
from charnet.pictures.decode import on_ground
from charnet.sheets import boxes, contact
from charnet.sheets.boxes import Cut
from charnet.sheets.layout import Page
from charnet.sheets.straighten import straighten
from charnet.spec import Spec
from charnet.system import files, pool
from charnet.system.answer import reason

# A letter less likely than UNLIKE, where another one is more likely than SURE, is doubtful: about one in a hundred of
# those in their own box, three in four of those in a box that asks for another (benchmarks/doubts.py).
UNLIKE = 0.01
SURE = 0.3

Grey = npt.NDArray[np.uint8]


@dataclass(slots=True)
class Seen:
    """A photo's page, or what is wrong with it."""

    path: str
    page: Page | None = None
    picture: Grey | None = None  # the page straightened
    cuts: list[Cut] = field(default_factory=list)
    error: str = ""

    @property
    def blank(self) -> int:
        return sum(cut.grey is None for cut in self.cuts)


@dataclass(slots=True)
class Saved:
    """What became of a photo's boxes."""

    paths: list[Path] = field(default_factory=list)  # new samples
    again: int = 0  # boxes that had been saved before
    doubts: list[tuple[Path, str]] = field(default_factory=list)  # new samples to look at, and why
    check: Path = Path()  # the page with a mark for each box


def look(paths: Iterable[str], classifier: Classifier) -> Iterator[Seen]:
    """What is in the boxes of the photos, in their order, by all cores."""
    for chunk in pool.in_chunks(_look, paths, chunk=1, few=2):
        for seen in chunk:
            if seen.page is not None:
                seen.cuts = _doubted(seen.page, seen.cuts, classifier)
            yield seen


def save(page: Page, picture: Grey, cuts: list[Cut], writer: str, out: Path, stem: str) -> Saved:
    """Keep every box that isn't blank and was not kept before, and the page with a mark for each box."""
    saved = Saved()
    known = {label: box_chunk.origins((out / label).glob("*.png")) for label in page.labels}
    digest = hashlib.sha256(picture.tobytes())
    for number, (box, cut) in enumerate(zip(page.boxes(), cuts, strict=True)):
        if cut.grey is None:
            continue
        origin = hashlib.sha256(f"{page}{number}".encode() + cut.grey.tobytes()).hexdigest()[:24]
        if origin in known[box.label]:
            saved.again += 1
            continue
        whole = box_chunk.pack(cut.grey)
        content = box_chunk.to_png(images.read(whole, Spec()), whole, origin)
        path = out / box.label / f"{samples.save(out / box.label, content, writer)}.png"
        saved.paths.append(path)
        if cut.doubt:
            saved.doubts.append((path, cut.doubt))
    saved.check = check_folder(out) / f"{stem}-{digest.hexdigest()[:6]}.jpg"  # the same photo, the same name
    files.make_folder(saved.check.parent)
    files.write_bytes(saved.check, contact.sheet(page, picture, cuts))
    return saved


def check_folder(out: Path) -> Path:
    """Where the marked pages go: beside the samples, so that nobody takes them for samples."""
    whole = out.resolve()
    return (
        out.with_name(f"{whole.name}-check") if out.name not in ("", "..") else whole.with_name(f"{whole.name}-check")
    )


def _look(paths: list[str]) -> list[Seen]:
    return [_look_at(path) for path in paths]


def _look_at(path: str) -> Seen:
    try:
        page, picture = straighten(_red(path))
        return Seen(path, page, picture, boxes.cut(picture, page.boxes()))
    except (ValueError, OSError) as error:
        return Seen(path, error=reason(error))


def _red(path: str) -> Grey:
    """A photo as it is in red light, in which frames and guide lines are as bright as paper."""
    grey = images.decode(path)  # refuses what is no picture, damaged or too large; reduces what is large
    with images.opened(path) as image:
        if image.mode.startswith("I") or image.mode == "F":  # 16 bits of grey
            return grey
        return np.asarray(on_ground(image).convert("RGB").getchannel("R"))


def _doubted(page: Page, cuts: list[Cut], classifier: Classifier) -> list[Cut]:
    """The cuts, with a doubt where the network finds one very unlike its letter."""
    labels = classifier.spec.labels
    asked = [labels.index(box.label) if box.label in labels else None for box in page.boxes()]
    places = [n for n, cut in enumerate(cuts) if cut.grey is not None and not cut.doubt and asked[n] is not None]
    if not places:
        return cuts
    greys = (grey for n in places if (grey := cuts[n].grey) is not None)
    framed, wrong = images.read_many(map(Image.fromarray, greys), classifier.spec)
    assert not wrong
    result = list(cuts)
    for n, likelihoods in zip(places, classifier.likelihoods(framed), strict=True):
        if likelihoods[asked[n]] < UNLIKE and likelihoods.max() > SURE:
            result[n] = Cut(cuts[n].grey, f"it looks like {labels[likelihoods.argmax()]}")
    return result

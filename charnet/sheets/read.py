"""Read photos of filled-in sheets, and save their letters as samples in letter folders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from charnet.letters import naming, samples
from charnet.networks.classify import Classifier
from charnet.pictures import box as box_chunk
from charnet.pictures import images
from charnet.pictures.decode import on_ground
from charnet.sheets import boxes, overlay
from charnet.sheets.boxes import Crop
from charnet.sheets.layout import Page
from charnet.sheets.light import Grey
from charnet.sheets.straighten import straighten
from charnet.spec import Spec
from charnet.system import files, pool
from charnet.system.answer import reason

# A sample is doubtful if the network finds its label less likely than UNLIKELY and another one more likely than LIKELY:
# about one in a hundred letters in their own box, three in four in a box for another one (benchmarks/doubts.py).
UNLIKELY = 0.01
LIKELY = 0.3


@dataclass(slots=True)
class PageScan:
    """What was read from a photo: a page, or an error."""

    path: str
    page: Page | None = None
    picture: Grey | None = None  # the straightened page
    crops: list[Crop] = field(default_factory=list)
    error: str = ""

    @property
    def blank(self) -> int:
        return sum(crop.grey is None for crop in self.crops)


@dataclass(slots=True)
class Saved:
    """The samples that a page added."""

    paths: list[Path] = field(default_factory=list)  # new samples
    again: int = 0  # boxes that were saved before
    doubts: list[tuple[Path, str]] = field(default_factory=list)  # new samples that are doubtful, and why
    check: Path = Path()  # the picture of the page with its boxes marked


def scan(paths: Iterable[str], classifier: Classifier) -> Iterator[PageScan]:
    """Read photos on all cores and yield their scans in order, with the network's doubts."""
    for chunk in pool.in_chunks(_scan_all, paths, chunk=1, few=2):
        for scanned in chunk:
            if scanned.page is not None:
                scanned.crops = _with_doubts(scanned.page, scanned.crops, classifier)
            yield scanned


def save(page: Page, picture: Grey, crops: list[Crop], writer: str, out: Path, stem: str) -> Saved:
    """Save every box that is neither blank nor saved already, and a picture of the page with its boxes marked."""
    saved = Saved()
    folders = naming.assign(out, page.labels)
    known = {label: box_chunk.origins(folders[label].glob("*.png")) for label in page.labels}
    digest = hashlib.sha256(picture.tobytes())
    for number, (box, crop) in enumerate(zip(page.boxes(), crops, strict=True)):
        if crop.grey is None:
            continue
        origin = hashlib.sha256(f"{page}{number}".encode() + crop.grey.tobytes()).hexdigest()[:24]
        if origin in known[box.label]:
            saved.again += 1
            continue
        whole = box_chunk.pack(crop.grey)
        content = box_chunk.to_png(images.read(whole, Spec()), whole, origin)
        path = folders[box.label] / f"{samples.save(folders[box.label], content, writer)}.png"
        saved.paths.append(path)
        if crop.doubt:
            saved.doubts.append((path, crop.doubt))
    saved.check = check_folder(out) / f"{stem}-{digest.hexdigest()[:6]}.jpg"  # the same name for the same photo
    files.make_folder(saved.check.parent)
    files.write_bytes(saved.check, overlay.draw(page, picture, crops))
    return saved


def check_folder(out: Path) -> Path:
    """The folder of the marked pages: beside the samples, so that nobody takes them for samples."""
    resolved = out.resolve()
    return (resolved if out.name in ("", "..") else out).with_name(f"{resolved.name}-check")


def _scan_all(paths: list[str]) -> list[PageScan]:
    return [_scan(path) for path in paths]


def _scan(path: str) -> PageScan:
    try:
        page, picture = straighten(_red(path))
        return PageScan(path, page, picture, boxes.crop(picture, page.boxes()))
    except (ValueError, OSError) as error:
        return PageScan(path, error=reason(error))


def _red(path: str) -> Grey:
    """The red channel of a photo, in which frames and guide lines are as bright as paper."""
    grey = images.decode(path)  # refuses files that are not pictures, damaged or too large
    with images.opened(path) as image:
        if image.mode.startswith("I") or image.mode == "F":  # 16 bits of grey
            return grey
        return np.asarray(on_ground(image).convert("RGB").getchannel("R"))


def _with_doubts(page: Page, crops: list[Crop], classifier: Classifier) -> list[Crop]:
    """The crops, with a doubt added where the network reads another letter than the box asks for."""
    labels = classifier.spec.labels
    targets = [labels.index(box.label) if box.label in labels else None for box in page.boxes()]
    read = [n for n, crop in enumerate(crops) if crop.grey is not None and not crop.doubt and targets[n] is not None]
    if not read:
        return crops
    greys = (grey for n in read if (grey := crops[n].grey) is not None)
    framed, errors = images.read_many(map(Image.fromarray, greys), classifier.spec)
    assert not errors
    result = list(crops)
    for n, likelihoods in zip(read, classifier.likelihoods(framed), strict=True):
        if likelihoods[targets[n]] < UNLIKELY and likelihoods.max() > LIKELY:
            result[n] = Crop(crops[n].grey, f"it looks like {labels[likelihoods.argmax()]}")
    return result

"""A network and a ranking as a notebook shows them: small pictures and a few words, by Pillow and HTML alone."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.networks.facts import Facts
from charnet.spec import Spec

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating]

BLUE, ORANGE = "#0b5394", "#b45f06"  # told apart by the colour-blind too
SHADES = ["#662f00", ORANGE, "#eb9a3a", "#fbd8a8", "#f6f6f6", "#b3d4ee", "#4f9bd3", BLUE, "#052c52"]
ACROSS = 10  # units beside one another
SHOWN = 100  # units that a picture has at most
FULL = 0.97  # share of a unit's weights that its scale spans; the few beyond are as dark as it goes
BEST = 5  # labels of a ranking that are shown
WORDS = 40  # labels that are named; the rest are counted
ZOOM = 5  # screen pixels to a pixel that the network reads
PICTURE = "image-rendering:pixelated;background:#fff;max-width:none;margin:0"


def network(name: str, kind: str, spec: Spec, facts: Facts, hidden: Floats | None) -> str:
    """HTML of a network; `hidden` are the input weights (units, inputs) of one that has a single hidden layer."""
    title = f"<b>{escape(name)}</b> &nbsp;{escape(kind)}"
    named = " ".join(map(escape, spec.labels[:WORDS])) + (" ..." if spec.outputs > WORDS else "")
    lines = [title, f"reads {spec.outputs:,} label{'s' * (spec.outputs != 1)}: {named}", _accuracy(facts)]
    if hidden is not None:
        picture = sheet(hidden.reshape(-1, spec.height, spec.width), scale=1)
        count = f"its {len(hidden):,} hidden units" if len(hidden) <= SHOWN else f"{SHOWN} of its {len(hidden):,} units"
        blue, orange = (f'<span style="color:{colour}">&#9632;</span>' for colour in (BLUE, ORANGE))
        lines += [_image(picture), f"{count}: ink on {blue} excites a unit, ink on {orange} inhibits it"]
    return f'<div style="line-height:1.6">{"<br>".join(filter(None, lines))}</div>'


def ranking(pairs: Sequence[tuple[str, float]], seen: Floats | None) -> str:
    """HTML of the best labels, a bar each, beside the picture (height, width) that was seen."""
    rows = "".join(
        f'<tr style="background:none"><td style="text-align:left;padding:1px 8px"><b>{escape(label)}</b></td>'
        f'<td style="width:160px;padding:1px 0"><div style="width:{100 * share:.1f}%;min-width:1px;height:12px;'
        f'background:{BLUE if place == 0 else "#9aa7b5"}"></div></td>'
        f'<td style="padding:1px 8px">{share:.3f}</td></tr>'
        for place, (label, share) in enumerate(pairs[:BEST])
    )
    table = f'<table style="border:none;margin:0">{rows}</table>'
    grey = None if seen is None else np.round(255 * (1 - np.clip(seen, 0, 1))).astype(np.uint8)
    picture = "" if grey is None else _image(grey, ";border:1px solid #ccc")
    return f'<div style="display:flex;align-items:center;gap:12px">{picture}{table}</div>'


def sheet(weights: Floats, scale: int = 8) -> Bytes:
    """Input weights (units, height, width) -> a picture (rows, columns, 3) of the units, each on its own scale."""
    shown = scaled(weights[:SHOWN], weights[:SHOWN])
    across = min(len(shown), ACROSS)
    mosaic = tiled([shown[start : start + across] for start in range(0, len(shown), across)], across)
    return shaded(mosaic).repeat(scale, axis=0).repeat(scale, axis=1)


def scaled(weights: Floats, last: Floats) -> Floats:
    """Weights (units, height, width) as shares of each unit's large ones in `last`, from -1 to 1."""
    large = np.quantile(np.abs(last), FULL, axis=(1, 2), keepdims=True)
    result: Floats = np.clip(weights / np.where(large > 0, large, 1), -1, 1)
    return result


def tiled(rows: Sequence[Floats], across: int) -> Floats:
    """Rows of pictures (n, height, width), n up to `across`, with lines of NaN between -> (rows, columns)."""
    _, height, width = rows[0].shape
    mosaic = np.full((len(rows) * (height + 1) - 1, across * (width + 1) - 1), np.nan)
    for row, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):
            top, left = row * (height + 1), column * (width + 1)
            mosaic[top : top + height, left : left + width] = picture
    return mosaic


def shaded(values: Floats) -> Bytes:
    """Values (rows, columns) from -1 to 1 -> their colours (rows, columns, 3); NaN is white."""
    anchors = np.array([tuple(bytes.fromhex(shade[1:])) for shade in SHADES])
    places = np.linspace(-1, 1, len(SHADES))
    colours = np.stack([np.interp(values, places, anchors[:, channel]) for channel in range(3)], axis=-1)
    return np.where(np.isnan(colours), 255, np.round(colours)).astype(np.uint8)


def _accuracy(facts: Facts) -> str:
    if facts.accuracy is None:
        return ""
    whose = " of writers it never saw" if facts.split == "writer" else ""
    return f"{facts.accuracy:.1%} right on held-out pictures{whose}"


def _image(pixels: Bytes, style: str = "") -> str:
    """Pixels (rows, columns) or (rows, columns, 3) as an element that holds its PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    height, width = (ZOOM * side for side in pixels.shape[:2])
    source = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return f'<img alt="" src="{source}" width="{width}" height="{height}" style="{PICTURE}{style}">'

"""A network and a ranking as a notebook shows them: small pictures and a few words, made by Pillow and HTML alone."""

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

Floats = npt.NDArray[np.floating]

BLUE, ORANGE = "#0b5394", "#b45f06"  # distinct for the colour-blind too
SHADES = ["#662f00", ORANGE, "#eb9a3a", "#fbd8a8", "#f6f6f6", "#b3d4ee", "#4f9bd3", BLUE, "#052c52"]
COLUMNS = 10  # units in a row
SHOWN = 100  # units in a picture, at most
FULL = 0.97  # quantile of a unit's absolute weights that gets full colour; larger weights get no more
BEST = 5  # labels of a ranking that are shown
NAMED = 40  # labels of a network that are named; the rest are counted
ZOOM = 5  # screen pixels per pixel that the network reads
STYLE = "image-rendering:pixelated;background:#fff;max-width:none;margin:0"


def network(name: str, kind: str, spec: Spec, facts: Facts, hidden: Floats | None) -> str:
    """A network as HTML; `hidden` are the input weights (units, inputs) if it has a single hidden layer."""
    title = f"<b>{escape(name)}</b> &nbsp;{escape(kind)}"
    named = " ".join(map(escape, spec.labels[:NAMED])) + (" ..." if spec.outputs > NAMED else "")
    lines = [title, f"reads {spec.outputs:,} label{'s' * (spec.outputs != 1)}: {named}", _accuracy(facts)]
    if hidden is not None:
        picture = sheet(hidden.reshape(-1, spec.height, spec.width), scale=1)
        count = f"its {len(hidden):,} hidden units" if len(hidden) <= SHOWN else f"{SHOWN} of its {len(hidden):,} units"
        blue, orange = (f'<span style="color:{colour}">&#9632;</span>' for colour in (BLUE, ORANGE))
        lines += [_image(picture), f"{count}: ink on {blue} excites a unit, ink on {orange} inhibits it"]
    return f'<div style="line-height:1.6">{"<br>".join(filter(None, lines))}</div>'


def ranking(pairs: Sequence[tuple[str, float]], framed: Floats | None, doubt: str = "") -> str:
    """The best labels as HTML, a bar each, and the doubt, beside the framed ink (height, width) that was read."""
    rows = "".join(
        f'<tr style="background:none"><td style="text-align:left;padding:1px 8px"><b>{escape(label)}</b></td>'
        f'<td style="width:160px;padding:1px 0"><div style="width:{100 * likelihood:.1f}%;min-width:1px;height:12px;'
        f'background:{BLUE if rank == 0 else "#9aa7b5"}"></div></td>'
        f'<td style="padding:1px 8px">{likelihood:.3f}</td></tr>'
        for rank, (label, likelihood) in enumerate(pairs[:BEST])
    )
    remark = f'<div style="padding:1px 8px;color:{ORANGE}">not sure: {escape(doubt)}</div>' if doubt else ""
    table = f'<div><table style="border:none;margin:0">{rows}</table>{remark}</div>'
    grey = None if framed is None else np.round(255 * (1 - np.clip(framed, 0, 1))).astype(np.uint8)
    picture = "" if grey is None else _image(grey, ";border:1px solid #ccc")
    return f'<div style="display:flex;align-items:center;gap:12px">{picture}{table}</div>'


def sheet(weights: Floats, scale: int = 8) -> npt.NDArray[np.uint8]:
    """Input weights (units, height, width) -> a picture (rows, columns, 3) of the units, each on its own scale.

    A weight becomes `scale` x `scale` pixels.
    """
    shown = scaled(weights[:SHOWN], weights[:SHOWN])
    columns = min(len(shown), COLUMNS)
    mosaic = tiled([shown[start : start + columns] for start in range(0, len(shown), columns)], columns)
    return shaded(mosaic).repeat(scale, axis=0).repeat(scale, axis=1)


def scaled(weights: Floats, last: Floats) -> Floats:
    """Weights (units, height, width), each unit's divided by its large ones in `last` and clipped to [-1, 1]."""
    large = np.quantile(np.abs(last), FULL, axis=(1, 2), keepdims=True)
    result: Floats = np.clip(weights / np.where(large > 0, large, 1), -1, 1)
    return result


def tiled(rows: Sequence[Floats], columns: int) -> Floats:
    """Rows of up to `columns` pictures (n, height, width) each -> one picture, with lines of NaN between them."""
    _, height, width = rows[0].shape
    mosaic = np.full((len(rows) * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for row, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):
            top, left = row * (height + 1), column * (width + 1)
            mosaic[top : top + height, left : left + width] = picture
    return mosaic


def shaded(values: Floats) -> npt.NDArray[np.uint8]:
    """Values (rows, columns) in [-1, 1] -> colours (rows, columns, 3); NaN is white."""
    anchors = np.array([tuple(bytes.fromhex(shade[1:])) for shade in SHADES])
    anchor_values = np.linspace(-1, 1, len(SHADES))
    colours = np.stack([np.interp(values, anchor_values, anchors[:, channel]) for channel in range(3)], axis=-1)
    return np.where(np.isnan(colours), 255, np.round(colours)).astype(np.uint8)


def _accuracy(facts: Facts) -> str:
    if facts.accuracy is None:
        return ""
    whose = " of writers it never saw" if facts.split == "writer" else ""
    return f"{facts.accuracy:.1%} right on held-out pictures{whose}"


def _image(pixels: npt.NDArray[np.uint8], style: str = "") -> str:
    """Pixels (rows, columns) or (rows, columns, 3) as an `<img>` element with the PNG file inside."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    height, width = (ZOOM * side for side in pixels.shape[:2])
    source = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return f'<img alt="" src="{source}" width="{width}" height="{height}" style="{STYLE}{style}">'

"""Zips of letter folders: written in a browser and read by Python, and the other way round."""

import base64
import io
import json
import zipfile

import numpy as np
import pytest
from node import call
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from charnet.pictures import images, ink
from charnet.spec import Spec

SPEC = Spec(("a", "A", "é"), 10, 16)
STROKES = [[[0.2, 0.2, 0, 0.5], [0.8, 0.31234, 120, 0.5]], [[0.5, 0.5, 200, 1]]]

# Base64 stands for bytes; the reader of pictures answers with a grey of as many hundredths as the file has bytes.
PACK = """async (modules, drawings, spec) => {
  const { packLetters, toBytes } = modules["files/letter-folders.js"];
  const { frame } = modules["framing.js"];
  const { draw } = modules["ink.js"];
  const framed = ({ strokes, picture }) => picture ?? toBytes(frame(draw(strokes, spec), spec));
  const all = drawings.map((each) => ({ ...each, picture: Uint8Array.from(framed(each)) }));
  return Buffer.from(await packLetters(all, spec)).toString("base64");
}"""
UNPACK = """async (modules, zip, spec) => {
  const { unpackLetters } = modules["files/letter-folders.js"];
  const read = async (content, name) => {
    if (name.includes("broken")) throw new Error("no picture");
    return new Float32Array(spec.width * spec.height).fill(content.length / 100);
  };
  try {
    return await unpackLetters(new Uint8Array(Buffer.from(zip, "base64")), spec, read);
  } catch (error) {
    return error.message;
  }
}"""
MODULES = ("files/letter-folders.js", "framing.js", "ink.js")


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unpack(content: bytes):
    return call(MODULES, UNPACK, base64.b64encode(content).decode(), SPEC.to_dict())


def test_no_more_is_unpacked_than_a_zip_says():
    """Else a small zip of many members, each a bomb that claims to be small, takes hours."""
    content = bytearray(zipped({"a/0.png": bytes(20_000_000)}))
    listed = content.index(b"PK\x01\x02")
    content[listed + 24 : listed + 28] = (1000).to_bytes(4, "little")
    count = f"""async (modules, zip, spec) => {{
      let size = 0;
      const Whole = DecompressionStream;
      globalThis.DecompressionStream = function (format) {{
        const {{ writable, readable }} = new Whole(format);
        const counter = new TransformStream({{
          transform(bytes, out) {{ size += bytes.length; out.enqueue(bytes); }},
        }});
        return {{ writable, readable: readable.pipeThrough(counter) }};
      }};
      const {{ refused }} = await ({UNPACK})(modules, zip, spec);
      return [refused, size];
    }}"""
    refused, size = call(MODULES, count, base64.b64encode(content).decode(), SPEC.to_dict())
    assert refused == [["a/0.png", "it is damaged"]] and size < 1_000_000


def test_others_have_their_turn_while_a_zip_is_read():
    text, sample, packed = PngInfo(), io.BytesIO(), io.BytesIO()
    text.add_itxt(ink.CHUNK, json.dumps({"version": 1, "strokes": STROKES}))
    Image.new("L", (10, 16), 255).save(sample, "PNG", pnginfo=text)
    with zipfile.ZipFile(packed, "w") as archive:  # nothing is packed, so nothing is waited for
        for number in range(200):
            archive.writestr(f"a/{number}.png", sample.getvalue())
    count = f"""async (modules, zip, spec) => {{
      let turns = 0;
      const ticking = setInterval(() => {{ turns += 1; }}, 1);
      const {{ drawings }} = await ({UNPACK})(modules, zip, spec);
      clearInterval(ticking);
      return [drawings.length, turns];
    }}"""
    found, turns = call(MODULES, count, base64.b64encode(packed.getvalue()).decode(), SPEC.to_dict())
    assert found == 200 and turns > 0


def test_python_reads_what_a_page_packed():
    picture = np.random.default_rng(0).integers(0, 256, 160).tolist()
    drawings = [
        {"label": "a", "writer": "", "strokes": STROKES},
        {"label": "a", "writer": "", "strokes": STROKES[:1]},
        {"label": "A", "writer": "kai-x", "strokes": STROKES},
        {"label": "é", "writer": "", "strokes": None, "picture": picture},
    ]
    packed = base64.b64decode(call(MODULES, PACK, drawings, SPEC.to_dict()))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a/0.png", "a/1.png", "%41/kai-x-0.png", "é/0.png"]
        first, plain = archive.read("a/0.png"), archive.read("é/0.png")
    strokes = ink.from_png(io.BytesIO(first))
    assert [stroke.tolist() for stroke in strokes] == [[[0.2, 0.2, 0, 0.5], [0.8, 0.3123, 120, 0.5]], STROKES[1]]
    ours, theirs = images.read(first, SPEC), ink.framed(STROKES, SPEC)
    np.testing.assert_allclose(ours, theirs, atol=1.5 / 255)
    assert images.read(plain, SPEC).shape == (16, 10)
    assert ink.from_png(io.BytesIO(plain)) is None


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_page_reads_what_python_packed(method: int):
    framed = ink.framed(STROKES, SPEC)
    files = {
        "letters/a/kai-0.png": ink.to_png(framed, STROKES),
        "%41/1.PNG": ink.to_png(framed),
        "__MACOSX/a/0.png": b"",
        "a/.hidden.png": b"",
        "c/0.png": b"x",
        "a/notes.txt": b"x",
        "0.png": b"x",
        "a/../0.png": b"x",
        "a/broken.png": b"x",
    }
    found = unpack(zipped(files, method))
    first, second = found["drawings"]
    assert (first["label"], first["writer"], second["label"], second["writer"]) == ("a", "kai", "A", "")
    assert first["strokes"] == [np.round(stroke, 4).tolist() for stroke in STROKES]
    assert np.abs(np.array(first["picture"]) - images.to_bytes(framed).ravel()).max() <= 1
    assert second["strokes"] is None
    assert second["picture"][0] == min(255, round(2.55 * len(files["%41/1.PNG"])))
    assert dict(found["refused"]) == {
        "c/0.png": 'its folder "c" is not one of the labels; rename it',
        "a/notes.txt": "not a picture",
        "0.png": "it is in no folder; put it into one that is named by its label",
        "a/../0.png": "its path leads out of the zip",
        "a/broken.png": "no picture",
    }


def test_a_streamed_zip_is_read():
    """As the collector sends it: the size of each file follows it."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        archive.writestr("a/0.png", ink.to_png(ink.framed(STROKES, SPEC), STROKES))
    assert len(unpack(pipe.getvalue())["drawings"]) == 1


def test_what_is_no_zip_is_a_sentence():
    whole = zipped({"a/0.png": ink.to_png(ink.framed(STROKES, SPEC), STROKES)}, zipfile.ZIP_STORED)
    assert unpack(b"") == unpack(b"no zip" * 10) == unpack(whole[:-30]) == "It is not a whole zip archive."
    at = whole.index(b"PK\x01\x02")
    assert unpack(whole[:at] + b"XX" + whole[at + 2 :]).startswith("It is not a whole zip archive: its list")
    damaged = bytearray(whole)
    damaged[60] ^= 1
    assert unpack(bytes(damaged))["refused"] == [["a/0.png", "it is damaged"]]
    empty = {"drawings": [], "refused": []}
    assert unpack(zipped({})) == empty


def test_a_bomb_is_not_unpacked():
    bomb = zipped({"a/0.png": bytes(40 * 1024**2)})
    assert unpack(bomb)["refused"] == [["a/0.png", "it is larger than 32 MB"]]
    at = bomb.index(b"PK\x01\x02") + 24
    lying = bomb[:at] + (1000).to_bytes(4, "little") + bomb[at + 4 :]
    assert unpack(lying)["refused"] == [["a/0.png", "it is damaged"]]


def test_foreign_ink_is_left_out():
    """Ink that a page would not accept: the picture is read as it is."""
    far = ink.to_png(ink.framed(STROKES, SPEC), [[[0.5, 0.5], [9.0, 0.5]]])
    found = unpack(zipped({"a/0.png": far}))
    assert found["drawings"][0]["strokes"] is None

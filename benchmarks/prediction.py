"""How soon and how quickly pictures are read: python benchmarks/prediction.py [pictures, by default 60,000]"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import common
import numpy as np

from charnet.networks import json_file
from charnet.spec import Spec

ROOT = Path(__file__).resolve().parent.parent
TORCH = """
import torch, numpy as np
from PIL import Image
model = torch.nn.Sequential(torch.nn.Linear(160, 20), torch.nn.Sigmoid(), torch.nn.Linear(20, 26), torch.nn.Sigmoid())
model.load_state_dict(torch.load("model.pt", weights_only=True))
picture = 1 - torch.from_numpy(np.asarray(Image.open("letters/a/0.png"), dtype=np.float32)) / 255
with torch.no_grad():
    print(model(picture.flatten()[None]).argmax().item())
"""
ONNX = """
import onnxruntime, numpy as np
from PIL import Image
session = onnxruntime.InferenceSession("model.onnx")
picture = 1 - np.asarray(Image.open("letters/a/0.png"), dtype=np.float32) / 255
print(session.run(None, {session.get_inputs()[0].name: picture[None]})[0].argmax())
"""
DECODE = """
import os, sys, numpy as np
from concurrent.futures import ProcessPoolExecutor
from PIL import Image
def decode(paths):
    for path in paths:
        np.asarray(Image.open(path))
if __name__ == "__main__":
    paths = [os.path.join(folder, name) for folder, _, names in os.walk("letters") for name in names]
    with ProcessPoolExecutor() as pool:
        list(pool.map(decode, [paths[start : start + 512] for start in range(0, len(paths), 512)]))
"""


def make_peers(folder: Path) -> bool:
    """The same network for torch and for onnxruntime; whether there is one for the latter."""
    import torch

    spec = Spec()
    model = torch.nn.Sequential(
        torch.nn.Linear(160, 20), torch.nn.Sigmoid(), torch.nn.Linear(20, 26), torch.nn.Sigmoid()
    )
    torch.save(model.state_dict(), folder / "model.pt")
    first, _, second, _ = model
    arrays = [part.detach().double().numpy() for part in (first.weight, first.bias, second.weight, second.bias)]
    json_file.write(folder / "weights.json", json_file.Network(spec, *arrays))
    try:
        whole = torch.nn.Sequential(torch.nn.Flatten(), model).eval()
        torch.onnx.export(whole, (torch.rand(1, 16, 10),), folder / "model.onnx", external_data=False, verbose=False)
        import onnxruntime  # noqa: F401
    except ImportError:
        return False
    return True


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        common.write_letters(folder / "letters", count)
        (folder / "decode.py").write_text(DECODE)
        with_onnx = make_peers(folder)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}

        def run(*words: str) -> None:
            subprocess.run([sys.executable, *words], check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL)

        ours = [str(ROOT / "predict.py"), "--weights", "weights.json"]
        starts = {
            "ours": lambda: run(*ours, "letters/a/0.png"),
            "python -c 'import torch'": lambda: run("-c", "import torch"),
            "import torch, load, forward": lambda: run("-c", TORCH),
            **({"onnxruntime": lambda: run("-c", ONNX)} if with_onnx else {}),
            "python -c 'import numpy, PIL.Image'": lambda: run("-c", "import numpy, PIL.Image"),
        }
        took = common.in_turn(starts, 5)
        rows = [
            common.Row(
                f"predict.py image.png, share of {peer}", took["ours"], seconds, "s", took["ours"] / seconds,
                "0.2" if peer.endswith("import torch'") else "",
            )
            for peer, seconds in took.items()
            if peer != "ours"
        ]  # fmt: skip
        bulk = {
            "--json": lambda: run(*ours, "--json", "letters"),
            "for people": lambda: run(*ours, "letters"),
            "decode": lambda: run("decode.py"),
        }
        took = {form: np.round(count / seconds) for form, seconds in common.in_turn(bulk, 3).items()}
        rows += [
            common.Row(f"predict.py FOLDER {form}, share of Pillow's decoding alone, all cores", took[form],
                       took["decode"], "pictures/s", took[form] / took["decode"], "0.6")
            for form in ("--json", "for people")
        ]  # fmt: skip
    common.report("prediction", rows, {"pictures": f"{count:,}"})


if __name__ == "__main__":
    main()

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
# What a user of NumPy or onnxruntime writes to read a folder of pictures that are framed already.
BULK = """
import os, sys, numpy as np
from concurrent.futures import ProcessPoolExecutor
from PIL import Image
def decoded(paths):
    return 1 - np.stack([np.asarray(Image.open(path), dtype=np.float32) for path in paths]) / 255
def rank(paths):
    for path, likelihoods in zip(paths, reader()(decoded(paths))):
        best = likelihoods.argsort()[:-4:-1]
        print(path, *(f"{chr(97 + n)} {likelihoods[n]:.0%}" for n in best))
def reader():
    global read
    if "read" not in globals():
        if sys.argv[1] == "onnxruntime":
            import onnxruntime
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1  # a process a core already
            session = onnxruntime.InferenceSession("model.onnx", options)
            read = lambda pictures: session.run(None, {session.get_inputs()[0].name: pictures})[0]
        else:
            w1, b1, w2, b2 = np.load("model.npz").values()
            logistic = lambda x: 1 / (1 + np.exp(-x))
            read = lambda pictures: logistic(logistic(pictures.reshape(len(pictures), -1) @ w1.T + b1) @ w2.T + b2)
    return read
if __name__ == "__main__":
    paths = [os.path.join(folder, name) for folder, _, names in os.walk("letters") for name in names]
    with ProcessPoolExecutor() as pool:
        list(pool.map(rank, [paths[start : start + 512] for start in range(0, len(paths), 512)]))
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
    np.savez(folder / "model.npz", *(part.detach().numpy() for part in model.parameters()))
    arrays = [part.detach().double().numpy() for part in (first.weight, first.bias, second.weight, second.bias)]
    json_file.write(folder / "weights.json", json_file.Network(spec, *arrays))
    try:
        whole = torch.nn.Sequential(torch.nn.Flatten(), model).eval()
        program = torch.onnx.export(
            whole, (torch.rand(2, 16, 10),), dynamic_shapes=[{0: torch.export.Dim("batch")}], verbose=False
        )
        program.save(folder / "model.onnx", external_data=False)
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
        (folder / "bulk.py").write_text(BULK)
        with_onnx = make_peers(folder)
        # Ours gives each of its processes one thread too; two a process would be in each other's way.
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}

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
            "Pillow's decoding alone": lambda: run("decode.py"),
            "NumPy": lambda: run("bulk.py", "NumPy"),
            **({"onnxruntime": lambda: run("bulk.py", "onnxruntime")} if with_onnx else {}),
        }
        took = {form: np.round(count / seconds) for form, seconds in common.in_turn(bulk, 3).items()}
        for form in ("--json", "for people"):
            for peer in [name for name in took if name not in ("--json", "for people")]:
                what = f"predict.py FOLDER {form}, share of {peer}, all cores"
                goal = "0.6" if peer.startswith("Pillow") else ""
                rows.append(common.Row(what, took[form], took[peer], "pictures/s", took[form] / took[peer], goal))
    missing = {} if with_onnx else {"left out": "onnxruntime, which is not installed"}
    common.report("prediction", rows, {"pictures": f"{count:,}", **missing})


if __name__ == "__main__":
    main()

"""The arrows of the import diagram in docs/design.md."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "charnet"

# Each may import those left of it, and nothing else of the package but what it names itself.
MAY_IMPORT = {
    "spec": set(),
    "files": set(),
    "pool": set(),
    "review": set(),
    "metrics": set(),
    "cache": {"spec", "files", "images", "pool"},
    "step": {"model"},
    "paper": set(),
    "framing": {"spec"},
    "images": {"framing", "paper", "spec"},
    "ink": {"images", "spec", "files"},
    "redraw": {"cache", "images", "ink", "pool", "spec"},
    "weights": {"spec", "files"},
    "onnx_file": {"spec", "files"},
    "classify": {"weights", "images", "onnx_file", "spec"},
    "predict": {"classify", "images", "pool"},
    "calibration": set(),
    "model": {"spec", "weights", "calibration", "onnx_file"},
    "data": {"cache", "images", "spec", "datasets"},
    "augment": set(),
    "tracking": set(),
    "progress": {"tracking"},
    "config": {"spec"},
    "compose": set(),
    "checkpoint": {"files"},
    "templates": set(),
    "hands": {"ink", "templates"},
    "synthesize": {"hands", "ink", "images", "spec", "files", "templates"},
    "datasets": {"ink", "images", "spec", "files"},
    "collector": {"ink", "images", "paper", "classify", "spec", "files", "config"},
    "report": {"classify", "files", "metrics", "tracking", "checkpoint", "config", "model"},
}
ANYTHING = {"training", "evaluate", "audit", "commands", "__main__", "__init__"}
TORCH_FREE = {"spec", "files", "pool", "paper", "framing", "images", "ink", "weights", "classify", "predict"}
TORCH_FREE |= {"cache", "redraw", "review", "collector", "datasets", "templates", "hands", "synthesize"}
HEAVY = {"torch", "torchvision", "hydra", "omegaconf"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    """The name in the diagram: a module, or the folder of a subpackage."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


def imported(path: Path, everywhere: bool) -> set[str]:
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if everywhere else iter(tree.body)
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_arrows_of_the_diagram(path: Path):
    name = unit(path)
    if name in ANYTHING:
        return
    ours = {target.split(".")[1] for target in imported(path, everywhere=True) if target.startswith("charnet.")}
    assert ours - {name} <= MAY_IMPORT[name]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_heavy_where_it_must_start_at_once(path: Path):
    if unit(path) in TORCH_FREE:
        inside_functions = path.name == "emnist.py"  # torchvision's loader, inside its function
        tops = {target.split(".")[0] for target in imported(path, everywhere=not inside_functions)}
        assert not tops & HEAVY


@pytest.mark.parametrize("module", ["audit", "commands", "compose", "evaluate", "ink", "predict", "synthesize"])
def test_help_loads_nothing_heavy(module: str):
    program = f"import sys, charnet.{module}; assert not {HEAVY | {'matplotlib', 'tensorboard'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)

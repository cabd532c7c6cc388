"""The house as the code has it: `make house` prints it, tests/test_imports.py holds the code to it."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "charnet"

# A folder imports from the lines above its own; what stands on one line ignores its neighbours. Commands come last.
HOUSE = [
    {"spec"},
    {"system"},
    {"pictures"},
    {"networks", "letters"},
    {"measure"},
    {"web"},
    {"datasets", "training", "collector", "exports", "sheets"},
]
COMMANDS = {path.stem for path in PACKAGE.glob("*.py")} - {"spec", "__init__", "__main__"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """The folder that a module lies in; a command is a room of its own."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


def line(name: str) -> int:
    """How far down a room lies."""
    return next((number for number, names in enumerate(HOUSE) if name in names), len(HOUSE))


def imported(path: Path) -> set[str]:
    """All that a module imports, wherever in it: charnet.pictures.images, numpy, ..."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imports(path: Path) -> set[str]:
    """The rooms that a module imports from."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("charnet.")} - {room(path)}


def first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]


def main() -> None:
    for names in [*HOUSE, COMMANDS]:
        for name in sorted(names, key=lambda name: (line(name), name)):
            folder = PACKAGE / name
            inside = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
            above = sorted(set().union(*map(imports, inside)), key=lambda name: (line(name), name))
            arrow = f"   <- {', '.join(above)}" if above else ""
            print(f"{name}{'/' if folder.is_dir() else '.py'}  {first_line(inside[0])}{arrow}")
            for path in inside[1:]:
                print(f"    {path.relative_to(folder).with_suffix('').as_posix():<16} {first_line(path)}")
        print()


if __name__ == "__main__":
    main()

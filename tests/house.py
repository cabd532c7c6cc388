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


def module_name(path: Path) -> str:
    """charnet/pictures/images.py -> charnet.pictures.images; a folder's name is that of its `__init__.py`."""
    return ".".join(("charnet", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def circles() -> list[list[str]]:
    """Modules that import each other, through others too; each list is sorted.

    An import within a function or for types alone counts as any other does: whoever wants to understand one of the
    modules has to read the rest of its circle.
    """
    paths = {module_name(path): path for path in modules()}
    graph = {name: {_module(found, set(paths)) for found in imported(path)} - {""} for name, path in paths.items()}
    reached = {name: _reached(name, graph) for name in graph}
    found = {tuple(sorted(b for b in reached[a] if a in reached[b])) for a in graph if a in reached[a]}
    return [list(circle) for circle in sorted(found)]


def _module(name: str, known: set[str]) -> str:
    """The module that an imported name belongs to, "" for another package's."""
    return name if name in known else parent if (parent := name.rpartition(".")[0]) in known else ""


def _reached(start: str, graph: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = set(graph[start])
    while ahead:
        found |= ahead
        ahead = set().union(*(graph[name] for name in ahead)) - found
    return found


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

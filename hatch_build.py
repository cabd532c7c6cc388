"""The wheel's bill of materials (PEP 770): the packages that charnet needs, and the trained networks that it holds."""

import hashlib
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BillOfMaterials(BuildHookInterface):
    """Writes a CycloneDX file, which hatchling takes into the wheel; the same file for the same sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        self.folder = tempfile.TemporaryDirectory()
        if version == "standard":  # not an editable installation
            path = Path(self.folder.name, f"{self.metadata.core.name}.cdx.json")
            path.write_text(json.dumps(self._bill(), indent=1) + "\n", encoding="utf-8")
            build_data["sbom_files"].append(str(path))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        self.folder.cleanup()

    def _bill(self) -> dict[str, Any]:
        core = self.metadata.core
        shipped = Path(self.root, "charnet/networks/shipped")
        networks = sorted(path for path in shipped.iterdir() if path.suffix in (".json", ".onnx"))
        components = [*map(package, core.dependencies), *map(network, networks)]
        itself = {
            "type": "application",
            "bom-ref": core.name,
            "name": core.name,
            "version": self.metadata.version,
            "description": core.description,
            "licenses": [{"expression": core.license_expression}],
            "purl": f"pkg:pypi/{core.name}@{self.metadata.version}",
        }
        return {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {"component": itself},
            "components": components,
            "dependencies": [{"ref": core.name, "dependsOn": [each["bom-ref"] for each in components]}],
        }


def package(requirement: str) -> dict[str, Any]:
    """A package that is installed with charnet; the installation decides which version."""
    (name,) = re.findall(r"^[\w.-]+", requirement)
    wanted = [{"name": "requirement", "value": requirement}]
    return {"type": "library", "bom-ref": name, "name": name, "purl": f"pkg:pypi/{name}", "properties": wanted}


def network(path: Path) -> dict[str, Any]:
    """A network that the wheel holds; its card, which stands beside it, says what it was trained on."""
    return {
        "type": "machine-learning-model",
        "bom-ref": path.name,
        "name": path.stem,
        "description": f"charnet/networks/shipped/{path.stem}.md says what it was trained on",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
    }

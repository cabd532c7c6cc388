"""What the drawing page and an exported page share: JavaScript and a style sheet, which browsers read as they are."""

from pathlib import Path

FOLDER = Path(__file__).parent

"""The HTTP API of the drawing page, one module for each group of addresses; docs/api.md describes it."""

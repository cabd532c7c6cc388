"""Networks as they are stored, ready to read."""

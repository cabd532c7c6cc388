"""Any picture of a letter, or the pen strokes of one, becomes framed ink."""

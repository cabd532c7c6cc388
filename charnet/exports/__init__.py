"""A network elsewhere: as a C header, as ONNX, as the original's JSON."""

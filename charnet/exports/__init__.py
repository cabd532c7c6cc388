"""A network elsewhere: as one page, as a C header, as ONNX, as the original's JSON."""

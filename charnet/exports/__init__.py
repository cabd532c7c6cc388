"""Export a network: as one page, a C header, an ONNX file, the original's JSON."""

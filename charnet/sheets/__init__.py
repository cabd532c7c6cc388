"""Paper sheets: print pages with a box for each letter, and read photos of the filled-in pages."""

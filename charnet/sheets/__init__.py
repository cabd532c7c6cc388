"""Paper sheets: a page with a box a letter is printed, filled in by hand, photographed and read."""

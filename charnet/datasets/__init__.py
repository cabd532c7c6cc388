"""Import letters that others wrote as letter folders, and draw starter letters."""

"""Letters that others wrote, as folders of letters."""

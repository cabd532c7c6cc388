"""What any command-line program needs, whatever it does."""

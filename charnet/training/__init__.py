"""From letters to a network."""

"""Folders of letters in, pictures with their labels out."""

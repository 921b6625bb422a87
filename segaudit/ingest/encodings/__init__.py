"""Which encoding a text file is in, and its characters."""

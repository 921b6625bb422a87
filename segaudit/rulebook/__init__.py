"""The rules folder: where it is, and its files as typed objects."""

"""The whole audit: one read of the tables, every part of it, one folder."""

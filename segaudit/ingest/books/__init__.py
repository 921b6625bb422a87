"""Workbooks: read in a child process under limits, sheet by sheet."""

"""Any file to a raw table: every cell as text, every row numbered."""

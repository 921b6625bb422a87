"""The history: runs recorded in an embedded database, and what can be asked of them."""

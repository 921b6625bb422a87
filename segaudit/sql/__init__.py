"""Statements: static text for what every run needs, sqlglot trees for what rules say."""

"""great_expectations: gates judged over an audit's figures, suites run over its rows, suites made for other engines."""

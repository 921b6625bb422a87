"""Statistics of rates and amounts by segment: pure functions over counts and values."""

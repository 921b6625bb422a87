"""From pairs to entities, and how far these can be believed."""

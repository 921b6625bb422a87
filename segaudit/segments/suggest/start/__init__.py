"""A starting segmentation for a database that has none: by outcome, by purchases, by won accounts, or by structure."""

"""What columns mean: headers -> fields, cells -> types."""

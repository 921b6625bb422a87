"""What agreement weighs: learned from all pairs of a table, without examples."""

"""Fields that follow from others, as columns behind those of the file."""

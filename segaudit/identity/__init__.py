"""Identity: who is who, without labels and without configuration."""

"""How two records agree: levels, field by field."""

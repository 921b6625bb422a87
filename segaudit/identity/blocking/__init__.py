"""Which records to compare: keys that complement each other, and the pairs that share one."""

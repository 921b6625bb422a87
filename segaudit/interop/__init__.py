"""What other tools speak: contracts, suites and queries carried into segaudit and out of it."""

"""The way to a Spark session: what must be installed, who the master is, settings, workers, and what may go wrong."""

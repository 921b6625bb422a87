"""The verbs as a library: each reads its input, measures, judges, and returns one result object."""

"""Spark, behind the protocol of engines. Imported only by a run that asks for it; see docs/architecture.md."""

"""Results to documents, documents to what people read; and results to JSON."""

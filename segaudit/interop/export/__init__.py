"""Rules for other systems: views for databases, lists for CRMs, and how true each is to the rules."""

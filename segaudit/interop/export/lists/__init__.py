"""Rules as lists of a CRM."""

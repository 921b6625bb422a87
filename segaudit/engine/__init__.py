"""Engines: where tables live and statements run. They know SQL and Arrow, and nothing of CRM."""

"""A page as a workbook: sheets of tables, charts and links; nothing a client's file holds becomes a formula."""

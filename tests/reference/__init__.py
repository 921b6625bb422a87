"""A slow and obvious reading of the segment language, one record at a time.

It shares no code with the product: what the product compiles to SQL is checked against what is written here.
"""

"""What a user names -> plain files: patterns, archives, kinds of file."""

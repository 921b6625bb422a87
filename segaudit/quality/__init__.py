"""What a source is worth: measured in one scan, judged by pure functions."""

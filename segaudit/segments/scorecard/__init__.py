"""The scorecard: what is asked of each segment, measured in one scan and answered by small judges."""

"""What looks for faults that nobody can state in advance: one function a file, by the name the checks call it."""

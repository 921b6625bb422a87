"""What lints need to be told: facts proved without data, and counts of one file. Judged in rulebook/lints/."""

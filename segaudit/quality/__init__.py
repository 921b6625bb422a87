"""What a source is worth: measured in one scan, judged by pure functions."""

from segaudit import answer_as_verb

answer_as_verb(__name__)

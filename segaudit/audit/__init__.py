"""The verbs as a library: each reads its input, measures, judges, and returns one result object."""

from segaudit import answer_as_verb

answer_as_verb(__name__)

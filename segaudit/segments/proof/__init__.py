"""Proof without data: which segments can hold the same record, lie inside each other, can never match, leave gaps.

Criteria become formulas over one imagined record and a solver looks for records that make them true. Each field of
that record has a state (blank, placeholder, unreadable, readable) and a value, so that missing values and UNKNOWN are
part of the proof. What the record is taken to be:

- A number is one number, not a range such as 50-200, and money is in its field's currency: both are matters of the
  data. Whole numbers and money of the field catalogue are never negative; other numbers are free.
- A date is not after ``as_of``, unless its field speaks of the future by its name (next, expected, renewal, due).
- A text is one of the words the rules mention, a word built from them, or any other word.
- Regular expressions, patterns, likeness, look-ups, buckets and ranks are free: true or false as it may be, equal
  clauses alike. What hangs on them is *not proven*.

``disjoint``, ``a_in_b`` and what follows from them are proved for every such record, whatever the free clauses say.
``overlap`` and a gap are shown by a record whose verdicts no free clause has a say in.
"""

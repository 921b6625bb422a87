"""Values that headlines and actions are filled in with, as their reader is shown them."""

from collections.abc import Mapping

from segaudit.model.audit import AuditResult
from segaudit.report.audit.data_words import Says, name_of
from segaudit.report.rules_docs_names import schema_name, segment_title
from segaudit.report.words import Words
from segaudit.segments.wording_values import field_words

_LONGEST = 120
_PLACES = 1  # of a share below this, one more digit is said
_SMALL_SHARE = 0.1
_FIELDS = frozenset({"field", "fields"})
_PLAIN = frozenset({"score", "effort"})  # numbers that count no records


def said_values(values: Mapping[str, float | int | str], result: AuditResult, words: Words) -> dict[str, float | str]:
    """Return values as texts take them: names made readable and safe, small groups hidden where that was asked for."""
    says = Says.of(result, words)
    return {name: _said(name, value, result, says) for name, value in values.items()}


def _said(name: str, value: float | str, result: AuditResult, says: Says) -> float | str:
    if isinstance(value, str):
        metric = f"plan.metric.{value}"
        if name == "metric" and says.words.has(metric):
            return says.words(metric)
        listed, more = _more(value)
        told = name_of(_named(name, listed, result, says.words), _LONGEST)
        return says.words("tables.and_more", items=told, n=more) if more else told
    if isinstance(value, int):
        return value if name in _PLAIN else says.value(value)
    # 4.3 % and 2.9 % would both be read as a few.
    return says.words.share(value, _PLACES) if 0 < value < _SMALL_SHARE else says.words.share(value)


def field_named(name: str, words: Words) -> str:
    """Return what a field is called in the reader's language; by its own name where nobody said."""
    return words(f"plan.field.{name}") if words.has(f"plan.field.{name}") else field_words(name)


def _more(value: str) -> tuple[str, int]:
    """Return a list without the number of those it leaves out, and that number."""
    listed, _, more = value.rpartition(" +")
    return (listed, int(more)) if listed and more.isdigit() else (value, 0)


def _named(name: str, value: str, result: AuditResult, words: Words) -> str:
    if name in _FIELDS:
        return ", ".join(field_named(item, words) for item in value.split(", "))
    if name in {"schema", "segment"}:
        return segment_words(value, result)
    if name in {"segments", "schemas"}:
        return ", ".join(segment_words(item, result) for item in value.split(", "))
    return value


def segment_words(value: str, result: AuditResult) -> str:
    """Return what a schema, or a segment given as ``schema.segment``, is called; anything else as it is."""
    if result.segments is None:
        return value
    rules = result.segments.overlap.rules
    schema_id, _, segment_id = value.partition(".")
    try:
        schema = rules.schema(schema_id)
        return segment_title(schema.segment(segment_id)) if segment_id else schema_name(schema)
    except KeyError:
        return value

"""What a headline says, and what has to be decided, in the language of the reader."""

from segaudit.model.audit import AuditResult, Headline
from segaudit.report.audit.said_values import said_values
from segaudit.report.words import Words


def headline_words(headline: Headline, result: AuditResult, words: Words) -> tuple[str, str]:
    """Return the fact, and the decision it asks for; of good news the latter is empty."""
    values = said_values(headline.values, result, words)
    name = f"summary.headline.{headline.id}"
    if headline.values.get("without") and words.has(f"{name}.none"):  # a field no column holds is not filled to 0 %
        name = f"{name}.foreign" if headline.values.get("foreign") else f"{name}.none"
    if not words.has(name):
        return headline.id.replace("-", " "), ""
    return words(name, **values), words(f"{name}.decide", **values) if words.has(f"{name}.decide") else ""

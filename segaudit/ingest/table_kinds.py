"""What kind of table a file or sheet is: guessed from what its columns were mapped to, and a little from its name."""

from collections.abc import Iterable, Sequence

from segaudit.model.fields import FieldMap
from segaudit.model.workspace import OTHER, KindGuess
from segaudit.rulebook.kinds import KindRule, TableRules
from segaudit.text.folding import fold_header
from segaudit.text.headers import words_of_header

_NAMED_FIELDS = 6  # fields a reason lists
_TELLING = frozenset({"certain", "likely"})  # strengths of fields without which no system's name for a table counts


def words_of(name: str) -> frozenset[str]:
    """Return the words of a file's or sheet's name, folded: ``Account_Info`` -> account, info."""
    return frozenset(map(fold_header, words_of_header(name))) - {""}


def guess_kind(fields: FieldMap, names: Iterable[str], rules: TableRules) -> KindGuess:
    """Guess what a row of a table stands for.

    Args:
        fields: What its columns were mapped to.
        names: The file's name without its ending, and the sheet's; weak evidence.
        rules: The kinds, what speaks for each, and how much is needed.

    Returns:
        The kind with its reasons; ``other`` if nothing is sure enough.
    """
    words = frozenset().union(*map(words_of, names))
    mapped = [column.field for column in fields.columns if column.field is not None]
    judged = [_judge(kind, mapped, words, fields, rules) for kind in rules.kinds]
    ranked = sorted(judged, key=lambda guess: -guess.score)  # between equals the rules' order
    best, second = ranked[0], (ranked[1] if len(ranked) > 1 else None)
    if best.score < rules.least:
        return KindGuess(kind=OTHER, score=best.score, reasons=("its columns are those of no kind of table known",))
    if second is not None and best.score - second.score < rules.margin:
        reason = f"it could be {best.kind} as well as {second.kind}"
        return KindGuess(kind=OTHER, score=best.score, reasons=(reason,))
    return best


def _judge(
    kind: KindRule, mapped: Sequence[str], words: frozenset[str], fields: FieldMap, rules: TableRules
) -> KindGuess:
    """Score a table as one kind; what speaks against it counts too."""
    found = [(field, kind.fields[field]) for field in mapped if field in kind.fields]
    score = sum(rules.weights[strength] for _, strength in found)
    reasons = []
    # Systems print the headers of accounts among those of contacts, too: a list of people has a field of people.
    has_telling = any(strength in _TELLING for _, strength in found)
    if fields.system is not None and fields.system_object in kind.objects and has_telling:
        score += rules.weights["object"]
        reasons.append(f"{fields.system} prints these headers for {fields.system_object}")
    # The most telling fields first; within one strength the file's order.
    telling = [field for field, strength in sorted(found, key=lambda item: -rules.weights[item[1]])]
    telling = [field for field in telling if kind.fields[field] != "against"]
    if telling:
        more = len(telling) - _NAMED_FIELDS
        reasons.append(
            "has " + ", ".join(telling[:_NAMED_FIELDS]) + (f" and {more} more such fields" if more > 0 else "")
        )
    if words & kind.words:
        score += rules.weights["name"]
        reasons.append(f'is named "{min(words & kind.words)}"')
    return KindGuess(kind=kind.name, score=score, reasons=tuple(reasons))

"""Values outside the picklist that the rules declare for a field."""

from collections.abc import Iterator, Mapping

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from segaudit.model.fields import FieldType
from segaudit.model.quality import Check, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import share_of
from segaudit.quality.finders.declared import declared_fields
from segaudit.text.folding import fold
from segaudit.text.lists import split_items

_NEAR = 0.9  # likeness from which a listed value is suggested
_SPELLED = 0.95  # confidence in the spelling of the list
_LIKELY = 0.7  # confidence in a suggestion that is only near


def find_outside_picklist(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield values that are not among a field's ``values:`` in the rules, or not written as they are there."""
    for name, declared in declared_fields(data.location).items():
        reading = data.of_field(name)
        if not declared.values or reading is None:
            continue
        listed = {fold(value): value for value in declared.values}
        for cell, rows in data.values(reading.column.position):
            items = split_items(cell, reading.separator) if reading.type is FieldType.MULTI else [cell]
            judged = [_judge(item, listed, share_of(check, "near", _NEAR)) for item in items]
            if all(better == item for item, (better, _) in zip(items, judged, strict=True)):
                continue
            known = None not in {better for better, _ in judged}
            yield Suspicion(
                check=check.id,
                position=reading.column.position,
                value=cell,
                rows=rows,
                suggestion=f"{reading.separator}".join(str(better) for better, _ in judged) if known else None,
                confidence=min(sure for _, sure in judged),
                because=f"the rules list {len(listed):,} values for {name}, and not this one",
            )


def _judge(item: str, listed: Mapping[str, str], near: float) -> tuple[str | None, float]:
    """Return the value of the list that is meant, and how sure that is; None if none is near."""
    folded = fold(item)
    if folded in listed:
        return listed[folded], _SPELLED
    found = process.extractOne(folded, listed.keys(), scorer=JaroWinkler.similarity, score_cutoff=near)
    return (listed[found[0]], _LIKELY) if found else (None, _SPELLED)

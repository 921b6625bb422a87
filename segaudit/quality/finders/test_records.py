"""Records that somebody made to try a form, and forgot: Test Test, asdf, Mickey Mouse."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from segaudit.model.quality import CERTAIN_FROM, Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, cells, matching, positions, share_of
from segaudit.rulebook.location import RulesLocation
from segaudit.text.names import is_struck

_LEAST = 0.75  # evidence from which a record is reported
_STRUCK = 0.8  # evidence of keys struck at random in a name
_TWIN = 0.6  # of an address whose two halves are one word: asdf@asdf.com
_WORDS = re.compile(r"[^\W_]+")
_GENERATION = re.compile(r"i{2,3}|iv|vi{0,3}")  # Young III
_FIELDS = ("first_name", "last_name", "full_name", "email", "company")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What speaks for a record being a trial: words and whole names, with their weights from 0 to 1."""

    names: Mapping[str, float]
    words: Mapping[str, float]
    ends_of: Mapping[str, frozenset[str]]  # first word of whole names -> what follows

    def of_name(self, name: str) -> float:
        """Weigh a whole name."""
        return self.names.get(" ".join(_WORDS.findall(name.lower())), 0.0)

    def of_phrase(self, cell: str) -> float:
        """Weigh one name that is several words: *NO BORRAR* is nobody, whatever the other name is."""
        return self.of_name(cell) if len(_WORDS.findall(cell)) > 1 else 0.0

    def of_cell(self, cell: str) -> float:
        """Weigh the words of one name."""
        words = [word for word in _WORDS.findall(cell.lower()) if not _GENERATION.fullmatch(word)]
        return _together(max(self.words.get(word, 0.0), _STRUCK if is_struck(word) else 0.0) for word in words)

    def of_address(self, address: str) -> float:
        """Weigh an address by its words and by whether it is one word twice."""
        local, _, domain = address.lower().partition("@")
        name = domain.partition(".")[0]
        if not name:
            return 0.0
        words = {re.sub(r"\d+$", "", word) for word in _WORDS.findall(local)}
        if not all(self.words.get(word) or is_struck(word) for word in words):
            return 0.0  # paul.test@ is Paul Test's
        words.add(name)
        weights = [self.words.get(word, 0.0) for word in words] + [_STRUCK for word in words if is_struck(word)]
        return _together((*weights, _TWIN if local == name else 0.0))


def find_test_records(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find records whose name, address and company together look like a trial; one word alone is never enough."""
    found = {field: position for field in _FIELDS for position in positions(data, field)}
    names = {field: found[field] for field in ("first_name", "last_name", "full_name") if field in found}
    if not names:
        return
    evidence = load_evidence(data.location)
    wanted = {
        field: [value for value, _ in matching(data, position, "TRUE") if _may_count(value, evidence)]
        for field, position in names.items()
    }
    condition = " OR ".join(f"{field} IN (SELECT unnest(${field}_wanted))" for field in names)
    parameters: dict[str, object] = {f"{field}_wanted": values for field, values in wanted.items()}
    if "first_name" in names and "last_name" in names:
        lasts = {value.lower() for value, _ in matching(data, names["last_name"], "TRUE")}
        firsts = [
            value
            for value, _ in matching(data, names["first_name"], "TRUE")
            if evidence.ends_of.get(value.lower(), frozenset()) & lasts
        ]
        if firsts:
            condition += " OR first_name IN (SELECT unnest($begun)) AND lower(last_name) IN (SELECT unnest($ended))"
            ended = {end for first in firsts for end in evidence.ends_of[first.lower()]} & lasts
            parameters |= {"begun": firsts, "ended": sorted(ended)}
    if not any(parameters.values()):
        return
    query = f"SELECT _row, {', '.join(found)} FROM {cells(data, **found)} WHERE {condition} ORDER BY _row"
    rows = ask(data, query, **parameters)
    least = share_of(check, "least_evidence", _LEAST)
    for number, *texts in rows:
        record = dict(zip(found, map(str, texts), strict=True))
        weights = _weigh(record, evidence)
        confidence = round(_together(weights.values()), 2)
        if confidence >= least:
            yield from _suspicions(check, found, int(number), record, weights, min(confidence, 0.98))


def _weigh(record: Mapping[str, str], evidence: _Evidence) -> dict[str, float]:
    """Return the evidence in each cell of a record; that of a whole name counts for its first part."""
    weights = {
        field: evidence.of_address(text) if field == "email" else max(evidence.of_cell(text), evidence.of_phrase(text))
        for field, text in record.items()
        if field != "company"
    }
    if record.get("company") and weights:
        # A company that has "test" in its name may be a laboratory: it only supports what the name says.
        words = _WORDS.findall(record["company"].lower())
        weights["company"] = evidence.of_cell(record["company"]) if len(words) == 1 else 0.0
    name = record.get("full_name") or f"{record.get('first_name', '')} {record.get('last_name', '')}"
    whole = evidence.of_name(name)
    at = "full_name" if record.get("full_name") else "first_name"
    if at in weights:
        weights[at] = max(weights[at], whole)
        if whole and "last_name" in weights and at == "first_name":
            weights["last_name"] = max(weights["last_name"], 0.01)
    named = sum(weights.get(field, 0.0) for field in ("first_name", "last_name", "full_name"))
    return weights if named > 0 else {}


def _suspicions(  # noqa: PLR0913, PLR0917 - a record, where its cells stand and what speaks against it
    check: Check,
    found: Mapping[str, int],
    row: int,
    record: Mapping[str, str],
    weights: Mapping[str, float],
    sure: float,
) -> Iterable[Suspicion]:
    because = "a trial rather than a person: " + ", ".join(record[field] for field in weights if weights[field] > 0)
    for field, weight in weights.items():
        # The address of a record that is no person is nobody's, whatever it says.
        if record[field] and (weight > 0 or (field == "email" and sure >= CERTAIN_FROM)):
            yield Suspicion(
                check=check.id, position=found[field], value=record[field], row=row, confidence=sure, because=because
            )


def _may_count(value: str, evidence: _Evidence) -> bool:
    return evidence.of_cell(value) > 0 or evidence.of_name(value) > 0


def _together(weights: Iterable[float]) -> float:
    return 1 - prod(1 - weight for weight in weights)


def load_evidence(location: RulesLocation) -> _Evidence:
    """Return the words of rules/lists/test_words.csv."""
    with location.file("lists/test_words.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["value"].casefold(), row["where"], float(row["weight"])) for row in csv.DictReader(file)]
    whole = [value.partition(" ") for value, where, _ in rows if where == "name"]
    return _Evidence(
        ends_of={first: frozenset(end for begin, _, end in whole if begin == first) for first, _, _ in whole},
        names={value: weight for value, where, weight in rows if where == "name"},
        words={value: weight for value, where, weight in rows if where == "word"},
    )

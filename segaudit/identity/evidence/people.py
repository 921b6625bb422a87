"""What tells people apart: names, mailboxes, telephone numbers, births."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.attributes import MISSING, Attribute
from segaudit.identity.comparing.mail import Mailboxes
from segaudit.identity.comparing.names import family_names, given_names, in_order
from segaudit.identity.comparing.numbers import codes, dates
from segaudit.identity.comparing.texts import categories
from segaudit.identity.evidence.columns import Columns
from segaudit.identity.evidence.evidence import Evidence
from segaudit.identity.evidence.handles import beginning, called, ending, exact, sound
from segaudit.identity.standardise import nickname_codes
from segaudit.model.fields import ColumnReading
from segaudit.rulebook.standards import StandardLists
from segaudit.text.folding import fold_header

_PERSONAL = ("own", "free")
_ANY_NAME = frozenset(("name", "nome", "nom", "nombre", "names"))
_LEAST_CALLED = 0.15  # of names in one cell, that begin with a given name many have
_OTHER_NAMES = 0.15  # of the pairs of one household, that have two names
_LEAST = 0.3  # of records with a name, from which a table is of people


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of a table's people."""

    given: Attribute | None
    family: Attribute | None
    parts: Attribute | None  # words of double family names
    rest: Attribute | None  # further given names
    generation: Attribute | None  # Jr, Sr

    @property
    def are_told(self) -> bool:
        """Tell whether the table is of people: most records have a name."""
        return any(name is not None and name.share_filled >= _LEAST for name in (self.given, self.family))


def read_names(columns: Columns) -> Names:
    """Return the names, from columns of their own or from one of full names."""
    firsts, lasts, fulls = (columns.of(kind) for kind in ("given_name", "family_name", "full_name"))
    given = family = parts = rest = generation = None
    if firsts:
        forms = columns.forms(firsts[0], "given_name")
        given, rest = forms["name"], forms["rest"]
    if lasts:
        forms = columns.forms(lasts[0], "family_name")
        family, parts, generation = forms["name"], forms["parts"], forms["generation"]
    if fulls and _lack_names(columns, fulls[0], given, family) and _are_people(columns, fulls[0]):
        forms = columns.forms(fulls[0], "full_name")
        given, rest, family, parts, generation = (
            columns.first_filled([*([] if own is None else [own]), forms[form]])
            for own, form in (
                (given, "given"), (rest, "rest"), (family, "family"), (parts, "parts"), (generation, "generation"),
            )
        )  # fmt: skip
    if given is not None and family is not None:
        given, family, turned = in_order(given, family)
        parts = _without(parts, turned)
        rest = _without(rest, turned)
    middles = columns.of("middle_name")
    if middles:
        rest = columns.first_filled([columns.forms(middles[0], "given_name")["name"], *([rest] if rest else [])])
    return Names(given=given, family=family, parts=parts, rest=rest, generation=generation)


def _lack_names(columns: Columns, reading: ColumnReading, *names: Attribute | None) -> bool:
    """Tell whether some records have a name in one cell only, as those of one file of two may."""
    named = [name.codes >= 0 for name in names if name is not None]
    return not named or bool(((columns.cells(reading).codes >= 0) & ~np.logical_or.reduce(named)).any())


def _are_people(columns: Columns, reading: ColumnReading) -> bool:
    """Tell whether a column of names holds those of people.

    "Full name" says so; "name" may be that of anything: then enough cells have to begin with a usual given name.
    """
    if fold_header(reading.column.header) not in _ANY_NAME:
        return True
    given = columns.forms(reading, "full_name")["given"]
    known = pc.greater(pc.list_value_length(nickname_codes(given.values, columns.lists)), 1)
    called = float(np.asarray(pc.fill_null(known, False), dtype=bool).mean()) if len(given.values) else 0.0  # noqa: FBT003
    return called >= _LEAST_CALLED


def _without(attribute: Attribute | None, turned: np.ndarray) -> Attribute | None:
    if attribute is None or not turned.any():
        return attribute
    kept = np.where(turned, np.int32(MISSING), attribute.codes).astype(np.int32)
    return Attribute(name=attribute.name, form=attribute.form, codes=kept, values=attribute.values)


def name_evidence(names: Names, lists: StandardLists) -> list[Evidence]:
    """Return the evidence of names."""
    found = []
    if names.given is not None:
        given = names.given
        handles = (exact(given, 0.74), called(given, lists, 0.84), beginning(given, 3, 0.86), beginning(given, 1, 0.93))
        found.append(Evidence(comparison=given_names(given, names.family, lists), handles=handles))
    if names.family is not None:
        family = names.family
        handles = (exact(family, 0.82), sound(family, 0.9), beginning(family, 4, 0.89), beginning(family, 2, 0.93))
        parts = names.parts if names.parts is not None else family
        found.append(Evidence(comparison=family_names(family, parts, names.given), handles=handles))
    for attribute, same in ((names.generation, 0.98), (_initials(names.rest), 0.95)):
        if attribute is not None and len(attribute.values) > 1:
            found.append(Evidence(comparison=categories(attribute, same=same, birth=True), handles=()))
    return found


def family_evidence(names: Names) -> list[Evidence]:
    """Return the evidence of what a household is called: its family name, which tells two at one address apart."""
    if names.family is None:
        return []
    parts = names.parts if names.parts is not None else names.family
    comparison = family_names(names.family, parts, None)
    handles = (exact(names.family, 0.82), sound(names.family, 0.9), beginning(names.family, 4, 0.89))
    return [Evidence(comparison=replace(comparison, anchor=True, most_different=_OTHER_NAMES), handles=handles)]


def _initials(rest: Attribute | None) -> Attribute | None:
    """Return the first letters of further given names: written out by one, abbreviated by the next."""
    if rest is None:
        return None
    letters = [text[:1] for text in rest.texts]
    different = sorted(set(letters))
    places = {letter: place for place, letter in enumerate(different)}
    lookup = np.array([*(places[letter] for letter in letters), MISSING], dtype=np.int32)
    return Attribute(
        name=f"{rest.name} (further initial)", form="initial", codes=lookup[rest.codes], values=_array(different)
    )


def _array(texts: Sequence[str]) -> object:
    return pa.array(texts, pa.string())


def mail_evidence(columns: Columns, names: Names) -> tuple[list[Evidence], list[Attribute]]:
    """Return the evidence of mailboxes, and the domains of companies among them."""
    found, domains = [], []
    known = [name for name in (names.given, names.family) if name is not None]
    for reading in columns.of("email"):
        forms = columns.forms(reading, "email")
        kinds = forms["kind"]
        kind_of = np.append(kinds.texts, "")[kinds.codes]
        personal = np.isin(kind_of, _PERSONAL)
        address = _where(forms["address"], personal)
        local = _where(forms["local"], personal)
        company = _where(forms["domain"], np.isin(kind_of, ("own", "role")))
        work, others = Mailboxes(address, local, company, known).comparisons()
        found.append(Evidence(comparison=work, handles=()))
        found.append(
            Evidence(comparison=others, handles=(exact(address, 0.5), exact(local, 0.56), beginning(local, 5, 0.58)))
        )
        domains.append(company)
    return found, domains


def _where(attribute: Attribute, mask: np.ndarray) -> Attribute:
    codes_kept = np.where(mask, attribute.codes, np.int32(MISSING)).astype(np.int32)
    used = np.unique(codes_kept[codes_kept >= 0])
    lookup = np.full(len(attribute.values) + 1, MISSING, dtype=np.int32)
    lookup[used] = np.arange(len(used), dtype=np.int32)
    return Attribute(
        name=attribute.name, form=attribute.form, codes=lookup[codes_kept], values=attribute.values.take(_indices(used))
    )


def _indices(used: np.ndarray) -> object:
    return pa.array(used)


def phone_evidence(columns: Columns, *, of_people: bool) -> list[Evidence]:
    """Return the evidence of telephone numbers; a person keeps theirs, a branch has its own."""
    found = []
    for kind, same in (("phone", 0.5), ("company_phone", 0.7)):
        for reading in columns.of(kind):
            number = columns.by_country(reading, "phone")["national"]
            comparison = codes(number, same=same, slip=0.04, shortest=6, moves=kind == "company_phone" or not of_people)
            found.append(Evidence(comparison=comparison, handles=(exact(number, same), ending(number, 6, same + 0.02))))
    return found


def birth_evidence(columns: Columns) -> list[Evidence]:
    """Return the evidence of dates of birth."""
    found = []
    for reading in columns.of("birth_date"):
        forms = columns.forms(reading, "date")
        iso = forms["iso"]
        handles = (exact(iso, 0.82), beginning(iso, 7, 0.88), ending(iso, 5, 0.88), beginning(iso, 4, 0.92))
        found.append(Evidence(comparison=dates(iso, birth=True), handles=handles))
    return found

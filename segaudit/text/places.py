"""Countries, their states, and regions of the world: which one a text names, in whatever spelling."""

import gettext
from collections.abc import Iterable, Mapping
from functools import cache

import pycountry
from rapidfuzz import process
from rapidfuzz.distance import OSA

from segaudit.text.folding import fold_header

_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "sv", "da", "pl", "fi", "cs", "tr")
_SHORTEST_TYPO = 5  # letters of a name, from which one letter changed is a slip
_LONG_TYPO = 10  # from which two are: Portland is no Poland, and Cambridge no Cambodge


@cache
def country_names() -> Mapping[str, str]:
    """Return the folded names and codes of all countries -> ISO 3166 code, in English, officially and translated."""
    found: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("alpha_2", "alpha_3", "name", "common_name", "official_name"):
            found.setdefault(fold_header(str(getattr(country, attribute, "") or "")), country.alpha_2)
        plain, _, rest = country.name.partition(", ")
        found.setdefault(fold_header(f"{rest} {plain}"), country.alpha_2)  # Korea, Republic of
    for language in _LANGUAGES:
        translate = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True).gettext
        for country in pycountry.countries:
            found.setdefault(fold_header(translate(getattr(country, "common_name", country.name))), country.alpha_2)
    found.pop("", None)
    return found


@cache
def english_name(code: str) -> str:
    """Return the usual English name of a country."""
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return code
    return str(getattr(country, "common_name", country.name)).partition(",")[0]


class Countries:
    """Reads countries; aliases are spellings that no standard has: America, U.K., French."""

    def __init__(self, aliases: Iterable[tuple[str, str]] = ()) -> None:
        self._codes = {**country_names(), **{fold_header(alias): code for alias, code in aliases}}
        self._long = [name for name in self._codes if len(name) >= _SHORTEST_TYPO]

    def read(self, text: str) -> str | None:
        """Return the ISO code of the country a text names, None if it names none."""
        return self._codes.get(fold_header(text))

    @property
    def names(self) -> tuple[str, ...]:
        """Every spelling that is read, folded."""
        return tuple(self._codes)

    def guess(self, text: str) -> str | None:
        """Return the one country of which a text is a misspelling: ``Philipines``; None if there is none or several."""
        folded = fold_header(text)
        if len(folded) < _SHORTEST_TYPO:
            return None
        far = 2 if len(folded) >= _LONG_TYPO else 1
        near = process.extract(folded, self._long, scorer=OSA.distance, score_cutoff=far, limit=None)
        codes = {self._codes[name] for name, distance, _ in near if distance == min(found[1] for found in near)}
        return codes.pop() if len(codes) == 1 and near[0][0][0] == folded[0] else None


class States:
    """Reads the states and provinces of countries; aliases are (country, code of the state, spelling)."""

    def __init__(self, aliases: Iterable[tuple[str, str, str]] = ()) -> None:
        self._aliases: dict[str, dict[str, str]] = {}
        for country, code, alias in aliases:
            self._aliases.setdefault(country, {})[fold_header(alias)] = f"{country}-{code}"
        self._names: dict[str, dict[str, str]] = {}

    def of(self, country: str) -> Mapping[str, str]:
        """Return the folded names and codes of a country's states -> ISO 3166-2 code."""
        if country not in self._names:
            self._names[country] = {**_subdivisions(country), **self._aliases.get(country, {})}
        return self._names[country]

    def read(self, country: str, text: str) -> str | None:
        """Return the ISO code of the state of a country a text names, None if it names none."""
        return self.of(country).get(fold_header(text))

    def among(self, text: str, countries: Iterable[str]) -> frozenset[str]:
        """Return the ISO codes of all states of some countries that a text may name; without a country, it is a guess.

        A bare code is read as one of a country's first level only: CA is California, and not Cagliari.
        """
        found = {code for country in countries if (code := self.read(country, text)) is not None}
        return frozenset(code for code in found if not (_parent(code) and _is_code(code, text)))

    def within(self, code: str) -> frozenset[str]:
        """Return the codes of a state and of those it is a part of: Kent is one of England's counties."""
        above = _parent(code)
        return frozenset({code}) if above is None else frozenset({code}) | self.within(above)

    def name(self, code: str) -> str:
        """Return the name of a state as its country writes it."""
        state = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]
        return code if state is None else str(state.name)


@cache
def _parent(code: str) -> str | None:
    state = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]
    return None if state is None or not state.parent_code else str(state.parent_code)


def _is_code(code: str, text: str) -> bool:
    return fold_header(code.partition("-")[2]) == fold_header(text)


class Regions:
    """Reads regions of the world, each a set of countries; rows are (region, ISO code of a country)."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._names: dict[str, str] = {}
        self._countries: dict[str, set[str]] = {}
        for region, country in rows:
            folded = fold_header(region)
            self._names.setdefault(folded, region)
            self._countries.setdefault(folded, set()).add(country)

    def read(self, text: str) -> frozenset[str] | None:
        """Return the countries of the region a text names, None if it names none."""
        countries = self._countries.get(fold_header(text))
        return None if countries is None else frozenset(countries)

    def name(self, text: str) -> str | None:
        """Return a region's name as the table has it, None if the text names none."""
        return self._names.get(fold_header(text))

    @property
    def names(self) -> tuple[str, ...]:
        """Every region's name."""
        return tuple(self._names.values())


def _subdivisions(country: str) -> dict[str, str]:
    """Read the first level of a country's subdivisions; names of a lower level only where nothing above has them."""
    found: dict[str, str] = {}
    states = sorted(
        pycountry.subdivisions.get(country_code=country) or (),  # type: ignore[no-untyped-call]
        key=lambda state: (bool(state.parent_code), state.code),
    )
    for state in states:
        for part in (state.name, *state.name.replace("]", "").split(" ["), *state.name.split("/")):
            found.setdefault(fold_header(part), state.code)
        code = state.code.partition("-")[2]
        if not code.isdigit():
            found.setdefault(fold_header(code), state.code)
        found.setdefault(fold_header(state.code), state.code)
    found.pop("", None)
    return found

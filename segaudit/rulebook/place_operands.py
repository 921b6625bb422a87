"""Countries, regions and states as rules name them, read to ISO codes; each name that cannot be read is a problem."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from segaudit.model.conditions import Operand
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.tables import rows_of
from segaudit.rulebook.yaml_nodes import YamlList, YamlNode, YamlScalar, plain
from segaudit.text.places import Countries, Regions, States, english_name

_MOST_SHOWN = 4  # states of one name that a hint lists


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """What rules can name."""

    countries: Countries
    regions: Regions
    states: States
    homes: tuple[str, ...]  # countries whose states people name without their country


class _UnknownPlaceError(ValueError):
    """A name means no place, or several: the problem, and a hint."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(problem)
        self.hint = hint


def read_places(operator: str, node: YamlNode, location: RulesLocation, problems: Problems) -> "Operand | None":
    """Return what stands behind a place operator with its names read to codes; None if the problems say why not.

    Args:
        operator: country_in, region_in or state_in.
        node: A list of names and codes, or one alone.
        location: Where the lists of names are.
        problems: Told of each name that cannot be read, at its own line.
    """
    places = _places(location)
    items = node.items if isinstance(node, YamlList) else (node,)
    read: Callable[[str, _Places], Operand] = _READERS[operator]
    found: list[Operand] = []
    for item in items:
        name = plain(item)
        if not isinstance(item, YamlScalar) or not isinstance(name, str) or not name.strip():
            problems.add(item.place, f'"{operator}" takes a list of names or codes', _EXAMPLES[operator])
            continue
        try:
            found.append(read(name, places))
        except _UnknownPlaceError as error:
            problems.add(item.place, f'"{operator}" {error}', error.hint)
    if not items:
        problems.add(node.place, f'"{operator}" takes a list with something in it', _EXAMPLES[operator])
    if len(found) < len(items) or not found:
        return None
    if operator == "region_in":
        names = tuple(sorted({str(places.regions.name(str(name))) for name in found}))
        codes = {code for name in names for code in places.regions.read(name) or ()}
        return {"regions": names, "countries": tuple(sorted(codes))}
    return tuple(sorted({str(code) for code in found}))


def _country(name: str, places: _Places) -> str:
    code = places.countries.read(name)
    if code is not None:
        return code
    region = places.regions.name(name)
    if region is not None:
        raise _UnknownPlaceError(f'does not take the region "{name}"', f"write region_in: [{region}]")
    near = places.countries.guess(name)
    hint = f'did you mean "{english_name(near)}"?' if near else "write its name or its two-letter code: DE, Germany"
    raise _UnknownPlaceError(f'does not know the country "{name}"', hint)


def _region(name: str, places: _Places) -> str:
    region = places.regions.name(name)
    if region is not None:
        return region
    code = places.countries.read(name)
    if code is not None:
        raise _UnknownPlaceError(f'does not take the country "{name}"', f"write country_in: [{code}]")
    hint = did_you_mean(name, places.regions.names) or "rules/lists/regions.csv lists the regions; rows there add one"
    raise _UnknownPlaceError(f'does not know the region "{name}"', hint)


def _state(name: str, places: _Places) -> str:
    country, dash, _ = name.strip().partition("-")
    code = places.states.read(country.upper(), name) if dash else None
    if code is not None:
        return code
    found = places.states.among(name, places.homes) or places.states.among(name, _every_country())
    if len(found) == 1:
        return next(iter(found))
    if found:
        shown = [f"{code} in {english_name(code.partition('-')[0])}" for code in sorted(found)]
        more = ", ..." if len(shown) > _MOST_SHOWN else ""
        raise _UnknownPlaceError(
            f'does not know which state "{name}" is', f"write {', '.join(shown[:_MOST_SHOWN])}{more}"
        )
    named = {known: code for home in places.homes for known, code in places.states.of(home).items()}
    near = did_you_mean(name, named)
    known = next((code for spelling, code in named.items() if f'"{spelling}"' in near), None)
    hint = f'did you mean "{places.states.name(known)}"?' if known else "write its name, or country and code: US-CA"
    raise _UnknownPlaceError(f'does not know the state "{name}"', hint)


_READERS: dict[str, Callable[[str, _Places], Operand]] = {
    "country_in": _country,
    "region_in": _region,
    "state_in": _state,
}
_EXAMPLES = {
    "country_in": 'write [DE, "United States"]',
    "region_in": "write [EMEA, DACH]",
    "state_in": 'write [US-CA, "New South Wales"]',
}


@cache
def _every_country() -> tuple[str, ...]:
    import pycountry  # noqa: PLC0415 - large; needed for a state of a country whose states few lists name

    return tuple(country.alpha_2 for country in pycountry.countries)


@cache
def _places(location: RulesLocation) -> _Places:
    """Read the lists of names."""
    states = [
        (row["country"], row["state"], row["name"])
        for _, row in rows_of(location.file("lists/state_names.csv"), ("country", "state", "name"))
    ]
    return _Places(
        countries=Countries(
            (row["name"], row["country"])
            for _, row in rows_of(location.file("lists/country_names.csv"), ("name", "country"))
        ),
        regions=Regions(
            (row["region"], row["country"])
            for _, row in rows_of(location.file("lists/regions.csv"), ("region", "country"))
        ),
        states=States(states),
        homes=tuple(sorted({country for country, *_ in states})),
    )

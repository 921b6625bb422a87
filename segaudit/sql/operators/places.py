"""Places: the country, region of the world or state that a text names, however it is written."""

from collections.abc import Callable, Mapping

from sqlglot import expressions as exp

from segaudit.model.conditions import ClauseOptions, Operand
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators.expressions import texts
from segaudit.sql.operators.operator import (
    Builder,
    Context,
    Family,
    OperandError,
    Operator,
    Parser,
    Part,
    TextTest,
)

_TYPES = frozenset({FieldType.TEXT, FieldType.ENUM})
_COUNTRY, _STATE = "country", "state"


def countries_of(operand: Operand) -> tuple[str, ...]:
    """Return the ISO codes of the countries that an operand of country_in or region_in asks for."""
    return texts(operand["countries"] if isinstance(operand, dict) else operand)


def country_beside(field: str, fields: Mapping[str, RuleField]) -> str | None:
    """Return the field with the country of a field of states: ``billing_state`` -> ``billing_country``, or country."""
    candidates = (field.replace(_STATE, _COUNTRY), _COUNTRY)
    return next((name for name in candidates if name != field and name in fields), None)


def _country_in(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
    return _is_in_country(field.name, countries_of(operand), context)


def _is_in_country(field: str, codes: tuple[str, ...], context: Context) -> exp.Column:
    names = context.lists.get("country_names", ())
    return context.columns.test(field, TextTest("country_in", (" ".join(codes), *names)))


def _region_in(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
    first = _COUNTRY if _COUNTRY in field.name else "region"
    regions = [f"region\t{row}" for row in context.lists.get("regions", ())]
    countries = [f"country\t{row}" for row in context.lists.get("country_names", ())]
    test = TextTest("region_in", (" ".join(countries_of(operand)), first, *regions, *countries))
    return context.columns.test(field.name, test)


def _state_in(field: RuleField, operand: Operand, _: ClauseOptions, context: Context) -> exp.Expr:
    """Decide by the record's country where it has one, else by what the text may mean in any country that matters."""
    wanted = " ".join(texts(operand))
    names = context.lists.get("state_names", ())

    def answer(country: str) -> exp.Column:
        return context.columns.test(field.name, TextTest("state_in", (wanted, country, *names)))

    alone, beside = answer(""), country_beside(field.name, context.fields)
    if beside is None:
        return alone
    homes = tuple(dict.fromkeys(code.partition("-")[0] for code in texts(operand)))
    verdict = exp.Case()
    for home in homes:
        verdict = verdict.when(_is_in_country(beside, (home,), context), answer(home))
    # In another country it is none of those asked for, unless its name is one of theirs: then the two disagree.
    elsewhere = exp.not_(_is_in_country(beside, homes, context))
    named = exp.not_(context.columns.part(field.name, Part.VALUE).is_(exp.null()))
    differs = exp.not_(exp.func("COALESCE", alone, exp.false()))
    verdict = verdict.when(elsewhere, exp.Case().when(exp.and_(named, differs), exp.false()))
    return verdict.else_(alone.copy())


def _codes(value: object, _: RuleField) -> Operand:
    """Take the ISO codes that the rule book has read names as."""
    if isinstance(value, list | tuple) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise OperandError("takes a list of names or codes")


def _regions(value: object, _: RuleField) -> Operand:
    """Take regions as the rule book has read them, with the ISO codes of their countries."""
    if isinstance(value, dict) and value.keys() == {"regions", "countries"}:
        return value
    raise OperandError("takes a list of regions of the world: EMEA, DACH")


def _country_names(operand: Operand) -> Operand:
    from segaudit.text.places import english_name  # noqa: PLC0415 - brings pycountry; needed for this operator only

    return tuple(english_name(code) for code in texts(operand))


def _state_names(operand: Operand) -> Operand:
    from segaudit.text.places import States  # noqa: PLC0415 - as above

    states = States()
    return tuple(f"{states.name(code)} ({code})" for code in texts(operand))


def _region_names(operand: Operand) -> Operand:
    return operand["regions"] if isinstance(operand, dict) else operand


def _operator(  # noqa: PLR0913, PLR0917 - a row of the table below
    name: str, words: str, takes: str, parse: Parser, build: Builder, shown: Callable[[Operand], Operand]
) -> Operator:
    return Operator(
        name=name,
        family=Family.PLACE,
        types=_TYPES,
        takes=takes,
        parse=parse,
        build=build,
        words=words,
        shown=shown,
    )


OPERATORS = (
    _operator(
        "country_in",
        "is in {}",
        'a list of countries, by name or code: [DE, "United States"]',
        _codes,
        _country_in,
        _country_names,
    ),
    _operator(
        "region_in", "is in {}", "a list of regions of the world: [EMEA, DACH]", _regions, _region_in, _region_names
    ),
    _operator(
        "state_in",
        "is in {}",
        'a list of states, by name or code: [US-CA, "New South Wales"]',
        _codes,
        _state_in,
        _state_names,
    ),
)

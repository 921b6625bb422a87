"""What the rows of other tables come to, as columns behind a file: roll-ups and the buying committee."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import expressions as exp

from segaudit.audit.opening import InputChoices, OpenedInput
from segaudit.audit.relating import Related, open_related
from segaudit.engine.protocol import Engine
from segaudit.model.conditions import clauses_of
from segaudit.model.rollups import Rollup, Rollups
from segaudit.model.segments import Governance, RuleBook
from segaudit.rulebook.rollups import load_rollups
from segaudit.segments.deriving.cases import CaseRules
from segaudit.segments.deriving.derive import Deriving, DerivingRules
from segaudit.segments.deriving.rollups import create_rollups, rollup_columns
from segaudit.sql.records import RecordSource, RelatedRows


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountColumns:
    """Columns made of other tables: expressions over tables to be joined to the records by ``_row``."""

    columns: Mapping[str, exp.Expr]
    tables: tuple[str, ...]
    notes: tuple[str, ...] = ()


def roll_up(
    opened: OpenedInput, rules: DerivingRules, choices: InputChoices, only: Sequence[str], engine: Engine
) -> AccountColumns:
    """Roll up the tables given beside a file.

    Fields that roll-ups read and no column of the other table provides are derived there first, as in any file.

    Args:
        opened: The records.
        rules: What fields are derived by.
        choices: With the tables that were given.
        only: Names of columns; none: all.
        engine: Where it all is.

    Raises:
        SegauditError: A table cannot be read or joined, or the roll-ups are wrong.
    """
    if not choices.related:
        return AccountColumns(columns={}, tables=())
    asked = load_rollups(opened.location, rules.fields)
    related = open_related(opened, choices.related, _rule_book(rules), choices, engine)
    case_rules = CaseRules(fields=rules.fields, as_of=rules.as_of, lists=rules.lists)
    columns: dict[str, exp.Expr] = {}
    tables = []
    for kind in asked.kinds():
        rows, rollups = related.rows.get(kind), _wanted(asked, kind, only)
        if rows is None or not rollups:
            continue
        table = f"rollup_{kind}"
        create_rollups(table, rollups, _with_derived(rows, rollups, opened, rules, engine), case_rules, engine)
        committee = asked.committee if asked.committee and set(asked.committee.roles) <= set(rollups) else None
        columns |= rollup_columns(table, rollups, committee)
        tables.append(table)
    return AccountColumns(columns=columns, tables=tuple(tables), notes=_notes(asked, related))


def _wanted(asked: Rollups, kind: str, only: Sequence[str]) -> tuple[Rollup, ...]:
    rollups = asked.of_kind(kind)
    if not only:
        return rollups
    roles = asked.committee.roles if asked.committee and any(name.startswith("committee") for name in only) else ()
    return tuple(item for item in rollups if item.name in only or item in roles)


def _notes(asked: Rollups, related: Related) -> tuple[str, ...]:
    lacking = [kind for kind in asked.kinds() if kind not in related.rows]
    said = (f"no table of {' or '.join(lacking)} was given: what follows from them is left out",) if lacking else ()
    return (*related.notes, *said)


def _rule_book(rules: DerivingRules) -> RuleBook:
    """Return rules that declare fields and nothing else."""
    return RuleBook(
        files=(), sha256="", fields=rules.fields, predicates={}, schemas=(), governance=Governance(), tests=()
    )


def _with_derived(
    rows: RelatedRows, rollups: Sequence[Rollup], opened: OpenedInput, rules: DerivingRules, engine: Engine
) -> RelatedRows:
    """Return the rows with the fields derived that roll-ups read and no column provides."""
    data = rows.data
    read = {item.field for item in rollups if item.field is not None}
    read |= {clause.field for item in rollups if item.where is not None for clause in clauses_of(item.where)}
    deriving = Deriving(
        source=data.source,
        fields=data.fields,
        readings=dict(data.readings),
        placeholders=opened.placeholders,
        rules=rules,
        engine=engine,
    )
    added = [found for name in sorted(read - data.readings.keys()) if (found := deriving.add(name)) is not None]
    if not added:
        return rows
    view = f"{data.source.table}_with_derived"
    relation = deriving.relation
    query = relation.select([item.value for item in deriving.added.values()], relation.all_columns())
    engine.define(view, query.sql(dialect=engine.dialect))
    source = replace(data.source, table=view)
    derived = RecordSource(
        source=source, fields=data.fields, readings=deriving.readings, placeholders=data.placeholders
    )
    return replace(rows, data=derived)

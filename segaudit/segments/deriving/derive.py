"""Deriving: each field told once for each different combination of the cells it follows from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.derived import AddedField, Cases, Derivation, Derivations, Found
from segaudit.model.fields import ColumnReading, FieldMap, MappedColumn, Placeholder
from segaudit.model.segments import RuleField
from segaudit.model.source import Source
from segaudit.rulebook.location import RulesLocation
from segaudit.segments.deriving.cases import CaseRules, create_cases
from segaudit.segments.deriving.methods import is_unmarked, needs_first, source_reader
from segaudit.segments.deriving.readings import CellReader
from segaudit.segments.deriving.relation import GIVEN, SURE, VALUE, WHY, Relation, Step
from segaudit.sql.kinds import KINDS, WHITE_SPACE
from segaudit.sql.records import RecordSource

CANNOT_TELL = "can't tell"
_OWN = "column"  # why a filled field has a value: its column has one


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivingRules:
    """What fields are derived by."""

    derivations: Derivations
    fields: Mapping[str, RuleField]
    location: RulesLocation
    lists: Mapping[str, Sequence[str]]
    as_of: date


@dataclass(slots=True, kw_only=True)
class Deriving:
    """A file on which fields are being derived."""

    source: Source
    fields: FieldMap
    readings: dict[str, ColumnReading]  # by field, derived ones included
    placeholders: Sequence[Placeholder]
    rules: DerivingRules
    engine: Engine
    relation: Relation = field(init=False)
    added: dict[str, AddedField] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with the file as it is."""
        self.relation = Relation(self.source)

    def add(self, name: str) -> AddedField | None:
        """Derive a field, and before it those it follows from; None if nothing is there to derive it from."""
        if name in self.added:
            return self.added[name]
        derivation = self.rules.derivations.by_field.get(name)
        if derivation is None or is_unmarked(derivation):
            return None
        for source in derivation.sources:
            if source not in self.readings:
                self.add(source)
        sources = tuple(source for source in derivation.sources if source in self.readings)
        if not sources or (needs_first(derivation) and derivation.sources[0] not in sources):
            return None
        step = self._create_step(derivation, sources)
        return self._added(name, step)

    def fill(self, name: str) -> AddedField | None:
        """Derive a field a column provides; the column's own value stays wherever it has one."""
        own = self.readings.pop(name)
        derived = self.add(name)
        if derived is None:
            self.readings[name] = own
            return None
        keys = (own.column.position, derived.value, derived.why, derived.sure)
        step = self._step(name, derived.sources, keys, shown=1)
        missing = self._missing(own)

        def told(cells: Sequence[str | None]) -> tuple[Found, bool]:
            value, *others = cells
            if not missing(value):
                return Found(value=value, sure=1.0, why=_OWN), True
            return Found(value=others[0], sure=float(others[2] or 0), why=others[1] or ""), others[1] is not None

        self._map(step, told)
        return self._added(name, step)

    def _added(self, name: str, step: Step) -> AddedField:
        self.relation.steps.append(step)
        added = AddedField(
            field=name, sources=step.sources, value=step.position, why=step.position + 1, sure=step.position + 2
        )
        self.added[name] = added
        self.readings[name] = derived_reading(name, added.value, self.rules.fields)
        return added

    def _step(self, name: str, sources: tuple[str, ...], keys: tuple[int, ...], shown: int) -> Step:
        return Step(
            field=name,
            sources=sources,
            table=f"{self.source.table}_derived_{len(self.relation.steps)}",
            keys=keys,
            position=self.relation.next_position,
            shown=shown,
        )

    def _create_step(self, derivation: Derivation, sources: tuple[str, ...]) -> Step:
        """Create the table of a derivation: keys are the cells of its sources, and how sure those are themselves."""
        cells = tuple(self.readings[source].column.position for source in sources)
        sures = tuple(self.added[source].sure for source in sources if source in self.added)
        step = self._step(derivation.field, sources, cells + sures, shown=len(cells))
        if isinstance(derivation.method, Cases):
            self._decide(step, derivation.method)
        else:
            self._map(step, self._teller(derivation, sources))
        return step

    def _teller(
        self, derivation: Derivation, present: tuple[str, ...]
    ) -> Callable[[Sequence[str | None]], tuple[Found, bool]]:
        """Return the function of a row of keys: what is found, and whether there was anything to tell it from."""
        rules = self.rules
        separators = [self.readings[name].separator or ";" if name in present else ";" for name in derivation.sources]
        read: CellReader = source_reader(derivation, rules.location, rules.as_of, separators)
        missing = [self._missing(self.readings[name]) for name in present]
        first = needs_first(derivation)
        places = [present.index(name) if name in present else None for name in derivation.sources]

        def told(keys: Sequence[str | None]) -> tuple[Found, bool]:
            given = [None if absent(cell) else cell for absent, cell in zip(missing, keys, strict=False)]
            if not any(cell is not None for cell in (given[:1] if first else given)):
                return Found(value=None), False
            found = read([None if place is None else given[place] for place in places])
            sures = [float(sure) for sure in keys[len(present) :] if sure]
            return replace(found, sure=found.sure * min([1.0, *sures])), True

        return told

    def _missing(self, reading: ColumnReading) -> Callable[[str | None], bool]:
        words = {item.value for item in self.placeholders if item.means_missing(reading.column.field, reading.type)}
        return lambda cell: cell is None or not (bare := cell.strip(WHITE_SPACE)) or bare.lower() in words

    def _distinct(self, step: Step) -> exp.Select:
        keys = [exp.alias_(self.relation.column(key), f"k{number}") for number, key in enumerate(step.keys)]
        return self.relation.select(step.keys, keys).distinct()

    def _map(self, step: Step, told: Callable[[Sequence[str | None]], tuple[Found, bool]]) -> None:
        query = self._distinct(step).sql(dialect=self.engine.dialect)
        self.engine.map_batches(step.table, query, _batch_function(len(step.keys), told))

    def _decide(self, step: Step, cases: Cases) -> None:
        """Let the engine decide cases, over the different combinations as if they were the rows of a file."""
        cells = f"{step.table}_cells"
        keys = [exp.alias_(exp.column(f"k{number}"), f"c{number + 1}") for number in range(len(step.keys))]
        row = exp.alias_(exp.Window(this=exp.RowNumber()), "_row")
        query = exp.select(row, *keys).from_(self._distinct(step).subquery("t"))
        self.engine.create(cells, query.sql(dialect=self.engine.dialect))
        readings = {name: _moved(self.readings[name], number + 1) for number, name in enumerate(step.sources)}
        data = RecordSource(
            source=replace(self.source, table=cells),
            fields=self.fields,
            readings=readings,
            placeholders=self.placeholders,
        )
        rules = CaseRules(fields=self.rules.fields, as_of=self.rules.as_of, lists=self.rules.lists)
        create_cases(f"{step.table}_cases", cases, data, rules, self.engine)
        self.engine.create(step.table, _joined(step, cells).sql(dialect=self.engine.dialect))


def derived_reading(name: str, position: int, fields: Mapping[str, RuleField]) -> ColumnReading:
    """Return how a derived column is read."""
    kind = fields[name].type
    column = MappedColumn(position=position, header=name, field=name, type=kind, source="derived")
    return ColumnReading(column=column, type=kind, type_source="field", style=KINDS[kind].default_style, separator=";")


def _moved(reading: ColumnReading, position: int) -> ColumnReading:
    return replace(reading, column=replace(reading.column, position=position))


def _joined(step: Step, cells: str) -> exp.Select:
    """Return the query of a step whose cases are decided: keys, value, why, sure and given."""
    keys = [exp.alias_(exp.column(f"c{number + 1}", table="c"), f"k{number}") for number in range(len(step.keys))]
    sures = [
        exp.cast(exp.column(f"c{number + 1}", table="c"), "DOUBLE") for number in range(step.shown, len(step.keys))
    ]
    own = exp.column(SURE, table="d")
    least: Iterable[exp.Expr] = [exp.func("COALESCE", sure, exp.Literal.number(1)) for sure in sures]
    sure = exp.Mul(this=own, expression=exp.func("LEAST", exp.Literal.number(1), *least)) if sures else own
    text = exp.cast(exp.func("ROUND", exp.cast(sure, "DOUBLE"), exp.Literal.number(2)), "TEXT")
    value, why, given = (exp.column(name, table="d") for name in (VALUE, WHY, GIVEN))
    untold = exp.Case().when(given.copy(), exp.Literal.string(CANNOT_TELL))
    told = exp.Case().when(exp.not_(value.copy().is_(exp.null())), why).else_(untold)
    columns = [
        exp.alias_(value, VALUE),
        exp.alias_(told, WHY),
        exp.alias_(text, SURE),
        exp.alias_(given.copy(), GIVEN),
    ]
    query = exp.select(*keys, *columns).from_(exp.to_table(cells).as_("c"))
    return query.join(exp.to_table(f"{step.table}_cases").as_("d"), using=["_row"])


def _batch_function(keys: int, told: Callable[[Sequence[str | None]], tuple[Found, bool]]) -> Any:  # noqa: ANN401 - over Arrow batches
    """Return the function that adds what is told to a batch of keys."""
    import pyarrow as pa  # noqa: PLC0415 - heavy: only commands that derive need it

    names = [f"k{number}" for number in range(keys)]

    def work(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        values, whys, sures, given = [], [], [], []
        for row in rows:
            found, is_given = told(row)
            values.append(found.value)
            whys.append(_why(found) if is_given else None)
            sures.append(str(round(found.sure, 2)) if found.value is not None else None)
            given.append(is_given)
        text = pa.string()
        columns = {name: column.cast(text) for name, column in zip(names, batch.columns, strict=True)}
        columns |= {VALUE: pa.array(values, text), WHY: pa.array(whys, text), SURE: pa.array(sures, text)}
        return pa.RecordBatch.from_pydict({**columns, GIVEN: pa.array(given, pa.bool_())})

    return work


def _why(found: Found) -> str:
    if found.value is not None:
        return found.why
    return (
        f"{CANNOT_TELL}: {found.why}"
        if found.why and not found.why.startswith(CANNOT_TELL)
        else found.why or CANNOT_TELL
    )

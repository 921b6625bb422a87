"""The file a CRM imports: the id of each record, and one property for each schema."""

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.segments import Assignment, RuleBook, Schema
from segaudit.model.tagging import CrmCounts, CrmFormat
from segaudit.segments.decide import TAGS
from segaudit.segments.labels import named
from segaudit.sql.operators.expressions import joined, literal

_IDS = "crm_ids"  # _row, id, place: 1 for the first row of an id


def create_crm_ids(form: CrmFormat, table: str, column: str, engine: Engine) -> CrmCounts:
    """Create the table of the ids a CRM knows the records by, and count the rows that are listed."""
    cell = f"trim({column})"
    if form.strip:
        cell = f"CASE WHEN starts_with({cell}, $strip) THEN substr({cell}, length($strip) + 1) ELSE {cell} END"
    # An address is the same however it is written; ids of some systems differ in a capital only.
    same = "lower(id)" if form.key == "email" else "id"
    engine.create(
        _IDS,
        f"SELECT _row, id, row_number() OVER (PARTITION BY {same} ORDER BY _row) AS place "
        f"FROM (SELECT _row, {cell} AS id FROM {table}) i WHERE id IS NOT NULL AND id <> ''",
        {"strip": form.strip} if form.strip else None,
    )
    rows = int(engine.fetch(f"SELECT COUNT(*) FROM {table}")[0][0])
    known, written = engine.fetch(
        f"SELECT COUNT(*), COALESCE(SUM(CASE WHEN place = 1 THEN 1 ELSE 0 END), 0) FROM {_IDS}"
    )[0]
    return CrmCounts(
        system=form.system,
        key=form.id,
        written=int(written),
        without_key=rows - int(known),
        repeated=int(known) - int(written),
        how=form.how,
    )


def crm_rows(form: CrmFormat, rules: RuleBook, engine: Engine) -> tuple[str, tuple[str, ...]]:
    """Return the query of the file's rows, as c1, c2, ... and ``place``, and its header."""
    labels = [_property(form, schema) for schema in rules.schemas]
    columns = [exp.alias_(label, f"c{number}") for number, label in enumerate(labels, start=2)]
    query = (
        exp.select(
            exp.alias_(exp.column("id", table="i"), "c1"), *columns, exp.alias_(exp.column("_row", "i"), "place")
        )
        .from_(f"{_IDS} AS i")
        .join(f"{TAGS} AS t", on="t._row = i._row")
        .where("i.place = 1")
    )
    headers = (form.id, *(form.header(schema.id) for schema in rules.schemas))
    return query.sql(dialect=engine.dialect), headers


def _property(form: CrmFormat, schema: Schema) -> exp.Expr:
    """Return a schema's labels as the system takes several values."""
    label = named(f"segment_{schema.id}", "t")
    if schema.assign is not Assignment.ALL_MATCHES:
        return label
    values = exp.func("REPLACE", label, literal("; "), literal(form.separator))
    if not form.around:
        return values
    several = exp.StrPosition(this=label.copy(), substr=literal("; ")) > exp.Literal.number(0)
    around = joined("", [literal(form.around), values, literal(form.around)])
    return exp.Case().when(several, around).else_(label.copy())

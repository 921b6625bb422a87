"""Rules as a view: decided by the database as the program decides a file's records."""

import contextlib
import itertools
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest
import sqlglot
from ruamel.yaml import YAML
from sqlglot import expressions as exp

from segaudit.audit.exporting import ExportChoices, export_rules
from segaudit.errors import InputError
from segaudit.model.exports import SQL_TARGETS, Fidelity, Target
from tests.compare_reference import case_of
from tests.export_support import comparable_schemas, create_table, random_typed_case, read_view, view_of
from tests.reference import generate
from tests.rules_support import AS_OF, run, write

ALL = """
    fields: {unsubscribed: {type: bool, blank_means: false}, last_engaged_on: {type: date, blank_means: never}}
    predicates: {big: {employees: {gte: 501}}}
    schemas:
      s:
        assign: first_match
        else: nobody
        segments:
          gone: {criteria: {unsubscribed: {is: true}}}
          named: {criteria: {all: [{industry: {in: [Software, Straße, "O'Brien"]}}, {predicate: big}]}}
          tools: {criteria: {technologies: {has_any: [SAP, Café]}}}
          recent: {criteria: {last_engaged_on: {within_last: 30d}}}
          mail: {criteria: {email: {domain_in: [example.com]}}}
          site: {criteria: {website: {domain_in: [acme.co.uk]}}}
          word: {criteria: {job_title: {contains_word: [sales]}}}
          tenth: {criteria: {bucket: {percent: 50, salt: spring}}}
      t:
        assign: all_matches
        segments:
          again: {criteria: {segment: s.gone}}
          other: {criteria: {none: [{segment: s.gone}, {employees: {between: [1, 50]}}]}}
"""
ROWS: list[dict[str, Any]] = [
    {"unsubscribed": True},
    {"industry": "STRASSE ", "employees": 501},
    {"industry": "straße", "employees": 501},
    {"industry": "o'brien", "employees": 500},
    {"industry": "n/a", "employees": 900},
    {"technologies": ["sap ", "x"]},
    {"technologies": []},
    {"last_engaged_on": AS_OF - timedelta(days=30)},
    {"last_engaged_on": AS_OF - timedelta(days=31), "employees": 20},
    {"email": "Ann@Mail.Example.com"},
    {"email": "ann@notexample.com"},
    {"website": "https://www.acme.co.uk/about?x=1"},
    {"job_title": "Head of Sales"},
    {"job_title": "Salesforce admin"},
    {},
]
FIELDS = {
    "unsubscribed": {"type": "bool"},
    "industry": {"type": "text"},
    "employees": {"type": "int"},
    "technologies": {"type": "multi"},
    "last_engaged_on": {"type": "date"},
    "email": {"type": "text"},
    "website": {"type": "text"},
    "job_title": {"type": "text"},
}
# Which ids fall into the first half of the buckets was worked out with hashlib.
LABELS = ["gone", "named", "named", None, None, "tools", None, "recent", None, "mail", None, "site", "word", None, None]


def labels_of(engine: duckdb.DuckDBPyConnection, column: str = "segment_s") -> list[Any]:
    """Return what the view labels each record with, in order."""
    return [row[0] for row in engine.execute(f"SELECT {column} FROM contacts_segments ORDER BY record_id").fetchall()]  # noqa: S608 - our own


def in_tenth(number: int) -> bool:
    """Tell whether a record's id falls into the first half of the buckets."""
    from hashlib import md5  # noqa: PLC0415 - for this one expected value

    digest = md5(f"spring\x1f{number:04}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big") % 10_000 < 5_000


def test_view_in_duckdb(tmp_path: Path) -> None:
    """Waterfall, blanks that mean something, lists, domains, words, buckets and references come out as in a file."""
    path = write(tmp_path / "rules.yaml", ALL)
    exported = export_rules(str(path), "duckdb", ExportChoices(as_of=AS_OF))
    engine = create_table(ROWS, FIELDS)
    engine.execute(exported.files[0].text)
    expected = [label or ("tenth" if in_tenth(number) else "nobody") for number, label in enumerate(LABELS)]
    assert labels_of(engine) == expected
    assert labels_of(engine, "segment_t")[:3] == ["again", "other", "other"]
    assert labels_of(engine, "holds_t__other")[3:9] == [True, True, None, None, None, False]


# Places are not carried over, and which addresses are whose is told by lists the reference has otherwise.
_LEFT_OUT = frozenset({"country", "region", "state", "email", "website"})
COMPARED = {name: kind for name, kind in generate.FIELDS.items() if name not in _LEFT_OUT}


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_random_views(tmp_path: Path, number: int) -> None:
    """Random rules over random typed records: the view says what the program says of a file, verdict by verdict."""
    with mock.patch.object(generate, "FIELDS", COMPARED):
        book, as_of, typed, expected = random_typed_case(case_of(7, number), tmp_path)
    exported = view_of(tmp_path / "view", "duckdb", as_of)
    engine = create_table(typed, {name: {"type": field.type.value} for name, field in book.fields.items()})
    engine.execute(exported.files[0].text)
    found = engine.execute("SELECT * FROM contacts_segments ORDER BY record_id")
    names = [column[0] for column in found.description or ()]
    decided = read_view(found.fetchall(), names, book)
    whole = comparable_schemas(exported)
    assert whole
    for row, said in zip(decided, expected, strict=True):
        assert {name: row[name] for name in whole} == {name: said[name] for name in whole}


@pytest.mark.parametrize("clause", ["within_last: 30d", "before_last: 6m", "on: as_of", "this: week", "last: quarter"])
def test_days_that_move(tmp_path: Path, clause: str) -> None:
    """With --as-of current a view counts from the day it is read on, and says what one of that day says."""
    text = f"schemas: {{s: {{assign: all_matches, segments: {{g: {{criteria: {{seen_on: {{{clause}}}}}}}}}}}}}\n"
    path = write(tmp_path / "rules.yaml", "fields: {seen_on: {type: date}}\n" + text)
    start = date.today()  # noqa: DTZ011 - the engine's own day is what is asked about
    rows = [{"seen_on": start + timedelta(days=days)} for days in range(-400, 40)]
    engine = create_table(rows, {"seen_on": {"type": "date"}})
    said = []
    for choices in (ExportChoices(moving=True), ExportChoices(as_of=start)):
        engine.execute(export_rules(str(path), "duckdb", choices).files[0].text)
        said.append(labels_of(engine, "holds_s__g"))
    assert said[0] == said[1]
    assert True in said[0]
    assert False in said[0]


@pytest.mark.parametrize("target", SQL_TARGETS)
def test_views_are_sql_of_their_dialect(tmp_path: Path, target: Target) -> None:
    """Each dialect's view is read back and written again without a change."""
    path = write(tmp_path / "rules.yaml", ALL)
    for moving in (False, True):
        text = export_rules(str(path), target.value, ExportChoices(as_of=AS_OF, moving=moving)).files[0].text
        tree = sqlglot.parse_one(text, dialect=target.value)
        assert isinstance(tree, exp.Create)
        again = tree.sql(dialect=target.value)
        assert sqlglot.parse_one(again, dialect=target.value).sql(dialect=target.value) == again


def test_spark_agrees_with_duckdb(tmp_path: Path) -> None:
    """Spark's view over the same rows says what DuckDB's says."""
    pyspark = pytest.importorskip("pyspark.sql", reason="PySpark is not installed")
    path = write(tmp_path / "rules.yaml", ALL)
    engine = create_table(ROWS, FIELDS)
    engine.execute(export_rules(str(path), "duckdb", ExportChoices(as_of=AS_OF)).files[0].text)
    session = pyspark.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    with contextlib.closing(_Stopped(session)):
        kinds = {"bool": "boolean", "int": "double", "multi": "array<string>", "date": "date"}
        schema = ", ".join(f"{name} {kinds.get(field['type'], 'string')}" for name, field in FIELDS.items())
        rows = [(f"{number:04}", *(_as_spark(row.get(name)) for name in FIELDS)) for number, row in enumerate(ROWS)]
        session.createDataFrame(rows, f"record_id string, {schema}").createOrReplaceTempView("contacts")
        text = export_rules(str(path), "spark", ExportChoices(as_of=AS_OF)).files[0].text
        query = text.partition("VIEW `contacts_segments` AS")[2].rstrip().removesuffix(";")
        found = session.sql(f"SELECT * FROM ({query}) ORDER BY record_id").collect()  # noqa: S608 - our own
    expected = engine.execute("SELECT * FROM contacts_segments ORDER BY record_id").fetchall()
    assert [tuple(row) for row in found] == expected


class _Stopped:
    """A session as something that can be closed."""

    def __init__(self, session: Any) -> None:  # noqa: ANN401 - of a package that may not be there
        self._session = session

    def close(self) -> None:
        """Stop the session."""
        self._session.stop()


def _as_spark(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_what_a_view_cannot_say(tmp_path: Path) -> None:
    """What is not carried over is UNKNOWN in the view, and is named with its place; what hangs on it is said to."""
    text = """
        schemas:
          s:
            assign: first_match
            segments:
              like: {criteria: {company: {similar_to: Acme}}}
              rest: {criteria: {employees: {gte: 1}}}
    """
    path = write(tmp_path / "rules.yaml", text)
    exported = export_rules(str(path), "snowflake", ExportChoices(as_of=AS_OF))
    first, second = exported.segments
    assert (first.fidelity, second.fidelity) == (Fidelity.NOT_CARRIED, Fidelity.NEARLY)
    assert str(first.notes[0].place).endswith("rules.yaml:5:35")
    assert second.notes[0].about == "s.like"
    assert "CAST(NULL AS BOOLEAN)" in exported.files[0].text
    assert "-- s.like: not carried over" in exported.files[0].text


HOSTILE = "x'; DROP TABLE contacts; -- */ /*"


def test_names_and_words_that_are_sql(tmp_path: Path) -> None:
    """Words of the rules and names of columns are text and names in the view, whatever they hold."""
    segments = {"g": {"criteria": {"weird": {"eq": HOSTILE}}}}
    schema = {"assign": "exactly_one", "else": f"{HOSTILE}\n\\", "segments": segments}
    path = tmp_path / "rules.yaml"
    YAML(typ="safe", pure=True).dump({"fields": {"weird": {"type": "text"}}, "schemas": {"s": schema}}, path)
    columns = write(tmp_path / "map.csv", 'field,column,type\nweird,"a"" b; --",text\n')
    choices = ExportChoices(as_of=AS_OF, columns=str(columns))
    for target in SQL_TARGETS:
        statements = sqlglot.parse(export_rules(str(path), target.value, choices).files[0].text, dialect=target.value)
        assert [type(item) for item in statements if item] == [exp.Create]
    with duckdb.connect() as engine:
        engine.execute("""CREATE TABLE contacts (record_id INT, "a"" b; --" VARCHAR)""")
        engine.execute("INSERT INTO contacts VALUES (1, 'X''; drop table contacts; -- */ /*'), (2, 'y')")
        engine.execute(export_rules(str(path), "duckdb", choices).files[0].text)
        assert labels_of(engine) == ["g", f"{HOSTILE}\n\\"]


def test_map_of_columns(tmp_path: Path) -> None:
    """Fields are read from the columns the map names; a line that is wrong is told with its number."""
    rules = write(
        tmp_path / "rules.yaml", "schemas: {s: {assign: all_matches, segments: {g: {criteria: {employees: {gte: 5}}}}}}"
    )
    columns = write(tmp_path / "map.csv", "field,column,type\nemployees,HEADS,integer\nrecord_id,CONTACT_ID,\n")
    choices = ExportChoices(table="crm.people", columns=str(columns), as_of=AS_OF)
    text = export_rules(str(rules), "postgres", choices).files[0].text
    assert '"HEADS" AS "employees"' in text
    assert '"CONTACT_ID" AS "key__"' in text
    assert 'CREATE OR REPLACE VIEW "crm"."people_segments"' in text
    for line, problem in (("employes,x,", "unknown field"), ("employees,x,boolean", "of type int")):
        write(columns, f"field,column,type\n{line}\n")
        with pytest.raises(InputError, match=problem) as caught:
            export_rules(str(rules), "postgres", choices)
        assert "2" in caught.value.where


def test_long_names(tmp_path: Path) -> None:
    """Names beyond what a database keeps are cut so that they stay apart."""
    long = "a" * 60
    segments = ", ".join(f"{long}{end}: {{criteria: {{employees: {{gte: {end}}}}}}}" for end in (1, 2))
    path = write(tmp_path / "rules.yaml", f"schemas: {{s: {{assign: all_matches, segments: {{{segments}}}}}}}")
    tree = sqlglot.parse_one(
        export_rules(str(path), "postgres", ExportChoices(as_of=AS_OF)).files[0].text, dialect="postgres"
    )
    names = {item.name for item in tree.find_all(exp.Identifier)}
    assert max(len(name) for name in names) <= 63
    assert len([name for name in names if name.startswith("holds_")]) == 2


def test_export_on_the_command_line(tmp_path: Path) -> None:
    """The view is printed, or written to a file and the fidelity printed; a day that is none is refused."""
    path = write(tmp_path / "rules.yaml", ALL)
    printed = run("rules", "export", path, "--to", "duckdb", "--as-of", "2026-03-31")
    assert printed.code == 0
    assert printed.out.startswith("-- Segments as a view for duckdb")
    assert "10 segments for duckdb" in printed.err
    written = run("rules", "export", path, "--to", "duckdb", "-o", tmp_path / "out.sql", "--format", "csv")
    lines = written.out.splitlines()
    assert lines[0] == "Schema,Segment,Fidelity,About,How it differs"
    assert {line.split(",")[1] for line in itertools.islice(lines, 1, None)} >= {"gone", "named", "tenth"}
    wrong = run("rules", "export", path, "--to", "duckdb", "--as-of", "soon")
    assert (wrong.code, "is no day" in wrong.err, "Traceback" in wrong.err) == (2, True, False)

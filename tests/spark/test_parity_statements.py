"""What a statement gives on Spark, with every table on the cluster: the rows and types of the embedded engine."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from segaudit.engine.spark.trees import is_aggregate
from segaudit.errors import EngineError
from tests.spark.parity import WIDE_TYPES, Session, Twins, awkward_tables, twins

STATEMENTS = r"""
-- rows
SELECT * FROM t;
SELECT * FROM w;
SELECT * FROM y WHERE n > 4;
SELECT * FROM e;
SELECT * FROM "odd names";
SELECT "a b", "Ünïcode", "SELECT", "dot.ted", camelcase, "back`tick" AS "x`y", "comma,semi;(x)=" FROM "odd names"
    WHERE "a b" > 1;
SELECT upper(s) AS s, upper(s), n + 1, x * 2, NOT b, day + 1, date_trunc('month', seen) FROM t;
SELECT n AS a, a + 1 AS b2, b2 * 2 AS c FROM t;
SELECT q.a FROM (SELECT p.a || 'x' AS a FROM (SELECT s AS a FROM t WHERE n > 0) p WHERE a <> '') q WHERE length(a) >
    2;
SELECT ln, st, tm FROM w WHERE st.n > 1;
SELECT * EXCLUDE (l, seen) FROM t;
SELECT * REPLACE (upper(s) AS s) FROM t;
FROM t SELECT s;
SELECT _row FROM t WHERE regexp_matches(s, '^[a-zé]+$') OR s SIMILAR TO 'A.*';
SELECT levenshtein(s, 'Ann'), strlen(s), length(s), lower(s), trim(s), strip_accents(s), s ILIKE 'AN%', s[1], s[-1:]
    FROM t;
SELECT CAST(day AS VARCHAR), strftime(day, '%Y-%m'), year(day), datediff('day', day, DATE '2024-01-01'), TRY_CAST(s
    AS INTEGER) FROM t;
SELECT seen, CAST(seen AS DATE), CAST(seen AS VARCHAR), epoch(seen) FROM t;
SELECT s, n FROM t WHERE n BETWEEN 1 AND 5 OR s LIKE '%a%' ESCAPE '!';
SELECT struct_pack(a := n, b := [s]) AS p FROM t;
SELECT CAST(n AS UTINYINT) AS q FROM t WHERE n BETWEEN 0 AND 9;
SELECT 1 AS a, 'x' AS b, NULL AS c, DATE '2020-01-01' AS d FROM t;
SELECT greatest(n, k), least(n, k), n // 2, n % 3, n / 2, round(x, 1), floor(x) FROM t;
-- groups
SELECT "dot.ted", count(*) AS "n o.", max("back`tick") FROM "odd names" GROUP BY ALL;
SELECT count(*) FROM t;
SELECT count(*) FROM e;
SELECT count(*), sum(v), min(s), max(v), avg(v), bool_or(v > 1), any_value(s), count(DISTINCT s), list(s),
    string_agg(s, ',') FROM e;
SELECT count(*), sum(n), count(DISTINCT s), list(n ORDER BY _row) FROM t WHERE n > 100000000000000000;
SELECT count(DISTINCT s) FROM t WHERE false;
SELECT sum(n) FROM t WHERE false;
SELECT g, sum(n) FROM t WHERE false GROUP BY g;
SELECT g, count(*), count(n), count(DISTINCT s), sum(n), avg(n), min(s), max(s), min(x), max(x), bool_or(b),
    bool_and(b) FROM t GROUP BY g;
SELECT g, count(*) FILTER (n > 1), sum(n) FILTER (WHERE b), min(day) FILTER (s = 'Ann'), count(DISTINCT s) FILTER (n
    > 1), avg(x) FILTER (n > 5) FROM t GROUP BY g;
SELECT g, quantile_cont(x, 0.5), quantile_cont(x, [0.1, 0.9]), median(n), stddev(x), var_pop(x), mode(k) FROM t
    GROUP BY g;
SELECT g, list(s ORDER BY _row), list(n ORDER BY n DESC NULLS LAST), string_agg(s, '|' ORDER BY _row), arg_max(s,
    _row), arg_min(s, n), arg_min(s, _row, 2), min(_row, 2), max(n, 3), first(s ORDER BY _row DESC) FROM t GROUP BY
    g;
SELECT g, list(DISTINCT k) FROM t WHERE k = 1 GROUP BY g;
SELECT g, count_if(b), sum(x), sum(CAST(x AS DECIMAL(18,2))), avg(k) FROM t GROUP BY g;
SELECT sum(h), min(h), max(ub), sum(ub), avg(h), sum(ut), sum(de), avg(de), max(f), min(si) FROM w;
SELECT ub, count(*) FROM w GROUP BY ub;
SELECT h, count(*), sum(ub) FROM w GROUP BY h;
SELECT st, count(*) FROM w GROUP BY st;
SELECT l, count(*) FROM w GROUP BY l;
SELECT tm, count(*) FROM w GROUP BY tm;
SELECT max(tm), min(st), max(ln) FROM w;
SELECT g, k, count(*) FROM t GROUP BY 1, 2;
SELECT upper(g) AS u, count(*) FROM t GROUP BY u;
SELECT upper(g) AS u, count(*) FROM t GROUP BY 1 ORDER BY 2 DESC, 1;
SELECT g, count(*) AS c FROM t GROUP BY g HAVING c > 1;
SELECT g, count(*) AS c FROM t GROUP BY g HAVING count(*) > 1 AND max(n) > 8;
SELECT g FROM t GROUP BY g HAVING bool_or(b);
SELECT 1 FROM t HAVING count(*) > 3;
SELECT 1 AS p FROM t HAVING count(*) > 300;
SELECT sum(c) FROM (SELECT g, count(*) AS c FROM t GROUP BY g);
SELECT count(*) FROM (SELECT DISTINCT g, k FROM t);
SELECT g, sum(n) / count(*) AS r, coalesce(sum(x), 0) + 1 AS z, CASE WHEN max(n) > 9 THEN 'big' ELSE g END FROM t
    GROUP BY g;
SELECT count(*) * 2 + sum(k) FROM t WHERE s IS NOT NULL;
SELECT g, x, count(*) FROM t GROUP BY ALL;
SELECT -x AS m, count(*) FROM t GROUP BY m;
SELECT unnest(l) AS w, count(*) FROM t GROUP BY w;
SELECT w, count(*) FROM (SELECT unnest(l) AS w FROM t) GROUP BY w;
SELECT unnest(list(_row ORDER BY _row)) AS r FROM t GROUP BY g HAVING count(*) > 1;
SELECT g, mean(n), product(k), kurtosis_pop(n) FROM t GROUP BY g;
SELECT histogram(k) FROM t WHERE false;
SELECT day, count(*) FROM t GROUP BY day;
SELECT seen, count(*) FROM t GROUP BY seen;
SELECT max(day), min(day), max(seen), min(seen) FROM t;
SELECT {'x': n, 'y': {'z': s}} AS p, count(*) FROM t GROUP BY p;
SELECT b, count(*) FROM t GROUP BY b;
SELECT coalesce(g, s) AS c, count(DISTINCT n), count(DISTINCT k) FROM t GROUP BY c;
SELECT g, count(*) FROM t GROUP BY g, k;
SELECT 'x' AS c, count(*) FROM t GROUP BY 1;
SELECT g || 'x' AS gx, g, count(*) FROM t GROUP BY g;
SELECT sum(1) FROM t;
SELECT count(1), count(NULL), max('q') FROM t;
SELECT sum(x > 1) FROM t;
SELECT avg(CASE WHEN b THEN 1 ELSE 0 END) FROM t;
SELECT min(l), max(l) FROM t;
SELECT histogram(g) FROM t;
-- windows
SELECT "CamelCase", row_number() OVER (PARTITION BY "CamelCase" ORDER BY "a b") FROM "odd names";
SELECT n, row_number() OVER (PARTITION BY g ORDER BY _row) FROM t;
SELECT n, row_number() OVER (ORDER BY _row) AS r FROM t;
SELECT n, count(*) OVER (), sum(n) OVER (PARTITION BY g), lag(s) OVER (ORDER BY _row), rank() OVER (PARTITION BY g
    ORDER BY k) FROM t;
SELECT g, count(*) AS c, row_number() OVER (ORDER BY count(*) DESC, g) FROM t GROUP BY g;
SELECT g, sum(count(*)) OVER () FROM t GROUP BY g;
SELECT n FROM t QUALIFY row_number() OVER (PARTITION BY g ORDER BY _row) = 1;
SELECT n, g FROM t WHERE n > 0 QUALIFY count(*) OVER (PARTITION BY g) > 1;
SELECT n, max(n) OVER (PARTITION BY g) AS m, min(_row) OVER (PARTITION BY s) AS o FROM t QUALIFY m = n;
SELECT n, sum(n) OVER (PARTITION BY g ORDER BY _row ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t;
SELECT n, bool_or(b) OVER (PARTITION BY upper(g)), first_value(s) OVER (PARTITION BY g ORDER BY _row) FROM t;
SELECT *, row_number() OVER (PARTITION BY g ORDER BY _row) AS r FROM t;
SELECT row_number() OVER (PARTITION BY h ORDER BY _row), ub FROM w;
SELECT count(DISTINCT s) OVER (PARTITION BY g) FROM t;
SELECT row_number() OVER (ORDER BY v) FROM e;
-- joins
SELECT o."dot.ted", p."q""uote" FROM "odd names" o JOIN "odd names" p ON o."a b" = p."CamelCase";
WITH a AS (SELECT s, n FROM t WHERE n > 1), c AS (SELECT s, count(*) AS m FROM a GROUP BY s) SELECT a.n, c.m FROM a
    JOIN c USING (s);
WITH a AS (SELECT g, n FROM t) SELECT x1.g, count(*) FROM a x1 JOIN a x2 ON x1.n = x2.n GROUP BY 1;
SELECT t.n, u.v FROM t JOIN u ON t.k = u.k;
SELECT t.n, u.v FROM t LEFT JOIN u ON t.k = u.k;
SELECT t.n, u.v FROM t RIGHT JOIN u ON t.k = u.k;
SELECT t.n, u.v FROM t FULL JOIN u ON t.k = u.k;
SELECT t.n, u.v FROM t FULL JOIN u USING (k);
SELECT k, t.n, u.v FROM t FULL JOIN u USING (k);
SELECT * FROM y JOIN u USING (s);
SELECT t.*, u.v FROM t JOIN u ON t.s = u.s;
SELECT t.n FROM t SEMI JOIN u USING (k);
SELECT t.n FROM t ANTI JOIN u USING (k);
SELECT t.n FROM t SEMI JOIN u ON t.k = u.k AND t.s = u.s;
SELECT t.n FROM t ANTI JOIN u ON t.k = u.k;
SELECT t.n, u.v FROM t JOIN u ON t.s IS NOT DISTINCT FROM u.s;
SELECT t.n, u.v FROM t LEFT JOIN u ON t.s IS NOT DISTINCT FROM u.s AND t.k = u.k;
SELECT t.n, u.v FROM t JOIN u ON lower(t.s) = lower(u.s);
SELECT t.n, u.v FROM t JOIN u ON t.k = u.k AND u.v > t.n;
SELECT t.n, u.v FROM t JOIN u ON t.k < u.k;
SELECT t.n, u.v FROM t LEFT JOIN u ON t.k = u.k AND u.v > 15;
SELECT t.n, u.v FROM t LEFT JOIN u ON t.k = u.k AND t.n > 1;
SELECT t.n, u.v FROM t LEFT JOIN u ON t.k = u.k WHERE u.v IS NULL;
SELECT t.n, u.v FROM t LEFT JOIN u ON t.k = u.k WHERE u.v > 10 AND t.n > 1;
SELECT t.n, u.v FROM t CROSS JOIN u;
SELECT t.n, u.v FROM t, u WHERE t.k = u.k;
SELECT t.n, u.v FROM t, u;
SELECT a.n, b.n, u.v FROM t a JOIN t b ON a.n = b.k JOIN u ON u.k = b.k;
SELECT a.n, b.n, u.v FROM t a LEFT JOIN t b ON a.n = b.k LEFT JOIN u ON u.k = b.k;
SELECT t.n, e.v FROM t LEFT JOIN e ON t.k = e.k;
SELECT t.n, e.v FROM t JOIN e ON t.k = e.k;
SELECT t.n, e.v FROM t FULL JOIN e ON t.k = e.k;
SELECT t.n, e.v FROM e RIGHT JOIN t ON t.k = e.k;
SELECT t.n FROM t ANTI JOIN e ON t.k = e.k;
SELECT u.k, sum(t.n), count(*) FROM t JOIN u ON t.k = u.k GROUP BY u.k;
SELECT q.g, u.v FROM (SELECT g, count(*) AS c FROM t GROUP BY g) q JOIN u ON u.k = q.c;
SELECT w.ub, u.v FROM w JOIN u ON w.ub = u.k;
SELECT w.h, t.n FROM w JOIN t ON w.h = t.n;
SELECT w.ub, t.n FROM w JOIN t ON w.ub = t.x;
SELECT t.n, u.v FROM t JOIN u ON t.g = u.s;
SELECT a._row, b._row FROM t a JOIN t b ON a.l = b.l;
SELECT a._row, b._row FROM t a JOIN t b ON a.x = b.x;
SELECT a._row, b._row FROM w a JOIN w b ON a.st = b.st;
SELECT _row, w FROM t, unnest(l) AS q(w);
SELECT t.* EXCLUDE (s), u.s FROM t JOIN u USING (k);
SELECT t.n, u.v FROM t RIGHT JOIN u ON t.k = u.k AND t.n > 1 AND u.v < 30;
SELECT t.n, u.v FROM t FULL JOIN u ON t.k = u.k AND t.n > 1 AND u.v < 30;
SELECT t.n FROM t ANTI JOIN u ON t.k = u.k AND u.v > 15;
SELECT t.n FROM t SEMI JOIN u ON t.k = u.k AND t.n > 1;
SELECT t.n, u.v FROM t LEFT JOIN u ON u.v = 10;
-- distinct
SELECT DISTINCT g FROM t;
SELECT DISTINCT s, g FROM t WHERE n > 0;
SELECT DISTINCT l FROM t;
SELECT DISTINCT st FROM w;
SELECT DISTINCT x FROM t;
SELECT DISTINCT h, ub FROM w;
SELECT DISTINCT unnest(string_split(s, 'n')) AS p FROM t;
-- ctes
WITH a AS (SELECT 1 AS one) SELECT t.n, a.one FROM t, a;
WITH a AS MATERIALIZED (SELECT g FROM t) SELECT count(*) FROM a;
-- sets
SELECT s FROM t UNION ALL SELECT s FROM u;
SELECT s FROM t UNION SELECT s FROM u;
SELECT s, n FROM t UNION ALL SELECT s, k FROM u UNION ALL SELECT 'c', 3;
SELECT s, n FROM t UNION SELECT s, v FROM u UNION ALL SELECT s, v FROM u;
SELECT n FROM t UNION ALL SELECT x FROM t;
SELECT NULL AS a FROM t UNION ALL SELECT s FROM t;
SELECT s FROM t EXCEPT SELECT s FROM u;
SELECT s FROM t INTERSECT SELECT s FROM u;
SELECT s FROM t EXCEPT ALL SELECT s FROM u;
SELECT s FROM t INTERSECT ALL SELECT s FROM u;
SELECT ub FROM w UNION SELECT n FROM t;
SELECT ub FROM w EXCEPT SELECT v FROM u;
SELECT 'a' AS w, count(*) AS n FROM t UNION ALL SELECT 'b', count(*) FROM u UNION ALL SELECT 'c', count(*) FROM e;
SELECT g, count(*) FROM t GROUP BY g UNION ALL SELECT s, count(*) FROM t GROUP BY s UNION ALL SELECT s, count(*)
    FROM u GROUP BY s;
SELECT g, count(*) FILTER (n > 1) FROM t GROUP BY g UNION ALL SELECT s, count(*) FILTER (n > 2) FROM t GROUP BY s;
-- subqueries
SELECT t.n, q.m FROM t LEFT JOIN (SELECT k, max(v) AS m FROM u GROUP BY k) q USING (k);
SELECT n FROM t WHERE n = (SELECT max(n) FROM t);
SELECT n, (SELECT count(*) FROM u) FROM t;
SELECT n FROM t WHERE s IN (SELECT s FROM u);
SELECT n FROM t WHERE s NOT IN (SELECT s FROM u);
SELECT n FROM t WHERE s NOT IN (SELECT s FROM u WHERE s IS NOT NULL);
SELECT n FROM t WHERE EXISTS (SELECT 1 FROM u WHERE v > 70);
SELECT n FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE v > 700);
SELECT n FROM t WHERE EXISTS (FROM e);
SELECT (SELECT max(v) FROM e) AS m, n FROM t;
SELECT EXISTS (SELECT 1 FROM t WHERE n > 3);
SELECT (SELECT count(*) FROM t), (SELECT max(v) FROM u);
SELECT (SELECT count(*) FROM t) + 1 AS c;
SELECT g, count(*) FROM t WHERE k IN (SELECT k FROM u WHERE v < 40) GROUP BY g HAVING count(*) < (SELECT count(*)
    FROM u);
SELECT median(n), min(n), max(n), count(*) FROM (SELECT count(*) AS n FROM t GROUP BY g);
SELECT (SELECT list(s ORDER BY _row) FROM t) AS l;
SELECT a.s FROM t a WHERE a.n IN (SELECT b.n FROM t b WHERE b.g = 'a');
-- lists
SELECT unnest(l) AS w, _row FROM t;
SELECT _row, unnest([1, 2]) AS a, unnest(['x', 'y', 'z']) AS c FROM t;
SELECT t._row, p.w FROM t, (SELECT unnest(['a', 'b']) AS w) p WHERE p.w = t.g;
SELECT list_transform(l, lambda z: upper(z)) FROM t;
SELECT list_filter(l, lambda z: z = 'a') FROM t;
"""
ORDERED = r"""
SELECT n, s FROM t ORDER BY n DESC NULLS LAST, _row LIMIT 4;
SELECT s, _row FROM t ORDER BY s, _row;
SELECT s, _row FROM t ORDER BY s DESC NULLS FIRST, 2 DESC LIMIT 7;
SELECT _row FROM t ORDER BY x, _row;
SELECT _row FROM t ORDER BY lower(s), n LIMIT 5;
SELECT g, count(*) AS c FROM t GROUP BY g ORDER BY c DESC, g LIMIT 2;
SELECT g, count(*) FROM t GROUP BY g ORDER BY count(*) DESC, g NULLS FIRST;
SELECT g, count(*) FROM t GROUP BY g ORDER BY max(n);
SELECT DISTINCT g FROM t ORDER BY g;
SELECT DISTINCT g FROM t ORDER BY g DESC LIMIT 2;
SELECT s FROM t UNION SELECT s FROM u ORDER BY s;
SELECT s FROM t UNION SELECT s FROM u ORDER BY 1 DESC LIMIT 3;
SELECT * FROM (SELECT n FROM t ORDER BY n LIMIT 3) ORDER BY n DESC;
SELECT sum(n) FROM (SELECT n FROM t ORDER BY n LIMIT 3);
SELECT n FROM t ORDER BY n LIMIT 0;
SELECT ub, h FROM w ORDER BY h, ub, _row LIMIT 5;
SELECT ub FROM w ORDER BY ub DESC;
SELECT tm, _row FROM w ORDER BY tm, _row;
SELECT l, _row FROM t ORDER BY l, _row;
SELECT x AS n, _row FROM t ORDER BY n, _row;
SELECT a._row, b.v FROM t a JOIN u b USING (k) ORDER BY a._row, b.v DESC;
SELECT n, row_number() OVER (ORDER BY _row) AS r FROM t ORDER BY r DESC LIMIT 3;
SELECT s AS a, n AS "A b" FROM t ORDER BY "A b";
SELECT day, seen, _row FROM t ORDER BY day, seen, _row;
SELECT b, _row FROM t ORDER BY b, _row;
"""
WITH_PARAMETERS: list[tuple[str, dict[str, Any]]] = [
    ("SELECT _row FROM t WHERE list_contains($words, s)", {"words": ["Ann", "é"]}),
    (
        "SELECT _row, $a || s, $n + n, $none AS q, $day AS dd, list_contains($words, g) FROM t WHERE day >= $day",
        {"words": ["a", "🚀"], "a": "it's", "n": 7, "none": None, "day": dt.date(1900, 1, 1)},
    ),
    ("SELECT _row FROM t WHERE s IN (SELECT unnest($words))", {"words": ["Ann", "é", None]}),
    (
        "SELECT _row, w FROM t JOIN (SELECT unnest($words) AS w, unnest($ns) AS m) ON w = g",
        {"words": ["a", "b"], "ns": [1, 2]},
    ),
    ("SELECT g, count(*) FILTER (n > $n), $n AS p FROM t GROUP BY g HAVING count(*) > $m", {"n": 3, "m": 1}),
    ("SELECT n FROM t ORDER BY n LIMIT $most", {"most": 3}),
    ("SELECT n FROM t WHERE s = $s OR s = '$s'", {"s": "Ann"}),
    ("SELECT CAST($words AS VARCHAR[]) AS q, n FROM t", {"words": []}),
    ("SELECT s, string_split(s, $sep) AS p FROM t", {"sep": "n"}),
    ("SELECT string_agg(s, $sep ORDER BY _row) FROM t", {"sep": "n"}),
    ("SELECT lag(s, $k) OVER (ORDER BY _row) FROM t", {"k": 2}),
    ("SELECT quantile_cont(n, $q) FROM t", {"q": 0.25}),
    ("SELECT s FROM t WHERE n < $n UNION ALL SELECT s FROM u WHERE v < $v", {"n": 3, "v": 20}),
    ("SELECT n + $f AS q, $t AS r FROM t", {"f": 0.5, "t": True}),
    (
        "SELECT $ts AS q, $big AS r, $dec AS z, $by AS y FROM t",
        {
            "ts": dt.datetime(2020, 1, 1, 2, 3),  # noqa: DTZ001 - it has none
            "big": 1180591620717411303424,
            "dec": Decimal("1.50"),
            "by": b"x",
        },
    ),
    ("SELECT (SELECT max(v) FROM u WHERE v < $m) AS q FROM t", {"m": 35}),
    ("SELECT upper($t) AS q, count(*) FROM t GROUP BY q", {"t": "x"}),
    ("SELECT $t AS q, g, count(*) FROM t GROUP BY 1, 2", {"t": "x"}),
]
REFUSED = [
    "SELECT DISTINCT ON (g) g, n FROM t ORDER BY g, _row",
    "SELECT g, n, count(*) FROM t GROUP BY GROUPING SETS ((g), (n))",
    "SELECT g, count(*) FROM t GROUP BY ROLLUP (g)",
    "SELECT n FROM t ORDER BY n LIMIT 3 OFFSET 2",
    "SELECT l FROM t ORDER BY l LIMIT 2",
    "SELECT t.n, u.v FROM t LEFT JOIN u ON t.k = u.k AND u.v > t.n",
    "SELECT a.s, (SELECT max(v) FROM u WHERE u.k = a.k) AS m FROM t a",
    "SELECT a.s FROM t a WHERE EXISTS (SELECT 1 FROM u WHERE u.k = a.k)",
]


def written(text: str) -> list[str]:
    """Return the statements of a text: each ends with a semicolon and its line; ``--`` begins a heading."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [statement.strip() for statement in "\n".join(lines).split(";\n") if statement.strip()]


@pytest.fixture(scope="module")
def both(local_session: Session) -> Iterator[Twins]:
    """Both engines over the same awkward tables."""
    with twins(local_session) as opened:
        for name, table in awkward_tables().items():
            opened.load(name, table)
        opened.create("w", WIDE_TYPES)
        opened.create("y", "SELECT _row, s, g, n FROM t WHERE n > 1")
        yield opened


@pytest.mark.parametrize("statement", written(STATEMENTS))
def test_statement(statement: str, both: Twins) -> None:
    """A statement gives the same columns, types and rows."""
    both.agree(statement)


@pytest.mark.parametrize("statement", written(ORDERED))
def test_order(statement: str, both: Twins) -> None:
    """A statement that asks for an order gives the same rows in the same order."""
    both.agree(statement, ordered=True)


@pytest.mark.parametrize(("statement", "parameters"), WITH_PARAMETERS)
def test_parameters(statement: str, parameters: dict[str, Any], both: Twins) -> None:
    """Parameters mean the same: texts, lists, dates, huge numbers and nothing at all."""
    both.agree(statement, parameters)


@pytest.mark.parametrize("statement", REFUSED)
def test_what_cannot_be_planned_is_refused(statement: str, both: Twins) -> None:
    """What nobody asks of the engine is refused in words, never answered wrongly."""
    with pytest.raises(EngineError, match="cannot be planned"):
        both.cluster.fetch(statement)


def test_every_aggregate_is_known() -> None:
    """No aggregate of DuckDB is taken for a function that a chunk of rows could work out by itself."""
    import sqlglot  # noqa: PLC0415 - asked here only

    rows = duckdb.connect().execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'"
    )
    strange = []
    for (name,) in rows.fetchall():
        calls = [
            sqlglot.parse_one(f"SELECT {name}({cells})", read="duckdb", error_level=sqlglot.ErrorLevel.IGNORE)
            for cells in ("x", "x, y")
        ]
        found = [node for call in calls for node in call.walk() if is_aggregate(node)]
        if not found:
            strange.append(name)
    assert strange == []

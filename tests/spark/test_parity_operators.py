"""Every operator on every type and every kind of cell: Spark decides as the embedded engine does."""

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from segaudit.audit.ruling import word_lists
from segaudit.engine.spark.engine import SparkEngine
from segaudit.rulebook.location import RulesLocation
from tests import compare_reference, test_operators_matrix
from tests.reference import generate
from tests.reference.clauses import FREE_MAIL, ROLES
from tests.rules_support import AS_OF
from tests.spark.parity import Session

CELLS, CASES, OPERANDS = test_operators_matrix.CELLS, test_operators_matrix.CASES, test_operators_matrix.OPERANDS
TEXTS = {"text", "enum", "id", "email", "url", "phone", "multi"}
AS_THEY_STAND = {"case": "exact", "trim": False}
SEEDS = (1, 2)
MOST = 100  # segments that a schema may have


def on_both(
    monkeypatch: pytest.MonkeyPatch,
    session: Session,
    *asked: Any,  # noqa: ANN401 - what decide asks
) -> tuple[list[compare_reference.Verdicts], list[compare_reference.Verdicts]]:
    """Return what the embedded engine decides, and what Spark decides with every table on the cluster."""
    embedded = compare_reference.decide(*asked)
    monkeypatch.setattr(compare_reference, "DuckEngine", lambda **_: SparkEngine(session, small_rows=0))
    return embedded, compare_reference.decide(*asked)


def conditions(kind: str) -> list[dict[str, Any]]:
    """Return a clause for each operand of each operator of a type: folded and exact, negated, under each policy."""
    found: list[dict[str, Any]] = []
    for name in [name for name, other in CASES if other == kind]:
        operands = OPERANDS[name][kind]
        clauses = [{name: operand} for operand in operands]
        clauses += [{**clause, **AS_THEY_STAND} for clause in clauses if kind in TEXTS]
        clauses += [{name: operands[0], "missing": policy} for policy in ("exclude", "include")]
        found += [*({"f": clause} for clause in clauses), {"not": {"f": clauses[0]}}]
    return found


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_operators_of_a_type(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local_session: Session
) -> None:
    """Each operator says of each cell on Spark what it says in the embedded engine."""
    (tmp_path / test_operators_matrix.FILE).write_text("\n".join(test_operators_matrix.LISTED), encoding="utf-8")
    lists = {**word_lists(RulesLocation.at(None)), "is_free_mail": FREE_MAIL, "is_role_address": ROLES}
    cells = [*test_operators_matrix.MISSING, *CELLS[kind]]
    records = [{"f": cell, "g": cells[place * 7 % len(cells)]} for place, cell in enumerate(cells)]
    field = {"type": kind, **({"currency": "USD"} if kind == "money" else {})}
    segments = [(f"s{place}", {"criteria": condition}) for place, condition in enumerate(conditions(kind))]
    schemas = {
        f"x{first}": {"assign": "all_matches", "segments": dict(segments[first : first + MOST])}
        for first in range(0, len(segments), MOST)
    }
    rules = {"fields": {"f": field, "g": field}, "schemas": schemas}
    embedded, cluster = on_both(monkeypatch, local_session, rules, records, AS_OF, tmp_path, lists)
    assert len(cluster) == len(records)
    for record, mine, theirs in zip(records, cluster, embedded, strict=True):
        assert mine == theirs, record


@pytest.mark.parametrize("seed", SEEDS)
def test_random_rules(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local_session: Session) -> None:
    """Random rule books label random records on Spark as the embedded engine does."""
    as_of = AS_OF + timedelta(days=seed)
    rules, records = generate.random_case(Random(seed), as_of=as_of, rows=40)  # noqa: S311 - one that repeats
    lists = {**word_lists(RulesLocation.at(None)), "is_free_mail": FREE_MAIL, "is_role_address": ROLES}
    embedded, cluster = on_both(monkeypatch, local_session, rules, records, as_of, tmp_path, lists)
    assert cluster == embedded

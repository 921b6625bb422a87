"""``segaudit rules diff`` held against the reference evaluator: on random rules and their mutations."""

import json
from collections import Counter
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

from segaudit.audit.comparing import diff_rules
from segaudit.model.proofs import Witness
from segaudit.model.rules_diff import Comparison, Relation
from tests.reference import generate
from tests.reference.evaluator import Record, Rules, evaluate
from tests.rules_support import AS_OF
from tests.test_prove import as_record, within_the_model

_BLANKS = {"bool": (True, False), "int": (0, 10), "date": ("never",), "text": ("Software",), "enum": ("1",)}


def mutated(rng: Random, rules: Rules) -> Rules:
    """Return rules with a few things changed: what blanks mean, the order of segments, parts of groups left out."""
    changed = deepcopy(rules)
    for name in rng.sample(sorted(changed["fields"]), 5):
        field = changed["fields"][name]
        blanks = _BLANKS.get(field["type"])
        if "blank_means" in field:
            del field["blank_means"]
        elif blanks:
            field["blank_means"] = rng.choice(blanks)
    for schema in changed["schemas"].values():
        if rng.random() < 0.3:
            schema["segments"] = dict(reversed(schema["segments"].items()))
        for segment in schema["segments"].values():
            thin(rng, segment["criteria"])
    return changed


def thin(rng: Random, node: Any) -> None:  # noqa: ANN401 - plain YAML
    """Leave out members of groups, one in four."""
    for key, value in node.items() if isinstance(node, dict) else ():
        if key in {"all", "any", "none"} and isinstance(value, list) and len(value) > 1 and rng.random() < 0.25:
            value.pop(rng.randrange(len(value)))
        for item in value if isinstance(value, list) else [value]:
            thin(rng, item)


def contradicts(comparison: Comparison, a: bool, b: bool) -> bool:  # noqa: FBT001 - where a record is
    """Tell whether one record contradicts what is proved."""
    match comparison.relation:
        case Relation.SAME:
            return a is not b
        case Relation.NARROWER:
            return b and not a
        case Relation.WIDER:
            return a and not b
        case Relation.DISJOINT:
            return a and b
        case _:
            return False


def shown(comparison: Comparison) -> list[tuple[Witness, bool, bool]]:
    """Return the records shown, each with whether it is said to be in A's and in B's."""
    claims = ((comparison.only_a, True, False), (comparison.only_b, False, True), (comparison.both, True, True))
    return [(witness, a, b) for witness, a, b in claims if witness is not None]


def as_given(witness: Witness) -> Record:
    """Return a record shown as raw cells; what it does not name is blank."""
    return dict.fromkeys(generate.FIELDS) | as_record(witness)


def test_no_record_contradicts_the_proof(tmp_path: Path) -> None:
    """Every record shown is where it is said to be, and no random record contradicts a verdict, order included."""
    told: Counter[Relation] = Counter()
    for seed in range(9):
        rng = Random(seed)  # noqa: S311 - cases that repeat, not secrets
        ours = generate.random_rules(rng)
        theirs = mutated(rng, ours)
        files = []
        for name, rules in (("a", ours), ("b", theirs)):
            files.append(tmp_path / f"{name}.yaml")
            files[-1].write_text(json.dumps(rules, ensure_ascii=False), encoding="utf-8")  # which is YAML, in order
        result = diff_rules(*map(str, files), as_of=AS_OF)
        records = [within_the_model(record, ours) for record in generate.random_records(rng, ours, AS_OF, rows=40)]
        decided = [(evaluate(ours, record, AS_OF), evaluate(theirs, record, AS_OF)) for record in records]
        for schema in result.schemas:
            for item in schema.segments:
                told[item.criteria.relation] += 1
                for witness, a, b in shown(item.criteria):
                    one, other = (evaluate(rules, as_given(witness), AS_OF) for rules in (ours, theirs))
                    verdicts = one[schema.a].verdicts[item.a] is True, other[schema.b].verdicts[item.b] is True
                    assert verdicts == (a, b), (seed, schema.a, item.a, witness)
                for (one, other), record in zip(decided, records, strict=True):
                    a, b = one[schema.a].verdicts[item.a] is True, other[schema.b].verdicts[item.b] is True
                    assert not contradicts(item.criteria, a, b), (seed, schema.a, item.a, record)
                    if item.membership is not None:
                        a, b = item.a in one[schema.a].members, item.b in other[schema.b].members
                        assert not contradicts(item.membership, a, b), (seed, schema.a, item.a, record)
    assert {Relation.SAME, Relation.NARROWER, Relation.WIDER, Relation.OVERLAPPING} <= told.keys()

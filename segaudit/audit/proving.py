"""The verb that proves what rules do, without data."""

from datetime import date

from segaudit.audit.opening import today
from segaudit.audit.ruling import load_rules, word_lists
from segaudit.engine.duck import DuckEngine
from segaudit.model.proofs import RulesProved
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue, load_placeholders


def prove_rules(path: str | None = None, as_of: date | None = None) -> RulesProved:
    """Prove which segments of each schema overlap, lie in each other, are never reached, and what falls through.

    Every record shown as a witness has been decided by the same program that decides a file's records.

    Args:
        path: A rules file or folder; the shipped rules if None.
        as_of: Day that rules count from; today if None.

    Raises:
        RuleErrors: With every mistake in the rules.
    """
    # z3 takes its time to load, and this is the one command that needs it.
    from segaudit.segments.program import build_program  # noqa: PLC0415 - with the proof
    from segaudit.segments.proof.confirm import confirm_facts  # noqa: PLC0415 - with the proof
    from segaudit.segments.proof.judge import judge_facts  # noqa: PLC0415 - with the proof
    from segaudit.segments.proof.prove import prove_facts  # noqa: PLC0415 - loads z3
    from segaudit.segments.proof.record import Setting  # noqa: PLC0415 - loads z3

    rules = load_rules(path)
    location = RulesLocation.at(path)
    placeholders = load_placeholders(location)
    day = as_of or today()
    setting = Setting(as_of=day, catalogue=frozenset(load_catalogue(location)), placeholders=placeholders)
    facts = prove_facts(rules, setting)
    with DuckEngine() as engine:
        facts = confirm_facts(facts, build_program(rules, day, word_lists(location)), placeholders, engine)
    return RulesProved(rules=rules, as_of=day, facts=facts, findings=judge_facts(rules, facts, day))

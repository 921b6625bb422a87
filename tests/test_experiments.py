"""Tests inside segments: their size, who is in which arm, and what may be claimed of them."""

import csv
import json
from pathlib import Path

import pytest

from segaudit.audit.experiment_reading import read_test
from segaudit.audit.experiments import PlanChoices, plan_test
from segaudit.audit.opening import InputChoices
from segaudit.errors import InputError
from segaudit.model.experiments import TestReadout
from segaudit.model.performance import Standing
from tests.rules_support import run, write

_RULES = """\
version: 1
schemas:
  size:
    assign: first_match
    segments:
      small:
        criteria: {employees: {lte: 50}}
        measure: {primary: reply_rate, baseline: 0.04, detect_relative: 0.5}
      large: {criteria: {employees: {gt: 50}}}
  tenth:
    assign: first_match
    segments:
      held: {criteria: {bucket: {percent: 10, salt: spring}}}
"""


def _people(folder: Path, count: int = 4000) -> Path:
    """Write records of which every second is small."""
    write(folder / "rules.yaml", _RULES)
    rows = "".join(f"p{number},{10 if number % 2 else 900}\n" for number in range(count))
    return write(folder / "people.csv", f"Record ID,Number of Employees\n{rows}")


def _draw(folder: Path, **asked: object) -> dict[str, str]:
    """Plan a test of all records and return the arm of each id."""
    path = folder / "people.csv" if (folder / "people.csv").exists() else _people(folder)
    choices = {"baseline": 0.04, "relative": 0.5, "name": "spring", "output": str(folder / "arms.csv"), "force": True}
    plan_test(str(path), PlanChoices(**(choices | asked)), InputChoices(rules=str(folder / "rules.yaml")))  # type: ignore[arg-type]
    with (folder / "arms.csv").open(encoding="utf-8", newline="") as file:
        return {row["record_id"]: row["arm"] for row in csv.DictReader(file)}


def _outcomes(folder: Path, arms: dict[str, str], replies: dict[str, int]) -> Path:
    """Write outcomes in which so many of every hundred records of an arm replied."""
    seen: dict[str, int] = {}
    rows = []
    for record, arm in arms.items():
        seen[arm] = seen.get(arm, -1) + 1
        rows.append(f"{record},{int(seen[arm] % 100 < replies[arm])}\n")
    return write(folder / "outcomes.csv", "Record ID,Replied\n" + "".join(rows))


def _read(folder: Path, outcome: str = "Replied", *, lower_is_better: bool = False) -> TestReadout:
    return read_test(str(folder / "outcomes.csv"), str(folder / "arms.csv"), outcome, lower_is_better=lower_is_better)


def test_size_of_the_worked_case() -> None:
    """4 % and half as many again need 1,861 in each arm, and at 800 a week five weeks."""
    plan = plan_test(None, PlanChoices(baseline=0.04, relative=0.5, per_week=800))
    assert [arm.needed for arm in plan.arms] == [1861, 1861]
    assert (plan.needed, plan.weeks) == (3722, 5)


def test_several_arms_share_the_chance_of_a_false_alarm() -> None:
    """With three arms two comparisons are made, each at half of alpha, so each arm is larger."""
    plan = plan_test(None, PlanChoices(baseline=0.04, relative=0.5, arms=3))
    assert plan.alpha_each == 0.025
    assert [arm.needed for arm in plan.arms] == [2253, 2254, 2253]  # the middle one has the hundredth of a percent over


def test_holdout_is_the_reference_of_a_single_arm() -> None:
    """A tenth held out is what the other nine are compared with; it needs fewer than two equal arms would."""
    plan = plan_test(None, PlanChoices(baseline=0.04, relative=0.5, arms=1, holdout=10))
    held, treated = plan.arms
    # k (p(1-p) + q(1-q)/9) / .02^2 with k = 7.8489: 876.5
    assert (held.name, held.is_reference, held.needed) == ("holdout", True, 877)
    assert treated.needed == 7893


def test_arms_are_those_of_the_languages_bucket(tmp_path: Path) -> None:
    """The tenth held out is the very tenth that {bucket: {percent: 10, salt: spring}} holds for."""
    arms = _draw(tmp_path, holdout=10.0)
    out = tmp_path / "tagged.csv"
    ran = run("assign", tmp_path / "people.csv", "--rules", tmp_path / "rules.yaml", "-o", out, "-q")
    assert ran.code == 0, ran.err
    with out.open(encoding="utf-8", newline="") as file:
        held = {row["Record ID"] for row in csv.DictReader(file) if row["segment_tenth"] == "held"}
    assert held == {record for record, arm in arms.items() if arm == "holdout"}


def test_arms_are_stable_and_another_name_is_another_draw(tmp_path: Path) -> None:
    """The same name gives the same arms; another name moves about half of the records."""
    first, again, other = _draw(tmp_path), _draw(tmp_path), _draw(tmp_path, name="autumn")
    assert first == again
    moved = sum(first[record] != other[record] for record in first)
    assert 1800 < moved < 2200


def test_segment_brings_its_own_measure(tmp_path: Path) -> None:
    """Inside a segment only its members are drawn, and its measure says what is to be shown."""
    path = _people(tmp_path)
    asked = PlanChoices(segment="size.small", name="spring")
    plan = plan_test(str(path), asked, InputChoices(rules=str(tmp_path / "rules.yaml")))
    assert (plan.baseline, plan.relative, plan.available) == (0.04, 0.5, 2000)
    assert plan.smallest_relative is not None
    assert 0.6 < plan.smallest_relative < 0.8
    assert any("too few records" in note for note in plan.notes)


def test_plan_says_what_is_missing(tmp_path: Path) -> None:
    """Without a baseline, with one arm and nothing to compare, or with an unknown segment, the mend is told."""
    with pytest.raises(InputError, match="--baseline is missing"):
        plan_test(None, PlanChoices(relative=0.5))
    with pytest.raises(InputError, match="nothing to be compared with"):
        plan_test(None, PlanChoices(baseline=0.1, relative=0.5, arms=1))
    _people(tmp_path)
    ran = run("test", "plan", "--segment", "size.smal", "--rules", tmp_path / "rules.yaml")
    assert ran.code == 2
    assert "size.small" in ran.err


def test_assignment_never_replaces_a_file_unasked(tmp_path: Path) -> None:
    """An output that exists is refused without --force."""
    path = _people(tmp_path, 10)
    arms = write(tmp_path / "arms.csv", "mine\n")
    common = ("--baseline", "0.04", "--relative", "0.5", "--name", "x", "--rules", tmp_path / "rules.yaml")
    ran = run("test", "plan", *common, "--file", path, "-o", arms)
    assert ran.code == 2
    assert arms.read_text(encoding="utf-8") == "mine\n"


def test_random_arms_may_claim(tmp_path: Path) -> None:
    """Drawn by the hash, 9 % against 4 % of 2,000 each is an uplift; nothing is refused."""
    _outcomes(tmp_path, _draw(tmp_path), {"control": 4, "variant": 9})
    readout = _read(tmp_path)
    assert readout.random
    assert readout.refusals == ()
    (said,) = readout.comparisons
    assert (said.segment, said.against, said.standing) == ("variant", "control", Standing.BETTER)
    assert said.difference == pytest.approx(0.05, abs=0.005)


def test_lower_may_be_better(tmp_path: Path) -> None:
    """Of unsubscribes fewer are better."""
    _outcomes(tmp_path, _draw(tmp_path), {"control": 4, "variant": 9})
    (said,) = _read(tmp_path, lower_is_better=True).comparisons
    assert said.standing is Standing.WORSE


def test_no_difference_is_too_small_to_say(tmp_path: Path) -> None:
    """The same outcomes in both arms are no uplift."""
    _outcomes(tmp_path, _draw(tmp_path), {"control": 4, "variant": 4})
    (said,) = _read(tmp_path).comparisons
    assert said.standing is Standing.TOO_SMALL


def test_moved_records_refuse_the_claim(tmp_path: Path) -> None:
    """Ten records put into the other arm by hand: no verdict, and the reason counts them."""
    arms = _draw(tmp_path)
    _outcomes(tmp_path, arms, {"control": 4, "variant": 9})
    lines = (tmp_path / "arms.csv").read_text(encoding="utf-8").splitlines()
    about = {line.split(",")[1]: line.split(",", 1)[1] for line in lines[1:]}
    ids = [line.split(",")[0] for line in lines[1:]]
    swapped = [lines[0], *(f"{record},{about['variant']}" for record in ids[:30]), *lines[31:]]
    write(tmp_path / "arms.csv", "\n".join(swapped) + "\n")
    readout = _read(tmp_path)
    moved = sum(arm == "control" for record, arm in list(arms.items())[:30])
    assert not readout.random
    assert f"{moved} of 4,000 records are not in the arm" in readout.refusals[0]
    assert {item.standing for item in readout.comparisons} == {Standing.NOT_COMPARED}


def test_self_chosen_arms_refuse_the_claim(tmp_path: Path) -> None:
    """A file that says who is in which arm, and not how that came about, is read out without a claim."""
    write(tmp_path / "arms.csv", "record_id,arm\n" + "".join(f"p{n},{'old' if n % 2 else 'new'}\n" for n in range(400)))
    write(tmp_path / "outcomes.csv", "Record ID,Replied\n" + "".join(f"p{n},{1 - n % 2}\n" for n in range(400)))
    readout = _read(tmp_path)
    assert "does not say how the arms were drawn" in readout.refusals[0]
    assert {item.standing for item in readout.comparisons} == {Standing.NOT_COMPARED}
    ran = run(
        "test", "read", tmp_path / "outcomes.csv", "--assignment", tmp_path / "arms.csv", "--outcome", "Replied",
        "--fail-on", "error",
    )  # fmt: skip
    assert ran.code == 1
    assert "No uplift can be claimed" in ran.out


def test_uneven_arms_refuse_the_claim(tmp_path: Path) -> None:
    """If a third of one arm never came back, the arms are no longer alike."""
    arms = _draw(tmp_path)
    kept = {record: arm for place, (record, arm) in enumerate(arms.items()) if arm == "control" or place % 3}
    _outcomes(tmp_path, kept, {"control": 4, "variant": 9})
    readout = _read(tmp_path)
    assert readout.mismatch_p is not None
    assert readout.mismatch_p < 0.001
    assert "not as large as they were drawn" in readout.refusals[0]


def test_early_reading_is_warned_of(tmp_path: Path) -> None:
    """Half the planned records are in: reading now and stopping at a difference is warned of."""
    arms = _draw(tmp_path)
    _outcomes(tmp_path, dict(list(arms.items())[:2000]), {"control": 4, "variant": 9})
    assert any(warning.startswith("read early") for warning in _read(tmp_path).warnings)


def test_amounts_are_read_by_rank(tmp_path: Path) -> None:
    """An outcome of numbers is compared by Mann-Whitney."""
    arms = _draw(tmp_path)
    rows = "".join(
        f"{record},{100 + place % 50 + (20 if arm == 'variant' else 0)}\n"
        for place, (record, arm) in enumerate(arms.items())
    )
    write(tmp_path / "outcomes.csv", f"Record ID,Spent\n{rows}")
    (said,) = _read(tmp_path, "Spent").comparisons
    assert (said.test, said.standing) == ("Mann-Whitney", Standing.BETTER)
    assert said.difference == pytest.approx(20, abs=1)


def test_readout_as_json(tmp_path: Path) -> None:
    """Scripts get the arms, the comparison and whether it may be claimed."""
    _outcomes(tmp_path, _draw(tmp_path), {"control": 4, "variant": 9})
    given = ("--assignment", tmp_path / "arms.csv", "--outcome", "Replied", "--format", "json")
    ran = run("test", "read", tmp_path / "outcomes.csv", *given)
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert (told["command"], told["random"], told["correction"]) == ("test read", True, "Holm")
    assert [arm["name"] for arm in told["arms"]] == ["control", "variant"]


def test_outcome_that_is_no_outcome_is_refused(tmp_path: Path) -> None:
    """A column of words is neither yes or no nor an amount."""
    _draw(tmp_path)
    write(tmp_path / "outcomes.csv", "Record ID,Mood\np1,fine\np2,so so\np3,glum\n")
    with pytest.raises(InputError, match="neither yes or no nor an amount"):
        _read(tmp_path, "Mood")

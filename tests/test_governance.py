"""Too many, too uneven, too small to be measured, too many hours, too much alike."""

import json
from pathlib import Path
from typing import Any

import pytest

from segaudit.model.decisions import Evenness
from segaudit.segments.governance.alike import judge_outcomes
from tests.rules_support import run, write


def measure(folder: Path, segments: str, employees: list[int], head: str = "") -> dict[str, Any]:
    """Return what overlap says of segments by the number of employees."""
    rules = f"""
    governance: {{segments: {{start: [1, 9], smallest_members: 1, smallest_share: 0.0001, largest_share: 0.9}}{head}}}
    schemas: {{s: {{assign: exactly_one, segments: {{{segments}}}}}}}
    """
    body = "".join(f"{number},{value}\n" for number, value in enumerate(employees, start=1))
    data = write(folder / "data.csv", f"Record ID,employees\n{body}")
    ran = run("overlap", data, "--rules", write(folder / "rules.yaml", rules), "--format", "json")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def segment(number: int, more: str = "") -> str:
    """Return a segment of the records with so many employees."""
    return f"g{number}: {{criteria: {{employees: {{eq: {number}}}}}{more}}}"


def rules_found(found: dict[str, Any]) -> list[str]:
    """Return the rules of the findings."""
    return [item["rule"] for item in found["findings"]]


def message(found: dict[str, Any], rule: str) -> str:
    """Return the message of the one finding of a rule."""
    [text] = [item["message"] for item in found["findings"] if item["rule"] == rule]
    return str(text)


def test_evenness() -> None:
    """Four alike are four; one with all is one; 6, 2, 2 of 10 have the index .44 and are as uneven as 2.27 alike."""
    assert Evenness.of([5, 5, 5, 5]) == Evenness(herfindahl=0.25, effective=4.0, largest=0.25)
    assert Evenness.of([7, 0]) == Evenness(herfindahl=1.0, effective=1.0, largest=1.0)
    uneven = Evenness.of([6, 2, 2])
    assert (uneven.herfindahl, uneven.effective, uneven.largest) == pytest.approx((0.44, 1 / 0.44, 0.6))
    assert Evenness.of([]) == Evenness(herfindahl=0.0, effective=0.0, largest=0.0)


def test_concentrated(tmp_path: Path) -> None:
    """Four segments of which one has 85 % work like fewer than two, and that is told; even ones are fine."""
    segments = ", ".join(segment(number) for number in (1, 2, 3, 4))
    uneven = measure(tmp_path, segments, [1] * 85 + [2] * 5 + [3] * 5 + [4] * 5)
    assert "divide them as 1.4 of one size would (Herfindahl index 0.73" in message(uneven, "segments.concentrated")
    assert rules_found(measure(tmp_path, segments, [1, 2, 3, 4] * 5)) == []


MEASURED = ", measure: {primary: reply_rate, baseline: 0.04, detect_relative: 0.5}"


@pytest.mark.parametrize(("members", "enough"), [(3722, True), (3721, False)])
def test_power_at_the_published_size(tmp_path: Path, members: int, enough: bool) -> None:  # noqa: FBT001 - a case
    """A reply rate of 4 % half as high again needs 1,861 in each arm, as published: 3,722 members, not one fewer."""
    found = measure(tmp_path, segment(1, MEASURED), [1] * members)
    [power] = found["powers"]
    assert (power["arm_needed"], power["enough"]) == (1861, enough)
    assert ("segments.unmeasurable" in rules_found(found)) is not enough


def test_usual_baselines(tmp_path: Path) -> None:
    """What a segment does not say of its metric comes from the rules, and that is told; others are not judged."""
    measured = ", measure: {primary: Open rate}"
    found = measure(tmp_path, f"{segment(1, measured)}, {segment(2, ', measure: {primary: applause}')}", [1, 2] * 20)
    [power] = found["powers"]
    assert (power["metric"], power["baseline"], power["detect_relative"]) == ("open_rate", 0.25, 0.14)
    assert (power["assumed"], power["arm_needed"]) == (["baseline", "detect_relative"], 2507)
    assert "g1 (open_rate: 10 in each arm, 2,507 needed)" in message(found, "segments.unmeasurable")


def test_suppressing_segments_are_not_measured(tmp_path: Path) -> None:
    """Nobody in a segment that suppresses is written to, so nothing is asked of its size."""
    found = measure(tmp_path, segment(1, MEASURED + ", suppress: true"), [1] * 10)
    assert found["powers"] == []


def test_hours(tmp_path: Path) -> None:
    """Hours are those treatments say, 40 for others, none for segments without members; more than there are is told."""
    segments = ", ".join(
        [
            segment(1, ", treatment: {next_action: call, hours_per_quarter: 30}"),
            segment(2),
            segment(3),
            segment(4, ", suppress: true"),
        ]
    )
    found = measure(tmp_path, segments, [1, 2, 4] * 5, head=", capacity_hours_per_quarter: 69")
    assert found["hours"] == {"needed": 70, "stated": 1, "assumed": 1, "usual": 40, "capacity": 69}
    assert "need about 70 hours a quarter" in message(found, "segments.hours")
    enough = measure(tmp_path, segments, [1, 2, 4] * 5, head=", capacity_hours_per_quarter: 70")
    assert "segments.hours" not in rules_found(enough)


def test_alike(tmp_path: Path) -> None:
    """Segments that drive one decision, or get one treatment, are named as `rules check` names them."""
    same = ", decision: call them, treatment: {next_action: call}"
    found = measure(tmp_path, f"{segment(1, same)}, {segment(2, same)}", [1, 2] * 5)
    assert message(found, "segments.same-decision") == '"s.g1" and "s.g2" drive the same decision'
    assert message(found, "segments.same-treatment") == '"s.g1" and "s.g2" get the same treatment'


def test_outcomes_are_not_computable_here(tmp_path: Path) -> None:
    """Overlap reads no outcomes and says so; who knows which segments never differ can have it judged."""
    found = measure(tmp_path, segment(1), [1])
    assert [item["what"] for item in found["not_computable"]] == ["segments that never differ in outcome"]
    [finding] = judge_outcomes({"s": [("a", "b")]})
    assert (finding.rule, finding.message) == ("segments.same-outcome", "a and b do not differ in any outcome")

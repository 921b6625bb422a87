"""``segaudit drift``: what has changed between two lists, or since a recorded run, and what has not."""

import csv
import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segaudit.segments.drift_statistics import (
    index_by_chance,
    is_new_value,
    judge_stability,
    share_change,
    stability_index,
)
from tests.rules_support import Ran, run, write

RULES = """
    fields: {staff: {type: int}, category: {type: enum, min_coverage: 0.8}, phone: {type: text}, seen_on: {type: date}}
    schemas:
      size:
        assign: first_match
        else: size_unknown
        transitions: {large: []}
        segments:
          small: {criteria: {staff: {lte: 50}}}
          large: {criteria: {staff: {gt: 50}}}
      activity:
        assign: first_match
        refresh: weekly
        segments:
          active: {criteria: {seen_on: {within_last: 30d}}}
"""
HEADERS = ["Record ID", "staff", "category", "phone", "seen_on"]
SECTORS = ["Software", "Retail", "Banking", "Health", "Energy"]
Rows = list[list[str]]


def records(seed: int = 1, count: int = 1000) -> Rows:
    """Return records at random: staff spread as logarithms are, categorys, phones, days of 2026."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    return [
        [
            f"id{number}",
            str(1 + int(draw.lognormvariate(4, 1.2))),
            draw.choices(SECTORS, [30, 25, 20, 17, 8])[0],
            f"+49 30 {draw.randrange(10**5, 10**6)}",
            f"2026-0{draw.randint(1, 5)}-{draw.randint(10, 28)}",
        ]
        for number in range(count)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with rules and a list."""
    write(tmp_path / "rules.yaml", RULES)
    save(tmp_path / "old.csv", records())
    return tmp_path


def save(path: Path, rows: Rows, headers: list[str] = HEADERS) -> Path:
    """Write a list."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def compare(folder: Path, *given: object) -> dict[str, Any]:
    """Return what drift finds."""
    days = () if "--as-of" in given else ("--as-of", "2026-06-01")
    ran = run("drift", *given, "--rules", folder / "rules.yaml", "--format", "json", *days)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def found(folder: Path, rows: Rows, headers: list[str] = HEADERS, *options: object) -> list[tuple[str, str]]:
    """Return the rules and places of what drift finds in a list after the old one."""
    new = save(folder / "new.csv", rows, headers)
    told = compare(folder, folder / "old.csv", new, *options)["findings"]
    return [(item["rule"], item["where"]) for item in told]


def record(folder: Path, file: Path, day: str, *options: object) -> Ran:
    """Record a run."""
    history = f"--record={folder / 'h.duckdb'}"
    return run("overlap", file, "--rules", folder / "rules.yaml", "--as-of", day, history, "-q", *options)


def test_same_list_has_not_changed(folder: Path) -> None:
    """The same list, whatever the order of its rows and columns, has no finding, no move and an index of 0."""
    assert found(folder, records(), HEADERS, "--old-as-of", "2026-06-01") == []
    shuffled = [row[::-1] for row in sorted(records(), key=lambda row: row[3])]
    assert found(folder, shuffled, HEADERS[::-1], "--old-as-of", "2026-06-01") == []
    told = compare(folder, folder / "old.csv", folder / "new.csv", "--old-as-of", "2026-06-01")
    assert [item["stability"]["index"] for item in told["fields"] if item["stability"]] == [0, 0, 0]
    assert [schema["moves"] for schema in told["schemas"]] == [[], []]
    assert told["matched"] == {"key": "Record ID", "both": 1000, "new": 0, "gone": 0, "unclear": 0}


def test_chance_is_no_drift(folder: Path) -> None:
    """Other records of the same kind have no finding but that the old ones are gone; small lists neither."""
    others = [[f"x{row[0]}", *row[1:]] for row in records(seed=2)]
    assert found(folder, others) == [("drift.records-gone", "records")]
    save(folder / "old.csv", records(count=120))
    assert found(folder, [[f"x{row[0]}", *row[1:]] for row in records(seed=3, count=120)]) == [
        ("drift.records-gone", "records")
    ]


def test_planted_drifts_are_found_and_nothing_else(folder: Path) -> None:
    """A shift, a vanished value, a new value and a loss of coverage are each found where they are, and nowhere else."""
    shifted = [[row[0], str(int(row[1]) * 2), *row[2:]] for row in records()]
    assert found(folder, shifted) == [("drift.shift", "staff"), ("drift.mix", "size")]
    renamed = [[*row[:2], row[2].replace("Energy", "Utilities"), *row[3:]] for row in records()]
    assert found(folder, renamed) == [("drift.vanished-value", "category"), ("drift.new-value", "category")]
    bare = [[*row[:3], "" if number % 4 == 0 else row[3], row[4]] for number, row in enumerate(records())]
    assert found(folder, bare) == [("drift.coverage", "phone")]
    both = [[row[0], str(int(row[1]) * 2), row[2].replace("Energy", "Utilities"), *row[3:]] for row in records()]
    assert set(found(folder, both)) == {
        ("drift.shift", "staff"), ("drift.mix", "size"), ("drift.vanished-value", "category"),
        ("drift.new-value", "category"),
    }  # fmt: skip


def test_columns_that_go_or_change(folder: Path) -> None:
    """A column that is gone is an error where rules read it; one that is read as something else is said."""
    without = [[row[0], *row[2:]] for row in records()]
    told = found(folder, without, ["Record ID", "category", "phone", "seen_on"])
    assert ("drift.column-gone", "staff") in told
    save(folder / "old.csv", [[*row, row[1]] for row in records()], [*HEADERS, "Reference"])
    texts = [[*row, f"no {row[1]}"] for row in records()]
    assert found(folder, texts, [*HEADERS, "Reference"]) == [("drift.type", "reference")]


def test_ages_are_compared_where_both_days_are_known(folder: Path) -> None:
    """A list that is exported again without having been kept up has aged; without --old-as-of that cannot be told."""
    assert found(folder, records()) == []
    aged = found(folder, records(), HEADERS, "--old-as-of", "2026-05-30")
    assert aged == []  # two days are no shift
    aged = found(folder, records(), HEADERS, "--old-as-of", "2026-04-15")
    assert ("drift.shift", "seen_on") in aged
    assert ("drift.overdue", "activity") in aged
    later = [[*row[:4], row[4].replace("-05-", "-06-")] for row in records()]
    save(folder / "new.csv", later)
    told = compare(folder, folder / "old.csv", folder / "new.csv")
    assert told["notes"] == ["dates are not compared: --old-as-of says on which day the old list was exported"]


def test_moves_and_the_clauses_behind_them(folder: Path) -> None:
    """Moves are counted with new and gone records; the clauses behind them are told, and whether it was the day."""
    old = [["1", "10", "", "", "2026-05-20"], ["2", "20", "", "", "2026-05-25"], ["3", "90", "", "", "2026-05-01"],
           ["4", "80", "", "", "2026-05-30"]]  # fmt: skip
    new = [["1", "70", "", "", "2026-05-20"], ["2", "20", "", "", "2026-05-25"], ["3", "30", "", "", "2026-06-20"],
           ["5", "10", "", "", "2026-06-01"]]  # fmt: skip
    files = save(folder / "old.csv", old), save(folder / "new.csv", new)
    told = compare(folder, *files, "--old-as-of", "2026-06-01", "--as-of", "2026-06-22")
    size, activity = told["schemas"]
    assert [(move["from"], move["to"], move["records"], move["illegal"]) for move in size["moves"]] == [
        (None, "small", 1, 0), ("large", None, 1, 0), ("large", "small", 1, 1), ("small", "large", 1, 0),
    ]  # fmt: skip
    grown = size["moves"][3]["causes"]
    assert [(cause["clause"], cause["now"], cause["records"]) for cause in grown] == [
        ("staff is above 50", "holds", 1), ("staff is at most 50", "does not hold", 1),
    ]  # fmt: skip
    # On 1 June records 1, 2 and 4 were seen within 30 days, 3 was not; on the 22nd 3 and 5 are, and 2 by a day.
    moves = {(move["from"], move["to"]): move for move in activity["moves"]}
    assert [
        (cause["now"], cause["records"], cause["by_the_day"]) for cause in moves["active", "unplaced"]["causes"]
    ] == [("does not hold", 1, 1)]
    assert [(c["records"], c["by_the_day"]) for c in moves["unplaced", "active"]["causes"]] == [(1, 0)]
    (illegal,) = [item for item in told["findings"] if item["severity"] == "error"]
    assert (illegal["rule"], illegal["where"]) == ("segments.illegal-transition", "size")
    ran = run("drift", *files, "--rules", folder / "rules.yaml", "--fail-on", "error")
    assert ran.code == 1
    assert "staff is above 50: holds now (1)" in " ".join(ran.out.split())


def test_against_a_recorded_run(folder: Path) -> None:
    """A recorded run says the same as its file would, without the clauses; the newest before the day is taken."""
    record(folder, folder / "old.csv", "2026-05-01")
    shifted = save(folder / "new.csv", [[row[0], str(int(row[1]) * 2), *row[2:]] for row in records()])
    record(folder, shifted, "2026-05-25")
    history = f"--history={folder / 'h.duckdb'}"
    newest = compare(folder, shifted, history)
    assert (newest["old"]["run"], newest["old"]["as_of"]) == (2, "2026-05-25")
    assert [item["index"] for item in [newest["schemas"][0]["mix"]]] == [0]
    first = compare(folder, shifted, history, "--run", "1", "--as-of", "2026-05-01")
    files = compare(folder, folder / "old.csv", shifted, "--old-as-of", "2026-05-01", "--as-of", "2026-05-01")
    assert [item["stability"] for item in first["fields"]] == [item["stability"] for item in files["fields"]]
    assert [item["sizes"] for item in first["schemas"]] == [item["sizes"] for item in files["schemas"]]
    counts = [[(m["from"], m["to"], m["records"]) for m in told["schemas"][0]["moves"]] for told in (first, files)]
    assert counts[0] == counts[1] != []
    ran = run("drift", shifted, history, "--run", "9")
    assert (ran.code, "there is no run 9\n  hint: its runs are: 1, 2" in ran.err) == (2, True)


def test_run_without_ids_cannot_be_followed(folder: Path) -> None:
    """Against a run of counts only, sizes and columns are compared and moves are not told."""
    record(folder, folder / "old.csv", "2026-05-25", "--record-without-ids")
    told = compare(folder, folder / "old.csv", f"--history={folder / 'h.duckdb'}")
    assert (told["matched"], told["schemas"][0]["moves"], told["schemas"][0]["mix"]["index"]) == (None, [], 0)
    assert "run 1 holds no ids: its records cannot be followed" in told["notes"]


def test_records_that_go_to_and_fro(folder: Path) -> None:
    """Records that left a label and came back within the runs are counted; those that only left it are not."""

    def sized(first: int, second: int) -> Rows:
        sizes = dict.fromkeys(range(40), 10) | dict.fromkeys(range(15), first)
        sizes |= dict.fromkeys(range(15, 25), second)
        return [[f"id{number}", str(staff), "Retail", "", "2026-05-20"] for number, staff in sizes.items()]

    # Records 0 to 14: small, large, small. Records 15 to 24: small, large, large.
    for day, rows in (("2026-05-10", sized(10, 10)), ("2026-05-17", sized(90, 90))):
        record(folder, save(folder / "list.csv", rows), day)
    new = save(folder / "new.csv", sized(10, 90))
    told = compare(folder, new, f"--history={folder / 'h.duckdb'}", "--as-of", "2026-05-24")
    flapping = told["schemas"][0]["flapping"]
    assert (flapping["runs"], flapping["records"], flapping["followed"]) == (3, 15, 40)
    assert flapping["examples"][0] == {"id": "id0", "labels": ["small", "large", "small"]}
    assert ("drift.flapping", "size") in [(item["rule"], item["where"]) for item in told["findings"]]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["old.csv"], "it is not said what to compare it with"),
        (["old.csv", "old.csv", "old.csv"], "two lists are compared"),
        (["old.csv", "old.csv", "--run", "1"], "cannot go together"),
        (["old.csv", "--history=none.duckdb"], "there is no history here"),
        (["old.csv", "none.csv"], "none.csv"),
    ],
)
def test_what_does_not_go_together(folder: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], said: str) -> None:
    """What cannot be compared is said in a sentence."""
    monkeypatch.chdir(folder)
    ran = run("drift", *given, "--rules", "rules.yaml")
    assert (ran.code, said in ran.err, "at fault" in ran.err) == (2, True, False)


def test_stability_index_by_hand() -> None:
    """The index of 20, 30, 50 and 30, 30, 40 is 0.1 ln 1.5 - 0.1 ln 0.8; an empty bin counts as half a record."""
    assert stability_index([20, 30, 50], [30, 30, 40]) == pytest.approx(0.1 * math.log(1.5) - 0.1 * math.log(0.8))
    p, q = (0.5, 0.5), (0.005, 1.0)
    expected = sum((b - a) * math.log(b / a) for a, b in zip(p, q, strict=True))
    assert stability_index([50, 50], [0, 100]) == pytest.approx(expected)


def test_limit_by_chance() -> None:
    """With 100 records each in ten bins chance reaches 0.338 once in twenty: 16.919, the quantile, times 2/100."""
    assert index_by_chance(100, 100, 10, 0.05) == pytest.approx(16.918977604620448 * 0.02, abs=1e-12)
    few = judge_stability([10] * 10, [10] * 10, ordered=True, tests=1)
    many = judge_stability([10_000] * 10, [10_000] * 10, ordered=True, tests=1)
    assert few is not None
    assert many is not None
    assert (few.limit > 0.4, many.limit) == (True, 0.1)
    assert judge_stability([20, 20], [20, 20], ordered=True, tests=1) is None


@pytest.mark.parametrize("ordered", [True, False])
def test_false_alarms(*, ordered: bool) -> None:
    """Of two samples of one population, one in a hundred at most is taken for a shift, small bins or not."""
    draw = np.random.default_rng(7)
    shares = np.array([0.3, 0.25, 0.2, 0.1, 0.08, 0.04, 0.02, 0.006, 0.004])
    alarms = 0
    for _ in range(2000):
        old, new = (draw.multinomial(n, shares).tolist() for n in (400, 150))
        judged = judge_stability(old, new, ordered=ordered, tests=1)
        assert judged is not None
        alarms += judged.index > judged.by_chance
    assert alarms <= 2000 * 0.015


def test_difference_of_shares() -> None:
    """Newcombe (1998), table II, method 10: 56/70 and 48/80 differ by 0.0524 to 0.3339."""
    change = share_change((48, 80), (56, 70), tests=0.2)  # type: ignore[arg-type] # 0.01 / 0.2: the 95 % of the table
    assert (round(change.low, 4), round(change.high, 4)) == (0.0524, 0.3339)


def test_new_values_by_chance() -> None:
    """A value that 8 of 1,000 have and none of 1,000 is more than chance: 2 * C(1000, 8) / C(2000, 8) is below 0.01."""
    p = 2 * math.comb(1000, 8) / math.comb(2000, 8)
    assert p < 0.01 < 2 * math.comb(1000, 7) / math.comb(2000, 7)
    assert [is_new_value(here, 1000, 1000, tests=1) for here in (7, 8)] == [False, True]

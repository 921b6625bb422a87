"""A starting segmentation: by outcome, by purchases, by won accounts, by structure; and what cannot be told."""

import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from segaudit.audit.deciding import overlap
from segaudit.audit.opening import InputChoices
from segaudit.audit.preparing import engine_for, prepare
from segaudit.audit.proving import prove_rules
from segaudit.audit.ruling import load_rules
from segaudit.identity.keys import record_keys
from segaudit.model.fields import FieldType
from segaudit.model.suggestions import CannotTell, Feature, FeatureKind, FeatureValue, Outcome, StartProposal
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.suggestions import load_suggest_rules
from segaudit.segments.suggest.columns import find_candidates
from segaudit.segments.suggest.headers import is_private
from segaudit.segments.suggest.request import SEARCH, StartRequest
from segaudit.segments.suggest.start.conditions import Ask, together
from segaudit.segments.suggest.start.cutoffs import bands, cut_at, roundest
from segaudit.segments.suggest.start.measures import nearest_age
from segaudit.segments.suggest.start.odds import Odds, shrunk
from segaudit.segments.suggest.start.propose import propose_start
from segaudit.segments.suggest.table import Beside, create_search_table

AS_OF = date(2026, 6, 30)
Cells = dict[str, object]


def _write(path: Path, rows: Sequence[Cells]) -> Path:
    lines = [",".join(rows[0]), *(",".join("" if cell is None else str(cell) for cell in row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _propose(
    path: Path, outcome: str | None = None, *, as_outcome: str = "", related: Sequence[Path] = ()
) -> StartProposal | CannotTell:
    """Propose for a file, by a column of numbers if one is named."""
    choices, rules = InputChoices(related=tuple(map(str, related))), load_rules(None)
    with engine_for(choices, resolve=False) as engine:
        found = prepare(str(path), choices, rules, AS_OF, engine, resolve=False, progress=lambda _: None)
        opened = found.opened
        limits = load_suggest_rules(opened.location)
        keys = record_keys(opened.source, opened.readings, engine)
        taken: frozenset[int] = frozenset()
        measured: Outcome | None = None
        if outcome is not None:
            reading = next(item for item in opened.readings if item.column.header == outcome)
            taken = frozenset([reading.column.position])
            number = f"TRY_CAST({opened.source.column(reading.column.position)} AS DOUBLE)"
            engine.create(
                "told",
                f"SELECT _row, CASE WHEN {number} IS NULL THEN 0 ELSE 1 END AS n0, {number} AS y0, _row AS leader "  # noqa: S608
                f"FROM {opened.source.table}",
            )
            query = "SELECT sum(n0), sum(y0), bool_and(y0 IN (0, 1)) FROM told WHERE n0 = 1"
            records, total, is_rate = engine.fetch(query)[0]
            measured = Outcome(
                id=as_outcome or outcome.lower(),
                name=outcome,
                is_rate=is_rate,
                higher_is_better=True,
                made_of=(),
                chosen=True,
                records=int(records),
                hits=int(total) if is_rate else None,
                mean=total / records,
            )
        sensitive = frozenset(name for name, item in opened.catalogue.items() if item.sensitive)
        candidates = find_candidates(
            opened.readings, rules.fields, opened.catalogue, limits, taken=taken, sensitive=sensitive
        )
        beside = Beside(keys=keys, outcomes="told" if measured else None, count=1 if measured else 0)
        request = StartRequest(
            table=SEARCH,
            rows=opened.source.rows,
            features=create_search_table(candidates, found.data, beside, limits, engine),
            outcome=measured,
            data=found.data,
            fields=rules.fields,
            lists=found.lists,
            rules=limits,
            as_of=AS_OF,
            engine=engine,
        )
        return propose_start(request)


def _proposed(path: Path, outcome: str | None = None, **given: Any) -> StartProposal:  # noqa: ANN401 - handed on
    found = _propose(path, outcome, **given)
    assert isinstance(found, StartProposal), found
    return found


def _rules_file(found: StartProposal, path: Path) -> str:
    schemas = {
        item.id: {
            "assign": item.assign,
            "else": item.otherwise,
            "undecided": item.undecided,
            "segments": {own.id: {"name": own.name, "criteria": own.criteria, **own.extra} for own in item.segments},
        }
        for item in found.schemas
    }
    whole = {"version": 1, "fields": dict(found.fields), "scores": dict(found.scores), "schemas": schemas}
    yaml = YAML()
    with path.open("w", encoding="utf-8") as file:
        # Through JSON, so that what is said twice is written twice.
        yaml.dump(json.loads(json.dumps({key: value for key, value in whole.items() if value}, default=dict)), file)
    return str(path)


def _counted(found: StartProposal, path: Path, related: Sequence[Path] = ()) -> dict[str, int]:
    """Return the members of every segment, as the rules that are proposed place the file's records."""
    choices = InputChoices(rules=_rules_file(found, path.with_suffix(".yaml")), related=tuple(map(str, related)))
    told = overlap(str(path), choices, as_of=AS_OF)
    return {item.segment: item.members for schema in told.schemas for item in schema.segments}


def _told(found: StartProposal) -> dict[str, int]:
    """Return the members of every segment, as its notes say."""
    numbers = re.compile(r"([\d,]+) of [\d,]+ records")
    notes = {item.id: " ".join(item.notes) for schema in found.schemas for item in schema.segments}
    return {name: int(match[1].replace(",", "")) for name, note in notes.items() if (match := numbers.search(note))}


def _customers(seed: int, count: int, rate: Callable[[str, int], float]) -> list[Cells]:
    """Make customers of three regions and sizes from 1 to 1,000, with an answer of a rate."""
    rng = random.Random(seed)  # noqa: S311 - made-up data wants a seed that repeats
    rows: list[Cells] = []
    for number in range(count):
        zone, seats = rng.choice("ABC"), rng.randint(1, 1000)
        answer = int(rng.random() < rate(zone, seats))
        rows.append({"Record ID": number, "Zone": zone, "Seats": seats, "Noise": rng.randint(1, 9), "Answer": answer})
    return rows


def _planted(zone: str, seats: int) -> float:
    return 0.7 if zone == "A" else 0.4 if seats >= 500 else 0.1


def test_planted_segments_are_found(tmp_path: Path) -> None:
    """What was planted is found, by cut-offs in round numbers near the planted ones, and nothing else."""
    path = _write(tmp_path / "c.csv", _customers(1, 4000, _planted))
    found = _proposed(path, "Answer")
    (schema,) = found.schemas
    criteria = [item.criteria for item in schema.segments]
    assert found.approach == "outcome"
    assert criteria[0] == {"zone": {"in": ["A"]}}
    cuts = {float(cut) for cut in re.findall(r"'(?:gte|lt)': (\d+)", str(criteria))}
    assert cuts == {500.0}
    assert len(schema.segments) == 3
    assert "noise" not in found.fields


def test_criteria_give_the_counts_they_were_proposed_with(tmp_path: Path) -> None:
    """The rules that are written place exactly as many records as the evidence says."""
    rows = _customers(2, 2000, _planted)
    holes = [row | {"Seats": None} if place % 9 == 0 else row for place, row in enumerate(rows)]
    path = _write(tmp_path / "c.csv", holes)
    found = _proposed(path, "Answer")
    assert _counted(found, path) == _told(found)
    assert len(_told(found)) == len(found.schemas[0].segments)


def test_segments_by_outcome_are_proved_disjoint(tmp_path: Path) -> None:
    """No record can be in two segments of the tree, and none that has all fields is in none."""
    path = _write(tmp_path / "c.csv", _customers(1, 2000, _planted))
    proof = prove_rules(_rules_file(_proposed(path, "Answer"), tmp_path / "r.yaml"))
    assert {pair.verdict.value for pair in proof.facts.pairs} == {"disjoint"}
    assert not proof.facts.gaps


def test_records_that_lack_a_field_are_told(tmp_path: Path) -> None:
    """How many records cannot be placed for lack of a cell is said, with their label."""
    rows = _customers(2, 2000, lambda zone, seats: 0.7 if seats >= 700 else 0.4 if zone == "A" else 0.1)
    path = _write(tmp_path / "c.csv", [row | {"Seats": None} if n % 10 == 0 else row for n, row in enumerate(rows)])
    (schema,) = _proposed(path, "Answer").schemas
    assert schema.undecided == "not_enough_known"
    assert any("lack" in note and 'labelled "not_enough_known"' in note for note in schema.notes)


@pytest.mark.parametrize("seed", range(5))
def test_an_outcome_of_chance_gives_no_segments(tmp_path: Path, seed: int) -> None:
    """Where the outcome is chance, no segment rests on it, and that is said with what was tried."""
    path = _write(tmp_path / "c.csv", _customers(seed, 1200, lambda *_: 0.3))
    found = _proposed(path, "Answer")
    assert "outcome" not in found.approach
    assert found.cannot_tell[0].schema == "by outcome"
    assert "not borne out" in found.cannot_tell[0].reason or "no field parts" in found.cannot_tell[0].reason


def test_too_few_hits_cannot_tell(tmp_path: Path) -> None:
    """With a handful of hits it cannot be told, and how many are needed is said."""
    rows = [row | {"Answer": int(place < 9)} for place, row in enumerate(_customers(3, 600, _planted))]
    reason = _proposed(_write(tmp_path / "c.csv", rows), "Answer").cannot_tell[0].reason
    assert reason == "Answer is 9 of 600; at least 40 of each answer are needed to compare groups"


def test_an_amount_is_parted_too(tmp_path: Path) -> None:
    """An amount is parted by its ranks, and told as medians."""
    rows = [
        row | {"Answer": {"A": 900, "B": 300, "C": 50}[str(row["Zone"])] + place % 40}
        for place, row in enumerate(_customers(4, 900, _planted))
    ]
    (schema,) = _proposed(_write(tmp_path / "c.csv", rows), "Answer").schemas
    assert [str(item.criteria).count("zone") for item in schema.segments] == [1, 1, 1]
    assert "median 9" in schema.segments[0].notes[0]


def test_what_follows_from_the_outcome_is_left_out(tmp_path: Path) -> None:
    """A field that tells the outcome by itself, and one that only hits have, make no segment, and are named."""
    rows = [
        row
        | {
            "State now": f"won {place % 2}" if row["Answer"] else "open",
            "Invoice": 100 + place if row["Answer"] else None,
        }
        for place, row in enumerate(_customers(1, 2000, lambda *_: 0.45))
    ]
    found = _propose(_write(tmp_path / "c.csv", rows), "Answer")
    assert isinstance(found, StartProposal)
    reason = found.cannot_tell[0].reason
    assert "State now alone tells hits from others in 100.0% of pairs" in reason
    assert "Invoice is filled for 100% of the hits and 0% of the others" in reason


def test_the_same_file_gives_the_same_proposal(tmp_path: Path) -> None:
    """Two runs propose the same, to the last digit."""
    path = _write(tmp_path / "c.csv", _customers(1, 1500, _planted))
    assert _propose(path, "Answer") == _propose(path, "Answer")


def test_private_columns_make_no_segments(tmp_path: Path) -> None:
    """A column about private life is not looked at, even if it tells the outcome best."""
    rows = [row | {"Ever married": "yes" if row["Answer"] else "no"} for row in _customers(1, 2000, _planted)]
    found = _proposed(_write(tmp_path / "c.csv", rows), "Answer")
    assert found.schemas[0].id == "by_answer"
    assert "married" not in str(found).lower()


def _buyers(count: int = 900) -> list[Cells]:
    """Make buyers of whom half bought within 30 days, and a tenth never; who bought often spent much."""
    rng = random.Random(5)  # noqa: S311 - as above
    rows: list[Cells] = []
    for number in range(count):
        never, ago, orders = rng.random() < 0.1, rng.randint(0, 400), rng.randint(1, 20)
        day = AS_OF - timedelta(days=ago)
        rows.append(
            {
                "Record ID": number,
                "Last purchase date": None if never else day.isoformat(),
                "Number of orders": 0 if never else orders,
                "Total spent": 0 if never else orders * rng.randint(20, 60),
            }
        )
    return rows


def test_purchases_make_named_segments(tmp_path: Path) -> None:
    """Recency, frequency and money make at most six named segments, in days and amounts people can remember."""
    path = _write(tmp_path / "b.csv", _buyers())
    found = _proposed(path)
    (schema,) = found.schemas
    assert (found.approach, schema.assign) == ("rfm", "first_match")
    assert [item.id for item in schema.segments] == [
        "champions", "loyal", "promising", "need_attention", "at_risk", "lost"
    ]  # fmt: skip
    assert schema.segments[2].criteria == {"last_purchase_on": {"within_last": "120d"}}
    assert _counted(found, path) == _told(found)


def test_an_old_file_gets_fixed_days(tmp_path: Path) -> None:
    """Where the newest purchase lies months back, cut-offs are days of the calendar: nobody bought within 30 days."""
    rows = [
        row | {"Last purchase date": str(row["Last purchase date"]).replace("2026", "2016").replace("2025", "2015")}
        for row in _buyers()
        if row["Last purchase date"] is not None
    ]
    (schema,) = _proposed(_write(tmp_path / "b.csv", rows)).schemas
    assert schema.segments[2].criteria == {"last_purchase_on": {"on_or_after": "2016-03-02"}}
    assert any("fixed days" in note for note in schema.notes)


def test_amounts_that_no_column_adds_up_become_a_score(tmp_path: Path) -> None:
    """Amounts in several columns are added up as points, for rules add no columns up; how alike they are is said."""
    rows = [
        {
            "Record ID": row["Record ID"],
            "Recency": number % 100,
            "Spent books": int(str(row["Total spent"])) // 2,
            "Spent music": int(str(row["Total spent"])) // (2 + number % 3),
        }
        for number, row in enumerate(_buyers())
    ]
    path = _write(tmp_path / "b.csv", rows)
    found = _proposed(path)
    assert list(found.scores) == ["spending"]
    assert any("rank correlation with the sum 0.9" in note for note in found.schemas[0].notes)
    assert _counted(found, path) == _told(found)


def test_won_deals_beside_the_file_are_purchases(tmp_path: Path) -> None:
    """A table of won deals tells purchases; who has none is no buyer, and is parted by something else."""
    rng = random.Random(6)  # noqa: S311 - as above
    sizes = ["1-50", "51-200", "700", "30", "400"]
    companies: list[Cells] = [
        {"Company ID": f"K{n}", "Company Name": f"Firm {n}", "Number of Employees": sizes[n % 5]} for n in range(400)
    ]
    deals: list[Cells] = [
        {
            "Deal ID": f"D{n}",
            "Deal Name": f"deal {n}",
            "Company ID": f"K{rng.randint(0, 199)}",
            "Amount": rng.randint(1, 80) * 100,
            "Close Date": (AS_OF - timedelta(days=rng.randint(0, 500))).isoformat(),
            "Deal Stage": rng.choice(["Closed Won", "Closed Won", "Closed Lost"]),
        }
        for n in range(600)
    ]
    path, beside = _write(tmp_path / "companies.csv", companies), _write(tmp_path / "deals.csv", deals)
    found = _proposed(path, related=[beside])
    assert found.approach == "rfm + structure"
    assert found.needs == ("deals",)
    assert found.schemas[0].otherwise == "no_purchase"
    assert _counted(found, path, [beside]) == _told(found)


def _accounts(rate: Callable[[str, int], float], count: int = 2400) -> list[Cells]:
    rng = random.Random(8)  # noqa: S311 - as above
    rows: list[Cells] = []
    for number in range(count):
        trade, size = rng.choice(["Software", "Retail", "Bank", "Farm"]), rng.randint(1, 1000)
        won = rng.random() < rate(trade, size)
        rows.append(
            {
                "Record ID": number,
                "Industry": trade,
                "Number of Employees": size,
                "Contract from": f"2026-0{1 + number % 6}-01" if won or number % 9 == 0 else None,
                "Is won": "true" if won else "false",
            }
        )
    return rows


def _ideal(trade: str, size: int) -> float:
    return 0.05 + 0.35 * (trade == "Software") + 0.25 * (size >= 500)


def test_won_accounts_make_a_fit_score(tmp_path: Path) -> None:
    """What goes with winning gets points that make a hundred; what was written down because of a win gets none."""
    path = _write(tmp_path / "a.csv", _accounts(_ideal))
    found = _proposed(path)
    schema = next(item for item in found.schemas if item.id == "fit")
    parts = found.scores["fit"]["parts"]  # type: ignore[index, call-overload]
    assert {json.dumps(part["when"]) for part in parts} == {  # type: ignore[index, union-attr, call-overload]
        '{"industry": {"in": ["Software"]}}',
        '{"employees": {"gte": 500}}',
    }
    assert sum(part["points"] for part in parts) == 100  # type: ignore[index, union-attr, misc, call-overload]
    assert [item.id for item in schema.segments] == ["strong_fit", "fair_fit", "weak_fit"]
    assert any("Contract from is filled for 100% of the hits and " in note for note in schema.notes)
    assert _counted(found, path) == _told(found)


def test_a_fit_of_chance_cannot_be_told(tmp_path: Path) -> None:
    """Where winning is chance, there is no fit score, and what was tried is said."""
    found = _proposed(_write(tmp_path / "a.csv", _accounts(lambda *_: 0.3)))
    assert "fit" not in found.scores
    (reason,) = [item.reason for item in found.cannot_tell if item.schema == "by fit"]
    assert reason.startswith("no field goes with the record's deal is won on both halves")


def test_size_is_known_from_ranges(tmp_path: Path) -> None:
    """Sizes in cells as ranges make the bands people know; a range across two of them is not placed."""
    sizes = ["11-50", "51-200", "501-1000", "30", "40-60"]
    rows: list[Cells] = [{"Record ID": n, "Number of Employees": sizes[n % 5]} for n in range(500)]
    path = _write(tmp_path / "s.csv", rows)
    found = _proposed(path)
    assert [item.criteria for item in found.schemas[0].segments] == [
        {"employees": {"between": [1, 50]}},
        {"employees": {"between": [51, 500]}},
        {"employees": {"gte": 501}},
    ]
    assert list(_counted(found, path).values()) == [200, 100, 100]
    assert _counted(found, path) == _told(found)


def test_two_halves_of_two_fields_are_crossed(tmp_path: Path) -> None:
    """Where every field has two parts only, two that do not say the same are crossed."""
    rows: list[Cells] = [
        {"Record ID": n, "Partner": "yes" if n % 2 else "no", "Contract": "yes" if n // 2 % 2 else "no"}
        for n in range(400)
    ]
    path = _write(tmp_path / "x.csv", rows)
    found = _proposed(path)
    assert list(_counted(found, path).values()) == [100, 100, 100, 100]


def test_the_better_dimension_is_taken_and_the_others_are_told(tmp_path: Path) -> None:
    """The dimension a team can act on is taken first, and why the others are not is said with figures."""
    rows: list[Cells] = [
        {"Record ID": n, "Industry": ["Bank", "Farm", "Shop"][n % 3], "Colour": ["red", "blue", "green"][n // 3 % 3]}
        for n in range(900)
    ]
    (schema,) = _proposed(_write(tmp_path / "d.csv", rows)).schemas
    assert schema.id == "by_industry"
    assert any(note.startswith("not Colour: places 100% x balance 1.00") for note in schema.notes)


def test_countries_are_parted_by_region(tmp_path: Path) -> None:
    """Many countries make the regions a sales team knows."""
    lands = ["DE", "France", "Spain", "US", "Canada", "Japan", "India", "Australia"]
    rows: list[Cells] = [{"Record ID": n, "Country": lands[n % 8]} for n in range(800)]
    path = _write(tmp_path / "l.csv", rows)
    found = _proposed(path)
    assert [item.criteria for item in found.schemas[0].segments] == [
        {"country": {"region_in": [name]}} for name in ("EMEA", "North America", "APAC")
    ]
    assert list(_counted(found, path).values()) == [300, 200, 300]


def test_a_handful_of_records_cannot_be_parted(tmp_path: Path) -> None:
    """Of a few dozen records nothing is proposed, and each way says why."""
    found = _propose(_write(tmp_path / "c.csv", _customers(1, 40, _planted)), "Answer")
    assert isinstance(found, CannotTell)
    assert "40 records are too few to part" in found.reason


@pytest.mark.parametrize(
    ("low", "high", "round_number"),
    [
        (483, 517, 500),
        (97, 103, 100),
        (241, 259, 250),
        (0.0412, 0.0437, 0.042),
        (50, 51, 51),
        (-3, 4, 0),
        (1997, 2003, 2000),
    ],
)
def test_the_roundest_number_in_the_room_is_taken(low: float, high: float, round_number: float) -> None:
    """Of the numbers that will do, it is the one with the fewest and simplest digits."""
    assert roundest(low, high) == round_number


def test_a_cut_leaves_about_the_share_that_was_sought() -> None:
    """Half of 1 to 1,000 lies below 500; where one value fills the room, the cut is beside it."""
    assert cut_at(np.arange(1, 1001, dtype=np.float64), 0.5) == 500
    assert cut_at(np.array([1.0] * 60 + [9.0] * 40), 0.5) == 5
    assert cut_at(np.array([4.0] * 100), 0.5) is None


def test_ages_are_those_people_speak_of() -> None:
    """Days are told as 30, 90 or 365, the nearest by ratio."""
    assert nearest_age(np.arange(0, 101, dtype=np.float64), 1 / 3) == 30
    assert nearest_age(np.arange(0, 1000, dtype=np.float64), 0.4) == 365


def _number(**given: Any) -> Feature:  # noqa: ANN401 - handed on
    base = Feature(
        name="n", header="N", type=FieldType.INT, kind=FeatureKind.NUMBER, column="x", declared={},
        rows_filled=9, different=9, whole=True,
    )  # fmt: skip
    return replace(base, **given)


def _truths(ask: Ask, values: Iterable[float]) -> str:
    return "".join("FTU"[int(truth)] for truth in ask.truth(np.array(list(values), dtype=np.float64)))


def test_bands_touch_and_never_overlap() -> None:
    """Cut-offs 10 and 20 make three bands; a missing number is in none and not out of any."""
    found = bands([Ask(feature=_number(), low=cut) for cut in (20.0, 10.0)])
    assert [item.criteria() for item in found] == [{"n": {"lt": 10}}, {"n": {"between": [10, 19]}}, {"n": {"gte": 20}}]
    assert [_truths(item, [9, 10, 19, 20, np.nan]) for item in found] == ["TFFFU", "FTTFU", "FFFTU"]


def test_conditions_on_one_field_become_one() -> None:
    """Of values, what is in one list and not in another is left; of numbers, the narrower interval."""
    values = tuple(FeatureValue(folded=word, written=word.title(), rows=1) for word in ("a", "b", "c"))
    field = _number(kind=FeatureKind.CATEGORY, type=FieldType.ENUM, values=values)
    listed, without = (
        Ask(feature=field, values=frozenset({0, 1})),
        Ask(feature=field, values=frozenset({1}), none_of=True),
    )
    assert [item.criteria() for item in together([listed, without])] == [{"n": {"in": ["A"]}}]
    assert without.criteria() == {"n": {"not_in": ["B"]}, "missing": "unknown"}
    low, high = Ask(feature=_number(), low=5.0), Ask(feature=_number(), high=6.0)
    assert [item.words() for item in together([low, high])] == ["N 5"]


def test_odds_are_drawn_towards_one_the_more_the_less_is_known() -> None:
    """The same ratio from fewer records is drawn further; conditions of no effect leave nothing."""
    large, small = Odds(inside=(400, 600), outside=(200, 800)), Odds(inside=(4, 6), outside=(2, 8))
    drawn = shrunk([large, small])
    assert 0 < drawn[1] < drawn[0] < large.log_ratio
    assert shrunk([Odds(inside=(50, 50), outside=(50, 50))]) == [0.0]


@pytest.mark.parametrize("header", ["Ever_Married", "Kidhome", "Age", "dateOfBirth", "Religion", "Geschlecht"])
def test_headers_of_private_life_are_known(header: str) -> None:
    """Words of private life in a header make a column private, however they are joined."""
    assert is_private(header, load_suggest_rules(RulesLocation.at(None)))


@pytest.mark.parametrize("header", ["Stage", "Package", "Average order", "Recency"])
def test_words_that_only_hold_such_a_word_are_not_private(header: str) -> None:
    """Age is in package, and a package is nobody's age."""
    assert not is_private(header, load_suggest_rules(RulesLocation.at(None)))

"""Rules that ask for recorded runs: ``{history: {exists: ...}}``."""

import csv
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.rules_support import run, write

HEAT = {
    "assign": "first_match",
    "segments": {
        "hot": {"criteria": {"score": {"gte": 70}}},
        "warm": {"criteria": {"score": {"gte": 30}}},
    },
}
HOT = [{"history_schema": {"eq": "heat"}}, {"history_label": {"eq": "hot"}}]
# Day of the run -> score of records 1, 2, 3; records 4 to 12 have been cold ever since.
RUNS = {"2026-03-01": (80, 40, 10), "2026-05-10": (40, 40, 75)}
FILLERS = range(5, 13)


def write_rules(folder: Path, criteria: object) -> Path:
    """Write rules: how hot a record is, and a segment that asks for history."""
    asked = {"assign": "all_matches", "else": "no", "undecided": "open", "segments": {"it": {"criteria": criteria}}}
    rules = {"fields": {"score": {"type": "number"}}, "schemas": {"heat": HEAT, "asked": asked}}
    YAML(typ="safe", pure=True).dump(rules, folder / "rules.yaml")
    return folder / "rules.yaml"


def write_list(path: Path, scores: tuple[int, ...], more: str = "") -> Path:
    """Write a list: records 1, 2, ... with their scores, and fillers."""
    cells = "".join(f"{number},{score}\n" for number, score in enumerate(scores, 1))
    return write(path, "Record ID,score\n" + cells + "".join(f"{number},1\n" for number in FILLERS) + more)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a history of two runs."""
    folder = tmp_path_factory.mktemp("recorded")
    rules = write_rules(folder, {"score": {"gte": 0}})
    for day, scores in RUNS.items():
        file = write_list(folder / "list.csv", scores)
        ran = run("overlap", file, "--rules", rules, "--as-of", day, f"--record={folder / 'h.duckdb'}", "-q")
        assert ran.code == 0, ran.err
    return folder


def verdicts(
    recorded: Path, folder: Path, criteria: object, *options: object, day: str = "2026-05-31", more: str = ""
) -> str:
    """Return what criteria say of records 1 to 4, and of those added: T, F, or U where it cannot be told."""
    rules, file = write_rules(folder, criteria), write_list(folder / "now.csv", (40, 40, 10, 50), more)
    out = folder / "out.csv"
    given = options or (f"--history={recorded / 'h.duckdb'}",)
    ran = run("assign", file, "-o", out, "--rules", rules, "--as-of", day, "-q", "--force", *given)
    assert ran.code == 0, ran.err
    with out.open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["Record ID"] not in {str(item) for item in FILLERS}]
    return "".join({"it": "T", "no": "F", "open": "U"}[row["segment_asked"]] for row in rows)


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        # Record 1: hot, warm. 2: warm, warm. 3: cold, hot. 4 is new.
        ({"history": {"exists": {"where": HOT}}}, "TFTF"),
        ({"history": {"none": {"where": HOT}}}, "FTFT"),
        ({"history": {"exists": {"where": HOT, "within_last": "91d"}}}, "TFTF"),
        ({"history": {"exists": {"where": HOT, "within_last": "90d"}}}, "FFTF"),
        ({"history": {"exists": {"where": [{"history_schema": {"eq": "heat"}}, {"history_changed": {"is": True}}]}}},
         "TUTF"),  # of record 2 nobody knows whether it was warm before the first run
        ({"history": {"last": {"by": "history_on", "among": {"history_schema": {"eq": "heat"}},
                               "where": {"history_since": {"before_last": "60d"}}}}}, "FTFF"),
        ({"history": {"at_least": {"n": 2, "where": [{"history_schema": {"eq": "heat"}},
                                                     {"history_label": {"eq": "warm"}}]}}}, "FTFF"),
        ({"history": {"every": {"among": {"history_schema": {"eq": "HEAT"}},
                                "where": {"history_label": {"eq": "warm"}}}}}, "FTFT"),
        ({"history": {"exists": True}}, "TTTF"),
        ({"history": {"exists": {"where": {"history_schema": {"eq": "no such"}}}}}, "FFFF"),
    ],
)  # fmt: skip
def test_what_was_recorded(recorded: Path, tmp_path: Path, criteria: object, expected: str) -> None:
    """Recorded labels are rows of the table ``history``, with what they say of the run before."""
    assert verdicts(recorded, tmp_path, criteria) == expected


def test_only_earlier_days_are_history(recorded: Path, tmp_path: Path) -> None:
    """A run of the day itself, or of a later one, is not asked: deciding again comes out the same."""
    asked = {"history": {"exists": {"where": HOT}}}
    assert verdicts(recorded, tmp_path, asked, day="2026-05-10") == "TFFF"
    assert verdicts(recorded, tmp_path, asked, day="2026-05-11") == "TFTF"
    assert verdicts(recorded, tmp_path, asked, day="2026-03-01") == "UUUU"


def test_without_history_nothing_is_told(recorded: Path, tmp_path: Path) -> None:
    """Without a history the condition is UNKNOWN, and the missing history is said."""
    asked = {"history": {"exists": {"where": HOT}}}
    assert verdicts(recorded, tmp_path, asked, "--details") == "UUUU"
    ran = run("overlap", tmp_path / "now.csv", "--rules", tmp_path / "rules.yaml")
    assert "No column provides: history" in ran.out


def test_unclear_ids_have_no_known_history(recorded: Path, tmp_path: Path) -> None:
    """Of a record whose id another one has nothing is known; rules that do not ask for it are not concerned."""
    asked = {"history": {"exists": {"where": HOT}}}
    assert verdicts(recorded, tmp_path, asked, more="3,20\n") == "TFUFU"


def test_segments_of_a_record_are_rows_of_their_own(tmp_path: Path) -> None:
    """In a schema of all matches each segment has its own row, and its own day since."""
    flags = """
        fields: {score: {type: number}}
        schemas:
          flags:
            assign: all_matches
            else: none
            segments:
              big: {criteria: {score: {gte: 10}}}
              huge: {criteria: {score: {gte: 20}}}
    """
    rules = write(tmp_path / "flags.yaml", flags)
    for day, score in (("2026-05-01", 15), ("2026-05-11", 25)):
        file = write_list(tmp_path / "list.csv", (score,))
        run("overlap", file, "--rules", rules, "--as-of", day, f"--record={tmp_path / 'h.duckdb'}", "-q")

    def lasted(label: str, length: str) -> str:
        among = {"all": [{"history_schema": {"eq": "flags"}}, {"history_label": {"eq": label}}]}
        test = {"history_since": {"before_last": length}}
        asked = {"history": {"last": {"by": "history_on", "among": among, "where": test}}}
        return verdicts(tmp_path, tmp_path, asked, day="2026-05-21")[0]

    assert [lasted("big", "15d"), lasted("huge", "15d"), lasted("huge", "5d")] == ["T", "F", "T"]


def test_list_without_ids_is_refused(recorded: Path, tmp_path: Path) -> None:
    """Without a column of ids no record can be found in a history that rules ask for."""
    rules = write_rules(tmp_path, {"history": {"exists": True}})
    file = write(tmp_path / "bare.csv", "score\n1\n2\n")
    ran = run("overlap", file, "--rules", rules, f"--history={recorded / 'h.duckdb'}")
    assert (ran.code, "the list has no column of ids" in ran.err) == (2, True)

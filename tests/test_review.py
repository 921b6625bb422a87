"""The questions of --review: what is shown of a pair, and what becomes of each answer."""

import io
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from segaudit.cli.reviewing import review_pairs
from segaudit.identity.decision_file import DecisionFile, read_decisions
from segaudit.model.naming import EntityMerge, EntitySplit, NamingChanges
from segaudit.model.review import Decision, Evidence, ReviewOutcome, ReviewPair, Verdict
from segaudit.report.document import Document
from segaudit.report.plain import render_markdown
from segaudit.report.review import (
    changes_blocks,
    changes_json,
    in_words,
    outcome_in_words,
    pair_view,
    progress_in_words,
)

DAY = date(2026, 3, 31)
EVIDENCE = (
    Evidence(field="City", level="the same", left="bern", right="bern", weight=1.5),
    Evidence(field="Phone", level="different", left="555", right="", weight=-4.44),
    Evidence(field="Fax", level="lacking", left="", right="", weight=0.0),
)
CELLS = (
    ("Name", "Ann Müller", "Anne Mueller"),
    ("City", "Bern", "Bern"),
    ("Zip", "CH-3011", "ch 3011"),
    ("Mail", "a@x.example", " "),
    ("Fax", "", ""),
)

WIDE = """\
          A1 (row 1)                         A2 (row 2)
!=  Name  Ann Müller                         Anne Mueller
=   City  Bern                               Bern
~   Zip   CH-3011                            ch 3011
.   Mail  a@x.example

bits  what speaks for (+) and against it (-)
-4.4  Phone: different                        555 / nothing
+1.5  City: the same                          bern

Could be the same or not: of 100 such pairs 62 are."""
NARROW = """\
1: A1 (row 1)
2: A2 (row 2)
!= Name
   1: Ann Müller
   2: Anne Mueller
=  City: Bern
~  Zip
   1: CH-3011
   2: ch 3011
.  Mail
   1: a@x.example
   2: (nothing)

      what speaks for (+) and against it
bits  (-)
-4.4  Phone: different
+1.5  City: the same

Could be the same or not: of 100 such
pairs 62 are."""


def pair(left: str, right: str, **given: object) -> ReviewPair:
    """Return a pair of records with these keys."""
    whole = {"number": 1, "left_row": 1, "right_row": 2, "cells": CELLS, "evidence": EVIDENCE, "probability": 0.62}
    return ReviewPair(left_key=left, right_key=right, **{**whole, **given})  # type: ignore[arg-type]


def seen(shown: ReviewPair, width: int) -> str:
    """Return a pair as a terminal of a width shows it without colour."""
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False).print(pair_view(shown, width))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def run_review(folder: Path, pairs: list[str], answers: str, *, total: int | None = None) -> Result:
    """Ask about pairs of letters, with lines of answers as standard input."""

    @click.command()
    def command() -> None:
        asked = (pair(*letters) for letters in pairs)
        review_pairs(asked, total or len(pairs), DecisionFile(folder / "d.csv"), DAY)

    return CliRunner().invoke(command, input=answers)


def kept(folder: Path) -> list[str]:
    """Return the decisions that stand in the file, by kind."""
    decisions = read_decisions(folder / "d.csv")
    return [f"{item.left}{item.right} {item.verdict}" for kind in Verdict for item in decisions.of(kind)]


# ------------------------------------------------------------------------------------------------------ what is shown


def test_a_pair_is_shown_side_by_side() -> None:
    """At 80 columns the records stand side by side, a sign says how cells compare, and blank fields are left out."""
    assert seen(pair("A1", "A2"), 80) == WIDE


def test_a_narrow_terminal_shows_fields_below_each_other() -> None:
    """At 40 columns each field has its lines, and what is the same stands once."""
    assert seen(pair("A1", "A2"), 40) == NARROW


@pytest.mark.parametrize("width", [20, 40, 59, 60, 80, 200])
def test_no_cell_takes_over_the_terminal(width: int) -> None:
    """Escape sequences, marks that turn writing round and markup are shown as text, and no line is too long."""
    evil = "\x1b]0;x\x07[bold]b[/bold]\u202e\r\n" + "x" * 5000
    text = seen(
        pair(
            evil,
            evil,
            cells=((evil, evil, evil), ("[/]", "[red]", "[/red]")),
            evidence=(Evidence(field=evil, level=evil, left=evil, right="[/]", weight=1.0),),
        ),
        width,
    )

    assert not set(text) & set("\x1b\x07\r\u202e")
    assert "[/red]" in text
    assert all(len(line) <= width for line in text.splitlines())
    assert len(text) < 20_000


def test_a_pair_without_evidence_says_so() -> None:
    """Where no comparison speaks, that is told."""
    assert "Nothing speaks for or against it." in seen(pair("A1", "A2", evidence=()), 80)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "Almost surely different: of 100 such pairs 0 are."),
        (0.004, "Almost surely different: of 100 such pairs fewer than 1 are."),
        (0.2, "Probably different: of 100 such pairs 20 are."),
        (0.5, "Could be the same or not: of 100 such pairs 50 are."),
        (0.93, "Very likely the same: of 100 such pairs 93 are."),
        (0.999, "Almost surely the same: of 100 such pairs more than 99 are."),
    ],
)
def test_a_probability_is_said_in_words(probability: float, words: str) -> None:
    """The words and the number that people can picture."""
    assert in_words(probability) == words


@pytest.mark.parametrize(
    ("done", "seconds", "words"),
    [
        (0, [], "1 of 80"),
        (11, [1.0, 2.0], "12 of 80"),
        (11, [3.0, 3.0, 90.0, 4.0], "12 of 80, about 4 minutes left"),
        (79, [2.0] * 5, "80 of 80, less than a minute left"),
        (20, [1.0] * 5, "21 of 80, about 1 minute left"),
        (20, [120.0] * 5, "21 of 80, about 2 hours left"),
    ],
)
def test_progress_is_said_in_words(done: int, seconds: list[float], words: str) -> None:
    """How far it is, and after three answers how long it takes: the middle of what answers took, for each pair left."""
    assert progress_in_words(done, 80, seconds) == words


def test_what_came_of_it_is_said_in_words() -> None:
    """Answers, where they are, what needed none, and how to go on."""
    assert outcome_in_words(ReviewOutcome(same=3, unsure=1, known=2, left=5), "d.csv") == (
        "Kept in d.csv: 3 same, 0 different, 1 unsure.\n"
        "No answer needed: 2, decided before or following from other answers.\n"
        "Left: 5. The same command with d.csv goes on there."
    )
    assert outcome_in_words(ReviewOutcome(), "d.csv") == "No answer was given."


def test_changes_since_the_base_are_listed() -> None:
    """Counts first, then what merged and what was parted; JSON has all of it."""
    changes = NamingChanges(
        kept=7,
        merged=(EntityMerge(entity_id="E1", previous=("E1", "E2")),),
        split=(EntitySplit(previous="E3", entity_ids=("E3", "E4")),),
        new=("E4", "E5"),
        vanished=("E6",),
        rows_new=3,
        rows_vanished=1,
    )

    page = render_markdown(Document(blocks=changes_blocks(changes)))

    assert "7 entities keep their id. 2 are new, 1 are gone, 1 hold what were several, 1 were parted." in page
    assert "| merged | E1, E2 | E1 |" in page
    assert "| parted | E3 | E3, E4 |" in page
    assert changes_json(changes)["split"] == [{"previous": "E3", "entity_ids": ["E3", "E4"]}]


# -------------------------------------------------------------------------------------------------------- the answers


def test_answers_are_read_line_by_line_where_nobody_sits(tmp_path: Path) -> None:
    """Keys and words in any case are answers, each is kept with the day and what was shown."""
    result = run_review(tmp_path, ["ab", "cd", "ef"], "y\nNein\n?\n")

    assert result.exit_code == 0
    assert kept(tmp_path) == ["ab same", "cd different", "ef unsure"]
    (same,) = read_decisions(tmp_path / "d.csv").of(Verdict.SAME)
    assert (same.decided_on, same.probability) == ("2026-03-31", 0.62)
    assert result.stdout == ""
    assert "1 same, 1 different, 1 unsure" in result.stderr


def test_what_is_no_answer_is_asked_again(tmp_path: Path) -> None:
    """A line that says nothing leads to the same question."""
    result = run_review(tmp_path, ["ab"], "\nperhaps so\nn\n")

    assert kept(tmp_path) == ["ab different"]
    assert result.stderr.count("that is none of them") == 2


def test_the_review_stops_at_q_or_at_the_end_of_the_input(tmp_path: Path) -> None:
    """Both keep what was answered and say how many are left; the next sitting goes on after the last answer."""
    first = run_review(tmp_path, ["ab", "cd", "ef"], "y\nq\n")
    second = run_review(tmp_path, ["ab", "cd", "ef"], "n\n")

    assert "Left: 2. The same command" in first.stderr
    assert "Left: 1. The same command" in second.stderr
    assert "No answer needed: 1" in second.stderr
    assert kept(tmp_path) == ["ab same", "cd different"]


def test_what_follows_from_answers_is_not_asked(tmp_path: Path) -> None:
    """After a = b, b = c and c different from d, neither a-c nor a-d is a question."""
    result = run_review(tmp_path, ["ab", "bc", "ac", "cd", "ad", "ae"], "y\ny\nn\ny\n")

    assert kept(tmp_path) == ["ab same", "bc same", "ae same", "cd different"]
    assert "No answer needed: 2" in result.stderr


def test_answers_are_taken_back_one_by_one(tmp_path: Path) -> None:
    """Each undo takes back the last answer and asks again, pairs that needed none because of it included."""
    answers = (
        "y\ny\nu\nn\nu\nu\nn\ny\ny\n"  # ab y, bc y (ac follows), back: bc n, back, back: ab n, bc y, ac follows, de y
    )
    result = run_review(tmp_path, ["ab", "bc", "ac", "de"], answers)

    assert kept(tmp_path) == ["bc same", "de same", "ab different"]
    assert "No answer needed: 1" in result.stderr
    assert (tmp_path / "d.csv").read_text(encoding="utf-8").count(",open,") == 3


def test_there_may_be_nothing_to_take_back(tmp_path: Path) -> None:
    """Undo before the first answer says so and asks the same again."""
    result = run_review(tmp_path, ["ab"], "u\ny\n")

    assert "There is no answer to take back." in result.stderr
    assert kept(tmp_path) == ["ab same"]


def test_pairs_are_made_as_they_are_asked(tmp_path: Path) -> None:
    """An endless supply of pairs is no trouble: nothing is drawn before it is shown."""
    pairs = (pair(f"a{number}", f"b{number}") for number in count())
    with CliRunner().isolation(input="y\nn\nq\n"):
        outcome = review_pairs(pairs, 10, DecisionFile(tmp_path / "d.csv"), DAY, clock=lambda: 0.0)

    assert outcome == ReviewOutcome(same=1, different=1, left=8)


def test_an_interruption_keeps_what_was_answered(tmp_path: Path) -> None:
    """Ctrl-C while the next pair is made ends with its own exit code and says how to go on."""

    def pairs() -> Iterator[ReviewPair]:
        yield pair("a", "b")
        raise KeyboardInterrupt

    @click.command()
    def command() -> None:
        review_pairs(pairs(), 5, DecisionFile(tmp_path / "d.csv"), DAY)

    result = CliRunner().invoke(command, input="y\n")

    assert result.exit_code == 130
    assert "Stopped. Kept in" in result.stderr
    assert "Left: 4. The same command" in result.stderr
    assert kept(tmp_path) == ["ab same"]


# ------------------------------------------------------------------------------------------------------- on a terminal


PROGRAM = """
import sys
from datetime import date
from pathlib import Path
from segaudit.cli.reviewing import review_pairs
from segaudit.identity.decision_file import DecisionFile
from tests.test_review import pair
pairs = [pair("a", "b"), pair("c", "d"), pair("e", "f")]
review_pairs(pairs, 3, DecisionFile(Path(sys.argv[1])), date(2026, 3, 31))
"""


def on_terminal(file: Path, keys: str) -> str:
    """Run a review of three pairs on a terminal, press a key at each question, and return what was shown."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(file)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        cwd=Path(__file__).parent.parent,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown = ""
        for key in keys:
            questions = shown.count("q quit:") + 1
            while shown.count("q quit:") < questions:
                more = _more(ours)
                assert more, shown
                shown += more
            # A key pressed before the question waits for one is thrown away: it would answer what nobody has seen.
            while termios.tcgetattr(ours)[3] & termios.ICANON:
                time.sleep(0.01)
            os.write(ours, key.encode())
        while more := _more(ours):
            shown += more
        process.wait(60)
    os.close(ours)
    return shown


def _more(terminal: int) -> str:
    """Return what a terminal shows next, nothing once the program has ended."""
    ready, _, _ = select.select([terminal], [], [], 60)
    assert ready
    try:
        return os.read(terminal, 65536).decode()
    except OSError:
        return ""


def test_one_key_is_an_answer_on_a_terminal(tmp_path: Path) -> None:
    """y, n and q need no return key, and NO_COLOR leaves no escape sequence."""
    shown = on_terminal(tmp_path / "d.csv", "ynq")

    assert kept(tmp_path) == ["ab same", "cd different"]
    assert "Left: 1." in shown
    assert "\x1b" not in shown


def test_ctrl_c_on_a_terminal_keeps_what_was_answered(tmp_path: Path) -> None:
    """The answer before it is in the file, and no traceback is shown."""
    shown = on_terminal(tmp_path / "d.csv", "y\x03")

    assert kept(tmp_path) == ["ab same"]
    assert "Stopped. Kept in" in shown
    assert "Left: 2." in shown


def test_a_record_decided_before_is_not_asked_about(tmp_path: Path) -> None:
    """What another run or a colleague has decided counts, unsure included."""
    DecisionFile(tmp_path / "d.csv").add([Decision(left="b", right="a", verdict=Verdict.UNSURE)])

    result = run_review(tmp_path, ["ab", "cd"], "y\n")

    assert kept(tmp_path) == ["cd same", "ba unsure"]
    assert "2 of 2" in result.stderr

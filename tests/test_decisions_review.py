"""What people decided about pairs: read from a file they edit, added to it, and what follows."""

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segaudit.errors import InputError, OutputError
from segaudit.identity.decision_file import DecisionFile, from_cell, read_decisions, to_cell, verdict_of
from segaudit.identity.decisions import Decisions, separate
from segaudit.model.review import Decision, Verdict
from tests.rules_support import write

HEADER = "record_id_l,record_id_r,decision,probability,decided_on,decided_by,note\n"


def decided(text: str, *, name: str = "") -> Decisions:
    """Return decisions from words: ``a=b`` is the same, ``a#b`` is different, ``a?b`` unsure, ``a-b`` open again."""
    signs = {"=": Verdict.SAME, "#": Verdict.DIFFERENT, "?": Verdict.UNSURE, "-": Verdict.OPEN}
    made = [
        Decision(left=word[0], right=word[2], verdict=signs[word[1]], line=line)
        for line, word in enumerate(text.split(), start=2)
    ]
    return Decisions(made, name=name)


def linked(decisions: Decisions, keys: str) -> tuple[list[str], list[str]]:
    """Return the links as pairs of letters."""
    must, cannot = decisions.links(pa.array(list(keys)))
    return ["".join(keys[place] for place in pair) for pair in must], [
        "".join(keys[place] for place in pair) for pair in cannot
    ]


def words(decisions: Decisions) -> list[str]:
    """Return the standing decisions as words, by kind."""
    return [f"{item.left} {item.verdict} {item.right}" for kind in Verdict for item in decisions.of(kind)]


# ------------------------------------------------------------------------------------------------------ what follows


def test_links_name_records_by_place() -> None:
    """Same pairs must be together and different ones must not; unsure ones are no link."""
    assert linked(decided("a=b c#a d?e"), "abcde") == (["ab"], ["ac"])


def test_what_follows_from_records_that_are_gone_still_holds() -> None:
    """With b gone, a and c are the same by way of it, and d is different from both of them."""
    assert linked(decided("a=b b=c b#d"), "acd") == (["ac"], ["ad"])


def test_the_last_word_on_a_pair_counts() -> None:
    """A pair decided twice, whichever record comes first, is as decided last; open takes a decision back."""
    assert linked(decided("a=b b#a c=d c-d"), "abcd") == ([], ["ab"])


def test_nothing_decided_links_nothing() -> None:
    """Without decisions there are no links, in the shape of links."""
    must, cannot = Decisions().links(pa.array(["a"]))

    assert (must.shape, cannot.shape) == ((0, 2), (0, 2))


def test_what_people_judged_is_there_to_learn_from() -> None:
    """Pairs that people decided themselves come as places with what they said, those that only follow do not."""
    pairs, same = decided("a=b b=c c#d a?d x=a").judged(pa.chunked_array([["a", "b"], ["c", "d"]]))

    assert pairs.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert same.tolist() == [True, True, False]


def test_decisions_about_absent_records_are_counted_and_kept() -> None:
    """A decision with a record that is not in the file stays, and is told."""
    decisions = decided("a=b a#x y?z")

    assert [item.pair for item in decisions.absent(pa.array(["a", "b"]))] == [("a", "x"), ("y", "z")]
    assert len(decisions) == 3


def test_what_is_known_of_a_pair() -> None:
    """Known is what was said, and what follows from what was said of others."""
    decisions = decided("a=b b=c c#d e=d a?f")

    assert decisions.known("c", "a") is Verdict.SAME
    assert decisions.known("e", "a") is Verdict.DIFFERENT
    assert decisions.known("f", "a") is Verdict.UNSURE
    assert decisions.known("f", "b") is None
    assert decisions.known("x", "y") is None


def test_a_contradiction_is_told_with_its_chain() -> None:
    """Different from end to end of a chain of same: both ends, the shortest way and its lines are named."""
    decisions = decided("a=b b=c c=d b=d a#d", name="decided.csv")
    (found,) = decisions.contradictions()

    assert (found.different.line, found.chain, found.lines) == (6, ("a", "b", "d"), (2, 5))
    with pytest.raises(InputError) as caught:
        decisions.links(pa.array(["a", "b", "c", "d"]))
    assert str(caught.value) == (
        "decided.csv:6: a and d are said to be different, and by other decisions the same: a = b = d\n"
        "  hint: one of the decisions is wrong; look at line 2, 5, 6"
    )


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("=#"), st.sampled_from("ABCDEF")), max_size=12))
def test_links_hold_what_was_decided(said: list[tuple[str, str, str]]) -> None:
    """Unless decisions contradict, groups joined by must-links hold every same pair, and no different one."""
    decisions = decided(" ".join("".join(item) for item in said))
    keys = "abcdefABCDEF"
    if decisions.contradictions():
        return
    must, cannot = decisions.links(pa.array(list(keys)))
    label = np.arange(len(keys))
    for a, b in must:
        label[label == label[b]] = label[a]
    together = {item.pair for item in decisions.of(Verdict.SAME)}

    assert all(label[keys.index(a)] == label[keys.index(b)] for a, b in together)
    for item in decisions.of(Verdict.DIFFERENT):
        ends = {label[keys.index(item.left)], label[keys.index(item.right)]}
        assert ends in [{label[a], label[b]} for a, b in cannot]
    assert all(label[a] != label[b] for a, b in cannot)


# ------------------------------------------------------------------------------------------------------------ undoing


def test_undoing_a_merge_parts_a_record_from_all_others() -> None:
    """A record is said to be different from each other one of its entity, and from nobody else."""
    keys, entities = pa.array(["a", "b", "c", "d"]), pa.array(["E1", "E1", "E2", "E1"])

    made = separate(keys, entities, "b", decided_on="2026-03-31", decided_by="Ann")

    assert [(item.left, item.right, item.verdict, item.note) for item in made] == [
        ("b", "a", Verdict.DIFFERENT, "taken out of E1"),
        ("b", "d", Verdict.DIFFERENT, "taken out of E1"),
    ]
    assert (made[0].decided_on, made[0].decided_by) == ("2026-03-31", "Ann")


def test_undoing_overrules_what_was_said_before() -> None:
    """After a chain of same decisions a record is taken out, and nothing contradicts it."""
    decisions = decided("a=b b=c")
    for item in separate(pa.array(["a", "b", "c"]), pa.array(["E1"] * 3), "b"):
        decisions.add(item)

    assert linked(decisions, "abc") == ([], ["ab", "bc"])


@pytest.mark.parametrize(("key", "said"), [("x", 'no record is called "x"'), ("c", 'the record "c" is alone in E2')])
def test_what_cannot_be_undone_is_refused(key: str, said: str) -> None:
    """A record that is not there, and one that is alone."""
    with pytest.raises(InputError, match=said):
        separate(pa.array(["a", "b", "c"]), pa.array(["E1", "E1", "E2"]), key)


# ----------------------------------------------------------------------------------------------------------- the file


def test_decisions_read_as_people_write_them(tmp_path: Path) -> None:
    """Words in two languages, any case, and rows still to be decided."""
    path = write(
        tmp_path / "d.csv",
        """
        record_id_l,record_id_r,decision
        a,b,Same
        c,d,JA
        e,f,nein
        g,h,Kein Duplikat.
        i,j,?
        k,l,
        m,n,weiß nicht
        ,,
        o,p,open
        """,
    )

    decisions = read_decisions(path)

    assert words(decisions) == [
        "a same b", "c same d", "e different f", "g different h", "i unsure j", "m unsure n",
    ]  # fmt: skip
    assert decisions.undecided == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_decisions_read_as_a_spreadsheet_saves_them(tmp_path: Path, encoding: str) -> None:
    """Semicolons, its own encoding, decimal commas, columns of its own, in another order and another case."""
    text = "Note;Decision;Extra;RECORD_ID_R;record_id_l;Probability\r\nMüller;n;;ü;a;0,75\r\n;y;;c;d;75 %\r\n"
    (tmp_path / "d.csv").write_bytes(text.encode(encoding))

    decisions = read_decisions(tmp_path / "d.csv")

    (different,), (same,) = decisions.of(Verdict.DIFFERENT), decisions.of(Verdict.SAME)
    assert (different.left, different.right, different.note, different.probability) == ("a", "ü", "Müller", 0.75)
    assert (same.left, same.right, same.probability, same.line) == ("d", "c", 0.75, 3)


@pytest.mark.parametrize(
    ("rows", "where", "said"),
    [
        ("a,b,d\n", ":2", '"d" is no decision'),
        ("a,b,y\na,c,perhaps\na,d,x\n", ":3", '"perhaps" is no decision; 1 more rows are wrong (line 4)'),
        ("a,,y\n", ":2", "the row does not name two records"),
        ("a,a,y\n", ":2", 'the record "a" is paired with itself'),
        ("a,b\n", ":2", "the row ends before its decision"),
        ('a,b,y\n"a\nb",c,no!\n"a"b,c,y\n', ":5", "the quotation marks of this row do not pair up"),
        ('a,b,y\na,"c,y\nd,e,y\n', ":3", "the quotation marks of this row do not pair up"),
        ('a,b,y\na,"c,y\nd,e,y', ":3", "the quotation marks of this row do not pair up"),
    ],
)
def test_rows_that_say_nothing_are_named(tmp_path: Path, rows: str, where: str, said: str) -> None:
    """A mistake comes with its line and how to mend it, the others with their number."""
    path = tmp_path / "d.csv"
    path.write_text("record_id_l,record_id_r,decision\n" + rows, encoding="utf-8")

    with pytest.raises(InputError) as caught:
        read_decisions(path)

    assert said in caught.value.problem
    assert caught.value.where == f"{path}{where}"
    assert caught.value.hint


def test_another_file_is_refused(tmp_path: Path) -> None:
    """A file with other columns is none of decisions, and a folder cannot be read."""
    path = write(tmp_path / "d.csv", "name,decision\nAnn,y\n")

    with pytest.raises(InputError, match="it has no column record_id_l, record_id_r"):
        read_decisions(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_decisions(tmp_path)


def test_a_file_that_is_not_there_holds_no_decisions(tmp_path: Path) -> None:
    """Neither a missing nor an empty file is an error."""
    (tmp_path / "empty.csv").touch()

    assert len(read_decisions(tmp_path / "none.csv")) == len(read_decisions(tmp_path / "empty.csv")) == 0
    assert not (tmp_path / "none.csv").exists()


SAME_AB = Decision(left="a", right="b", verdict=Verdict.SAME, probability=0.51234, decided_on="2026-03-31", note="ü")


def test_a_decision_is_added_to_a_new_file(tmp_path: Path) -> None:
    """The file begins with a mark for spreadsheets and the header, and has a row for each decision."""
    file = DecisionFile(tmp_path / "d.csv")
    assert not file.path.exists()

    file.add([SAME_AB])

    assert file.path.read_bytes() == f"\ufeff{HEADER}a,b,same,0.5123,2026-03-31,,ü\n".replace("\n", "\r\n").encode()
    assert words(file.decisions) == words(read_decisions(file.path)) == ["a same b"]


def test_what_stands_there_stays_as_it_is(tmp_path: Path) -> None:
    """A row is added in the order of columns and with the delimiter of the file; no byte before it changes."""
    before = b"decision;owner;record_id_r;record_id_l\ny;me;  d;c\n"
    (tmp_path / "d.csv").write_bytes(before)

    DecisionFile(tmp_path / "d.csv").add([SAME_AB])

    assert (tmp_path / "d.csv").read_bytes() == before + b"same;;b;a\r\n"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_file_in_another_encoding_becomes_utf_8(tmp_path: Path, encoding: str) -> None:
    """Before a row is added that the old encoding could not hold, the same rows are written in UTF-8."""
    path = tmp_path / "d.csv"
    path.write_bytes("record_id_l,record_id_r,decision\r\nü,€,y\r\n".encode(encoding))

    DecisionFile(path).add([Decision(left="Ł", right="b", verdict=Verdict.UNSURE)])

    assert path.read_bytes().decode() == "\ufeffrecord_id_l,record_id_r,decision\r\nü,€,y\r\nŁ,b,unsure\r\n"


@pytest.mark.parametrize("torn", ["x", 'x,"y', "x,y,diff", 'x,y,same,,,,"no'])
def test_a_row_torn_off_by_a_crash_is_dropped(tmp_path: Path, torn: str) -> None:
    """A last line that ends in the middle is no answer: it is passed over, and the next row takes its place."""
    path = tmp_path / "d.csv"
    path.write_text(f"{HEADER}c,d,same,,,,\n{torn}", encoding="utf-8")

    assert words(read_decisions(path)) == ["c same d"]
    DecisionFile(path).add([SAME_AB])

    assert words(read_decisions(path)) == ["c same d", "a same b"]
    assert torn not in path.read_text(encoding="utf-8")


def test_a_last_line_without_its_end_counts_if_it_is_whole(tmp_path: Path) -> None:
    """An editor that ends no last line loses no decision, and the next row begins a line of its own."""
    path = tmp_path / "d.csv"
    path.write_text("record_id_l,record_id_r,decision\nc,d,same", encoding="utf-8")

    DecisionFile(path).add([SAME_AB])

    assert words(read_decisions(path)) == ["c same d", "a same b"]


def test_somebody_may_edit_the_file_meanwhile(tmp_path: Path) -> None:
    """What was added to the file while it was in use counts, and its new delimiter is kept to."""
    path = tmp_path / "d.csv"
    file = DecisionFile(path)
    file.add([SAME_AB])
    path.write_text("record_id_l;record_id_r;decision\na;b;n\nc;d;y\n", encoding="utf-8")

    file.add([Decision(left="e", right="f", verdict=Verdict.SAME)])

    assert words(file.decisions) == words(read_decisions(path)) == ["c same d", "e same f", "a different b"]


def test_a_file_that_cannot_be_written_is_refused_before_anyone_answers(tmp_path: Path) -> None:
    """A folder that is not there is told at once."""
    with pytest.raises(OutputError, match="no decision can be kept there"):
        DecisionFile(tmp_path / "none" / "d.csv")


def test_an_answer_that_cannot_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails is an error with a way out, and the decision does not count."""
    file = DecisionFile(tmp_path / "d.csv")

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match="the answer cannot be kept"):
        file.add([SAME_AB])

    assert len(file.decisions) == 0


# ------------------------------------------------------------------------------------------------------ spreadsheets


@pytest.mark.parametrize(
    "key", ["=1+1", "+49", "-5", "@x", "007", "1e5", "3/4", "12345678901234567", "1.50", "MAR1", "3-Dez", "TRUE", "'=1"]
)
def test_keys_a_spreadsheet_would_change_are_kept_from_it(key: str) -> None:
    """An apostrophe goes before what would run, or be saved as a number, a date or a logical value."""
    assert to_cell(key) == f"'{key}"


@pytest.mark.parametrize("key", ["5", "0", "rec-1-org", "0035g00000ABCde", "r12ab34cd56ef7890", "Jan", "O'Neill", "'x"])
def test_other_keys_stand_as_they_are(key: str) -> None:
    """Plain numbers, ids and names have no apostrophe put before them."""
    assert to_cell(key) == key == from_cell(key)


@given(st.text(st.sampled_from("'=-+07e1.aJN\n,\";ü ")) | st.text())
def test_cells_read_back_as_they_were(text: str) -> None:
    """Whatever a key is, it comes back from its cell."""
    assert from_cell(to_cell(text)) == text


TRIMMED = st.text(st.sampled_from("'=0e1a\n,\";ü€Ł "), min_size=1, max_size=6).filter(lambda text: text == text.strip())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(TRIMMED, TRIMMED, st.sampled_from(list(Verdict)), TRIMMED), max_size=5))
def test_decisions_read_back_as_they_were(rows: list[tuple[str, str, Verdict, str]]) -> None:
    """Keys and notes with any signs come back from a file."""
    made = [
        Decision(left=left, right=f"{right}!", verdict=verdict, note=note)
        for left, right, verdict, note in rows
        if left != f"{right}!"
    ]
    with TemporaryDirectory() as name:
        file = DecisionFile(Path(name) / "d.csv")
        for item in made:
            file.add([item])
        read = read_decisions(file.path)

    for kind in Verdict:
        assert [replace(item, line=0) for item in read.of(kind)] == list(Decisions(made).of(kind))


@pytest.mark.parametrize("word", ["d", "", "yesno", "2"])
def test_words_that_are_no_decision(word: str) -> None:
    """What could mean two things, or nothing, is no decision."""
    assert verdict_of(word) is None

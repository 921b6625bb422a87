"""Job titles: function and seniority from words, in four languages."""

from datetime import date

import pytest

from segaudit.audit.deriving import rule_fields
from segaudit.model.derived import Effect, Phrase, Several, Words
from segaudit.rulebook.derived import load_derivations
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue
from segaudit.segments.deriving.methods import source_reader
from segaudit.text.phrases import PhraseReader
from segaudit.text.titles import title_words

SHIPPED = RulesLocation.at(None)
DERIVATIONS = load_derivations(SHIPPED, rule_fields(load_catalogue(SHIPPED))).by_field
SENIORITY = source_reader(DERIVATIONS["seniority"], SHIPPED, date(2026, 1, 1), [";"])
FUNCTION = source_reader(DERIVATIONS["job_function"], SHIPPED, date(2026, 1, 1), [";", ";"])


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Leiter:in IT", ["leiter", "it"]),
        ("Leiter(in) Einkauf (m/w/d)", ["leiter", "einkauf"]),
        ("Directeur/trice Général(e)", ["directeur", "general"]),
        ("LeiterIn R&D", ["leiter", "rd"]),
        ("C.E.O.", ["ceo"]),
        ("Geschäftsführer", ["geschaftsfuhrer"]),
    ],
)
def test_words_of_a_title(title: str, words: list[str]) -> None:
    """Gendered forms, what an advertisement adds, dots and accents are taken away."""
    assert [word.text for word in title_words(title)] == words


@pytest.mark.parametrize(
    ("title", "seniority"),
    [
        ("Vice President", "VP"),
        ("President", "C-level"),
        ("Chief Data Officer", "C-level"),
        ("Founder & CEO", "Owner"),
        ("Owner / Sales Manager", "Owner"),
        ("Assistant to the CEO", "Individual"),
        ("CEO Assistant", "Individual"),
        ("Assistentin der Geschäftsführung", "Individual"),
        ("Assistante de direction", "Individual"),
        ("Account Manager", "Individual"),
        ("Trainee Sales Manager", "Entry"),
        ("Senior Manager", "Manager"),
        ("Interim CFO", "C-level"),
        ("former CFO", None),
        ("CFO (retired)", None),
        ("Advisor, former CEO", "Senior"),
        ("Bereichsleiterin", "Director"),
        ("Geschaeftsfuehrerin", "C-level"),
        ("Gruppenleiter", "Manager"),
        ("Directrice marketing", "Director"),
        ("PDG", "C-level"),
        ("Jefa de Ventas", "Manager"),
        ("Directora", "Director"),
        ("Managing Dircector", "C-level"),
        ("Gandalf", None),
    ],
)
def test_seniority(title: str, seniority: str | None) -> None:
    """The highest title somebody holds decides; not that of a boss, and not one that is no longer held."""
    assert SENIORITY([title]).value == seniority


@pytest.mark.parametrize(
    ("title", "department", "function"),
    [
        ("VP Sales", None, "Sales"),
        ("IT Sales Manager", None, "Sales"),
        ("Product Marketing Manager", None, "Marketing"),
        ("Vertriebsleiter", None, "Sales"),
        ("Produktionsleiterin", None, "Operations"),
        ("Datenschutzbeauftragte", None, "Legal"),
        ("DRH", None, "Human resources"),
        ("Responsable des achats", None, "Procurement"),
        ("Contable", None, "Finance"),
        ("Executive Assistant to the CFO", None, "Administration"),
        ("Manager", "Einkauf", "Procurement"),
        (None, "Human Resources", "Human resources"),
        ("Manager", None, None),
    ],
)
def test_function(title: str | None, department: str | None, function: str | None) -> None:
    """The surest phrase of the title decides; the department does where the title tells nothing."""
    assert FUNCTION([title, department]).value == function


def reader(*phrases: tuple[str, str], several: Several = Several.SUREST, order: tuple[str, ...] = ()) -> PhraseReader:
    """Return a reader of a few phrases."""
    return PhraseReader(
        Words(phrases=tuple(Phrase(words=w, value=v) for w, v in phrases), several=several, order=order)
    )


def test_the_longest_phrase_takes_its_words() -> None:
    """What a longer phrase has taken tells nothing any more."""
    found = reader(("president", "top"), ("vice president", "second")).read("Vice President")
    assert (found.value, found.why) == ("second", "vice president")


def test_of_parts_of_words_the_longer_decides() -> None:
    """Of two that fit one word, the one with more letters is meant."""
    assert reader(("daten*", "data"), ("datenschutz*", "law")).read("Datenschutzbeauftragter").value == "law"


def test_sureness_grows_with_what_is_matched() -> None:
    """0.9 for a word, and half of what is lacking for the share of the cell it is; a rival takes a fifth."""
    assert reader(("sales", "S")).read("Sales").sure == pytest.approx(0.95)
    assert reader(("sales", "S")).read("Sales wizard").sure == pytest.approx(0.925)
    assert reader(("sales", "S"), ("legal", "L")).read("Sales legal").sure == pytest.approx(0.925 * 0.8)


def test_a_slip_is_mended_and_less_sure() -> None:
    """One letter off a long word is that word, less surely; not at its end, and not if two words are as near."""
    found = reader(("manager", "M")).read("Manaegr")
    assert found.value == "M"
    assert found.sure == pytest.approx(0.95 * 0.8)
    assert reader(("advisor", "A")).read("Advisory").value is None
    assert reader(("sampler", "A"), ("simpler", "B")).read("smpler").value is None


def test_helpers_and_former_titles_reach_to_the_next_sign() -> None:
    """A helper's boss is in the same part of the cell; behind a bar begins another title."""
    table = Words(
        phrases=(
            Phrase(words="assistant to", value="staff", effect=Effect.HELPER),
            Phrase(words="ceo", value="top"),
        ),
        several=Several.HIGHEST,
        order=("top", "staff"),
    )
    assert PhraseReader(table).read("Assistant to the CEO").value == "staff"
    assert PhraseReader(table).read("Assistant to somebody | CEO").value == "top"


def test_a_huge_cell_is_read_in_part() -> None:
    """Nobody's title has a million letters; what stands far behind is not looked at."""
    assert SENIORITY(["x " * 500_000 + "CEO"]).value is None

"""Evidence in the language of a report: English sentences, put into another by what they hold."""

import re
import time

import pytest

from segaudit.report.words import Words
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import load_texts


@pytest.fixture(scope="module")
def german() -> Words:
    """Return the German texts."""
    location = RulesLocation.at(None)
    return Words(language="de", texts=load_texts(location, "de"), fallback=load_texts(location, "en"))


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("blanks around the value, which nobody sees", "Leerzeichen um den Wert, die niemand sieht"),
        ("1,234 rows write the same word Acme, Inc.", "1.234 Zeilen schreiben dasselbe Wort Acme, Inc."),
        ("99.5% of the column is written in another way", "99,5 % der Spalte sind anders geschrieben"),
        ("chi-square p = 0.0054 (Holm), at most 0.05", "Chi-Quadrat p = 0,0054 (Holm), höchstens 0,05"),
        # The longer sentence before the shorter it begins with.
        (
            "2 of 3 rows with City Ulm say DE; 2 columns say so",
            "2 von 3 Zeilen mit City Ulm sagen DE; 2 Spalten sagen es so",
        ),
        ("stands on 7 rows", "steht in 7 Zeilen"),
        # Sentences within sentences, and several in one breath.
        (
            "0%, can't tell of 89% can be: 91% have a working email; 67% have a working phone",
            (
                "0 % sind es, von 89 % lässt es sich nicht sagen: 91 % haben eine brauchbare E-Mail-Adresse; "
                "67 % haben eine brauchbare Telefonnummer"
            ),
        ),
        ("no web address; a formula instead of its value", "keine Webadresse; eine Formel statt ihres Wertes"),
        (
            "Email same, First Name nickname, Last Name one slip",
            "Email gleich, First Name Kosename, Last Name ein Tippfehler",
        ),
    ],
)
def test_sentences_that_are_known(german: Words, english: str, expected: str) -> None:
    """Words stay as they are, numbers are written as the language does."""
    told = german.evidence(english)
    assert told is not None
    assert told.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize(
    "english",
    [
        "a sentence nobody knows",
        "no web address; a sentence nobody knows",
        "0%, can't tell of 89% can be: something else",
        "x rows write the same word Acme",  # no number where one belongs
        "",
    ],
)
def test_a_sentence_with_an_unknown_part_stays_english(german: Words, english: str) -> None:
    """Half a translation is none."""
    assert german.evidence(english) is None


def test_english_is_not_put_into_english() -> None:
    """In English reports evidence is what was built."""
    texts = load_texts(RulesLocation.at(None), "en")
    assert Words(language="en", texts=texts, fallback=texts).evidence("stands on 7 rows") is None


def test_what_a_file_holds_cannot_hold_it_up(german: Words) -> None:
    """Cells are quoted in sentences; however they are made, a sentence is given up in no time."""
    begun = time.monotonic()
    for piece in ("a; ", "is after ", " say ", ", ", "{n} ", " rows with "):
        german.evidence(piece * 90)
        german.evidence(piece * 10_000)
    assert time.monotonic() - begun < 20


def test_no_sentence_hides_another(german: Words) -> None:
    """Each sentence, with plain words in its places, is found under its own name: those before it leave it alone."""
    places = {"part": "no web address", "list": "4 without", "w": "Email"}
    hidden = []
    for name, text in german.fallback.items():
        if not name.startswith("evidence."):
            continue
        wanted = {key: places.get(key, "7" if len(key) == 1 and key in "nmkjih" else "Abc") for key in _places(text)}
        said = {
            key: "keine Webadresse" if key == "part" else "4 ohne" if key == "list" else value
            for key, value in wanted.items()
        }
        if german.evidence(text.format(**wanted)) != german.texts[name].format(**said):
            hidden.append(name)
    assert hidden == []


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text.replace("{{", "").replace("}}", "")))

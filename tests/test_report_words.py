"""The texts of reports: whole in every language, with the same places to fill in, and numbers as each writes them."""

import re
import string
from datetime import date
from pathlib import Path

import pytest

from segaudit.errors import InputError
from segaudit.report.words import Words
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import ENGLISH, languages, load_texts

_SHIPPED = RulesLocation.at(None)
_OTHERS = [name for name in languages(_SHIPPED) if name != ENGLISH]


def words(language: str, **texts: str) -> Words:
    """Return the shipped texts of a language, and some more."""
    return Words(
        language=language,
        texts={**load_texts(_SHIPPED, language), **texts},
        fallback=load_texts(_SHIPPED, ENGLISH),
    )


def places(text: str) -> set[str]:
    """Return the names of what is to be filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", _OTHERS)
def test_every_text_is_translated(language: str) -> None:
    """A name that stands in one language stands in the other; checks fall back to their own English words."""
    english = {name for name in load_texts(_SHIPPED, ENGLISH) if not name.startswith("check.")}
    other = {name for name in load_texts(_SHIPPED, language) if not name.startswith("check.")}
    assert {name.removesuffix(".one") for name in english} == {name.removesuffix(".one") for name in other}


@pytest.mark.parametrize("language", _OTHERS)
def test_translations_fill_in_what_the_original_does(language: str) -> None:
    """A place nobody fills would end the report; one less would lose a number. A singular may leave its number out."""
    english, other = load_texts(_SHIPPED, ENGLISH), load_texts(_SHIPPED, language)
    differ = [
        name
        for name in english.keys() & other.keys()
        if not name.endswith(".one") and places(english[name]) != places(other[name])
    ]
    assert differ == []
    for texts in (english, other):
        singular = [name for name in texts if name.endswith(".one")]
        assert [name for name in singular if not places(texts[name]) <= places(texts[name.removesuffix(".one")])] == []


@pytest.mark.parametrize("language", _OTHERS)
def test_every_shipped_check_is_translated(language: str) -> None:
    """Title, why and mend of each."""
    named = {
        identity
        for path in _SHIPPED.quality_files()
        for identity in re.findall(r"^  - id: ([a-z][a-z0-9-]+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    texts = load_texts(_SHIPPED, language)
    assert named
    assert [name for name in sorted(named) if f"check.{name}.title" not in texts] == []


def test_numbers_are_written_as_the_language_does() -> None:
    """Thousands, decimals, percent and days."""
    english, german = words("en"), words("de")
    assert (english.number(1234567), german.number(1234567)) == ("1,234,567", "1.234.567")
    assert (english.decimal(1234.5), german.decimal(1234.5)) == ("1,234.5", "1.234,5")
    assert (english.share(0.343, 1), german.share(0.343, 1)) == ("34.3%", "34,3 %")
    assert (english.day(date(2026, 3, 1)), german.day(date(2026, 3, 1))) == ("1 March 2026", "1. März 2026")


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0%"), (0.001, "<1%"), (0.01, "1%"), (0.5, "50%"), (0.997, ">99%"), (1, "100%")]
)
def test_some_are_never_none_and_nearly_all_never_all(share: float, said: str) -> None:
    """A reader must not take 0.3 % for nobody."""
    assert words("en").share(share) == said


def test_one_has_words_of_its_own() -> None:
    """Where a text has them."""
    said = words("en", **{"t": "{rows} records", "t.one": "one record"})
    assert [said("t", rows=count) for count in (0, 1, 2)] == ["0 records", "one record", "2 records"]


def test_what_is_not_translated_is_english() -> None:
    """A language of the client's own may be half done."""
    half = Words(language="fr", texts={"a": "bonjour"}, fallback={"a": "hello", "b": "bye"})
    assert (half("a"), half("b")) == ("bonjour", "bye")
    with pytest.raises(KeyError):
        half("c")


def test_rules_folder_adds_texts_and_languages(tmp_path: Path) -> None:
    """Name by name, over those that are shipped."""
    (tmp_path / "report" / "en").mkdir(parents=True)
    (tmp_path / "report" / "nl").mkdir()
    (tmp_path / "report" / "en" / "own.yaml").write_text('audit.title: "Our audit"\n', encoding="utf-8")
    (tmp_path / "report" / "nl" / "own.yaml").write_text('audit.title: "Onze audit"\n', encoding="utf-8")
    location = RulesLocation.at(str(tmp_path))
    assert load_texts(location, "en")["audit.title"] == "Our audit"
    assert load_texts(location, "en")["month.1"] == "January"
    assert load_texts(location, "nl") == {"audit.title": "Onze audit"}


def test_language_nobody_wrote_is_refused_with_those_there_are() -> None:
    """And how to add one."""
    with pytest.raises(InputError, match="no report in the language") as caught:
        load_texts(_SHIPPED, "xx")
    assert "there are de, en" in caught.value.hint


@pytest.mark.parametrize("text", ["- a\n- b\n", "a: [1, 2]\n", "a: 3\n"])
def test_texts_that_are_none_are_told_by_their_line(text: str, tmp_path: Path) -> None:
    """A list, or a number without quotes."""
    (tmp_path / "report" / "en").mkdir(parents=True)
    (tmp_path / "report" / "en" / "own.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_texts(RulesLocation.at(str(tmp_path)), "en")
    assert "own.yaml:1" in str(caught.value)

"""The words of a report in the language of its reader: from rules/report/, so that anybody can translate them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from segaudit.report.evidence_words import english_sentences, is_number, translated
from segaudit.rulebook.report_words import ENGLISH

_ONE = ".one"
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Texts by name, and how numbers and days are written."""

    language: str  # as HTML states it: en, de
    texts: Mapping[str, str]
    fallback: Mapping[str, str]  # English, for what is not translated

    def __call__(self, name: str, /, **values: float | str) -> str:
        """Return a text with its places filled in; whole numbers are written as the language does.

        A text called ``NAME.one`` stands for NAME where ``rows`` (or ``n``) is 1. A float is a share, read as percent.

        Raises:
            KeyError: There is no text of this name, or a place has no value: a mistake in the code or in a translation.
        """
        count = values.get("n", values.get("rows"))
        text = self._text(name + _ONE) if count == 1 else None
        if text is None:
            text = self._text(name)
        if text is None:
            raise KeyError(name)
        return text.format(**{key: self._said(value) for key, value in values.items()})

    def has(self, name: str) -> bool:
        """Tell whether there is a text of this name."""
        return self._text(name) is not None

    def number(self, value: float) -> str:
        """Return a count with the signs between thousands that the language uses."""
        said = f"{round(value):,}"
        return said.replace(",", self.texts.get("number.thousands", ","))

    def decimal(self, value: float, places: int = 1) -> str:
        """Return a number with decimals."""
        whole, _, rest = f"{value:,.{places}f}".partition(".")
        thousands, point = self.texts.get("number.thousands", ","), self.texts.get("number.point", ".")
        return whole.replace(",", thousands) + (point + rest if rest else "")

    def share(self, value: float, places: int = 0) -> str:
        """Return a share in percent: never 0 % for some, or 100 % for not all."""
        unit = self.texts.get("number.percent", "%")
        percent = value * _PERCENT
        least = 10**-places
        if 0 < percent < least:
            return f"<{self.decimal(least, places)}{unit}"
        if _PERCENT - least < percent < _PERCENT:
            return f">{self.decimal(_PERCENT - least, places)}{unit}"
        return f"{self.decimal(percent, places)}{unit}"

    def day(self, value: date) -> str:
        """Return a day as the language writes it."""
        form = self.texts.get("day", "{day} {month} {year}")
        return form.format(day=value.day, month=self(f"month.{value.month}"), year=value.year)

    def evidence(self, sentence: str) -> str | None:
        """Return a sentence that was built in English; None if the language has no words for it, or is English."""
        if self.language == ENGLISH:
            return None
        return translated(sentence, english_sentences(tuple(self.fallback.items())), self._filled)

    def _filled(self, name: str, places: Mapping[str, str]) -> str | None:
        text = self.texts.get(name)
        if text is None:
            return None
        return text.format(
            **{place: self._figure(said) if is_number(place) else said for place, said in places.items()}
        )

    def _figure(self, said: str) -> str:
        """Return a number that was written in English: 1,234.5 and 40%."""
        thousands, point = self.texts.get("number.thousands", ","), self.texts.get("number.point", ".")
        unit = self.texts.get("number.percent", "%") if said.endswith("%") else ""
        whole, dot, rest = said.removesuffix("%").partition(".")
        return whole.replace(",", thousands) + (point if dot else "") + rest + unit

    def _text(self, name: str) -> str | None:
        return self.texts.get(name, self.fallback.get(name))

    def _said(self, value: float | str) -> str:
        if isinstance(value, str):
            return value
        return self.number(value) if isinstance(value, int) else self.share(value)

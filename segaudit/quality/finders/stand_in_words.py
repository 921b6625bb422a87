"""Which words stand for a missing value: evidence that lies in one text and the kind of column it is in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.quality.fillers import MERGE_TAG, digits_of, is_counting, is_held_key, is_marks

NAMES = frozenset({"first_name", "middle_name", "last_name", "full_name"})
# Where a company, a product or a sentence may consist of any word at all.
ANY_WORD = frozenset(
    "company parent_company product deal_name campaign job_title tags technologies notes description activity_subject "
    "lost_reason bounce_reason street street_2 city owner intent_topic".split()
)
_WRAPPING = " \t\u00a0-–—_.*~#'\"`()[]{}<>=:;!?/\\|,"

_PROMPT = re.compile(
    r"(?:please )?(?:select|choose|pick)(?: (?:one|list|option|value|(?:an?|your|the|from)(?: \w+){1,3}))?"
    r"|please (?:select|choose|pick|enter|specify|fill in)(?: \w+){0,4}"
    r"|(?:bitte )?(?:aus)?wählen|bitte (?:aus)?wählen(?: sie)?(?: \w+){0,3}|auswahl treffen"
    r"|(?:veuillez )?(?:sélectionner|choisir)|(?:sélectionnez|choisissez)(?: \w+){0,3}"
    r"|(?:por favor,? )?(?:seleccione|seleccionar|elija|elegir|escoja)(?: \w+){0,3}"
    r"|(?:por favor,? )?(?:selecione|escolha|selecionar)(?: \w+){0,3}"
    r"|seleziona(?:re)?(?: \w+){0,3}|maak een keuze|kies (?:een|uw) \w+"
)
_BARE_PROMPTS = frozenset({"select", "choose", "pick"})  # also names of companies
_UNKNOWN = re.compile(
    r"(?:do not|don'?t|dont) know|not (?:sure|known|set|stated|entered|applicable|available|provided|specified|given"
    r"|collected|recorded|disclosed)|no (?:data|value|entry|information|info)"
    r"|to be (?:determined|confirmed|advised|announced|decided|defined)|information not available|unbekannt"
    r"|wei(?:ß|ss) nicht|keine (?:daten|angaben?|ahnung)|nicht (?:bekannt|angegeben|vorhanden)|inconnue?|non connu"
    r"|pas de donnée|desconocid[oa]|sin dato|no sabe|desconhecid[oa]|não (?:sei|sabe)|sconosciut[oa]"
    r"|non (?:noto|specificato|disponibile)|onbekend"
)
# What people write in a cell that is for something else: no number, address or day can be read from it.
_ASIDE = re.compile(
    r"same(?: as \w+)?|as above|ditto|idem|dito|see \w+|siehe \w+|voir \w+|ver \w+|ask(?: \w+)?|call \w+"
    r"|no (?:phone|tel|telephone|number|mobile|fax|e-?mail|mail|web ?site|url|date)|none|never|nie|jamais|nunca|not yet"
    r"|refused|private|withheld|unlisted|ex-?directory|disconnected|pending|later|not required|missing|x+|todo|n"
    r"|kein(?:e|en)? \w+|pas de \w+|sin (?:tel[eé]fono|correo|email|dato|fecha)|sem (?:telefone|email)|geen \w+"
)
_STILL_GOING = frozenset(
    "present current today now ongoing yesterday tomorrow january february march april may june july august september "
    "october november december monday tuesday wednesday thursday friday saturday sunday laufend heute actual".split()
)
_MASHED = re.compile(
    r"(?:asdf|asdfg|asdfgh|asdfghj|asdfghjk|asdfghjkl|asd|qwer|qwert|qwerty|qwertz|qwertyuiop|azerty|zxcv|zxcvb|zxcvbn"
    r"|zxcvbnm|yxcv|yxcvb|hjkl|jkl|dfg|sdf|sdfg|fgh|ghj|lkj|lkjh|poiu|mnbv|uiop)+"
)
_TYPED = re.compile(
    r"test(?:[ _-]*(?:test|er|ing|data|record|entry|user|value))*[ _-]*\d{0,3}|testing|dummy(?: \w+)?|tbc"
)
_NO_MAIL = re.compile(
    r"(?:no|not?[._-]?have|without|none|nil|null|unknown|missing|invalid|fake|dummy|blank|empty|keine?|sin|sem|pas[._-]?de)"
    r"[._-]?(?:e?-?mails?|mail|address|correo|adresse)(?:[._-]?(?:address|provided|given|available))?\d{0,2}"
    r"|no|none|noone|no[._-]one|nobody|unknown|donotmail|not[._-]?(?:provided|available|given|known|applicable)"
)
_NO_MAIL_OR_NAME = re.compile(
    r"na|n\.a|null|nil|blank|missing|sin|sem|no|none"
)  # na@na.com, but also Na Li's na@li.com
_MAIL_FILLER = re.compile(
    r"test\d{0,3}|testing|tester|asdf+|qwert[yz]|xxx*|abc|aaa*|bbb|foo|bar|dummy|fake|sample|user"
)
_SCHEME_ONLY = re.compile(r"(?:https?:?/{0,2})?(?:www\.?)?(?:com)?|https?://(?:none|na|n/a|unknown|test)\.?(?:com)?")
_COUNTRY_CODE = re.compile(r"\(?\+\d{1,3}\)?")
_LEAST_DIGITS = 7  # of a telephone number
_RECURS_FROM = 2  # rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a value stands for a missing one, and how sure that is (0-1)."""

    confidence: float
    because: str


def judge_word(text: str, rows: int, reading: ColumnReading, missing: frozenset[str]) -> Evidence | None:
    """Judge one trimmed value of a column.

    Args:
        text: The value; neither blank nor on the list of placeholders.
        rows: How many rows hold it.
        reading: The column's field and type.
        missing: Words that stand for a missing value in this column, in lower case.
    """
    lower = " ".join(text.lower().split())
    if MERGE_TAG.fullmatch(lower):
        return Evidence(confidence=0.95, because="is the place of a value in a template, which nobody filled in")
    judge = _OF_KIND.get(reading.type)
    return _judge_any(lower, reading, missing) or (judge(lower, rows) if judge else _judge_text(lower, reading))


def _judge_any(lower: str, reading: ColumnReading, missing: frozenset[str]) -> Evidence | None:
    field = reading.column.field
    if is_marks(lower):
        return Evidence(confidence=0.95, because="holds neither a letter nor a digit")
    core = lower.strip(_WRAPPING)
    if core != lower and core in missing and len(core) > 1:
        return Evidence(confidence=0.95, because=f'is "{core}", which stands for a missing value, with marks around it')
    if field in NAMES or field in ANY_WORD:
        # A company may be called Choose Energy, and somebody Aucune; only a whole request is none of them.
        asks = _PROMPT.fullmatch(core) and core.startswith(("please", "bitte", "veuillez", "por favor"))
        return Evidence(confidence=0.95, because="is what a form says before anything is chosen") if asks else None
    if _PROMPT.fullmatch(core) and (core not in _BARE_PROMPTS or reading.type is not FieldType.TEXT):
        return Evidence(confidence=0.95, because="is what a form says before anything is chosen")
    if _UNKNOWN.fullmatch(core):
        return Evidence(confidence=0.9, because="says that nobody knows")
    return None


def _judge_text(lower: str, reading: ColumnReading) -> Evidence | None:
    field = reading.column.field
    if field == "postal_code":
        return _judge_postcode(lower)
    if reading.type is FieldType.MULTI or field in {"notes", "description", "tags"}:
        return None
    plain = lower.replace(" ", "")
    if _MASHED.fullmatch(plain) and len(plain) > 3:  # noqa: PLR2004 - three keys in a row are also a short name
        return Evidence(confidence=0.95, because="is a row of keys beside each other")
    letters = r"x+|([a-hj-z])\1{2,}" if field in NAMES else r"xx+"
    if re.fullmatch(letters, plain) and field not in {"company", "parent_company", "product"}:
        return Evidence(confidence=0.9, because="is one letter typed to fill a cell")
    if _TYPED.fullmatch(lower) and field not in {"last_name", "product", "campaign", "deal_name", "activity_subject"}:
        return Evidence(confidence=0.85, because="is a word typed to try out a form")
    return None


def _judge_postcode(lower: str) -> Evidence | None:
    # No country gives out a code of zeros or of nines only; 11111, 12345 or 55555 are places.
    if is_held_key(lower, 4) and lower[0] in "09":
        return Evidence(confidence=0.95, because=f"repeats the digit {lower[0]}, as no postal code does")
    return None


def _judge_phone(lower: str, rows: int) -> Evidence | None:
    digits = digits_of(lower)
    if not digits:
        return _judge_aside(lower, rows, "holds no digit")
    if _COUNTRY_CODE.fullmatch(lower):
        return Evidence(confidence=0.95, because="is a country code without a number")
    if digits.endswith("0" * _LEAST_DIGITS) and digits.strip("0"):
        return Evidence(confidence=0.95, because="ends in zeros, as no telephone number does")
    behind_code = digits_of(lower.partition(" ")[2]) if lower.startswith("+") else ""
    for number in (digits, behind_code):
        if is_held_key(number, _LEAST_DIGITS) or not digits.strip("0"):
            return Evidence(confidence=0.95, because="repeats one digit, as no telephone number does")
        if is_counting(number) and (number == digits or len(number) >= _LEAST_DIGITS):
            return Evidence(confidence=0.95, because="counts up or down, as no telephone number does")
    return None


def _judge_email(lower: str, rows: int) -> Evidence | None:
    local, at, domain = lower.partition("@")
    if not at:
        return None if "." in lower or digits_of(lower) or " at " in lower else _judge_aside(lower, rows, "holds no @")
    label = domain.partition(".")[0]
    if _NO_MAIL.fullmatch(local) or (_NO_MAIL_OR_NAME.fullmatch(local) and _NO_MAIL_OR_NAME.fullmatch(label)):
        return Evidence(confidence=0.95, because="says that there is no address")
    if _MAIL_FILLER.fullmatch(local) and (
        _MAIL_FILLER.fullmatch(label) or label in {"example", "domain", "none", "email"}
    ):
        return Evidence(confidence=0.9, because="is an address typed to fill a cell")
    if len(local) > 2 and (_MASHED.fullmatch(local) and (label == local or _MASHED.fullmatch(label))):  # noqa: PLR2004 - initials
        return Evidence(confidence=0.9, because="is an address of keys beside each other")
    if len(set(local)) == 1 and len(set(label)) == 1 and local[0] == label[0]:
        return Evidence(confidence=0.9, because="is an address of one letter typed to fill a cell")
    return None


def _judge_url(lower: str, rows: int) -> Evidence | None:
    if _SCHEME_ONLY.fullmatch(lower.rstrip("/")) or _SCHEME_ONLY.fullmatch(lower):
        return Evidence(confidence=0.95, because="is the beginning of an address without a domain")
    if "." in lower or "/" in lower:
        return None
    return _judge_aside(lower, rows, "holds no domain")


def _judge_date(lower: str, rows: int) -> Evidence | None:
    digits = digits_of(lower)
    if digits and not digits.strip("0"):
        return Evidence(confidence=0.95, because="has zeros for the day, month and year")
    if digits or _STILL_GOING & set(lower.split()):
        return None
    return _judge_aside(lower, rows, "holds no day")


def _judge_number(lower: str, _: int) -> Evidence | None:
    # Twelve and "a dozen" are numbers as well: only a word that is known to be none counts.
    if digits_of(lower) or not _ASIDE.fullmatch(lower):
        return None
    return Evidence(confidence=0.9, because="is a remark where a number belongs")


def _judge_aside(lower: str, rows: int, lacks: str) -> Evidence | None:
    if _ASIDE.fullmatch(lower):
        return Evidence(confidence=0.95, because=f"is a remark: it {lacks}")
    if rows >= _RECURS_FROM:
        return Evidence(confidence=0.8, because=f"{lacks}, and {rows:,} rows say the same")
    return None


_OF_KIND: Mapping[FieldType, Callable[[str, int], Evidence | None]] = {
    FieldType.PHONE: _judge_phone,
    FieldType.EMAIL: _judge_email,
    FieldType.URL: _judge_url,
    FieldType.DATE: _judge_date,
    **dict.fromkeys(NUMERIC_TYPES, _judge_number),
}

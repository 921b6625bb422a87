"""What a text may hold that has no business in a CRM: cards, accounts, national ids, told by checksums; passwords."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# One pattern that every hit fits, cheap enough to run over all cells; what it lets through is judged below.
PREFILTER = (
    r"[0-9](?:[ .\-]?[0-9]){8,}|[A-Za-z]{2}[0-9]{2} ?[A-Za-z0-9]{4}|[0-9]{3}-[0-9]{2}-[0-9]{4}"
    r"|[XYZxyz0-9][0-9]{7}[ \-]?[A-Za-z]|[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}[A-Za-z]"
    r"|(?i:pass ?(?:word|wd|code|wort)|kennwort|\bpwd|mot de passe|contraseña|senha|wachtwoord)"
)


@dataclass(frozen=True, slots=True)
class Secret:
    """What kind of secret a text holds, and how sure that is (0-1); never the text."""

    kind: str
    confidence: float


_CARD = re.compile(r"(?<![\w.,/+-])\d(?:[ -]?\d){12,18}(?![\w/]|[.,-]\d)")
_GROUPS = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}")
_CARD_WORDS = re.compile(
    r"\b(?:card|visa|master ?card|amex|credit|debit|cc|cvv|cvc|exp|karte|carte|tarjeta|cartão|carta)", re.IGNORECASE
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)(\d{3})-(?!00)(\d{2})-(?!0000)(\d{4})(?![\w-])")
_SSN_WORDS = re.compile(r"\b(?:ssn|social security)\b", re.IGNORECASE)
_DNI = re.compile(r"(?<![\w])([XYZ]?\d{7,8})[ -]?([A-Z])(?!\w)", re.IGNORECASE)
_DNI_WORDS = re.compile(r"\b(?:dni|nif|nie|documento|identidad)\b", re.IGNORECASE)
_BSN = re.compile(r"(?<![\w.-])\d(?:[ .]?\d){8}(?![\w]|[.-]\d)")
_BSN_WORDS = re.compile(r"\b(?:bsn|burgerservicenummer|sofi-?nummer)\b", re.IGNORECASE)
_NIR = re.compile(
    r"(?<![\w])[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-4]\d|50) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\w)", re.IGNORECASE
)
_FISCAL = re.compile(r"(?<!\w)[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?!\w)", re.IGNORECASE)
_PASSWORD = re.compile(
    r"\b(?:pass ?(?:word|wd|code|wort)|kennwort|pwd|mot de passe|contraseña|senha|wachtwoord)\s*"
    r"(?:(?:is|ist|est|es)\b\s*:?|[:=])\s*[\"'“]?([^\s\"'”]{4,64})",
    re.IGNORECASE,
)
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}  # fmt: skip
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_ODD = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", [1, 0, 5, 7, 9, 13, 15, 17, 19, 21] * 2 + [
        2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ], strict=True)
)  # fmt: skip


def find_secrets(text: str) -> Iterator[Secret]:
    """Yield the kinds of secret a text holds, each once.

    Source: ISO/IEC 7812 (Luhn), ISO 13616 (mod 97), and the check characters of the national ids.
    """
    found: dict[str, float] = {}
    for judge in _JUDGES:
        for kind, confidence in judge(text):
            found[kind] = max(confidence, found.get(kind, 0.0))
    for kind, confidence in found.items():
        yield Secret(kind, confidence)


def _cards(text: str) -> Iterator[tuple[str, float]]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(set(digits)) > 1 and _is_brand(digits) and is_luhn(digits):
            # One in fifty other numbers of that length passes brand and checksum.
            grouped = _GROUPS.fullmatch(match[0]) or _CARD_WORDS.search(text)
            yield "a payment card's number", 0.97 if grouped else 0.85


def _is_brand(digits: str) -> bool:
    """Tell whether a number begins and is as long as the cards of a brand."""
    two, four, length = int(digits[:2]), int(digits[:4]), len(digits)
    return (
        (digits[0] == "4" and length in {13, 16, 19})
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and length == 16)  # noqa: PLR2004 - MasterCard's ranges
        or (two in {34, 37} and length == 15)  # noqa: PLR2004 - American Express
        or ((four == 6011 or two == 65 or 644 <= int(digits[:3]) <= 649) and length in {16, 19})  # noqa: PLR2004 - Discover
        or ((two in {36, 38, 39} or 300 <= int(digits[:3]) <= 305) and length == 14)  # noqa: PLR2004 - Diners
        or (3528 <= four <= 3589 and length == 16)  # noqa: PLR2004 - JCB
        or (two == 62 and length in {16, 19})  # noqa: PLR2004 - UnionPay
    )


def is_luhn(digits: str) -> bool:
    """Tell whether digits end in their Luhn check digit."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0  # noqa: PLR2004 - digits of the double


def _ibans(text: str) -> Iterator[tuple[str, float]]:
    for match in _IBAN.finditer(text):
        plain = match[0].replace(" ", "").upper()
        length = IBAN_LENGTHS.get(plain[:2], 0)
        # A word behind the number may look like one more group of it.
        if length and len(plain) >= length and is_iban(plain[:length]) and _ends_group(match[0], length):
            yield "a bank account (IBAN)", 0.97


def _ends_group(text: str, length: int) -> bool:
    """Tell whether a group ends behind so many characters, blanks left out."""
    seen = 0
    for place, character in enumerate(text):
        seen += character != " "
        if seen == length:
            return place + 1 == len(text) or text[place + 1] == " "
    return False


def is_iban(plain: str) -> bool:
    """Tell whether an IBAN in capitals, without blanks, has the right check digits."""
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def _national_ids(text: str) -> Iterator[tuple[str, float]]:
    if _SSN.search(text):
        yield "a US social security number", 0.97 if _SSN_WORDS.search(text) else 0.8
    for match in _DNI.finditer(text):
        number, letter = match[1].upper(), match[2].upper()
        foreign = number[0] in "XYZ"
        value = int(number.translate(str.maketrans("XYZ", "012")))
        if len(number) == 8 and _DNI_LETTERS[value % 23] == letter:  # noqa: PLR2004 - digits of a DNI
            if _DNI_WORDS.search(text):
                yield "a Spanish identity number", 0.97
            elif foreign:
                yield "a Spanish identity number", 0.7
    if _BSN_WORDS.search(text) and any(_is_bsn(re.sub(r"\D", "", match[0])) for match in _BSN.finditer(text)):
        yield "a Dutch citizen number", 0.95
    if any(_is_nir(match[0]) for match in _NIR.finditer(text)):
        yield "a French social security number", 0.95
    if any(_is_fiscal_code(match[0].upper()) for match in _FISCAL.finditer(text)):
        yield "an Italian tax number", 0.97


def _is_bsn(digits: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0 and int(digits) > 0


def _is_nir(text: str) -> bool:
    plain = text.replace(" ", "").upper()
    number = int(plain[:-2].replace("2A", "19").replace("2B", "18"))
    return 97 - number % 97 == int(plain[-2:])


def _is_fiscal_code(code: str) -> bool:
    odd = sum(_ODD[character] for character in code[0:15:2])
    even = sum(int(c) if c.isdigit() else ord(c) - ord("A") for c in code[1:15:2])
    return (odd + even) % 26 == ord(code[15]) - ord("A")


def _passwords(text: str) -> Iterator[tuple[str, float]]:
    for match in _PASSWORD.finditer(text):
        word = match[1].rstrip(".,;!?)")
        # "password: reset" and "password is expired" tell of one; a password mixes letters with digits or marks.
        mixed = any(map(str.isalpha, word)) and not word.isalpha() and "://" not in word
        if mixed and len(set(word)) > 2 and not word.startswith(("[", "<", "{", "(")):  # noqa: PLR2004 - ***1
            yield "a password", 0.9


_JUDGES: tuple[Callable[[str], Iterator[tuple[str, float]]], ...] = (_cards, _ibans, _national_ids, _passwords)

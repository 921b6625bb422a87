"""Kinds of text: what has a shape to check (e-mail, phone, web address), and what has none."""

from segaudit.model.fields import FieldType
from segaudit.sql.kinds.kind import Kind, Reading, one_of, quoted

# Negated classes stand for "letters and digits of any script": a class of all letters takes long to compile.
_MARK = "\\s@\"(),:;<>\\[\\]\\\\!#$%&'*+/=?^_`{|}~"
_LABEL = f"[^{_MARK}.-](?:[^{_MARK}.]*[^{_MARK}.-])?"
_DOMAIN = f"(?:{_LABEL}\\.)+(?:[Xx][Nn]--[A-Za-z0-9-]+|[^{_MARK}.0-9-]{{2,}})"
_LOCAL = '[^\\s@"(),:;<>\\[\\]\\\\.]+'
_EMAIL = f"^{_LOCAL}(?:\\.{_LOCAL})*@{_DOMAIN}$"
_URL = f"^(?:[A-Za-z][A-Za-z0-9+]*://)?{_DOMAIN}\\.?(?::[0-9]+)?(?:[/?#]\\S*)?$"
# The apostrophe is how shops keep a spreadsheet from working a number out.
_PHONE = "^'?\\+?[ (.]*(?:[0-9][ ()./\\x{00a0}-]*){7,15}(?:,? *(?:[xX#]|[eE][xX][tT](?:\\.|ension)?|DW) *[0-9]{1,6})?$"


def _shaped(kind: FieldType, pattern: str, *, recognise: str, marks: str) -> Kind:
    reading = Reading(steps=({"fits": f"regexp_matches(t, {quoted(pattern)})"},), value="CASE WHEN fits THEN t END")
    return Kind(type=kind, readings={"": reading}, recognise=recognise, marks=marks, pattern=pattern)


def _free(kind: FieldType) -> Kind:
    return Kind(type=kind, readings={"": Reading(value="t")})


TEXT = _free(FieldType.TEXT)
ID = _free(FieldType.ID)
ENUM = _free(FieldType.ENUM)
MULTI = _free(FieldType.MULTI)
EMAIL = _shaped(FieldType.EMAIL, _EMAIL, recognise="value IS NOT NULL", marks="@")
URL = _shaped(
    FieldType.URL,
    _URL,
    recognise="value IS NOT NULL AND (contains(t, '://') OR starts_with(lower(t), 'www.'))",
    marks=".",
)
PHONE = _shaped(
    FieldType.PHONE,
    _PHONE,
    recognise="value IS NOT NULL AND regexp_matches(t, '^''?[+(]|[0-9][ .-][0-9]{3}') "
    # Four numbers up to 255 are the address of a machine.
    "AND NOT regexp_matches(t, '^[0-9]{1,3}([.][0-9]{1,3}){3}$')",
    marks="0123456789",
)

# Words of consent that grant or refuse whatever the column asks; "subscribed" is a yes here and a no there.
_GRANTED = "granted consented agreed accepted zugestimmt erteilt aceptado aceptada concedido accepté".split()
_REFUSED = "denied refused declined withdrawn abgelehnt verweigert widerrufen rechazado rechazada refusé".split()
TRUE_WORDS = (
    *"true t yes y 1 x on ja j wahr oui vrai si sí sim verdadero verdadeiro vero tak はい ✓ ✔".split(),
    *_GRANTED,
)
FALSE_WORDS = (
    *"false f no n 0 off nein falsch non faux não nao falso nee いいえ ✗".split(),
    *_REFUSED,
)

BOOL = Kind(
    type=FieldType.BOOL,
    readings={
        "": Reading(
            steps=({"word": "lower(t)"},),
            value=f"CASE WHEN word IN {one_of(TRUE_WORDS)} THEN TRUE WHEN word IN {one_of(FALSE_WORDS)} THEN FALSE END",
        )
    },
    recognise="word IN ('true', 'false', 'yes', 'no', 'y', 'n', 'ja', 'nein', 'oui', 'non', 'sí', 'wahr', 'falsch')",
)

"""Columns that say something private, whatever the field map made of them."""

import re
from collections.abc import Sequence

from segaudit.model.suggestions import Feature

# Words of headers, in the languages the field catalogue speaks; the catalogue marks the fields it knows by itself.
_WORDS = frozenset(
    """
    age alter âge edad idade birth birthday birthdate dob geburtstag geburtsdatum naissance nacimiento nascimento
    gender sex geschlecht sexe genre sexo género gênero marital married marriage familienstand verheiratet matrimonial
    spouse kid kids child children kidhome teenhome teen kinder enfants hijos filhos pregnant
    religion religious faith konfession religión religião ethnicity ethnic race ethnie raza raça nationality
    health medical disease diagnosis disability gesundheit krankheit santé salud saúde
    salary income einkommen gehalt revenu salario salário credit schufa political politics union orientation
    """.split()
)
_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words_of_header(header: str) -> frozenset[str]:
    """Return the words of a header in small letters; HasCrCard has three."""
    return frozenset(word.lower() for word in _WORD.findall(_HUMP.sub(" ", header)))


def is_private(feature: Feature) -> bool:
    """Tell whether the header of a column holds a word for what is nobody's business."""
    return bool(words_of_header(feature.header) & _WORDS)


def private_notes(features: Sequence[Feature]) -> list[str]:
    """Return a note on the private columns among these, if there are any."""
    headers = ", ".join(item.header for item in features if is_private(item))
    return [f"private, and so not looked at: {headers}"] if headers else []

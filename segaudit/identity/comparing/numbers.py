"""Comparisons of what is equal or not, but for a slip: phone numbers, ids, postal codes, dates; and of quantities."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.attributes import Attribute, Codes, of_values
from segaudit.identity.comparing.comparison import Comparison, Level, Levels, choose, over_different
from segaudit.identity.comparing.likeness import edits, lengths

_ISO_DATE = r"^\d{4}-\d\d-\d\d"
_EARTH = 6_371_000  # metres
_SAME_BIRTH = 0.0002  # of the pairs of two people
_OTHER_BIRTH = 0.12  # of the pairs of one person
_HARDLY, _ABOUT = 0.01, 0.1  # how far numbers are apart, as a share of the larger


def codes(  # noqa: PLR0913 - what is known of a kind of code
    attribute: Attribute,
    *,
    same: float,
    slip: float,
    slips: int = 1,
    shortest: int = 5,
    anchor: bool = False,
    moves: bool = False,
    skip: Attribute | None = None,
) -> Comparison:
    """Compare numbers, codes and domains.

    Args:
        attribute: What is compared.
        same: How often two records of one entity have the same.
        slip: How often one of the two has a slip of the hand.
        slips: How many letters may differ.
        shortest: Length from which a slip is believed.
        anchor: See Comparison.
        moves: See Comparison.
        skip: See Comparison.
    """

    def judge(a: Codes, b: Codes) -> Levels:
        one, other = attribute.at(a), attribute.at(b)
        long = np.minimum(lengths(one), lengths(other)) >= shortest
        return choose([(long & (edits(one, other, slips) <= slips), 2)], 1)

    return Comparison(
        name=attribute.name,
        main=attribute,
        levels=(
            Level(name="different", prior=1 - same - slip, agrees=False),
            Level(name="one slip", prior=slip, agrees=True),
        ),
        same=same,
        find=lambda left, right: over_different(attribute, left, right, judge),
        anchor=anchor,
        moves=moves,
        skip=skip,
    )


def postal_codes(attribute: Attribute, area: Attribute) -> Comparison:
    """Compare postal codes: a slip, or at least the area."""
    texts = attribute.texts
    places = of_values(attribute, area)

    def judge(a: Codes, b: Codes) -> Levels:
        same_area = (places[a] == places[b]) & (places[a] >= 0)
        return choose([(edits(texts[a], texts[b], 1) <= 1, 3), (same_area, 2)], 1)

    return Comparison(
        name=attribute.name,
        main=attribute,
        levels=(
            Level(name="different", prior=0.15, agrees=False),
            Level(name="same area", prior=0.05, agrees=False),
            Level(name="one slip", prior=0.05, agrees=True),
        ),
        same=0.75,
        find=lambda left, right: over_different(attribute, left, right, judge),
        moves=True,
    )


def dates(attribute: Attribute, *, birth: bool = False) -> Comparison:
    """Compare dates, written yyyy-mm-dd: a slip, or day and month swapped; those of birth tell people apart."""
    texts = attribute.texts
    iso = np.asarray(pc.match_substring_regex(attribute.values, _ISO_DATE).fill_null(False))  # noqa: FBT003 - pyarrow's way
    turned = np.array(
        [f"{text[:5]}{text[8:10]}-{text[5:7]}" if is_iso else text for text, is_iso in zip(texts, iso, strict=True)],
        dtype=object,
    )

    def judge(a: Codes, b: Codes) -> Levels:
        far = edits(texts[a], texts[b], 2)
        return choose([((turned[a] == texts[b]) | (far <= 1), 3), (far == 2, 2)], 1)  # noqa: PLR2004 - two slips

    return Comparison(
        name=attribute.name,
        main=attribute,
        levels=(
            Level(name="different", prior=0.06, agrees=False),
            Level(name="two slips", prior=0.04, agrees=True, chance=0.02),
            Level(name="one slip", prior=0.08, agrees=True, chance=0.002),
        ),
        same=0.82,
        find=lambda left, right: over_different(attribute, left, right, judge),
        anchor=birth,
        birth=birth,
        by_chance=_SAME_BIRTH if birth else None,
        most_different=_OTHER_BIRTH if birth else None,
    )


def quantities(attribute: Attribute) -> Comparison:
    """Compare numbers that are measured: equal, hardly or somewhat apart."""
    values = pc.cast(attribute.values, pa.float64()).to_numpy(zero_copy_only=False)

    def judge(a: Codes, b: Codes) -> Levels:
        x, y = values[a], values[b]
        far = np.abs(x - y) / np.maximum(np.maximum(np.abs(x), np.abs(y)), 1e-300)
        return choose([(far <= _HARDLY, 3), (far <= _ABOUT, 2)], 1)

    return Comparison(
        name=attribute.name,
        main=attribute,
        levels=(
            Level(name="different", prior=0.15, agrees=False),
            Level(name="within 10 %", prior=0.1, agrees=False),
            Level(name="within 1 %", prior=0.15, agrees=True),
        ),
        same=0.6,
        find=lambda left, right: over_different(attribute, left, right, judge),
    )


def points(attribute: Attribute, degrees: npt.NDArray[np.float64]) -> Comparison:
    """Compare places on the earth by how far they are apart.

    Args:
        attribute: The places.
        degrees: Latitude and longitude of each of its values; (values, 2).
    """
    north, east = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])

    def judge(a: Codes, b: Codes) -> Levels:
        half = np.sin((north[a] - north[b]) / 2) ** 2
        half += np.cos(north[a]) * np.cos(north[b]) * np.sin((east[a] - east[b]) / 2) ** 2
        metres = 2 * _EARTH * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
        return choose([(metres <= limit, level) for limit, level in ((150, 4), (1_500, 3), (15_000, 2))], 1)

    return Comparison(
        name=attribute.name,
        main=attribute,
        levels=(
            Level(name="far apart", prior=0.08, agrees=False),
            Level(name="within 15 km", prior=0.07, agrees=False),
            Level(name="within 1500 m", prior=0.1, agrees=True),
            Level(name="within 150 m", prior=0.25, agrees=True),
        ),
        same=0.5,
        find=lambda left, right: over_different(attribute, left, right, judge),
        most_different=1.0,
    )

"""Comparisons of names of many words, of free text, of lists and of categories."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from segaudit.identity.attributes import Attribute, Codes, of_values
from segaudit.identity.comparing.comparison import Comparison, Level, Levels, choose, over_different
from segaudit.identity.comparing.likeness import Texts, begins, edits, lengths, near, shared_words, slipped
from segaudit.identity.comparing.mending import mended
from segaudit.identity.comparing.site_kinds import Kind, SiteKinds
from segaudit.identity.comparing.wordings import Wordings

_NEARLY_ALL, _MOST, _SOME = 0.85, 0.6, 0.35  # of the weight of two names' words
_WITHIN = 0.95  # of the weight of the words of one of two names, that the other has too
_NEAR, _RATHER_NEAR = 0.92, 0.85  # Jaro-Winkler
_TITLE_SAME, _TITLE_NEAR = 0.85, 0.6
_DIGIT = re.compile(r"\d")
# Standard forms; in English what follows them is no part of the name.
_STREETS = frozenset(
    "street avenue road boulevard drive lane court highway parkway terrace circle alley crescent close way".split()
)
_LETTERS_EACH, _MOST_SLIPS = 5, 3  # letters of a name for each slip that leaves it the same
_AT_ONCE = 1 << 18
_NUMBERED = 0.5  # of the addresses, from which one without a number is not the whole address
_OTHER_SITE = 8  # the level
_ANOTHER_KIND, _MOST_ANOTHER = 0.005, 0.01  # of the names of one site, that tell another kind of site
_MOST_DIFFERENT = 0.12  # of names that are all a thing is known by


class WordWeights:
    """How much of what two texts say they share; a word weighs the more the fewer texts have it."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        vocabulary: dict[str, int] = {}
        places: list[int] = []
        ends = [0]
        for words in texts:
            places += sorted({vocabulary.setdefault(word, len(vocabulary)) for word in words})
            ends.append(len(places))
        count = len(ends) - 1
        held = np.bincount(places, minlength=max(len(vocabulary), 1))
        weights = np.maximum(np.log((1 + count) / (held + 0.5)), 0.01)
        data = np.sqrt(weights[places]) if places else np.zeros(0)
        shape = (count, max(len(vocabulary), 1))
        self._matrix = sparse.csr_matrix((data, places, ends), shape=shape, dtype=np.float32)
        self._totals = np.asarray(self._matrix.multiply(self._matrix).sum(axis=1)).ravel()

    def shared(self, a: Codes, b: Codes) -> npt.NDArray[np.float64]:
        """Return the weight of the words both have, as a share of the mean of theirs; (pairs,)."""
        return self.shared_and_contained(a, b)[0]

    def shared_and_contained(self, a: Codes, b: Codes) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the weight of the words both have, as shares: of the mean of theirs, and of the text with less."""
        both, one, other = self._both(a, b), self._totals[a], self._totals[b]
        return 2 * both / np.maximum(one + other, 1e-9), both / np.maximum(np.minimum(one, other), 1e-9)

    def _both(self, a: Codes, b: Codes) -> npt.NDArray[np.float64]:
        found = np.empty(len(a))
        for start in range(0, len(a), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            x, y = a[part], b[part]
            found[part] = np.asarray(self._matrix[x].multiply(self._matrix[y]).sum(axis=1)).ravel()
        return found


def named_things(
    attribute: Attribute,
    *,
    same: float = 0.65,
    anchor: bool = False,
    moves: bool = False,
    site_kinds: Mapping[str, Kind] | None = None,
) -> Comparison:
    """Compare names of companies, products and places: words shared, slips, acronyms.

    Args:
        attribute: The names.
        same: How often two records of one entity have the same.
        anchor: See Comparison. Then two different entities hardly ever have the same name: one that many records have
            is that of an entity with many records, and not a common one.
        moves: See Comparison.
        site_kinds: Words that tell sites of one owner apart, where the names are those of sites: word -> kind.
    """
    texts = attribute.texts
    kinds = SiteKinds(texts, site_kinds or {})
    words = mended([text.split() for text in texts])
    weights, wordings = WordWeights(words), Wordings(words)
    compact = np.array([text.replace(" ", "") for text in texts], dtype=object)
    numbers = _numbers(texts)
    short = np.array([_initials(text) for text in texts], dtype=object)

    def judge(a: Codes, b: Codes) -> Levels:
        shared, contained = weights.shared_and_contained(a, b)
        likeness = near(texts[a], texts[b])
        # A number is the same or another, never misspelt: size 9 is not size 10.
        other = (numbers[a] != numbers[b]) & (numbers[a] >= 0) & (numbers[b] >= 0)
        acronym = (short[a] == compact[b]) | (short[b] == compact[a])
        slip = np.zeros(len(a), dtype=bool)
        promising = np.flatnonzero(likeness >= _RATHER_NEAR)
        slip[promising] = _misspelt(compact[a[promising]], compact[b[promising]])
        another = np.zeros(len(a), dtype=bool)
        promising = np.flatnonzero((shared > 0) | (likeness >= _RATHER_NEAR))
        another[promising] = kinds.differ(a[promising], b[promising])
        alike = (shared >= _SOME) | (likeness >= _RATHER_NEAR)
        nearly = acronym | (shared >= _NEARLY_ALL)
        # Each has a word of its own: Rose of India is not Jewel of India, but Sarabeth's may be Sarabeth's Kitchen.
        longer = (contained >= _WITHIN) & (shared >= _SOME)
        written = np.zeros(len(a), dtype=bool)
        promising = np.flatnonzero(alike & ~(another | other | slip | nearly | longer))
        written[promising] = wordings.agree(a[promising], b[promising])
        return choose(
            [
                (another, _OTHER_SITE),
                (other & alike, 3),
                (slip, 7),
                (nearly, 6),
                (longer, 5),
                (written, 4),
                (alike, 3),
                (shared > 0, 2),
            ],
            1,
        )

    other_site = Level(name="same but another kind of site", prior=_ANOTHER_KIND, most=_MOST_ANOTHER, agrees=False)
    return Comparison(
        name=attribute.name,
        main=attribute,
        levels=(
            Level(name="different", prior=0.05, agrees=False),
            Level(name="few words shared", prior=0.02, agrees=False),
            Level(name="words shared, each has others", prior=0.04, agrees=False),
            Level(name="words shortened or misspelt", prior=0.04, agrees=True),
            Level(name="one has words more", prior=0.07, agrees=True),
            Level(name="nearly all words shared", prior=0.08, agrees=True),
            Level(name="slips", prior=0.09, agrees=True),
            *((other_site,) if kinds.tell else ()),
        ),
        same=same,
        find=lambda left, right: over_different(attribute, left, right, judge),
        anchor=anchor,
        most_different=_MOST_DIFFERENT if anchor else None,
        own=anchor,
        moves=moves,
        apart=_OTHER_SITE if kinds.tell else None,
    )


def _misspelt(left: Texts, right: Texts) -> npt.NDArray[np.bool_]:
    """Tell which names are one but for slips: one in a short name, up to three in a long one."""
    allowed = np.clip(np.minimum(lengths(left), lengths(right)) // _LETTERS_EACH, 0, _MOST_SLIPS)
    return np.asarray(edits(left, right, _MOST_SLIPS) <= allowed)


def _numbers(texts: Texts) -> npt.NDArray[np.int64]:
    """Return a code of the words with digits of each text; -1 for one without."""
    found = [
        " ".join(sorted(word for word in text.split() if not word.isalpha() and _DIGIT.search(word))) for text in texts
    ]
    places = {said: place for place, said in enumerate(dict.fromkeys(found))}
    return np.array([places[said] if said else -1 for said in found], dtype=np.int64)


def _initials(text: str) -> str:
    words = text.split()
    return "".join(word[0] for word in words) if len(words) > 2 else "\0"  # noqa: PLR2004 - of two words it is chance


def lists(attribute: Attribute, items: Sequence[Sequence[str]]) -> Comparison:
    """Compare lists of items: how much of them is shared, rare items counting for more.

    Args:
        attribute: The lists, as one text each.
        items: The items of each of its values.
    """
    weights = WordWeights(items)

    def judge(a: Codes, b: Codes) -> Levels:
        shared = weights.shared(a, b)
        return choose([(shared >= _MOST, 4), (shared >= _SOME, 3), (shared > 0, 2)], 1)

    return Comparison(
        name=attribute.name,
        main=attribute,
        levels=(
            Level(name="nothing shared", prior=0.3, agrees=False),
            Level(name="little shared", prior=0.2, agrees=True),
            Level(name="some shared", prior=0.15, agrees=True),
            Level(name="most shared", prior=0.1, agrees=True),
        ),
        same=0.25,
        find=lambda left, right: over_different(attribute, left, right, judge),
        # Two lists of one entity may have nothing in common, such as who it worked with here and there.
        most_different=1.0,
    )


def free_text(attribute: Attribute, *, moves: bool = False) -> Comparison:
    """Compare words that change: job titles, descriptions."""
    texts = attribute.texts

    def judge(a: Codes, b: Codes) -> Levels:
        words = shared_words(texts[a], texts[b])
        return choose([(words >= _TITLE_SAME, 3), (words >= _TITLE_NEAR, 2)], 1)

    return Comparison(
        name=attribute.name,
        main=attribute,
        levels=(
            Level(name="different", prior=0.35, agrees=False),
            Level(name="some words shared", prior=0.15, agrees=False),
            Level(name="most words shared", prior=0.15, agrees=True),
        ),
        same=0.35,
        find=lambda left, right: over_different(attribute, left, right, judge),
        moves=moves,
    )


def categories(attribute: Attribute, *, same: float = 0.85, moves: bool = False, birth: bool = False) -> Comparison:
    """Compare values that are one or another: a state, a category, a generation."""
    return Comparison(
        name=attribute.name,
        main=attribute,
        levels=(Level(name="different", prior=1 - same, agrees=False),),
        same=same,
        find=lambda left, _: np.ones(len(left), dtype=np.uint8),
        moves=moves,
        anchor=birth,
        birth=birth,
        most_different=1.5 * (1 - same) if birth else None,
    )


def _without_directions(text: str) -> str:
    """Return a street's name without what follows the word for the street: the quarter, how to find it."""
    words = text.split()
    for place, word in enumerate(words[1:], start=1):
        if word in _STREETS:
            return " ".join(words[: place + 1])
    return text


def streets(whole: Attribute, name: Attribute, number: Attribute, *, most_different: float | None = None) -> Comparison:
    """Compare addresses within a town: the street, and the number in it."""
    texts = np.array([_without_directions(text) for text in name.texts], dtype=object)
    solid = np.array([text.replace(" ", "") for text in texts], dtype=object)  # North Point is also Northpoint
    of_name, of_number = of_values(whole, name), of_values(whole, number)

    def judge(a: Codes, b: Codes) -> Levels:
        x, y = of_name[a], of_name[b]
        told = (x >= 0) & (y >= 0)
        alike = np.zeros(len(a), dtype=bool)
        rest = np.flatnonzero(told & (x != y))
        alike[rest] = (
            (solid[x[rest]] == solid[y[rest]])
            | slipped(texts[x[rest]], texts[y[rest]])
            | (near(texts[x[rest]], texts[y[rest]]) >= _NEAR)
        )
        alike |= told & (x == y)
        numbers = (of_number[a] == of_number[b]) & (of_number[a] >= 0)
        # What follows the street tells how to find it: near the church, Park Mall.
        longer = np.flatnonzero(numbers & told & ~alike)
        alike[longer] = begins(solid[x[longer]], solid[y[longer]])
        unknown = (of_number[a] < 0) | (of_number[b] < 0)
        return choose([(alike & numbers, 4), (alike & unknown, 3), (alike, 2)], 1)

    return Comparison(
        name=whole.name,
        main=whole,
        levels=(
            Level(name="different", prior=0.12, agrees=False),
            Level(name="same street, another number", prior=0.04, agrees=False),
            Level(name="same street, no number", prior=0.02, agrees=True),
            Level(name="street alike, same number", prior=0.12, agrees=True),
        ),
        same=0.7,
        find=lambda left, right: over_different(whole, left, right, judge),
        moves=True,
        most_different=most_different,
        partial=of_number < 0 if number.share_filled > _NUMBERED * name.share_filled else None,
    )

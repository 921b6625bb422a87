"""Comparisons of e-mail addresses."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from segaudit.identity.attributes import MISSING, Attribute, Codes, of_values
from segaudit.identity.comparing.comparison import LACKING, Comparison, Level, Levels, choose, over_different
from segaudit.identity.comparing.likeness import Letters, edits
from segaudit.identity.comparing.spelling import Spelling

_TELLING = 2  # digits that make the name in an address somebody's own
_SLIPS = 2
_ONE_BOX = 0.003  # of the pairs of two people at one company, that use one address
_ONE_ADDRESS = 0.0001  # of the pairs of any two people


class Mailboxes:
    """E-mail addresses as evidence: those at one company, where a person has one, and all others.

    Addresses follow from names: those of two Smiths at one company differ in a letter, and John Smith is john.smith
    wherever he works. So an address one slip apart, or the same plain name at another domain, says nothing.
    """

    def __init__(self, address: Attribute, local: Attribute, company: Attribute, names: Sequence[Attribute]) -> None:
        """Prepare.

        Args:
            address: Addresses of persons: none of a function (info@), none made up.
            local: What stands before the @.
            company: The domain, where it is that of a company and not of a provider.
            names: Names of the person.
        """
        self._address = address
        self._names = names
        self._spelling = Spelling(local, *names) if len(names) == 2 else None  # noqa: PLR2004 - given and family name
        self._local = of_values(address, local)
        self._company = of_values(address, company)
        digits = np.asarray(pc.count_substring_regex(local.values, r"\d"))
        self._telling = np.append(digits >= _TELLING, np.False_)
        letters = pc.replace_substring_regex(address.values, r"\d", "").dictionary_encode()
        self._letters = letters.indices.to_numpy(zero_copy_only=False)
        self._likeness = Letters(address.values)

    def _slipped(self, a: Codes, b: Codes) -> npt.NDArray[np.bool_]:
        """Tell which addresses are one but for slips; ann2@ is not a slip of ann@."""
        slipped = self._likeness.may_be_slips(a, b) & (self._letters[a] != self._letters[b])
        places = np.flatnonzero(slipped)
        slipped[places] = edits(self._address.at(a[places]), self._address.at(b[places]), _SLIPS) <= _SLIPS
        return np.asarray(slipped)

    def _together(self, a: Codes, b: Codes) -> npt.NDArray[np.bool_]:
        return np.asarray((self._company[a] == self._company[b]) & (self._company[a] >= 0))

    def _at_work(self) -> Attribute:
        of_company = np.append(self._company >= 0, np.False_)[self._address.codes]
        return Attribute(
            name=f"{self._address.name} at one company",
            form=self._address.form,
            codes=np.where(of_company, self._address.codes, MISSING).astype(np.int32),
            values=self._address.values,
        )

    def comparisons(self) -> tuple[Comparison, Comparison]:
        """Return the comparison of addresses at one company and that of all others."""
        work = self._at_work()
        return (
            Comparison(
                name=work.name,
                main=work,
                levels=(Level(name="different", prior=0.03, agrees=False),),
                same=0.97,
                find=self._find_at_work,
                anchor=True,
                by_chance=_ONE_BOX,
                most_different=0.04,
            ),
            Comparison(
                name=self._address.name,
                main=self._address,
                levels=(
                    Level(name="different", prior=0.45, agrees=False),
                    Level(name="same telling name, another domain", prior=0.03, agrees=True, chance=_ONE_ADDRESS),
                ),
                same=0.52,
                find=lambda left, right: over_different(self._address, left, right, self._judge_others),
                skip=work,
                anchor=True,
                mailbox=True,
                by_chance=_ONE_ADDRESS,
            ),
        )

    def _find_at_work(self, left: Codes, right: Codes) -> Levels:
        levels = over_different(self._address, left, right, self._judge_at_work)
        same_name = np.ones(len(left), dtype=bool)
        for name in self._names:
            same_name &= name.codes[left] == name.codes[right]
        # Whoever mistypes an address has not mistyped the name in the same way: sara@ and sarah@ are two mailboxes. Of
        # one name, ann.smith@ and asmith@ may be aliases; a number is given to the second of two people.
        other = np.flatnonzero((levels == 2) & ~same_name)  # noqa: PLR2004
        if self._spelling is not None:
            same_name[other] = self._spelling.one_name(left[other], right[other])
        return np.where(levels == 2, np.where(same_name, LACKING, 1), levels).astype(np.uint8)  # noqa: PLR2004

    def _judge_at_work(self, a: Codes, b: Codes) -> Levels:
        return choose([(~self._together(a, b), LACKING), (self._letters[a] != self._letters[b], 2)], 1)

    def _judge_others(self, a: Codes, b: Codes) -> Levels:
        same_local = (self._local[a] == self._local[b]) & (self._local[a] >= 0)
        own = same_local & self._telling[self._local[a]]
        silent = self._together(a, b) | (same_local & ~own) | self._slipped(a, b)
        return choose([(own, 2), (silent, LACKING)], 1)

"""Statistics equal the libraries' and published worked examples."""

from math import comb

import numpy as np
import pytest
from scipy.stats import beta, chi2_contingency, mannwhitneyu
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import normal_sample_size_one_tail

from segaudit.errors import InputError
from segaudit.segments.statistics.amounts import compare_values, equivalent_values, median_interval, shift
from segaudit.segments.statistics.corrections import Correction, corrected
from segaudit.segments.statistics.power import size_needed, smallest_effect
from segaudit.segments.statistics.rates import (
    CHI_SQUARE,
    FISHER,
    Clustered,
    Counted,
    compare_rates,
    deflated,
    equivalence,
    newcombe,
    wilson,
)
from segaudit.segments.statistics.shrinkage import fit_prior, shrink
from segaudit.segments.statistics.strata import association, compare_strata


@pytest.mark.parametrize(
    ("baseline", "relative", "size"),
    [(0.04, 0.5, 1861), (0.25, 0.14, 2507), (0.015, 0.5, 5131), (0.005, 1.0, 4671)],
)
def test_sample_sizes_of_the_usual_metrics(baseline: float, relative: float, size: int) -> None:
    """The sizes of the requirements come out to the record."""
    assert size_needed(baseline, relative) == size


def test_sample_size_is_the_librarys() -> None:
    """The normal sample size with each share's own variance is that of statsmodels."""
    spread = (0.04 * 0.96 + 0.06 * 0.94) ** 0.5
    exact = normal_sample_size_one_tail(0.02, 0.9, 0.005, std_null=spread, std_alternative=spread)
    assert size_needed(0.04, 0.5, alpha=0.01, power=0.9) == int(np.ceil(exact))


@pytest.mark.parametrize(("baseline", "n"), [(0.04, 1861), (0.25, 300), (0.7, 90)])
def test_smallest_effect_undoes_the_sample_size(baseline: float, n: int) -> None:
    """A sample shows its smallest effect, and nothing that is smaller by a hair."""
    effect = smallest_effect(n, baseline)
    assert effect is not None
    assert size_needed(baseline, effect * 1.0001) <= n < size_needed(baseline, effect * 0.999)


def test_nothing_is_detectable_in_a_handful() -> None:
    """Where not even everybody would show, there is no smallest effect."""
    assert smallest_effect(3, 0.5) is None
    assert smallest_effect(100, 0.0) is None


def test_impossible_change_is_refused() -> None:
    """A share cannot grow beyond 1, and the message says what is expected."""
    with pytest.raises(InputError, match="cannot change"):
        size_needed(0.6, 1.0)


def test_wilson_of_the_published_example() -> None:
    """81 of 263 is .2553 to .3662, as Newcombe (1998) has it."""
    found = wilson(Counted(81, 263), alpha=0.05)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_newcombe_of_the_published_example() -> None:
    """56/70 less 48/80 is .0524 to .3339, as Newcombe (1998), method 10, has it."""
    found = newcombe(Counted(56, 70), Counted(48, 80), alpha=0.05)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_lady_tasting_tea() -> None:
    """Where cells are small the test is Fisher's: 3 of 4 against 1 of 4 is p = 34/70."""
    found = compare_rates(Counted(3, 4), Counted(1, 4))
    assert found is not None
    assert found.name == FISHER
    assert found.p == pytest.approx(2 * (comb(4, 3) * comb(4, 1) + 1) / comb(8, 4), abs=1e-9)


def test_large_cells_take_chi_square() -> None:
    """Where every cell is expected to be 5 or more, it is chi-square with Yates' correction."""
    found = compare_rates(Counted(200, 5000), Counted(60, 3000))
    assert found is not None
    assert found.name == CHI_SQUARE
    # n (|ad - bc| - n/2)^2 / (products of the margins), one degree of freedom
    assert found.p == pytest.approx(chi2_contingency([[200, 4800], [60, 2940]]).pvalue, abs=1e-12)


def test_nothing_to_compare_has_no_test() -> None:
    """Nobody a hit, or nobody there, is no comparison."""
    assert compare_rates(Counted(0, 10), Counted(0, 12)) is None
    assert compare_rates(Counted(1, 10), Counted(0, 0)) is None


def test_equivalence_needs_numbers() -> None:
    """Equal shares are shown to be equivalent in 50,000 records, not in 500, and never where cells are small."""
    large = equivalence(Counted(5000, 50_000), Counted(5000, 50_000), margin=0.01)
    small = equivalence(Counted(50, 500), Counted(50, 500), margin=0.01)
    assert large is not None
    assert small is not None
    assert large < 0.001
    assert small > 0.05
    assert equivalence(Counted(1, 100), Counted(1, 100), margin=0.01) is None


def test_rows_of_one_record_count_once_where_they_are_alike() -> None:
    """Ten records of ten rows each, all alike within a record, say as much as about ten rows."""
    # 5 records with 10 hits of 10, 5 with none: sums over records are 500, 500 and 1,000.
    found = deflated(Counted(50, 100), Clustered(10, 500, 500, 1000))
    # spread: 500 - 2/2*500 + 1/4*1000 = 250, times 10/9, over 100 * 1/4: an effect of 100/9
    assert found.n == pytest.approx(9)
    assert found.hits == pytest.approx(4.5)


def test_independent_rows_keep_their_number() -> None:
    """Records of one row each are not deflated."""
    assert deflated(Counted(50, 100), Clustered(100, 50, 50, 100)).n == pytest.approx(100, rel=0.02)


@pytest.mark.parametrize("method", [Correction.HOLM, Correction.BH])
def test_corrections_are_the_librarys(method: Correction) -> None:
    """Holm and Benjamini-Hochberg are those of statsmodels, ties and unknown values included."""
    p_values = [0.01, 0.04, 0.03, 0.04, 0.9, 0.0005]
    expected = multipletests(p_values, method={"holm": "holm", "bh": "fdr_bh"}[method.value])[1]
    found = corrected([*p_values, None], method)
    assert found[-1] is None
    assert found[:-1] == pytest.approx(expected.tolist(), abs=1e-12)


def test_holm_by_hand() -> None:
    """.01, .04, .03 become .03, .06, .06."""
    assert corrected([0.01, 0.04, 0.03], Correction.HOLM) == pytest.approx([0.03, 0.06, 0.06])


def test_small_segment_is_drawn_towards_the_others() -> None:
    """A hit in five records is no 20 %: what all segments have weighs in, and the result is the beta posterior."""
    prior = fit_prior([Counted(40, 1000), Counted(60, 1000), Counted(55, 1000), Counted(1, 5)])
    assert prior is not None
    found = shrink(Counted(1, 5), prior, alpha=0.05)
    assert 0.04 < found.rate < 0.08
    assert found.interval.low == pytest.approx(float(beta.ppf(0.025, prior.a + 1, prior.b + 4)), abs=1e-12)


def test_prior_by_hand() -> None:
    """Segments that vary much leave little weight to what they have in common."""
    prior = fit_prior([Counted(10, 100), Counted(50, 100), Counted(90, 100)])
    assert prior is not None
    # mean 1/2; spread 100 (.16 + 0 + .16) / .25 = 128; alike (128 - 2) / (99 * 3 * 2/3) = 126/198
    assert prior.weight == pytest.approx(198 / 126 - 1)
    assert fit_prior([Counted(1, 10), Counted(2, 10)]) is None


def test_shift_by_hand() -> None:
    """The shift is the median of all differences."""
    found = shift(np.array([3.0, 5.0, 9.0]), np.array([1.0, 2.0]), alpha=0.05)
    assert found is not None
    assert found.estimate == 3.5  # of 1, 2, 3, 4, 7, 8


def test_shift_of_large_samples_holds_the_truth() -> None:
    """Samples a constant apart are told apart by that constant, also where only some values stand for all."""
    values = np.arange(5000, dtype=np.float64)
    found = shift(values + 40, values, alpha=0.05)
    assert found is not None
    assert found.estimate == pytest.approx(40, abs=1)
    assert found.interval.low < 40 < found.interval.high


def test_amounts_are_compared_by_rank() -> None:
    """The test is scipy's Mann-Whitney; of equal values alone there is none."""
    a, b = np.array([1.0, 5.0, 9.0, 12.0]), np.array([2.0, 2.5, 3.0])
    found = compare_values(a, b)
    assert found is not None
    assert found.p == pytest.approx(float(mannwhitneyu(a, b).pvalue), abs=1e-12)
    assert compare_values(np.ones(3), np.ones(4)) is None


def test_equal_amounts_are_equivalent_within_a_margin() -> None:
    """The same values differ by less than the margin; values a margin and more apart do not."""
    values = np.arange(200, dtype=np.float64)
    same = equivalent_values(values, values, margin=30)
    apart = equivalent_values(values + 40, values, margin=30)
    assert same is not None
    assert apart is not None
    assert same < 0.001
    assert apart > 0.5


def test_median_interval_by_order_statistics() -> None:
    """Of ten values the 95 % interval of the median is the second to the ninth."""
    found = median_interval(np.arange(1.0, 11.0), alpha=0.05)
    assert found is not None
    assert (found.low, found.high) == (2.0, 9.0)


def test_comparison_within_strata_is_the_librarys() -> None:
    """Odds ratio and test are those of statsmodels; strata without one side are left out."""
    strata = [
        (Counted(81, 87), Counted(234, 270)),
        (Counted(192, 263), Counted(55, 80)),
        (Counted(3, 5), Counted(0, 0)),
    ]
    found = compare_strata(strata)
    table = StratifiedTable([np.array([[81, 6], [234, 36]]), np.array([[192, 71], [55, 25]])])
    assert found is not None
    assert found.strata == 2
    assert found.odds_ratio == pytest.approx(float(table.oddsratio_pooled), abs=1e-12)
    assert found.p == pytest.approx(float(table.test_null_odds(correction=True).pvalue), abs=1e-12)


def test_association_runs_from_none_to_all() -> None:
    """A field that tells the other has V = 1, one that says nothing of it 0."""
    assert association(np.array([[50.0, 0.0], [0.0, 50.0]])) == pytest.approx(1.0, abs=0.01)
    assert association(np.array([[25.0, 25.0], [25.0, 25.0]])) == 0.0

"""GX's own expectations: what each is about, and which cannot be judged over a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Domain(StrEnum):
    """What an expectation looks at."""

    CELLS = "cells"  # of one column; a cell is expected or not by its value alone
    COLUMN = "column"  # of one column, as a whole or in its order
    PAIR = "pair"  # two columns, row by row
    SEVERAL = "several"  # several columns, row by row
    HEADERS = "headers"
    ROWS = "rows"  # how many there are
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of one type of expectation."""

    domain: Domain
    unable: str = ""  # why it cannot be judged over a file


_NO_TYPES = "the columns of a file have no type of their own"
_SQL = "it runs SQL, which a suite from elsewhere may not do here"
_LIKE = "GX judges LIKE patterns in databases only; a regular expression can be judged here"
_NOT_MADE = "GX 1.x has no implementation of it"

_NAMES = {
    (Domain.CELLS, ""): """
        expect_column_value_lengths_to_be_between expect_column_value_lengths_to_equal
        expect_column_values_to_be_between expect_column_values_to_be_dateutil_parseable
        expect_column_values_to_be_in_set expect_column_values_to_be_json_parseable
        expect_column_values_to_be_null expect_column_values_to_be_unique
        expect_column_values_to_match_json_schema expect_column_values_to_match_regex
        expect_column_values_to_match_regex_list expect_column_values_to_match_strftime_format
        expect_column_values_to_not_be_in_set expect_column_values_to_not_be_null
        expect_column_values_to_not_match_regex expect_column_values_to_not_match_regex_list
        expect_column_value_z_scores_to_be_less_than expect_column_values_to_not_be_outliers""",
    (Domain.COLUMN, ""): """
        expect_column_distinct_values_to_be_in_set expect_column_distinct_values_to_contain_set
        expect_column_distinct_values_to_equal_set expect_column_kl_divergence_to_be_less_than
        expect_column_max_to_be_between expect_column_mean_to_be_between expect_column_median_to_be_between
        expect_column_min_to_be_between expect_column_most_common_value_to_be_in_set
        expect_column_proportion_of_non_null_values_to_be_between
        expect_column_proportion_of_unique_values_to_be_between expect_column_quantile_values_to_be_between
        expect_column_stdev_to_be_between expect_column_sum_to_be_between
        expect_column_unique_value_count_to_be_between expect_column_values_to_be_decreasing
        expect_column_values_to_be_increasing""",
    (Domain.PAIR, ""): """
        expect_column_pair_values_a_to_be_greater_than_b expect_column_pair_values_to_be_equal
        expect_column_pair_values_to_be_in_set""",
    (Domain.SEVERAL, ""): """
        expect_compound_columns_to_be_unique expect_multicolumn_sum_to_equal expect_multicolumn_values_to_be_equal
        expect_select_column_values_to_be_unique_within_record""",
    (Domain.HEADERS, ""): """
        expect_column_to_exist expect_table_column_count_to_be_between expect_table_column_count_to_equal
        expect_table_columns_to_match_ordered_list expect_table_columns_to_match_set""",
    (Domain.ROWS, ""): "expect_table_row_count_to_be_between expect_table_row_count_to_equal",
    (Domain.OTHER, _NO_TYPES): """
        expect_column_type_to_be expect_column_values_to_be_in_type_list expect_column_values_to_be_of_type""",
    (Domain.OTHER, _SQL): """
        expect_query_results_to_match_comparison expect_table_row_count_to_equal_other_table
        unexpected_rows_expectation""",
    (Domain.OTHER, _LIKE): """
        expect_column_values_to_match_like_pattern expect_column_values_to_match_like_pattern_list
        expect_column_values_to_not_match_like_pattern expect_column_values_to_not_match_like_pattern_list""",
    (Domain.OTHER, _NOT_MADE): """
        expect_column_bootstrapped_ks_test_p_value_to_be_greater_than expect_multicolumn_values_to_be_unique
        expect_column_chisquare_test_p_value_to_be_greater_than
        expect_column_pair_cramers_phi_value_to_be_less_than
        expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than""",
}

KINDS: Mapping[str, Kind] = {
    name: Kind(domain, unable) for (domain, unable), names in _NAMES.items() for name in names.split()
}

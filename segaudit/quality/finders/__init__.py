"""What looks for faults that nobody can state in advance: one function a file, by the name the checks call it."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.check_digits import find_wrong_check_digits
from segaudit.quality.finders.columns import find_constant, find_near_empty
from segaudit.quality.finders.companies import find_company_case, find_company_legal_form, find_company_value
from segaudit.quality.finders.copies import find_copies
from segaudit.quality.finders.currencies import find_mixed_units
from segaudit.quality.finders.damage import find_spreadsheet_damage
from segaudit.quality.finders.dependencies import find_broken_dependencies, find_fillable_gaps
from segaudit.quality.finders.emails import find_email_reserved, find_email_syntax, find_email_typos
from segaudit.quality.finders.filled_when import find_filled_otherwise
from segaudit.quality.finders.founding import find_before_founding
from segaudit.quality.finders.mailboxes import find_email_website
from segaudit.quality.finders.misplaced import find_shifted_rows, find_swapped_cells
from segaudit.quality.finders.names import find_email_in_name, find_name_case, find_name_characters
from segaudit.quality.finders.notation import find_odd_notation
from segaudit.quality.finders.orders import find_out_of_order
from segaudit.quality.finders.outliers import find_outliers
from segaudit.quality.finders.padding import find_padding
from segaudit.quality.finders.patterns import find_broken_patterns
from segaudit.quality.finders.phones import find_phone_country, find_phone_format, find_phone_impossible
from segaudit.quality.finders.picklists import find_outside_picklist
from segaudit.quality.finders.places import find_country_names, find_state_country, find_state_names
from segaudit.quality.finders.postcode_states import find_postcode_state
from segaudit.quality.finders.postcodes import find_postcode_country
from segaudit.quality.finders.repeated_rows import find_repeated_rows
from segaudit.quality.finders.scales import find_off_scale
from segaudit.quality.finders.sensitive import find_sensitive
from segaudit.quality.finders.spellings import find_misspelled_values
from segaudit.quality.finders.stand_ins import find_stand_ins
from segaudit.quality.finders.sums import find_broken_sums
from segaudit.quality.finders.swapped import find_names_swapped
from segaudit.quality.finders.test_records import find_test_records
from segaudit.quality.finders.timeliness import find_activity_decay, find_stale_values
from segaudit.quality.finders.titles import find_title_case, find_title_value
from segaudit.quality.finders.uniqueness import find_duplicate_ids, find_shared_addresses
from segaudit.quality.finders.usual_orders import find_unusual_order
from segaudit.quality.finders.vocabulary import find_unknown_words
from segaudit.quality.finders.web import find_web_address, find_website_format

Finder: TypeAlias = Callable[[QualityData, Check], Iterable[Suspicion | ColumnRemark]]

FINDERS: Mapping[str, Finder] = {
    "stand-ins": find_stand_ins,
    "outliers": find_outliers,
    "currencies": find_mixed_units,
    "spreadsheet-damage": find_spreadsheet_damage,
    "padding": find_padding,
    "out-of-order": find_out_of_order,
    "usual-order": find_unusual_order,
    "sums": find_broken_sums,
    "filled-when": find_filled_otherwise,
    "notation": find_odd_notation,
    "off-scale": find_off_scale,
    "shifted-rows": find_shifted_rows,
    "swapped-cells": find_swapped_cells,
    "check-digits": find_wrong_check_digits,
    "constant": find_constant,
    "near-empty": find_near_empty,
    "copies": find_copies,
    "duplicate-rows": find_repeated_rows,
    "duplicate-ids": find_duplicate_ids,
    "shared-addresses": find_shared_addresses,
    "before-founding": find_before_founding,
    "sensitive": find_sensitive,
    "email-typos": find_email_typos,
    "email-syntax": find_email_syntax,
    "email-reserved": find_email_reserved,
    "phone-impossible": find_phone_impossible,
    "phone-country": find_phone_country,
    "phone-format": find_phone_format,
    "web-address": find_web_address,
    "website-format": find_website_format,
    "email-website": find_email_website,
    "postcode-state": find_postcode_state,
    "postcode-country": find_postcode_country,
    "country-names": find_country_names,
    "state-names": find_state_names,
    "state-country": find_state_country,
    "name-case": find_name_case,
    "name-characters": find_name_characters,
    "email-in-name": find_email_in_name,
    "names-swapped": find_names_swapped,
    "test-records": find_test_records,
    "company-case": find_company_case,
    "company-legal-form": find_company_legal_form,
    "company-value": find_company_value,
    "title-case": find_title_case,
    "title-value": find_title_value,
    "dependencies": find_broken_dependencies,
    "gaps": find_fillable_gaps,
    "spellings": find_misspelled_values,
    "patterns": find_broken_patterns,
    "vocabulary": find_unknown_words,
    "picklists": find_outside_picklist,
    "stale-values": find_stale_values,
    "activity-decay": find_activity_decay,
}

"""Where the missing values of a field can come from."""

from collections.abc import Mapping

from segaudit.model.enrichment import Effort, FieldState
from segaudit.model.fields import CatalogueField

_REPAIR_FROM = 0.5  # of what is lacking, the share that is there and cannot be used
_TELLING = 0.9  # agreement from which another column is said to tell a field

# Providers of company and contact data sell these.
_SOLD = frozenset(
    "industry employees annual_revenue sic_code naics_code technologies company_domain website founded_year "
    "parent_company company_type ownership last_funded_on total_funding open_positions intent_score intent_topic "
    "job_title seniority department linkedin_url company_linkedin_url phone mobile email country state city "
    "postal_code street".split()
)
# The team's own judgement; nobody can sell it.
_ASSIGNED = frozenset(
    "account_tier lifecycle_stage lead_status relationship is_customer owner persona target_account segment_in_crm "
    "rating priority tags deal_stage fit_score lead_score".split()
)
# What the person has to say, or has to have said: bought, it is worth nothing or forbidden.
_ASKED = frozenset(
    "buying_role preferred_language email_consent sms_consent phone_consent ads_consent consent_on consent_basis "
    "birth_date salutation gender income marital_status education occupation household_size children_count".split()
)
_ELSEWHERE = frozenset({"deal", "activity", "outcome"})  # entities whose fields belong to tables of their own


def effort_of(state: FieldState, field: CatalogueField | None, *, agrees: float) -> Effort:
    """Return where the missing values of a field can come from.

    Args:
        state: How it is filled.
        field: The catalogue's entry; None if it is the rules' own.
        agrees: How well the best other column tells it, 0-1.
    """
    if state.header is None:
        return Effort.CONNECT
    unusable = state.unreadable + state.inexact
    if unusable > _REPAIR_FROM * (unusable + state.missing):
        return Effort.REPAIR
    if agrees >= _TELLING:
        return Effort.DERIVE
    return _by_name(state.field, field)


def _by_name(name: str, field: CatalogueField | None) -> Effort:
    for effort, names in _NAMES.items():
        if name in names:
            return effort
    if field is None:
        return Effort.DECIDE
    if field.entity in _ELSEWHERE or name.endswith(("_on", "_at", "_count")):
        return Effort.MEASURE
    return Effort.BUY if field.entity == "company" else Effort.ASK


_NAMES: Mapping[Effort, frozenset[str]] = {Effort.BUY: _SOLD, Effort.DECIDE: _ASSIGNED, Effort.ASK: _ASKED}

"""How far a team can act on a field, and what it decides with it."""

from collections.abc import Mapping

from segaudit.model.suggestions import Feature
from segaudit.segments.suggest.start.private import words_of_header

# How far a team can act on a dimension, and what it does with it. Fields nobody has heard of come last: a person who
# knows the business may know better.
ACTIONABLE: Mapping[str, tuple[float, str]] = {
    "employees": (1.0, "decides who sells, how and at what cost"),
    "last_engaged_on": (1.0, "decides who is written to now, and who is left alone"),
    "lifecycle_stage": (1.0, "decides what comes next for the record"),
    "industry_std": (0.9, "decides which story is told"),
    "industry": (0.9, "decides which story is told"),
    "relationship": (0.9, "decides what comes next for the record"),
    "annual_revenue": (0.9, "decides who sells, how and at what cost"),
    "last_activity_on": (0.9, "decides who is written to now, and who is left alone"),
    "intent_score": (0.9, "decides who is called first"),
    "account_tier": (0.8, "decides how much effort an account gets"),
    "region": (0.8, "decides language, hours and team"),
    "job_function": (0.8, "decides which story is told"),
    "seniority": (0.8, "decides which story is told"),
    "country": (0.8, "decides language, hours and team"),
    "lead_status": (0.7, "decides what comes next for the record"),
    "engagement_score": (0.7, "decides who is called first"),
    "lead_score": (0.7, "decides who is called first"),
    "total_revenue": (0.7, "decides how much effort a customer gets"),
    "lifetime_value": (0.7, "decides how much effort a customer gets"),
    "state": (0.6, "decides hours and team"),
    "product": (0.6, "decides what is offered next"),
    "occupation": (0.5, "decides which story is told"),
    "education": (0.4, "decides which story is told"),
    "lead_source": (0.5, "tells where records come from; it decides little about how to treat them"),
}
# Words in the header of a field nobody mapped.
_HEARD: Mapping[str, tuple[float, str]] = {
    "status": (0.7, "decides what comes next for the record"),
    "stage": (0.7, "decides what comes next for the record"),
    "tier": (0.7, "decides how much effort a record gets"),
    "plan": (0.6, "decides what is offered next"),
    "size": (0.6, "decides who sells, how and at what cost"),
    "sector": (0.6, "decides which story is told"),
    "spending": (0.6, "decides how much effort a customer gets"),
}
UNHEARD = (0.3, "is no field a CRM usually has, so what it decides is for a person to say")


def acted_on(feature: Feature) -> tuple[float, str]:
    """Return how far a team can act on a feature, and why."""
    words = words_of_header(feature.header)
    heard = next((told for word, told in _HEARD.items() if word in words), UNHEARD)
    return ACTIONABLE.get(feature.name, heard)

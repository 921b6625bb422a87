"""One value spelled many ways: places and picklists."""

from typing import Final

COUNTRY_VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "United States": ("USA", "US", "U.S.A.", "usa", "United States of America", "America"),
    "United Kingdom": ("UK", "GB", "Great Britain", "England", "U.K."),
    "Australia": ("AU", "AUS", "australia"),
    "Germany": ("DE", "Deutschland", "germany"),
    "France": ("FR", "FRANCE"),
    "Canada": ("CA", "CAN", "canada"),
    "Netherlands": ("NL", "The Netherlands", "Holland"),
    "Spain": ("ES", "España"),
    "Sweden": ("SE", "Sverige"),
    "Ireland": ("IE", "Republic of Ireland", "Éire"),
    "India": ("IN", "INDIA"),
    "Brazil": ("BR", "Brasil"),
}

STATE_VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "New South Wales": ("NSW", "N.S.W.", "nsw"),
    "Victoria": ("VIC", "Vic."),
    "Queensland": ("QLD", "Qld"),
    "Western Australia": ("WA",),
    "South Australia": ("SA",),
    "New York": ("NY", "N.Y.", "new york"),
    "California": ("CA", "Calif.", "california", "Californa"),
    "Texas": ("TX", "Tex.", "texas"),
    "Illinois": ("IL", "Ill."),
    "Massachusetts": ("MA", "Mass.", "Massachusets"),
    "Washington": ("WA", "Wash."),
    "Florida": ("FL", "Fla."),
    "Georgia": ("GA",),
    "Colorado": ("CO",),
    "Oregon": ("OR",),
    "North Carolina": ("NC", "N. Carolina"),
    "Ontario": ("ON", "Ont."),
    "Quebec": ("QC", "Québec"),
    "British Columbia": ("BC", "B.C."),
    "Bayern": ("Bavaria",),
    "Nordrhein-Westfalen": ("NRW", "North Rhine-Westphalia"),
    "Île-de-France": ("Ile de France", "IDF"),
    "Noord-Holland": ("North Holland",),
    "Cataluña": ("Catalunya", "Catalonia"),
}

LIFECYCLE_VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "Lead": ("lead", "LEAD"),
    "Marketing Qualified Lead": ("MQL", "marketingqualifiedlead", "Marketing qualified lead"),
    "Sales Qualified Lead": ("SQL", "salesqualifiedlead"),
    "Customer": ("customer", "Client"),
    "Opportunity": ("opportunity", "Opp"),
    "Subscriber": ("subscriber",),
}

STATUS_VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "New": ("NEW", "new"),
    "In Progress": ("IN_PROGRESS", "In progress", "Inprogress"),
    "Attempted to Contact": ("ATTEMPTED_TO_CONTACT", "Attempted"),
    "Connected": ("CONNECTED", "Conected"),
}

TIER_VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "Tier 1": ("1", "T1", "tier 1"),
    "Tier 2": ("2", "T2", "Tier2"),
    "Tier 3": ("3", "tier 3", "Tier III"),
}

FLAG_VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "true": ("TRUE", "Yes", "yes", "1"),
    "false": ("FALSE", "No", "no", "0"),
}

SIZE_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "10": ("ten",),
    "12": ("a dozen", "twelve"),
    "20": ("twenty",),
    "15": ("fifteen",),
    "8": ("eight",),
    "14": ("fourteen people",),
}

"""Units that are known by their names, short or long."""

_NAMES = {
    "oz": "oz", "ounce": "oz", "ounces": "oz", "mg": "mg", "g": "g", "kg": "kg", "kgs": "kg", "kilo": "kg",
    "kilos": "kg", "lb": "lb", "lbs": "lb", "pound": "lb", "pounds": "lb", "ml": "ml", "cl": "cl", "l": "l",
    "liter": "l", "liters": "l", "litre": "l", "litres": "l", "gal": "gal", "gallon": "gal", "gallons": "gal",
    "mm": "mm", "cm": "cm", "km": "km", "mile": "mi", "miles": "mi", "mi": "mi", "ft": "ft", "feet": "ft",
    "inch": "in", "inches": "in", "sec": "s", "seconds": "s", "min": "min", "mins": "min", "minute": "min",
    "minutes": "min", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "days", "days": "days",
    "week": "weeks", "weeks": "weeks", "month": "months", "months": "months", "yr": "years", "yrs": "years",
    "year": "years", "years": "years", "sqft": "sq ft", "sqm": "sq m",
}  # fmt: skip


def unit_of(word: str) -> str:
    """Return the unit a word is the name of, whatever its capitals, dots and blanks; "" if it is none that is known."""
    return _NAMES.get(word.casefold().replace(".", "").replace(" ", ""), "")

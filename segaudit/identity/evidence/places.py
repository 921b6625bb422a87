"""Where a person or company is: street, town, postal code; state and country where nothing finer is known."""

from dataclasses import replace

from segaudit.identity.attributes import Attribute, encode
from segaudit.identity.cells import Cells
from segaudit.identity.comparing.numbers import postal_codes, quantities
from segaudit.identity.comparing.texts import categories, named_things, streets
from segaudit.identity.evidence.columns import Columns
from segaudit.identity.evidence.evidence import Evidence
from segaudit.identity.evidence.handles import beginning, exact, rarest_words, sound

_MOST_MOVED = 0.08  # of the records of one thing, that name different streets


def place_evidence(columns: Columns, *, of_people: bool) -> list[Evidence]:
    """Return the evidence of places; what is no person stays where it is."""
    found = []
    for reading in columns.of("street")[:1]:
        forms = columns.forms(reading, "street")
        whole = _whole(columns, forms["number"], forms["name"])
        handles = (exact(whole, 0.7), *rarest_words(forms["name"], (0.85,)), beginning(forms["name"], 5, 0.86))
        found.append(Evidence(comparison=streets(whole, forms["name"], forms["number"], most_different=1.0 if of_people else _MOST_MOVED), handles=handles))
    for reading in columns.of("postal_code")[:1]:
        forms = columns.by_country(reading, "postal_code")
        handles = (exact(forms["code"], 0.75), exact(forms["area"], 0.85))
        found.append(Evidence(comparison=postal_codes(forms["code"], forms["area"]), handles=handles))
    for reading in columns.of("city")[:1]:
        city = columns.forms(reading, "city")["name"]
        handles = (exact(city, 0.75), sound(city, 0.8), beginning(city, 4, 0.83))
        found.append(Evidence(comparison=named_things(city, same=0.75, moves=True), handles=handles))
    for reading in columns.of("state")[:1]:
        forms = columns.forms(reading, "state")
        state = columns.first_filled([forms["code"], forms["name"]]) or forms["name"]
        found.append(Evidence(comparison=categories(state, moves=True), handles=(exact(state, 0.85),)))
    if not found:
        for reading in columns.of("country")[:1]:
            country = columns.forms(reading, "country")["name"]
            found.append(Evidence(comparison=categories(country, same=0.95, moves=True), handles=(exact(country, 0.95),)))
    for reading in columns.of("quantity"):
        cells = columns.cells(reading)
        number = encode(cells.header, "number", cells.texts, cells.codes)
        found.append(Evidence(comparison=quantities(number), handles=(exact(number, 0.6),)))
    return found


def _whole(columns: Columns, number: Attribute, name: Attribute) -> Attribute:
    """Return number and street as one attribute."""
    import numpy as np
    import pyarrow as pa

    both = (number.codes.astype(np.int64) + 1) << 32 | (name.codes.astype(np.int64) + 1)
    lacking = name.codes < 0
    encoded = pa.array(both, mask=lacking).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Attribute(name=name.name, form="address", codes=codes, values=encoded.dictionary)

"""Where a person or company is: street, town, postal code; state and country where nothing finer is known."""

from collections import Counter

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.identity.attributes import MISSING, Attribute
from segaudit.identity.cells import Cells
from segaudit.identity.comparing.numbers import points, postal_codes
from segaudit.identity.comparing.texts import categories, named_things, streets
from segaudit.identity.evidence.columns import Columns
from segaudit.identity.evidence.evidence import Evidence, Handle
from segaudit.identity.evidence.handles import beginning, exact, rarest_words, sound
from segaudit.model.fields import ColumnReading

_MOST_MOVED = 0.08  # of the records of one thing, that name different streets


def place_evidence(columns: Columns, *, of_people: bool) -> list[Evidence]:
    """Return the evidence of places; what is no person stays where it is."""
    found = []
    for reading in columns.of("street")[:1]:
        forms = columns.forms(reading, "street")
        whole = _whole(forms["number"], forms["name"])
        handles = (exact(whole, 0.7), *rarest_words(forms["name"], (0.85,)), beginning(forms["name"], 5, 0.86))
        found.append(
            Evidence(
                comparison=streets(
                    whole, forms["name"], forms["number"], most_different=None if of_people else _MOST_MOVED
                ),
                handles=handles,
            )
        )
    for reading in columns.of("postal_code")[:1]:
        forms = columns.by_country(reading, "postal_code")
        handles = (exact(forms["code"], 0.75), exact(forms["area"], 0.85))
        found.append(Evidence(comparison=postal_codes(forms["code"], forms["area"]), handles=handles))
    for reading in columns.of("city")[:1]:
        city = columns.forms(reading, "city")["name"]
        handles = (exact(city, 0.75), sound(city, 0.8), beginning(city, 4, 0.83))
        found.append(Evidence(comparison=named_things(city, same=0.75, moves=True), handles=handles))
    for reading in columns.of("state")[:1]:
        state = _states(columns, reading)
        found.append(Evidence(comparison=categories(state, moves=True), handles=(exact(state, 0.85),)))
    if not found:
        for reading in columns.of("country")[:1]:
            forms = columns.forms(reading, "country")
            country = columns.first_filled([forms["code"], forms["name"]]) or forms["name"]
            found.append(
                Evidence(comparison=categories(country, same=0.95, moves=True), handles=(exact(country, 0.95),))
            )
    latitudes, longitudes = columns.of("latitude"), columns.of("longitude")
    if latitudes and longitudes:
        point, degrees = _points(columns.cells(latitudes[0]), columns.cells(longitudes[0]))
        comparison = points(point, degrees)
        found.append(Evidence(comparison=comparison, handles=(exact(point, 0.6), _cell(point, degrees))))
    return found


def _states(columns: Columns, reading: ColumnReading) -> Attribute:
    """Return the states; what is no state anywhere stays as it is written.

    They are read as those of the record's country, else as that of the only country with such a state, else as those
    of the country most others are in: WA is Washington where California and Texas are.
    """
    cells = columns.cells(reading)
    forms = columns.standardised(cells, "state")
    known = [columns.by_country(reading, "state")["code"]] if columns.of("country") else []
    read = columns.first_filled([*known, forms["code"]]) or forms["code"]
    countries: Counter[str] = Counter()
    for code, records in zip(read.values.to_pylist(), read.counts.tolist(), strict=True):
        countries[code.partition("-")[0]] += records
    homes = [country for country, _ in countries.most_common(1)]
    at_home = [columns.standardised(cells, "state", home)["code"] for home in homes]
    return columns.first_filled([read, *at_home, forms["name"]]) or forms["name"]


def _points(latitudes: Cells, longitudes: Cells) -> tuple[Attribute, npt.NDArray[np.float64]]:
    """Return where each record is, and the degrees of each place; 0, 0 is nowhere."""
    north, east = (
        np.append(pc.cast(cells.texts, pa.float64()).to_numpy(zero_copy_only=False), np.nan)[cells.codes]
        for cells in (latitudes, longitudes)
    )
    known = np.isfinite(north) & np.isfinite(east) & ~((north == 0) & (east == 0))
    both = np.stack([np.where(known, north, 0.0), np.where(known, east, 0.0)], axis=1)
    degrees, places = np.unique(both, axis=0, return_inverse=True)
    codes = np.where(known, places.ravel(), MISSING).astype(np.int32)
    values = pa.array([f"{n:g}, {e:g}" for n, e in degrees], pa.string())
    return Attribute(name=f"{latitudes.header}, {longitudes.header}", form="point", codes=codes, values=values), degrees


def _cell(point: Attribute, degrees: npt.NDArray[np.float64]) -> Handle:
    """Return the square of about a kilometre a place is in."""
    _, places = np.unique(np.round(degrees, 2), axis=0, return_inverse=True)
    codes = np.append(places.ravel(), -1)[point.codes].astype(np.int32)
    return Handle(name=f"{point.name} (square kilometre)", codes=codes, share=0.8)


def _whole(number: Attribute, name: Attribute) -> Attribute:
    """Return number and street as one attribute."""
    both = (number.codes.astype(np.int64) + 1) << 32 | (name.codes.astype(np.int64) + 1)
    lacking = name.codes < 0
    encoded = pa.array(both, mask=lacking).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Attribute(name=name.name, form="address", codes=codes, values=encoded.dictionary)

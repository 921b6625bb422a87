"""The columns of a table by the kind of evidence they hold, read and standardised when they are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.engine.protocol import Engine
from segaudit.identity.attributes import MISSING, Attribute, Codes, encode
from segaudit.identity.cells import Cells, Part, read_cells
from segaudit.identity.standardise import STANDARDS, standardise
from segaudit.model.fields import ColumnReading, Placeholder
from segaudit.rulebook.standards import StandardLists

UNKNOWN = "column"  # the kind of a column nobody has a field for


@dataclass(frozen=True, kw_only=True)
class Table:
    """An opened table as evidence is gathered from it."""

    parts: Sequence[Part]
    readings: Sequence[ColumnReading]  # of the first file
    placeholders: Sequence[Placeholder]
    kinds: Mapping[str, str]  # field -> what it is evidence of
    lists: StandardLists
    engine: Engine


class Columns:
    """The columns of a table by kind of evidence."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._by_kind: dict[str, list[ColumnReading]] = {}
        for reading in table.readings:
            field = reading.column.field
            if reading.column.is_left_alone:
                continue
            kind = UNKNOWN if field is None else table.kinds.get(field)
            if kind is not None:
                self._by_kind.setdefault(kind, []).append(reading)
        self._countries: Attribute | None = None

    @property
    def lists(self) -> StandardLists:
        """Return what is known of words, hosts and providers."""
        return self._table.lists

    def of(self, kind: str) -> list[ColumnReading]:
        """Return the columns that hold a kind of evidence."""
        return self._by_kind.get(kind, [])

    def cells(self, reading: ColumnReading) -> Cells:
        """Return a column's cells."""
        return read_cells(self._table.parts, reading, self._table.placeholders, self._table.engine)

    def forms(self, reading: ColumnReading, kind: str) -> dict[str, Attribute]:
        """Return a column's standard forms."""
        return self.standardised(self.cells(reading), kind)

    def standardised(self, cells: Cells, kind: str, beside: object = None) -> dict[str, Attribute]:
        """Return the standard forms of cells."""
        found = standardise(kind, cells.texts, self._table.lists, beside)
        return {form: encode(cells.header, form, found[form], cells.codes) for form in STANDARDS[kind].columns}

    def code(self, reading: ColumnReading) -> Attribute:
        """Return a column of codes: letters and digits alone, for LE-20 C is also written LE20-C."""
        return without_gaps(self.forms(reading, "words")["name"])

    def items(self, reading: ColumnReading) -> tuple[Attribute, list[list[str]]]:
        """Return a column of lists: as one text each, and the items of each of those."""
        cells = self.cells(reading)
        found = standardise("many", cells.texts, self._table.lists, reading.separator or ";")["items"]
        texts = pa.array([None if not items else "\n".join(items) for items in found.to_pylist()], pa.string())
        attribute = encode(cells.header, "items", texts, cells.codes)
        return attribute, [text.split("\n") for text in attribute.values.to_pylist()]

    def countries(self) -> Attribute | None:
        """Return the country of each record as an ISO code, if a column tells."""
        if self._countries is None and self.of("country"):
            self._countries = self.forms(self.of("country")[0], "country")["code"]
        return self._countries

    def by_country(self, reading: ColumnReading, kind: str) -> dict[str, Attribute]:
        """Return the standard forms of a column whose cells mean different things in different countries."""
        cells, countries = self.cells(reading), self.countries()
        if countries is None:
            return self.standardised(cells, kind)
        together, texts, codes = _in_countries(cells, countries)
        return self.standardised(Cells(header=cells.header, texts=texts, codes=together), kind, codes)

    def first_filled(self, attributes: Sequence[Attribute]) -> Attribute | None:
        """Return one attribute of several that mean the same: for each record its first value; None without any."""
        if not attributes:
            return None
        vocabulary = pa.concat_arrays([attribute.values.cast(pa.string()) for attribute in attributes]).unique()
        codes = np.full(len(attributes[0].codes), MISSING, dtype=np.int32)
        for attribute in attributes:
            places = pc.index_in(attribute.values, value_set=vocabulary).to_numpy(zero_copy_only=False)
            found = np.append(places.astype(np.int32), np.int32(MISSING))[attribute.codes]
            codes = np.where(codes < 0, found, codes).astype(np.int32)
        return Attribute(name=attributes[0].name, form=attributes[0].form, codes=codes, values=vocabulary)


def without_gaps(attribute: Attribute) -> Attribute:
    """Return values written in one word."""
    return encode(attribute.name, attribute.form, pc.replace_substring(attribute.values, " ", ""), attribute.codes)


def _in_countries(cells: Cells, countries: Attribute) -> tuple[Codes, Any, Any]:
    """Return cells told apart by country too: the place of each record, the texts, and the country of each text."""
    several = len(countries.values) + 1
    both = cells.codes.astype(np.int64) * several + (countries.codes + 1)
    encoded = pa.array(both, mask=cells.codes < 0).dictionary_encode()
    different = encoded.dictionary.to_numpy()
    places = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
    texts = cells.texts.take(pa.array(different // several))
    country = different % several - 1
    return places, texts, countries.values.take(pa.array(country, mask=country < 0))

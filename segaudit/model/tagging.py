"""What tagging a list came to beside its labels: exceptions, moves since an earlier list, and the lists handed on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionCounts:
    """The exceptions of one schema, on the day the rules count from."""

    schema: str
    given: int  # exceptions in the file
    honoured: int  # of those, exceptions that put a record elsewhere than the rules do
    records: tuple[tuple[str, int], ...]  # segment, records that are in it by exception
    agreeing: int  # exceptions whose records are there anyway
    suppressed: int  # exceptions ignored because the record is in a segment that suppresses
    expired: int
    absent: int  # exceptions for records the list does not have
    overruled: int = 0  # exceptions for records that have another one through their entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """Records that had one label and now have another."""

    was: str
    now: str
    records: int
    illegal: int  # of those, records the schema's transitions forbid to go there; exceptions are not counted


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaMoves:
    """What moved in one schema."""

    schema: str
    transitions: tuple[Transition, ...]  # most records first

    @property
    def moved(self) -> int:
        """Records whose label is another one now."""
        return sum(item.records for item in self.transitions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """A list held against the same list as it was tagged before."""

    file: str  # the earlier one
    key: str  # header of the column of ids both have
    matched: int  # records of the list with one record of that id in the earlier file
    new: int  # records whose id the earlier file does not have
    gone: int  # ids only the earlier file has
    doubled: int  # records of the list whose id stands several times, in one of the files
    without_id: int  # records of the list
    schemas: tuple[SchemaMoves, ...]
    untagged: tuple[str, ...]  # schemas the earlier file has no column of


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceCounts:
    """One segment on its way to an advertising platform; each record drops out at the first step that stops it."""

    schema: str
    segment: str
    platform: str
    members: int  # records; entities, where these are decided
    consented: int  # of those, that may be contacted through ads
    suppressed: int  # of the consented
    without_address: int  # of those left: neither a valid e-mail address nor a valid phone number
    repeated: int  # of those left: with the addresses of another
    written: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmCounts:
    """The file a CRM imports."""

    system: str  # empty: any
    key: str  # header of its ids
    written: int
    without_key: int  # records that have no id to be found by
    repeated: int  # records whose id stands in an earlier row
    how: str = ""  # what to do with the file


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A file written beside the tagged one."""

    what: str  # "suppression", "segment", "crm" or "audience"
    path: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmFormat:
    """How one CRM takes segments back."""

    system: str  # empty: any other
    key: str  # field that names a record there: record_id or email
    id: str  # header of the ids
    property: str  # header of a schema's labels: {schema}, {Schema} and {words} stand for its id
    separator: str  # between the segments of a record that is in several
    around: str = ""  # before the first and behind the last of several
    strip: str = ""  # a beginning of ids that imports do not take
    how: str = ""  # what to do with the file

    def header(self, schema: str) -> str:
        """Return the header of a schema's column."""
        words = schema.replace("_", " ")
        titled = "_".join(part[:1].upper() + part[1:] for part in schema.split("_"))
        named = {"{schema}": schema, "{Schema}": titled, "{words}": words[:1].upper() + words[1:]}
        header = self.property
        for sign, text in named.items():
            header = header.replace(sign, text)
        return header


@dataclass(frozen=True, slots=True, kw_only=True)
class AdPlatform:
    """What one advertising platform takes as a customer list."""

    platform: str  # for file names
    name: str
    email: str  # header
    phone: str  # header
    most: int  # columns of each
    gmail: tuple[str, ...]  # domains whose addresses have no dots and no plus before they are hashed
    plus: bool  # phone numbers keep their +

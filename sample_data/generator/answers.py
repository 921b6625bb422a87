"""What the generator knows about whole records, beside the cells it spoils."""

from dataclasses import dataclass, field

from sample_data.generator.model import Contact


@dataclass(slots=True)
class Answers:
    """Facts about records that end up in truth/; each entry carries the record and a reason in words."""

    traps: list[tuple[Contact, str, str]] = field(default_factory=list)  # record, column, why it is right as it stands
    look_alikes: list[tuple[Contact, Contact, str]] = field(default_factory=list)  # two records of two people
    record_faults: list[tuple[Contact, str, str]] = field(default_factory=list)  # record, fault, columns it shows in

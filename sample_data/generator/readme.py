"""The README of the sample client, with counts taken from the client itself."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from sample_data.generator import activities, campaigns, company_cells, deals
from sample_data.generator.client import Client
from sample_data.generator.descriptions import (
    ACTIVITY_COLUMNS,
    COMPANY_COLUMNS,
    CONTACT_COLUMNS,
    DEAL_COLUMNS,
    DUPLICATE_KINDS,
    FAULT_WORDS,
    LINK_WORDS,
    OUTCOME_COLUMNS,
    RECORD_FAULT_WORDS,
)
from sample_data.generator.model import AS_OF
from sample_data.generator.segments import SCHEMAS, decide_all, find_leaks
from sample_data.generator.truth import describe_columns

_INTRO: Final = """# The sample client

Lumenwise sells analytics software to other companies. Its agency exported the CRM for an audit; the as-of date is
{as_of}. Client, people and companies are invented. Company domains end in `.example`; Gmail names carry an underscore,
which Gmail does not allow; telephone numbers come from ranges set aside for fiction wherever the country has one. The
throw-away mail domains are real. Never send anything to what is in here.

Every fault was planted, and truth/ says where. The files come from a seed and are the same bytes on every machine:

    make sample-data        # or: python -m sample_data.generate [--seed N] [--contacts N] [--out DIR]

This page is written by the same command. Standard library only; the clock is never read.

| file | rows | what it is |
|---|---:|---|
| contacts.csv | {contacts} | the contacts export, header labels as HubSpot prints them |
| companies.csv | {companies} | companies; {twice} of them are second records of a company that is already there |
| deals.csv | {deals} | deals, joined by `Associated Contact IDs` and `Associated Company IDs` |
| activities.csv | {activities} | page views, e-mails, forms and meetings, joined by `Contact ID` |
| campaign_outcomes.csv | {outcomes} | six campaigns from the agency's sending tool, never written back into the CRM |
"""

_TRUTH: Final = """
## truth/

| file | rows | columns and meaning |
|---|---:|---|
| wrong_cells.csv | {wrong} | `record_id, column, fault, dirty_value, clean_value`: every spoiled cell of contacts.csv |
| duplicates.csv | {contacts} | `record_id, entity_id, kind`: who each contact is; `kind` tells how a copy came about |
| company_duplicates.csv | {companies} | `record_id, entity_id`: which company each record is |
| segments.csv | {segments} | `record_id, schema, segment`, worked out from the clean values |
| leakage.csv | {leaks} | `entity_id, schema, record_ids, segments`: people who land in two segments |
| coverage.csv | {columns} | `column, rows, filled, blank, whitespace_only, placeholder, invalid, distinct` |
| column_faults.csv | {column_faults} | `column, fault, detail`: constant, near-empty, copied; age; date formats |
| record_faults.csv | {record_faults} | `record_id, fault, columns`: faults of a whole record |
| link_faults.csv | {links} | `file, key, fault, detail`: orphans and fan-outs |
| traps.csv | {traps} | `record_id, column, value, why`: right as they stand, and easily called wrong |
| look_alikes.csv | {alike} | `record_id_l, record_id_r, why`: two people who look like one |
| pricing_bursts.csv | {bursts} | `contact_id, views_in_7_days`: three pricing views or more within seven days |

How to read it:

- coverage.csv: filled = rows - blank - whitespace_only - placeholder, and includes the invalid; distinct counts raw
  cells other than the empty one.
- A blank that was never filled is not a wrong cell. A placeholder is one, and its clean value is empty.
- `size_range`, `size_open_range`: the clean value is the company's real size. Range and size lie in one size band, and
  so does the middle of the range.
- `money_currency`: the clean value names the currency (`2500000 EUR`); all other revenues are plain US dollars.
- Size: smb 1-50, mid_market 51-500, enterprise 501 and more, size_unknown for nothing known *and* for a genuine 0.
- Engagement, in this order: dead = hard bounce or unsubscribed; hot = Intent Score of 70 or more and engaged within 30
  days of {as_of}; warm = engaged within 180 days; cold = the rest. A score that is missing counts as below 70.
- Engaged means anything in activities.csv except opening an e-mail; `Last Engagement Date` is the newest such day.
- A `size_conflict` copy holds the size of some years ago. Neither cell is wrong, yet one person lands in two segments.
- A customer has won a deal, alone or with colleagues; the {no_deal} that have not are in record_faults.csv.
"""


def write_readme(client: Client) -> str:
    """The whole page."""
    parts = [
        _write_intro(client),
        _list_columns("contacts.csv", CONTACT_COLUMNS.items()),
        _list_columns("companies.csv", zip(company_cells.HEADER, COMPANY_COLUMNS, strict=True)),
        _list_columns("deals.csv", zip(deals.HEADER, DEAL_COLUMNS, strict=True)),
        _list_columns("activities.csv", zip(activities.HEADER, ACTIVITY_COLUMNS, strict=True)),
        _list_columns("campaign_outcomes.csv", zip(campaigns.HEADER, OUTCOME_COLUMNS, strict=True)),
        _write_truth(client),
        _count_wrong_cells(client),
        _count_records(client),
        _count_segments(client),
    ]
    return "".join(parts)


def _write_intro(client: Client) -> str:
    return _INTRO.format(
        as_of=AS_OF,
        contacts=len(client.contacts),
        companies=len(client.companies),
        twice=len(client.companies) - len({company.entity for company in client.companies}),
        deals=len(client.deal_rows),
        activities=len(client.activity_rows),
        outcomes=len(client.outcome_rows),
    )


def _write_truth(client: Client) -> str:
    answers = client.answers
    return _TRUTH.format(
        as_of=AS_OF,
        wrong=len(client.wrong_cells),
        contacts=len(client.contacts),
        companies=len(client.companies),
        segments=len(client.contacts) * len(SCHEMAS),
        leaks=len(find_leaks(client.contacts)),
        columns=len(client.contact_rows[0]),
        column_faults=len(describe_columns(client.contacts)),
        record_faults=len(answers.record_faults),
        links=len(client.link_faults),
        traps=len(answers.traps),
        alike=len(answers.look_alikes),
        bursts=len(activities.find_bursts(client.activity_rows)),
        no_deal=sum(cell.fault == "customer_without_won_deal" for cell in client.wrong_cells),
    )


def _list_columns(file: str, columns: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"| {column} | {words} |\n" for column, words in columns)
    return f"\n## {file}\n\n| column | what it holds |\n|---|---|\n{lines}"


def _count_wrong_cells(client: Client) -> str:
    cells = Counter(cell.fault for cell in client.wrong_cells)
    columns: dict[str, list[str]] = {}
    for cell in client.wrong_cells:
        if cell.column not in (known := columns.setdefault(cell.fault, [])):
            known.append(cell.column)
    lines = "".join(
        f"| {fault} | {cells[fault]} | {words} | {', '.join(sorted(columns[fault]))} |\n"
        for fault, words in FAULT_WORDS.items()
        if cells[fault]
    )
    return f"\n## Wrong cells\n\n| fault | cells | what was done | columns |\n|---|---:|---|---|\n{lines}"


def _count_records(client: Client) -> str:
    kinds = Counter(contact.kind for contact in client.contacts)
    records = Counter(fault for _, fault, _ in client.answers.record_faults)
    alike = Counter(why for _, _, why in client.answers.look_alikes)
    traps = Counter(f"{column}: {why}" for _, column, why in client.answers.traps)
    columns = describe_columns(client.contacts)
    links = Counter(f"{link.file}, {link.fault}" for link in client.link_faults)
    return "".join((
        _table("Duplicates of people", ((kind, words, kinds[kind]) for kind, words in DUPLICATE_KINDS.items())),
        _table("Look-alikes that are different people", ((why, "", number) for why, number in alike.items())),
        _table("Faults of whole records", ((what, words, records[what]) for what, words in RECORD_FAULT_WORDS.items())),
        _table("Faults of whole columns", ((f"{name}, {fault}", detail, "") for name, fault, detail in columns)),
        _table("Links", ((what, LINK_WORDS[what.rpartition(", ")[2]], links[what]) for what in sorted(links))),
        _table("Traps", ((what, "", number) for what, number in sorted(traps.items()))),
    ))  # fmt: skip


def _count_segments(client: Client) -> str:
    counts = Counter((schema, segment) for _, schema, segment in decide_all(client.contacts))
    ordered = sorted(counts.items(), key=lambda item: (SCHEMAS.index(item[0][0]), -item[1], item[0][1]))
    return _table("Segments", ((f"{schema}.{segment}", "", number) for (schema, segment), number in ordered))


def _table(title: str, rows: Iterable[tuple[str, str, object]]) -> str:
    lines = "".join(f"| {what} | {words} | {number} |\n" for what, words, number in rows)
    return f"\n## {title}\n\n| what | in words | count |\n|---|---|---:|\n{lines}"

"""Write the sample client: `python -m sample_data.generate`. Same options, same bytes."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sample_data.generator import activities, campaigns, company_cells, deals
from sample_data.generator.cells import COLUMNS
from sample_data.generator.client import Client, make_client
from sample_data.generator.faults import WrongCell
from sample_data.generator.links import LinkFault
from sample_data.generator.readme import write_readme
from sample_data.generator.segments import decide_all, find_leaks
from sample_data.generator.truth import COVERAGE_HEADER, describe_columns, measure_coverage
from sample_data.generator.writing import write_csv

SEED = 20260630
CONTACTS = 6_400
FEWEST_CONTACTS = 800  # below this the records made for a purpose would be most of the file


def write_client(client: Client, out: Path) -> None:
    """Write the five exports, the answers in truth/, and the README that counts them."""
    (out / "truth").mkdir(parents=True, exist_ok=True)
    write_csv(out / "contacts.csv", list(COLUMNS), (list(row.values()) for row in client.contact_rows))
    write_csv(out / "companies.csv", company_cells.HEADER, client.company_rows)
    write_csv(out / "deals.csv", deals.HEADER, client.deal_rows)
    write_csv(out / "activities.csv", activities.HEADER, client.activity_rows)
    write_csv(out / "campaign_outcomes.csv", campaigns.HEADER, client.outcome_rows)
    write_truth(client, out / "truth")
    (out / "README.md").write_text(write_readme(client), encoding="utf-8", newline="\n")


def write_truth(client: Client, out: Path) -> None:
    """Write what is known about the exports."""
    answers = client.answers
    cells = {contact.record_id: row for contact, row in zip(client.contacts, client.contact_rows, strict=True)}
    write_csv(out / "wrong_cells.csv", WrongCell._fields, client.wrong_cells)
    write_csv(
        out / "duplicates.csv",
        ("record_id", "entity_id", "kind"),
        ((contact.record_id, f"E{contact.entity:05}", contact.kind) for contact in client.contacts),
    )
    write_csv(
        out / "company_duplicates.csv",
        ("record_id", "entity_id"),
        ((company.record_id, f"A{company.entity:04}") for company in client.companies),
    )
    write_csv(out / "segments.csv", ("record_id", "schema", "segment"), decide_all(client.contacts))
    write_csv(out / "leakage.csv", ("entity_id", "schema", "record_ids", "segments"), find_leaks(client.contacts))
    write_csv(out / "coverage.csv", COVERAGE_HEADER, measure_coverage(client.contact_rows, client.wrong_cells))
    write_csv(out / "column_faults.csv", ("column", "fault", "detail"), describe_columns(client.contacts))
    write_csv(
        out / "record_faults.csv",
        ("record_id", "fault", "columns"),
        sorted((contact.record_id, fault, columns) for contact, fault, columns in answers.record_faults),
    )
    write_csv(
        out / "traps.csv",
        ("record_id", "column", "value", "why"),
        ((contact.record_id, column, cells[contact.record_id][column], why) for contact, column, why in answers.traps),
    )
    write_csv(
        out / "look_alikes.csv",
        ("record_id_l", "record_id_r", "why"),
        ((one.record_id, other.record_id, why) for one, other, why in answers.look_alikes),
    )
    write_csv(out / "link_faults.csv", LinkFault._fields, client.link_faults)
    bursts = activities.find_bursts(client.activity_rows)
    write_csv(out / "pricing_bursts.csv", ("contact_id", "views_in_7_days"), sorted(bursts.items()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, write the files, say where."""
    parser = argparse.ArgumentParser(prog="python -m sample_data.generate", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="another seed is another client (default: %(default)s)")
    parser.add_argument(
        "--contacts", type=int, default=CONTACTS, metavar="N", help="rows of contacts.csv (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, metavar="DIR", help="default: this folder")
    options = parser.parse_args(arguments)
    if options.contacts < FEWEST_CONTACTS:
        parser.error(f"--contacts must be at least {FEWEST_CONTACTS}")
    client = make_client(options.seed, options.contacts)
    write_client(client, options.out)
    print(f"{len(client.contacts)} contacts, {len(client.wrong_cells)} wrong cells: {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

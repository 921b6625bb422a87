"""``segaudit rules``: what can be asked of the rules themselves."""

import click

from segaudit.cli.lazy import LazyGroup

_COMMANDS = {
    "check": ("segaudit.cli.rules_check", "Every mistake with its line, and what the rules leave unsaid."),
    "prove": ("segaudit.cli.rules_prove", "What the rules do, without data: overlaps, gaps, dead segments."),
    "test": ("segaudit.cli.rules_test", "Run the tests written in the rules."),
    "docs": ("segaudit.cli.rules_docs", "The segment dictionary, as Markdown or HTML."),
    "diff": ("segaudit.cli.rules_diff", "Where two definitions part: proof, and counts on data."),
    "export": ("segaudit.cli.rules_export", "The rules for other systems: SQL, HubSpot, Salesforce."),
    "import": ("segaudit.cli.rules_import:import_", "Rules from another system's lists: HubSpot."),
    "schema": ("segaudit.cli.rules_schema", "The JSON Schema by which editors complete and check the files."),
    "operators": ("segaudit.cli.rules_operators", "The operators criteria can use, and on which fields."),
}


@click.group(cls=LazyGroup, commands_in=_COMMANDS)
def rules() -> None:
    """Check, prove, test, document, compare and export segment rules; none of it needs data."""

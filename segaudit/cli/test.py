"""``segaudit test``: tests inside segments."""

import click

from segaudit.cli.lazy import LazyGroup

_COMMANDS = {
    "plan": (
        "segaudit.cli.test_plan:test_plan",
        "How many records it needs, how long it takes, who is in which arm.",
    ),
    "read": (
        "segaudit.cli.test_read:test_read",
        "What the arms came to, and whether the test did it.",
    ),
}


@click.group(cls=LazyGroup, commands_in=_COMMANDS)
def test() -> None:
    """Plan and read A/B tests and holdouts inside segments."""

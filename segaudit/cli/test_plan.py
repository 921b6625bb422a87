"""``segaudit test plan``."""

from dataclasses import replace
from datetime import datetime

import click

from segaudit.audit.experiments import PlanChoices, plan_test
from segaudit.cli.options import (
    InputOptions,
    as_of_option,
    day_of,
    engine_options,
    exit_on,
    input_options,
    output_options,
    print_result,
    related_option,
)
from segaudit.cli.progress import working
from segaudit.cli.resolving import how_to_resolve, resolve_options
from segaudit.report.experiments import plan_document, plan_json
from segaudit.segments.statistics.power import ALPHA, POWER


@click.command(name="plan")
@click.option("--baseline", type=float, metavar="SHARE", help="What it is now, like 0.04; else the segment's measure.")
@click.option("--relative", type=float, metavar="CHANGE", help="Change to show: 0.5 is half as much again.")
@click.option("--power", type=float, default=POWER, help="Chance of seeing the change if it is there; 0.80.")
@click.option("--alpha", type=float, default=ALPHA, help="Chance of seeing one that is not there; 0.05.")
@click.option("--arms", type=int, default=2, help="Arms, the control included; 1 with a holdout.")
@click.option("--holdout", type=float, default=0.0, metavar="PERCENT", help="Share that nothing is done to.")
@click.option("--per-week", type=click.IntRange(1), metavar="N", help="Records that can be reached in a week.")
@click.option("--segment", metavar="SCHEMA.SEGMENT", help="Test inside this segment; else all records.")
@click.option("--file", "files", multiple=True, metavar="FILE", help="The records: tells what they can show.")
@click.option("--name", default="", help="Name of the test; each name is another draw.")
@click.option("-o", "--output", metavar="OUT", help="Write who is in which arm (CSV); needs --file and --name.")
@click.option("--force", is_flag=True, help="Replace the output if it exists.")
@input_options
@engine_options
@related_option
@as_of_option
@resolve_options
@output_options
def test_plan(
    *,
    baseline: float | None,
    relative: float | None,
    power: float,
    alpha: float,
    arms: int,
    holdout: float,
    per_week: int | None,
    segment: str | None,
    files: tuple[str, ...],
    name: str,
    output: str | None,
    force: bool,
    chosen: InputOptions,
    related: tuple[str, ...],
    as_of: datetime | None,
    resolve: bool,
    entities: str | None,
    output_format: str,
    fail_on: str,
    quiet: bool,
) -> None:
    """Tell how many records a test needs and how long it takes, and draw its arms.

    Arms are drawn by a hash of each record's id and the test's name: the same on every machine and in every export.
    With --fail-on warning, a segment too small for the test is exit code 1.

    \b
    segaudit test plan --baseline 0.04 --relative 0.5 --per-week 800
    segaudit test plan --baseline 0.04 --relative 0.5 --segment size.smb --file contacts.csv
    segaudit test plan --baseline 0.02 --relative 0.3 --file contacts.csv --name spring --holdout 10 -o arms.csv
    """
    asked = PlanChoices(
        baseline=baseline,
        relative=relative,
        power=power,
        alpha=alpha,
        arms=arms,
        holdout=holdout,
        per_week=per_week,
        segment=segment,
        name=name,
        output=output,
        force=force,
    )
    with working("Planning the test", quiet=quiet) as work:
        plan = plan_test(
            files or None,
            asked,
            replace(chosen.choices(output_format=output_format), related=related),
            as_of=day_of(as_of),
            resolve=how_to_resolve(entities, resolve=resolve),
            progress=work.say,
        )
    print_result(output_format, lambda: plan_document(plan), lambda: plan_json(plan))
    short = any(arm.records is not None and arm.records < arm.needed for arm in plan.arms)
    exit_on(fail_on, {"warning"} if short else set())

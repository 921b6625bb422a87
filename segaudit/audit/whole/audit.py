"""The verb of the whole audit: measure, judge, and put it down as a folder a client can be sent."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from segaudit.audit.opening import InputChoices
from segaudit.audit.whole.comparing import with_comparison
from segaudit.audit.whole.folder import RESULT, audit_folder, check_audit_folder
from segaudit.audit.whole.headlines import choose_headlines
from segaudit.audit.whole.pillars import judge_pillars
from segaudit.audit.whole.plan import make_plan
from segaudit.audit.whole.reading_back import read_earlier
from segaudit.audit.whole.run import AuditOptions, run_audit
from segaudit.audit.whole.steps import Tell
from segaudit.audit.whole.writing import ISSUES, DataFiles
from segaudit.errors import InputError
from segaudit.files import whole_file
from segaudit.ingest.files.paths import named_files
from segaudit.model.audit import AuditFile, AuditResult
from segaudit.model.audit_measured import Measured
from segaudit.report.audit.findings_cells import anchor_of
from segaudit.report.audit.page import audit_page
from segaudit.report.audit_json import audit_json
from segaudit.report.brand import embedded_logo
from segaudit.report.page_html import render_html_page
from segaudit.report.page_md import render_markdown_page
from segaudit.report.words import Words
from segaudit.report.workbook.book import write_workbook
from segaudit.report.workbook.issue_rows import IssueRow, Issues
from segaudit.rulebook.audit_rules import load_audit_rules
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import ENGLISH, load_texts

_REPORTS = (("report.html", "html"), ("report.xlsx", "xlsx"), ("report.md", "md"), (RESULT, "json"))


def audit(  # noqa: PLR0913 - each is a choice of its own
    paths: str | Sequence[str],
    output: str | None = None,
    choices: InputChoices | None = None,
    options: AuditOptions | None = None,
    *,
    as_of: date | None = None,
    against: str | None = None,
    force: bool = False,
    tell: Tell = lambda _, __: None,
) -> AuditResult:
    """Audit a client's tables: everything is measured, marked, put in order of what to do, and written down.

    Args:
        paths: A workspace file; or data files and folders, of which everything is guessed.
        output: Folder for report.html, report.xlsx, report.md, audit.json and the files people work with; None:
            nothing is written.
        choices: Which rules, how files are read of which no workspace file says it, the history.
        options: What else there is to choose.
        as_of: Day that rules and checks count from; today if not given.
        against: Folder of an earlier audit, to say what became better and worse.
        force: Replace the audit that is in the folder.
        tell: Told what is being done, and what share of all is done.

    Raises:
        SegauditError: A file or the rules cannot be read, or the folder cannot be written.
    """
    choices, options = choices or InputChoices(), options or AuditOptions()
    if options.language is not None:
        load_texts(RulesLocation.at(choices.rules), options.language)  # first: a mistake is told before files are read
    if options.assets is not None and not Path(options.assets).is_dir():
        raise InputError("there is no such folder", where=options.assets, hint="--assets names the folder of the files")
    if against is not None:
        read_earlier(Path(against))  # as above
    if output is None:
        result = run_audit(paths, choices, options, as_of=as_of, tell=tell)
        return _judged(result, choices, against)
    folder = Path(output)
    inputs = named_files(paths) if paths else ()
    check_audit_folder(folder, inputs=inputs, force=force)
    with audit_folder(folder) as temporary:
        files = DataFiles(folder=temporary, redacted=options.redact)
        result = run_audit(paths, choices, options, as_of=as_of, files=files, tell=tell)
        check_audit_folder(folder, inputs=[table.file for table in result.workspace.tables], force=force)
        reports = tuple(AuditFile(name=name, rows=None, what=what) for name, what in _REPORTS)
        result = _judged(replace(result, files=(*reports, *result.files)), choices, against)
        _write_reports(result, temporary, files.listed, choices)
    return result


def _judged(result: AuditResult, choices: InputChoices, against: str | None) -> AuditResult:
    """Return an audit with what its measurements come to."""
    rules = load_audit_rules(RulesLocation.at(choices.rules))
    measured = Measured(
        tables=result.tables,
        workspace=result.workspace,
        segments=result.segments,
        not_assessed=result.not_assessed,
    )
    scored = judge_pillars(measured, rules)
    actions = make_plan(measured, rules)
    headlines = choose_headlines(measured, scored, actions, rules)
    result = replace(result, scored=scored, actions=actions, headlines=headlines)
    return result if against is None else with_comparison(result, Path(against))


def words_for(language: str, rules: str | None) -> Words:
    """Return the texts of reports in a language.

    Raises:
        SegauditError: There are none, or a file of them cannot be read.
    """
    location = RulesLocation.at(rules)
    return Words(language=language, texts=load_texts(location, language), fallback=load_texts(location, ENGLISH))


def _write_reports(result: AuditResult, folder: Path, listed: Sequence[IssueRow], choices: InputChoices) -> None:
    words = words_for(result.branding.language, choices.rules)
    logo = embedded_logo(Path(result.branding.logo)) if result.branding.logo else ""
    page = audit_page(result, words, logo=logo)
    said = json.dumps(audit_json(result), ensure_ascii=False, indent=1)
    for name, text in (
        ("report.html", render_html_page(page, words)),
        ("report.md", render_markdown_page(page, words)),
        (RESULT, said + "\n"),
    ):
        with whole_file(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
    numbers = {table.name: number for number, table in enumerate(result.tables, start=1)}
    rows = [replace(row, finding=anchor_of(row.rule, numbers[row.table])) for row in listed]
    total = next((file.rows for file in result.files if file.name == ISSUES), None)
    issues = Issues(rows=rows, redacted=result.redacted, file=ISSUES, total=total)
    write_workbook(page, folder / "report.xlsx", words, issues, as_of=result.as_of)

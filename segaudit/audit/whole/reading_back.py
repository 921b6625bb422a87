"""An earlier audit, read back from the audit.json of its folder."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from segaudit.errors import InputError
from segaudit.report.audit_json import SCHEMA_VERSION

FILE = "audit.json"
_LARGEST = 200_000_000  # bytes; an audit is far smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One number of an audit that can be held against another's."""

    value: float
    of: float = 0.0  # what it is a part of; 0: nothing
    share: bool = False  # it is a share of 1 itself
    good: int = 0  # 1: the more the better, -1: the less, 0: neither

    @property
    def weighed(self) -> float:
        """What is compared: a part of a whole as its share."""
        return self.value / self.of if self.of else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The numbers of an audit."""

    as_of: date
    rules: str  # their hash
    tables: Mapping[str, str]  # name -> kind
    segmented: str  # table whose records are segmented; empty: none
    numbers: Mapping[tuple[str, str, str], Fact]  # what was counted, table, where
    findings: frozenset[tuple[str, str]]  # table (empty: the segments), rule
    checks: frozenset[tuple[str, str]]  # table, rule of findings that were looked for


def read_earlier(folder: Path) -> Facts:
    """Return the numbers of an earlier audit.

    Raises:
        InputError: There is none in the folder, it cannot be read, or another version wrote it.
    """
    path = folder / FILE if folder.is_dir() else folder
    where = str(path)
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError("this file is too large for an audit", where=where, hint="name the folder of an audit")
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        hint = "name the folder that `segaudit audit -o FOLDER` wrote"
        raise InputError("there is no earlier audit here", where=where, hint=hint) from None
    except OSError as error:
        raise InputError(f"the earlier audit cannot be read ({error.strerror})", where=where) from error
    except (ValueError, RecursionError):
        hint = "it may have been cut or edited; compare with another audit, or run the earlier one again"
        raise InputError("this is no audit that can be read", where=where, hint=hint) from None
    if not isinstance(document, dict) or document.get("command") != "audit":
        hint = "name the folder that `segaudit audit -o FOLDER` wrote"
        raise InputError("this is something else than an audit", where=where, hint=hint)
    if document.get("schema_version") != SCHEMA_VERSION:
        problem = f"this audit was written in version {document.get('schema_version')!s:.20} of the format"
        hint = f"this program compares version {SCHEMA_VERSION}; run the earlier audit again with it"
        raise InputError(problem, where=where, hint=hint)
    try:
        return facts_of(document)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        hint = "it may have been edited; compare with another audit, or run the earlier one again"
        raise InputError("parts of this audit are missing", where=where, hint=hint) from None


def facts_of(document: Mapping[str, Any]) -> Facts:
    """Return the numbers of an audit.json."""
    segments = document["segments"]
    return Facts(
        as_of=date.fromisoformat(document["as_of"]),
        rules=str(document["rules"]["sha256"]),
        tables={str(table["name"]): str(table["kind"]) for table in document["tables"]},
        segmented=str(segments["table"]) if segments is not None else "",
        numbers={key: fact for key, fact in _numbers(document) if fact is not None},
        findings=frozenset(_findings(document)),
        checks=frozenset(
            (str(table["name"]), f"quality.{check}")
            for table in document["tables"]
            for check in table["quality"]["checks_run"]
        ),
    )


def _numbers(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], Fact | None]]:
    yield ("total", "", ""), _fact(document["scores"]["total"], good=1)
    for item in document["scores"]["pillars"]:
        yield ("score", "", str(item["pillar"])), _fact(item["score"], good=1)
    for table in document["tables"]:
        yield from _of_table(table)
    if document["segments"] is not None:
        yield from _of_segments(document["segments"])


def _of_table(table: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], Fact | None]]:
    name, rows = str(table["name"]), table["rows"]
    yield ("rows", name, ""), _fact(rows)
    for column in table["coverage"]["columns"]:
        if column["core"] and rows:
            fact = _fact(column["share_usable"], share=True, good=1)
            yield ("coverage", name, str(column["field"] or column["column"])), fact
    failed: dict[str, int] = {}
    for item in table["quality"]["findings"]:
        if isinstance(item["rows_failed"], int):  # a redacted audit does not say how few there are
            # The worst column, as the findings number it: the same records may be named by several.
            failed[str(item["rule"])] = max(failed.get(str(item["rule"]), 0), item["rows_failed"])
    for rule, count in failed.items():
        yield ("finding", name, rule), _fact(count, of=rows, good=-1)
    identity = table["identity"]
    if identity is not None and identity["of_events"] is None:
        yield ("duplicates", name, ""), _fact(identity["redundant"], of=rows, good=-1)


def _of_segments(found: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], Fact | None]]:
    overlap, name = found["overlap"], str(found["table"])
    rows = overlap["source"]["rows"]
    for schema in overlap["schemas"]:
        here = str(schema["schema"])
        counts = [item["rows"] for item in overlap["unplaced"] if item["schema"] == here]
        if all(isinstance(count, int) for count in counts):
            yield ("unplaced", name, here), _fact(sum(counts), of=rows, good=-1)
        if "leakage" in schema:
            yield ("leakage", name, here), _fact(schema["leakage"]["entities"], good=-1)
        for item in schema["segments"]:
            yield ("members", name, f"{here}.{item['id']}"), _fact(item["members"])


def _fact(value: object, *, of: object = 0, share: bool = False, good: int = 0) -> Fact | None:
    """Return a number; None where there is none, because it could not be told or is not said."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    whole = float(of) if isinstance(of, int | float) else 0.0
    return Fact(value=float(value), of=whole, share=share, good=good)


def _findings(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for table in document["tables"]:
        yield from ((str(table["name"]), str(item["rule"])) for item in table["quality"]["findings"])
    yield from ((str(item["table"]), str(item["rule"])) for item in document["workspace"]["findings"])
    if document["segments"] is not None:
        for part in ("overlap", "proofs"):
            yield from (("", str(item["rule"])) for item in document["segments"][part]["findings"])

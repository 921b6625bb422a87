"""segaudit.yaml added to, without touching a line that stands there."""

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from segaudit.errors import SegauditError
from segaudit.files import whole_file
from segaudit.model.workspace import JoinSpec, TableSpec
from segaudit.rulebook.workspace_text import IGNORED, Additions, join_lines, new_text, scalar, table_lines

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")


def write_workspace_file(path: Path, additions: Additions) -> None:
    """Write a workspace file, or add to the one that is there; it appears whole or not at all.

    Raises:
        OutputError: The file cannot be written.
        SegauditError: It cannot be added to without changing what stands there.
    """
    target = path.resolve()  # a link stays a link
    # Bytes, so that line ends stay what they are.
    before = target.read_bytes().decode("utf-8") if target.exists() else ""
    text = add_to(before, additions, str(path)) if before.strip() else new_text(additions)
    with whole_file(target) as temporary:
        temporary.write_bytes(text.encode("utf-8"))


def add_to(text: str, additions: Additions, where: str) -> str:
    """Return a workspace file with what is new in it, every line of it as it was.

    Raises:
        SegauditError: The file is written in a way that leaves no room for another line.
    """
    wanted = _merged(_data(text), additions)
    added = _with_lines(text, additions)
    if added is None or _data(added) != wanted:
        added = _rewritten(text, additions)  # maps on one line, for instance
    comments = [line.partition("#")[2] for line in text.splitlines() if "#" in line]
    if _data(added) != wanted or any(comment not in added for comment in comments):
        raise SegauditError(
            "the file cannot be added to without changing what stands there",
            where=where,
            hint="write tables, columns and joins one to a line, or begin anew with -o another.yaml",
        )
    return added


def _with_lines(text: str, additions: Additions) -> str | None:
    """Return the text with lines put in where they belong; None where its layout has no such place."""
    root = _compose(text)
    inserted: list[tuple[int, list[str]]] = []  # line they go before, 0-based
    top = _entries(root)
    tables = top.get("tables")
    if tables is None or tables.flow_style:
        return None
    for name in dict.fromkeys(table for table, _, _ in additions.columns):
        new = [(header, field) for table, header, field in additions.columns if table == name]
        place = _entries(tables).get(name)
        if place is None or place.flow_style:
            return None
        inserted += _column_insertions(place, new)
    for spec, why in additions.tables:
        pad = " " * _indent(tables)
        inserted.append((_end_line(tables), ["", *(pad + line for line in table_lines(spec, why))]))
    joins = top.get("joins")
    lines = [line for spec, why in additions.joins for line in join_lines(spec, why)]
    if lines and (joins is None or not getattr(joins, "value", None)):
        if joins is not None:
            return None
        inserted.append((len(_lines(text)), ["", "joins:", *("  " + line for line in lines)]))
    elif lines and joins is not None:
        if joins.flow_style:
            return None
        pad = " " * joins.start_mark.column
        inserted.append((_end_line(joins), [pad + line for line in lines]))
    return _insert(text, inserted)


def _column_insertions(table: Any, new: Sequence[tuple[str, str | None]]) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401 - ruamel's nodes carry no types
    """Yield where a table's new columns go, and their lines."""
    entries, pad = _entries(table), " " * _indent(table)
    mapped = [f"{scalar(header)}: {field}" for header, field in new if field is not None]
    ignored = [f"- {scalar(header)}" for header, field in new if field is None]
    for key, lines, head in (("columns", mapped, "columns:"), ("ignored", ignored, IGNORED)):
        node = entries.get(key)
        if not lines:
            continue
        if node is None:
            yield _end_line(table), [pad + head, *(f"{pad}  {line}" for line in lines)]
        elif node.id != "scalar" and node.value and not node.flow_style:
            inner = " " * (_indent(node) if key == "columns" else node.start_mark.column)
            yield _end_line(node), [inner + line for line in lines]


def _lines(text: str) -> list[str]:
    """Return the lines of a text with their ends, as YAML counts them."""
    return _LINE.findall(text)


def _insert(text: str, inserted: Sequence[tuple[int, list[str]]]) -> str:
    lines = _lines(text)
    line_end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += line_end
    # From the end, so that the places before stay where they are; at one place in the order they came.
    for _, (at, new) in sorted(enumerate(inserted), key=lambda item: (item[1][0], item[0]), reverse=True):
        lines[at:at] = [line + line_end for line in new]
    return "".join(lines)


def _compose(text: str) -> Any:  # noqa: ANN401 - ruamel's nodes carry no types
    from ruamel.yaml import YAML  # noqa: PLC0415 - slow; only writing a workspace needs it here

    return YAML(typ="safe", pure=True).compose(text.removeprefix("\ufeff"))


def _entries(node: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    return {key.value: value for key, value in node.value} if node is not None and node.id == "mapping" else {}


def _indent(node: Any) -> int:  # noqa: ANN401 - as above
    return int(node.value[0][0].start_mark.column)


def _end_line(node: Any) -> int:  # noqa: ANN401 - as above
    """Return the line after the last one a node says something in, 0-based; comments behind it are not its own."""
    if node.id != "scalar" and node.value and not node.flow_style:
        last = node.value[-1]
        return _end_line(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    return int(mark.line + (1 if mark.column or node.start_mark.line == mark.line else 0))


def _rewritten(text: str, additions: Additions) -> str:
    """Return the text as a reader that keeps comments writes it anew, with what is new in it."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - as above

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 1 << 16
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    _merge(document, additions)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def _data(text: str) -> Any:  # noqa: ANN401 - a document can hold anything
    """Return what a text says, scalars as they are written."""

    def plain(node: Any) -> Any:  # noqa: ANN401 - as above
        if node is None or node.id == "scalar":
            is_null = node is None or (node.style is None and node.value in {"~", "null"})
            return "" if is_null else node.value
        if node.id == "sequence":
            return [plain(item) for item in node.value]
        return {key.value: plain(value) for key, value in node.value}

    return plain(_compose(text))


def _merged(data: Any, additions: Additions) -> Any:  # noqa: ANN401 - a document can hold anything
    _merge(data, additions)
    return data


def _merge(document: Any, additions: Additions) -> None:  # noqa: ANN401 - plain values, or those of a round trip
    """Add what is new to a document."""
    tables = document["tables"]
    for name, header, field in additions.columns:
        key = "ignored" if field is None else "columns"
        if not tables[name].get(key):
            tables[name][key] = [] if field is None else {}
        if field is None:
            tables[name][key].append(header)
        else:
            tables[name][key][header] = field
    for spec, _ in additions.tables:
        tables[spec.name] = _as_data(spec)
    if additions.joins:
        document["joins"] = document.get("joins") or []
        document["joins"].extend(_join_data(spec) for spec, _ in additions.joins)


def _as_data(spec: TableSpec) -> dict[str, Any]:
    said = {
        "file": spec.file,
        "sheet": spec.sheet,
        "kind": spec.kind,
        "system": spec.system,
        "key": spec.key,
        "columns": dict(spec.columns),
        "ignored": list(spec.ignored),
    }
    return {key: value for key, value in said.items() if value}


def _join_data(spec: JoinSpec) -> dict[str, Any]:
    ends = {
        "from": {"table": spec.child, "column": spec.child_column},
        "to": {"table": spec.parent, "column": spec.parent_column},
    }
    return ends | {key: value for key, value in (("separator", spec.separator), ("by", spec.by)) if value}

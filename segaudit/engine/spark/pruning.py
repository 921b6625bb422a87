"""What the steps of a chunk read: columns that nobody reads are neither fetched nor worked out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from sqlglot import exp

from segaudit.engine.quoting import identifier
from segaudit.engine.spark.stages import Step
from segaudit.engine.spark.statements import parsed_once, tables_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reads:
    """What a statement reads, in small letters.

    Attributes:
        tables: The tables it names.
        columns: The columns it names, whosever they are.
        whole: Tables of which it takes every column.
    """

    tables: frozenset[str]
    columns: frozenset[str]
    whole: frozenset[str]

    @classmethod
    @lru_cache(maxsize=512)
    def of(cls, statement: str) -> Self:
        """Return what a statement reads."""
        tree = parsed_once(statement)
        named = {node.name for node in tree.find_all(exp.Column)}
        named |= {name.name for join in tree.find_all(exp.Join) for name in join.args.get("using") or []}
        whole: set[str] = set()
        for select in tree.find_all(exp.Select):
            if any(item.find(exp.Star) for item in select.expressions if not item.find(exp.AggFunc)):
                from_ = select.args.get("from_")
                sources = [*([from_] if from_ else []), *(select.args.get("joins") or [])]
                whole |= {node.this.name for node in sources if isinstance(node.this, exp.Table)}
        return cls(tables=_lower(node.name for node in tables_of(tree)), columns=_lower(named), whole=_lower(whole))

    def of_table(self, table: str, columns: Sequence[str]) -> set[str]:
        """Return which columns of a table are read, as far as their names tell."""
        if table.lower() not in self.tables:
            return set()
        return {name for name in columns if table.lower() in self.whole or name.lower() in self.columns}


def columns_read(steps: Sequence[Step], statement: str, source: str, columns: Sequence[str]) -> list[str]:
    """Return the columns of the source that steps and a statement read; one of them even if they read none.

    Args:
        steps: What is made of each chunk first.
        statement: What is asked of it.
        source: Name of the source.
        columns: All of its columns.
    """
    read: set[str] = set()
    for text in (*(step.statement for step in steps), statement):
        read |= _Reads.of(text).of_table(source, columns)
    return [name for name in columns if name in read] or list(columns)[:1]


def without_unread(steps: Sequence[Step], statement: str) -> tuple[Step, ...]:
    """Return steps that make tables without the columns which neither later ones nor a statement read."""
    later = [_Reads.of(statement)]
    kept: list[Step] = []
    for step in reversed(steps):
        kept.append(_narrowed(step, later))
        later.append(_Reads.of(kept[-1].statement))
    return tuple(reversed(kept))


def _narrowed(step: Step, later: Sequence[_Reads]) -> Step:
    """Return a step without the columns nobody reads; a view, a function's table and what lies in files stay."""
    if step.is_view or step.function is not None or step.files is not None:
        return step
    names = parsed_once(step.statement).named_selects
    if "*" in names or len(_lower(names)) < len(names):
        return step
    read = set().union(*(reads.of_table(step.name, names) for reads in later))
    if not read or len(read) == len(names):
        return step
    cells = ", ".join(identifier(name) for name in names if name in read)
    return replace(step, statement=f"SELECT {cells} FROM ({step.statement}) AS made")


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)

"""Notes of statements that need not be run before somebody asks, and what runs them chunk by chunk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from segaudit.engine.quoting import identifier
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.places import Places, arriving
from segaudit.engine.spark.pruning import columns_read, without_unread
from segaudit.engine.spark.relations import Frame, Named
from segaudit.engine.spark.replay import ROW, Noted, Part, Source, part_of
from segaudit.engine.spark.stages import Stage, Step, file_view
from segaudit.engine.spark.statements import parsed, parsed_once, tables_of
from segaudit.engine.spark.types import carried, has_maps, spark_schema


class Noting:
    """Keeps the notes."""

    def __init__(self, places: Places, stay: Callable[[str, Frame], Mapping[int, str]]) -> None:
        """Begin with none.

        Args:
            places: Where tables live.
            stay: Makes a table of a frame, under a name; returns its files by the tasks that wrote them, if they did.
        """
        self._places = places
        self._stay = stay
        self._noted: Named[Noted] = Named()
        self._made: set[str] = set()
        self._asked: set[str] = set()
        self.sources: set[str] = set()

    def forget(self, name: str) -> None:
        """Let go of what is noted under a name."""
        self._noted.drop(name)
        self._made.discard(name.lower())
        self._asked.discard(name.lower())
        self.sources.discard(name.lower())
        for other, noted in list(self._noted.items()):
            if noted.steps[-1].is_view and name.lower() in noted.reads:  # a view follows what it reads
                self._noted.drop(other)
                self._places.views[other] = parsed(noted.steps[-1].statement)

    def is_noted(self, name: str) -> bool:
        """Tell whether a table is noted, and not made; see Notes."""
        return name in self._noted and name.lower() not in self._made

    def found(self, name: str) -> Noted | None:
        """Return what is noted under a name, made or not."""
        return self._noted.find(name)

    def note(self, step: Step) -> Noted | None:  # noqa: PLR0911 - each way out has its reason
        """Return what would make a table, its inputs first; None if its rows must meet, or are of several files."""
        tree = parsed_once(step.statement)
        part = part_of(tree, self._known)
        if part is None or (step.function is not None and part.column and not _keeps(step, part)):
            return None
        steps: dict[str, Step] = {}
        small: dict[str, bytes] = {}
        for node in tables_of(tree):
            below = self._noted.find(node.name)
            if below is None:
                if node.name != part.source and not _added(small, {node.name: self._places.shipped(node.name)}):
                    return None
                continue
            if below.frame is not self._places.frames.find(part.source):
                return None  # the file was read anew since
            for earlier in below.steps:
                if steps.setdefault(earlier.name, earlier) is not earlier:
                    return None  # a name that has meant two things: the later one cannot stand beside the earlier
            if not _added(small, below.small):
                return None
        if step.name in steps or step.name in small or step.name == part.source:
            return None
        return Noted(
            name=step.name,
            source=part.source,
            column=part.column,
            key=part.key,
            steps=(*steps.values(), step),
            small=small,
            frame=self._places.frames[part.source],
        )

    def keep(self, noted: Noted) -> None:
        """Keep a note under its name."""
        self._noted[noted.name] = noted

    def asked_for(self, name: str, columns: Sequence[str]) -> Frame | None:
        """Return the columns of a noted table; see Notes."""
        noted = self._noted[name]
        first = name.lower() not in self._asked
        self._asked.add(name.lower())
        if noted.steps[-1].is_view or (noted.column and first):
            return self.frame(noted, columns)
        files = self._stay(name, self.frame(noted, ()))
        self._made.add(name.lower())
        made = self._places.frames.find(name)
        if made is not None and not noted.column:
            self._load_from_now_on(noted, made, files)
        return made

    def _load_from_now_on(self, noted: Noted, made: Frame, files: Mapping[int, str]) -> None:
        """Let those who work on a part of the source read what was made of this part, instead of making it again."""
        source = noted.frame.flow.files
        if ROW not in made.types or source is None or set(files) != set(range(len(source.parts))):
            return
        back = carried(made.types)
        cells = ", ".join(
            f"CAST({identifier(name)} AS {kind}) AS {identifier(name)}" if name in back else identifier(name)
            for name, kind in made.types.items()
        )
        chunk = f"SELECT {identifier(ROW)} FROM {identifier(noted.source)}"
        statement = f"SELECT {cells} FROM {identifier(file_view(noted.name))} WHERE {identifier(ROW)} IN ({chunk})"
        step = Step(name=noted.name, statement=statement, files=files)
        self._noted[noted.name] = replace(noted, steps=(step,), small={})

    def frame(self, noted: Noted, columns: Sequence[str]) -> Frame:
        """Return a noted table's columns, or all of them, worked out chunk by chunk where somebody reads them."""
        types = dict(self._places.columns(noted.name) or {})
        lower = {name.lower() for name in columns}
        some = {name: kind for name, kind in types.items() if name.lower() in lower} or dict(list(types.items())[:1])
        asked = some if columns else types
        if noted.column and noted.key not in asked:
            asked = {noted.key: types[noted.key], **asked}
        cells = ", ".join(identifier(name) for name in asked)
        made = self.run(noted, f"SELECT {cells} FROM {identifier(noted.name)}", asked)
        if noted.column:  # chunks that share a value say the same of it, in every column
            apart = made.data.dropDuplicates([noted.key]) if has_maps(asked) else made.data.distinct()
            made = replace(made, flow=Flow(apart))
        return made

    def run(self, noted: Noted, statement: str, types: Mapping[str, str]) -> Frame:
        """Return what a statement over a noted table gives, chunk by chunk.

        Args:
            noted: What is made of each chunk first.
            statement: The statement; it may read the source, too.
            types: DuckDB's types of its columns.
        """
        if changed := carried(types):
            cells = ", ".join(
                f"CAST({identifier(name)} AS {changed[name]}) AS {identifier(name)}"
                if name in changed
                else identifier(name)
                for name in types
            )
            statement = f"SELECT {cells} FROM ({statement})"
        schema = self._places.local.arrow(f"SELECT * FROM ({statement}) LIMIT 0").schema
        stage, needed = self.stage(noted, statement)
        return self._places.frame(noted.frame.flow.through(stage, spark_schema(schema), needed), types)

    @staticmethod
    def stage(noted: Noted, statement: str) -> tuple[Stage, list[str]]:
        """Return what runs a statement over a noted table, chunk by chunk, and the columns of the source it is given.

        Args:
            noted: What is made of each chunk first.
            statement: The statement; it may read the source, too.
        """
        source = noted.frame
        steps = without_unread(noted.steps, statement)
        needed = columns_read(steps, statement, noted.source, list(source.types))
        stage = Stage(
            source=noted.source,
            select=arriving({name: source.types[name] for name in needed}),
            statement=statement,
            tables=noted.small,
            steps=steps,
        )
        return stage, needed

    def _known(self, name: str) -> Source | Noted | Literal["small"] | None:
        if name in self._noted:
            return self._noted[name]
        if name.lower() in self.sources:
            return Source(name=name)
        if self._places.on_cluster(name) or self._places.columns(name) is None or name in self._places.views:
            return None
        return "small" if self._places.is_small(name) else None


def _added(small: dict[str, bytes], more: Mapping[str, bytes]) -> bool:
    """Add small tables to others; tell whether none of them was another table under the same name."""
    return all(small.setdefault(name, content) == content for name, content in more.items())


def _keeps(step: Step, part: Part) -> bool:
    """Tell whether a function's result still says which value each row is of."""
    return part.key in step.keeps

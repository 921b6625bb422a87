"""What a tagged file has beside labels and reasons: which columns, and what has to be decided for them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import PredicateRef
from segaudit.model.segments import Assignment, Schema, Score
from segaudit.segments.audiences import consent_layer
from segaudit.segments.details import detail_layer
from segaudit.segments.labels import holds, named
from segaudit.segments.moved_by import compared_layer
from segaudit.segments.program import Layer, Program
from segaudit.segments.ranking import create_ranks, rank_layer, ranked_segments
from segaudit.segments.scoring import by_segment, score_layer, score_text, scored_segments, used_scores
from segaudit.segments.suppression import suppression_layer
from segaudit.segments.views import BEFORE, TagView


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPlan:
    """What is asked of the tags."""

    program: Program
    details: bool = False
    compared: Collection[str] = ()  # schemas an earlier file has labels of
    compares: bool = False  # there is an earlier file
    suppresses: bool = False  # who is suppressed is asked for
    reaches: bool = False  # who may be contacted is asked for
    consent: PredicateRef | None = None

    def columns(self) -> tuple[str, ...]:
        """Return the columns of the file, those of one schema beside each other."""
        columns = [name for schema in self.program.rules.schemas for name in self._schema_columns(schema)]
        for score in self._scores():
            columns += [f"score_{score.name}", f"score_{score.name}_parts"]
        return tuple(columns)

    def _schema_columns(self, schema: Schema) -> Iterator[str]:
        name = f"segment_{schema.id}"
        yield from (name, f"{name}_reason")
        if self.details and schema.assign is not Assignment.ALL_MATCHES:
            yield f"{name}_all"
        if self.details:
            yield f"{name}_undecided"
        if scored_segments(schema, self.program.rules):
            yield from (f"{name}_score", f"{name}_score_parts")
        if ranked_segments(schema):
            yield from (f"{name}_rank", f"{name}_rank_of")
        if schema.id in self.compared:
            yield from (f"{name}_previous", f"{name}_moved_by")

    def _scores(self) -> tuple[Score, ...]:
        """Return the scores of the rules that every record is given."""
        rules = self.program.rules
        return tuple(rules.scores.values()) if self.details else used_scores(rules)

    def beside(self) -> Layer:
        """Return what has to be decided of each record beside label and reason, over the decided columns."""
        program, layer = self.program, Layer()
        for schema in program.rules.schemas:
            if self.details:
                layer |= detail_layer(schema, program)
            for segment, score in scored_segments(schema, program.rules).items():
                layer |= score_layer(score, program, f"{schema.id}__{segment}")
            for ranked in ranked_segments(schema):
                layer |= rank_layer(schema, ranked, program)
        for score in self._scores():
            layer |= score_layer(score, program, f"score__{score.name}")
        if self.suppresses:
            layer |= suppression_layer(program)
        if self.reaches:
            layer |= consent_layer(self.consent, program)
        return compared_layer(program) | layer if self.compares else layer

    def add_scores(self, tags: TagView, engine: Engine) -> None:
        """Add the scores of members, and those every record has, as they are shown."""
        values: Layer = {}
        for schema in self.program.rules.schemas:
            scored = scored_segments(schema, self.program.rules)
            if not scored:
                continue
            texts: Layer = {}
            parts: Layer = {}
            for segment in scored:
                low, high, told = (named(f"{schema.id}__{segment}__{end}", BEFORE) for end in ("low", "high", "parts"))
                is_in = holds(named(f"segment_{schema.id}", BEFORE), segment)
                texts[segment] = exp.Case().when(is_in, score_text(low, high))
                parts[segment] = exp.Case().when(is_in.copy(), told)
            values |= _both(f"segment_{schema.id}_score", texts, parts, several=_several(schema))
        for score in self._scores():
            low, high, told = (named(f"score__{score.name}__{end}", BEFORE) for end in ("low", "high", "parts"))
            values |= {f"score_{score.name}": score_text(low, high), f"score_{score.name}_parts": told}
        if values:
            tags.extend([], values, engine)

    def add_ranks(self, tags: TagView, engine: Engine, *, by_entity: bool) -> None:
        """Add the rank of each member among those of its segment, and how many they are."""
        tables = create_ranks(self.program.rules, tags, engine, by_entity=by_entity)
        for schema in self.program.rules.schemas:
            mine = {segment.id: tables[schema.id, segment.id] for segment in ranked_segments(schema)}
            if not mine:
                continue
            values = {}
            for column, name in (("place", "rank"), ("places", "rank_of")):
                told = {
                    segment: exp.cast(exp.column(column, table=f"a{number}"), "TEXT")
                    for number, segment in enumerate(mine)
                }
                values[f"segment_{schema.id}_{name}"] = by_segment(told, several=_several(schema))
            tags.extend(list(mine.values()), values, engine)


def _both(name: str, texts: Layer, parts: Layer, *, several: bool) -> Layer:
    return {name: by_segment(texts, several=several), f"{name}_parts": by_segment(parts, several=several)}


def _several(schema: Schema) -> bool:
    """Tell whether a record may be in several segments of a schema."""
    return schema.assign is Assignment.ALL_MATCHES

"""A page's blocks as the parts of a sheet: findings, scores and charts become tables and pictures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from segaudit.report.charts import (
    BarChart,
    Chart,
    FlowChart,
    GraphChart,
    IntervalChart,
    MatrixChart,
    SetChart,
    TrendChart,
)
from segaudit.report.document import Tone
from segaudit.report.page import Block, Facts, Figures, Findings, Fold, Grid, Outline, Para, Scores, Section, span
from segaudit.report.words import Words
from segaudit.report.workbook.findings import findings_table
from segaudit.report.workbook.meetings import flow_table, graph_table, set_table, sizes_of_sets
from segaudit.report.workbook.parts import Head, Heat, Part, Picture, Placed, Table
from segaudit.report.workbook.scores import scores_table

_FOLD_LEVEL = 5
_Simple: TypeAlias = Para | Figures | Facts | Outline | Grid | Findings | Scores | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutter:
    """Turns blocks into parts."""

    words: Words
    listed: Mapping[str, int]  # rows on the sheet of issues, by the id of the finding

    def parts(self, blocks: Iterable[Block], depth: int = 0) -> Iterator[Placed]:
        """Yield the parts of blocks, in order."""
        for block in blocks:
            match block:
                case Section():
                    yield Placed(part=self._head(block), depth=depth)
                    yield from self.parts(block.blocks, depth)
                case Fold():
                    yield Placed(part=Head(text=block.title, level=_FOLD_LEVEL), depth=depth)
                    yield from self.parts(block.blocks, depth + 1)
                case _:
                    yield from (Placed(part=part, depth=depth) for part in self._simple(block))

    def _head(self, section: Section) -> Head:
        return Head(text=section.title, level=max(3, section.level), anchor=section.anchor, marks=section.marks)

    def _simple(self, block: _Simple) -> Iterator[Part]:
        match block:
            case Para() | Figures() | Facts() | Outline():
                yield block
            case Grid():
                yield Table(grid=block, name=block.title)
            case Findings():
                yield findings_table(block, self.words, self.listed)
            case Scores():
                yield scores_table(block, self.words)
            case _:
                yield from self._chart(block)

    def _chart(self, block: Chart) -> Iterator[Part]:
        match block:
            case BarChart(rows=()) | IntervalChart(rows=()) | TrendChart(points=()):
                pass  # there is nothing to draw
            case BarChart() | IntervalChart() | TrendChart():
                yield Picture(chart=block)
            case MatrixChart():
                yield Heat(chart=block)
            case SetChart():
                if block.sets:
                    yield Picture(chart=sizes_of_sets(block, self.words))
                yield set_table(block, self.words)
            case FlowChart():
                yield from self._told(block.title, block.summary, flow_table(block, self.words))
            case GraphChart():
                yield from self._told(block.title, block.summary, graph_table(block, self.words))

    def _told(self, title: str, summary: str, table: Table) -> Iterator[Part]:
        yield Head(text=title, level=_FOLD_LEVEL)
        if summary:
            yield Para(line=span(summary), tone=Tone.QUIET)
        yield replace(table, titled=False)

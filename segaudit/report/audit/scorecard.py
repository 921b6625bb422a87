"""Marks by pillar: how much each counts, where it stood before, and what it rests on in numbers."""

from collections.abc import Iterator

from segaudit.model.audit import AuditResult, PillarScore
from segaudit.report.audit.data_words import Says
from segaudit.report.document import Tone
from segaudit.report.page import Block, Form, Grid, Lines, Para, Section, amount, cell, span
from segaudit.report.words import Words

# Section of the report that tells more of a pillar.
ANCHORS = {
    "completeness": "coverage",
    "validity": "findings",
    "uniqueness": "duplicates",
    "consistency": "findings",
    "timeliness": "coverage",
    "definition": "segments",
    "fit": "segments",
    "use": "segment-scores",
}
_GOOD, _POOR = 80, 50  # marks at which the tone changes
_SMALL_SHARE = 0.1


def section(result: AuditResult, words: Words) -> Section | None:
    """Return the marks; nothing where nobody gave any."""
    scored = result.scored
    if not scored.pillars:
        return None
    known = [item for item in scored.pillars if item.score is not None]
    if scored.total is None:
        lead = words("scores.lead_none")
    else:
        lead = words("scores.lead", score=words.number(scored.total), n=len(known))
    if scored.before is not None:
        lead = f"{lead} {words('scores.before', score=words.number(scored.before))}"
    blocks: list[Block] = [Para(line=span(lead)), _pillars(result, words), *_left_out(scored.pillars, words)]
    parts = _parts(result, words)
    if parts is not None:
        blocks.append(Section(title=words("scores.parts"), anchor="scorecard-parts", level=3, blocks=(parts,)))
    blocks.append(Para(line=span(words("scores.how")), tone=Tone.QUIET))
    return Section(title=words("scores.title"), anchor="scorecard", level=2, blocks=tuple(blocks))


def tone_of(score: float | None) -> Tone:
    """Return the tone of a mark."""
    if score is None:
        return Tone.QUIET
    return Tone.GOOD if score >= _GOOD else Tone.BAD if score < _POOR else Tone.WARN


def _pillars(result: AuditResult, words: Words) -> Grid:
    scored = result.scored
    judged = sum(item.weight for item in scored.pillars if item.score is not None)
    trend = scored.before is not None or any(item.before is not None for item in scored.pillars)
    names = ["pillar", "score", *(["before"] if trend else []), "weight", "counts", "asks"]
    return Grid(
        title=words("scores.grid"),
        columns=tuple(words(f"scores.column.{name}") for name in names),
        rows=tuple(_row(item, judged, words, trend=trend) for item in scored.pillars),
        numeric=frozenset(range(1, len(names) - 1)),
        sortable=True,
    )


def _row(item: PillarScore, judged: float, words: Words, *, trend: bool) -> tuple[Lines, ...]:
    name = item.pillar.value
    counts = item.weight / judged if item.score is not None and judged else 0.0
    return (
        cell(words(f"scores.pillar.{name}"), to=ANCHORS[name], strong=True),
        _mark(item.score, words, tone=tone_of(item.score)),
        *([_mark(item.before, words, none="–")] if trend else []),
        amount(words.share(item.weight), item.weight, Form.SHARE),
        amount(words.share(counts), counts, Form.SHARE),
        cell(words(f"scores.asks.{name}")),
    )


def _mark(score: float | None, words: Words, *, tone: Tone = Tone.PLAIN, none: str = "") -> Lines:
    if score is None:
        return amount(none or words("scores.unjudged"), None, tone=Tone.QUIET)
    return amount(words.number(score), round(score, 1), Form.AMOUNT, tone=tone)


def _left_out(pillars: tuple[PillarScore, ...], words: Words) -> Iterator[Para]:
    """Yield which marks could not be given, and what became of their weight."""
    unknown = [item for item in pillars if item.score is None]
    if unknown:
        names = ", ".join(words(f"scores.pillar.{item.pillar.value}") for item in unknown)
        share = words.share(sum(item.weight for item in unknown))
        yield Para(line=span(words("scores.redistributed", pillars=names, share=share)), tone=Tone.WARN)


def _parts(result: AuditResult, words: Words) -> Grid | None:
    says = Says.of(result, words)
    rows = [
        (
            cell(words(f"scores.pillar.{item.pillar.value}")),
            cell(words(f"scores.figure.{figure}") if words.has(f"scores.figure.{figure}") else figure),
            _mark(score, words, tone=tone_of(score)),
            amount(words.share(weight), weight, Form.SHARE),
            cell(_in_numbers(item, figure, says)),
        )
        for item in result.scored.pillars
        for figure, score, weight in item.parts
    ]
    if not rows:
        return None
    names = ("pillar", "part", "score", "weight", "evidence")
    columns = tuple(words(f"scores.column.{name}") for name in names)
    return Grid(title=words("scores.parts"), columns=columns, rows=tuple(rows), numeric=frozenset({2, 3}))


def _in_numbers(item: PillarScore, figure: str, says: Says) -> str:
    """Return what a part of a mark rests on."""
    words, name = says.words, f"scores.part.{figure}"
    if not words.has(name):
        return ""
    value = item.evidence.get(figure, 0.0)
    values: dict[str, float | str] = {"value": words.share(value, 1 if 0 < value < _SMALL_SHARE else 0)}
    start = f"{figure}."
    for key, number in item.evidence.items():
        if key.startswith(start):
            values[key.removeprefix(start)] = says.value(int(number))
    return words(name, **values)

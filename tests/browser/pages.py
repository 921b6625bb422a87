"""A page with every kind of block and chart, and with texts that would like to be more than text."""

from segaudit.report.charts import (
    Bar,
    BarChart,
    FlowChart,
    GraphChart,
    Interval,
    IntervalChart,
    Link,
    MatrixChart,
    SetChart,
    TrendChart,
)
from segaudit.report.document import Tone
from segaudit.report.page import (
    Block,
    Brand,
    Facts,
    Figures,
    Finding,
    Findings,
    Fold,
    Form,
    Grid,
    Item,
    Line,
    Lines,
    Outline,
    Page,
    Para,
    Score,
    Scores,
    Section,
    Span,
    amount,
    cell,
    span,
)
from segaudit.report.words import Words
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import load_texts

HOSTILE = (
    "<script>window.broken = 1</script>",
    "</script><script>window.broken = 2</script>",
    '"><img src=x onerror="window.broken = 3">',
    "' onmouseover='window.broken = 4",
    "</style></title></textarea><svg onload=window.broken=5>",
    "javascript:window.broken=6",
    "{{ 7 * 7 }} {% raw %}",
    '=HYPERLINK("http://evil.example","x")',
    "\u202egnp.exe \u2066x\u2069 \x1b[31mred\x07\x00",
    "&lt;b&gt; &amp; <b>bold</b> <!-- x -->",
    "عميل جديد 123, ltd",
    "x" * 1_000_000,
)
COLUMNS = ("Email", "Company", "Job title", "Country", "Employees", "Industry", "Phone", "Lifecycle stage")
_FILLED = (0.98, 0.91, 0.74, 0.66, 0.41, 0.38, 0.22, 0.09)


def words_in(language: str = "en") -> Words:
    """Return the shipped texts of a language."""
    location = RulesLocation.at(None)
    return Words(language=language, texts=load_texts(location, language), fallback=load_texts(location, "en"))


def rich_page(*, language: str = "en", brand: Brand | None = None) -> Page:
    """Return a page with everything that a page can hold."""
    parts: tuple[Section, ...] = (
        _summary(),
        _scorecard(),
        _coverage(),
        _findings(),
        _duplicates(),
        _segments(),
        _drift(),
        _hostile(),
        _method(),
    )
    about = (span("Contacts, companies and deals as exported on 31 March 2026; 48,210 records in three files."),)
    house = brand or Brand(agency="Northlight Consulting", client="Aldermoor Instruments", colour="#0b6e4f")
    return Page(title="CRM audit", about=about, blocks=parts, language=language, brand=house)


def giant_page(rows: int = 50_000) -> Page:
    """Return a page whose lists are far longer than anybody reads."""
    text = "a long remark that says very little, again and again " * 30
    table = tuple((cell(f"record {place}"), cell(text), cell(text)) for place in range(rows))
    findings = tuple(
        Finding(id=f"f{place}", severity="note", severity_name="Note", group="validity", table="a.csv",
                title=f"Finding {place}", message=span(text), facts=(("Why", (span(text),)),))
        for place in range(rows // 10)
    )  # fmt: skip
    bars = tuple(Bar(label=f"column {place} {text}", values=(0.5,)) for place in range(rows // 10))
    items = tuple(Item(line=span(text)) for _ in range(rows // 10))
    blocks: tuple[Block, ...] = (
        Grid(title="All rows", columns=("Record", "Remark", "Another"), rows=table, sortable=True),
        Findings(title="All findings", items=findings),
        BarChart(title="All columns", summary=text, series=("filled",), rows=bars, share=True),
        Outline(items=items),
    )
    whole = Section(title="Everything", anchor="everything", level=2, blocks=blocks)
    return Page(title="A giant", about=(), blocks=(whole,))


def _section(title: str, anchor: str, *blocks: Block, marks: tuple[Span, ...] = ()) -> Section:
    return Section(title=title, anchor=anchor, level=2, blocks=blocks, marks=marks)


def _decision(before: str, fact: str, to: str, after: str) -> Item:
    return Item(line=(Span(text=before), Span(text=fact, to=to, strong=True), Span(text=after)))


def _summary() -> Section:
    decisions = Outline(
        items=(
            _decision(
                "Decide who owns the ", "3,412 companies that are in twice", "duplicates", ": reps call them twice."
            ),
            _decision("Stop mailing 1,204 contacts ", "who have unsubscribed", "finding-consent", "."),
            _decision("Buy employees for 18,900 companies: ", "size segments", "segments", " cannot place them now."),
        )
    )
    figures = Figures(
        items=(
            ("48,210", "records in three files"),
            ("7.1%", "are somebody who is there already"),
            ("61%", "can be placed in a size segment"),
            ("1,204", "contacts that must not be mailed are on a list"),
        )
    )
    missing = Para(line=span("Not assessed: performance, because no campaign outcomes were given."), tone=Tone.WARN)
    return _section(
        "Summary",
        "summary",
        figures,
        Section(title="Three decisions to take", anchor="", level=3, blocks=(decisions,)),
        missing,
    )


def _scorecard() -> Section:
    values: tuple[tuple[str, float | None, float, float | None, str], ...] = (
        ("Completeness", 64, 0.2, 58, "Employees and industry are missing most"),
        ("Validity", 88, 0.15, 90, ""),
        ("Uniqueness", 71, 0.2, 71, "3,412 companies are there twice"),
        ("Timeliness", 43, 0.15, None, "A third of the records was last touched before 2024"),
        ("Definition", 92, 0.15, 80, ""),
        ("Use", None, 0.15, None, "No campaign outcomes were given"),
    )
    items = tuple(
        Score(name=n, value=v, weight=w, before=b, note=note, to="coverage" if n == "Completeness" else "")
        for n, v, w, b, note in values
    )
    total = Score(name="Overall", value=69, weight=1, before=66)
    trend = TrendChart(
        title="Scores since the first audit",
        summary="The overall score rose from 58 to 69 in four audits; validity fell by two points since the last.",
        points=("2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31"),
        lines=(("Overall", (58, 61, 66, 69)), ("Completeness", (50, 52, 58, 64)), ("Validity", (None, 91, 90, 88))),
    )
    return _section("Scorecard", "scorecard", Scores(title="Scores by pillar", total=total, items=items), trend)


def _coverage() -> Section:
    fields = BarChart(
        title="How much of each field is filled",
        summary="Email is nearly always there; lifecycle stage hardly ever.",
        series=("filled",),
        rows=tuple(
            Bar(
                label=name,
                values=(share,),
                said=f"{share:.0%}",
                tone=Tone.BAD if share < 0.3 else Tone.PLAIN,
                to="field-grid",
            )
            for name, share in zip(COLUMNS, _FILLED, strict=True)
        ),
        share=True,
        marks=(0.95, 0.9, 0.8, 0.8, 0.8, None, None, None),
        mark="what the segments need",
    )
    stacked = BarChart(
        title="What stands in the fields",
        summary="Placeholders such as n/a make up a fifth of the job titles.",
        series=("good", "placeholder", "unreadable", "empty"),
        rows=tuple(
            Bar(
                label=name,
                values=(share, (1 - share) * 0.3, (1 - share) * 0.1, (1 - share) * 0.6),
                said=f"{share:.0%} good",
            )
            for name, share in zip(COLUMNS, _FILLED, strict=True)
        ),
        share=True,
        limits=((0.8, "80%: enough to segment by"),),
    )
    patterns = MatrixChart(
        title="Which fields are filled together",
        summary="Where employees is missing, industry is missing too.",
        columns=COLUMNS,
        rows=tuple(
            (
                f"Pattern {place + 1}",
                tuple(float((place >> bit) & 1 == 0) for bit in range(8)),
                f"{9000 - 1100 * place:,} records",
            )
            for place in range(7)
        ),
        presence=True,
    )
    grid = Grid(
        title="Fields of contacts.csv",
        columns=("Field", "Type", "Filled", "Different", "Most frequent"),
        rows=tuple(
            (
                cell(name),
                cell("text"),
                amount(f"{share:.0%}", share, Form.SHARE),
                amount(f"{int(share * 9000):,}", int(share * 9000)),
                cell(f"value of {name.lower()}"),
            )
            for name, share in zip(COLUMNS, _FILLED, strict=True)
        ),
        numeric=frozenset({2, 3}),
        sortable=True,
    )
    wide = Grid(
        title="A wide table",
        columns=tuple(f"Column {place}" for place in range(14)),
        rows=tuple(tuple(cell(f"cell {row}.{column} of it") for column in range(14)) for row in range(6)),
    )
    inner = Section(title="Field by field", anchor="field-grid", level=3, blocks=(grid,))
    return _section(
        "Fields and coverage",
        "coverage",
        fields,
        stacked,
        patterns,
        inner,
        Fold(title="A wide table that is folded", blocks=(wide,)),
    )


def _findings() -> Section:
    kinds = ("error", "warning", "note")
    items = [
        Finding(
            id="finding-consent",
            severity="error",
            severity_name="Error",
            group="Consent",
            table="contacts.csv",
            title="Unsubscribed contacts are on a list that is mailed",
            message=(
                Span(text="1,204 contacts have opted out and are members of "),
                Span(text="Newsletter EMEA", strong=True),
                Span(text="."),
            ),
            rows=1204,
            share=0.025,
            facts=(
                ("Columns", cell("Unsubscribed, Lists")),
                ("First rows", cell("17, 44, 59, 102, 318")),
                ("Why it matters", cell("Mailing them breaks the law, and hurts how your mail is received.")),
                ("How to mend it", cell("Import fixes/suppression.csv as a suppression list.")),
            ),
        )
    ]
    for place in range(11):
        kind = kinds[min(2, place // 4)]
        items.append(
            Finding(
                id=f"finding-{place}",
                severity=kind,
                severity_name=kind.capitalize(),
                group=("Validity", "Consistency", "Uniqueness")[place % 3],
                table=("contacts.csv", "companies.csv")[place % 2],
                title=f"Check number {place} has failed in some of the records",
                message=span("The cells do not look like what the column promises; most were typed by hand."),
                rows=950 - 80 * place,
                share=(950 - 80 * place) / 48210,
                facts=(
                    ("Examples", (span("ann@@example.com"), span("n.a."))),
                    ("How to mend it", cell("Correct them in the CRM.")),
                ),
            )
        )
    return _section("Findings", "findings", Findings(title="All findings", items=tuple(items)))


def _duplicates() -> Section:
    graph = GraphChart(
        title="One entity of four records",
        summary="Three records are taken for one company; the fourth is kept apart.",
        nodes=(
            "Aldermoor Instruments Ltd, Leeds (row 17)",
            "Aldermoor Instr. Limited, Leeds (row 902)",
            "ALDERMOOR INSTRUMENTS, York (row 4,411)",
            "Aldermore Bank plc, London (row 6,020)",
        ),
        links=(
            Link(a=0, b=1, probability=0.99, said="same name and phone"),
            Link(a=0, b=2, probability=0.93, said="same name"),
            Link(a=1, b=2, probability=0.9, said="same name"),
            Link(a=0, b=3, probability=0.12, said="similar name, another city", joined=False),
        ),
    )
    rows = tuple(
        (cell(name), cell("Aldermoor Instruments Ltd"), cell("Leeds"), cell("+44 113 496 0000"))
        for name in ("row 17", "row 902", "kept")
    )
    golden = Grid(title="What merging makes of them", columns=("Record", "Company", "City", "Phone"), rows=rows)
    facts = Facts(rows=(("Pairs compared", cell("1,204,881")), ("Precision, estimated", cell("97% (95% to 99%)"))))
    return _section("Duplicates", "duplicates", facts, graph, golden)


def _segments() -> Section:
    sizes = BarChart(
        title="Records in each segment",
        summary="Enterprise is too small to measure.",
        series=("records",),
        rows=(
            Bar(label="Enterprise", values=(312,), tone=Tone.WARN),
            Bar(label="Mid-market", values=(4120,)),
            Bar(label="Small business with a very long name that does not fit one line", values=(18233,)),
        ),
        limits=((1500.0, "1,500: from here a doubled reply rate can be told"),),
    )
    sets = SetChart(
        title="How segments meet",
        summary="Most of the target accounts are in one segment only.",
        sets=(
            ("Target accounts", 5210),
            ("Customers", 3100),
            ("Unsubscribed", 2210),
            ("Recently active in the last ninety days", 1904),
        ),
        meets=(
            ((0,), 3400),
            ((1,), 2100),
            ((2,), 1500),
            ((0, 3), 1200),
            ((1, 3), 560),
            ((0, 2), 380),
            ((0, 1, 3), 110),
            ((1, 2), 44),
        ),
    )
    overlap = MatrixChart(
        title="Share of a row's records that are in a column too",
        summary="A fifth of the target accounts have unsubscribed.",
        columns=("Target", "Customers", "Unsubscribed"),
        rows=(
            ("Target", (None, 0.21, 0.2), "5,210"),
            ("Customers", (0.35, None, 0.014), "3,100"),
            ("Unsubscribed", (0.47, 0.02, None), "2,210"),
            ("Other", (0.68, 0.88, 1.0), "90"),
        ),
    )
    rates = IntervalChart(
        title="Reply rate by segment",
        summary="Only mid-market is clearly above the average.",
        rows=(
            Interval(label="Enterprise", low=0.004, value=0.021, high=0.062, said="2.1% of 97"),
            Interval(label="Mid-market", low=0.031, value=0.038, high=0.046, said="3.8% of 2,410", tone=Tone.GOOD),
            Interval(label="Small business", low=0.009, value=0.012, high=0.015, said="1.2% of 5,202", tone=Tone.BAD),
        ),
        reference=(0.021, "2.1%: all together"),
    )
    return _section("Segments", "segments", sizes, sets, overlap, rates)


def _drift() -> Section:
    flow = FlowChart(
        title="Moves since the last audit",
        summary="412 records moved from small business to mid-market.",
        before=("Enterprise", "Mid-market", "Small business", "Cannot be told"),
        after=("Enterprise", "Mid-market", "Small business", "Cannot be told"),
        flows=(
            (0, 0, 290),
            (0, 1, 20),
            (1, 1, 3600),
            (1, 2, 90),
            (2, 1, 412),
            (2, 2, 17500),
            (3, 2, 640),
            (3, 3, 5100),
            (2, 3, 260),
        ),
    )
    return _section("What changed", "drift", flow)


def _hostile() -> Section:
    rows: tuple[tuple[Lines, ...], ...] = tuple(
        (cell(f"cell {place}"), cell(text), ((Span(text=text, number=place),),)) for place, text in enumerate(HOSTILE)
    )
    grid = Grid(title=HOSTILE[0], columns=("Where", HOSTILE[1], HOSTILE[2]), rows=rows, sortable=True)
    charts: list[Block] = []
    for text in HOSTILE:
        charts += [
            BarChart(
                title=text,
                summary=text,
                series=(text, text),
                rows=(Bar(label=text, values=(1, 2), said=text),),
                limits=((1, text),),
                marks=(1.5,),
                mark=text,
            ),
            GraphChart(
                title=text, summary=text, nodes=(text, text), links=(Link(a=0, b=1, probability=0.5, said=text),)
            ),
            SetChart(title=text, summary=text, sets=((text, 3),), meets=(((0,), 3),)),
            FlowChart(title=text, summary=text, before=(text,), after=(text,), flows=((0, 0, 3),)),
            TrendChart(title=text, summary=text, points=(text, text), lines=((text, (1, 2)),)),
            MatrixChart(title=text, summary=text, columns=(text,), rows=((text, (0.5,), text),)),
            IntervalChart(
                title=text,
                summary=text,
                rows=(Interval(label=text, low=0, value=0.5, high=1, said=text),),
                reference=(0.5, text),
            ),
        ]
    facts = Facts(rows=tuple((text, cell(text)) for text in HOSTILE))
    line: Line = (Span(text=HOSTILE[0], strong=True, tone=Tone.BAD), Span(text=HOSTILE[2], language="en"))
    mark = Span(text=HOSTILE[3], tone=Tone.BAD)
    found = Findings(
        title=HOSTILE[4],
        items=tuple(
            Finding(
                id=f"hostile-{place}",
                severity="note",
                severity_name=text,
                group=text,
                table=text,
                title=text,
                message=span(text),
                facts=((text, cell(text)),),
            )
            for place, text in enumerate(HOSTILE)
        ),
    )
    score = Score(name=HOSTILE[0], value=50, weight=1, note=HOSTILE[2])
    folded = Fold(
        title=HOSTILE[4],
        blocks=(
            *charts,
            facts,
            found,
            Scores(title=HOSTILE[3], total=score, items=(score,)),
            Figures(items=((HOSTILE[0], HOSTILE[1]),)),
        ),
    )
    return _section("Texts that want more", "hostile", Para(line=line, tone=Tone.BAD), grid, folded, marks=(mark,))


def _method() -> Section:
    rows = (
        tuple(
            (
                cell(f"2026-03-{day:02}"),
                cell(f"Reading of day {day}: " + "what was counted, and from which rows. " * (day % 4 + 1)),
                amount(f"{day * 37:,}", day * 37),
            )
            for day in range(1, 32)
        )
        * 3
    )
    long = Grid(
        title="A long table", columns=("Day", "What was read", "Rows"), rows=rows, numeric=frozenset({2}), sortable=True
    )
    terms = Facts(
        rows=(
            ("Coverage", cell("How many of the cells of a column hold something that can be used.")),
            ("Precision", cell("Of the pairs taken for one, how many are.")),
        )
    )
    return _section("Method", "method", terms, long)

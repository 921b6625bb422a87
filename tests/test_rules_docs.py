"""``segaudit rules docs``: the segment dictionary, as Markdown and HTML."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from segaudit.audit.documenting import document_rules
from segaudit.model.conditions import Place
from segaudit.model.rules_docs import RulesDocs
from segaudit.model.segments import RuleException
from segaudit.report.page_html import render_html_page
from segaudit.report.page_md import render_markdown_page
from segaudit.report.rules_docs_page import dictionary_page
from segaudit.report.words import Words
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import ENGLISH, load_texts
from tests.rules_support import run, write

DAY = date(2026, 3, 31)
RULES = """
    version: 1
    fields:
      employees: {type: int, min_coverage: 0.80, owner: data@example.com, description: People who work there}
      unsubscribed: {type: bool, blank_means: false}
    predicates: {large: {employees: {gte: 500}}}
    schemas:
      size:
        objective: match effort to size
        dimension: firmographic
        assign: first_match
        else: too_small
        undecided: size_unknown
        refresh: quarterly
        segments:
          out:
            name: Out of reach
            criteria: {unsubscribed: {is: true}}
            owner: ops@example.com
            decision: no sends
            suppress: true
            treatment: {next_action: suppress}
          big:
            name: Big ones
            criteria: {predicate: large}
            owner: ann@example.com
            decision: a named rep
            persona: head of systems
            required_fields: [employees]
            treatment: {next_action: call, message: [one, two], own_words: yes}
            measure: {primary: reply_rate, baseline: 0.005}
          some:
            name: Some
            criteria: {employees: {gte: 100}}
"""
ROWS = """
    Record ID,First Name,Email,Company,Job Title,Employees,Unsubscribed
    1,Ann,ann@acme.example,Acme Ltd,Head of Systems,900,
    2,Bob,bob@b.example,B Ltd,Buyer,600,
    3,Cid,cid@c.example,C Ltd,Buyer,500,
    4,Dee,dee@d.example,D Ltd,Buyer,700,
    5,Eve,eve@e.example,E Ltd,Buyer,800,
    6,Fay,fay@f.example,F Ltd,Buyer,150,
    7,Gus,gus@g.example,G Ltd,Buyer,20,
    8,Hal,hal@h.example,H Ltd,Buyer,,
    9,Ida,ida@i.example,I Ltd,Buyer,,true
    10,Jan,jan@j.example,J Ltd,Buyer,550,true
"""


class Parsed(HTMLParser):
    """What stands in a page: tags with attributes, ids, links, and the text."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """The page's words, one space between them."""
        return " ".join(" ".join(self.words).split())

    def all(self, attribute: str) -> list[str]:
        """Return the values an attribute has."""
        return [str(found[attribute]) for _, found in self.tags if attribute in found]


def markdown(docs: RulesDocs) -> str:
    """Return a dictionary as Markdown."""
    return render_markdown_page(dictionary_page(docs))


def html(docs: RulesDocs) -> Parsed:
    """Return a dictionary as a parsed page."""
    return Parsed(rendered(docs))


def rendered(docs: RulesDocs) -> str:
    """Return a dictionary as HTML."""
    texts = load_texts(RulesLocation.at(None), ENGLISH)
    return render_html_page(dictionary_page(docs), Words(language=ENGLISH, texts=texts, fallback=texts))


def part(text: str, title: str) -> str:
    """Return what stands in Markdown below a heading that begins so, up to the next of its level."""
    match = re.search(rf"^(#+) {re.escape(title)}.*?(?=^\1 |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match is not None
    return match[0]


@pytest.fixture
def rules(tmp_path: Path) -> str:
    """Return a small rules file."""
    return str(write(tmp_path / "rules.yaml", RULES))


@pytest.fixture
def counted(tmp_path: Path, rules: str) -> RulesDocs:
    """Return the dictionary of the small rules, with data."""
    return document_rules(rules, (str(write(tmp_path / "data.csv", ROWS)),), as_of=DAY)


def test_front_page(rules: str) -> None:
    """The front says what each schema answers, how it places, its labels, and every segment with owner and decision."""
    text = markdown(document_rules(rules, as_of=DAY))
    questions = part(text, "The questions")
    assert "match effort to size" in questions
    assert "the first segment it meets, in this order: Out of reach, Big ones and Some" in questions
    assert '"too\\_small"; if it cannot be told, "size\\_unknown" | quarterly |' in questions
    listed = part(text, "All segments")
    assert "[Big ones](#segment-size-big) | Size | `ann@example.com` | a named rep" in listed
    assert "[Some](#segment-size-some) | Size | **nobody** | **none is written down**" in listed


def test_segment_page(rules: str) -> None:
    """A segment is told in a sentence, with its definition opened, its treatment, measure and what comes before it."""
    page = part(markdown(document_rules(rules, as_of=DAY)), "Big ones")
    assert 'A record is in it if "large" holds: employees is at least 500.' in page
    assert "What meets an earlier segment stays there: [Out of reach](#segment-size-out)." in page
    assert "- [large](#definition-large)\n  - employees is at least 500" in page
    assert "A record without employees cannot be told." in page
    assert "- **Message:**\n  - one\n  - two" in page
    assert "- **own words:** yes" in page
    assert "- **Measured by:** reply rate\n- **Rate today:** 0.5%" in page
    assert "| employees | 80% |" in page
    assert "records in it" not in page


def test_suppressed_is_marked(rules: str) -> None:
    """A segment to which nothing is sent says so at its head, in the list, and on the front."""
    docs = document_rules(rules, as_of=DAY)
    text = markdown(docs)
    assert "> **Nothing is sent to these records" in part(text, "Out of reach")
    assert "[Out of reach](#segment-size-out) **SUPPRESSED**" in part(text, "All segments")
    assert "Nothing is sent to these records" in html(docs).text
    assert "- **1** suppressed: nothing is sent" in text


def test_treatment_map(rules: str) -> None:
    """The map says of each segment which parts of the treatment are there; a suppressed one needs no message."""
    found = part(markdown(document_rules(rules, as_of=DAY)), "Treatment map")
    # Big ones lack 5 of 8 (pains, outcomes, proof, objections, assets), Some all 8, Out of reach none it needs.
    assert "13 of 24 entries are missing." in found
    assert "| [Big ones](#segment-size-big) | Size | ✓ | ✓ | **missing** |" in found
    assert "| [Out of reach](#segment-size-out) | Size | ✓ | not needed |" in found


def test_counts(counted: RulesDocs) -> None:
    """With data each segment has its records, its share, those that cannot be told with the field, and neighbours."""
    text = markdown(counted)
    # Rows 1-5 are big; 10 is big too, but out of reach; 6 is some; 7 too small; 8 has no employees; 9 is out of reach.
    assert "- **5** records in it\n- **50%** of all records\n- **2** cannot be told" in part(text, "Big ones")
    assert "**1** meet it, but are taken by a segment before it" in part(text, "Big ones")
    assert "2 cannot be told, because this is missing, unreadable or leaves it open: employees (2 records)." in text
    assert "| employees | **80%** | 80% |" not in text
    assert "| employees | 80% | 80% |" in part(text, "Big ones")
    near = part(text, "Some")
    assert "- [Big ones](#segment-size-big): 6 records meet both (86% of those that meet this one)" in near
    assert "Big ones comes first and takes them" in near
    assert "size\\_unknown 1" in text


def test_example_is_masked(counted: RulesDocs) -> None:
    """The example record shows roles and sizes, and nothing that names the person or the company."""
    page = part(markdown(counted), "Big ones")
    assert "- **job title:** Head of Systems" in page
    assert "- **employees:** 900" in page
    assert "- **first name:** A··" in page
    text = markdown(counted)
    for name in ("Ann", "ann@acme", "acme", "Acme"):
        assert name not in text.replace("ann@example.com", "")


def test_small_segments_have_no_example(counted: RulesDocs) -> None:
    """Of a segment with fewer than five records none is shown, unless it is asked for."""
    assert ("size", "some") not in (counted.data.examples if counted.data else {})
    assert "What one looks like" not in part(markdown(counted), "Some")


def test_examples_as_they_are(tmp_path: Path, rules: str) -> None:
    """Asked for examples, it shows the records as they stand in the file, of small segments too."""
    data = str(write(tmp_path / "data.csv", ROWS))
    text = markdown(document_rules(rules, (data,), as_of=DAY, examples=True))
    assert "`ann@acme.example`" in part(text, "Big ones")
    assert "- **first name:** Fay" in part(text, "Some")


def test_absent_column(tmp_path: Path, rules: str) -> None:
    """A required field that no column provides is said to be so."""
    data = str(write(tmp_path / "data.csv", "Record ID,Unsubscribed\n1,\n2,true\n"))
    text = markdown(document_rules(rules, (data,), as_of=DAY))
    assert "| employees | **no column has it** | 80% |" in part(text, "Big ones")
    assert "employees (no column has it)" in part(text, "Big ones")


def test_proof_names_neighbours_without_data(rules: str) -> None:
    """Asked to prove, it names the segments that can meet by the rules alone, with a record that shows it."""
    page = part(markdown(document_rules(rules, as_of=DAY, prove=True)), "Some")
    assert "[Big ones](#segment-size-big): by the rules alone, every record of big is in some too" in page
    assert "Neighbours" not in markdown(document_rules(rules, as_of=DAY))


def test_exceptions_in_force(rules: str) -> None:
    """Exceptions are listed with reason, approver and last day; those that have expired are only counted."""
    place = Place(file="x.csv", line=2, column=1)
    held = RuleException(
        record_id="r7", schema="size", segment="big", reason="board", approved_by="ann", expires_on=DAY, place=place
    )
    over = replace(held, record_id="r8", expires_on=date(2026, 3, 30))
    docs = document_rules(rules, as_of=DAY)
    found = part(markdown(replace(docs, rules=replace(docs.rules, exceptions=(held, over)))), "Exceptions in force")
    assert "| r7 | [Big ones](#segment-size-big) | board | ann | 2026-03-31 |" in found
    assert "r8" not in found
    assert "1 have expired" in found
    assert "Exceptions" not in markdown(docs)


def test_definitions_scores_and_fields(tmp_path: Path) -> None:
    """Definitions say who uses them, scores their parts and ends, fields what they are, whose, and who reads them."""
    scored = RULES.replace(
        "    predicates:",
        "    scores: {fit: {description: How well it fits, "
        "parts: [{name: size, points: 30, when: {predicate: large}}]}}\n"
        "    predicates:",
    ).replace("name: Some\n", "name: Some\n            score: fit\n            rank_within: {by: fit}\n")
    text = markdown(document_rules(str(write(tmp_path / "rules.yaml", scored)), as_of=DAY))
    assert "Used by [Big ones](#segment-size-big) (Size)" in part(text, "Definitions")
    scores = part(text, "Scores")
    assert "How well it fits" in scores
    assert '| size | 30 | "large" holds: employees is at least 500 |' in scores
    assert "From 0 to 30 points" in scores
    assert "Its members are scored by [fit](#score-fit)." in part(text, "Some")
    assert "- **Members ranked by:** [fit](#score-fit), highest first" in part(text, "Some")
    row = "| **employees** | People who work there | whole number | `data@example.com` | 2 segments | 80% |"
    assert row in part(text, "Fields used")


def test_transitions(tmp_path: Path) -> None:
    """Where a schema says which label may follow which, the dictionary does."""
    moved = RULES.replace("else: too_small", "else: too_small\n        transitions: {big: [some, out], out: []}")
    text = markdown(document_rules(str(write(tmp_path / "rules.yaml", moved)), as_of=DAY))
    assert "- from big to some or out\n  - from out to nothing: it is an end" in part(text, "Size")


HOSTILE = [
    "<script>alert(1)</script>",
    "[click](http://evil.example/x)",
    "![x](javascript:alert(1))",
    "www.evil.example or ann@evil.example",
    "http://evil.example/a_b_c",
    "a | b `c` **d** _e_ ~~f~~",
    "# heading\n- list\n> quote\n---",
    "1. first",
    "    code",
    "<!-- x --> &lt;b&gt; &amp;",
    "{{ 7 * 7 }} {% raw %}",
    "\u202egnp.exe \x1b[31mred\x07",
    '" onmouseover="x" \'',
    "</style></title><img src=x onerror=y>",
    "[ref]: http://evil.example",
    "$x$ [[wiki]] :smile: ^a^ ==m==",
]


def hostile_docs(folder: Path, word: str) -> RulesDocs:
    """Return rules that say a word wherever they say anything, and data that does."""
    quoted = '"' + "".join(f"\\u{ord(sign):04x}" for sign in word) + '"'
    text = f"""
version: 1
fields: {{company: {{type: text, description: {quoted}, owner: {quoted}}}}}
predicates: {{{quoted}: {{company: {{contains: [{quoted}]}}}}}}
scores: {{fit: {{description: {quoted}, parts: [{{name: {quoted}, points: 1, when: {{predicate: {quoted}}}}}]}}}}
schemas:
  s:
    assign: first_match
    objective: {quoted}
    dimension: {quoted}
    else: {quoted}
    owner: {quoted}
    refresh: {quoted}
    notes: [{quoted}, {{{quoted}: {quoted}}}]
    segments:
      g:
        name: {quoted}
        criteria: {{any: [{{company: {{eq: {quoted}}}}}, {{predicate: {quoted}}}, {{score: {{fit: {{gte: 1}}}}}}]}}
        exclude: [{{company: {{starts_with: {quoted}}}}}]
        owner: {quoted}
        decision: {quoted}
        persona: {quoted}
        score: fit
        treatment: {{message: [{quoted}], {quoted}: {quoted}}}
        measure: {{primary: {quoted}, {quoted}: {quoted}}}
      h: {{name: {quoted}, criteria: {{company: {{known: true}}}}}}
"""
    rules = write(folder / "rules.yaml", text)
    cell = word.replace('"', '""')
    data = write(folder / "data.csv", f'Record ID,Company\n1,"{cell}"\n2,x\n')
    docs = document_rules(str(rules), (str(data),), as_of=DAY, examples=True)
    place = Place(file="x.csv", line=2, column=1)
    held = RuleException(
        record_id=word, schema="s", segment="g", reason=word, approved_by=word, expires_on=None, place=place
    )
    return replace(docs, rules=replace(docs.rules, exceptions=(held,)))


def tokens(text: str) -> Iterator[Token]:
    """Yield every token of Markdown with tables and strikethrough, those inside lines too."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for token in parser.parse(text):
        yield token
        yield from token.children or ()


@pytest.mark.parametrize("word", HOSTILE)
def test_markdown_takes_no_orders(word: str, tmp_path: Path) -> None:
    """Whatever a client's words are, Markdown made of them has our links, our anchors, our emphasis and no image."""
    text = markdown(hostile_docs(tmp_path, word))
    plain = markdown(hostile_docs(tmp_path / "plain", "word"))
    found, expected = list(tokens(text)), list(tokens(plain))
    links = [str(token.attrs["href"]) for token in found if token.type == "link_open"]
    assert all(link.startswith("#") for link in links)
    assert all(
        re.fullmatch(r'<a id="[a-z0-9_-]+"></a>|</a>|<a id="[a-z0-9_-]+">', t.content.strip())
        for t in found
        if "html" in t.type
    )
    assert not [token for token in found if token.type in {"image", "hr", "fence", "code_block", "ordered_list_open"}]
    for kind in ("heading_open", "blockquote_open", "bullet_list_open", "table_open", "tr_open", "td_open", "s_open"):
        assert [t.type for t in found].count(kind) == [t.type for t in expected].count(kind), kind
    outside_code = "".join(token.content for token in found if token.type == "text")
    assert not re.search(r"://|www\.|\w@\w", outside_code)
    assert not re.search("[\x00-\x08\x1b\u202e]", text)


@pytest.mark.parametrize("word", HOSTILE)
def test_html_takes_no_orders(word: str, tmp_path: Path) -> None:
    """Whatever a client's words are, the page has the tags it would have without them, and shows the words as text."""
    page, plain = html(hostile_docs(tmp_path, word)), html(hostile_docs(tmp_path / "plain", "word"))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    assert [set(found) for _, found in page.tags] == [set(found) for _, found in plain.tags]
    assert all(link.startswith("#") for link in page.all("href"))
    assert not re.search("[\x00-\x08\x1b\u202e]", page.text)
    shown = " ".join(re.sub("[\x00-\x1f\u202e]", " ", word).replace("\ufffd", " ").split())
    assert shown in " ".join(page.text.replace("\ufffd", " ").split())


def test_html_stands_alone() -> None:
    """The page asks for nothing from outside: one script of its own, no frame, picture, style sheet, or link off it."""
    page = html(document_rules(as_of=DAY))
    names = {tag for tag, _ in page.tags}
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert not names & {"link", "img", "iframe", "object", "embed", "form", "base"}
    assert not page.all("src")
    assert not any(name.startswith("on") for _, found in page.tags for name in found)
    assert all(link.startswith("#") for link in page.all("href"))
    assert "url(" not in page.text
    assert "@import" not in page.text
    policy = next(content for content in page.all("content") if content.startswith("default-src"))
    assert re.match("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[^ ]+'; img-src data:;", policy)


def test_every_link_leads_somewhere() -> None:
    """In the dictionary of the shipped rules each link has its anchor, and no two anchors are the same."""
    docs = document_rules(as_of=DAY)
    page = html(docs)
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in page.all("href")} <= set(ids)
    text = markdown(docs)
    anchors = re.findall(r'<a id="([^"]+)"></a>', text)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(anchors)


def test_headings_are_in_order() -> None:
    """There is one title, and no heading skips a level."""
    levels = [int(tag[1]) for tag, _ in html(document_rules(as_of=DAY)).tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_same_input_gives_the_same_bytes(rules: str) -> None:
    """Made twice from the same rules for the same day, the dictionary is the same."""
    one, other = (rendered(document_rules(rules, as_of=DAY)) for _ in range(2))
    assert one == other


def test_command_writes_what_the_ending_says(tmp_path: Path, rules: str) -> None:
    """The command prints Markdown, or writes Markdown or HTML by the file's ending."""
    printed = run("rules", "docs", rules, "--as-of", "2026-03-31")
    assert printed.out.startswith("# Segment dictionary\n")
    for name, begins in (("a.html", "<!DOCTYPE html>"), ("a.md", "# Segment dictionary")):
        ran = run("rules", "docs", rules, "-o", tmp_path / name)
        assert (ran.code, ran.out) == (0, "")
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
    assert run("rules", "docs", rules, "--format", "html").out.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "a.pdf"], "a dictionary is .md or .html"),
        (["-o", "rules.yaml"], "a dictionary is .md or .html"),
        (["-o", "missing/a.md"], "there is no folder"),
        (["--examples"], "needs the file it belongs to"),
        (["--with", "deals.csv"], "needs the file it belongs to"),
        (["--rules", "other.yaml"], "the rules are named twice"),
        (["--data", "nowhere.csv"], "nowhere.csv"),
        (["-o", "a.md", "--format", "html"], "do not agree"),
    ],
)
def test_mistakes_are_told(
    arguments: list[str], said: str, rules: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be done is said with its place, exits with 2, and writes nothing."""
    monkeypatch.chdir(tmp_path)
    ran = run("rules", "docs", rules, *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["rules.yaml"]


def test_file_is_replaced_only_if_told(tmp_path: Path, rules: str) -> None:
    """A file that exists stays as it is without --force."""
    target = write(tmp_path / "a.md", "mine\n")
    ran = run("rules", "docs", rules, "-o", target)
    assert (ran.code, "--force" in ran.err) == (2, True)
    assert target.read_text(encoding="utf-8") == "mine\n"
    assert run("rules", "docs", rules, "-o", target, "--force", "--quiet").err == ""
    assert target.read_text(encoding="utf-8") != "mine\n"

"""Rule files: what is read, and what is said of what cannot be."""

import re
from pathlib import Path

import pytest

from segaudit.errors import RuleErrors, SegauditError
from segaudit.model.conditions import Clause, MissingPolicy
from segaudit.model.fields import FieldType
from segaudit.model.segments import Segment
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.yaml_nodes import load_plain
from tests.rules_support import load, mistakes, write

FIELDS = "fields: {employees: {type: int}, industry: {type: text}, seen_on: {type: date}, tags: {type: multi}}\n"
_CRITERIA_AT = len("    segments: {g: {criteria: ") + 1


def schema(criteria: str, head: str = FIELDS) -> str:
    """Return a rules file with one segment; its criteria stand on line 5."""
    return f"{head}schemas:\n  s:\n    assign: all_matches\n    segments: {{g: {{criteria: {criteria}}}}}\n"


def one_segment(folder: Path, criteria: str, head: str = FIELDS) -> Segment:
    """Return the segment of a rules file that holds one."""
    return load(folder, schema(criteria, head)).schemas[0].segments[0]


def clause_of(folder: Path, criteria: str, head: str = FIELDS) -> Clause:
    """Return the one clause of a rules file."""
    condition = one_segment(folder, criteria, head).criteria
    assert isinstance(condition, Clause)
    return condition


# ------------------------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("criteria", "at", "problem", "hint"),
    [
        (
            "{employees: {contain: 5}}",
            "contain",
            'unknown operator "contain"',
            "`segaudit rules operators` lists them all",
        ),
        ("{industry: {contain: x}}", "contain", 'unknown operator "contain"', 'did you mean "contains"?'),
        ("{employes: {gte: 5}}", "employes", 'unknown field "employes"', 'did you mean "employees"?'),
        ("{zzz: {gte: 5}}", "zzz", 'unknown field "zzz"', "declare it: fields: {zzz: {type: text}}"),
        ("{industry: {gte: 5}}", "gte", '"gte" does not work on "industry", which is of type text', "it works on int"),
        ("{employees: 5}", "5}", '"employees" needs an operator', "write {employees: {eq: 5}}"),
        ("{employees: {}}", "employees", '"employees" needs an operator', "`segaudit rules operators` lists them"),
        ("{employees: {gte: many}}", "many", '"gte" takes a number, such as 500, 20M or 1.2B', ""),
        ("{employees: {between: [9, 1]}}", "[9, 1]", "its bounds the wrong way round: 9 is above 1", ""),
        ("{employees: {between: 9}}", "9}", "takes a lower and an upper bound", ""),
        ("{seen_on: {within_last: 3 days}}", "3 days}", "takes a length of time: 30d, 2w, 6m or 1y", ""),
        ("{seen_on: {on: 2026-02-30}}", "2026-02-30}", "takes a date written 2026-01-31, or as_of", ""),
        ("{seen_on: {this: decade}}", "decade", "takes week, month, quarter or year", ""),
        ("{seen_on: {never: perhaps}}", "perhaps", "takes true or false", ""),
        ("{tags: {has_any: []}}", "[]", "takes a list with something in it", ""),
        ("{industry: {eq: {a: 1}}}", "{a: 1}", "takes a text", ""),
        ("{industry: {matches: '(?=a)'}}", "'(?=a)'", "without look-around and back-references", ""),
        ("{industry: {matches: '(?<!a)b'}}", "'(?<!a)b'", "without look-around and back-references", ""),
        (r"{industry: {matches: '(a)\1'}}", "'(a)\\1'", "without look-around and back-references", ""),
        ("{industry: {matches: 'a++'}}", "'a++'", "takes a regular expression without", ""),
        ("{industry: {matches: '('}}", "'('", "this one is not", ""),
        ("{industry: {matches: 'a{1001}'}}", "'a{1001}'", "without repetitions above 1,000", ""),
        ("{employees: {top_percent: 0}}", "0}", "takes a percentage above 0 and up to 100", ""),
        (
            "{employees: {gte: 1, missing: maybe}}",
            "missing",
            'missing cannot be "maybe"',
            "unknown, exclude, include, error",
        ),
        ("{industry: {eq: a, case: upper}}", "case", 'case cannot be "upper"', "write fold or exact"),
        ("{industry: {eq: a, trim: 3}}", "trim", 'trim cannot be "3"', "write true or false"),
        ("{employees: {gt_field: industry}}", "industry", "of type int", "compares fields of one kind"),
        ("{employees: {gt_field: employee}}", "employee", 'unknown field "employee"', 'did you mean "employees"?'),
        ("{predicate: tier}", "tier", 'there is no predicate "tier"', ""),
        ("{segment: g}", "g", "a segment is named by schema and segment", "write schema.segment"),
        ("{segment: s.gg}", "s.gg", 'there is no segment "s.gg"', 'did you mean "s.g"?'),
        ("{all: []}", "all", "all holds nothing", "list the conditions it combines"),
        (
            "{not: [{employees: {eq: 1}}]}",
            "[{employees: {eq: 1}",
            "not takes one condition",
            "use none: [...] for a list",
        ),
        ("{at_least: {n: 3, of: [{employees: {eq: 1}}]}}", "at_least", "at_least asks for 3 of 1", "n is from 1 to 1"),
        ("{at_least: {of: [{employees: {eq: 1}}]}}", "{of", "at_least is not complete", "{n: 2, of: [...]}"),
        ("{bucket: {percent: 0}}", "{percent: 0}", "bucket takes a percentage", "{percent: 10, salt: spring}"),
        ("{bucket: 101}", "101}", "bucket takes a percentage", "{percent: 10, salt: spring}"),
        ("anything", "anything", "a condition is missing here", "write {field: {operator: value}}"),
        ("{}", "{}", "a condition is missing here", "write {field: {operator: value}}"),
    ],
)
def test_wrong_condition(tmp_path: Path, criteria: str, at: str, problem: str, hint: str) -> None:
    """A condition that cannot be read is refused with file, line, column, problem and, if there is one, a way out."""
    found = mistakes(tmp_path, schema(criteria))
    assert found[0].startswith(f"a.yaml:5:{_CRITERIA_AT + criteria.rindex(at)}: "), found
    assert problem in found[0]
    assert hint in found[0]


@pytest.mark.parametrize(
    ("text", "place", "problem", "hint"),
    [
        ("shemas: {}\n", "1:1", 'a rules file has no key "shemas"', 'did you mean "schemas"?'),
        ("version: 2\n", "1:10", "version 2 is not known", "write version: 1"),
        ("- 1\n", "1:1", "a rules file is a map", "begin with version: 1"),
        ("", "1:1", "there is no segment here", "write schemas: below version: 1"),
        ("schemas: []\n", "1:10", "schemas takes a map", "names indented below it"),
        ("tests: {}\n", "1:8", "tests takes a list", "begin each entry with -"),
        ("governance: strict\n", "1:13", "governance takes a map", "segments"),
        ("defaults: unknown\n", "1:11", "defaults takes a map", "names indented below it"),
        ("defaults: {misssing: unknown}\n", "1:12", 'defaults has no key "misssing"', 'did you mean "missing"?'),
        ("governance: {segments: {start: 3}}\n", "1:25", 'start cannot be "3"', "start takes [3, 6]"),
        ("governance: {segments: {largest_share: 60}}\n", "1:40", 'largest_share cannot be "60"', "from 0 to 1"),
        ("fields: {Employees: {type: int}}\n", "1:10", '"Employees" cannot name a field', "lower case letters"),
        ("fields: {n: {type: integer}}\n", "1:20", 'unknown type "integer"', "types are text, id"),
        ("fields: {n: {column: N}}\n", "1:10", 'field "n" has no type', "types are text"),
        ("fields: {n: {type: int, min_coverage: 80}}\n", "1:39", 'min_coverage cannot be "80"', "a share from 0 to 1"),
        ("fields: {n: {type: date, max_age: long}}\n", "1:35", "max_age takes a length of time", ""),
        ("fields: {n: {type: date, blank_means: 0}}\n", "1:39", "blank_means of a date is never", ""),
        ("fields: {n: {type: bool, blank_means: 7}}\n", "1:39", "blank_means takes true or false", ""),
        ("schemas: {S: {}}\n", "1:11", '"S" cannot name a schema', "lower case letters"),
        ("schemas: {s: 1}\n", "1:11", 'schema "s" is empty', "assign: and segments:"),
        (
            "schemas: {s: {assign: first_math}}\n",
            "1:23",
            'assign cannot be "first_math"',
            'did you mean "first_match"?',
        ),
        (
            "schemas: {s: {segments: {}}}\n",
            "1:11",
            'schema "s" does not say how it assigns',
            "write assign: first_match",
        ),
        ("schemas: {s: {assign: all_matches}}\n", "1:11", 'schema "s" has no segments', "list them below segments:"),
        ("schemas: {s: {assign: all_matches, segments: {g: {}}}}\n", "1:47", 'segment "g" has no criteria', "criteria"),
        (
            "schemas: {s: {assign: all_matches, segments: {g: {criteria: []}}, else: [a]}}\n",
            "1:73",
            "else takes a label",
            "write else: unplaced",
        ),
    ],
)
def test_wrong_file(tmp_path: Path, text: str, place: str, problem: str, hint: str) -> None:
    """What is wrong beside the conditions is told in the same way."""
    found = [mistake for mistake in mistakes(tmp_path, text) if problem in mistake]
    assert found
    assert found[0].startswith(f"a.yaml:{place}: ")
    assert hint in found[0]


def test_three_mistakes_at_once(tmp_path: Path) -> None:
    """All mistakes of a file are told together, in the order they stand."""
    text = """
        fields: {n: {type: int}}
        schemas:
          s:
            assign: all_matches
            segments:
              a: {criteria: {n: {contains: x}}, onwer: me}
              b: {criteria: {m: {eq: 1}}}
    """
    assert [re.sub(": .*", "", mistake.split("\n")[0]) for mistake in mistakes(tmp_path, text)] == [
        "a.yaml:6:26",
        "a.yaml:6:41",
        "a.yaml:7:22",
    ]


def test_mistakes_of_several_files(tmp_path: Path) -> None:
    """The mistakes of a merged folder are told file by file."""
    found = mistakes(tmp_path, schema("{zzz: {eq: 1}}"), "fields: {n: {type: nope}}\n")
    assert [mistake.split(":")[0] for mistake in found] == ["a.yaml", "b.yaml"]


def test_mistake_in_a_predicate_is_one_mistake(tmp_path: Path) -> None:
    """A mistake in a predicate is told once, however many segments use it."""
    text = schema("{any: [{predicate: p}, {predicate: p}]}", FIELDS.rstrip() + "\npredicates: {p: {zzz: {eq: 1}}}\n")
    assert len(mistakes(tmp_path, text)) == 1


def test_wrong_test(tmp_path: Path) -> None:
    """A test that names no schema, no known field or no day is told where it stands."""
    tests = """tests:
  - {given: {employees: 1}, schema: z, expect: g}
  - {given: {employes: 1}, schema: s, expect: g}
  - {given: {}, schema: s, expect: g, as_of: soon}
  - {given: {}, schema: s}
  - 1
"""
    found = mistakes(tmp_path, schema("{employees: {eq: 1}}") + tests)
    assert [mistake.split(": ")[0].split(":")[1] for mistake in found] == ["7", "8", "9", "10", "11"]


# ---------------------------------------------------------------------------------------------------------------- YAML


def test_duplicate_keys(tmp_path: Path) -> None:
    """A key that stands twice is refused at its second place, with the line of the first."""
    (found,) = mistakes(tmp_path, "fields:\n  n: {type: int}\n  n: {type: text}\n")
    assert found == 'a.yaml:3:3: "n" stands here twice\n  hint: first at line 2'


def test_yaml_1_2(tmp_path: Path) -> None:
    """NO, yes and on are words and 0501 is text, while true, 12 and 1.5 are what they look like."""
    text = "[NO, yes, on, 0501, 0o17, 12:30, 1_000, true, 12, 1.5, 1e3, null, ~, '', '12', 2026-01-31]"
    values = [
        "NO",
        "yes",
        "on",
        "0501",
        "0o17",
        "12:30",
        "1_000",
        True,
        12,
        1.5,
        1000.0,
        None,
        None,
        "",
        "12",
        "2026-01-31",
    ]
    assert load_plain(write(tmp_path / "a.yaml", text)) == values


def test_codes_stay_text(tmp_path: Path) -> None:
    """A country NO and a postcode 0501 reach the operator as the text they are written as."""
    assert clause_of(tmp_path, "{industry: {in: [NO, 0501, 12]}}").operand == ("NO", "0501", "12")


@pytest.mark.parametrize("text", ["a: [1", "a: 'b", "a: b: c", "a: *nowhere", "{"])
def test_no_yaml(tmp_path: Path, text: str) -> None:
    """A file that is no YAML is refused with a place and no traceback."""
    path = write(tmp_path / "a.yaml", text)
    with pytest.raises(SegauditError) as caught:
        load_plain(path)
    assert caught.value.where.startswith(str(path))


def test_tags_are_not_run(tmp_path: Path) -> None:
    """A tag that asks for a Python object makes none."""
    path = write(tmp_path / "a.yaml", "a: !!python/object/apply:os.getcwd []")
    assert load_plain(path) == {"a": []}


@pytest.mark.parametrize("text", ["\udcff", "a\x00b: 1"])
def test_unreadable_characters(tmp_path: Path, text: str) -> None:
    """A file that is no text is refused in one message."""
    path = tmp_path / "a.yaml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SegauditError):
        load_plain(path)


def test_alias_bomb(tmp_path: Path) -> None:
    """Aliases that multiply are refused before they fill the memory."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    path = write(tmp_path / "a.yaml", "\n".join(levels))
    with pytest.raises(SegauditError, match="grows too large when its aliases are filled in"):
        load_plain(path)


def test_alias_within_itself(tmp_path: Path) -> None:
    """An alias of what it stands in is refused."""
    with pytest.raises(SegauditError, match="nested too deep"):
        load_plain(write(tmp_path / "a.yaml", "a: &a [*a]"))


@pytest.mark.parametrize("levels", [101, 500, 5_000])
def test_deep_nesting(tmp_path: Path, levels: int) -> None:
    """Groups nested beyond a hundred levels are refused."""
    path = write(tmp_path / "a.yaml", "a: " + "[" * levels + "]" * levels)
    with pytest.raises(SegauditError, match="nested too deep"):
        load_plain(path)


def test_predicate_bomb(tmp_path: Path) -> None:
    """Predicates that repeat each other without end to speak of are refused before they fill the memory."""
    lines = [f"  p{n}: {{any: [{{predicate: p{n - 1}}}, {{predicate: p{n - 1}}}]}}" for n in range(1, 40)]
    head = FIELDS + "predicates:\n  p0: {employees: {eq: 1}}\n" + "\n".join(lines) + "\n"
    with pytest.raises(SegauditError, match="grow too many when predicates are filled in"):
        load(tmp_path, schema("{predicate: p39}", head))


def test_predicates_in_a_long_chain(tmp_path: Path) -> None:
    """Predicates that stand hundreds deep in each other are refused in words."""
    lines = [f"  p{n}: {{predicate: p{n - 1}}}" for n in range(1, 600)]
    head = FIELDS + "predicates:\n  p0: {employees: {eq: 1}}\n" + "\n".join(lines) + "\n"
    assert "predicates stand too deep in each other" in mistakes(tmp_path, schema("{predicate: p599}", head))[0]


def test_large_file(tmp_path: Path) -> None:
    """A file of ten million bytes is refused without being read."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"# " + b"x" * 10_000_000)
    with pytest.raises(SegauditError, match="too large for a rules file"):
        load_plain(path)


# ------------------------------------------------------------------------------------------------------------- circles


def test_predicates_in_a_circle(tmp_path: Path) -> None:
    """Predicates that lead back to themselves are refused with their path."""
    text = """
        predicates:
          a: {not: {predicate: b}}
          b: {any: [{predicate: c}]}
          c: {predicate: a}
    """
    assert any("in a circle: a -> b -> c -> a" in mistake for mistake in mistakes(tmp_path, text))


def test_segments_in_a_circle(tmp_path: Path) -> None:
    """Segments that lead back to themselves, through exclusions too, are refused with their path."""
    text = """
        fields: {n: {type: int}}
        schemas:
          s:
            assign: all_matches
            segments:
              a: {criteria: {n: {eq: 1}}, exclude: [{segment: t.b}]}
          t:
            assign: all_matches
            segments:
              b: {criteria: {not: {segment: s.a}}}
    """
    (found,) = mistakes(tmp_path, text)
    assert found.startswith("a.yaml:6:7: segments go round in a circle: s.a -> t.b -> s.a")


def test_circle_through_a_waterfall(tmp_path: Path) -> None:
    """In a waterfall a segment hangs on those before it, so a circle may lead through them."""
    text = """
        fields: {n: {type: int}}
        schemas:
          s:
            assign: first_match
            segments:
              a: {criteria: {segment: t.c}}
              b: {criteria: {n: {eq: 1}}}
          t:
            assign: all_matches
            segments:
              c: {criteria: {segment: s.b}}
    """
    (found,) = mistakes(tmp_path, text)
    assert "segments go round in a circle: " in found
    assert "s.b -> t.c -> s.b" in found or "t.c -> s.b -> t.c" in found


def test_later_segment_of_a_waterfall_is_no_circle(tmp_path: Path) -> None:
    """A segment may refer to one that comes before it in its own waterfall."""
    text = """
        fields: {n: {type: int}}
        schemas:
          s:
            assign: first_match
            segments:
              a: {criteria: {n: {eq: 1}}}
              b: {criteria: {not: {segment: s.a}}}
    """
    assert len(load(tmp_path, text).schemas[0].segments) == 2


# ------------------------------------------------------------------------------------------------------------- merging


def test_same_field_in_two_files(tmp_path: Path) -> None:
    """Files may declare a field alike, and not differently."""
    other = "schemas: {t: {assign: all_matches, segments: {g: {criteria: {employees: {eq: 2}}}}}}\n"
    assert load(tmp_path, schema("{employees: {eq: 1}}"), FIELDS + other).fields["employees"].type is FieldType.INT
    (found,) = mistakes(tmp_path, schema("{employees: {eq: 1}}"), "fields: {employees: {type: money}}\n")
    assert found == 'b.yaml:1:10: field "employees" is declared differently here\n  hint: first at a.yaml:1:10'


def test_schema_in_two_files(tmp_path: Path) -> None:
    """Two files cannot define one schema, nor one predicate."""
    text = schema("{employees: {eq: 1}}", FIELDS + "predicates: {p: {employees: {eq: 1}}}\n")
    problems = [mistake.split(": ", 1)[1].split("\n")[0] for mistake in mistakes(tmp_path, text, text)]
    assert problems == ['predicate "p" is defined twice', 'schema "s" is defined twice']


def test_defaults_are_per_file(tmp_path: Path) -> None:
    """Defaults hold for their own file; a schema, a segment, a field and a clause each override what is above them."""
    strict = "defaults: {missing: exclude, case: exact, trim: false}\n" + schema("{industry: {eq: a}}")
    loose = FIELDS + "schemas: {t: {assign: all_matches, segments: {g: {criteria: {industry: {eq: a}}}}}}\n"
    book = load(tmp_path, strict, loose)
    one, other = (part.segments[0].criteria for part in book.schemas)
    assert isinstance(one, Clause)
    assert isinstance(other, Clause)
    assert (one.options.missing, one.options.fold_case, one.options.trim) == (MissingPolicy.EXCLUDE, False, False)
    assert (other.options.missing, other.options.fold_case, other.options.trim) == (MissingPolicy.UNKNOWN, True, True)
    nearest = schema("{missing: error, industry: {missing: include, eq: a}}", "defaults: {missing: exclude}\n" + FIELDS)
    assert (
        clause_of(tmp_path, nearest.split("criteria: ")[1].rstrip("}\n") + "}}").options.missing
        is MissingPolicy.INCLUDE
    )


def test_own_keys(tmp_path: Path) -> None:
    """Keys that begin with x- are the author's own, anywhere."""
    text = """
        x-team: growth
        fields: {n: {type: int, x-source: crm}}
        governance: {x-board: yes}
        schemas: {s: {x-a: 1, assign: all_matches, segments: {g: {x-b: [1], criteria: {n: {eq: 1}}}}}}
        tests: [{given: {n: 1}, schema: s, expect: g, x-why: because}]
    """
    assert load(tmp_path, text).schemas[0].segments[0].documentation["x-b"] == [1]


@pytest.mark.parametrize(
    ("name", "content", "values"),
    [
        ("list.txt", "\ufeffAcme, Inc\n\n  Globex \r\n", ("Acme, Inc", "Globex")),
        ("list.csv", '"Acme, Inc",1\nGlobex,2\n"open\n', ("Acme, Inc", "Globex", "open")),
    ],
)
def test_file_of_values(tmp_path: Path, name: str, content: str, values: tuple[str, ...]) -> None:
    """in_file reads a file beside the rules file: the lines of a text, the first column of a CSV."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert clause_of(tmp_path, f"{{industry: {{in_file: {name}}}}}").operand == values


@pytest.mark.parametrize("name", ["gone.csv", "empty.csv", "."])
def test_file_of_values_that_is_not_there(tmp_path: Path, name: str) -> None:
    """A list that cannot be read, or holds nothing, is a mistake in the rules."""
    (tmp_path / "empty.csv").write_text("\n", encoding="utf-8")
    (found,) = mistakes(tmp_path, schema(f"{{industry: {{in_file: {name}}}}}"))
    assert found.startswith("a.yaml:5:51: ")


# -------------------------------------------------------------------------------------------------------------- places


def test_folder_of_rule_files(tmp_path: Path) -> None:
    """A folder of YAML files stands alone, in order of name."""
    for name in ("b.yaml", "a.yaml", "c.yml", "note.txt"):
        write(tmp_path / name, "")
    assert [file.name for file in RulesLocation.at(str(tmp_path)).segment_files()] == ["a.yaml", "b.yaml", "c.yml"]


def test_client_folder_overrides_by_name(tmp_path: Path) -> None:
    """A folder with segments/ in it replaces the shipped pack of the same name and keeps the others."""
    mine = write(tmp_path / "segments" / "size.yaml", "")
    files = RulesLocation.at(str(tmp_path)).segment_files()
    shipped = RulesLocation.at(None).segment_files()
    assert [file.name for file in files] == [file.name for file in shipped]
    assert [file for file in files if file not in shipped] == [mine]


def test_client_list_overrides_the_shipped_one(tmp_path: Path) -> None:
    """Any data file of the client's folder takes the shipped one's place."""
    mine = write(tmp_path / "lists" / "free_mail_domains.csv", "domain\nexample.com\n")
    location = RulesLocation.at(str(tmp_path))
    assert location.file("lists/free_mail_domains.csv") == mine
    assert location.file("placeholders.csv") == location.shipped / "placeholders.csv"


@pytest.mark.parametrize("name", ["gone.yaml", "."])
def test_no_rules_there(tmp_path: Path, name: str) -> None:
    """A rules path that leads nowhere, or to a folder without rules, is told."""
    with pytest.raises(SegauditError, match=r"there is no such rules file|holds no segment file"):
        RulesLocation.at(str(tmp_path / name)).segment_files()


def test_same_rules_same_hash(tmp_path: Path) -> None:
    """A rule book is known by the bytes of its files."""
    one = load(tmp_path, schema("{employees: {eq: 1}}")).sha256
    assert one == load(tmp_path, schema("{employees: {eq: 1}}")).sha256
    assert one != load(tmp_path, schema("{employees: {eq: 2}}")).sha256


def test_errors_name_every_file_that_is_no_yaml(tmp_path: Path) -> None:
    """Two files that are no YAML are both told."""
    with pytest.raises(RuleErrors) as caught:
        load(tmp_path, "a: [", "b: {")
    assert len(caught.value.errors) == 2

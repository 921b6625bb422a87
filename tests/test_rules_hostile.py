"""Rules made to harm: each is refused in words, at its place, or decided; nothing hangs, runs or leaks."""

from pathlib import Path

import pytest

from tests.rules_support import run

HEAD = "version: 1\nfields: {n: {type: int}, t: {type: text}, d: {type: date}}\n"
CIRCLE = "predicates: {p: {predicate: q}, q: {predicate: p}}\n"
TABLE = "n,t\n" + "\n".join(f"{number},word {number}" for number in range(20)) + "\n"


def rules(criteria: str) -> str:
    """Return a rules file of one segment."""
    return f"{HEAD}schemas: {{s: {{assign: all_matches, segments: {{a: {{criteria: {criteria}}}}}}}}}\n"


def nested(opening: str, closing: str, levels: int) -> str:
    """Return a clause that many groups deep."""
    return rules(opening * levels + "{n: {gte: 1}}" + closing * levels)


def ask(folder: Path, text: str) -> list[tuple[int, str]]:
    """Return how each command that reads rules ends with them, and what it says on stderr."""
    file, table = folder / "rules.yaml", folder / "table.csv"
    file.write_text(text, encoding="utf-8")
    table.write_text(TABLE, encoding="utf-8")
    day = ("--as-of", "2026-01-01", "--rules", file)
    ended = [
        run("rules", "check", "--rules", file),
        run("rules", "prove", file),
        run("overlap", table, *day),
        run("assign", table, *day, "--force", "-o", folder / "out.csv"),
    ]
    assert all("Traceback" not in ran.err for ran in ended)
    return [(ran.code, ran.err) for ran in ended]


def bomb() -> str:
    """Return nine lists of nine aliases each: a thousand million nodes when they are filled in."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{here}: &{here} [{', '.join([f'*{before}'] * 9)}]"
        for before, here in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    return "\n".join(lines) + "\n"


def doubling(levels: int) -> str:
    """Return predicates of which each says the one before it twice."""
    lines = [f"  p{at}: {{all: [{{predicate: p{at - 1}}}, {{predicate: p{at - 1}}}]}}" for at in range(1, levels)]
    return "predicates:\n  p0: {n: {gte: 1}}\n" + "\n".join(lines) + "\n"


def segments(count: int) -> str:
    """Return a schema of so many segments."""
    bodies = ", ".join(f"s{at}: {{criteria: {{n: {{eq: {at}}}}}}}" for at in range(count))
    return f"{HEAD}schemas: {{s: {{assign: exactly_one, segments: {{{bodies}}}}}}}\n"


def listed(field: str, operator: str, count: int) -> str:
    """Return a clause with a list of so many values."""
    return rules(f"{{{field}: {{{operator}: [{', '.join(str(at) for at in range(count))}]}}}}")


REFUSED = [
    ("all, 500 deep", nested("{all: [", "]}", 500), "nested too deep"),
    ("any, 500 deep", nested("{any: [", "]}", 500), "nested too deep"),
    ("not, 500 deep", nested("{not: ", "}", 500), "nested too deep"),
    ("brackets", "[" * 5_000, "nested too deep"),
    ("aliases", bomb(), "grows too large when its aliases are filled in"),
    ("an alias of itself", "a: &a [*a]\n", "nested too deep"),
    ("a megabyte", rules("{n: {gte: 1}}") + "# " + "x" * 1_000_000, "too large for a rules file"),
    ("predicates that double", doubling(30) + rules("{predicate: p29}"), "grow too many"),
    ("predicates in a circle", CIRCLE + rules("{predicate: p}"), "p -> q -> p"),
    ("a thousand segments", segments(1_000), 'schema "s" has 1,000 segments, and 100 are the most'),
    ("ten thousand numbers", listed("n", "in", 10_000), "takes a list of at most 1,000; this one has 10,000"),
    ("ten thousand parts", listed("t", "contains", 10_000), "takes a list of at most 1,000; this one has 10,000"),
    ("unknown keys", rules("{n: {gte: 1}}") + "bogus: 1\n", 'a rules file has no key "bogus"'),
    ("a tag that runs", rules("!!python/object/apply:os.system ['exit 1']"), "rules.yaml"),
    ("repetitions that multiply", rules('{t: {matches: "((a{1,30}){1,30}){1,30}"}}'), "can be matched in linear time"),
    ("a class nobody knows", rules(r'{t: {matches: "\\p{Nonsense}"}}'), "takes a regular expression"),
    ("look-around", rules('{t: {matches: "(?=a)b"}}'), "without look-around"),
    ("an unknown field", rules('{"<script>alert(1)</script>": {eq: 1}}'), "unknown field"),
    ("a name that is SQL", rules("{n: {eq: 1}}").replace("{s:", "{'s\"; DROP TABLE raw':"), "cannot name a schema"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), [pytest.param(text, said, id=name) for name, text, said in REFUSED])
def test_refused(tmp_path: Path, text: str, said: str) -> None:
    """Every command refuses such rules with one clear sentence and the exit code of what cannot run."""
    for code, err in ask(tmp_path, text):
        assert (code, said in err) == (2, True), err


DECIDED = [
    ("groups 45 deep", nested("{all: [", "]}", 45)),
    ("a pattern that blows up", rules('{t: {matches: "(a+)+$"}}')),
    ("another", rules('{t: {matches: "(a|aa)*b"}}')),
    ("ten thousand texts", rules("{t: {in: [" + ", ".join(f"v{at}" for at in range(10_000)) + "]}}")),
    ("SQL in a value", rules("{t: {in: [\"'; DROP TABLE raw; --\", \"' OR 1=1\"]}}")),
    ("signs nobody sees", rules(r'{t: {in: ["\u202Eabc", "\uFEFF", "\U0001F469\u200D\U0001F680", "e\u0301\u0301"]}}')),
    ("a number beyond all", rules("{n: {lt: 1e300}}")),
    ("a time before all time", rules("{d: {within_last: 99999999d}}")),
]  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in DECIDED])
def test_decided(tmp_path: Path, text: str) -> None:
    """Such rules are odd and still mean something: every command works."""
    assert {code for code, _ in ask(tmp_path, text)} <= {0, 1}
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 21


def test_a_pattern_that_blows_up_is_matched(tmp_path: Path) -> None:
    """A pattern that backtracking never comes to the end of is decided on a long text."""
    (tmp_path / "rules.yaml").write_text(rules('{t: {matches: "^(a+)+$"}}'), encoding="utf-8")
    (tmp_path / "table.csv").write_text(f"n,t\n1,{'a' * 5_000}b\n2,{'a' * 5_000}\n", encoding="utf-8")
    ran = run("assign", tmp_path / "table.csv", "--rules", tmp_path / "rules.yaml", "-o", tmp_path / "out.csv")
    assert ran.code == 0
    labels = [line.split(",")[2] for line in (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[1:]]
    assert labels == ["unplaced", "a"]


def test_lists_with_nuls(tmp_path: Path) -> None:
    """A list file with NUL characters in it is read or refused in words."""
    (tmp_path / "list.csv").write_bytes(b"name\nac\x00me\n\x00\nword 3\n")
    assert {code for code, _ in ask(tmp_path, rules("{t: {in_file: list.csv}}"))} <= {0, 1, 2}


def test_escape_sequences_do_not_reach_the_terminal(tmp_path: Path) -> None:
    """What a rules file calls its fields cannot move the reader's cursor."""
    for code, err in ask(tmp_path, rules(r'{"\e[31mred\e[2J": {eq: 1}}')):
        assert code == 2
        assert "\x1b" not in err

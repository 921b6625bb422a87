"""Trees as operators build them -> trees a dialect has, and no longer than a person wants to read."""

from collections.abc import Callable, Mapping, Sequence

from sqlglot import expressions as exp

from segaudit.interop.export.sql.dialect import Dialect
from segaudit.model.exports import Target
from segaudit.sql.operators import Part

_CASELESS = "(?i)"
_FOLDED = (f"__{Part.FOLD.value}", f"__{Part.RAW_FOLD.value}")
_HIGH, _VALUE, _CURRENCY = (f"__{part.value}" for part in (Part.HIGH, Part.VALUE, Part.CURRENCY))
_MOST_WHOLE = 1e15  # a whole number below it is written without an exponent
_OPPOSITES: Mapping[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LTE,
    exp.LTE: exp.GT,
    exp.GTE: exp.LT,
    exp.LT: exp.GTE,
    exp.EQ: exp.NEQ,
}
Spellings = Mapping[str, Sequence[str]]  # a folded word -> how else the dialect's own folding may leave it


def portable(tree: exp.Expr, dialect: Dialect, spellings: Spellings) -> exp.Expr:  # noqa: C901 - one kind of node each
    """Return a tree in what a dialect has; typed cells hold one number in the field's currency."""

    def change(node: exp.Expr) -> exp.Expr:  # noqa: PLR0911 - as above
        match node:
            case exp.Column():
                return _one_number(node)
            case exp.Cast():
                return _plain_number(node)
            case exp.Case():
                return _shorter(node)
            case exp.In() if _is_folded(node.this):
                return _among(node, spellings)
            case exp.Contains() | exp.StartsWith() | exp.EndsWith():
                return _text_test(node, dialect, spellings)
            case exp.Like():
                return _escaped_like(node, dialect)
            case exp.RegexpLike():
                return _pattern(node, dialect)
            case exp.ArrayOverlaps() | exp.ArrayContainsAll() | exp.ArraySize():
                return _list_test(node, dialect, spellings)
            case exp.Anonymous() if node.name == "CONCAT_WS" and dialect.target is Target.BIGQUERY:
                separator, *parts = node.expressions
                return exp.Anonymous(this="ARRAY_TO_STRING", expressions=[exp.array(*parts), separator])
        return node

    return _bottom_up(tree.copy(), change)


def _bottom_up(node: exp.Expr, change: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    for child in list(node.iter_expressions()):
        changed = _bottom_up(child, change)
        if changed is not child:
            child.replace(changed)
    return change(node)


def _one_number(column: exp.Column) -> exp.Expr:
    name = column.name
    if name.endswith(_HIGH):
        return exp.column(name.removesuffix(_HIGH) + _VALUE, quoted=True)
    return column


def _plain_number(cast: exp.Cast) -> exp.Expr:
    if cast.is_type("DOUBLE") and isinstance(cast.this, exp.Literal) and not cast.this.is_string:
        value = float(cast.this.name)
        if abs(value) < _MOST_WHOLE:
            return exp.Literal.number(int(value) if value.is_integer() else cast.this.name)
    return cast


def _shorter(case: exp.Case) -> exp.Expr:
    """Return what a CASE comes to where cells hold one number in the field's currency."""
    ifs = case.args["ifs"]
    if case.this is not None or case.args.get("default") is not None:
        return case
    columns = [column.name for column in ifs[0].this.find_all(exp.Column)]
    if len(ifs) == 1 and columns and all(name.endswith(_CURRENCY) for name in columns):
        inner: exp.Expr = ifs[0].args["true"]
        return inner
    if len(ifs) == 2 and [part.args["true"] for part in ifs] == [exp.true(), exp.false()]:  # noqa: PLR2004 - of two
        holds, fails = ifs[0].this, ifs[1].this
        if _opposite(holds) == _plain(fails):
            return exp.paren(holds)
        if _opposite(fails) == _plain(holds):
            return exp.paren(exp.not_(exp.paren(fails)))
    return case


def _plain(node: exp.Expr) -> frozenset[exp.Expr] | exp.Expr | None:
    """Return a disjunction as a set of comparisons, so that their order does not matter."""
    if isinstance(node, exp.Or):
        return frozenset(part.unnest() for part in node.flatten())
    return node.unnest()


def _opposite(node: exp.Expr) -> frozenset[exp.Expr] | exp.Expr | None:
    """Return the negation of comparisons of one column; None of anything else."""
    if isinstance(node, exp.And):
        turned = [_opposite(part.unnest()) for part in node.flatten()]
        return frozenset(part for part in turned if isinstance(part, exp.Expr)) if None not in turned else None
    turned_type = _OPPOSITES.get(type(node))
    return turned_type(this=node.this.copy(), expression=node.expression.copy()) if turned_type else None


def _is_folded(column: exp.Expr | None) -> bool:
    return isinstance(column, exp.Column) and column.name.endswith(_FOLDED)


def _spelt(word: exp.Expr, spellings: Spellings) -> list[exp.Expr]:
    others = spellings.get(word.name, ()) if isinstance(word, exp.Literal) else ()
    return [word, *map(exp.Literal.string, others)]


def _among(node: exp.In, spellings: Spellings) -> exp.Expr:
    words = [spelt for word in node.expressions for spelt in _spelt(word, spellings)]
    column: exp.Expr = node.this
    return column.isin(*words)


_TEXT_TESTS: Mapping[type[exp.Expr], str] = {
    exp.Contains: "contains",
    exp.StartsWith: "starts_with",
    exp.EndsWith: "ends_with",
}


def _text_test(node: exp.Expr, dialect: Dialect, spellings: Spellings) -> exp.Expr:
    function = _TEXT_TESTS[type(node)]
    words = _spelt(node.expression, spellings) if _is_folded(node.this) else [node.expression]
    return exp.paren(exp.or_(*(dialect.call(function, node.this, word) for word in words)))


def _escaped_like(node: exp.Like, dialect: Dialect) -> exp.Expr:
    pattern = node.expression
    if dialect.like_escapes and isinstance(pattern, exp.Literal) and "\\" in pattern.name:
        return exp.Like(this=node.this, expression=exp.Literal.string(pattern.name.replace("\\", "\\\\")))
    return node


def _pattern(node: exp.RegexpLike, dialect: Dialect) -> exp.Expr:
    pattern = node.expression.name
    if pattern.startswith(_CASELESS):
        bare = exp.Literal.string(pattern.removeprefix(_CASELESS))
        return exp.paren(dialect.call("matches_fold", node.this, bare))
    return exp.paren(dialect.call("matches", node.this, node.expression))


def _list_test(node: exp.Expr, dialect: Dialect, spellings: Spellings) -> exp.Expr:
    """Return a test of a list, UNKNOWN of no list: what databases say of that differs."""
    if isinstance(node, exp.ArraySize):
        return _if_there(node.this, dialect.call("count_items", node.this))
    if isinstance(node.this, exp.Array):  # are all items of the column among these
        words = [spelt for word in node.this.expressions for spelt in _spelt(word, spellings)]
        return _if_there(node.expression, dialect.call("only_items", node.expression, exp.array(*words)))
    held = [
        exp.paren(exp.or_(*(dialect.call("has_item", node.this, word) for word in _spelt(item, spellings))))
        for item in node.expression.expressions
    ]
    test = exp.or_(*held) if isinstance(node, exp.ArrayOverlaps) else exp.and_(*held)
    return _if_there(node.this, test)


def _if_there(items: exp.Expr, test: exp.Expr) -> exp.Expr:
    return exp.Case().when(exp.not_(items.copy().is_(exp.null())), test)

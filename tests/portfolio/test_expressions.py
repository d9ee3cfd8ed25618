"""Expressions of virtual meters: grammar, coefficients, values."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import InputRefused
from wattstone.portfolio.virtual import (
    Clipped,
    Expression,
    Scaled,
    Sum,
    Term,
    evaluate,
    is_linear,
    parse,
    terms,
    write,
)

names = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
factors = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False).filter(lambda factor: abs(factor) > 1e-6)


def scaled(factor: float, part: Expression) -> Expression:
    return part if isinstance(part, Scaled) else Scaled(factor, part)


def trees(leaves: st.SearchStrategy[str], *, linear: bool = False) -> st.SearchStrategy[Expression]:
    def extend(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        added = st.lists(inner, min_size=2, max_size=4).map(lambda parts: Sum(tuple(parts)))
        forms = [st.builds(scaled, factors, inner), added]
        return st.one_of(*forms, *([] if linear else [inner.map(Clipped)]))

    return st.recursive(leaves.map(Term), extend, max_leaves=12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("main", {"main": 1.0}),
        ("main - tenant_1 - 0.5 * (pump + fan)", {"main": 1.0, "tenant_1": -1.0, "pump": -0.5, "fan": -0.5}),
        ("-a", {"a": -1.0}),
        ("--a", {"a": 1.0}),
        ("-(a - b)", {"a": -1.0, "b": 1.0}),
        ("a - b - c", {"a": 1.0, "b": -1.0, "c": -1.0}),
        ("a - (b - c)", {"a": 1.0, "b": -1.0, "c": 1.0}),
        ("a / 4 / 2", {"a": 0.125}),
        ("2 * 3 * a", {"a": 6.0}),
        ("12 / 4 * a", {"a": 3.0}),
        ("a * (1 + 3) / 8", {"a": 0.5}),
        ("-1 * 4 * a", {"a": -4.0}),
        (".5*a + 1e1*b + 2.*c", {"a": 0.5, "b": 10.0, "c": 2.0}),
        ("a - a", {"a": 0.0}),
        ('`HQ-main` - `a``b` - "x ""y"', {"HQ-main": 1.0, "a`b": -1.0, 'x "y': -1.0}),
        ("HQ-main", {"HQ": 1.0, "main": -1.0}),
        ("B1.main + _x", {"B1.main": 1.0, "_x": 1.0}),
        ("总表 − 2 × （租户 ÷ 4）", {"总表": 1.0, "租户": -0.5}),
        ("`max` + maximum", {"max": 1.0, "maximum": 1.0}),
        (" a\n +\tb ", {"a": 1.0, "b": 1.0}),
    ],
)
def test_coefficients(text: str, expected: dict[str, float]) -> None:
    assert terms(parse(text)) == expected
    assert list(terms(parse(text))) == list(expected), "in the order of the text"


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 1, "ends too early"),
        ("main -", 7, "ends too early"),
        ("main - * 2", 8, "'*' stands where a meter"),
        ("a b", 3, "'b' stands where the expression could end"),
        ("(a + b", 7, "bracket is not closed"),
        ("a)", 2, "')' stands where"),
        ("a * b", 3, "two meters are multiplied"),
        ("a / b", 3, "divided by a meter"),
        ("2 / a", 3, "divided by a meter"),
        ("a / (1 - 1)", 3, "divided by zero"),
        ("a / 1e-320", 3, "divided by zero"),
        ("a + b + 3", 9, "bare number is added"),
        ("1 + 2", 1, "names no meter"),
        ("2main", 1, "'2main' is not understood"),
        ("a + $b", 5, "'$b' is not understood"),
        ("a + `b", 5, "not understood"),
        ("a + ``", 5, "not understood"),
        ("0,5 * a", 2, "could end"),
        ("a ** 2", 4, "stands where a meter"),
        ("1e999 * a", 1, "too large"),
        ("1e200 * 1e200 * a", 1, "too large"),
        ("max(a, 1)", 8, "not 0"),
        ("max(a, b)", 8, "not 0"),
        ("max(a)", 6, "second part"),
        ("max(3, 0)", 1, "holds no meter"),
        ("max + a", 5, "max is a function"),
        ("__import__('os')", 11, "stands where"),
        ("(" * 60 + "a" + ")" * 60, 51, "more than 50 deep"),
        ("a+" * 10_001 + "a", 1, "20003 characters"),
    ],
)
def test_what_is_not_understood_is_shown_where_it_stands(text: str, position: int, says: str) -> None:
    with pytest.raises(InputRefused, match="expression, character") as refusal:
        parse(text)
    (finding,) = refusal.value.findings
    assert says in finding.text()
    assert finding.place == f"expression, character {position}"


def test_the_caret_stands_under_the_place() -> None:
    with pytest.raises(InputRefused) as refusal:
        parse("main - 总表 * * 2")
    _, shown, caret, _ = refusal.value.findings[0].say(refusal.value.findings[0].found).split("\n")
    assert shown == "    main - 总表 * * 2"
    assert caret == "    " + " " * (len("main - ") + 4 + len(" * ")) + "^", "a Chinese character is two columns wide"


@given(trees(names))
def test_what_is_written_is_read_back(tree: Expression) -> None:
    assert parse(write(tree)) == tree


@given(st.text(max_size=40) | st.text(alphabet='ab12.()+-*/`" ,max', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except InputRefused:
        return
    assert parse(write(tree)) == tree


def value(tree: Expression, values: dict[str, float]) -> float:
    """The second road: one interval at a time, in plain Python."""
    match tree:
        case Term(meter):
            return values[meter]
        case Scaled(factor, part):
            return factor * value(part, values)
        case Sum(parts):
            return sum(value(part, values) for part in parts)
        case Clipped(part):
            return max(value(part, values), 0.0)


@given(trees(st.sampled_from("abc")), st.lists(st.tuples(*[st.integers(-1000, 1000)] * 3), min_size=1, max_size=4))
def test_values_are_those_of_each_interval_alone(tree: Expression, rows: list[tuple[int, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=["a", "b", "c"], orient="row")
    result = frame.select(result=evaluate(tree))["result"].to_list()
    expected = [value(tree, dict(zip("abc", row, strict=True))) for row in rows]
    assert result == pytest.approx(expected, rel=1e-12, abs=1e-9)


@given(trees(st.sampled_from("abc"), linear=True))
def test_a_linear_expression_is_the_sum_of_its_terms(tree: Expression) -> None:
    values = {"a": 3.0, "b": -7.0, "c": 11.0}
    total = sum(factor * values[meter] for meter, factor in terms(tree).items())
    scale = sum(abs(factor) for factor in terms(tree).values()) * 11 + 1
    assert value(tree, values) == pytest.approx(total, rel=1e-9, abs=1e-9 * scale)


def test_a_missing_term_makes_the_result_missing() -> None:
    frame = pl.DataFrame({"main": [10.0, 10.0, None, float("nan")], "tenant": [4.0, None, 4.0, 4.0]})
    for text, first in (("main - tenant", 6.0), ("max(main - 3 * tenant, 0)", 0.0), ("main - main + tenant", 4.0)):
        assert frame.select(result=evaluate(parse(text)))["result"].to_list()[::2] == [first, None]
        assert frame.select(result=evaluate(parse(text)))["result"][3] is None
    assert frame.select(result=evaluate(parse("main - tenant")))["result"].to_list() == [6.0, None, None, None]


def test_columns_may_have_other_names() -> None:
    frame = pl.DataFrame({"x": [1], "y": [2]})
    result = frame.select(r=evaluate(parse("2 * `a 1` - b"), {"a 1": pl.col("x"), "b": pl.col("y")}))
    assert result["r"].to_list() == [0.0]
    assert result["r"].dtype == pl.Float64


def test_a_sum_of_thousands_is_no_deep_tree() -> None:
    text = " + ".join(f"m{number}" for number in range(2500))
    frame = pl.DataFrame({f"m{number}": [1.0] for number in range(2500)})
    assert frame.select(r=evaluate(parse(text)))["r"].to_list() == [2500.0]


def test_what_is_clipped_is_not_linear() -> None:
    tree = parse("main - max(pv - load, 0)")
    assert not is_linear(tree)
    with pytest.raises(ValueError, match="not linear"):
        terms(tree)

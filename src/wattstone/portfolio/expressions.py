"""The tree of a virtual meter's expression: its coefficients, its value over columns, its text.

An expression is linear and homogeneous: meters are scaled by numbers and added, never multiplied by one another, and no
bare number is added, because what it meant would depend on the length of the interval. The one exception is
`max(..., 0)`, which is not linear and is marked so: it must be evaluated interval by interval.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Clipped", "Expression", "Scaled", "Sum", "Term", "coefficients", "evaluate", "is_linear", "terms", "write"]


@dataclass(frozen=True)
class Term:
    """A meter, by its id."""

    meter: str


@dataclass(frozen=True)
class Scaled:
    """A part multiplied by a number; a minus sign is -1."""

    factor: float
    part: "Expression"


@dataclass(frozen=True)
class Sum:
    """Two parts or more, added."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Clipped:
    """`max(part, 0)`: what is below zero counts as zero. Not linear."""

    part: "Expression"


Expression = Term | Scaled | Sum | Clipped


_BARE = re.compile(r"[^\W\d][\w.]*")


def terms(expression: Expression) -> dict[str, float]:
    """The coefficient of each meter in a linear expression.

    Returns
    -------
    dict of str to float
        In the order of the text. A meter that cancels out stays, with 0: its gaps still matter. [1]

    Raises
    ------
    ValueError
        If the expression is not linear.

    Examples
    --------
    >>> terms(Sum((Term("main"), Scaled(-2.0, Sum((Term("a"), Scaled(-1.0, Term("b"))))), Scaled(-1.0, Term("a")))))
    {'main': 1.0, 'a': -3.0, 'b': 2.0}
    """
    if not is_linear(expression):
        raise ValueError(f"{write(expression)} is not linear, for it holds max(..., 0)")
    return coefficients(expression)


def coefficients(expression: Expression) -> dict[str, float]:
    """The coefficient of each meter where nothing is clipped: for a linear expression the same as `terms`. [1]"""
    found: dict[str, float] = {}
    for meter, factor in _leaves(expression, 1.0):
        found[meter] = found.get(meter, 0.0) + factor
    return found


def is_linear(expression: Expression) -> bool:
    """Whether the expression of sums is the sum of the expression, so that months may be used in place of hours."""
    match expression:
        case Term():
            return True
        case Scaled(_, part):
            return is_linear(part)
        case Sum(parts):
            return all(is_linear(part) for part in parts)
        case Clipped():
            return False


def evaluate(expression: Expression, columns: "Mapping[str, pl.Expr] | None" = None) -> "pl.Expr":
    """The expression over columns of a frame, one row per interval.

    Parameters
    ----------
    expression : Expression
        From `parse`.
    columns : mapping of meter id to polars expression, or None
        Where each meter's values stand; None where the columns are named by meter id.

    Returns
    -------
    pl.Expr
        Float64; null wherever any meter of the expression is null or NaN, for a gap is not a zero.

    Raises
    ------
    KeyError
        If `columns` lacks a meter.
    """
    import polars as pl

    match expression:
        case Term(meter):
            column = pl.col(meter) if columns is None else columns[meter]
            return column.cast(pl.Float64).fill_nan(None)
        case Scaled(factor, part):
            return evaluate(part, columns) * factor
        case Sum(parts):
            # One flat sum: a chain of thousands of additions would be a tree too deep to walk.
            return pl.sum_horizontal([evaluate(part, columns) for part in parts], ignore_nulls=False)
        case Clipped(part):
            return evaluate(part, columns).clip(lower_bound=0.0)


def write(expression: Expression) -> str:
    """The expression as text that `parse` reads back to the same tree.

    Examples
    --------
    >>> write(Scaled(0.25, Sum((Term("main"), Scaled(-1.0, Term("tenant"))))))
    '0.25 * (main - tenant)'
    """
    match expression:
        case Term(meter):
            return _quoted(meter)
        case Scaled(factor, part):
            sign = "-" if factor < 0 else ""
            scale = "" if abs(factor) == 1 else f"{abs(factor)!r} * "
            return f"{sign}{scale}{_bracketed(part)}" if sign or scale else f"1.0 * {_bracketed(part)}"
        case Sum(parts):
            written = (f"({write(part)})" if isinstance(part, Sum) else write(part) for part in parts)
            return reduce(_joined, written)
        case Clipped(part):
            return f"max({write(part)}, 0)"


def _leaves(expression: Expression, factor: float) -> Iterator[tuple[str, float]]:
    match expression:
        case Term(meter):
            yield meter, factor
        case Scaled(scale, part):
            yield from _leaves(part, factor * scale)
        case Sum(parts):
            for part in parts:
                yield from _leaves(part, factor)
        case Clipped(part):
            yield from _leaves(part, factor)


def _joined(left: str, right: str) -> str:
    return f"{left} - {right[1:]}" if right.startswith("-") else f"{left} + {right}"


def _bracketed(part: Expression) -> str:
    return write(part) if isinstance(part, Term | Clipped) else f"({write(part)})"


def _quoted(meter: str) -> str:
    plain = _BARE.fullmatch(meter) and meter.lower() != "max"
    return meter if plain else "`" + meter.replace("`", "``") + "`"

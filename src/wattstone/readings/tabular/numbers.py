"""Numbers as people write them: decimal comma, grouped digits, full-width digits, per cent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

Decimal = Literal[".", ","]
Thousands = Literal["", ".", ",", " ", "'"]

NULLS = (
    *("NA", "N/A", "n/a", "na", "#N/A", "#NA", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "none", "nil"),
    *("-", "--", "---", "–", "—", "?", ".", "*", "x", "missing", "no data", "No Data", "缺", "缺失", "无", "空"),
)
_WIDE = dict(zip("０１２３４５６７８９．，－＋％", "0123456789.,-+%", strict=True))
_ODD = {**_WIDE, "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u3000": " ", "’": "'", "\u2212": "-"}
_TABLE = str.maketrans(_ODD)
_PLAIN = re.compile(r"[+-]?\d+(?:[eE][+-]?\d+)?")
_STYLES: tuple[tuple[Decimal, Thousands], ...] = (
    (".", ""),
    (",", ""),
    (",", "."),
    (".", ","),
    (".", " "),
    (",", " "),
    (".", "'"),
    (",", "'"),
)


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of a sample are written.

    Parameters
    ----------
    decimal : {'.', ','}
    thousands : str
        Empty for none.
    certain : bool
        False where every number could be read both ways, as `1.234`.
    """

    decimal: Decimal
    thousands: Thousands
    certain: bool


def pattern(decimal: str, thousands: str) -> str:
    """Regular expression of a whole number cell in one style; groups are of three digits, so `1.5` is never 15."""
    mark, whole = re.escape(decimal), r"\d+"
    if thousands:
        whole = rf"(?:\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|\d+)"
    return rf"^[+-]?(?:{whole}(?:{mark}\d*)?|{mark}\d+)(?:[eE][+-]?\d+)?$"


_PATTERNS: dict[tuple[Decimal, Thousands], re.Pattern[str]] = {style: re.compile(pattern(*style)) for style in _STYLES}


def clean(cell: str) -> str:
    """A cell with full-width digits, odd blanks and a per cent sign made plain."""
    return cell.translate(_TABLE).strip().removesuffix("%").strip()


def is_number(cell: str) -> bool:
    """Whether a cell is a number in any style."""
    text = clean(cell)
    return bool(text) and any(one.match(text) for one in _PATTERNS.values())


def is_plain(cell: str) -> bool:
    """Whether a cell is a number without any mark, which every style reads alike."""
    return _PLAIN.fullmatch(clean(cell)) is not None


def number_style(cells: Sequence[str]) -> NumberStyle | None:
    """The style that all numbers of a sample agree with, simple styles first.

    Parameters
    ----------
    cells : sequence of str
        Cells, without those that mean null.

    Returns
    -------
    NumberStyle or None
        None where no one style fits all.
    """
    marked = [text for text in dict.fromkeys(map(clean, cells)) if not _PLAIN.fullmatch(text)]
    if not marked:
        return NumberStyle(".", "", certain=True)
    fitting = [style for style in _STYLES if all(_PATTERNS[style].match(text) for text in marked)]
    if not fitting:
        return None
    decimals = {decimal for decimal, _ in fitting}
    return NumberStyle(*fitting[0], certain=len(decimals) == 1 or not _could_be_groups(marked))


def _could_be_groups(marked: Sequence[str]) -> bool:
    """Whether every marked number could be grouped digits: `1.234`, never `0.234`, `1234.5` or `.5`."""
    return all(re.fullmatch(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+", text) for text in marked)


def number(cell: pl.Expr, *, decimal: str, thousands: str, nulls: Sequence[str]) -> pl.Expr:
    """Numbers of a column of text, the slow and thorough way.

    Parameters
    ----------
    cell : Expr
        Text.
    decimal, thousands : str
        The style; grouped digits must be groups of three.
    nulls : sequence of str
        Cells that mean null.

    Returns
    -------
    Expr
        Float64; null where the cell is a null or no finite number in this style.
    """
    odd = cell.str.replace_many(list(_ODD), list(_ODD.values())).str.strip_chars()
    text = odd.str.strip_suffix("%").str.strip_chars()
    text = pl.when(text.str.contains(pattern(decimal, thousands))).then(text)
    if thousands:
        text = text.str.replace_all(thousands, "", literal=True)
    if decimal == ",":
        text = text.str.replace_all(",", ".", literal=True)
    value = text.cast(pl.Float64, strict=False)
    return pl.when(~odd.is_in(list(nulls)) & value.is_finite()).then(value)


def numbers(
    cells: pl.Series, *, decimal: str = ".", thousands: str = "", nulls: Sequence[str] = ()
) -> tuple[pl.Series, pl.Series]:
    """Numbers of a column of text, fast where they are plain.

    Parameters
    ----------
    cells : (n,) Series of String
    decimal, thousands : str
    nulls : sequence of str

    Returns
    -------
    values : (n,) Series of Float64
        Null where there is none.
    wrong : (n,) Series of Boolean
        Whether a cell is neither a number nor a null.
    """
    if decimal == ".":
        fast = cells.cast(pl.Float64, strict=False)
        fast = fast.set(~fast.is_finite(), None)
    else:
        comma = ~cells.str.contains(".", literal=True)
        text = cells.str.replace(",", ".", literal=True)
        fast = text.cast(pl.Float64, strict=False).set(~comma, None)
        fast = fast.set(~fast.is_finite(), None)
    left = fast.is_null() & cells.is_not_null()
    if not left.any():
        return fast, left
    odd = pl.DataFrame({"cell": cells.filter(left)}).select(
        value=number(pl.col("cell"), decimal=decimal, thousands=thousands, nulls=nulls),
        null=pl.col("cell").str.strip_chars().is_in(["", *nulls]),
    )
    places = left.arg_true()
    values = fast.scatter(places, odd["value"])
    wrong = odd["value"].is_null() & ~odd["null"]
    return values, pl.Series("wrong", [False]).new_from_index(0, len(cells)).scatter(places, wrong)

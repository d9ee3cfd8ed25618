"""The parser of virtual meters' expressions: `main - tenant_1 - 0.5 * (pump + fan)`. No `eval`.

Grammar, in the order of binding::

    sum      = product (("+" | "-") product)*
    product  = sign (("*" | "/") sign)*
    sign     = "-"* atom
    atom     = number | meter | "(" sum ")" | "max" "(" sum "," "0" ")"
    meter    = letter (letter | digit | "_" | ".")*  |  "`" anything "`"  |  '"' anything '"'
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeVar
from unicodedata import east_asian_width

from wattstone.base import Finding, InputRefused
from wattstone.portfolio.expressions import Clipped, Expression, Scaled, Sum, Term

__all__ = ["parse"]

LONGEST = 20_000
DEEPEST = 50
AROUND = 60  # characters shown before and after the place of an error

Number = TypeVar("Number", bound=Expression | float)


def parse(text: str) -> Expression:
    """Read an expression.

    Parameters
    ----------
    text : str
        Meter ids that hold anything but letters, digits, `_` and `.` stand in backquotes or double quotes, where a
        doubled quote is the quote itself. Minus, times and divided-by as typesetters
        write them, and signs of full width, are understood.

    Returns
    -------
    Expression
        An immutable tree.

    Raises
    ------
    InputRefused
        With the position of what was not understood, and a caret under it.

    Examples
    --------
    >>> parse("main - 0.5 * `pump/1`")
    Sum(parts=(Term(meter='main'), Scaled(factor=-0.5, part=Term(meter='pump/1'))))
    """
    return _Parser(text).whole()


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
      | (?P<bare>[^\W\d][\w.]*)
      | `(?P<back>(?:[^`]|``)+)`(?!`)
      | "(?P<double>(?:[^"]|"")+)"(?!")
      | (?P<sign>[-+*/(),])
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_SIGNS = str.maketrans(
    {
        "\N{MINUS SIGN}": "-",
        "\N{MULTIPLICATION SIGN}": "*",
        "\N{DIVISION SIGN}": "/",
        "\N{FULLWIDTH PLUS SIGN}": "+",
        "\N{FULLWIDTH HYPHEN-MINUS}": "-",
        "\N{FULLWIDTH ASTERISK}": "*",
        "\N{FULLWIDTH SOLIDUS}": "/",
        "\N{FULLWIDTH LEFT PARENTHESIS}": "(",
        "\N{FULLWIDTH RIGHT PARENTHESIS}": ")",
        "\N{FULLWIDTH COMMA}": ",",
    }
)


@dataclass(frozen=True)
class _Token:
    sort: str  # number, meter, end, or the sign itself
    text: str
    start: int


class _Parser:
    """Recursive descent; a number stays a float until it meets a meter."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = text.translate(_SIGNS)
        self._depth = 0
        if len(text) > LONGEST:
            self._refuse("the expression has {length} characters", 0, expected="at most {longest} characters")
        self._tokens = iter(self._split())
        self._next = next(self._tokens)

    def whole(self) -> Expression:
        found = self._sum()
        if self._next.sort != "end":
            self._refuse("'{there}' stands where the expression could end", self._next.start)
        return self._meters(found, 0, "the expression names no meter")

    def _split(self) -> Iterator[_Token]:
        place = 0
        while True:
            match = _TOKEN.match(self._plain, place)
            if match is None:
                start = place + len(self._text[place:]) - len(self._text[place:].lstrip())
                self._refuse("'{there}' is not understood", start)
            sort = str(match.lastgroup)
            start = match.start(sort)
            if sort in ("back", "double"):
                quote = "`" if sort == "back" else '"'
                original = self._text[start : match.end(sort)]
                yield _Token("meter", original.replace(quote * 2, quote), start - 1)
            elif sort == "bare":
                yield _Token("meter" if match[sort].lower() != "max" else "max", match[sort], start)
            else:
                yield _Token(match[sort] if sort == "sign" else sort, match[sort], start)
            if sort == "end":
                return
            place = match.end()

    def _take(self, *sorts: str) -> _Token | None:
        token = self._next
        if token.sort not in sorts:
            return None
        if token.sort != "end":
            self._next = next(self._tokens)
        return token

    def _sum(self) -> Expression | float:
        start = self._next.start
        parts = [(self._product(), start)]
        while operator := self._take("+", "-"):
            place = self._next.start
            part = self._product()
            parts.append((_scaled(-1.0, part) if operator.sort == "-" else part, place))
        if len(parts) == 1:
            return parts[0][0]
        numbers = [part for part, _ in parts if isinstance(part, float | int)]
        if len(numbers) == len(parts):
            return self._finite(sum(numbers), start)
        return Sum(tuple(self._meters(part, place, "a bare number is added to meters") for part, place in parts))

    def _product(self) -> Expression | float:
        start = self._next.start
        product = self._sign()
        while operator := self._take("*", "/"):
            other = self._sign()
            if operator.sort == "/":
                product = self._divided(product, other, operator.start)
            elif isinstance(product, float | int):
                product = _scaled(product, other)
            elif isinstance(other, float | int):
                product = _scaled(other, product)
            else:
                self._refuse("two meters are multiplied", operator.start)
            self._finite(product.factor if isinstance(product, Scaled) else product, start)
        return product

    def _divided(self, product: Expression | float, by: Expression | float, start: int) -> Expression | float:
        if not isinstance(by, float | int):
            self._refuse("something is divided by a meter", start)
        if by == 0 or not math.isfinite(1.0 / by):
            self._refuse("something is divided by zero", start)
        return product / by if isinstance(product, float | int) else _scaled(1.0 / by, product)

    def _sign(self) -> Expression | float:
        factor = 1.0
        while self._take("-"):
            factor = -factor
        part = self._atom()
        return _scaled(factor, part) if factor < 0 else part

    def _atom(self) -> Expression | float:
        start = self._next.start
        if number := self._take("number"):
            return self._finite(float(number.text), start)
        if meter := self._take("meter"):
            return Term(meter.text)
        if self._take("max"):
            self._expect("(", "max is a function: max(..., 0); a meter of that name stands in backquotes")
            return self._inside(start, clipped=True)
        if self._take("("):
            return self._inside(start, clipped=False)
        early = self._next.sort == "end"
        return self._refuse(
            "the expression ends too early" if early else "'{there}' stands where a meter or a number was expected",
            start,
        )

    def _inside(self, start: int, *, clipped: bool) -> Expression | float:
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse("brackets stand in one another more than {deepest} deep", start)
        part = self._sum()
        if clipped:
            part = Clipped(self._meters(part, start, "max holds no meter"))
            self._expect(",", "max needs a zero as its second part: max(..., 0)")
            place, bound = self._next.start, self._take("number")
            if bound is None or float(bound.text) != 0:
                self._refuse("max is compared with something that is not 0", place)
        self._expect(")", "a bracket is not closed")
        self._depth -= 1
        return part

    def _expect(self, sort: str, otherwise: str) -> None:
        if not self._take(sort):
            self._refuse(otherwise, self._next.start)

    def _meters(self, part: Expression | float, start: int, otherwise: str) -> Expression:
        if isinstance(part, float | int):
            self._refuse(otherwise, start)
        return part

    def _finite(self, number: Number, start: int) -> Number:
        if isinstance(number, float | int) and not math.isfinite(number):
            self._refuse("a number is too large", start)
        return number

    def _refuse(
        self, found: str, start: int, *, expected: str = "sums and differences of meters, scaled by numbers"
    ) -> NoReturn:
        first = max(0, start - AROUND)
        before, after = self._line(first, start), self._line(start, start + AROUND)
        wide = sum(2 if east_asian_width(character) in "WF" else 1 for character in before)
        finding = Finding(
            code="expression.syntax",
            place=f"expression, character {start + 1}",
            found="in\n    {shown}\n    {caret}\n" + found,
            expected=expected,
            remedy="write it as in main - tenant_1 - 0.5 * (pump + fan); ids with other characters in backquotes, "
            "as `HQ-main`; decimals with a point",
            params={
                "there": self._text[start : start + 12].split(" ")[0] or " ",
                "shown": before + after,
                "caret": " " * wide + "^",
                "length": len(self._text),
                "longest": LONGEST,
                "deepest": DEEPEST,
            },
        )
        raise InputRefused([finding])

    def _line(self, start: int, end: int) -> str:
        return "".join(character if character.isprintable() else " " for character in self._text[start:end])


def _scaled(factor: float, part: Expression | float) -> Expression | float:
    if isinstance(part, float | int):
        return factor * part
    return Scaled(factor * part.factor, part.part) if isinstance(part, Scaled) else Scaled(factor, part)

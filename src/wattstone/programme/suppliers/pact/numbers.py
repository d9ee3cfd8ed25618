"""Decimal numbers that travel as texts, and the signs that they must have.

The patterns of the published schema are not anchored as a whole: by its alternation "5.0" passes as negative or zero,
and "1abc" as positive. Here a text is a number first, and its sign is looked at then.
"""

import re
from decimal import Decimal
from typing import Final

__all__ = ["EXPECTED", "decimal_of", "plain", "sign_holds"]

_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

EXPECTED: Final = {
    "any": 'a decimal number as a text, such as "-1.5"',
    "positive": "a decimal number above 0, as a text",
    "positive_or_zero": "a decimal number of 0 or more, as a text",
    "negative_or_zero": "a decimal number of 0 or less, as a text",
    "percent": "a decimal number from 0 to 100, as a text",
    "rating": "a decimal number from 1 to 5, as a text",
}
"""Sign to what is expected, in English."""


def decimal_of(told: object) -> Decimal | None:
    """The number that a text is, exactly.

    Parameters
    ----------
    told : object
        What stands in the document.

    Returns
    -------
    Decimal or None
        None for anything but a text that is wholly a decimal number: a JSON number has been through a float.

    Examples
    --------
    >>> decimal_of("0.10"), decimal_of("1abc"), decimal_of(0.1)
    (Decimal('0.10'), None, None)
    """
    if not isinstance(told, str) or not _DECIMAL.fullmatch(told):
        return None
    return Decimal(told)


def sign_holds(value: Decimal, sign: str) -> bool:
    """Whether a number is what its property asks for.

    Parameters
    ----------
    value : Decimal
    sign : str
        A key of `EXPECTED`.

    Returns
    -------
    bool

    Examples
    --------
    >>> sign_holds(Decimal("5.0"), "negative_or_zero")
    False
    """
    match sign:
        case "positive":
            return value > 0
        case "positive_or_zero":
            return value >= 0
        case "negative_or_zero":
            return value <= 0
        case "percent":
            return 0 <= value <= 100
        case "rating":
            return 1 <= value <= 5
        case _:
            return True


def plain(value: Decimal) -> str:
    """A number as the protocol writes it: digits and a point, no exponent.

    Parameters
    ----------
    value : Decimal

    Returns
    -------
    str

    Examples
    --------
    >>> plain(Decimal("1E+3")), plain(Decimal("0.50"))
    ('1000', '0.50')
    """
    return format(value, "f")

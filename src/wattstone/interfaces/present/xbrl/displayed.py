"""A number as a page shows it, as XBRL says it: how far it is shifted, and to which decimal it is true."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

__all__ = ["Displayed", "displayed"]

_NUMBER: Final = re.compile(r"(?P<sign>[-\u2212+])?(?P<whole>\d[\d\s,]*)(?:\.(?P<fraction>\d+))?")
_FEWEST: Final = -15


@dataclass(frozen=True)
class Displayed:
    """A number within a text.

    Parameters
    ----------
    before, number, after : str
        The text in three: its sign and what comes before, the number as its format has it, what follows.
    negative : bool
        The sign stands outside of the number.
    scale : int
        The number times ten to this power is the value.
    decimals : int
        The value is true to this decimal, negative left of the point.
    """

    before: str
    number: str
    after: str
    negative: bool
    scale: int
    decimals: int


def displayed(text: str, value: float, power: int) -> Displayed | None:
    r"""How a text shows a value.

    Parameters
    ----------
    text : str
        It begins with the number: `5 020 t CO2e`.
    value : float
        Of the figure, in its unit.
    power : int
        The value times ten to this power is what XBRL is to say.

    Returns
    -------
    Displayed or None
        None where the text does not show this value, whatever the unit: then it is not tagged.

    Examples
    --------
    >>> one = displayed("5 020 t CO2e", 5_017_000.0, -3)
    >>> one.number, one.scale, one.decimals, one.after
    ('5\xa0020', 0, -1, ' t CO2e')
    >>> displayed("18.4 %", 0.184, 0).scale, displayed("17 %", 0.184, 0)
    (-2, None)
    """
    found = _NUMBER.match(text)
    if found is None:
        return None
    whole = re.sub(r"[\s,]", "", found["whole"])
    shown = Decimal(f"{whole}.{found['fraction'] or '0'}")
    negative = found["sign"] in ("-", "\u2212")
    wanted = Decimal(repr(value)).scaleb(power)
    held = -wanted if negative else wanted
    scale = _scale(shown, held)
    if scale is None or (held < 0 and shown):
        return None
    decimals = _decimals(shown.scaleb(scale), held, len(found["fraction"] or "") - scale)
    if decimals is None or shown.scaleb(scale).quantize(Decimal(1).scaleb(-decimals)) == 0 != held:
        return None
    end = found.end() - (len(found["whole"]) - len(found["whole"].rstrip()) if found["fraction"] is None else 0)
    number = re.sub(r"[\s,]+", "\u00a0", text[found.start("whole") : end])
    return Displayed(found["sign"] or "", number, text[end:], negative and bool(shown), scale, decimals)


def _scale(shown: Decimal, held: Decimal) -> int | None:
    """The power of ten between the two; None where there is none."""
    if not shown or not held:
        return 0 if shown == held else None
    ratio = (held / shown).copy_abs()
    power = ratio.adjusted()
    return power + 1 if ratio.scaleb(-power) > 5 else power


def _decimals(shown: Decimal, held: Decimal, most: int) -> int | None:
    """The last decimal to which the number is true; None where it is not by its first digit."""
    off = abs(shown - held)
    decimals = most
    while off > Decimal("0.5").scaleb(-decimals):
        decimals -= 1
        if decimals < _FEWEST or (shown and decimals < -shown.adjusted() + 1):
            return None
    return decimals

"""Units of fields: a mass of a gas, an amount over another, thousands and 万 before a unit."""

import re
import unicodedata
from typing import Final

from wattstone.base import UnknownUnit, convert

__all__ = ["times"]

_GASES: Final = {
    "co2e": "co2e", "co2eq": "co2e", "co2-eq": "co2e", "co2当量": "co2e", "二氧化碳当量": "co2e", "co2": "co2",
    "二氧化碳": "co2", "ch4": "ch4", "甲烷": "ch4", "n2o": "n2o", "氧化亚氮": "n2o",
}  # fmt: skip
_GAS: Final = re.compile(rf"(.*?[^\d\s])\s*({'|'.join(map(re.escape, sorted(_GASES, key=len, reverse=True)))})")
_MANY: Final = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "千": 1e3, "万": 1e4, "亿": 1e8}
_MULTIPLE: Final = re.compile(rf"({'|'.join(_MANY)})\s*(.+)")
_MORE: Final = {"kt": (1e3, "t"), "gg": (1e3, "t"), "km": (1e3, "m"), "公里": (1e3, "m"),
                "千米": (1e3, "m"), "米": (1.0, "m"), "亩": (1e4 / 15, "m2"), "km2": (1e6, "m2"), "公斤": (1.0, "kg"),
                "千克": (1.0, "kg"), "吨": (1.0, "t"), "克": (1e-3, "kg"), "升": (1.0, "L"), "度": (1.0, "kWh"),
                "年": (1.0, "a"), "year": (1.0, "a"), "yr": (1.0, "a"), "y": (1.0, "a"), "years": (1.0, "a"),
                "天": (1.0, "d"), "day": (1.0, "d"), "days": (1.0, "d"), "月": (1.0, "month"), "months": (1.0, "month"),
                "小时": (1.0, "h"), "hour": (1.0, "h"), "hours": (1.0, "h")}  # fmt: skip
"""Spellings that fields meet and no meter has; a mu is a fifteenth of a hectare."""


def times(said: str, wanted: str) -> float:
    """By what a number in one unit is multiplied to be in another.

    Parameters
    ----------
    said, wanted : str
        `g CO2e/kWh`, `吨二氧化碳当量`, `million m3`; the second as a field names it.

    Returns
    -------
    float

    Raises
    ------
    UnknownUnit, ValueError
        If one is not known, or they do not measure the same: another gas, another thing that it is counted by.

    Examples
    --------
    >>> times("g CO2e/kWh", "kg CO2e/kWh"), times("万吨二氧化碳当量", "t CO2e"), times("kg CO2e/MWh", "kg CO2e/kWh")
    (0.001, 10000.0, 0.001)
    """
    one, other = _parts(said), _parts(wanted)
    if one[1] != other[1]:
        raise ValueError(f"{said} and {wanted} are not of the same gas")
    if (one[2] == "") != (other[2] == ""):
        raise ValueError(f"{said} and {wanted} are not counted by the same")
    return _plain(one[0], other[0]) / (_plain(one[2], other[2]) if one[2] else 1.0)


def _parts(text: str) -> tuple[str, str, str]:
    """Unit, gas, and what it is counted by; the latter two empty where nothing is said."""
    above, _, below = unicodedata.normalize("NFKC", text).strip().partition("/")
    gas = _GAS.fullmatch(above.strip().lower())
    top = above.strip()
    return (top[: len(gas[1])].strip(), _GASES[gas[2]], below.strip()) if gas else (top, "", below.strip())


def _plain(said: str, wanted: str) -> float:
    factor, unit = _known(said)
    over, target = _known(wanted)
    if unit == target:
        return factor / over
    return factor * convert(1.0, unit, target) / over


def _known(text: str) -> tuple[float, str]:
    """A spelling as a multiple of a unit that units know, or that is compared as it stands."""
    many = _MULTIPLE.fullmatch(text.lower())
    if many is not None:
        factor, unit = _known(text[len(many[1]) :].strip())
        return _MANY[many[1]] * factor, unit
    if text in ("Mt", "Gt"):  # Mg and mt would be other things
        return {"Mt": 1e6, "Gt": 1e9}[text], "t"
    if not text:
        raise UnknownUnit(text)
    return _MORE.get(text.lower(), (1.0, text))

"""Numbers as people read them: three significant figures, the unit beside them, the interval as part of them.

Nothing is computed here: a value is scaled to a unit that can be read, and rounded for the eye.
"""

import math
from typing import Literal

from wattstone.interfaces.present.languages import Language, translator

THIN = "\N{NARROW NO-BREAK SPACE}"  # a thin space at which no line breaks
MINUS = "\N{MINUS SIGN}"
LEVEL = 0.9  # of every interval that is shown

# Steps by which a unit grows; the first of each is the one that figures are kept in.
_LADDERS: dict[str, tuple[tuple[float, str], ...]] = {
    "kWh": ((1.0, "kWh"), (1e3, "MWh"), (1e6, "GWh"), (1e9, "TWh")),
    "kg": ((1.0, "kg"), (1e3, "t"), (1e6, "kt"), (1e9, "Mt")),
}
_CEILING = 10_000.0  # a value of this size or more moves to the next unit
_POWERS = {" m-2": "/m²", "/m2": "/m²"}
_WRITTEN = {
    "m3": "m³", "m2": "m²", "1/(1000000 h)": "per million h", "1/(200000 h)": "per 200 000 h",
    "d/(1000000 h)": "d per million h",
}  # fmt: skip
WORDED = ("points", "1/(1000000 h)", "1/(200000 h)", "d/(1000000 h)")
"""Units that are written in words, of which each language has its own."""

Digits = Literal["three", "all"]


def group(text: str) -> str:
    r"""Put thin spaces between the thousands of a plain decimal number.

    Examples
    --------
    >>> group("-25737.5").encode("unicode-escape").decode()
    '\\u221225\\u202f737.5'
    """
    sign, digits = (MINUS, text[1:]) if text.startswith("-") else ("", text)
    whole, point, fraction = digits.partition(".")
    return sign + f"{int(whole):,}".replace(",", THIN) + point + fraction


def _rounded(value: float, significant: int) -> tuple[float, int]:
    """The value to so many significant figures, and the decimals that this takes."""
    if value == 0:
        return 0.0, 0
    place = significant - 1 - math.floor(math.log10(abs(value)))
    near = round(value, place)
    place = significant - 1 - math.floor(math.log10(abs(near)))
    return near, max(place, 0)


def three(value: float) -> str:
    """Three significant figures, grouped.

    Examples
    --------
    >>> three(0.012345), three(812.4), three(1.0), three(0.0)
    ('0.0123', '812', '1.00', '0')
    """
    near, decimals = _rounded(value, 3)
    return group(f"{near:.{decimals}f}")


def every(value: float) -> str:
    """All figures that a reader of a table can use: whole numbers in full, and at least six significant figures."""
    near, decimals = _rounded(value, max(6, len(str(int(abs(value))))))
    text = f"{near:.{decimals}f}"
    return group(text.rstrip("0").rstrip(".") if "." in text else text)


def signed(value: float, decimals: int = 3) -> str:
    """A difference with its sign; what is below the last decimal is the rounding of what it was taken from, so zero.

    Examples
    --------
    >>> signed(70.25), signed(5.9e-14)
    ('+70.25', '0')
    """
    told = round(value, decimals)
    return ("+" if told > 0 else "") + every(told or 0.0)


def scale(unit: str, size: float) -> tuple[float, str]:
    """The unit in which a value of this size can be read.

    Parameters
    ----------
    unit : str
        As figures carry it: `kWh`, `kg CO2e`, `m3`.
    size : float
        The largest value that is shown, in that unit.

    Returns
    -------
    divisor : float
        What values are divided by.
    unit : str
        The unit as it is written: `MWh`, `t CO2e`, `m³`.

    Examples
    --------
    >>> scale("kg CO2e", 812_345.0), scale("kWh", 9_990.0), scale("kWh", 25_737_000.0)
    ((1000.0, 't CO2e'), (1.0, 'kWh'), (1000000.0, 'GWh'))
    """
    stem, _, rest = unit.partition(" ")
    ladder = _LADDERS.get(stem) if not rest.startswith("m-2") else None
    if ladder is None:
        return 1.0, written(unit)
    near = abs(_rounded(size, 3)[0])
    divisor, name = next((step for step in ladder if near / step[0] < _CEILING), ladder[-1])
    return divisor, written(f"{name} {rest}".rstrip())


def unit_at(unit: str, divisor: float) -> str:
    """The unit that is so many times the one figures are kept in, as it is written.

    Examples
    --------
    >>> unit_at("kg CO2", 1000.0), unit_at("m3", 1.0)
    ('t CO2', 'm³')
    """
    stem, _, rest = unit.partition(" ")
    if divisor == 1.0:
        return written(unit)
    name = next(name for step, name in _LADDERS[stem] if step == divisor)
    return f"{name} {rest}".rstrip()


def written(unit: str) -> str:
    """A unit as it is written on a page.

    Examples
    --------
    >>> written("kWh m-2"), written("kg CO2/m2"), written("m3"), written("kWh")
    ('kWh/m²', 'kg CO2/m²', 'm³', 'kWh')
    """
    for ending, shown in _POWERS.items():
        if unit.endswith(ending):
            return unit.removesuffix(ending) + shown
    return _WRITTEN.get(unit, unit)


def amount(value: float | None, unit: str, lang: Language, *, digits: Digits = "three") -> str:
    """A value with its unit; what is not known is a word.

    Parameters
    ----------
    value : float or None
        In `unit`.
    unit : str
        As figures carry it.
    lang : {'en', 'zh'}
        Language of the words.
    digits : {'three', 'all'}
        Three significant figures in a scaled unit, or all of them in the figure's own.

    Examples
    --------
    >>> amount(5_017_000.0, "kg CO2e", "en").replace(THIN, " "), amount(None, "kWh", "en")
    ('5 020 t CO2e', 'not known')
    """
    if value is None:
        t = translator(lang)
        return t("not known")
    if digits == "all":
        return f"{every(value)} {written(unit)}".rstrip()
    divisor, name = scale(unit, value)
    return f"{three(value / divisor)} {name}".rstrip()


def interval(
    value: float, lower: float | None, upper: float | None, unit: str, lang: Language, *, digits: Digits = "three"
) -> str:
    """The 90 % interval in the unit that `amount` shows the value in; empty where it is not known.

    Examples
    --------
    >>> interval(812e3, 640e3, 990e3, "kg CO2e", "en")
    '90 %: 640 to 990'
    """
    if lower is None or upper is None:
        return ""
    divisor, say = (1.0, every) if digits == "all" else (scale(unit, value)[0], three)
    t = translator(lang)
    return t("90 %: {lower} to {upper}", lower=say(lower / divisor), upper=say(upper / divisor))


def bounds(value: float, lower: float | None, upper: float | None, unit: str, lang: Language) -> str:
    """The ends of an interval whose level is told elsewhere, in the unit that `amount` shows the value in.

    Examples
    --------
    >>> bounds(812e3, 640e3, 990e3, "kg CO2e", "en")
    '640 to 990'
    """
    if lower is None or upper is None:
        return ""
    divisor, t = scale(unit, value)[0], translator(lang)
    return t("{lower} to {upper}", lower=three(lower / divisor), upper=three(upper / divisor))


def amount_with_interval(
    value: float | None, lower: float | None, upper: float | None, unit: str, lang: Language
) -> str:
    """A value with its unit and its 90 % interval.

    Examples
    --------
    >>> amount_with_interval(812e3, 640e3, 990e3, "kg CO2e", "en")
    '812 t CO2e (90 %: 640 to 990)'
    """
    t = translator(lang)
    text = amount(value, unit, lang)
    band = interval(value, lower, upper, unit, lang) if value is not None else ""
    return t("{amount} ({interval})", amount=text, interval=band) if band else text


def percent(share: float, lang: Language) -> str:
    """A share, 0 to 1, as a percentage that never rounds something to nothing or less than all to all.

    Examples
    --------
    >>> percent(0.0312, "en"), percent(0.0001, "en"), percent(0.9999, "en"), percent(0.0, "en")
    ('3.1 %', 'less than 0.1 %', 'more than 99.9 %', '0 %')
    """
    t = translator(lang)
    if 0 < share < 0.001:
        return t("less than {share} %", share="0.1")
    if 0.999 < share < 1:
        return t("more than {share} %", share="99.9")
    near, decimals = _rounded(share * 100, 3 if share > 0.99 else 2)
    text = f"{near:.{decimals}f}"
    return t("{share} %", share=text.removesuffix(".0") if near in {0.0, 100.0} else text)


def change(value: float | None, year: int, lang: Language) -> str:
    """A change against a year, with its sign told as a word.

    Parameters
    ----------
    value : float or None
        The change. [%]
    year : int
        The year that it is measured against.

    Examples
    --------
    >>> change(-4.04, 2018, "en"), change(12.0, 2018, "en"), change(0.01, 2018, "en")
    ('4.0 % less than 2018', '12 % more than 2018', 'the same as 2018')
    """
    t = translator(lang)
    if value is None:
        return t("no comparison with {year}", year=year)
    near, decimals = _rounded(abs(value), 2)
    if near < 0.05:
        return t("the same as {year}", year=year)
    text = group(f"{near:.{decimals}f}" if near >= 0.1 else f"{near:.1f}")
    moved = t("{share} %", share=text)
    if value < 0:
        return t("{share} less than {year}", share=moved, year=year)
    return t("{share} more than {year}", share=moved, year=year)


def like_for_like(value: float | None, year: int, lang: Language) -> str:
    """A change against a year of what was metered throughout both, which the words say beside it.

    Examples
    --------
    >>> like_for_like(-4.5, 2018, "en"), like_for_like(None, 2018, "en")
    ('4.5 % less than 2018, like for like', 'no comparison with 2018')
    """
    t, said = translator(lang), change(value, year, lang)
    return said if value is None else t("{change}, like for like", change=said)

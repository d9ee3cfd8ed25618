"""Units at the edge: a small exact table from what people write to the one unit the lake stores.

Energy is kept in kWh, power in kW, volume in m3, mass in kg, area in m2. Power and energy are different quantities:
nothing converts one into the other without an interval.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, overload

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Quantity = Literal["energy", "power", "volume", "mass", "area", "reactive energy", "ratio", "count"]

CANONICAL: dict[Quantity, str] = {
    "energy": "kWh",
    "power": "kW",
    "volume": "m3",
    "mass": "kg",
    "area": "m2",
    "reactive energy": "kvarh",
    "ratio": "1",
    "count": "count",
}


@dataclass(frozen=True)
class Unit:
    """A unit of measure.

    Parameters
    ----------
    name : str
        As it is written here: `MWh`.
    quantity : str
        What it measures: `energy`.
    factor : float
        How many canonical units it is: 1000.0 (kWh in a MWh).
    basis : {'gross', 'net'} or None
        The calorific value that the unit's own name states, as in `kWh_gross`.
    """

    name: str
    quantity: Quantity
    factor: float
    basis: Literal["gross", "net"] | None = None

    @property
    def canonical(self) -> str:
        """Name of the unit that the lake stores for this quantity."""
        return CANONICAL[self.quantity]


class UnknownUnit(ValueError):
    """A unit that the table does not hold."""


# Exact by definition: 1 BTU(IT) = 1055.05585262 J (ISO 31-4), 1 therm = 1e5 BTU, 1 ft = 0.3048 m,
# 1 US gal = 231 in3, 1 imperial gal = 4.54609 L, 1 lb = 0.45359237 kg, 1 tce = 29.3076 GJ (GB/T 2589-2020).
_BTU = 1055.05585262 / 3.6e6
_TABLE: dict[Quantity, dict[str, tuple[float, tuple[str, ...]]]] = {
    "energy": {
        "kWh": (1.0, ("kw h", "kw.h", "kwhr", "kw-hr", "kwhrs", "千瓦时", "度")),
        "Wh": (1e-3, ("watt hours", "瓦时")),
        "MWh": (1e3, ("mw h", "兆瓦时")),
        "GWh": (1e6, ()),
        "J": (1 / 3.6e6, ("joule",)),
        "kJ": (1 / 3.6e3, ()),
        "MJ": (1 / 3.6, ()),
        "GJ": (1e3 / 3.6, ("吉焦",)),
        "TJ": (1e6 / 3.6, ()),
        "Btu": (_BTU, ()),
        "kBtu": (1e3 * _BTU, ("kbtus",)),
        "MMBtu": (1e6 * _BTU, ("mbtu",)),
        "therm": (1e5 * _BTU, ("therms", "thm")),
        "tce": (29.3076e3 / 3.6, ("吨标准煤",)),
    },
    "power": {"kW": (1.0, ("千瓦",)), "W": (1e-3, ("瓦",)), "MW": (1e3, ("兆瓦",)), "GW": (1e6, ())},
    "volume": {
        "m3": (
            1.0,
            ("m³", "cubic metre", "cubic metres", "cubic meter", "cubic meters", "cbm", "立方米", "nm3", "吨水"),
        ),
        "L": (1e-3, ("l", "litre", "litres", "liter", "liters", "升")),
        "mL": (1e-6, ()),
        "kL": (1.0, ()),
        "ML": (1e3, ("megalitre",)),
        "ft3": (0.3048**3, ("cf", "ft³", "cubic feet")),
        "ccf": (100 * 0.3048**3, ("hcf",)),
        "gal": (231 * 0.0254**3, ("gallon", "gallons", "us gal", "usgal")),
        "kgal": (231e3 * 0.0254**3, ()),
        "imp gal": (4.54609e-3, ("uk gal", "imperial gallon")),
    },
    "mass": {
        "kg": (1.0, ("千克", "公斤")),
        "g": (1e-3, ()),
        "t": (1e3, ("tonne", "tonnes", "metric ton", "吨")),
        "lb": (0.45359237, ("lbs",)),
        "short ton": (907.18474, ("us ton",)),
    },
    "area": {
        "m2": (1.0, ("m²", "sqm", "平方米")),
        "ft2": (0.3048**2, ("sqft", "sq ft", "ft²")),
        "ha": (1e4, ("公顷",)),
    },
    "reactive energy": {"kvarh": (1.0, ("kvar h",)), "varh": (1e-3, ()), "Mvarh": (1e3, ())},
    "ratio": {"1": (1.0, ("-", "ratio", "fraction")), "%": (1e-2, ("percent", "pct"))},
    "count": {"count": (1.0, ("pcs", "number"))},
}


def _fold(name: str) -> str:
    return " ".join(name.strip().split())


def _index() -> tuple[dict[str, Unit], dict[str, Unit]]:
    """The table by exact name, and by name in lower case where that is not ambiguous (`mJ`, `MJ`)."""
    exact: dict[str, Unit] = {}
    folded: dict[str, list[Unit]] = {}
    for quantity, rows in _TABLE.items():
        for name, (factor, aliases) in rows.items():
            entry = Unit(name, quantity, factor)
            for spelling in (name, *aliases):
                exact[spelling] = entry
                folded.setdefault(spelling.lower(), []).append(entry)
    return exact, {low: rows[0] for low, rows in folded.items() if len({row.name for row in rows}) == 1}


_EXACT, _FOLDED = _index()
_BASES: dict[str, Literal["gross", "net"]] = {
    "gross": "gross",
    "hhv": "gross",
    "gcv": "gross",
    "hs": "gross",
    "net": "net",
    "lhv": "net",
    "ncv": "net",
    "hi": "net",
}


@lru_cache(maxsize=4096)  # asked for every meter, and there are few spellings
def unit(name: str) -> Unit:
    """Look a unit up by any usual spelling.

    Parameters
    ----------
    name : str
        `kWh`, `KWH`, `m³`, `MWh (net)`, `kWh_gross`.

    Returns
    -------
    Unit

    Raises
    ------
    UnknownUnit
        If the table does not hold it.

    Examples
    --------
    >>> unit("MWH").factor, unit("kWh_gross").basis
    (1000.0, 'gross')
    """
    spelling = _fold(name)
    if (plain := _EXACT.get(spelling) or _FOLDED.get(spelling.lower())) is not None:
        return plain
    stem, _, suffix = spelling.replace("(", " ").replace(")", " ").replace("_", " ").strip().rpartition(" ")
    basis = _BASES.get(suffix.lower())
    plain = _EXACT.get(_fold(stem)) or _FOLDED.get(_fold(stem).lower())
    if basis is None or plain is None:
        raise UnknownUnit(name)
    return Unit(f"{plain.name}_{basis}", plain.quantity, plain.factor, basis)


@overload
def convert(value: float, source: str, target: str) -> float: ...
@overload
def convert(value: "npt.NDArray[np.float64]", source: str, target: str) -> "npt.NDArray[np.float64]": ...
def convert(value: "float | npt.NDArray[np.float64]", source: str, target: str) -> "float | npt.NDArray[np.float64]":
    """Convert between two units of one quantity.

    Parameters
    ----------
    value : float or array
        In `source`.
    source, target : str
        Spellings of two units that measure the same quantity on the same calorific basis.

    Returns
    -------
    float or array
        In `target`.

    Raises
    ------
    UnknownUnit
        If either is unknown.
    ValueError
        If they measure different quantities, or one is gross and the other net.

    Examples
    --------
    >>> convert(2.0, "MWh", "kWh")
    2000.0
    """
    one, other = unit(source), unit(target)
    if one.quantity != other.quantity:
        raise ValueError(f"{source!r} measures {one.quantity}, {target!r} measures {other.quantity}")
    if one.basis and other.basis and one.basis != other.basis:
        raise ValueError(f"{source!r} is on the {one.basis} and {target!r} on the {other.basis} calorific value")
    return value * (one.factor / other.factor)

"""Units of activities: those of meters, and what travel, freight, hotels, work at home and money are counted by."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from wattstone.base import UnknownUnit, unit

__all__ = ["ActivityUnit", "activity_unit"]

# 1 mi = 1.609344 km (international yard and pound agreement, 1959); 1 short ton = 0.90718474 t.
_MILE = 1.609344
_TABLE: dict[str, dict[str, tuple[float, tuple[str, ...]]]] = {
    "distance": {"km": (1.0, ("kilometre", "公里", "千米")), "mi": (_MILE, ("mile", "miles", "英里")), "m": (1e-3, ())},
    "passenger distance": {
        "passenger.km": (1.0, ("pkm", "passenger km", "passenger_km", "人公里")),
        "passenger.mi": (_MILE, ("passenger mile", "passenger_mile", "passenger mi")),
    },
    "freight": {
        "tonne.km": (1.0, ("tkm", "tonne km", "tonne_km", "t.km", "吨公里")),
        "short ton.mi": (0.90718474 * _MILE, ("short ton mile", "short_ton_mile", "ton-mile")),
    },
    "nights": {"room.night": (1.0, ("room night", "room_night", "room nights", "间夜"))},
    "working time": {"FTE.hour": (1.0, ("fte hour", "FTE_working_hour", "per FTE Working Hour", "工时"))},
    "dry mass": {"kg dry": (1.0, ("kg_waste_dry", "kg_dry")), "t dry": (1e3, ("t_dry",))},
    "emissions": {"kg CO2e": (1.0, ("kgCO2e",)), "t CO2e": (1e3, ("tCO2e", "吨二氧化碳当量"))},
}
# Of rows, spelled as their publishers do: a normal cubic metre is a cubic metre of the tables that use it.
_SPELLED = {"10^4Nm3": ("m3", 1e4), "short_ton": ("short ton", 1.0), "mmBtu_HHV": ("MMBtu_gross", 1.0)}
_MONEY = re.compile(r"[A-Z]{3}")
_LITRES = ("L", "mL", "gal", "imp gal")


@dataclass(frozen=True)
class ActivityUnit:
    """What one unit of an activity is.

    Parameters
    ----------
    name : str
        As it is written here: `MWh_gross`, `tonne.km`, `CNY`.
    quantity : str
        What it measures: `energy`, `volume`, `mass`, `distance`, `passenger distance`, `freight`, `nights`,
        `working time`, `dry mass`, `emissions`, `area`, `count`, or `money CNY`: currencies are not converted.
    factor : float
        How many canonical units it is.
    canonical : str
        Unit of the quantity: kWh, m3, kg, m2, km, passenger.km, tonne.km, room.night, FTE.hour, kg dry, kg CO2e, count
        or the currency.
    basis : {'gross', 'net'} or None
        Calorific value, where the unit states it.
    """

    name: str
    quantity: str
    factor: float
    canonical: str
    basis: Literal["gross", "net"] | None = None

    @property
    def liquid(self) -> bool:
        """Whether it counts a volume as liquids are counted."""
        return self.name in _LITRES


def _index() -> dict[str, ActivityUnit]:
    made: dict[str, ActivityUnit] = {}
    for quantity, rows in _TABLE.items():
        canonical = next(iter(rows))
        for name, (factor, aliases) in rows.items():
            for spelling in (name, *aliases):
                made[spelling.lower()] = ActivityUnit(name, quantity, factor, canonical)
    return made


_INDEX = _index()


@lru_cache(maxsize=4096)
def activity_unit(text: str) -> ActivityUnit:
    """Look a unit of an activity up by any usual spelling.

    Parameters
    ----------
    text : str
        `MWh`, `m³`, `kWh_net`, `tonne.km`, `passenger_km`, `CNY`.

    Returns
    -------
    ActivityUnit

    Raises
    ------
    UnknownUnit
        If no table holds it, or it is a power: an activity is an amount, not a rate.

    Examples
    --------
    >>> activity_unit("mile").factor, activity_unit("GJ_net").basis, activity_unit("CNY").quantity
    (1.609344, 'net', 'money CNY')
    """
    spelling = " ".join(text.strip().split())
    if (own := _INDEX.get(spelling.lower())) is not None:
        return own
    try:
        plain, scale = _SPELLED.get(spelling, (spelling, 1.0))
        known = unit(plain)
    except UnknownUnit:
        if _MONEY.fullmatch(spelling):
            return ActivityUnit(spelling, f"money {spelling}", 1.0, spelling)
        raise
    if known.quantity in ("power", "ratio", "reactive energy"):
        raise UnknownUnit(text)
    return ActivityUnit(known.name, known.quantity, known.factor * scale, known.canonical, known.basis)

"""Units of figures as the unit registry has them, and the power of ten between the two."""

import re
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["ITEM_TYPES", "Measure", "NumberType", "measure"]

NumberType = Literal[
    "emissions", "energy", "money", "percent", "mass", "area", "volume", "number", "emissions_per_money",
    "emissions_per_area", "money_per_emissions",
]  # fmt: skip

ITEM_TYPES: Final[dict[str, str]] = {
    "emissions": "dtr:ghgEmissionsItemType",
    "energy": "dtr:energyItemType",
    "money": "xbrli:monetaryItemType",
    "percent": "dtr:percentItemType",
    "mass": "dtr:massItemType",
    "area": "dtr:areaItemType",
    "volume": "dtr:volumeItemType",
    "number": "xbrli:pureItemType",
    "emissions_per_money": "dtr:ghgEmissionsPerMonetaryItemType",
    "emissions_per_area": "xbrli:decimalItemType",
    "money_per_emissions": "xbrli:decimalItemType",
    "text": "dtr:textBlockItemType",
    "string": "xbrli:stringItemType",
    "year": "xbrli:gYearItemType",
}
"""Types of the data types registry of 2024-01-31, and of XBRL 2.1 where it has none."""


@dataclass(frozen=True)
class Measure:
    """How a number is given in XBRL.

    Parameters
    ----------
    type : str
        What kind of number it is.
    power : int
        A number shown in the unit, times ten to this power, is one in the measure.
    over, under : str
        QName of the measure, and of what it is divided by; empty where it is not.
    """

    type: NumberType
    power: int
    over: str
    under: str = ""

    @property
    def id(self) -> str:
        """Of its element in a report."""
        return "u-" + "-per-".join(one.partition(":")[2] for one in (self.over, self.under) if one)


_TONNES, _ENERGY, _MASS, _AREA, _VOLUME, _PURE = "utr:tCO2e", "utr:MWh", "utr:t", "utr:sqm", "utr:m3", "xbrli:pure"
_SIZES: Final = {"g": -6, "kg": -3, "t": 0, "kt": 3, "Mt": 6}
_PLAIN: Final[dict[str, Measure]] = {
    **{f"{unit} {gas}": Measure("emissions", power, _TONNES) for unit, power in _SIZES.items()
       for gas in ("CO2e", "CO2")},
    **{unit: Measure("mass", power, _MASS) for unit, power in _SIZES.items()},
    **{unit: Measure("energy", power, _ENERGY) for unit, power in
       (("kWh", -3), ("MWh", 0), ("GWh", 3), ("TWh", 6))},
    "m2": Measure("area", 0, _AREA), "m²": Measure("area", 0, _AREA), "ha": Measure("area", 4, _AREA),
    "km2": Measure("area", 6, _AREA), "km²": Measure("area", 6, _AREA),
    "m3": Measure("volume", 0, _VOLUME), "m³": Measure("volume", 0, _VOLUME),
    "%": Measure("percent", -2, _PURE), "1": Measure("percent", 0, _PURE),
    "count": Measure("number", 0, _PURE), "": Measure("number", 0, _PURE),
}  # fmt: skip
_MONEY: Final = re.compile(r"(?:(?P<many>million|billion|thousand|百万|亿|万|k|M)\s*)?(?P<code>[A-Z]{3})")
_MANY: Final = {None: 0, "thousand": 3, "k": 3, "million": 6, "M": 6, "百万": 6, "billion": 9, "万": 4, "亿": 8}


_GASES: Final = r"(CO2|CH4|N2O|HFCs?|PFCs?|SF6|NF3)"


def measure(unit: str, *, mass: bool = False) -> Measure | None:
    """The measure of a unit, as figures carry it or as it is written on a page.

    Parameters
    ----------
    unit : str
        `kg CO2e`, `GWh`, `CNY`, `kg CO2e/CNY`, `1`.
    mass : bool
        Whether `kg CO2` is the mass of the gas, and not emissions of it alone.

    Returns
    -------
    Measure or None
        None where the unit registry has none that the taxonomy uses.

    Examples
    --------
    >>> measure("kg CO2e")
    Measure(type='emissions', power=-3, over='utr:tCO2e', under='')
    >>> measure("t CO2e/CNY").id, measure("kg CH4").over, measure("points")
    ('u-tCO2e-per-CNY', 'utr:t', None)
    """
    bare = re.sub(r"\s+", " ", unit.replace("m-2", "/m2").replace(" /", "/")).strip()
    of_gas = re.fullmatch(rf"(k?g|k?t) {_GASES}", bare)
    if of_gas is not None and (mass or of_gas[2] != "CO2"):
        return _PLAIN[of_gas[1]]
    over, slash, under = bare.partition("/")
    first = _PLAIN.get(over.strip()) or _money(over.strip())
    if not slash or first is None:
        return first
    second = _PLAIN.get(under.strip()) or _money(under.strip())
    return _over(first, second) if second is not None else None


def _money(unit: str) -> Measure | None:
    found = _MONEY.fullmatch(unit)
    return Measure("money", _MANY[found["many"]], f"iso4217:{found['code']}") if found else None


_RATIOS: Final[dict[tuple[str, str], NumberType]] = {
    ("emissions", "money"): "emissions_per_money",
    ("emissions", "area"): "emissions_per_area",
    ("money", "emissions"): "money_per_emissions",
}


def _over(first: Measure, second: Measure) -> Measure | None:
    kind = _RATIOS.get((first.type, second.type))
    return Measure(kind, first.power - second.power, first.over, second.over) if kind else None

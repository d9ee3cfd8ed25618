"""A plant of one chiller and one boiler with eleven days of constant demand: its cost can be reckoned by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

PLANT = """\
id = "works"
zone = "UTC"
currency = "EUR"
horizon_hours = 24

[energy]
price = 0.2
carbon_kg_per_kwh = 0.4
carbon_source = "the supplier"

[energy.fuel]
price = 0.06
carbon_kg_per_kwh = 0.202
source = "the bill"

[data]
file = "log.csv"
cold = "cold [kW]"
heat = "heat [kW]"
dry_bulb = "outdoor [degC]"
wet_bulb = "wet bulb [degC]"

[[chiller]]
name = "CH-1"
record = "ElectricEIRChiller_York_YT_1055kW_5_96COP_Vanes"
normalised = true

[[boiler]]
name = "B-1"
rated_kw = 200
efficiency = 0.8
basis = "higher"
"""
AT = "2025-07-10T00:00"
COLD, HEAT = 500.0, 200.0


def constant(_: int) -> float:
    """Cold that is asked in every hour. [kW]"""
    return COLD


def write(
    folder: Path,
    text: str = PLANT,
    *,
    days: int = 11,
    cold: Callable[[int], float] = constant,
    dry: float = 30.0,
    wet: float = 24.0,
    lost: Callable[[int], bool] | None = None,
) -> Path:
    """Write the plant file and its data, hour by hour from Monday 30 June 2025; the tenth day is 10 July.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    text : str
        Of the plant file.
    days : int
        Of the data.
    cold : callable
        Cold of an hour, by its number. [kW]
    dry, wet : float
        Of the air outdoors.
    lost : callable or None
        Whether the row of a number is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["time (UTC),cold [kW],heat [kW],outdoor [degC],wet bulb [degC]"]
    for hour in range(days * 24):
        at = datetime(2025, 6, 30, tzinfo=UTC) + timedelta(hours=hour)
        if lost is None or not lost(hour):
            rows.append(f"{at:%Y-%m-%d %H:%M},{cold(hour)},{HEAT},{dry},{wet}")
    (folder / "log.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "plant.toml").write_text(text, encoding="utf-8")
    return folder / "plant.toml"

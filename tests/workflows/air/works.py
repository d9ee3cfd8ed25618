"""A station of one machine, with three days of its log: everything can be reckoned by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

STATION = """\
id = "works"
zone = "Europe/Berlin"
currency = "EUR"

[network]
pressure_bar = 7.0
band_bar = 0.7
least_pressure_bar = 6.0
storage_m3 = 5.0

[[compressor]]
name = "C1"
control = "load_unload"
flow_m3_per_min = 20.0
power_kw = 126.0
pressure_bar = 7.5

[energy]
price = 0.2
carbon_kg_per_kwh = 0.4
carbon_source = "the supplier"

[log]
file = "log.csv"
power = { C1 = "C1 [kW]" }
flow = "flow [m3/min]"
pressure = "header [bar]"

[[modification]]
name = "half the leaks"
kind = "leaks"
size = 0.5
cost = 8000
"""
FLOWS = (18.0, 5.0)  # by day from 6 to 18 h UTC, and by night [m3/min]


def power(flow: float) -> float:
    """What the machine takes: 28 % idle, the rest with the flow. [kW]"""
    return 126.0 * (0.28 + 0.72 * flow / 20.0)


def write(
    folder: Path,
    text: str = STATION,
    *,
    days: int = 3,
    watts: float = 1.0,
    flows: float = 1.0,
    bars: float = 1.0,
    above: float = 0.0,
    lost: Callable[[int], bool] | None = None,
) -> Path:
    """Write the station file and its log, every five minutes from Monday 3 March 2025.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    text : str
        Of the station file.
    days : int
        Of the log.
    watts, flows, bars : float
        By which powers, flows and pressures are multiplied, as in another unit.
    above : float
        That is added to the pressure. [bar]
    lost : callable or None
        Whether the row of a number is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["time (UTC),C1 [kW],flow [m3/min],header [bar]"]
    for row in range(days * 288):
        at = datetime(2025, 3, 3, tzinfo=UTC) + timedelta(minutes=5 * row)
        flow = FLOWS[0] if 6 <= at.hour < 18 else FLOWS[1]
        if lost is None or not lost(row):
            values = (power(flow) * watts, flow * flows, 7.2 * bars + above)
            rows.append(f"{at:%Y-%m-%d %H:%M}," + ",".join(f"{value:.4f}" for value in values))
    (folder / "log.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "station.toml").write_text(text, encoding="utf-8")
    return folder / "station.toml"

"""Texts that go with a simulated dataset."""

from wattstone.simulation.plan import ZONE, Plan

HEADING = "# SIMULATED"

_MARK = "# SIMULATED: prices of the right order, of no supplier and no province."
_HOLD = """\
currency = "CNY"
zone = "Asia/Shanghai"
valid_from = 2020-01-01
source = "Simulated: prices of no supplier and no province"
"""

TARIFFS = {
    "tariff.toml": f"""\
{_MARK}
id = "simulated-electricity"
kind = "electricity"
{_HOLD}export_rate = 0.40

[[bands]]
name = "sharp"
rate = 1.32
months = [7, 8]
hours = [["11:00", "12:00"], ["15:00", "17:00"]]

[[bands]]
name = "peak"
rate = 1.06
hours = [["10:00", "12:00"], ["14:00", "19:00"]]

[[bands]]
name = "valley"
rate = 0.29
hours = [["00:00", "08:00"]]

[[bands]]
name = "flat"
rate = 0.64
""",
    "tariff-gas.toml": f"""\
{_MARK}
id = "simulated-gas"
kind = "natural_gas"
{_HOLD}
[[bands]]
name = "all hours"
rate = 0.36
""",
    "tariff-heat.toml": f"""\
{_MARK}
id = "simulated-heat"
kind = "heat"
{_HOLD}
[[bands]]
name = "all hours"
rate = 0.33
""",
}


def readme(plan: Plan) -> str:
    """The README of a simulated dataset.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    str
        Markdown.
    """
    years = " and ".join(str(year) for year in plan.calendar_years)
    return f"""{HEADING}: a property manager's portfolio

Nothing in this folder was measured. It is a portfolio of {plan.sites} sites (residential compounds, office buildings,
industrial parks) in cities of China, computed by `wattstone.simulation` for {years}, seed {plan.seed}, every
{plan.interval_minutes} minutes. Names, tables, files and reports made from it carry the word "simulated".

| file | what it holds |
|---|---|
| `readings.parquet` | site, meter, kind, unit, time (UTC, start of the interval; of a register the moment), value |
| `sites.parquet` | one row a site: floor area, city, time zone ({ZONE}), grid region |
| `meters.parquet` | one row a meter: kind, unit, interval, the meter upstream (`parent_id`), calorific basis |
| `weather.parquet` | simulated hourly weather, one station a city |
| `tariff.toml`, `tariff-gas.toml`, `tariff-heat.toml` | simulated tariffs in CNY; electricity by time of use |
| `truth/` | what was planted: see below |

Electricity balances exactly: import + solar = sub-meters + what has no sub-meter + export. Where a surplus of solar
power is exported, the main meter shows 0 and the meter `...-export` the surplus, as a positive number.

`truth/truth.json` lists every planted fault (meter, kind, from, to, effect) and the one measure that was carried out;
`truth/faults.parquet` holds the faults as a table; `truth/effects.parquet` each reading that a fault changed with the
value that would stand there without it; `truth/counterfactual.parquet` the same for the measure: `clean` is what would
have been used without it, `reading` what was.

The climate follows monthly means published by the National Bureau of Statistics of China, the working days the notices
of the General Office of the State Council; all else is assumed, of the right order only.
"""

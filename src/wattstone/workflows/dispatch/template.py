"""A site file to begin with, from what the portfolio knows of a site."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from wattstone.workflows.dispatch.site import known_site, tariffs_for
from wattstone.workflows.forecast import forecastable
from wattstone.workflows.workspace import Workspace

__all__ = ["template"]


def template(workspace: Workspace, site_id: str) -> str:
    """A site file to begin with, from what the portfolio knows of a site.

    Parameters
    ----------
    workspace : Workspace
        With meters and tariffs.
    site_id : str
        Of the workspace.

    Returns
    -------
    str
        TOML with comments; it can be read as it stands, and plans nothing but what its meters show.
    """
    place = known_site(workspace, site_id)
    mine = forecastable(workspace.records.meters(), site_id)
    load = [one for one in mine if one.measures is not None and one.measures.name == "electricity"]
    loads = [one.id for one in load if one.parent_id not in {other.id for other in load}]
    sun = [one.id for one in mine if one.measures is not None and one.measures.name == "solar"]
    every = workspace.records.meters()
    out = [one.id for one in every if one.site_id == site_id and one.direction == "export" and one.expression is None]
    if sun and out:  # what is exported was fed behind the main meter
        loads += sun
    peaks = _peaks(workspace, sun)
    tariffs = tariffs_for(workspace, site_id)
    currency = tariffs[0].currency if tariffs else workspace.records.organisation().currency
    step = max([15, *(one.interval_seconds // 60 for one in mine if one.interval_seconds)])
    lines = [
        f"# What there is to plan at {place.name or place.id}. docs/methods/dispatch.md tells every key.",
        f"id = {_text(site_id)}",
        f"zone = {_text(place.zone)}",
        f"currency = {_text(currency)}",
        f"step_minutes = {min(step, 60)}",
        "horizon_hours = 24",
        "",
        "# The load is what these meters measure together, less what the meters under `minus` measure. Where PV feeds",
        "# behind the main meter, the load is main + pv less export: the PV meter is in load, that of export in minus.",
        "# `state` names a battery's or tank's meter: state = { battery = \"METER\" }.",
        "[meters]",
        f"load = {_list(loads)}",
        f"minus = {_list(out if sun else [])}",
        *([f"pv = {{ {', '.join(f'{_text(name)} = {_list([name])}' for name in sun)} }}"] if sun else []),
        "",
        "[grid]",
        "# import_limit_kw = 100        # of the connection",
        "# export_limit_kw = 100",
        "demand_charge = 0              # for each kW of the month's highest import",
        "",
        "[tariff]",
        *(
            ["workspace = true               # the tariffs that were ingested"]
            if tariffs
            else ["import_rate = 0.30             # for each kWh: put yours here", "export_rate = 0.08"]
        ),
        "",
        "[weights]",
        "carbon_price = 0               # for each kg CO2e of import",
    ]
    for name in sun:
        lines += ["", "[[pv]]", f"id = {_text(name)}", f"capacity_kw = {peaks.get(name, 10.0):g}      # highest seen"]
    lines += [
        "",
        "# Take the # off, and put in what is on the plate.",
        "# [[battery]]",
        '# id = "battery"',
        "# capacity_kwh = 100",
        "# power_kw = 50",
        "# charge_efficiency = 0.95     # one way",
        "# discharge_efficiency = 0.95",
        "# reserve = 0.1                # kept for an outage",
        "# wear_cost = 0.01             # for each kWh in or out",
        "",
        "# [[charger]]",
        '# id = "bay 1"',
        "# power_kw = 7.4",
        "",
        "# [[shiftable]]",
        '# id = "pool pump"',
        "# power_kw = 3",
        "# energy_kwh = 12",
        '# hours = ["08:00", "20:00"]',
    ]
    return "\n".join(lines) + "\n"


def _peaks(workspace: Workspace, names: Sequence[str]) -> Mapping[str, float]:
    """Highest mean power of each meter that is not in doubt, rounded up to two figures. [kW]"""
    scan = workspace.lake.scan("readings") if names else None
    if scan is None:
        return {}
    keys = {workspace.records.meter_keys()[name]: name for name in names}
    power = pl.col("value") * 3600 / pl.col("seconds")
    mine = scan.filter(pl.col("meter").is_in(list(keys)) & (pl.col("flags") == 0) & (pl.col("seconds") <= 3600))
    most = mine.group_by("meter").agg(power.max()).collect()
    return {keys[key]: _up(value) for key, value in most.iter_rows() if value is not None and value > 0}


def _up(value: float) -> float:
    size = 10.0 ** (np.floor(np.log10(value)) - 1)
    return float(np.ceil(value / size) * size)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(_text(name) for name in names)}]"

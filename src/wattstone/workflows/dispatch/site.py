"""A site of the workspace as dispatch takes it: its site file, the meters behind it, its tariff and its grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.outlook import Session
from wattstone.dispatch.site_file import SiteFile, read_site
from wattstone.portfolio import Meter, Site
from wattstone.rates.tariffs import Tariff
from wattstone.workflows.forecast import forecastable, unknown_site
from wattstone.workflows.inventory.plans import tariffs_of
from wattstone.workflows.workspace import Workspace

__all__ = ["DispatchSite", "open_site", "sessions_of", "site_path", "template"]


@dataclass(frozen=True, eq=False)
class DispatchSite:
    """A site that can be planned.

    Parameters
    ----------
    place : Site
        As the workspace knows it.
    file : SiteFile
        As its file declares it, with the tariffs that serve it.
    load, minus : tuple of Meter
        What is added and taken off for the load.
    pv : tuple of tuple of Meter
        Meters of each PV system, in the order of the file.
    findings : tuple of Finding
        Warnings.
    """

    place: Site
    file: SiteFile
    load: tuple[Meter, ...]
    minus: tuple[Meter, ...]
    pv: tuple[tuple[Meter, ...], ...]
    findings: tuple[Finding, ...] = ()

    @property
    def meters(self) -> tuple[Meter, ...]:
        """All meters that are read, each once."""
        every = (*self.load, *self.minus, *(one for group in self.pv for one in group))
        return tuple({one.id: one for one in every}.values())


def site_path(workspace: Workspace, site_id: str) -> Path:
    """Where the site file of a site is kept: `sites/ID.toml` in the workspace."""
    return workspace.root / "sites" / f"{site_id}.toml"


def known_site(workspace: Workspace, site_id: str) -> Site:
    """The site of that id; `InputRefused` where there is none."""
    sites = {one.id: one for one in workspace.records.sites()}
    if site_id not in sites:
        raise InputRefused([unknown_site(workspace, site_id, sorted(sites))])
    return sites[site_id]


def open_site(workspace: Workspace, site_id: str) -> DispatchSite:
    """Read what there is to plan at a site.

    Parameters
    ----------
    workspace : Workspace
        With the folder `sites`.
    site_id : str
        Of the workspace.

    Returns
    -------
    DispatchSite

    Raises
    ------
    InputRefused
        Where there is no such site, no site file, or where the file names what is not there.
    """
    place = known_site(workspace, site_id)
    path = site_path(workspace, site_id)
    if not path.is_file():
        raise InputRefused([_no_file(workspace, site_id, path)])
    file = read_site(path)
    meters = {one.id: one for one in workspace.records.meters() if one.site_id == site_id}
    wanted = file.table.meters
    named = [*wanted.load, *wanted.minus, *(name for names in wanted.pv.values() for name in names)]
    wrong = [_no_meter(path, name, sorted(meters)) for name in named if name not in meters]
    systems = {one.id for one in file.site.pv}
    wrong += [_no_system(path, name) for name in wanted.pv if name not in systems]
    wrong += [_not_metered(path, one.id) for one in file.site.pv if not wanted.pv.get(one.id)]
    if not wanted.load:
        wrong.append(_no_load(path))
    if file.table.tariff.workspace:
        file = replace(file, tariffs=_tariffs(workspace, site_id))
        wrong += [] if file.tariffs else [_no_tariff(workspace, path)]
    if wrong:
        raise InputRefused(wrong)
    return DispatchSite(
        place=place,
        file=file,
        load=tuple(meters[name] for name in wanted.load),
        minus=tuple(meters[name] for name in wanted.minus),
        pv=tuple(tuple(meters[name] for name in wanted.pv[one.id]) for one in file.site.pv),
        findings=file.findings,
    )


def _tariffs(workspace: Workspace, site_id: str) -> tuple[Tariff, ...]:
    """Tariffs of electricity that serve the site, one that names it before one for all."""
    fitting = [
        one
        for one in tariffs_of(workspace.records)
        if one.kind == "electricity" and (site_id in one.sites or not one.sites)
    ]
    return tuple(sorted(fitting, key=lambda one: (not one.sites, one.valid_from)))


def sessions_of(
    workspace: Workspace, place: DispatchSite, *, start: datetime, end: datetime, known: datetime | None = None
) -> tuple[tuple[Session, ...], int]:
    """Charging sessions of a site that touch a period, each at the first charger that is free then.

    Parameters
    ----------
    workspace : Workspace
        With the table `sessions`.
    place : DispatchSite
        With its chargers.
    start, end : datetime
        Naive UTC.
    known : datetime or None
        Only vehicles that had come by then; their departure is taken as announced.

    Returns
    -------
    (tuple of Session, int)
        Sessions, and how many found no charger.
    """
    scan = workspace.lake.scan("sessions") if place.file.site.chargers else None
    if scan is None:
        return (), 0
    inside = (
        (pl.col("site_id") == place.place.id)
        & (pl.col("plug_in") < (end if known is None else known))
        & (pl.col("plug_out") > start)
    )
    rows = scan.filter(inside).select("session_id", "plug_in", "plug_out", "energy").collect().sort("plug_in")
    free = {one.id: start - timedelta(days=3650) for one in place.file.site.chargers}
    power = {one.id: (one.power, one.efficiency) for one in place.file.site.chargers}
    found: list[Session] = []
    for name, arrival, departure, energy in rows.iter_rows():
        charger = next((one for one, until in free.items() if until <= arrival), None)
        if charger is None or energy is None or departure <= arrival:
            continue
        free[charger] = departure
        most, efficiency = power[charger]
        able = most * (departure - arrival).total_seconds() / 3600
        session = Session(
            charger=charger, arrival=arrival, departure=departure, energy=min(energy, able) * efficiency, name=str(name)
        )
        found.append(session)
    return tuple(found), rows.height - len(found)


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
    peaks = _peaks(workspace, sun)
    tariffs = _tariffs(workspace, site_id)
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
        "# behind the main meter, the load is main + pv less export: add the PV meter here, the export meter to minus.",
        "[meters]",
        f"load = {_list(loads)}",
        "minus = []",
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


def local_day(place: Site, moment: datetime) -> date:
    """The local day of a moment (naive UTC)."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(place.zone)).date()


def _no_file(workspace: Workspace, site_id: str, path: Path) -> Finding:
    return Finding(
        code="dispatch.no_site_file",
        place=str(path),
        found="there is no site file",
        expected="a file that declares the devices of the site, as\n{example}",
        remedy="`wattstone dispatch init {root} {site}` writes one to begin with; add your devices",
        params={"root": workspace.root, "site": site_id, "example": EXAMPLE.format(site=site_id)},
    )


EXAMPLE = """
    id = "{site}"
    zone = "Europe/London"
    currency = "GBP"
    [meters]
    load = ["main"]
    [tariff]
    import_rate = 0.28
    [[battery]]
    id = "battery"
    capacity_kwh = 100
    power_kw = 50"""


def _no_meter(path: Path, name: str, known: Sequence[str]) -> Finding:
    return Finding(
        code="dispatch.no_meter",
        place=f"{path.name}, meters",
        found="there is no meter '{meter}' at the site",
        expected="one of: {known}",
        remedy="correct the name; `wattstone meter` lists the meters",
        params={"meter": name, "known": ", ".join(known[:20])},
    )


def _no_system(path: Path, name: str) -> Finding:
    return Finding(
        code="dispatch.no_pv",
        place=f"{path.name}, meters, pv",
        found="'{system}' is not the id of a [[pv]] of the file",
        expected="the ids of the PV systems",
        remedy="declare the system, or take the line off",
        params={"system": name},
    )


def _not_metered(path: Path, name: str) -> Finding:
    return Finding(
        code="dispatch.pv_meter",
        place=f"{path.name}, pv '{name}'",
        found="no meter says what it feeds",
        expected='its meters under [meters], as pv = {{ "{system}" = ["METER"] }}',
        remedy="name its meters, or take the system out of the file",
        params={"system": name},
    )


def _no_load(path: Path) -> Finding:
    return Finding(
        code="dispatch.no_load",
        place=f"{path.name}, meters",
        found="no meter says what the load is",
        expected='load = ["METER"] with one meter or more',
        remedy="name the meters whose sum is the load",
    )


def _no_tariff(workspace: Workspace, path: Path) -> Finding:
    return Finding(
        code="dispatch.no_tariff",
        place=f"{path.name}, tariff",
        found="the workspace has no tariff of electricity for the site",
        expected="a tariff that was ingested",
        remedy="`wattstone ingest {root} TARIFF.toml`, or write import_rate and export_rate in the file",
        params={"root": workspace.root},
    )

"""A site of the workspace as dispatch takes it: its site file, the meters behind it, its tariff and its grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from wattstone.base import Finding, InputRefused
from wattstone.dispatch.site_file import SiteFile, read_site
from wattstone.portfolio import Meter, Site
from wattstone.rates.tariffs import Tariff
from wattstone.workflows.forecast import unknown_site
from wattstone.workflows.inventory.plans import tariffs_of
from wattstone.workflows.workspace import Workspace

__all__ = ["BuildingMeters", "DispatchSite", "known_site", "open_site", "site_path", "tariffs_for"]


class BuildingMeters(NamedTuple):
    """Meters of a building: what they measure together is its load."""

    load: tuple[Meter, ...]
    minus: tuple[Meter, ...]


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
    buildings : tuple of BuildingMeters
        What is added and taken off for the load of each building, which comes on top of that of the site.
    state : mapping of str to Meter
        By battery or buffer, the meter that says what state it is in.
    findings : tuple of Finding
        Warnings.
    """

    place: Site
    file: SiteFile
    load: tuple[Meter, ...]
    minus: tuple[Meter, ...]
    pv: tuple[tuple[Meter, ...], ...]
    buildings: tuple["BuildingMeters", ...] = ()
    state: Mapping[str, Meter] = field(default_factory=dict[str, Meter])
    findings: tuple[Finding, ...] = ()

    @property
    def step(self) -> timedelta:
        """Length of a step of its plans."""
        return timedelta(hours=self.file.hours)

    @property
    def day(self) -> int:
        """Steps of a day."""
        return round(24 / self.file.hours)

    @property
    def meters(self) -> tuple[Meter, ...]:
        """All meters that are read, each once."""
        groups = (*self.pv, *(group for one in self.buildings for group in one))
        every = (*self.load, *self.minus, *(one for group in groups for one in group))
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
    named += [*wanted.state.values(), *(name for one in file.table.building for name in (*one.load, *one.minus))]
    wrong = [_no_meter(path, name, sorted(meters)) for name in named if name not in meters]
    systems = {one.id for one in file.site.pv}
    wrong += [_no_system(path, name) for name in wanted.pv if name not in systems]
    wrong += [_not_metered(path, one.id) for one in file.site.pv if not wanted.pv.get(one.id)]
    stores = {one.id for one in (*file.site.batteries, *file.site.buffers)}
    wrong += [_no_store(path, name, sorted(stores)) for name in wanted.state if name not in stores]
    if not (wanted.load or any(one.load for one in file.table.building)):
        wrong.append(_no_load(path))
    if file.table.tariff.workspace:
        file = replace(file, tariffs=tariffs_for(workspace, site_id))
        wrong += [] if file.tariffs else [_no_tariff(workspace, path)]
    if wrong:
        raise InputRefused(wrong)
    return DispatchSite(
        place=place,
        file=file,
        load=tuple(meters[name] for name in wanted.load),
        minus=tuple(meters[name] for name in wanted.minus),
        pv=tuple(tuple(meters[name] for name in wanted.pv[one.id]) for one in file.site.pv),
        buildings=tuple(
            BuildingMeters(tuple(meters[name] for name in one.load), tuple(meters[name] for name in one.minus))
            for one in file.table.building
        ),
        state={device: meters[name] for device, name in wanted.state.items()},
        findings=file.findings,
    )


def tariffs_for(workspace: Workspace, site_id: str) -> tuple[Tariff, ...]:
    """Tariffs of electricity that serve a site, one that names it before one for all."""
    fitting = [
        one
        for one in tariffs_of(workspace.records)
        if one.kind == "electricity" and (site_id in one.sites or not one.sites)
    ]
    return tuple(sorted(fitting, key=lambda one: (not one.sites, one.valid_from)))


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


def _no_store(path: Path, name: str, known: Sequence[str]) -> Finding:
    return Finding(
        code="dispatch.no_store",
        place=f"{path.name}, meters, state",
        found="'{device}' is no battery, tank, fan or room of the file",
        expected="one of: {known}",
        remedy="correct the id, or take the line off",
        params={"device": name, "known": ", ".join(known) or "none, as there are no such devices"},
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
        remedy="take one in with `wattstone ingest {root} TARIFF.toml`, "
        "or write import_rate and export_rate in the file",
        params={"root": workspace.root},
    )

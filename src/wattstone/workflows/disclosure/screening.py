"""Sites screened against layers of hazards that the user has: what a layer says at each becomes an entry."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.hazards.layers import Found, Place, read_points, read_raster
from wattstone.programme.kinds import record_kind
from wattstone.programme.telling import saying
from wattstone.readings.problems import Problems, listed
from wattstone.readings.sheets import Headers, read_tables
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.numbers import is_number
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.programme.changing import Changed, Said, change
from wattstone.workflows.programme.loading import sheet_of_values
from wattstone.workflows.workspace import Workspace

__all__ = ["Layer", "Screened", "screen"]

_TABLES: Final = (".csv", ".tsv", ".txt", ".xlsx")
_FEW: Final = 8
_say = saying("hazard")
_HEADERS: Final = Headers(
    names={
        "site": ("site_id", "场所"), "value": ("数值",), "latitude": ("lat", "纬度"),
        "longitude": ("lon", "lng", "long", "经度"),
    },
    least=2, code="hazard",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer, and how it is read.

    Parameters
    ----------
    path : pathlib.Path
        GeoTIFF; or CSV or XLSX with `site` and `value`, or `latitude`, `longitude` and `value`.
    hazard, scenario : str
        `river_flood`; as the layer names it: `rcp45`, `present`.
    year : int
        That it is for.
    unit : str
    threshold : float
        From which a site counts as exposed. [unit]
    upward : bool
        Whether more is worse.
    name, source, licence : str
        Of the layer; its name is that of its file where none is given.
    band, around, crs
        As for `read_raster`.
    within : float
        How far a point of a table may be from a site. [km]
    empty : float or None
        What a place without data has by the documentation of the layer, as 0 of a flood depth; None leaves it open.
        [unit]
    """

    path: Path
    hazard: str
    scenario: str
    year: int
    unit: str
    threshold: float
    upward: bool = True
    name: str = ""
    source: str
    licence: str = ""
    band: int = 1
    around: int = 0
    crs: str = ""
    within: float = 5.0
    empty: float | None = None


@dataclass(frozen=True, kw_only=True)
class Screened:
    """What a layer said.

    Parameters
    ----------
    changed : Changed or None
        The entries; None where no site lies in the layer.
    exposed, safe, without : tuple of str
        Sites that reach the threshold, that do not, and where the layer has no data.
    outside, unplaced : tuple of str
        Sites that lie outside of it, and that have no coordinates: of these there is no entry.
    sha256 : str
        Of its file.
    how : str
        How it was read.
    findings : tuple of Finding
        Warnings.
    """

    changed: Changed | None
    exposed: tuple[str, ...]
    safe: tuple[str, ...]
    without: tuple[str, ...]
    outside: tuple[str, ...]
    unplaced: tuple[str, ...]
    sha256: str
    how: str
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        names = ("exposed", "safe", "without", "outside", "unplaced")
        return {
            **{name: list(getattr(self, name)) for name in names}, "sha256": self.sha256, "how": self.how,
            "changed": None if self.changed is None else self.changed.as_dict(),
            "findings": [one.as_dict() for one in self.findings],
        }  # fmt: skip


def screen(
    workspace: Workspace, layer: Layer, *, who: str = "user", over: bool = False, reason: str = ""
) -> Screened:  # fmt: skip
    """Read a layer at every site, and enter what it says.

    Parameters
    ----------
    workspace : Workspace
        Whose sites.
    layer : Layer
    who : str
        Who screens them.
    over, reason
        Whether entries of the same site, hazard, scenario and year may be corrected, and why.

    Returns
    -------
    Screened

    Raises
    ------
    InputRefused
        If the layer cannot be read, or names sites that there are not; nothing is changed then.
    Forbidden
        If the whole organisation is not open to whoever asks.
    """
    whole = acting(workspace, Act.DECLARE, EVERYWHERE)
    sites = sorted(whole.records.sites(), key=lambda one: one.id)
    places = [
        Place(one.id, one.latitude, one.longitude)
        for one in sites if one.latitude is not None and one.longitude is not None
    ]  # fmt: skip
    told, found, unplaced = _read(layer, places, [one.id for one in sites])
    values = found.values if layer.empty is None else np.where(np.isnan(found.values), layer.empty, found.values)
    how = found.how if layer.empty is None else f"{found.how}; no data read as {layer.empty:g}"
    sha = hashlib.sha256(layer.path.read_bytes()).hexdigest()
    inside = [n for n in range(len(told)) if not found.outside[n]]
    rows = [_row(layer, told[n], float(values[n]), sha, how) for n in inside]
    changed = _kept(whole, rows, layer, who, over=over, reason=reason) if rows else None
    groups: dict[str, list[str]] = {"exposed": [], "safe": [], "without": []}
    for n in inside:
        groups[_state(layer, float(values[n]))].append(told[n])
    outside = tuple(told[n] for n in range(len(told)) if found.outside[n])
    warnings = (*_warnings(layer, outside, unplaced, groups["without"]), *(changed.findings if changed else ()))
    return Screened(
        changed=changed, **{name: tuple(held) for name, held in groups.items()}, outside=outside, unplaced=unplaced,
        sha256=sha, how=how, findings=warnings,
    )  # fmt: skip


def _read(layer: Layer, places: list[Place], known: list[str]) -> tuple[list[str], Found, tuple[str, ...]]:
    """Sites that are told of, what the layer says there, and sites without coordinates where these are needed."""
    placed = [one.site for one in places]
    unplaced = tuple(one for one in known if one not in placed)
    if layer.path.suffix.lower() not in _TABLES:
        found = read_raster(
            layer.path, places, band=layer.band, around=layer.around, upward=layer.upward, crs=layer.crs
        )  # fmt: skip
        return placed, found, unplaced
    table = _table(layer.path)
    values = _numbers(layer.path, table, "value")
    if "site" in table.columns:
        return _by_site(layer.path, table, values, known)
    latitude, longitude = (_numbers(layer.path, table, name) for name in ("latitude", "longitude"))
    if np.isnan(latitude).any() or np.isnan(longitude).any():
        raise InputRefused([_say(layer.path.name, "no_place", "points lack latitude or longitude", "both of each point",
                                 "fill them in, or take the rows out")])  # fmt: skip
    return placed, read_points(latitude, longitude, values, places, within=layer.within), unplaced


def _table(path: Path) -> pl.DataFrame:
    sheets = read_tables(path, _HEADERS, Problems(path))
    names: set[str] = set(sheets[0].titles) if len(sheets) == 1 else set()
    if "value" not in names or not ({"site"} <= names or {"latitude", "longitude"} <= names):
        found = _say(
            path.name, "columns", "it has no columns of a layer", "site and value, or latitude, longitude and value",
            "name its columns so",
        )  # fmt: skip
        raise InputRefused([found])
    return sheets[0].rows


def _numbers(path: Path, table: pl.DataFrame, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A column as numbers, NaN where it is empty."""
    wrong = [
        (row, text) for row, text in table.select(ROW, name).iter_rows()
        if text is not None and not is_number(text)
    ]  # fmt: skip
    if wrong:
        found = _say(
            path.name, "number", "row {row}: '{text}' is no number", "numbers with a point",
            "correct it, or leave it empty", row=wrong[0][0], text=str(wrong[0][1])[:40],
        )  # fmt: skip
        raise InputRefused([found])
    return table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _by_site(
    path: Path, table: pl.DataFrame, values: np.ndarray[Any, np.dtype[np.float64]], known: list[str]
) -> tuple[list[str], Found, tuple[str, ...]]:
    """A table that names sites: those that it does not name lie outside of it."""
    named = table["site"].fill_null("").to_list()
    unknown = [one for one in named if one not in set(known)]
    if unknown:
        raise InputRefused([_say(path.name, "unknown_site", "there is no site {sites}", "ids of sites",
                                 "correct the names", sites=listed(unknown[:_FEW], len(unknown)))])  # fmt: skip
    if len(set(named)) < len(named):
        twice = sorted({one for one in named if named.count(one) > 1})
        raise InputRefused([_say(path.name, "site_twice", "sites stand there more than once: {sites}", "each site once",
                                 "keep the row that is right", sites=listed(twice[:_FEW], len(twice)))])  # fmt: skip
    at = dict(zip(named, values.tolist(), strict=True))
    found = Found(
        values=np.array([at.get(one, float("nan")) for one in known]),
        outside=np.array([one not in at for one in known], dtype=bool), how="a table by site",
    )  # fmt: skip
    return known, found, ()


def _row(layer: Layer, site: str, value: float, sha: str, how: str) -> dict[str, Any]:
    return {
        "site": site, "hazard": layer.hazard, "scenario": layer.scenario, "horizon_year": layer.year,
        "value": None if np.isnan(value) else value, "unit": layer.unit, "threshold": layer.threshold,
        "upward": layer.upward, "layer": layer.name or layer.path.name, "sha256": sha, "source": layer.source,
        "licence": layer.licence or None, "how": how,
    }  # fmt: skip


def _kept(whole: Workspace, rows: list[dict[str, Any]], layer: Layer, who: str, *, over: bool, reason: str) -> Changed:
    kind = record_kind("hazard")
    sheet = sheet_of_values(kind, rows, layer.path.name)
    said = Said((sheet,), source=layer.path.name, what="screen sites", over=over, reason=reason.strip())
    return change(whole, kind, said, who=who)


def _state(layer: Layer, value: float) -> str:
    if np.isnan(value):
        return "without"
    over = value >= layer.threshold if layer.upward else value <= layer.threshold
    return "exposed" if over else "safe"


def _warnings(
    layer: Layer, outside: tuple[str, ...], unplaced: tuple[str, ...], without: list[str]
) -> Iterator[Finding]:
    for code, sites, found, remedy in (
        ("outside", outside, "{count} sites lie outside of it: {sites}",
         "screen them by another layer, or declare the hazard as not screened"),
        ("unplaced", unplaced, "{count} sites have no coordinates: {sites}", "enter their latitude and longitude"),
        ("no_data", without, "it has no data at {count} sites: {sites}",
         "look up what no data means in this layer; it may mean that there is no hazard, and it may not"),
    ):  # fmt: skip
        if sites:
            yield _say(
                layer.path.name, code, found, "a value at every site", remedy, "warning", count=len(sites),
                sites=listed(list(sites)[:_FEW], len(sites)),
            )  # fmt: skip

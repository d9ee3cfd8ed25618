"""The inventory of a year from its scopes down to sites, meters and months, both scope-2 bases beside each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from wattstone.inventory.consolidation import NOT_YET
from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.overview.columns import newest_rows
from wattstone.workflows.overview.levels import BASES, COLUMNS, number_at, sites_of
from wattstone.workflows.overview.numbers import Number
from wattstone.workflows.overview.places import places_of
from wattstone.workflows.overview.totals import number_of
from wattstone.workflows.workspace import Workspace

__all__ = ["Branch", "Level", "inventory_tree", "level_months"]


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A row of the tree.

    Parameters
    ----------
    path : str
        What to ask for to see what is below: `scope1`, `scope2/site:A`, `scope2/site:A/meter:m`.
    kind : str
        `scope`, `site`, `meter`, `month`.
    label : str
        Scope, name of the site, id of the meter, month.
    location, market : Number
        kg CO2e by both bases; of scopes 1 and 3 both are the same figure. What is not known says why.
    energy : Number or None
        What it was made from: kWh, m3.
    children : int
        How many rows are below.
    added : bool
        Whether the row above is the sum of this one and others; a meter that another one counts already is not.
    part_of : str
        The meter that it is a part of; empty where it is none.
    """

    path: str
    kind: str
    label: str
    location: Number
    market: Number
    energy: Number | None
    children: int
    added: bool = True
    part_of: str = ""


@dataclass(frozen=True, kw_only=True)
class Level:
    """What is below one row of the tree, a page of it.

    Parameters
    ----------
    year : int
        Calendar year.
    path : tuple of Branch
        From the top to the row itself; empty for the scopes.
    rows : tuple of Branch
        The largest by location first; months in order of time.
    count, page, size : int
        Rows of all pages.
    whole : bool
        Whether all sites of the organisation are counted.
    meters : int
        How many meters are added up, of all pages; 0 for a meter itself.
    """

    year: int
    path: tuple[Branch, ...]
    rows: tuple[Branch, ...]
    count: int
    page: int
    size: int
    whole: bool
    meters: int = 0


def inventory_tree(workspace: Workspace, year: int, under: str = "", *, page: int = 1, size: int = 50) -> Level | None:
    """The rows below one row of the tree; None where there is no such row, or one may not see it."""
    if workspace.lake.scan(FIGURES, parts=[year]) is None:
        return None
    tree = _Tree(workspace, year)
    steps = [one for one in under.split("/") if one]
    path: list[Branch] = []
    for depth in range(1, len(steps) + 1):
        found = tree.at(steps[:depth])
        if found is None:
            return None
        path.append(found)
    rows, count = tree.below(steps, (page - 1) * size, size)
    if not count and steps:
        return None
    return Level(year=year, path=tuple(path), rows=tuple(rows), count=count, page=page, size=size, whole=tree.whole,
                 meters=tree.added(steps, rows))  # fmt: skip


_MONTH = {"name": pl.String(), "month": pl.Int32(), "value": pl.Float64(), "unit": pl.String(), "lower": pl.Float64(),
          "upper": pl.Float64(), "estimated": pl.Float64(), "before": pl.Float64(), "id": pl.String(),
          "before_id": pl.String()}  # fmt: skip


def level_months(level: Level, name: str) -> pl.DataFrame:
    """The rows of a meter's level as months of a figure: name, month (1 to 12), value, unit, interval, year before."""
    rows = [
        (name, int(one.label.rpartition("-")[2]), at.value, at.unit, at.lower, at.upper, at.estimated, at.before,
         at.figure, at.before_figure)
        for one, at in ((row, row.location) for row in level.rows)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_MONTH, orient="row")


_BOTH = ("location", "market")
_UNKNOWN = Number(name="", value=None, unit="kg CO2e", reason=NOT_YET)  # an inventory holds no such figure
_INPUTS = 100  # that a sum names

_Rows = Mapping[tuple[str, str, str], Mapping[str, Any]]


def _sum(sites: pl.DataFrame, basis: str, name: str) -> Number | None:
    """The sum of sites by a basis; None where one of them is not known."""
    value, before = sites[f"{basis}.value"], sites[f"{basis}.before"]
    if value.is_empty() or value.null_count():
        return None
    return Number(
        name=name, value=float(value.sum()), unit=sites[f"{basis}.unit"][0],
        inputs=tuple(sites[f"{basis}.id"].head(_INPUTS)), of=sites.height,
        before=None if before.null_count() else float(before.sum()),
    )  # fmt: skip


class _Tree:
    """The current figures of a year, as far as the actor may see them; only what is asked for is read."""

    def __init__(self, workspace: Workspace, year: int) -> None:
        self.year, self.workspace = year, workspace
        self.whole = workspace.actor.scope.whole

    def below(self, steps: list[str], begin: int, size: int) -> tuple[list[Branch], int]:
        """A page of the rows below a row, and how many there are."""
        if len(steps) == 1 and steps[0] in BASES:
            rows = self._sites(steps[0])
            return [self._site(steps[0], row) for row in rows.slice(begin, size).iter_rows(named=True)], rows.height
        found = self._few(steps)
        return found[begin : begin + size], len(found)

    def added(self, steps: list[str], rows: Sequence[Branch]) -> int:
        """How many meters are added up to what is shown."""
        if len(steps) == 2:
            return sum(one.added for one in rows)
        scopes = BASES if not steps else steps if len(steps) == 1 else ()
        return sum(int(self._sites(scope)["location.parts"].sum() or 0) for scope in scopes)

    def _few(self, steps: list[str]) -> list[Branch]:
        """The rows below the top, a site or a meter."""
        if not steps:
            return [one for scope in BASES if (one := self._scope(scope)) is not None]
        if steps[0] not in BASES:
            return []
        kind, _, ident = steps[-1].partition(":")
        if len(steps) == 2 and kind == "site" and self.workspace.actor.scope.holds(ident):
            return self._meters(steps[0], ident)
        if len(steps) == 3 and kind == "meter":
            return self._months(steps[0], steps[1], ident)
        return []

    def at(self, steps: list[str]) -> Branch | None:
        """A row by its path."""
        if steps[0] not in BASES:
            return None
        if len(steps) == 1:
            return self._scope(steps[0])
        if len(steps) == 2:
            kind, _, ident = steps[1].partition(":")
            rows = self._sites(steps[0]).filter(pl.col("site") == ident) if kind == "site" else None
            return None if rows is None or rows.is_empty() else self._site(steps[0], rows.row(0, named=True))
        return next((one for one in self._few(steps[:-1]) if one.path == "/".join(steps)), None)

    def _of(self, subjects: Sequence[str], names: Sequence[str], period: pl.Expr) -> _Rows:
        """Figures of a few subjects: files are sorted by these, so that little of them is read."""
        scan = self.workspace.lake.scan(FIGURES, parts=[self.year])
        if scan is None or not subjects:
            return {}
        about = pl.col("subject").is_in(subjects) if len(subjects) > 1 else pl.col("subject") == subjects[0]
        rows = newest_rows(scan.filter(about & pl.col("name").is_in(list(names)) & period).select(COLUMNS))
        return {(row["subject"], row["name"], row["period"]): row for row in rows.iter_rows(named=True)}

    def _number(self, rows: _Rows, subject: str, name: str, period: str) -> Number | None:
        row = rows.get((subject, name, period))
        if row is None:
            return None
        last = rows.get((subject, name, f"{int(period[:4]) - 1}{period[4:]}"))
        return number_of(row, last)

    def _years(self) -> pl.Expr:
        return pl.col("period").is_in([str(self.year), str(self.year - 1)])

    def _sites(self, scope: str) -> pl.DataFrame:
        return sites_of(self.workspace, self.year)[scope].seen(self.workspace)

    def _scope(self, scope: str) -> Branch | None:
        names, sites = BASES[scope], self._sites(scope)
        if not self.whole:
            return self._together(scope, sites)
        rows = self._of(["organisation"], names, self._years())
        location = self._number(rows, "organisation", names[0], str(self.year))
        if location is None:
            return None
        if not sites_of(self.workspace, self.year)[scope].same:
            location = replace(location, before=None, before_figure=None)
        market = self._number(rows, "organisation", names[1], str(self.year)) or _UNKNOWN
        return Branch(path=scope, kind="scope", label=scope, location=location, market=market, energy=None,
                      children=sites.height)  # fmt: skip

    def _together(self, scope: str, sites: pl.DataFrame) -> Branch | None:
        """The sum over the sites that are seen."""
        if sites.is_empty():
            return None
        known = sites.filter(pl.col("location.value").is_not_null()).sort("site")
        total, market = (_sum(known, basis, name) for basis, name in zip(_BOTH, BASES[scope], strict=True))
        if total is None:
            why = sites["location.reason"].drop_nulls()
            total = replace(_UNKNOWN, reason=None if why.is_empty() else str(why[0]))
        return Branch(path=scope, kind="scope", label=scope, location=total, market=market or _UNKNOWN, energy=None,
                      children=sites.height)  # fmt: skip

    @staticmethod
    def _site(scope: str, row: dict[str, Any]) -> Branch:
        location, market = (number_at(row, basis, name) for basis, name in zip(_BOTH, BASES[scope], strict=True))
        assert location is not None
        return Branch(path=f"{scope}/site:{row['site']}", kind="site", label=row["label"], location=location,
                      market=market or _UNKNOWN, energy=None, children=1)  # fmt: skip

    def _meters_of(self, site: str) -> dict[str, tuple[str, str]]:
        """Meters of a site: what each measures, and the meter it is a part of."""
        mine = places_of(self.workspace).meters.filter(pl.col("site_id") == site)
        return {key: (kind, parent or "") for key, kind, parent in mine.select("id", "kind", "parent_id").iter_rows()}

    def _parts(self, site: str, name: str) -> set[str]:
        """Ids of the figures that a site's figure is the sum of."""
        scan = self.workspace.lake.scan(FIGURES, parts=[self.year])
        if scan is None:
            return set()
        same = {"subject": f"site:{site}", "name": name, "period": str(self.year)}
        mine = scan.filter(pl.all_horizontal(pl.col(key) == value for key, value in same.items()))
        rows = newest_rows(mine.select(*COLUMNS, "inputs"))
        held = rows["inputs"].explode().drop_nulls().to_list()
        return {one.removeprefix("figure:") for one in held if one.startswith("figure:")}

    def _meters(self, scope: str, site: str) -> list[Branch]:
        names, mine = BASES[scope], self._meters_of(site)
        energy = {kind: (f"energy.{kind}", f"volume.{kind}") for kind, _ in mine.values()}
        wanted = (*names, *(name for pair in energy.values() for name in pair))
        rows, parts = self._of([f"meter:{one}" for one in mine], wanted, self._years()), self._parts(site, names[0])
        made: list[Branch] = []
        for meter, (kind, parent) in mine.items():
            subject, year = f"meter:{meter}", str(self.year)
            location = self._number(rows, subject, names[0], year)
            if location is not None:
                used = next((one for name in energy[kind] if (one := self._number(rows, subject, name, year))), None)
                market = self._number(rows, subject, names[1], year) or _UNKNOWN
                made.append(Branch(path=f"{scope}/site:{site}/{subject}", kind="meter", label=meter, location=location,
                                   market=market, energy=used, children=12, added=location.figure in parts,
                                   part_of=parent))  # fmt: skip
        return sorted(made, key=lambda one: (-(one.location.value or 0.0), one.label))

    def _months(self, scope: str, above: str, meter: str) -> list[Branch]:
        names = BASES[scope]
        subject = f"meter:{meter}"
        kind, _ = self._meters_of(above.partition(":")[2]).get(meter, (None, ""))
        energy = (f"energy.{kind}", f"volume.{kind}")
        months = pl.col("period").str.len_chars() == 7
        rows: _Rows = {} if kind is None else self._of([subject], (*names, *energy), months)
        made: list[Branch] = []
        for number in range(1, 13):
            period = f"{self.year}-{number:02}"
            location = self._number(rows, subject, names[0], period)
            if location is not None:
                used = next((one for name in energy if (one := self._number(rows, subject, name, period))), None)
                market = self._number(rows, subject, names[1], period) or _UNKNOWN
                made.append(Branch(path=f"{scope}/{above}/{subject}/{period}", kind="month", label=period,
                                   location=location, market=market, energy=used, children=0))  # fmt: skip
        return made

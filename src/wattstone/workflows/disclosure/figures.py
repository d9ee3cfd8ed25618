"""Figures of a report: each by name, period and subject, the newest that was recorded, with the state that it is in."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from wattstone.disclosure.statement import FigureState, Shown
from wattstone.inventory.released import Release, newest_release
from wattstone.inventory.sums import ORGANISATION
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.outdated import outdated
from wattstone.workflows.disclosure.recorded import KNOWN, newest_figures, one_figure, site_figures, words_of
from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.results import RESULTS
from wattstone.workflows.workspace import Workspace

__all__ = ["Figures"]

_SAME: Final = 1e-9  # relative; what `verify` takes for the same
_SHOWN: Final = ["id", "name", "period", "subject", "value", "unit", "lower", "upper", "basis", "method", "reason"]


class Figures:
    """What a report shows of the figures of a workspace.

    The table of figures is read once, those of sites when they are asked for.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    year : int
        Reporting year.

    Raises
    ------
    Forbidden
        If the whole organisation is not open to whoever asks.

    Notes
    -----
    A figure is `restated` where another value of the same name, subject and period stands in the release of its year:
    the newer one is shown. It is `stale` where readings, activity records, entries or figures that it rests on have
    changed since it was recorded, as far as that can be told without computing it again (`wattstone verify` does).
    """

    def __init__(self, workspace: Workspace, year: int) -> None:
        self._whole = acting(workspace, Act.READ, EVERYWHERE)
        self.year = year
        releases = self._whole.records.releases()
        self._releases = {one.year: one for one in releases if newest_release(releases, one.year) == one}
        self._runs = {one.year: one.run for one in self._releases.values()}
        self._stale = outdated(self._whole)
        self._words = words_of(self._whole.lake)
        self.frame = self._stated(newest_figures(self._whole.lake, self._runs))
        """Of the organisation and of all that is no site, meter or activity: schema `KNOWN`, and `state`."""
        self._held: dict[str, Shown] = {one.key: one for one in self._shown(self.frame)}
        self._every: dict[str, Shown] = {}

    @property
    def every(self) -> Mapping[str, Shown]:
        """What was shown so far, by `Shown.key`."""
        return self._every

    def release(self, year: int | None = None) -> Release | None:
        """The release of a year that holds, of the reporting year where none is named; None where there is none."""
        return self._releases.get(self.year if year is None else year)

    def shown(self, name: str, period: str, subject: str = ORGANISATION) -> Shown:
        """A figure; one in the state `missing` where there is none.

        Parameters
        ----------
        name, period, subject : str
            `scope2.location`, `2025`, `organisation`.
        """
        key = f"{name}@{period}" + ("" if subject == ORGANISATION else f"@{subject}")
        if key not in self._held:
            rows = self._stated(one_figure(self._whole.lake, self._runs, name, period, subject))
            missing = Shown(
                id="", name=name, period=period, subject=subject, value=None, unit="", state="missing",
                reason="no figure of this name, period and subject was recorded",
            )  # fmt: skip
            self._held[key] = next(iter(self._shown(rows)), missing)
        return self._told(self._held[key])

    def known(self, name: str, period: str, subject: str = ORGANISATION) -> Shown | None:
        """The same; None where there is none. Nothing that is missing counts as shown."""
        found = self._held.get(f"{name}@{period}" + ("" if subject == ORGANISATION else f"@{subject}"))
        return None if found is None or found.state == "missing" else self._told(found)

    def matching(self, names: str, period: str | None = None) -> tuple[Shown, ...]:
        """Figures whose names match, but those of sites, meters and activities.

        Parameters
        ----------
        names : str
            Regular expression.
        period : str or None
            Every one where None.

        Returns
        -------
        tuple of Shown
            By name, subject and period.
        """
        wanted = pl.col("name").str.contains(names)
        rows = self.frame.filter(wanted if period is None else wanted & (pl.col("period") == period))
        return tuple(self._told(one) for one in self._shown(rows.sort("name", "subject", "period")))

    def of_sites(self, names: str, period: str, *, largest: int | None = None) -> tuple[Shown, ...]:
        """Figures of sites whose names match, of a period, by name and site.

        Parameters
        ----------
        names : str
            Regular expression.
        period : str
        largest : int or None
            As many sites at most: those whose figures come to most together; all where None.
        """
        rows = site_figures(self._whole.lake, self._runs, names, period)
        if largest is not None:
            sizes = rows.group_by("subject").agg(pl.col("value").sum())
            kept = sizes.sort("value", "subject", descending=[True, False]).head(largest)
            rows = rows.join(kept, on="subject", how="semi", maintain_order="left")
        return tuple(self._told(one) for one in self._shown(self._stated(rows).sort("name", "subject")))

    def _shown(self, rows: pl.DataFrame) -> Iterable[Shown]:
        for one in rows.select(*_SHOWN, "state").iter_rows(named=True):
            yield _shown(one, self._words.get(one["name"], ""))

    def _told(self, one: Shown) -> Shown:
        self._every[one.key] = one
        return one

    def _stated(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with the state that each is in: what is restated is told first, for it is shown to others."""
        value, out = pl.col("value"), pl.col("published")
        moved = out.is_not_null() & (value.is_null() | ((value - out).abs() > _SAME * pl.max_horizontal(
            value.abs(), out.abs()
        )))  # fmt: skip
        state_of = pl.when(moved).then(pl.lit("restated")).when(self._old()).then(pl.lit("stale"))
        return rows.select(list(KNOWN)).with_columns(state_of.otherwise(pl.lit("current")).alias("state"))

    def _old(self) -> pl.Expr:
        """Whether what a row rests on has changed since."""
        named, year = pl.col("id"), pl.col("period").str.head(4)
        old = named.is_in(list(self._stale.ids))
        old |= (pl.col("table") == RESULTS) & pl.col("run").is_in(list(self._stale.runs))
        old |= pl.col("part").is_in(list(self._stale.years)) & (year == pl.col("part").cast(pl.String))
        own = [str(one) for one in self._whole.lake.parts(FIGURES)]
        for one, ids in self._stale.of_years.items():
            old |= named.is_in(list(ids)) & ((year == str(one)) | ~year.is_in(own))
        return old.fill_null(value=False)


def _shown(row: Mapping[str, Any], label: str) -> Shown:
    lower, upper = row["lower"], row["upper"]
    state: FigureState = row["state"]
    return Shown(
        id=row["id"], name=row["name"], period=row["period"], subject=row["subject"], value=row["value"],
        unit=row["unit"], interval=None if lower is None or upper is None else (lower, upper), state=state,
        basis=row["basis"] or "", method=row["method"] or "", reason=row["reason"] or "",
        label=label,
    )  # fmt: skip

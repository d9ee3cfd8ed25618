"""Recalculated series: earlier years as they would stand with today's structure, methods and knowledge [1]_ [2]_.

Each change is an adjustment of its own, listed with what it is for; nothing is folded into a total unseen. Changes
that are too small together are listed too, and left out of the series.

References
----------
.. [1] World Resources Institute and WBCSD, "The Greenhouse Gas Protocol: A Corporate Accounting and Reporting
   Standard, Revised Edition," 2004, chapter 5.
.. [2] World Resources Institute and WBCSD, "Base year recalculation methodologies for structural changes," appendix E
   to the Corporate Standard, 2005.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.inventory.base_year import EVENT_KINDS, BaseYearPolicy, MidYear, significance
from wattstone.inventory.statement import SERIES

__all__ = ["ADJUSTMENTS", "CORRECTIONS", "REPORTED", "SITE_YEARS", "Recalculated", "StructuralEvent", "recalculate"]

StructuralKind = Literal[
    "acquisition", "merger", "insourcing", "divestment", "outsourcing", "opening", "closure", "volume"
]

REPORTED: Final[dict[str, pl.DataType]] = {
    "year": pl.Int32(),
    "name": pl.String(),  # scope1, scope2.location, ...
    "value": pl.Float64(),  # of the organisation as it was first released, kg CO2e
}

SITE_YEARS: Final[dict[str, pl.DataType]] = {
    "site_id": pl.String(),
    "year": pl.Int32(),
    "name": pl.String(),
    "value": pl.Float64(),  # of the whole year whoever held the site, the organisation's share of it, kg CO2e
}

CORRECTIONS: Final[dict[str, pl.DataType]] = {
    "event": pl.String(),
    "kind": pl.String(),  # method, error
    "site_id": pl.String(),  # null: the organisation as a whole
    "year": pl.Int32(),
    "name": pl.String(),
    "before": pl.Float64(),  # kg CO2e
    "after": pl.Float64(),
    "reason": pl.String(),
}

ADJUSTMENTS: Final[dict[str, pl.DataType]] = {
    "event": pl.String(),
    "kind": pl.String(),
    "trigger": pl.String(),  # structure, method, error; null for organic growth, which adjusts nothing
    "site_id": pl.String(),
    "year": pl.Int32(),
    "name": pl.String(),
    "share": pl.Float64(),  # of the site's year that is added or taken away; null of corrections
    "value": pl.Float64(),  # added to what was reported, kg CO2e; null where it is not known
    "applied": pl.Boolean(),  # false: below the threshold, disclosed alone
    "reason": pl.String(),
}


@dataclass(frozen=True, kw_only=True)
class StructuralEvent:
    """A site that came to the organisation or left it.

    Parameters
    ----------
    event : str
        What it is called; each has a name of its own.
    kind : str
        `acquisition`, `merger`, `insourcing`; `divestment`, `outsourcing`; `opening`, `closure` and `volume` are
        organic and adjust nothing.
    site_id : str
        Which site.
    on : date
        The first day with the site, or the first one without it.
    reason : str
        In words.
    reported_elsewhere : bool
        Of insourcing and outsourcing: the activity stands in another of the totals that are reported, as in scope 3,
        so that nothing left or came.
    """

    event: str
    kind: StructuralKind
    site_id: str
    on: date
    reason: str = ""
    reported_elsewhere: bool = False

    @property
    def comes(self) -> bool:
        """Whether the site came."""
        return self.kind in ("acquisition", "merger", "insourcing")

    @property
    def adjusts(self) -> bool:
        """Whether earlier years are adjusted for it at all."""
        return EVENT_KINDS[self.kind] == "structure" and not self.reported_elsewhere

    @property
    def left(self) -> float:
        """The share of the event's year from that day on, by days."""
        begin, end = date(self.on.year, 1, 1), date(self.on.year + 1, 1, 1)
        return (end - self.on).days / (end - begin).days


@dataclass(frozen=True, kw_only=True)
class Recalculated:
    """What became of the earlier years.

    Parameters
    ----------
    series : polars.DataFrame
        Schema `SERIES`: base years to reporting year, each total as reported and recalculated. [kg CO2e]
    adjustments : polars.DataFrame
        Schema `ADJUSTMENTS`: every change, whether it was applied or is disclosed alone.
    significance : polars.DataFrame
        Schema `SIGNIFICANCE`: whether the changes together reach the threshold.
    missing : tuple of str
        Base years of which nothing was reported.
    """

    series: pl.DataFrame
    adjustments: pl.DataFrame
    significance: pl.DataFrame
    missing: tuple[int, ...] = ()

    @property
    def due(self) -> bool:
        """Whether a recalculation is due."""
        return bool(self.significance["significant"].fill_null(value=False).any())

    def of_base(self, policy: BaseYearPolicy, reporting: int) -> pl.DataFrame:
        """`name`, `reported`, `recalculated`: what a reporting year is compared with, averaged over the base years."""
        years = list(policy.base_years(reporting))
        inside = self.series.filter(pl.col("year").is_in(years)).group_by("name", maintain_order=True)
        whole = pl.len() == len(years)
        return inside.agg(
            *(
                pl.when(whole & pl.col(name).is_not_null().all()).then(pl.col(name).mean()).alias(name)
                for name in ("reported", "recalculated")
            )
        )


def recalculate(
    policy: BaseYearPolicy,
    reported: pl.DataFrame,
    *,
    reporting: int,
    site_years: pl.DataFrame | None = None,
    events: Sequence[StructuralEvent] = (),
    corrections: pl.DataFrame | None = None,
) -> Recalculated:
    r"""Recalculate the base year and every year since for changes of structure, changes of method, and errors.

    Parameters
    ----------
    policy : BaseYearPolicy
        Base year, threshold, triggers, and what is done within a year.
    reported : polars.DataFrame
        Schema `REPORTED`.
    reporting : int
        The year that is reported.
    site_years : polars.DataFrame or None
        Schema `SITE_YEARS`, of the sites that events name, as they are known now. A year without a row is one in
        which the site did not exist, and is not adjusted; a row without a value is one that nobody knows, and leaves
        the year without a recalculated total.
    events : sequence of StructuralEvent
        Sites that came and went, up to the reporting year.
    corrections : polars.DataFrame or None
        Schema `CORRECTIONS`: changes of method and errors.

    Returns
    -------
    Recalculated

    Raises
    ------
    InputRefused
        If two events have one name, an event's site has no emissions at all, or a correction is of a year or a total
        that was not reported.

    Notes
    -----
    With :math:`E_{s,y}` the emissions of a site's whole year and :math:`d` the share of the event's year :math:`Y`
    that lies behind the event, a site that came adds

    .. math::
        \Delta_y = E_{s,y} \quad (y < Y), \qquad \Delta_Y = (1 - d)\, E_{s,Y}

    by the all-year option, and for the year in which it came, by the pro-rata option,
    :math:`\Delta_y = d\, E_{s,y}` with :math:`\Delta_Y = 0`; from the year after on, both are the same. A site
    that left takes away what is left of it in the totals: :math:`\Delta_y = -E_{s,y}` and
    :math:`\Delta_Y = -(1 - d) E_{s,Y}`, pro rata :math:`\Delta_y = -d\, E_{s,y}`.
    """
    site_years = pl.DataFrame(schema=SITE_YEARS) if site_years is None else site_years
    corrections = pl.DataFrame(schema=CORRECTIONS) if corrections is None else corrections
    first = min(policy.base_years(reporting))
    span = reported.filter(pl.col("year").is_between(first, reporting))
    known = [one for one in events if one.on.year <= reporting]
    if found := [*_unsound(known, site_years), *_strange(span, corrections)]:
        raise InputRefused(found)
    structural = _structural(known, site_years, span, policy.mid_year, reporting)
    every = pl.concat([structural, _corrected(corrections.filter(pl.col("year").is_between(first, reporting)))])
    base_years = policy.base_years(reporting)
    base = span.filter(pl.col("year").is_in(base_years)).group_by("name", maintain_order=True)
    mean = pl.when(pl.col("value").is_null().any()).then(None).otherwise(pl.col("value").sum() / len(base_years))
    counted = pl.col("trigger").is_in(list(policy.triggers))
    judged = significance(policy, base.agg(mean.alias("value")), every.filter(counted))
    over = judged.filter("significant")["names"].str.split("+").explode()
    due = every.filter(counted & pl.col("name").is_in(over.implode()))["event"].unique()
    # An event counts as a whole: a total must not know of what its parts do not.
    every = every.with_columns((counted & pl.col("event").is_in(due.implode())).alias("applied"))
    missing = sorted(set(base_years) - set(span["year"]))
    return Recalculated(
        series=_series(span, every),
        adjustments=every.select(list(ADJUSTMENTS)).sort("year", "event", "name", maintain_order=True),
        significance=judged,
        missing=tuple(missing),
    )


def _structural(
    events: Sequence[StructuralEvent], site_years: pl.DataFrame, span: pl.DataFrame, option: MidYear, reporting: int
) -> pl.DataFrame:
    """What sites that came and went add to each year, and take from it."""
    rows = [
        (one.event, one.kind, EVENT_KINDS[one.kind], one.site_id, one.on.year, one.left, one.comes, one.reason)
        for one in events
        if one.adjusts
    ]
    names = ("event", "kind", "trigger", "site_id", "at", "left", "comes", "reason")
    types = (pl.String(),) * 4 + (pl.Int32(), pl.Float64(), pl.Boolean(), pl.String())
    held = pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")
    before, within = pl.col("year") < pl.col("at"), pl.col("year") == pl.col("at")
    pro_rata = pl.lit(option == "pro-rata") & (pl.col("at") == reporting)
    share = (
        pl.when(before & pro_rata).then("left")
        .when(before).then(1.0)
        .when(within & ~pro_rata).then(1 - pl.col("left"))
        .otherwise(0.0)
    )  # fmt: skip
    sign = pl.when("comes").then(1.0).otherwise(-1.0)
    joined = held.join(site_years, on="site_id", maintain_order="left").join(
        span.select("year", "name").unique(), on=["year", "name"], how="semi", maintain_order="left"
    )
    return (
        joined.with_columns(share.alias("share"))
        .filter(pl.col("share") > 0)
        .with_columns((sign * pl.col("share") * pl.col("value")).alias("value"), pl.lit(value=False).alias("applied"))
        .select(pl.col(name).cast(dtype) for name, dtype in ADJUSTMENTS.items())
    )


def _corrected(corrections: pl.DataFrame) -> pl.DataFrame:
    """What changes of method and errors make of each year."""
    return corrections.with_columns(
        pl.col("kind").alias("trigger"),
        pl.lit(None, pl.Float64).alias("share"),
        (pl.col("after") - pl.col("before")).alias("value"),
        pl.lit(value=False).alias("applied"),
    ).select(pl.col(name).cast(dtype) for name, dtype in ADJUSTMENTS.items())


def _series(span: pl.DataFrame, adjustments: pl.DataFrame) -> pl.DataFrame:
    """Each total as reported, and with what was applied."""
    moved = adjustments.filter("applied").group_by("year", "name").agg(
        pl.when(pl.col("value").is_null().any()).then(None).otherwise(pl.col("value").sum()).alias("moved"),
        pl.lit(value=True).alias("touched"),
    )  # fmt: skip
    by = pl.when(pl.col("touched").fill_null(value=False)).then("moved").otherwise(0.0)
    return (
        span.join(moved, on=["year", "name"], how="left", maintain_order="left")
        .with_columns(pl.col("value").alias("reported"), (pl.col("value") + by).alias("recalculated"))
        .select(pl.col(name).cast(dtype) for name, dtype in SERIES.items())
        .sort("name", "year")
    )


def _unsound(events: Sequence[StructuralEvent], site_years: pl.DataFrame) -> list[Finding]:
    names = [one.event for one in events]
    found = [
        Finding(
            code="restatement.event_twice", place=f"event '{name}'", found="two events have this name",
            expected="a name of its own for each event", remedy="rename one",
        )
        for name in sorted({name for name in names if names.count(name) > 1})
    ]  # fmt: skip
    known = set(site_years["site_id"])
    found += [
        Finding(
            code="restatement.no_site_years", place=f"event '{one.event}'",
            found="nothing is known of the emissions of site '{site}'", params={"site": one.site_id},
            expected="its emissions of each year since it exists",
            remedy="load its activity data of the years before, or state its emissions",
        )
        for one in events
        if one.adjusts and one.site_id not in known
    ]  # fmt: skip
    return found


def _strange(span: pl.DataFrame, corrections: pl.DataFrame) -> list[Finding]:
    """Corrections of what was never reported."""
    lost = corrections.join(span, on=["year", "name"], how="anti")
    found = [
        Finding(
            code="restatement.not_reported", place=f"event '{event}'",
            found="{name} of {year} was not reported", params={"name": name, "year": year},
            expected="a year since the base year, and a total that it has",
            remedy="correct the year or the total",
        )
        for event, year, name in lost.select("event", "year", "name").iter_rows()
    ]  # fmt: skip
    wrong = corrections.filter(~pl.col("kind").is_in(["method", "error"]))
    return found + [
        Finding(
            code="restatement.kind", place=f"event '{event}'", found="'{kind}' is no correction",
            params={"kind": kind}, expected="method or error", remedy="name one of these",
        )
        for event, kind in wrong.select("event", "kind").iter_rows()
    ]  # fmt: skip

"""What the record and the releases tell a restatement: figures that changed, emissions of a site, what waits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import polars as pl

from wattstone.inventory.base_year import BaseYearPolicy, Trigger, policy_from, significance
from wattstone.inventory.ledger import POLICY, Entry, Restated, entries, restated_series, waiting
from wattstone.inventory.restatement import REPORTED, SITE_YEARS, StructuralEvent
from wattstone.inventory.sums import ORGANISATION
from wattstone.portfolio import Site
from wattstone.portfolio.control import spans_of
from wattstone.portfolio.model import Approach
from wattstone.workflows.inventory.compute import compute
from wattstone.workflows.inventory.record import FIGURES, HELD, current_figures
from wattstone.workflows.workspace import Workspace

__all__ = [
    "TOTALS", "changed_figures", "first_released", "held_entries", "judged", "own_figures", "same", "site_totals",
]  # fmt: skip

TOTALS: Final = r"^(scope1|scope2\.(location|market)|scope3(\.\d+)?|total\.(location|market))$"
"""Names of the figures that are restated."""

_UNIT = "kg CO2"
_SAME = 1e-9  # relative; what `verify` takes for the same
_EFFECTS = {"event": pl.String(), "year": pl.Int32(), "name": pl.String(), "value": pl.Float64()}


def held_entries(workspace: Workspace) -> tuple[Entry, ...]:
    """Every restatement as it stands."""
    return entries(workspace.records.restatement_lines())


def first_released(workspace: Workspace) -> pl.DataFrame:
    """The organisation's totals as each year was first released.

    Returns
    -------
    polars.DataFrame
        Schema `restatement.REPORTED`. [kg CO2e]
    """
    rows: dict[tuple[int, str], float] = {}
    for release in workspace.records.releases():
        for key, value in release.totals.items():
            name, _, subject = key.partition("@")
            if subject == ORGANISATION and release.units.get(key, _UNIT).startswith(_UNIT):
                rows.setdefault((release.year, name), value)
    table = [(year, name, value) for (year, name), value in rows.items()]
    return pl.DataFrame(table, schema=REPORTED, orient="row").filter(pl.col("name").str.contains(TOTALS))


def changed_figures(workspace: Workspace, year: int, held: Sequence[Entry], *, again: bool = False) -> list[Restated]:
    """The organisation's totals of a year that are neither as released nor as restated or proposed since.

    What was rejected is found `again` where somebody asks for it; by itself only once it starts from another value.
    """
    now = _totals(current_figures(workspace.lake, year), year)
    before = _at_release(workspace, year)
    last = {one.restated.key: one.restated for one in held if one.state != "rejected"}
    computed = dict(_computed(held))
    rejected = [one.restated for one in held if one.state == "rejected" and not again]
    refused = {(one.key, one.before, one.after_id) for one in rejected}
    found: list[Restated] = []
    for name in sorted({*now, *before}):
        key = (year, name, ORGANISATION)
        new = now.get(name, {"id": None, "value": None, "why": None, "run": None})
        known = last.get(key)
        old: Mapping[str, Any] = before.get(name, {"id": None, "value": None})
        if known is not None and known.after_id is None and same(computed.get(key, old["value"]), new["value"]):
            continue  # a site that came or left was carried back, and no run has found anything else since
        if known is not None:
            old = {"id": known.after_id, "value": known.after}
        if same(old["value"], new["value"]) or (key, old["value"], new["id"]) in refused:
            continue
        why = str(new["why"] or "")
        found.append(
            Restated(
                year=year,
                name=name,
                before=old["value"],
                after=new["value"],
                before_id=old["id"],
                after_id=new["id"],
                trigger=_trigger(why),
                reason=why or "sites, meters, settings or the program changed",
                event=f"run {new['run']} of {year}",
            )
        )
    return found


def _computed(held: Sequence[Entry]) -> Iterator[tuple[tuple[int, str, str], float | None]]:
    """What runs found of each total, the newest last: not what was carried back for a site that came or left."""
    for one in held:
        if one.state != "rejected" and one.restated.after_id is not None:
            yield one.restated.key, one.restated.after


def _totals(figures: pl.DataFrame, year: int) -> dict[str, Mapping[str, Any]]:
    """Totals of the year itself: a run holds those of the year before too, as comparatives."""
    wanted = (pl.col("subject") == ORGANISATION) & pl.col("name").str.contains(TOTALS) & (pl.col("period") == str(year))
    rows = figures.filter(wanted).select("name", "id", "value", "why", "run")
    return {str(one["name"]): one for one in rows.iter_rows(named=True) if one["value"] is not None}


def _at_release(workspace: Workspace, year: int) -> dict[str, Mapping[str, Any]]:
    """The totals of the first release of a year, with the ids of the figures that held then."""
    first = next(one for one in workspace.records.releases() if one.year == year)
    scan = workspace.lake.scan(FIGURES, parts=[year])
    if scan is None:
        held = pl.DataFrame(schema=HELD)
    else:
        wanted = (pl.col("run") <= first.run) & (pl.col("subject") == ORGANISATION)
        held = scan.filter(wanted).select(list(HELD)).collect().sort("run", maintain_order=True)
    newest = _totals(held.unique(["name", "subject", "period"], keep="last", maintain_order=True), year)
    reported = first_released(workspace).filter(pl.col("year") == year)
    return {
        str(name): {"id": newest.get(name, {}).get("id"), "value": value}
        for name, value in reported.select("name", "value").iter_rows()
    }


def own_figures(workspace: Workspace, year: int) -> dict[str, tuple[str, str, float | None]]:
    """Name, subject and value of every figure of the year itself that any run wrote, by id."""
    scan = workspace.lake.scan(FIGURES, parts=[year])
    if scan is None:
        return {}
    mine = scan.filter((pl.col("period") == str(year)) & (pl.col("subject") == ORGANISATION))
    rows = mine.filter(pl.col("method") != "withdrawn").select("id", "name", "subject", "value").collect()
    return {key: (name, subject, value) for key, name, subject, value in rows.iter_rows()}


def same(old: float | None, new: float | None) -> bool:
    """Whether two values are one, as `verify` takes them."""
    if old is None or new is None:
        return old is None and new is None
    return abs(new - old) <= _SAME * max(abs(old), abs(new))


def _trigger(why: str) -> Trigger:
    """What a change is for, from what the record says of it."""
    if "arrived or were corrected" in why:
        return "error"
    method = ("factors changed", "gaps are", "hourly intensities")
    return "method" if any(one in why for one in method) else "structure"


def site_totals(workspace: Workspace, event: StructuralEvent, years: Sequence[int]) -> pl.DataFrame:
    """What a site emitted in whole years, whoever held it, as the workspace knows it now.

    Returns
    -------
    polars.DataFrame
        Schema `restatement.SITE_YEARS`: the organisation's share of it after it came, or before it left. [kg CO2e]
    """
    known = {one.id: one for one in workspace.records.sites()}
    site = known.get(event.site_id)
    if site is None:
        return pl.DataFrame(schema=SITE_YEARS)
    share = _share(site, event, workspace.records.organisation().approach)
    wanted = (pl.col("subject") == f"site:{event.site_id}") & pl.col("name").str.contains(TOTALS)
    frames = [
        compute(workspace, year).figures.filter(wanted & (pl.col("period") == str(year))).select(
            pl.lit(event.site_id).alias("site_id"),
            pl.lit(year, pl.Int32).alias("year"),
            "name",
            (pl.col("value") * share).alias("value"),
        )
        for year in years
    ]  # fmt: skip
    empty = pl.DataFrame(schema=SITE_YEARS)
    return pl.concat([empty, *frames])


def _share(site: Site, event: StructuralEvent, approach: Approach) -> float:
    """The share of a site on its first day, or on the last before it left; all of it where nobody said."""
    day = event.on if event.comes else event.on - timedelta(days=1)
    spans = (one for one in spans_of(site, approach) if one.start <= day < one.end)
    return next((one.placement.share for one in spans if one.placement.share > 0), 1.0)


def judged(workspace: Workspace, made: Sequence[Restated], held: Sequence[Entry]) -> list[Restated]:
    """Proposals with whether they are significant, together with all that waits."""
    said = [line for line in workspace.records.restatement_lines() if line.what == POLICY]
    if not said:
        return list(made)
    policy = policy_from(said[-1].details)
    series = restated_series(first_released(workspace), held)
    base_years = policy.base_years(max(one.year for one in made))
    base = series.filter(pl.col("year").is_in(base_years)).group_by("name").agg(
        pl.when(pl.col("recalculated").is_null().any()).then(None).otherwise(
            pl.col("recalculated").sum() / len(base_years)
        ).alias("value"),
        pl.len().alias("years"),
    )  # fmt: skip
    base = base.filter(pl.col("years") == len(base_years)).select("name", "value")
    together = [*(one.restated for one in waiting(held)), *made]
    rows = [(one.event, one.year, one.name, one.moved) for one in together if one.trigger in policy.triggers]
    found = significance(policy, base, pl.DataFrame(rows, schema=_EFFECTS, orient="row"))
    told = {
        str(names): None if reached.null_count() == reached.len() else bool(reached.any())
        for names, reached in (
            (one["names"][0], one["significant"]) for one in found.partition_by("names", include_key=True)
        )
    }
    joined = "+".join(policy.joined)
    grouped = [replace(one, judged=joined if one.name in policy.joined else one.name) for one in made]
    return [replace(one, significant=_reached(one, grouped, told, policy), policy=len(said)) for one in grouped]


def _reached(
    one: Restated, made: Sequence[Restated], told: Mapping[str, bool | None], policy: BaseYearPolicy
) -> bool | None:
    """Whether any total that its event touches reaches the threshold: an event counts as a whole."""
    if one.trigger not in policy.triggers:
        return False
    reached = [told.get(other.judged) for other in made if other.event == one.event]
    return True if True in reached else None if None in reached else False

r"""Emission intensities: emissions of a year over a denominator of the same boundary, as figures with their evidence.

Of a site, both sides are of the whole site. Of the organisation the numerator is its share of its sites, and so is the
denominator: floor area :math:`A = \sum_i a_i \bar s_i` of the sites that the inventory counts, with the mean
:math:`\bar s_i` of the share over the days of the year; what the organisation states of itself has to be drawn up by
the consolidation approach of the inventory [1]_.

References
----------
.. [1] GHG Protocol, "Corporate Accounting and Reporting Standard, revised edition," WRI and WBCSD, 2004, chapters 3
   and 9 (ratio indicators).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from wattstone.inventory.denominators import FLOOR_AREA, Denominator
from wattstone.inventory.frames import FIGURE, with_ids
from wattstone.inventory.plan import Plan
from wattstone.inventory.sums import ORGANISATION
from wattstone.portfolio import Site
from wattstone.portfolio.control import is_split, own_share, placements

__all__ = ["DIVIDED", "METHOD", "EmissionIntensities", "emission_intensities", "intensity_name"]

DIVIDED = ("scope1", "scope2.location", "scope2.market", "total.location", "total.market")
"""What is divided: each scope by itself, and both totals, on both bases."""

METHOD = "intensity.emissions/1"
"""Of the figures."""
_NAMED = 3  # sites that a reason names before it counts the others
_WHOLE = 1e-9


@dataclass(frozen=True)
class EmissionIntensities:
    """Schema `FIGURE`, and the content of the denominators that the figures name, by id."""

    figures: pl.DataFrame
    evidence: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class _Below:
    """A denominator of a subject: its value and evidence, or why there is none."""

    name: str
    subject: str
    unit: str
    value: float | None = None
    key: str | None = None
    reason: str | None = None
    note: str | None = None


def intensity_name(total: str, denominator: str = FLOOR_AREA) -> str:
    """What the intensity of a total is called.

    Examples
    --------
    >>> intensity_name("scope1"), intensity_name("total.market", "revenue")
    ('intensity.scope1', 'intensity.total.market.per_revenue')
    """
    return f"intensity.{total}" + ("" if denominator == FLOOR_AREA else f".per_{denominator}")


def emission_intensities(plan: Plan, figures: pl.DataFrame, stated: Sequence[Denominator] = ()) -> EmissionIntensities:
    """Emissions over floor area and over what was stated, of each site and of the organisation.

    Parameters
    ----------
    plan : Plan
        Sites with their floor areas and how they are held; the consolidation approach.
    figures : polars.DataFrame
        Schema `FIGURE`, of the year. [kg CO2e]
    stated : sequence of Denominator
        What holds of the year, from `stated_of`.

    Returns
    -------
    EmissionIntensities
        `intensity.TOTAL` [kg CO2e m-2] and `intensity.TOTAL.per_NAME`, for the totals of `DIVIDED`. Where numerator
        or denominator is not known, or they are not of one boundary, the figure has no value and says what lacks.
    """
    whole = figures.filter((pl.col("period") == str(plan.year)) & pl.col("name").is_in(DIVIDED))
    counted = _counted(whole)
    evidence: dict[str, dict[str, Any]] = {}
    below = [
        *_areas(plan, counted, evidence),
        *_of_sites(plan, stated, evidence),
        *_of_organisation(plan, stated, counted, evidence),
    ]
    return EmissionIntensities(_divided(whole, below), evidence)


def _counted(whole: pl.DataFrame) -> list[str]:
    """Sites of which the inventory counts anything: those without a reading or record stand in no total."""
    known = whole.filter(pl.col("subject").str.starts_with("site:") & pl.col("value").is_not_null())
    return [one.removeprefix("site:") for one in known["subject"].unique().sort()]


def _shares(plan: Plan, sites: Iterable[str]) -> dict[str, float]:
    """The mean share of each site over the days of the year."""
    split = {site.id: site for site in plan.sites if is_split(site)}
    asked = sorted(set(sites))
    theirs = [one for one in asked if one in split]
    days = pl.DataFrame(
        {
            "site_id": theirs,
            "start": [date(plan.year, 1, 1)] * len(theirs),
            "end": [date(plan.year, 12, 31)] * len(theirs),
        },
        schema={"site_id": pl.String, "start": pl.Date, "end": pl.Date},
    )
    held = own_share(days, placements(split.values(), plan.organisation.approach)).to_list()
    return {**dict.fromkeys(asked, 1.0), **dict(zip(theirs, held, strict=True))}


def _areas(plan: Plan, counted: list[str], evidence: dict[str, dict[str, Any]]) -> list[_Below]:
    """The floor area of each site, and of what the organisation holds of them."""
    areas = {site.id: site.floor_area for site in plan.sites}
    made: list[_Below] = []
    keys: dict[str, str] = {}
    for name, area in areas.items():
        if area is None:
            made.append(_Below(FLOOR_AREA, f"site:{name}", "m2", reason="the site has no floor area"))
            continue
        keys[name] = _kept(evidence, {"name": FLOOR_AREA, "site": name, "value": area, "unit": "m2",
                                      "source": "records of the site"})  # fmt: skip
        made.append(_Below(FLOOR_AREA, f"site:{name}", "m2", area, keys[name]))
    shares = _shares(plan, counted)
    mine = [name for name in counted if shares[name] > 0]
    lacking = [name for name in mine if areas.get(name) is None]
    if lacking or not mine:
        why = _lacking("floor area", lacking, len(mine)) if lacking else "no site of the organisation is counted"
        return [*made, _Below(FLOOR_AREA, ORGANISATION, "m2", reason=why)]
    value = sum((areas[name] or 0.0) * shares[name] for name in mine)
    key = _summed(evidence, FLOOR_AREA, "m2", value, {name: keys[name] for name in mine}, shares)
    part = any(shares[name] < 1 - _WHOLE for name in mine)
    note = "floor area by the share of each site and its days in the year" if part else None
    return [*made, _Below(FLOOR_AREA, ORGANISATION, "m2", value, key, note=note)]


def _of_sites(plan: Plan, stated: Sequence[Denominator], evidence: dict[str, dict[str, Any]]) -> list[_Below]:
    known = {site.id for site in plan.sites}
    return [
        _Below(one.name, one.subject, one.unit, one.value, _kept(evidence, _content(one)))
        for one in stated
        if one.subject != ORGANISATION and one.subject.removeprefix("site:") in known
    ]


def _of_organisation(
    plan: Plan, stated: Sequence[Denominator], counted: list[str], evidence: dict[str, dict[str, Any]]
) -> list[_Below]:
    """What the organisation stated of itself; where it did not, the sum of what was stated of all of its sites."""
    made: list[_Below] = []
    for name in sorted({one.name for one in stated}):
        mine = next((one for one in stated if (one.name, one.subject) == (name, ORGANISATION)), None)
        if mine is None:
            theirs = {one.subject.removeprefix("site:"): one for one in stated if one.name == name}
            made.append(_added(plan, name, theirs, counted, evidence))
        elif mine.approach != plan.organisation.approach:
            why = (
                f"{name} was drawn up by {mine.approach}, the inventory by {plan.organisation.approach}: "
                "they are not of one boundary"
            )
            made.append(_Below(name, ORGANISATION, mine.unit, reason=why))
        else:
            made.append(_Below(name, ORGANISATION, mine.unit, mine.value, _kept(evidence, _content(mine))))
    return made


def _added(
    plan: Plan,
    name: str,
    theirs: Mapping[str, Denominator],
    counted: list[str],
    evidence: dict[str, dict[str, Any]],
) -> _Below:
    """The sum over the sites, each by its share; only of sites that are held in one way all the year."""
    shares = _shares(plan, counted)
    mine = [one for one in counted if shares[one] > 0]
    units = sorted({one.unit for one in theirs.values()})
    lacking = [one for one in mine if one not in theirs]
    ours = set(mine)
    turned = [site.id for site in plan.sites if site.id in ours and _turns(plan, site)]
    why = None
    if lacking:
        why = _lacking(f"{name} of {plan.year}", lacking, len(mine))
    elif len(units) > 1:
        why = f"{name} is stated in units that do not add up: {', '.join(units)}"
    elif turned:
        why = (
            f"{name} of the organisation is not stated, and that of sites cannot be added up: "
            f"{_names(turned)} came, left or changed hands within {plan.year}"
        )
    if why is not None or not mine:
        return _Below(name, ORGANISATION, units[0], reason=why or "no site of the organisation is counted")
    value = sum(theirs[one].value * shares[one] for one in mine)
    keys = {one: _kept(evidence, _content(theirs[one])) for one in mine}
    return _Below(name, ORGANISATION, units[0], value, _summed(evidence, name, units[0], value, keys, shares))


def _turns(plan: Plan, site: Site) -> bool:
    """Whether the share of a site is another one on different days of the year."""
    if not is_split(site):
        return False
    first, after = date(plan.year, 1, 1), date(plan.year + 1, 1, 1)
    rows = placements([site], plan.organisation.approach).filter(pl.col("category") == 0)
    held = rows.filter((pl.col("start") < after) & (pl.col("end") > first))
    days = sum((min(end, after) - max(start, first)).days for start, end in held.select("start", "end").iter_rows())
    return held["share"].n_unique() > 1 or 0 < days < (after - first).days


def _names(sites: Sequence[str]) -> str:
    more = len(sites) - _NAMED
    return ", ".join(sites[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _lacking(what: str, sites: Sequence[str], of: int) -> str:
    return f"{len(sites)} of {of} sites have no {what} ({_names(sites)})"


def _content(one: Denominator) -> dict[str, Any]:
    told = {key: value for key, value in one.as_dict().items() if value is not None and key != "withdrawn"}
    site = {} if one.subject == ORGANISATION else {"site": one.subject.removeprefix("site:")}
    return {**told, **site}


def _summed(
    evidence: dict[str, dict[str, Any]],
    name: str,
    unit: str,
    value: float,
    keys: Mapping[str, str],
    shares: Mapping[str, float],
) -> str:
    """A denominator that rests on those of sites."""
    parts = {one: shares[one] for one in keys if abs(shares[one] - 1) > _WHOLE}
    content = {"name": name, "subject": ORGANISATION, "value": value, "unit": unit, "count": len(keys)}
    return _kept(evidence, {**content, **({"shares": parts} if parts else {}), "terms": dict(keys)})


def _kept(evidence: dict[str, dict[str, Any]], content: dict[str, Any]) -> str:
    """Put a denominator among the evidence, under the hash of its content."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    key = f"denominator:{digest[:20]}"
    evidence[key] = {"kind": "denominator", **content}
    return key


def _divided(whole: pl.DataFrame, below: Sequence[_Below]) -> pl.DataFrame:
    """Each total over each denominator of its subject."""
    schema = {
        **dict.fromkeys(("denominator", "subject", "under"), pl.String()),
        "by": pl.Float64(),
        **dict.fromkeys(("key", "lacks", "said"), pl.String()),
    }
    rows = [(one.name, one.subject, one.unit, one.value, one.key, one.reason, one.note) for one in below]
    table = pl.DataFrame(rows, schema=schema, orient="row")
    both = whole.join(table, on="subject", maintain_order="left")
    if both.is_empty():
        return pl.DataFrame(schema=FIGURE)
    suffix = pl.when(pl.col("denominator") == FLOOR_AREA).then(pl.lit("")).otherwise(
        pl.format(".per_{}", "denominator")
    )  # fmt: skip
    known = pl.col("value").is_not_null() & pl.col("by").is_not_null()
    figure = pl.concat_list(pl.format("figure:{}", "id"))
    told = pl.concat_list("notes", pl.concat_list("said"))
    made = both.with_columns(
        pl.format("intensity.{}{}", "name", suffix).alias("name"),
        *(pl.when(known).then(pl.col(name) / pl.col("by")).alias(name) for name in ("value", "lower", "upper")),
        pl.format("{}/{}", "unit", "under").alias("unit"),
        pl.when(~known).then(pl.coalesce("reason", "lacks")).alias("reason"),
        pl.when(known & pl.col("said").is_not_null()).then(told).otherwise("notes").alias("notes"),
        pl.when(pl.col("key").is_not_null()).then(pl.concat_list(figure, "key")).otherwise(figure).alias("inputs"),
        pl.lit(METHOD).alias("method"),
    )
    return with_ids(made).select(list(FIGURE))

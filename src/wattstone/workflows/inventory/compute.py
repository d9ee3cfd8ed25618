"""A year's figures, computed from the lake as it stands or as it stood at a version."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from wattstone.base import Period
from wattstone.inventory.attribution import Attribution, attribute
from wattstone.inventory.consolidation import consolidated
from wattstone.inventory.figures import Evidence, metered_members
from wattstone.inventory.plan import Plan
from wattstone.inventory.scope3 import in_force
from wattstone.inventory.virtual import VirtualMeter, virtual_meters
from wattstone.rates import EmissionFactor, load_factors
from wattstone.rates.ranges import source_of_ranges
from wattstone.rates.table import SHIPPED, Factor
from wattstone.readings.partitions import parts_of, span_of
from wattstone.workflows.activities.table import ACTIVITIES
from wattstone.workflows.inventory.fill import Filling
from wattstone.workflows.inventory.joined import Joined, join
from wattstone.workflows.inventory.partitions import Totals, filled_totals, year_totals
from wattstone.workflows.inventory.plans import plan_of, tariff_content
from wattstone.workflows.stores import Lake, Records
from wattstone.workflows.workspace import Workspace

_PART = {"year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}


@dataclass(frozen=True)
class Pins:
    """Versions of the tables that a run rests on; None is the newest, -1 that there is none."""

    readings: int | None = None
    intensity: int | None = None
    activities: int | None = None


@dataclass(frozen=True, kw_only=True)
class Computed:
    """A year's figures and what they rest on.

    Parameters
    ----------
    plan : Plan
        Meters and year.
    figures : polars.DataFrame
        Schema `inventory.frames.FIGURE`.
    evidence : dict of str to dict
        Content of every slice and factor that a figure names, by id.
    attribution : Attribution
        Factors by meter.
    pins : Pins
        Versions that were read.
    totals : Totals
        Meter-months.
    joined : Joined
        Lines, activities and contracts.
    fill : Filling or None
        How gaps were filled.
    before : Computed or None
        The year before, where the two are compared.
    """

    plan: Plan
    figures: pl.DataFrame
    evidence: dict[str, dict[str, Any]]
    attribution: Attribution
    pins: Pins
    totals: Totals
    joined: Joined
    fill: Filling | None = None
    before: "Computed | None" = None

    @property
    def has_data(self) -> bool:
        """Whether there is any reading or activity in the year itself."""
        read = bool((self.totals.meter_months["month"] // 100 == self.plan.year).any())
        return read or self.joined.activities.rows > 0


def compute(
    workspace: Workspace, year: int, *, pins: Pins | None = None, keep: bool = True, fill: Filling | None = None
) -> Computed:
    """Compute the figures of a year; nothing is written but the totals that are kept for the next run.

    Parameters
    ----------
    workspace : Workspace
        Readings, meters, factors.
    year : int
        Calendar year on the clocks of the sites.
    pins : Pins or None
        Versions to read; the newest where None.
    keep : bool
        Whether totals of earlier runs may serve.
    fill : Filling or None
        How gaps are filled; not at all where None.

    Returns
    -------
    Computed
    """
    lake, records = workspace.lake, workspace.records
    at = _pinned(lake, pins or Pins())
    meters, keys = records.meters(), records.meter_keys()
    intensity, gases = _intensity(lake, year, at)
    plan = plan_of(workspace, year, regions=sorted(intensity))
    virtual = virtual_meters(meters, keys)
    version = at.readings if at.readings is not None and at.readings >= 0 else None
    if fill is None:
        totals = year_totals(lake, plan, intensity, workspace.workers, virtual=virtual, version=version, keep=keep)
    else:
        totals = filled_totals(lake, plan, intensity, workspace.workers, fill, virtual=virtual, version=version)
    table = load_factors(workspace.factor_files)
    accepted = {one.factor_id: one.reason for one in records.exceptions()}
    attribution = attribute(plan, table, exceptions=accepted)
    content = slices_of(lake, plan, at, {key: name for name, key in keys.items()}, virtual)
    used = {plan.region_of(one.site) for one in plan.streams if one.role == "grid"}
    served = {
        name: _intensity_slice(name, frame, gases[name], at, plan.span)
        for name, frame in intensity.items()
        if name in used
    }
    evidence = Evidence(
        slices={one["meter"]: key for key, one in content.items()},
        intensities={name: key for name, (key, _) in served.items()},
        gases=gases,
        variances={one.meter.id: totals.variances[one.key] for one in plan.streams if one.key in totals.variances},
        filled=None if fill is None else str(fill),
    )
    metered = metered_members(plan, totals.meter_months, attribution, evidence)
    joined = join(workspace, plan, metered, attribution, table=table, accepted=accepted, version=at.activities)
    everything = {**content, **dict(served.values()), **_factors(attribution), **tariff_content(records)}
    return Computed(
        plan=plan,
        figures=consolidated(plan, joined.members, joined.bases, promised=_promised(records, year)),
        evidence={**everything, **joined.evidence},
        attribution=attribution,
        pins=at,
        totals=totals,
        joined=joined,
        fill=fill,
    )


def _promised(records: Records, year: int) -> list[int]:
    """Categories of scope 3 that are decided as computed."""
    return [number for number, one in in_force(records.scope3_decisions(), year).items() if one.decision == "computed"]


def _pinned(lake: Lake, pins: Pins) -> Pins:
    """The versions of now where none are given."""

    def of(table: str, given: int | None) -> int:
        return lake.version(table) if given is None else given

    return Pins(of("readings", pins.readings), of("intensity", pins.intensity), of(ACTIVITIES, pins.activities))


def _intensity(lake: Lake, year: int, pins: Pins) -> tuple[dict[str, pl.DataFrame], dict[str, str]]:
    """Hourly intensities by region around a year, and what gas each counts."""
    if pins.intensity is None or pins.intensity < 0:
        return {}, {}
    scan = lake.scan("intensity", parts=[year - 1, year, year + 1], version=pins.intensity)
    if scan is None:
        return {}, {}
    rows = scan.collect().sort("region", "start")
    inside = rows.filter(pl.col("start").dt.year() == year)["region"].unique()
    series = {str(name): rows.filter(pl.col("region") == name) for name in sorted(inside)}
    gases = {name: "CO2e" if (frame["gas"] == "CO2e").all() else "CO2" for name, frame in series.items()}
    return {name: frame.select("start", "value") for name, frame in series.items()}, gases


def part_of_slice(lake: Lake) -> pl.Expr:
    """The partition of the readings that a slice lies in, by its first reading: a year, month or day.

    Parameters
    ----------
    lake : Lake
        With the table `slices`.
    """
    form = _PART[span_of(lake.parts("slices")) or "year"]
    return pl.col("first").dt.strftime(form).cast(pl.Int32).alias("part")


def slices_of(
    lake: Lake, plan: Plan, pins: Pins, names: Mapping[int, str], virtual: Sequence[VirtualMeter]
) -> dict[str, dict[str, Any]]:
    """Per meter, the readings of the partitions that the year touches: rows, and one hash over the slices' hashes."""
    if pins.readings is None or pins.readings < 0:
        return {}
    scan = lake.scan("slices", parts=parts_of(plan.span, lake.parts("slices")))
    if scan is None:
        return {}
    wanted = {one.key for one in plan.streams} | {key for one in virtual for _, key in one.terms}
    columns = ("meter", "batch", "rows", "sha256", part_of_slice(lake))
    held = scan.filter(pl.col("meter").is_in(sorted(wanted))).select(*columns)
    grouped = (
        held.collect()
        .sort("meter", "part", "batch")
        .group_by("meter", maintain_order=True)
        .agg("part", "batch", "rows", "sha256")
    )
    content: dict[str, dict[str, Any]] = {}
    for key, parts, batches, rows, hashes in grouped.iter_rows():
        listed = [list(one) for one in zip(parts, batches, rows, hashes, strict=True)]
        digest = hashlib.sha256(json.dumps([names[key], listed]).encode()).hexdigest()
        content[f"slice:{digest[:20]}"] = {
            "kind": "slice",
            "table": "readings",
            "version": pins.readings,
            "meter": names[key],
            "key": key,
            "rows": sum(rows),
            "sha256": digest,
            "slices": listed,
        }
    by_meter = {str(one["meter"]): key for key, one in content.items()}
    for one in virtual:
        key, made = _virtual_slice(names[one.key], one, content, by_meter)
        content[key] = made
        by_meter[names[one.key]] = key
    return content


def _virtual_slice(
    name: str, one: VirtualMeter, content: Mapping[str, dict[str, Any]], by_meter: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    """A virtual meter rests on the slices of the meters that it names."""
    terms = {term: by_meter[term] for term, _ in one.terms if term in by_meter}
    digest = hashlib.sha256(json.dumps([name, one.expression, terms]).encode()).hexdigest()
    return f"slice:{digest[:20]}", {
        "kind": "expression",
        "meter": name,
        "expression": one.expression,
        "terms": terms,
        "rows": sum(content[key]["rows"] for key in terms.values()),
        "sha256": digest,
    }


def _intensity_slice(
    region: str, series: pl.DataFrame, gas: str, pins: Pins, span: Period
) -> tuple[str, dict[str, Any]]:
    """The intensities of a region in the year; those around it decide nothing."""
    hour = pl.lit(span.start).dt.truncate("1h")
    rows = series.filter((pl.col("start") >= hour) & (pl.col("start") < span.end))
    digest = hashlib.sha256(
        region.encode()
        + rows["start"].to_physical().to_numpy().tobytes()
        + rows["value"].fill_null(float("nan")).to_numpy().tobytes()
    ).hexdigest()
    return f"slice:{digest[:20]}", {
        "kind": "intensity",
        "table": "intensity",
        "version": pins.intensity,
        "region": region,
        "gas": gas,
        "unit": f"kg {gas}/kWh",
        "rows": rows.height,
        "sha256": digest,
        "first": str(rows["start"].min()),
        "last": str(rows["start"].max()),
    }


def _factors(attribution: Attribution) -> dict[str, dict[str, Any]]:
    return {f"factor:{one.id}": factor_evidence(one) for one in attribution.used()}


def intensity_evidence(lake: Lake, plan: Plan, pins: Pins) -> dict[str, tuple[str, dict[str, Any]]]:
    """The hourly intensities of the year of a plan by region: their id as evidence, and its content.

    Parameters
    ----------
    lake : Lake
        Where they are.
    plan : Plan
        Its year.
    pins : Pins
        The version of the intensities.
    """
    frames, gases = _intensity(lake, plan.year, pins)
    return {name: _intensity_slice(name, one, gases[name], pins, plan.span) for name, one in frames.items()}


def factor_evidence(one: EmissionFactor) -> dict[str, Any]:
    """A factor as evidence: its value, where it comes from and under which licence.

    Parameters
    ----------
    one : EmissionFactor
        As looked up.
    """
    return {
        "kind": "factor",
        "value": one.value,
        "unit": f"{one.unit}/{one.per}" + (f" ({one.basis})" if one.basis else ""),
        "set": one.set,
        "edition": one.edition,
        "region": one.region,
        "year": one.year,
        "gwp_set": one.gwp_set,
        "confidence": one.confidence,
        **({} if one.uncertainty is None else {"uncertainty": one.uncertainty}),
        "notes": list(one.notes),
        "rows": [
            {
                "id": row.id,
                "name": row.name,
                "value": row.value,
                "unit": row.unit,
                "source": row.source,
                "source_year": row.source_year,
                "licence": row.licence,
                "confidence": row.confidence,
                "remark": row.remark,
                **_range(row),
            }
            for row in (*one.parts, *one.conversions)
        ],
    }


def _range(row: Factor) -> dict[str, Any]:
    """How sure a row is, and who says so."""
    if row.uncertainty is None:
        return {}
    said = source_of_ranges() if row.origin == SHIPPED else row.source
    return {"uncertainty": row.uncertainty, "uncertainty_source": said}

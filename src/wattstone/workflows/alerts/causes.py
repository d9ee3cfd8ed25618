"""What rules see in a workspace: findings worth something, meters that are silent, limits that are passed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from wattstone.base import InputRefused
from wattstone.workflows.alerts.ports import Cause
from wattstone.workflows.alerts.rules import Above, DataSilent, FindingWorth
from wattstone.workflows.readings import latest_values, meter_readings
from wattstone.workflows.workspace import Workspace

__all__ = ["limit_passed", "silent_data", "worthy_findings"]

NAMED = 10  # meters that an alert of a site names; the others are counted
CARDS = 200  # findings of a rule that stand as alerts at once, the most worth first
DAY = timedelta(days=1)
HOUR = 3600.0


def worthy_findings(workspace: Workspace, rule: str, asked: FindingWorth) -> list[Cause]:
    """Findings that nobody has decided on yet, worth more than the threshold."""
    from wattstone.workflows.overview.board import board

    columns = board(workspace, site=asked.site, by=asked.by, size=CARDS).columns
    cards = next((one.cards for one in columns if one.state == "open"), ())
    causes: list[Cause] = []
    for card in cards:
        worth = {"kg": card.kg, "money": card.money, "energy": card.energy}[asked.by]
        value = None if worth is None else worth.value
        if card.kind != "finding" or card.gone or value is None or value < asked.at_least:
            continue
        if (card.confidence or 0.0) < asked.confidence:
            continue
        facts: dict[str, Any] = {
            "finding": card.key,
            "code": card.code,
            "meter": card.meters[0] if card.meters else None,
            "value": value,
            "unit": "" if worth is None else worth.unit,
            "confidence": card.confidence,
        }
        key = f"{rule}:finding:{card.key}"
        causes.append(Cause(kind="finding.worth", key=key, site=card.site_id, facts=facts))
    return causes


def silent_data(workspace: Workspace, rule: str, asked: DataSilent, now: datetime) -> list[Cause]:
    """Sites with meters whose newest interval ended too long ago: one cause a site, however many meters."""
    latest = latest_values(workspace)
    meters = workspace.records.meter_table().select("id", "site_id", "interval_seconds")
    length = pl.duration(seconds=pl.col("interval_seconds").fill_null(0))
    limit = now.astimezone(UTC).replace(tzinfo=None) - timedelta(hours=asked.hours)
    quiet = (
        latest.join(meters, left_on="meter_id", right_on="id")
        .with_columns((pl.col("start") + length).alias("since"))
        .filter(pl.col("since") < limit)
    )
    if asked.site is not None:
        quiet = quiet.filter(pl.col("site_id") == asked.site)
    if asked.meters:
        quiet = quiet.filter(pl.col("meter_id").is_in(list(asked.meters)))
    by_site = quiet.sort("since", "meter_id").group_by("site_id", maintain_order=True).agg(
        pl.len().alias("count"), pl.col("meter_id").head(NAMED).alias("meters"), pl.col("since").min()
    )  # fmt: skip
    return [
        Cause(
            kind="data.silent",
            key=f"{rule}:silent:{row['site_id']}",
            site=row["site_id"],
            facts={"meters": row["meters"], "count": row["count"], "since": f"{row['since']:%Y-%m-%dT%H:%M:%S}Z"},
        )
        for row in by_site.sort("site_id").iter_rows(named=True)
    ]


def limit_passed(workspace: Workspace, rule: str, asked: Above) -> list[Cause]:
    """The last day of a meter's readings, where an interval of it passed the limit."""
    try:
        latest = latest_values(workspace).filter(pl.col("meter_id") == asked.meter)
        if latest.is_empty():
            return []
        newest: datetime = latest["start"][0]
        rows = meter_readings(workspace, asked.meter, newest - DAY, newest + DAY)
    except InputRefused:
        return []  # the meter is no longer there
    rate = (pl.col("value") * HOUR / pl.col("seconds")).alias("rate")
    rows = rows.drop_nulls("value").with_columns(rate)
    passed = pl.lit(value=False)
    if asked.above is not None:
        passed = passed | (pl.col("rate") > asked.above)
    if asked.below is not None:
        passed = passed | (pl.col("rate") < asked.below)
    beyond = rows.filter(passed).sort("start")
    if beyond.is_empty():
        return []
    meter = next(one for one in workspace.records.meters() if one.id == asked.meter)
    worst = beyond.sort((pl.col("rate") - (asked.above if asked.above is not None else asked.below or 0.0)).abs())
    facts: dict[str, Any] = {
        "meter": asked.meter,
        "value": float(worst["rate"][-1]),
        "above": asked.above,
        "below": asked.below,
        "count": beyond.height,
        "since": f"{beyond['start'][0]:%Y-%m-%dT%H:%M:%S}Z",
    }
    if meter.personal:
        facts = {
            name: facts[name] for name in ("meter", "count", "above", "below")
        }  # nobody learns what a dwelling used
    key = f"{rule}:limit:{asked.meter}"
    return [Cause(kind="meter.limit", key=key, site=meter.site_id, severity="act", facts=facts)]

"""What was counted twice: a bill beside the meter of the same supply, and the same bill entered twice."""

from typing import Any

import polars as pl

from wattstone.inventory.checks.model import Checked, CheckInputs, Severity, finding, number, rules

__all__ = ["check_duplicates"]

_KWH = {"kWh": 1.0, "MWh": 1e3, "GWh": 1e6, "GJ": 1 / 0.0036, "MJ": 1 / 3.6, "m3": 1.0}
_TWICE = ["site_id", "kind", "item", "unit", "amount", "stated"]


def check_duplicates(inputs: CheckInputs) -> list[Checked]:
    """Amounts that stand in the totals twice, certainly or likely.

    Parameters
    ----------
    inputs : CheckInputs
        `activities`, `meters`, monthly figures of the sites.

    Returns
    -------
    list of Checked
        A line that names a meter that counts and was read in the same months stops. A bill beside a meter of its kind
        asks where their amounts agree, and tells where they do not. The same bill twice asks.
    """
    return [*_beside_meters(inputs), *_twice(inputs)]


def _beside_meters(inputs: CheckInputs) -> list[Checked]:
    lines = _billed(inputs)
    if lines.is_empty() or inputs.meters.is_empty():
        return []
    read = _read(inputs)
    counted = inputs.meters.filter("counted").select("site_id", pl.col("kind").alias("metered"), "meter_id")
    named = lines.join(counted.select("meter_id"), on="meter_id", how="semi")["line_id"]
    beside = (
        lines.join(read, on=["site_id", "metered"], maintain_order="left")
        .with_columns(_days_of_month().alias("days"))
        .filter(pl.col("days") > 0)
        .group_by("line_id", maintain_order=True)
        .agg(
            pl.col("site_id", "kind", "metered", "start", "end", "amount", "unit", "meter_id").first(),
            (pl.col("read") * pl.col("days") / pl.col("length")).sum().alias("read"),
            pl.col("days").sum().alias("known"),
        )
    )
    whole = (pl.col("end") - pl.col("start")).dt.total_days() + 1
    in_kwh = pl.col("amount") * pl.col("unit").replace_strict(_KWH, default=None, return_dtype=pl.Float64)
    rule = rules()["duplicate"]
    agrees = (in_kwh - pl.col("read")).abs() <= rule["amount"] * pl.max_horizontal(in_kwh.abs(), pl.col("read").abs())
    rows = beside.filter(pl.col("known") >= rule["days"] * whole).with_columns(
        pl.col("line_id").is_in(named.implode()).alias("named"), agrees.fill_null(value=False).alias("agrees")
    )
    grouped = (
        rows.sort("start", maintain_order=True)
        .group_by("site_id", "kind", "metered", "named", "agrees", maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("line_id", "start", "end", "amount", "unit", "read").first())
    )
    return [_beside(row) for row in grouped.to_dicts()]


def _billed(inputs: CheckInputs) -> pl.DataFrame:
    """Lines of what a meter could measure too, with the kind of that meter."""
    rule = rules()["duplicate"]
    pairs = [(kind, "", metered) for kind, many in rule["meters"].items() for metered in many]
    pairs += [("fuel", item, metered) for item, many in rule["fuels"].items() for metered in many]
    known = pl.DataFrame(pairs, schema={"kind": pl.String, "of": pl.String, "metered": pl.String}, orient="row")
    item = pl.when(pl.col("kind") == "fuel").then("item").otherwise(pl.lit(""))
    return inputs.activities.with_columns(item.alias("of")).join(known, on=["kind", "of"], maintain_order="left")


def _read(inputs: CheckInputs) -> pl.DataFrame:
    """What the counted meters of a site read in each month."""
    held = inputs.figures.filter(
        pl.col("period").str.contains(r"^\d{4}-\d{2}$")
        & pl.col("subject").str.starts_with("site:")
        & pl.col("name").str.contains(r"^(energy|volume|mass)\.")
        & pl.col("value").is_not_null()
    )
    first = pl.col("period").str.to_date("%Y-%m")
    return held.select(
        pl.col("subject").str.strip_prefix("site:").alias("site_id"),
        pl.col("name").str.replace(r"^\w+\.", "").alias("metered"),
        pl.col("value").alias("read"),
        first.alias("first"),
        first.dt.offset_by("1mo").alias("next"),
        (first.dt.offset_by("1mo") - first).dt.total_days().alias("length"),
    )


def _days_of_month() -> pl.Expr:
    """How many days of a line lie in a month."""
    begin = pl.max_horizontal("start", "first")
    end = pl.min_horizontal(pl.col("end").dt.offset_by("1d"), pl.col("next"))
    return (end - begin).dt.total_days().clip(lower_bound=0)


def _beside(row: dict[str, Any]) -> Checked:
    severity: Severity = "stops" if row["named"] else "asks" if row["agrees"] else "tells"
    cases = {
        "stops": "{count} {count:bill names|bills name} a meter that is counted and was read at the same time: the "
        "first, {start} to {end}, {amount} {unit}",
        "asks": "{count} {count:bill says|bills say} what the meter says: the first, {start} to {end}, {amount} "
        "{unit}, of which the meter read {read}",
        "tells": "{count} {count:bill stands|bills stand} beside a meter that says another amount: the first, "
        "{start} to {end}, {amount} {unit}, of which the meter read {read}",
    }
    return Checked(
        check="duplicate",
        severity=severity,
        key=f"duplicate:{row['kind']}@site:{row['site_id']}:{severity}",
        finding=finding(
            "duplicate",
            f"site '{row['site_id']}', {row['kind']}",
            found=cases[severity],
            expected="one of the two: the meter or the bill",
            remedy="withdraw the bills, or say that the meter does not count; where both supplies exist, let it pass "
            "with the reason",
            severity=severity,
            count=row["count"],
            start=f"{row['start']}",
            end=f"{row['end']}",
            amount="" if row["amount"] is None else number(row["amount"]),
            unit=row["unit"] or "",
            read=number(row["read"]),
        ),
    )


def _twice(inputs: CheckInputs) -> list[Checked]:
    """Lines that say the same of the same days, or that one document proves twice."""
    lines = inputs.activities
    same = lines.filter(pl.len().over(*_TWICE, "start", "end", "supplier") > 1)
    proved = lines.filter(pl.col("document").is_not_null() & (pl.len().over(*_TWICE, "document") > 1))
    found: dict[str, Checked] = {}
    for frame, why in ((same, "the same days and supplier"), (proved, "the same document")):
        by = [*_TWICE, *(("start", "end", "supplier") if frame is same else ("document",))]
        for rows in frame.sort("entered_at", maintain_order=True).partition_by(by, maintain_order=True):
            first = rows.row(0, named=True)
            found.setdefault(f"twice:{first['line_id']}", _entered_twice(rows, first, why))
    return list(found.values())


def _entered_twice(rows: pl.DataFrame, first: dict[str, Any], why: str) -> Checked:
    size = first["amount"] if first["amount"] is not None else first["stated"]
    return Checked(
        check="duplicate",
        severity="asks",
        key=f"twice:{first['line_id']}",
        finding=finding(
            "twice",
            f"site '{first['site_id']}', {first['kind']}",
            found="{count} lines say {amount} {unit} of {start} to {end} with {why}: {ids}",
            expected="each bill once",
            remedy="withdraw all but one; where there were two bills of that amount, let it pass with the reason",
            severity="asks",
            count=rows.height,
            amount="" if size is None else number(size),
            unit=first["unit"] or "kg CO2e",
            start=f"{first['start']}",
            end=f"{first['end']}",
            why=why,
            ids=", ".join(rows["line_id"].head(5)),
        ),
    )

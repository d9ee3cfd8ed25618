"""What was released stays what it was: a figure that differs now needs an accepted restatement."""

import polars as pl

from wattstone.inventory.checks.model import Checked, CheckInputs, Severity, finding, number, place_of, rules
from wattstone.inventory.released import Release
from wattstone.inventory.sums import ORGANISATION

__all__ = ["check_restated"]


def check_restated(inputs: CheckInputs) -> list[Checked]:
    """Figures of released years that differ from what was released.

    Parameters
    ----------
    inputs : CheckInputs
        `releases`, `restatements`; figures of the year and of the year before.

    Returns
    -------
    list of Checked
        A figure of the organisation without an accepted restatement stops, and so does one whose restatement says
        another value, even where it is what was released: the recalculated series is wrong then. A site's figure asks
        where nothing was restated under its name.
    """
    return [one for release in inputs.releases for one in _of(inputs, release)]


def _of(inputs: CheckInputs, release: Release) -> list[Checked]:
    said = pl.DataFrame(
        {"key": list(release.totals), "was": list(release.totals.values())},
        schema={"key": pl.String, "was": pl.Float64},
    )
    now = inputs.of_year(release.year).select(
        pl.format("{}@{}", "name", "subject").alias("key"), "name", "subject", "unit", pl.col("value").alias("now")
    )
    ledger = inputs.restatements.filter(pl.col("year") == release.year).sort("at").unique("name", keep="last")
    rows = said.join(now, on="key", how="left", maintain_order="left").join(
        ledger.select("name", "after"), on="name", how="left", maintain_order="left"
    )
    claimed = inputs.claimed.filter(pl.col("year") == release.year).select("name", pl.col("after").alias("claimed"))
    waits = inputs.proposed.filter(pl.col("year") == release.year).select("name", "ids")
    for beside in (claimed, waits):
        rows = rows.join(beside, on="name", how="left", maintain_order="left")
    slack = rules()["restated"]["relative"] * pl.max_horizontal(pl.col("was").abs(), pl.col("now").abs())
    differs = (pl.col("was") - pl.col("now")).abs() > slack
    agrees = ((pl.col("after") - pl.col("now")).abs() <= slack).fill_null(value=False)
    mine = pl.col("subject") == ORGANISATION
    covered = pl.when(mine).then(agrees).otherwise(pl.col("after").is_not_null())
    undone = mine & ((pl.col("claimed") - pl.col("now")).abs() > slack).fill_null(value=False)
    unsaid = differs & ~covered.fill_null(value=False)
    wrong = rows.with_columns((undone & ~differs).alias("undone")).filter(pl.col("now").is_null() | unsaid | undone)
    return [_told(row, release) for row in wrong.to_dicts()]


def _told(row: dict[str, object], release: Release) -> Checked:
    key = str(row["key"])
    subject = key.partition("@")[2]
    severity: Severity = "stops" if subject == ORGANISATION else "asks"
    now, after = row["now"], row["claimed"] if row["undone"] else row["after"]
    cases = {
        "gone": "{value} {unit} was released on {day}, and there is no such figure now",
        "other": "{value} {unit} was released on {day}, and it is {now} now; the restatement says {after}",
        "undone": "{value} {unit} was released on {day}, and it still is; the restatement accepted last says {after}",
        "silent": "{value} {unit} was released on {day}, and it is {now} now; no restatement was accepted",
    }
    case = "gone" if now is None else "undone" if row["undone"] else "silent" if after is None else "other"
    return Checked(
        check="restated",
        severity=severity,
        key=f"restated:{key}@{release.year}",
        finding=finding(
            "restated",
            f"{place_of(subject)}, {key.partition('@')[0]}, {release.year}",
            found=cases[case],
            expected="the value that was released, or an accepted restatement that says what it is now, and why",
            remedy="propose the restatement and have it accepted (`wattstone restate propose`), or find what changed"
            if row["ids"] is None or case == "gone"
            else "a restatement waits: accept it with `wattstone restate accept` and {ids}, or reject it",
            severity=severity,
            value=number(float(str(row["was"]))),
            unit=release.units.get(key, ""),
            day=f"{release.at:%Y-%m-%d}",
            now="" if now is None else number(float(str(now))),
            after="" if after is None else number(float(str(after))),
            ids=row["ids"] or "",
        ),
    )

"""Every category of scope 3 is decided, and nothing that is said of it contradicts what was computed."""

from typing import Any

import polars as pl

from wattstone.inventory.checks.model import Checked, CheckInputs, finding
from wattstone.inventory.scope3 import categories

__all__ = ["check_categories"]


def check_categories(inputs: CheckInputs) -> list[Checked]:
    """Categories that nobody decided, and decisions that contradict the lines.

    Parameters
    ----------
    inputs : CheckInputs
        `decisions` and `lines`.

    Returns
    -------
    list of Checked
        All stop, but a category of which some lines cannot be computed: that asks.
    """
    if inputs.decisions is None:
        return []
    of_scope3 = inputs.lines.filter(pl.col("scope") == 3)
    counts = of_scope3.group_by("category").agg(
        pl.col("value").count().alias("lines"), pl.col("value").null_count().alias("lacking")
    )
    rows = inputs.decisions.join(counts, on="category", how="left", maintain_order="left").to_dicts()
    return [one for row in rows for one in _of(row, inputs.year)]


def _of(row: dict[str, Any], year: int) -> list[Checked]:
    lines, lacking = row["lines"] or 0, row["lacking"] or 0
    valued = lines > 0 or row["value"] is not None
    found: list[Checked] = []
    if row["decision"] == "undecided":
        found.append(_undecided(row, year))
    if row["decision"] in ("not_applicable", "not_estimated") and valued:
        found.append(_contradiction(row, lines))
    if row["decision"] == "computed" and not valued:
        found.append(_without_lines(row))
    if row["decision"] == "computed" and valued and lacking:
        found.append(_in_part(row, lacking))
    return found


def _place(row: dict[str, Any]) -> str:
    return f"category {row['category']}"


def _undecided(row: dict[str, Any], year: int) -> Checked:
    return Checked(
        check="scope3",
        severity="stops",
        key=f"undecided:{row['category']}",
        finding=finding(
            "undecided",
            _place(row),
            found="nobody decided about it ({why})",
            expected="computed, or stated as not estimated or not applicable with the reason",
            remedy="load its activities, or say why not with `wattstone scope3 decide`",
            severity="stops",
            why=categories()[row["category"]].name,
            number=row["category"],
            year=year,
        ),
    )


def _contradiction(row: dict[str, Any], lines: int) -> Checked:
    applicable = row["decision"] == "not_estimated"
    return Checked(
        check="scope3",
        severity="stops",
        key=f"contradiction:{row['category']}",
        finding=finding(
            "contradiction",
            _place(row),
            found="it is stated as not estimated, and has {value} kg CO2e in the totals"
            if applicable
            else "it is stated as not applicable, and has {value} kg CO2e in the totals",
            expected="a statement that fits what was computed",
            remedy="decide again that it is computed, or withdraw its activities",
            severity="stops",
            count=max(lines, 1),
            value=f"{row['value'] or 0.0:,.1f}",
        ),
    )


def _without_lines(row: dict[str, Any]) -> Checked:
    return Checked(
        check="scope3",
        severity="stops",
        key=f"nothing_computed:{row['category']}",
        finding=finding(
            "nothing_computed",
            _place(row),
            found="it is stated as computed, and nothing was computed",
            expected="at least one activity with a value",
            remedy="load its activities, or state it as not estimated with the reason",
            severity="stops",
        ),
    )


def _in_part(row: dict[str, Any], lacking: int) -> Checked:
    return Checked(
        check="scope3",
        severity="asks",
        key=f"in_part:{row['category']}",
        finding=finding(
            "in_part",
            _place(row),
            found="{count} of its lines {count:has|have} no value",
            expected="a value for each activity that was loaded",
            remedy="see the reasons in `wattstone inventory`; where nothing can be had, let it pass with the reason",
            severity="asks",
            count=lacking,
        ),
    )

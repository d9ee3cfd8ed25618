"""One set of global warming potentials in one total."""

import polars as pl

from wattstone.inventory.checks.model import Checked, CheckInputs, Severity, finding

__all__ = ["check_gwp"]

_UNSAID = ("", "unspecified")
_SHOWN = 5


def check_gwp(inputs: CheckInputs) -> list[Checked]:
    """Factors in use whose CO2e was made by another set than the organisation's.

    Parameters
    ----------
    inputs : CheckInputs
        `factors` and `gwp_set`.

    Returns
    -------
    list of Checked
        One a set. A named other set, or a mixture, asks: the publisher's total cannot be made anew, so that somebody
        says why it is used. A set that is not stated tells.
    """
    weighed = inputs.factors.filter((pl.col("gas") == "CO2e") & (pl.col("gwp_set").fill_null("") != inputs.gwp_set))
    by_set = (
        weighed.with_columns(
            pl.when(pl.col("gwp_set").fill_null("").is_in(_UNSAID)).then(pl.lit("")).otherwise("gwp_set").alias("set")
        )
        .group_by("set")
        .agg(pl.col("id").unique().sort())
        .sort("set")
    )
    return [_told(name, ids, inputs.gwp_set) for name, ids in by_set.iter_rows()]


def _told(name: str, ids: list[str], own: str) -> Checked:
    severity: Severity = "asks" if name else "tells"
    return Checked(
        check="gwp",
        severity=severity,
        key=f"gwp:{name or 'unspecified'}",
        finding=finding(
            "gwp",
            "the organisation",
            found="{count} {count:factor is a total|factors are totals} in CO2e by {set}, among them {ids}"
            if name
            else "{count} {count:factor is a total|factors are totals} in CO2e that {count:does|do} not say by which "
            "set, among them {ids}",
            expected="{own} in all of the inventory",
            remedy="use factors by gas or by {own}; where the publisher has no other, let it pass with the reason",
            severity=severity,
            count=len(ids),
            set=name,
            own=own,
            ids=", ".join(ids[:_SHOWN]),
        ),
    )

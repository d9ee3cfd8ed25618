"""How much of a figure rests on estimates, and how much of it counts carbon dioxide alone."""

import polars as pl

from wattstone.inventory.checks.model import Checked, CheckInputs, Severity, finding, place_of, rules
from wattstone.inventory.sums import ORGANISATION

__all__ = ["check_estimated", "check_gases"]

_EMISSIONS = r"^(scope1|scope2\.(location|market)|scope3(\.\d+)?)$"
_LESSER = r"^([\d.]+) kg of it count CO2 alone$"


def check_estimated(inputs: CheckInputs) -> list[Checked]:
    """Figures of which a large share rests on filled readings or estimated bills.

    Parameters
    ----------
    inputs : CheckInputs
        Figures of the year.

    Returns
    -------
    list of Checked
        Of the organisation: above a fifth asks, above a twentieth tells. Of a site: above a half tells.
    """
    rule = rules()["estimated"]
    held = inputs.of_year(inputs.year).filter(
        pl.col("name").str.contains(_EMISSIONS) & pl.col("value").is_not_null() & (pl.col("value") != 0)
    )
    whole = pl.col("subject") == ORGANISATION
    site = pl.col("subject").str.starts_with("site:")
    limit = pl.when(whole).then(rule["told"]).when(site).then(rule["site"])
    found: list[Checked] = []
    for row in held.filter(pl.col("estimated") > limit).to_dicts():
        severity: Severity = "asks" if row["subject"] == ORGANISATION and row["estimated"] > rule["asked"] else "tells"
        found.append(
            Checked(
                check="estimated",
                severity=severity,
                key=f"estimated:{row['name']}@{row['subject']}",
                finding=finding(
                    "estimated",
                    f"{place_of(row['subject'])}, {row['name']}",
                    found="{share} of it rests on filled readings or estimated bills",
                    expected="measured or billed amounts for most of the emissions",
                    remedy="load the readings and bills that are missing, or let it pass with the reason",
                    severity=severity,
                    share=f"{row['estimated'] * 100:.1f} %",
                ),
            )
        )
    return found


def check_gases(inputs: CheckInputs) -> list[Checked]:
    """Totals in CO2e of which a part counts carbon dioxide alone.

    Parameters
    ----------
    inputs : CheckInputs
        Figures of the year.

    Returns
    -------
    list of Checked
        Each tells.
    """
    held = inputs.of_year(inputs.year).filter(
        (pl.col("subject") == ORGANISATION) & pl.col("name").str.contains(_EMISSIONS) & (pl.col("value") != 0)
    )
    noted = pl.col("notes").list.eval(pl.element().str.extract(_LESSER, 1).cast(pl.Float64)).list.max()
    lesser = pl.when(pl.col("unit") == "kg CO2").then("value").otherwise(noted)
    rows = held.with_columns((lesser / pl.col("value")).alias("lesser")).filter(pl.col("lesser") > 0)
    return [
        Checked(
            check="co2",
            severity="tells",
            key=f"co2:{row['name']}",
            finding=finding(
                "co2",
                f"{place_of(row['subject'])}, {row['name']}",
                found="{share} of it counts CO2 alone: their factors have no CH4 and no N2O",
                expected="factors of all gases, in CO2e",
                remedy="say so in the report, or use factors that have all gases",
                severity="tells",
                share=f"{row['lesser'] * 100:.1f} %",
            ),
        )
        for row in rows.to_dicts()
    ]

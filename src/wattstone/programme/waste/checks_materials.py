"""Own values of materials that cannot be, or that stand where they do not hold."""

from typing import Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.telling import told
from wattstone.programme.waste.constants import MATERIALS, burning
from wattstone.programme.waste.materials import PROPERTIES

__all__ = ["materials_wrong"]

ROUNDED: Final = 0.1
"""How far degradable carbon may exceed the carbon there is: tables round each value by itself."""


def materials_wrong(rows: pl.DataFrame, facilities: pl.DataFrame | None) -> list[Finding]:
    """Own values: none at all, DOC of dry weight, one decay rate for several climates, a facility that uses none."""
    return [
        *told(
            "waste_material", rows.filter(pl.all_horizontal(pl.col(PROPERTIES).is_null())), "waste.material_empty",
            "no value of {stream} is entered", "one of DOC, k, dry matter, carbon or fossil share at least",
            "enter a value, or take the entry out",
        ),
        *_dry(rows),
        *_placed(rows, facilities),
    ]  # fmt: skip


def _dry(rows: pl.DataFrame) -> list[Finding]:
    """Degradable carbon by wet weight is a part of all carbon in it; by dry weight it would be more."""
    defaults = pl.DataFrame(
        {"stream": list(MATERIALS), **{name: [burning(name, one).value for one in MATERIALS] for name in _SHARES}}
    )
    held = rows.join(defaults, on="stream", how="left", suffix="_default").with_columns(
        whole=pl.coalesce("dry", "dry_default") * pl.coalesce("carbon", "carbon_default")
    )
    return told(
        "waste_material", held.filter(pl.col("doc") > pl.col("whole") * (1.0 + ROUNDED)), "waste.doc_dry",
        "the DOC of {stream} is {doc:.4g}, and all carbon in its wet weight is {whole:.4g}",
        "DOC of the wet weight, no more than dry matter times carbon (IPCC 2006, volume 5, table 2.4)",
        "multiply a DOC of dry weight by the dry matter; or enter the dry matter and the carbon too",
    )  # fmt: skip


_SHARES: Final = ("dry", "carbon")


def _placed(rows: pl.DataFrame, facilities: pl.DataFrame | None) -> list[Finding]:
    if facilities is None:
        return []
    typed = rows.join(
        facilities.select(facility=pl.col("entry"), type=pl.col("type")),
        on="facility",
        how="left",
        maintain_order="left",
    )
    uses = (
        pl.when(pl.col("type") == "landfill").then(pl.any_horizontal(pl.col("doc", "k").is_not_null()))
        .when(pl.col("type") == "incinerator").then(pl.any_horizontal(pl.col("dry", "carbon", "fossil").is_not_null()))
        .otherwise(pl.col("facility").is_null())
    )  # fmt: skip
    climates = facilities.filter(pl.col("type") == "landfill")["climate"].drop_nulls().n_unique()
    everywhere = rows.filter(pl.col("facility").is_null() & pl.col("k").is_not_null() & (climates > 1))
    return [
        *told(
            "waste_material", typed.filter(~uses), "waste.material_unused",
            "{facility} uses none of these values of {stream}",
            "DOC and k at a landfill; dry matter, carbon and fossil share at an incinerator",
            "correct the facility, or leave it empty", severity="warning",
        ),
        *told(
            "waste_material", everywhere.with_columns(climates=pl.lit(climates)), "waste.k_everywhere",
            "one decay rate of {stream} stands for landfills in {climates} climates",
            "k by climate (IPCC 2006, volume 5, table 3.3)", "enter k of each landfill, with the facility named",
            severity="warning",
        ),
    ]  # fmt: skip

"""What a material is made of and how fast it decays: as entered, else the default of the IPCC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from wattstone.programme.waste.constants import Constant, burning, landfill

__all__ = ["PROPERTIES", "Materials", "materials_from"]

PROPERTIES: Final = ("doc", "k", "dry", "carbon", "fossil")
"""Fields of `waste_material` that stand instead of a default."""


@dataclass(frozen=True)
class Materials:
    """Values that were entered, of a facility or of all.

    Parameters
    ----------
    entered : mapping
        Entries of `waste_material` by stream and facility, `""` for all facilities.
    """

    entered: Mapping[tuple[str, str], Mapping[str, Any]] = field(
        default_factory=dict[tuple[str, str], Mapping[str, Any]]
    )

    def of(self, name: str, stream: str, facility: str = "", climate: str = "") -> Constant:
        """A property: what was entered for the facility, else for all, else the default of the IPCC.

        Parameters
        ----------
        name : {'doc', 'k', 'dry', 'carbon', 'fossil'}
            See `landfill` and `burning`.
        stream : str
            A material.
        facility : str
        climate : str
            Of `k`, where the default is taken.

        Examples
        --------
        >>> own = Materials({("food", ""): {"doc": 0.13, "k": None, "source": "national inventory"}})
        >>> own.of("doc", "food"), own.of("k", "food", climate="temperate_wet").value
        (Constant(value=0.13, source='entered: national inventory', confirmed=True), 0.185)
        """
        for where in dict.fromkeys((facility, "")):
            row = self.entered.get((stream, where))
            if row is not None and row[name] is not None:
                return Constant(float(row[name]), f"entered: {row['source']}")
        return landfill(name, stream, climate) if name in ("doc", "k") else burning(name, stream)


def materials_from(rows: pl.DataFrame) -> Materials:
    """Materials of entries of `waste_material`."""
    return Materials({(row["stream"], row["facility"] or ""): row for row in rows.iter_rows(named=True)})

"""Scores of other estates, for a workspace that has too few of its own."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ANY = "any"
"""The row of kinds for which there is none of their own."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Quantiles of the scores that a method reached elsewhere.

    Parameters
    ----------
    name, source : str
        What it is called, and where it comes from: data, licence, command that remakes it.
    meters, periods : mapping of str to int
        Meters and meter-periods by kind.
    parts : mapping
        By kind, then by part: evenly spaced quantiles of scores, from the lowest. [1]
    sizes : mapping
        By kind, then by part: evenly spaced quantiles of the 0.9 quantile of each meter-period's scores. [1]
    """

    name: str
    source: str
    meters: dict[str, int]
    periods: dict[str, int]
    parts: dict[str, dict[str, Floats]]
    sizes: dict[str, dict[str, Floats]]

    def part(self, kind: str, name: str) -> Floats:
        """Scores of a kind, or of all kinds together where it is not known; bills are taken to stray as days do."""
        return self.parts.get(kind, self.parts[ANY])["day" if name == "bill" else name]

    def size(self, kind: str, name: str) -> Floats:
        """Sizes of meter-periods, in the same way."""
        return self.sizes.get(kind, self.sizes[ANY])["day" if name == "bill" else name]


@cache
def shipped_reference() -> Reference:
    """The reference that comes with Wattstone."""
    data = tomllib.loads(files("wattstone.savings").joinpath("data/drift.toml").read_text(encoding="utf-8"))
    kinds = data["kind"]
    return Reference(
        name=data["name"],
        source=data["source"],
        meters={kind: row["meters"] for kind, row in kinds.items()},
        periods={kind: row["periods"] for kind, row in kinds.items()},
        parts={kind: _arrays(row["quantiles"]) for kind, row in kinds.items()},
        sizes={kind: _arrays(row["sizes"]) for kind, row in kinds.items()},
    )


def _arrays(rows: dict[str, list[float]]) -> dict[str, Floats]:
    return {name: np.array(values, dtype=np.float64) for name, values in rows.items()}

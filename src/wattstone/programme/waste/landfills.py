"""Landfills by year: carbon that came, decayed and is still there, and the methane of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.programme.waste.constants import C_TO_CH4, C_TO_CO2, Constant, landfill
from wattstone.programme.waste.decay import emitted_methane, first_order_decay
from wattstone.programme.waste.materials import Materials

__all__ = ["Landfills", "decayed", "settings"]

Floats = npt.NDArray[np.float64]

YEARS = {
    "facility": pl.String, "year": pl.Int32, "deposited": pl.Float64, "degradable": pl.Float64,
    "accumulated": pl.Float64, "decomposed": pl.Float64, "generated": pl.Float64, "recovered": pl.Float64,
    "oxidised": pl.Float64, "emitted": pl.Float64, "biogenic": pl.Float64, "stored": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Landfills:
    """What landfills did.

    Parameters
    ----------
    years : pl.DataFrame
        `YEARS`: waste deposited [t], its degradable carbon (DOC) [t C], carbon that is still to decay at the end of the
        year and that decayed in it [t C]; methane generated, recovered, oxidised, emitted [t CH4]; biogenic CO2
        [t CO2]; carbon of the year's deposit that stays for good [t C].
    committed : mapping
        Facility to methane that the deposits of the last year will make in all time, before recovery and oxidation.
        [t CH4]
    overdrawn : mapping
        Facility to the years in which more methane is said to be recovered than was made.
    constants : tuple of Constant
        Defaults that were used.
    """

    years: pl.DataFrame
    committed: Mapping[str, float] = field(default_factory=dict[str, float])
    overdrawn: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    constants: tuple[Constant, ...] = ()


@dataclass(frozen=True)
class Settings:
    """Of one landfill: what was entered, or the default."""

    mcf: Constant
    decomposable: Constant
    methane_fraction: Constant
    delay: Constant
    oxidation: float
    climate: str


def settings(facility: Mapping[str, Any]) -> Settings:
    """Parameters of a landfill, each entered or the default of the IPCC.

    Parameters
    ----------
    facility : mapping
        An entry of `waste_facility` with management and climate.
    """

    def entered(name: str) -> Constant:
        value = facility[name]
        return landfill(name) if value is None else Constant(value, f"entered: {facility['source'] or '-'}")

    return Settings(
        landfill("mcf", management=facility["management"]), entered("decomposable"), entered("methane_fraction"),
        entered("delay"), facility["oxidation"] or 0.0, facility["climate"],
    )  # fmt: skip


def decayed(
    deposits: pl.DataFrame, facilities: pl.DataFrame, recovery: pl.DataFrame, through: int,
    materials: Materials | None = None,
) -> Landfills:  # fmt: skip
    """Landfills from their first deposit through a year.

    Parameters
    ----------
    deposits : pl.DataFrame
        `facility`, `year`, `stream` (a material), `mass` [t].
    facilities : pl.DataFrame
        Entries of `waste_facility`.
    recovery : pl.DataFrame
        Entries of `methane_recovery`, of the waste of `deposits`.
    through : int
        Last year.
    materials : Materials or None
        Values of degradable carbon and decay that were entered; None: the defaults.

    Returns
    -------
    Landfills
        Facilities without deposits, or which are not described, are not in it.
    """
    frames: list[pl.DataFrame] = []
    committed: dict[str, float] = {}
    overdrawn: dict[str, tuple[int, ...]] = {}
    used: list[Constant] = []
    for row in facilities.filter(pl.col("type") == "landfill").sort("entry").iter_rows(named=True):
        mine = deposits.filter((pl.col("facility") == row["entry"]) & (pl.col("year") <= through))
        claimed = recovery.filter(
            (pl.col("facility") == row["entry"]) & (pl.col("year") <= through) & (pl.col("methane") > 0)
        )
        if mine.is_empty() and not claimed.is_empty():
            overdrawn[row["entry"]] = tuple(claimed["year"].sort())
        if mine.is_empty() or row["management"] is None or row["climate"] is None:
            continue
        one = _one(row["entry"], mine, settings(row), claimed, through, materials or Materials())
        frames.append(one.years)
        committed.update(one.committed)
        overdrawn.update(one.overdrawn)
        used.extend(one.constants)
    years = pl.concat(frames) if frames else pl.DataFrame(schema=YEARS)
    return Landfills(years, committed, overdrawn, tuple(dict.fromkeys(used)))


def _one(
    name: str, mine: pl.DataFrame, told: Settings, recovery: pl.DataFrame, through: int, materials: Materials
) -> Landfills:  # fmt: skip
    deposited: list[int] = mine["year"].to_list()
    first = min(deposited + recovery["year"].to_list())  # what is recovered before a deposit is told, not dropped
    years = np.arange(first, through + 1)
    streams = mine["stream"].unique().sort().to_list()
    mass = np.zeros((len(streams), len(years)))
    at = np.searchsorted(np.array(streams), mine["stream"].to_numpy())
    np.add.at(mass, (at, mine["year"].to_numpy() - first), mine["mass"].to_numpy())
    docs = [materials.of("doc", stream, name) for stream in streams]
    rates = [materials.of("k", stream, name, told.climate) for stream in streams]
    carbon = mass * np.array([one.value for one in docs])[:, None]
    ddoc = carbon * told.decomposable.value * told.mcf.value
    decay = first_order_decay(ddoc, np.array([one.value for one in rates]), told.delay.value)
    taken = _taken(recovery, years)
    made = decay.decomposed.sum(axis=0) * told.methane_fraction.value * C_TO_CH4
    beyond = taken > made * (1 + 1e-9) + 1e-12
    over = [first + int(at) for at in np.flatnonzero(beyond)]
    gas = emitted_methane(
        decay.decomposed.sum(axis=0), told.methane_fraction.value, np.minimum(taken, made), told.oxidation
    )
    # What decays in the presence of air (1 - MCF) leaves as CO2 in the year of its deposit.
    aerobic = (carbon * told.decomposable.value * (1.0 - told.mcf.value)).sum(axis=0)
    frame = pl.DataFrame(
        {
            "facility": [name] * len(years), "year": years.astype(np.int32), "deposited": mass.sum(axis=0),
            "degradable": carbon.sum(axis=0), "accumulated": decay.accumulated.sum(axis=0),
            "decomposed": decay.decomposed.sum(axis=0), "generated": gas.generated, "recovered": taken,
            "oxidised": gas.oxidised, "emitted": np.where(beyond, np.nan, gas.emitted),
            "biogenic": gas.biogenic + aerobic * C_TO_CO2,
            "stored": (carbon * (1.0 - told.decomposable.value)).sum(axis=0),
        },
        schema=YEARS,
    ).with_columns(pl.col("emitted").fill_nan(None))  # fmt: skip
    degrading = [one for one, doc in zip(rates, docs, strict=True) if doc.value]
    constants = (
        told.mcf, told.decomposable, told.methane_fraction, told.delay, *(one for one in docs if one.value), *degrading,
    )  # fmt: skip
    final = float(ddoc[:, -1].sum() * told.methane_fraction.value * C_TO_CH4)
    return Landfills(frame, {name: final}, {name: tuple(over)} if over else {}, constants)


def _taken(recovery: pl.DataFrame, years: npt.NDArray[np.int64]) -> Floats:
    taken = np.zeros(len(years))
    np.add.at(taken, recovery["year"].to_numpy() - int(years[0]), recovery["methane"].to_numpy())
    return taken

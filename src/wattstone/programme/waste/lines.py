"""How lines of the module are made: labels of routes and streams, potentials, notes on constants."""

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from wattstone.programme.entries import inputs_of
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Basis, Said
from wattstone.programme.waste.constants import Constant
from wattstone.rates import load_factors
from wattstone.rates.gwp import Origin, gwp_row

__all__ = ["EMITTED", "FACTORED", "ROUTES", "STREAMS", "Potentials", "basis_of", "notes_of", "potentials", "rests_on"]

ROUTES: Final = record_kind("weighing").field("route").choices
STREAMS: Final = record_kind("weighing").field("stream").choices

EMITTED: Final = ("landfill", "incineration", "composting", "digestion")
"""Routes with a method of the IPCC."""
FACTORED: Final = ("recycling", "reuse", "hazardous_treatment")
"""Routes whose factor is entered."""

Potentials = Mapping[str, tuple[float, str]]
"""Gas, for each route: potential over 100 years and the id of its row. [kg CO2e/kg]"""


def potentials(gwp_set: str, route: str) -> Potentials:
    """Global warming potentials of a set; methane of decay is biogenic, that of a furnace of no told origin.

    Raises
    ------
    NotComputable
        If there is no such set.
    """
    origin: Origin = "unspecified" if route == "incineration" else "biogenic"
    table = load_factors()
    rows = {gas: gwp_row(table, gas, gwp_set, origin=origin) for gas in ("CH4", "N2O")}
    return {gas.lower(): (row.value, row.id) for gas, row in rows.items()} | {"co2": (1.0, "")}


def rests_on(entries: Mapping[str, pl.DataFrame], *kinds: str) -> tuple[str, ...]:
    """Inputs of a line that rests on all entries of these kinds."""
    return tuple(one for kind in kinds for one in inputs_of(kind, entries[kind]))


def basis_of(constants: Iterable[Constant], otherwise: Basis = "computed") -> Basis:
    """`unconfirmed` where a constant is."""
    return otherwise if all(one.confirmed for one in constants) else "unconfirmed"


def notes_of(constants: Iterable[Constant]) -> tuple[Said, ...]:
    """Where constants are from, and which of them were read in one transcription only."""
    held = tuple(constants)
    sources = sorted({one.source for one in held})
    doubtful: dict[str, set[float]] = {}
    for one in held:
        if not one.confirmed:
            doubtful.setdefault(one.source, set()).add(one.value)
    return (
        *(Said("constants: {source}", {"source": one}) for one in sources),
        *(
            Said(
                "unconfirmed, read in one transcription only: {source}",
                {"source": f"{one} ({'; '.join(f'{value:g}' for value in sorted(doubtful[one]))})"},
            )
            for one in sorted(doubtful)
        ),
    )

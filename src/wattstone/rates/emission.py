"""Emission factors as they are used: rows in one unit, with everything that was done to them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from wattstone.base import NotComputable, figure_id
from wattstone.rates.activity_units import ActivityUnit
from wattstone.rates.barred import barred
from wattstone.rates.gwp import Origin, combine
from wattstone.rates.table import SHIPPED, Confidence, Factor, FactorTable
from wattstone.rates.units import Basis, Per, factor_unit

USER_SET = "user"
LIFE_CYCLE = ("electricity_life_cycle",)
"""Categories of own factors that count a whole life cycle."""


@dataclass(frozen=True, kw_only=True)
class EmissionFactor:
    """What is emitted by one unit of energy, volume or mass.

    Parameters
    ----------
    value : float
        In `unit` per `per`.
    gas : {'CO2e', 'CO2'}
        CO2 where the source has no more.
    per, basis : str, str or None
        What it is multiplied with, and on which calorific value.
    gwp_set : str or None
        By which the CO2e was made; None for CO2.
    set, edition : str
        The factor set, and its edition.
    region, year : str, int
        What was asked for.
    parts, conversions : tuple of Factor
        The rows it is made of, and those that converted or weighted them.
    confidence : {'A', 'B', 'C'}
        The lowest among them.
    notes : tuple of str
        What the reader must know: assumptions, conversions, accepted exceptions.
    by_gas : mapping
        Mass of each gas per `per`; empty where the source has only a total. [kg]
    biogenic : float or None
        Biogenic CO2 per `per`, which is apart from `value`; None where there is some and the source at hand does not
        say how much. [kg]
    source_key : str
        The same for a factor in all its editions, units and at all sites: errors of one key are one error.
    life_cycle : bool
        Whether it counts the whole life cycle, so that it is no factor of scope 2.
    uncertainty : float or None
        Relative half width of the 95 % interval, where the source states it.
    """

    value: float
    gas: Literal["CO2e", "CO2"]
    per: Per
    basis: Basis | None
    gwp_set: str | None
    set: str
    edition: str
    region: str
    year: int
    parts: tuple[Factor, ...]
    conversions: tuple[Factor, ...]
    confidence: Confidence
    notes: tuple[str, ...]
    by_gas: Mapping[str, float] = field(default_factory=dict[str, float])
    biogenic: float | None = 0.0
    source_key: str = ""
    life_cycle: bool = False
    uncertainty: float | None = None

    @property
    def unit(self) -> str:
        """`kg CO2e` or `kg CO2`."""
        return f"kg {self.gas}"

    @property
    def id(self) -> str:
        """Set, rows and a hash of all that makes the value: another value has another id."""
        rows = [[row.id, row.value, row.unit] for row in (*self.parts, *self.conversions)]
        content = [self.set, self.edition, self.gas, self.per, self.basis, self.gwp_set, self.value, rows]
        return f"{self.set}/{'+'.join(row.id for row in self.parts)}@{figure_id({'factor': content})[:12]}"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a factor is asked for; travels through the look-up unchanged."""

    table: FactorTable
    region: str
    year: int
    gwp_set: str
    exceptions: frozenset[str]
    origin: Origin = "unspecified"


def emission_factor(
    ask: Ask,
    parts: Sequence[Factor],
    *,
    set_id: str,
    edition: str,
    per: Per,
    basis: Basis | None,
    scale: float = 1.0,
    conversions: tuple[Factor, ...] = (),
    notes: tuple[str, ...] = (),
    key: str = "",
    kind: str = "",
    whole: bool = True,
) -> EmissionFactor:
    """Make one factor of rows that belong together.

    Parameters
    ----------
    ask : Ask
        Region, year, GWP set and accepted exceptions.
    parts : sequence of Factor
        Rows of different gases, or one total.
    set_id, edition : str
        The set they are from.
    per, basis, scale : str, str or None, float
        What the factor is for, and by how much the rows' own unit is multiplied to get there.
    conversions, notes : tuple
        How `scale` was made, and what is to be said.
    key : str
        `source_key`; the set and the rows where it is empty.
    kind : str
        The activity kind that it is for, since some rows are barred for some kinds.
    whole : bool
        Whether CO2 has to be among the gases.

    Returns
    -------
    EmissionFactor

    Raises
    ------
    NotComputable
        If a row has confidence C and no exception is accepted for it, is barred, or the rows do not make a total.
    """
    said_of_barred = _permitted(parts, ask.exceptions, kind)
    masses = _masses(parts, scale)
    if set(masses) == {"CO2e"}:
        value, gas, gwp_set, weights = (masses["CO2e"], "CO2e", parts[0].gwp_set or "unspecified", ())
        by_gas, said = {}, _total_notes(parts[0], ask.gwp_set)
    elif set(masses) == {"CO2"}:
        value, gas, gwp_set, weights = masses["CO2"], "CO2", None, ()
        by_gas, said = masses, ("CO2 alone: the source has no CH4 and no N2O",)
    elif "CO2e" not in masses and ("CO2" in masses or not whole):
        value, weights = combine(ask.table, masses, ask.gwp_set, origin=ask.origin)
        lacking = [name for name in ("CH4", "N2O") if name not in masses]
        said = (f"the source has no {' and no '.join(lacking)}",) if lacking else ()
        gas, gwp_set, by_gas = "CO2e", ask.gwp_set, masses
    else:
        raise NotComputable(f"the rows {_ids(parts)} give {', '.join(sorted(masses))}, which make no total")
    used = (*conversions, *weights)
    return EmissionFactor(
        value=value,
        gas=gas,
        per=per,
        basis=basis,
        gwp_set=gwp_set,
        set=set_id,
        edition=edition,
        region=ask.region,
        year=ask.year,
        parts=tuple(parts),
        conversions=used,
        confidence=max(row.confidence for row in (*parts, *used)),
        notes=(
            *notes,
            *said_of_barred,
            *said,
            *_own_notes(parts, used, set_id),
            *accepted_notes((*parts, *used), set_id, ask.exceptions),
        ),
        by_gas=by_gas,
        source_key=key or f"{set_id}/{'+'.join(row.id for row in parts)}",
        life_cycle=any(row.category in LIFE_CYCLE for row in parts),
        uncertainty=uncertainty_of(parts, masses, {row.gas: row.value for row in weights}, value, conversions),
    )


def uncertainty_of(
    parts: Sequence[Factor],
    masses: Mapping[str, float],
    weights: Mapping[str, float],
    value: float,
    conversions: Sequence[Factor] = (),
) -> float | None:
    """Relative half width of a factor whose rows state theirs; errors of gases and of conversions are independent.

    Parameters
    ----------
    parts : sequence of Factor
        Rows of different gases, or one total.
    masses, weights : mapping of str to float
        Kilograms of each gas a unit, and its global warming potential.
    value : float
        Of the factor. [kg CO2e]
    conversions : sequence of Factor
        Calorific values and densities that the factor was made with.

    Returns
    -------
    float or None
        None where one of the rows states none: the whole is then not known.
    """
    if not value or any(row.uncertainty is None for row in (*parts, *conversions)):
        return None
    widths = [(row.uncertainty or 0.0) * masses[row.gas] * weights.get(row.gas, 1.0) / value for row in parts]
    return math.hypot(*widths, *(row.uncertainty or 0.0 for row in conversions))


def of_year(exception: str, year: int, asked: int) -> str:
    """The note on a factor of one year that serves another."""
    return f"the factor of {year} used for {asked}, by accepted exception: {exception}"


def rescaled(made: EmissionFactor, unit: ActivityUnit) -> EmissionFactor:
    """A factor per canonical unit as one per the unit asked for.

    Parameters
    ----------
    made : EmissionFactor
        Per kWh, m3, L, kg or another canonical unit.
    unit : ActivityUnit
        Of the same quantity.
    """
    times = unit.factor * (1000.0 if made.per == "L" else 1.0)
    name = unit.name.removesuffix("_gross").removesuffix("_net")
    if times == 1.0 and made.per == name:
        return made
    return replace(
        made,
        value=made.value * times,
        per=name,
        by_gas={gas: mass * times for gas, mass in made.by_gas.items()},
        biogenic=None if made.biogenic is None else made.biogenic * times,
    )


def _permitted(parts: Sequence[Factor], exceptions: frozenset[str], kind: str) -> tuple[str, ...]:
    """Notes on rows that are barred but for an accepted exception; refuses the first that none permits."""
    notes: list[str] = []
    for row in parts:
        ban = barred(row.id, row.name, kind=kind) if row.origin == SHIPPED else None
        if ban is None:
            continue
        if not ban.acceptable:
            raise NotComputable(f"the row {row.id} is barred: {ban.reason}")
        if row.id not in exceptions:
            raise NotComputable(
                f"the row {row.id} is barred: {ban.reason}. To mend it: check the value and accept the exception "
                f"'{row.id}', or put your own factor in the workspace's factors/ folder"
            )
        notes.append(f"barred, used by accepted exception: {row.id} ({ban.reason})")
    return tuple(notes)


def _masses(parts: Sequence[Factor], scale: float) -> dict[str, float]:
    """Kilograms of each gas; two rows of one gas would be counted twice, so they are refused."""
    units = [factor_unit(row.unit) for row in parts]
    masses = {unit.gas: row.value * unit.scale * scale for row, unit in zip(parts, units, strict=True)}
    if len(masses) != len(parts) or not parts:
        raise NotComputable(f"the rows {_ids(parts)} give the same gas more than once")
    return masses


def _total_notes(row: Factor, gwp_set: str) -> tuple[str, ...]:
    doubt = " (not confirmed)" if "unconfirmed" in row.remark else ""
    if row.gwp_set in ("", "unspecified"):
        return (f"a published total in CO2e whose GWP set is not stated, not made by {gwp_set}",)
    if row.gwp_set != gwp_set:
        return (f"a published total in CO2e by {row.gwp_set}{doubt}, not by {gwp_set}",)
    return (f"a published total in CO2e by {row.gwp_set}{doubt}",) if doubt else ()


def _own_notes(parts: Sequence[Factor], used: Sequence[Factor], set_id: str) -> tuple[str, ...]:
    rows = used if set_id == USER_SET else (*parts, *used)
    replaced = tuple(f"row {row.id} is replaced by {row.origin}" for row in rows if row.origin != SHIPPED)
    return (f"own factor from {parts[0].origin}", *replaced) if set_id == USER_SET else replaced


def accepted_notes(rows: Sequence[Factor], set_id: str, exceptions: frozenset[str]) -> tuple[str, ...]:
    """Notes on rows of confidence C; refuses the first that no accepted exception covers."""
    doubtful = [row for row in rows if row.confidence == "C"]
    for row in doubtful:
        if row.id not in exceptions and set_id not in exceptions:
            raise NotComputable(
                f"the only factor, {row.id} ({row.value} {row.unit}, set {set_id}), rests on one transcription "
                f"(confidence C: {row.remark or row.source}). To mend it: check it against the source and accept the "
                f"exception '{row.id}' (or '{set_id}' for the whole set), or put your own factor in the workspace's "
                "factors/ folder"
            )
    return tuple(f"confidence C, used by accepted exception: {row.id} ({row.remark or row.source})" for row in doubtful)


def _ids(parts: Sequence[Factor]) -> str:
    return ", ".join(row.id for row in parts)

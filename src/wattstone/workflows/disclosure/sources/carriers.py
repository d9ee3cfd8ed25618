r"""Energy of bills and other activity records, by carrier: beside the meters, as the inventory counts their emissions.

.. math:: E_c = E_{c,\text{meters}} + \sum_i a_i\, e_i

over the records :math:`i` of a carrier in scopes 1 and 2, of which the organisation's share :math:`a_i` of the year is
told in a unit that holds :math:`e_i`: a unit of energy by itself, a volume or a mass of fuel by two published factors
of one set, as `rates.contents` has it [1]_. Where one of them is not known, neither is the carrier.

References
----------
.. [1] IPCC 2006 Guidelines, vol. 2, ch. 1 sec. 1.4.1.2 (net and gross calorific values).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from wattstone.base import NotComputable
from wattstone.disclosure.line_names import part
from wattstone.inventory.activity_asks import asks_of
from wattstone.inventory.activity_groups import NEEDED, activity_groups
from wattstone.inventory.figures import ANNUAL
from wattstone.inventory.plan import Plan
from wattstone.programme.report import Line, Said
from wattstone.rates import FactorTable, load_factors
from wattstone.rates.activities import activity_kinds
from wattstone.rates.activity_fuels import counted, energy_held
from wattstone.rates.activity_lookup import ActivityAsk
from wattstone.rates.activity_units import activity_unit
from wattstone.rates.sets import catalogue
from wattstone.readings.activities.schema import ACTIVITY, in_force
from wattstone.workflows.activities.table import ACTIVITIES
from wattstone.workflows.disclosure.sources.metered_twice import without_metered
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.inventory.record import FIGURES
from wattstone.workflows.workspace import Workspace

__all__ = ["CARRIER", "HELD", "Billed", "Metered", "billed", "carrier_lines", "carrier_name"]

CARRIER: Final = "disclose.energy.carrier."
"""Before the name of a carrier that records tell of."""

_FUELS: Final = ("fuel", "vehicle_fuel")
_BOUGHT: Final = {"electricity": "electricity", "electricity_vehicle": "electricity", "heat": "heat", "steam": "steam",
                  "cooling": "cooling"}  # fmt: skip
_TRAVEL: Final = "vehicle_distance"
_BASES: Final = {
    "gross": Said("energy of records on the gross calorific value is in it"),
    "net": Said("energy of records on the net calorific value is in it"),
    "": Said("energy of records that do not say on which calorific value is in it"),
}  # fmt: skip
_UNKNOWN: Final = Said(
    "{amount} {unit} of {what} cannot be told in kWh: nothing at hand says what energy a unit of it holds"
)
_STATED: Final = Said("emissions of {what} are stated without an amount")
HELD: Final = {
    "gross": Said("{amount} {unit} of {what} at {value} kWh a unit, gross calorific value: {set}"),
    "net": Said("{amount} {unit} of {what} at {value} kWh a unit, net calorific value: {set}"),
}
"""What was told in kWh, and by what."""


@dataclass(frozen=True, kw_only=True)
class Billed:
    """What activity records of a year say of the energy of a carrier.

    Parameters
    ----------
    energy : float
        The organisation's share, of what is known of it. [kWh]
    inputs : tuple of str
        `figure:ID` of the emissions of the same records, `factor:ID` of what a volume or mass holds.
    why : tuple of Said
        What is not known of it; with any, the carrier has no value.
    notes : tuple of Said
        Calorific values, and by what it was told in kWh.
    """

    energy: float
    inputs: tuple[str, ...]
    why: tuple[Said, ...] = ()
    notes: tuple[Said, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Metered:
    """What meters say of a carrier: the figure of the inventory.

    Parameters
    ----------
    id : str
    value : float or None
        [kWh]
    """

    id: str
    value: float | None


def carrier_name(carrier: str) -> str:
    """Name of the line of a carrier.

    Examples
    --------
    >>> carrier_name("natural_gas")
    'disclose.energy.carrier.natural_gas'
    """
    return f"{CARRIER}{part(carrier)}"


def billed(workspace: Workspace, year: int) -> dict[str, Billed]:
    """Energy of the activity records of a year by carrier; nothing of a year whose inventory was never taken.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    year : int
        Calendar year.

    Returns
    -------
    dict of str to Billed
        By carrier, as meters call it: `electricity`, `natural_gas`. Records of sites that are not the organisation's
        own are of scope 3, and not among them; neither is one that names a meter which was read at the same time.
    """
    emitted = _emitted(workspace, year)
    if emitted.is_empty():
        return {}
    plan = plan_of(workspace, year)
    lines = without_metered(workspace.lake, plan, _lines(workspace, year))
    groups = activity_groups(plan, lines).filter((pl.col("category") == 0) & (pl.col("owned") != 0))
    item = pl.when(pl.col("item") != "").then(pl.format("/{}", "item")).otherwise(pl.lit(""))
    groups = groups.with_columns(pl.format("activity:{}/{}{}", "site_id", "kind", item).alias("subject")).join(
        emitted, on="subject", how="inner", maintain_order="left"
    )
    exceptions = frozenset(one.factor_id for one in workspace.records.exceptions())
    held, asks = asks_of(plan, groups, exceptions)
    return dict(_by_carrier(held, asks, load_factors(workspace.factor_files), plan))


def _lines(workspace: Workspace, year: int) -> pl.DataFrame:
    """Records in force of energy in scopes 1 and 2, of which at least a day lies in the year."""
    scan = workspace.lake.scan(ACTIVITIES, parts=[year - 1, year])
    names = [*NEEDED, "line_id", "meter_id"]
    if scan is None:
        return pl.DataFrame(schema=ACTIVITY).select(names)
    wanted = pl.col("kind").is_in([*_FUELS, *_BOUGHT, _TRAVEL])
    inside = (pl.col("start").dt.year() <= year) & (pl.col("end").dt.year() >= year)
    return in_force(scan).filter(wanted & inside).select(names).sort("site_id", "line_id").collect()


def _emitted(workspace: Workspace, year: int) -> pl.DataFrame:
    """The figures of the emissions of such records as the inventory has them: `subject`, `figure`."""
    scan = workspace.lake.scan(FIGURES, parts=[year, year + 1])
    if scan is None:
        return pl.DataFrame(schema={"subject": pl.String(), "figure": pl.String()})
    mine = pl.col("subject").str.starts_with("activity:") & (pl.col("period") == str(year))
    rows = scan.filter(mine & pl.col("name").is_in(["scope1", ANNUAL])).select("name", "subject", "id", "run", "method")
    newest = rows.collect().sort("run", maintain_order=True).unique(["name", "subject"], keep="last")
    newest = newest.filter(pl.col("method") != "withdrawn").sort("subject", "name")
    return newest.select("subject", pl.format("figure:{}", "id").alias("figure")).unique("subject", maintain_order=True)


@dataclass
class _Sum:
    """What is added up of a carrier."""

    energy: float
    inputs: dict[str, None]
    unknown: dict[tuple[str, str], float]
    stated: set[str]
    bases: set[str]
    contents: dict[tuple[str, str, str, str, str], float]


def _by_carrier(
    held: pl.DataFrame, asks: Mapping[tuple[str | None, ...], ActivityAsk], table: FactorTable, plan: Plan
) -> Iterator[tuple[str, Billed]]:
    """Groups of one carrier after the other; there are as many as factors are asked for at each site."""
    keys = ("kind", "item", "unit", "region", "factor", "site_region", "country", "sector")
    of = pl.col("kind").replace_strict({**_BOUGHT, _TRAVEL: _TRAVEL}, default=None, return_dtype=pl.String)
    named = held.with_columns(pl.coalesce(of, "item").alias("carrier"))
    sums = named.group_by("carrier", "told", *keys, maintain_order=True).agg(
        pl.col("owned").sum(), pl.col("figure").unique(maintain_order=True)
    )
    known: dict[str, _Sum] = {}
    for row in sums.sort("carrier", "told", *keys, nulls_last=True).iter_rows(named=True):
        one = known.setdefault(row["carrier"] or row["kind"], _Sum(0.0, {}, {}, set(), set(), {}))
        one.inputs |= dict.fromkeys(row["figure"])
        if row["told"]:
            one.stated.add(row["carrier"] or row["kind"])
        else:
            _add(one, row, asks[tuple(row[name] for name in keys)], table)
    for carrier, one in known.items():
        yield carrier, _told(one)


def _add(one: _Sum, row: Mapping[str, Any], ask: ActivityAsk, table: FactorTable) -> None:
    """An amount as energy, or as what is not known."""
    unit, kind, amount = activity_unit(row["unit"]), activity_kinds()[row["kind"]], float(row["owned"])
    if unit.quantity == "energy":
        one.energy += amount * unit.factor
        if row["kind"] in _FUELS:
            one.bases.add(unit.basis or counted(kind, row["item"], unit, ask.country or "")[1] or "")
        return
    what = "travel of own vehicles" if row["kind"] == _TRAVEL else row["carrier"] or row["kind"]
    try:
        if row["kind"] not in _FUELS:
            raise NotComputable(what)
        scale, content = energy_held(table, ask, kind, row["item"], unit)
    except NotComputable:
        key = (unit.name, what)
        one.unknown[key] = one.unknown.get(key, 0.0) + amount
        return
    one.energy += amount * scale
    rows = [each for each in content.by_quantity.conversions if each.category != "gwp"] or [
        *content.by_quantity.parts, *content.by_energy.parts
    ]  # fmt: skip
    one.inputs |= dict.fromkeys(f"factor:{each.id}" for each in rows)
    key = (unit.name, what, f"{scale:.5g}", content.basis, content.by_quantity.set)
    one.contents[key] = one.contents.get(key, 0.0) + amount


def _told(one: _Sum) -> Billed:
    why = [
        *(Said(_UNKNOWN.text, {"amount": f"{amount:.12g}", "unit": unit, "what": what})
          for (unit, what), amount in sorted(one.unknown.items())),
        *(Said(_STATED.text, {"what": what}) for what in sorted(one.stated)),
    ]  # fmt: skip
    notes = [
        *(_BASES[basis] for basis in sorted(one.bases)),
        *(Said(HELD[basis].text, {"amount": f"{amount:.12g}", "unit": unit, "what": what, "value": value,
                                   "set": _source(of)})
          for (unit, what, value, basis, of), amount in sorted(one.contents.items())),
    ]  # fmt: skip
    return Billed(energy=one.energy, inputs=tuple(one.inputs), why=tuple(why), notes=tuple(notes))


def _source(of: str) -> str:
    """What a set of factors is called."""
    known = catalogue().sets.get(of)
    return of if known is None else known.name


def carrier_lines(records: Mapping[str, Billed], meters: Mapping[str, Metered], year: int) -> Iterator[Line]:
    """A line of each carrier that records tell of, with what meters say of it; of the others the inventory's holds.

    Parameters
    ----------
    records : mapping of str to Billed
        From `billed`.
    meters : mapping of str to Metered
        By carrier.
    year : int

    Yields
    ------
    Line
        `disclose.energy.carrier.CARRIER` [kWh].
    """
    for carrier, one in sorted(records.items()):
        beside = meters.get(carrier)
        why = one.why or ((Said("a line of it has no value"),) if beside is not None and beside.value is None else ())
        value = one.energy + (0.0 if beside is None or beside.value is None else beside.value)
        yield Line(
            name=carrier_name(carrier), label="Energy used, of one carrier", unit="kWh", period=str(year),
            value=None if why else float(f"{value:.12g}"), method="disclose.energy.carrier/1",
            inputs=(*(() if beside is None else (f"figure:{beside.id}",)), *one.inputs),
            reason=_reason(why), notes=one.notes,
        )  # fmt: skip


def _reason(why: tuple[Said, ...]) -> Said | None:
    """What is not known, one after the other."""
    if len(why) < 2:
        return why[0] if why else None
    return Said("; ".join(one.text.format_map(one.params) for one in why))

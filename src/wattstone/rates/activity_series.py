"""Factors of activities from the series that hold them: of the country and year, or as an exception permits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wattstone.base import NotComputable
from wattstone.rates.emission import Ask, EmissionFactor, emission_factor, of_year
from wattstone.rates.lookup import REMEDY
from wattstone.rates.series import Series, holding
from wattstone.rates.table import Factor
from wattstone.rates.units import factor_unit

__all__ = ["series_factor"]

_DRY = "waste_dry"  # composting: its CO2 is biogenic, and no row has it
_Key = tuple[str, str | None]


@dataclass(frozen=True, kw_only=True)
class _Offer:
    """A series that could answer: with its rows, and what has to be accepted for it."""

    series: Series
    group: str
    rows: tuple[Factor, ...]
    year: int
    needs: tuple[str, ...]


def series_factor(ask: Ask, kind: str, item: str, key: _Key, *, what: str) -> EmissionFactor:
    """The factor of an item from the one series that may serve it.

    Parameters
    ----------
    ask : Ask
        With the country as `region`.
    kind, item : str
        The activity.
    key : tuple of (str, str or None)
        What the rows have to count: canonical unit and calorific value.
    what : str
        The item in words, for a refusal.

    Returns
    -------
    EmissionFactor
        Per canonical unit.

    Raises
    ------
    NotComputable
        If no series holds the item for the country and the year and no exception permits one, if two that are not
        comparable are permitted, or none counts by that unit.
    """
    offers = [_offer(ask, one, group, item) for one, group in holding(kind, item)]
    if not offers:
        raise NotComputable(f"no factor of {what} for {_place(ask)} in {ask.year}: none ships. {REMEDY}")
    chosen = _chosen(ask, offers, what)
    fitting = list({row.gas: row for row in reversed(chosen.rows) if _counts(row) == key}.values())[::-1]
    if not fitting:
        units = ", ".join(dict.fromkeys(_written(_counts(row)) for row in chosen.rows))
        raise NotComputable(
            f"no factor of {what} for {_place(ask)} in {ask.year}: {chosen.series.id} holds it per {units}, not per "
            f"{_written(key)}. {REMEDY}"
        )
    return _made(ask, chosen, fitting, kind, item, key)


def _made(ask: Ask, chosen: _Offer, rows: Sequence[Factor], kind: str, item: str, key: _Key) -> EmissionFactor:
    series, group = chosen.series, chosen.group
    notes = [series.notes[group]] if group in series.notes else []
    for name in chosen.needs:
        what = of_year(name, chosen.year, ask.year) if name.startswith("year:") else None
        notes.append(what or f"the set {series.id} used in {_place(ask)}, by accepted exception: {name}")
    if series.years is None:
        notes.append(f"{series.name}: they carry no year, and serve {ask.year} as any other")
    made = emission_factor(
        replace(ask, origin="biogenic") if group == _DRY else ask, rows, set_id=series.id,
        edition=series.edition, per=key[0], basis=factor_unit(rows[0].unit).basis, notes=tuple(notes),
        key=f"{series.family}/{group}/{item}", kind=kind, whole=group != _DRY,
    )  # fmt: skip
    return replace(made, biogenic=None) if group in series.unknown_biogenic else made


def _place(ask: Ask) -> str:
    return ask.region or "any country"


def _counts(row: Factor) -> _Key:
    unit = factor_unit(row.unit)
    return unit.per, unit.basis


def _written(key: _Key) -> str:
    return f"{key[0]} {key[1]}" if key[1] else key[0]


def _offer(ask: Ask, series: Series, group: str, item: str) -> _Offer:
    here = series.is_for(ask.region, group, item)
    now = series.serves(ask.year)
    needs = (*(() if here else (f"region:{series.id}",)), *(() if now else (f"year:{series.id}",)))
    rows = tuple(ask.table[key] for key in series.rows[group][item])
    return _Offer(series=series, group=group, rows=rows, year=series.nearest(ask.year), needs=needs)


def _chosen(ask: Ask, offers: Sequence[_Offer], what: str) -> _Offer:
    """The offer that needs the least: nothing, else another year, else another country."""
    free = [one for one in offers if not one.needs]
    if free:
        return free[0]
    allowed = [one for one in offers if set(one.needs) <= ask.exceptions]
    if not allowed:
        raise NotComputable(_refusal(ask, offers, what))
    at_home = [one for one in allowed if not any(name.startswith("region:") for name in one.needs)]
    pool = at_home or allowed
    families = {one.series.family for one in pool}
    if len(families) > 1:
        names = ", ".join(one.series.id for one in pool)
        raise NotComputable(
            f"no factor of {what} for {_place(ask)} in {ask.year}: exceptions permit {names}, which are not "
            "comparable. To mend it: take back all but one"
        )
    return min(pool, key=lambda one: (abs(one.year - ask.year), one.year))


def _refusal(ask: Ask, offers: Sequence[_Offer], what: str) -> str:
    held = ", ".join(str(one.series) for one in offers)
    near = min(offers, key=lambda one: (len(one.needs), abs(one.year - ask.year), one.year))
    names = " and ".join(f"'{name}'" for name in near.needs)
    noun = "exception" if len(near.needs) == 1 else "exceptions"
    return (
        f"no factor of {what} for {_place(ask)} in {ask.year}: it is held by {held} only (the {noun} {names} would "
        f"permit that of {near.year}). {REMEDY}"
    )

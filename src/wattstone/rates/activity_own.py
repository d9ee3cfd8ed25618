"""A workspace's own factors of activities: found by kind, item, place and year, or named by the line itself."""

from dataclasses import replace

from wattstone.base import NotComputable, UnknownUnit
from wattstone.rates.activities import ActivityKind
from wattstone.rates.activity_units import ActivityUnit, activity_unit
from wattstone.rates.emission import LIFE_CYCLE, USER_SET, Ask, EmissionFactor, emission_factor, rescaled
from wattstone.rates.lookup import REMEDY
from wattstone.rates.table import SHIPPED, Factor
from wattstone.rates.units import factor_unit

__all__ = ["named_factor", "own_factor"]


def own_factor(
    known: Ask, place: str, kind: str, item: str, unit: ActivityUnit
) -> tuple[EmissionFactor | None, tuple[str, ...]]:
    """A workspace's own factor of a kind, an item and a year: of the place, else of the country, else of the world."""
    if not known.table.added:
        return None, ()
    order = (place, known.region, "GLOBAL")
    rows = [row for row in known.table.own_of(kind, item, known.year) if row.region in order]
    if not rows:
        return None, ()
    near = min((row.region for row in rows), key=order.index)
    rows = [row for row in rows if row.region == near]
    fitting = [row for row in rows if _fits(row, unit)]
    if not fitting:
        per = ", ".join(sorted({row.unit.partition("/")[2] for row in rows}))
        ids = ", ".join(row.id for row in rows)
        return None, (f"own factors of {item or kind} ({ids}) are per {per} and do not serve a meter that counts "
                      f"{unit.name}",)  # fmt: skip
    return _of_rows(known, fitting, unit, f"user/{kind}/{item}/{near}"), ()


def _fits(row: Factor, unit: ActivityUnit) -> bool:
    below = activity_unit(row.unit.partition("/")[2])
    return below.quantity == unit.quantity and below.basis == unit.basis


def _of_rows(known: Ask, rows: list[Factor], unit: ActivityUnit, key: str) -> EmissionFactor:
    per = factor_unit(rows[0].unit)
    made = emission_factor(
        known, rows, set_id=USER_SET, edition=rows[0].origin, per=per.per, basis=per.basis, key=key
    )  # fmt: skip
    return rescaled(made, unit)


def named_factor(
    known: Ask, kind: ActivityKind, unit: ActivityUnit, name: str
) -> EmissionFactor:  # fmt: skip
    """The factor whose row the line names itself."""
    row = known.table.get(name)
    if row is None:
        raise NotComputable(f"there is no factor row {name!r}. {REMEDY}")
    if row.category in LIFE_CYCLE and (kind.scope == 2 or kind.category == 3):
        raise NotComputable(f"the row {name} counts the whole life cycle: it is no factor of {kind.label}. {REMEDY}")
    try:
        fits = _fits(row, unit)
        per = factor_unit(row.unit)
    except UnknownUnit:
        raise NotComputable(f"the row {name} ({row.unit}) is no emission factor") from None
    if not fits:
        raise NotComputable(f"the row {name} is per {row.unit.partition('/')[2]}, and the line counts {unit.name}")
    made = emission_factor(
        known, [row], set_id=USER_SET if row.origin != SHIPPED else "named", edition=row.origin,
        per=per.per, basis=per.basis, key=f"row/{row.id}", kind=kind.id,
    )  # fmt: skip
    notes = (f"the row {name}, which the line names itself",)
    if row.year != known.year:
        notes += (f"its value is of {row.year}, the activity of {known.year}",)
    return rescaled(replace(made, notes=(*made.notes, *notes)), unit)

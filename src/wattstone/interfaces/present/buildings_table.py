"""What passed the meter of each building of a community, as a table of the pages of plans and backtests."""

from collections.abc import Sequence

from wattstone.dispatch.accounts import COMMON, Passed
from wattstone.interfaces.present.content import Cell, Head, Section, Table
from wattstone.interfaces.present.languages import Translate
from wattstone.interfaces.present.numbers import every

__all__ = ["buildings_section"]


def buildings_section(
    plans: Sequence[Passed], none: Sequence[Passed], currency: str, t: Translate
) -> tuple[Section, ...]:
    """A section with a row for each building; nothing where no building counts by itself.

    Parameters
    ----------
    plans, none : sequences of Passed
        By plans, and without control; the latter may be empty.
    currency : str
        Of the site.
    t : Translate
        Of the page's language.
    """
    if not plans:
        return ()
    before = {one.building: one for one in none}
    paid, emitted = plans[0].cost is not None, plans[0].carbon is not None
    heads = [Head(t("Building")), Head(f"{t('Import')} [kWh]", True), Head(f"{t('Export')} [kWh]", True)]
    heads += [Head(f"{t('Cost')} [{currency}]", True)] * paid + [Head(f"{t('Emissions')} [kg CO2e]", True)] * emitted
    heads += [Head(f"{t('Import')}, {t('no control')} [kWh]", True)] * bool(before)
    rows: list[tuple[Cell, ...]] = []
    for one in plans:
        if one.building == COMMON and max(one.bought, one.sold) < 1e-6:
            continue
        numbers = [one.bought, one.sold, *([one.cost] if paid else []), *([one.carbon] if emitted else [])]
        numbers += [before[one.building].bought] if before else []
        name = t("common services") if one.building == COMMON else one.building
        rows.append((Cell(name), *(Cell(every(round(number or 0.0, 3)), numeric=True) for number in numbers)))
    said = t("By the meter of each building. What one feeds in, another may draw: at the connection it is less.")
    return (Section("buildings", t("Buildings"), tables=(Table(tuple(heads), tuple(rows), said),)),)

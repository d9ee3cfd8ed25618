"""Green revenue and spending by catalogues of green activities, from the module `indicator`."""

from collections.abc import Iterator
from typing import Any, Final

from wattstone.disclosure.material import Material
from wattstone.disclosure.statement import Shown
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Column, Said
from wattstone.workflows.disclosure.sources.asking import Asking, answered, figure_table
from wattstone.workflows.programme.entries import entries_of

__all__ = ["green"]

_KPI: Final = record_kind("taxonomy_item").field("kpi").choices
_AMOUNTS: Final = {"eligible": "Eligible", "aligned": "Aligned", "evidenced": "Aligned, shown by evidence"}
_SHARES: Final = {"eligible_share": "Eligible share", "aligned_share": "Aligned share"}


def green(asking: Asking) -> Iterator[Material]:
    """Turnover, investment and spending that a catalogue of green activities names, as `indicator` recorded them."""
    rows = [row for one in entries_of(asking.workspace, "taxonomy").iter_rows(named=True) for row in _of(asking, one)]
    if not rows:
        return
    units = sorted({row[name].unit for row in rows for name in _AMOUNTS if isinstance(row[name], Shown)})
    unit = units[0] if len(units) == 1 else None
    columns = [Column("taxonomy", "Taxonomy"), Column("kpi", "Indicator", labels=_KPI),
               *(Column(name, label, unit) for name, label in _AMOUNTS.items()),
               *(Column(name, label, "1") for name, label in _SHARES.items())]  # fmt: skip
    shown = [one for one in columns if any(row[one.name] is not None for row in rows)]
    table = figure_table("green", "Green revenue and spending by taxonomy", shown, rows)
    says = (Said("Eligible is what a catalogue names; aligned is what passes its tests by what was entered; shares are "
                 "of the accounts."),)  # fmt: skip
    yield answered("metrics.opportunities", tables=(table,), says=says)


def _of(asking: Asking, taxonomy: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A row for each indicator of a catalogue that the year has numbers of."""
    subject = f"entry:{taxonomy['entry']}"
    for kpi in _KPI:
        found = {name: asking.figures.known(f"indicator.green.{kpi}.{name}", asking.period, subject)
                 for name in (*_AMOUNTS, *_SHARES)}  # fmt: skip
        if any(one is not None and one.value is not None for one in found.values()):
            yield {"taxonomy": taxonomy["title"] or taxonomy["taxonomy"], "kpi": kpi, **found}

"""The tables of figures that do not hold: those of whole years before months, the organisation before its sites."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from wattstone.interfaces.cli.output import grouped
from wattstone.interfaces.present.numbers import every, written
from wattstone.workflows.evidence import Difference

_WHY = {
    "differs": "the rows that they pin, with the factors, sites and meters as they are now, give another value",
    "stale": "they are true to their rows, but newer readings give another value",
    "entries": "they are true to the entries that they pin, but later ones give another value; take these reports anew",
    "hours": "the hours of the site add up to another value",
}
_LEVELS = ("organisation", "site", "meter")


def differences_table(differences: Sequence[Difference], *, rows: int = 50) -> RenderableType:
    """Figures that do not hold, by why, as many as fit.

    Parameters
    ----------
    differences : sequence of Difference
        In any order.
    rows : int
        As many figures of each kind as are shown.
    """
    parts: list[RenderableType] = []
    for kind, why in _WHY.items():
        mine = sorted((one for one in differences if one.kind == kind), key=_first)
        if mine:
            count = f"{grouped(len(mine))} {'figure does' if len(mine) == 1 else 'figures do'} not hold: "
            parts += [Text(count, "bold").append(why, "not bold"), _table(mine[:rows])]
        if len(mine) > rows:
            parts.append(Text(f"and {grouped(len(mine) - rows)} more: --json lists them all", "dim"))
    return Group(*parts)


def _first(one: Difference) -> tuple[int, int, str, str, str]:
    level = one.subject.split(":", maxsplit=1)[0]
    depth = _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)
    return len(one.period), depth, one.subject, one.name, one.period


def _table(differences: Sequence[Difference]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    reports = any(one.of for one in differences)
    heads = [("Figure", False), ("Recorded", True), ("Now", True), ("Unit", False)]
    for head, right in [*heads, *([("Report", False)] if reports else [])]:
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    for one in differences:
        name = f"{one.name}@{one.subject}@{one.period}"  # as `wattstone trace` takes it
        told = [Text(one.of)] if reports else []
        table.add_row(Text(name), _number(one.recorded), _number(one.recomputed), _unit(one.unit), *told)
    return table


def _unit(unit: str) -> str:
    return "" if unit == "1" else written(unit)  # a ratio has none


def _number(value: float | None) -> str:
    return "not known" if value is None else every(value)

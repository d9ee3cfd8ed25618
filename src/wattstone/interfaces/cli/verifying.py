"""The table of figures that do not hold."""

from collections.abc import Sequence

from rich.table import Table

from wattstone.workflows.evidence import Difference

_WORDS = {"differs": "differs from its own rows", "stale": "newer data say otherwise"}


def differences_table(differences: Sequence[Difference], *, rows: int = 50) -> Table:
    """Figures that do not hold, as many as fit."""
    table = Table(
        "Figure", "Subject", "Period", "Recorded", "Now", "Unit", "Why", title=f"{len(differences)} figures do not hold"
    )
    for one in differences[:rows]:
        table.add_row(
            one.name,
            one.subject,
            one.period,
            _number(one.recorded),
            _number(one.recomputed),
            one.unit,
            _WORDS[one.kind],
        )
    if len(differences) > rows:
        table.add_row(f"and {len(differences) - rows} more: --json lists them all")
    return table


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:.10g}"

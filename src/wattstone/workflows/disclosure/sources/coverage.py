"""Of how many sites numbers of the programme are: a module may hold entries of a few sites, the inventory of all.

A site counts where it has an entry of the kind, or a figure, of the reporting year.
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from wattstone.programme.entries import inputs_of
from wattstone.programme.report import Line
from wattstone.workflows.disclosure.figures import Figures
from wattstone.workflows.programme.entries import entries_of
from wattstone.workflows.workspace import Workspace

__all__ = ["COVERAGE", "coverage_lines"]

COVERAGE: Final = "disclose.coverage."
"""Before the name of what is counted: `waste`, `water`, `water_metered`, `own_vehicles`."""

_KINDS: Final = (
    ("waste", "Sites whose waste is weighed", "weighing", "date"),
    ("water", "Sites whose water is entered", "water_flow", "year"),
    ("own_vehicles", "Sites whose vehicles are entered", "own_vehicle", "year"),
)
"""What is counted, its label, the kind of entries, and the field that says the year."""


def coverage_lines(workspace: Workspace, year: int) -> Iterator[Line]:
    """How many sites waste, water and own vehicles are told of; nothing of what no site has.

    Parameters
    ----------
    workspace : Workspace
        Whole.
    year : int
        Reporting year.

    Returns
    -------
    iterator of Line
        `disclose.coverage.waste`, `.water`, `.water_metered` and `.own_vehicles`. [1]
    """
    for name, label, kind, when in _KINDS:
        rows = entries_of(workspace, kind)
        of = pl.col(when).dt.year() if when == "date" else pl.col(when)
        rows = rows.filter((of == year) & pl.col("site").is_not_null())
        if rows.height:
            yield _line(name, label, rows["site"].n_unique(), year, inputs_of(kind, rows))
    metered = [one for one in Figures(workspace, year).of_sites(r"^volume\.water$", str(year)) if one.value is not None]
    if metered:
        yield _line("water_metered", "Sites whose water is metered", len({one.subject for one in metered}), year,
                    tuple(f"figure:{one.id}" for one in metered))  # fmt: skip


def _line(name: str, label: str, sites: int, year: int, inputs: tuple[str, ...]) -> Line:
    return Line(name=f"{COVERAGE}{name}", label=label, value=float(sites), unit="1", period=str(year),
                method="disclose.coverage/1", inputs=inputs)  # fmt: skip

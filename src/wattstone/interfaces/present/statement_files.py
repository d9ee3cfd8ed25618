"""The statement for machines and for tables: JSON, and CSV of totals and of lines."""

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from wattstone.interfaces.present.csvs import harmless_frame
from wattstone.inventory.statement import GhgStatement, Tested
from wattstone.workflows.whole_files import written_whole

_FRAMES = (
    "totals",
    "lines",
    "gases",
    "apart",
    "decisions",
    "instruments",
    "series",
    "restatements",
    "change",
    "dominant",
    "before",
    "intensities",
    "sites",
    "factors",
)
_FACTS = ("organisation", "year", "zone", "gwp_set", "approach", "currency", "base_year", "simulated", "hourly_match",
          "annual_match")  # fmt: skip


def statement_json(statement: GhgStatement) -> dict[str, Any]:
    """The statement as one object; keys are stable, and what is not known is null.

    Parameters
    ----------
    statement : GhgStatement
        The complete inventory.

    Returns
    -------
    dict
        Facts, the tables as lists of objects with the columns of `inventory.statement`, and the findings. Masses in
        kg, as the units say.
    """
    return {
        **{name: getattr(statement, name) for name in _FACTS},
        "generated": statement.generated.isoformat(),
        **{name: _rows(getattr(statement, name)) for name in _FRAMES},
        "checked": [_tested(one) for one in statement.checked],
        "findings": [finding.as_dict() for finding in statement.outstanding],
    }


def _tested(one: Tested) -> dict[str, Any]:
    """A finding of a check with what became of it."""
    passed = {"who": one.who, "reason": one.reason, "at": one.at and one.at.isoformat()} if one.at else {}
    return {"state": one.state, **one.finding.as_dict(), **passed}


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows with times as text and without NaN, which JSON does not have."""
    known = frame.with_columns(pl.col(name).fill_nan(None) for name, kind in frame.schema.items() if kind.is_float())
    return [{name: _plain(value) for name, value in row.items()} for row in known.iter_rows(named=True)]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def write_statement_csv(statement: GhgStatement, path: Path) -> tuple[Path, Path]:
    """Write the totals, and the lines to a file beside them.

    Parameters
    ----------
    statement : GhgStatement
        The complete inventory.
    path : Path
        File of the totals, of the organisation and of the sites; `statement.csv` has its lines in
        `statement-lines.csv`. In UTF-8 with a byte order mark, each replaced in one step.

    Returns
    -------
    tuple of Path
        File of the totals, file of the lines.
    """
    beside = path.with_name(f"{path.stem}-lines{path.suffix}")
    totals = statement.totals.with_columns(notes=pl.col("notes").list.join("; "))
    for frame, to in ((totals, path), (statement.lines, beside)):
        marked = frame.with_columns(year=pl.lit(statement.year), simulated=pl.lit(statement.simulated))
        with written_whole(to) as partial:
            harmless_frame(marked).write_csv(partial, include_bom=True)
    return path, beside

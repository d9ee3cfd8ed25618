"""Files of activities taken in: all of them or none, each once, every finding told together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.readings.activities.given import Given, read_given
from wattstone.readings.activities.parse import parse_lines
from wattstone.readings.activities.rows import check_together
from wattstone.readings.activities.schema import ACTIVITY
from wattstone.workflows.activities.beside import check_beside
from wattstone.workflows.activities.context import at_sites, known_of
from wattstone.workflows.activities.table import ACTIVITIES, append_lines, recover
from wattstone.workflows.workspace import Workspace

__all__ = ["Loaded", "load_activities", "stamped"]

_ID = 12  # digits of the source's hash in the ids of its lines


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What became of a file.

    Parameters
    ----------
    source, key : str
        Its name, and the hash of its content.
    batch : int
        Under which its lines are in the lake.
    lines : int
        How many; 0 where the file was there already.
    sites, years : tuple
        Where and when.
    already : bool
        Whether the file was taken in before.
    findings : tuple of Finding
        Warnings.
    """

    source: str
    key: str
    batch: int
    lines: int = 0
    sites: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    already: bool = False
    findings: tuple[Finding, ...] = ()


def load_activities(
    workspace: Workspace, files: Sequence[Path], *, who: str = "user", labels: Mapping[str, str] | None = None
) -> list[Loaded]:
    """Take files of activities in.

    Parameters
    ----------
    workspace : Workspace
        Where to.
    files : sequence of pathlib.Path
        CSV or XLSX, headers as `readings.activities.columns` has them.
    who : str
        Who enters them.
    labels : mapping of str to str or None
        Names of kinds in another language, and their ids.

    Returns
    -------
    list of Loaded
        In the order of the files.

    Raises
    ------
    InputRefused
        With every finding of every file; nothing is changed then.
    """
    given = _read(files)
    known = known_of(workspace, labels)
    fresh = {one.key: one for one in given if not _there(workspace, one.key)}
    parsed: dict[str, pl.DataFrame] = {}
    found: list[Finding] = []
    warnings: dict[str, tuple[Finding, ...]] = {}
    for key, one in fresh.items():
        parsed[key], findings = parse_lines(one, known)
        warnings[key] = tuple(each for each in findings if each.severity == "warning")
        found += findings
    if len(parsed) > 1:
        found += [each for each in check_together(pl.concat(parsed.values())) if each not in found]
    sites = {site for frame in parsed.values() for site in frame["site_id"].drop_nulls().unique().to_list()}
    whole = at_sites(workspace, sites)
    with whole.lock():
        recover(whole)
        if parsed:
            found += check_beside(whole.lake, pl.concat(parsed.values()))
        if any(each.severity == "error" for each in found):
            raise InputRefused(found)
        done = {key: _kept(whole, fresh[key], frame, who, warnings[key]) for key, frame in parsed.items()}
        # The same file given twice is taken once.
        return [done.pop(one.key, None) or _already(whole, one) for one in given]


def _read(files: Sequence[Path]) -> list[Given]:
    given: list[Given] = []
    found: list[Finding] = []
    for path in files:
        try:
            given.append(read_given(path))
        except InputRefused as refused:
            found += refused.findings
    if found:
        raise InputRefused(found)
    return given


def _source(key: str) -> str:
    return f"activities:{key}"


def _there(workspace: Workspace, key: str) -> bool:
    return workspace.lake.batch_of(ACTIVITIES, _source(key)) is not None


def _already(workspace: Workspace, one: Given) -> Loaded:
    batch = workspace.lake.batch_of(ACTIVITIES, _source(one.key))
    return Loaded(source=one.file, key=one.key, batch=batch or 0, already=True)


def _kept(workspace: Workspace, one: Given, frame: pl.DataFrame, who: str, found: tuple[Finding, ...]) -> Loaded:
    lines = stamped(frame, who=who, name=one.key[:_ID])
    sites = tuple(sorted(lines["site_id"].unique().to_list()))
    details = {"source": one.file, "lines": str(lines.height), "sites": str(len(sites))}
    batch = append_lines(
        workspace, lines, key=_source(one.key), what="import activities", who=who, details=details
    )  # fmt: skip
    years = tuple(sorted(lines["start"].dt.year().unique().to_list()))
    return Loaded(
        source=one.file, key=one.key, batch=batch, lines=lines.height, sites=sites, years=years, findings=found
    )


def stamped(frame: pl.DataFrame, *, who: str, name: str) -> pl.DataFrame:
    """Lines as the lake keeps them: with an id each, who entered them and when; the batch is still to come.

    Parameters
    ----------
    frame : polars.DataFrame
        Schema `PARSED`.
    who : str
        Who enters them.
    name : str
        What the ids of lines that have none begin with.
    """
    number = pl.int_range(1, pl.len() + 1).cast(pl.String)
    return frame.with_columns(
        pl.coalesce("line_id", pl.lit(f"{name}.") + number).alias("line_id"),
        pl.lit(who).alias("entered_by"),
        pl.lit(datetime.now(UTC).replace(tzinfo=None), pl.Datetime("us")).alias("entered_at"),
        pl.lit(0, pl.Int32).alias("batch"),
        pl.lit(None, pl.String).alias("replaces"),
        pl.lit(value=False).alias("withdrawn"),
    ).select(list(ACTIVITY))

"""Checking an inventory, letting findings pass by name, and releasing the year when nothing stops it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.inventory.checks import Checked
from wattstone.inventory.released import Release, Waiver, digest, newest_release
from wattstone.inventory.sums import ORGANISATION
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.inventory.compute import Computed
from wattstone.workflows.inventory.record import FIGURES, HELD
from wattstone.workflows.release_groups import chosen
from wattstone.workflows.release_inputs import Gathered, checked_now, checks_of
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

__all__ = [
    "YearCheck", "check_computed", "check_year", "release", "released_figures", "releases_of",
    "under_waivers", "waive",
]  # fmt: skip

_TOTALS = r"^(scope1|scope2\.(location|market)|scope3(\.\d+)?|total\.(location|market)|biogenic|avoided)$"


@dataclass(frozen=True, kw_only=True)
class YearCheck:
    """What the checks say of a year.

    Parameters
    ----------
    year, run : int
        Calendar year; the run whose figures were checked.
    found : tuple of Checked
        The gravest first.
    released : Release or None
        The release of the year that holds.
    """

    year: int
    run: int
    found: tuple[Checked, ...]
    released: Release | None = None

    @property
    def blocking(self) -> tuple[Checked, ...]:
        """What stands in the way of a release."""
        return tuple(one for one in self.found if one.blocks)


def check_year(workspace: Workspace, year: int, *, ratios: pl.DataFrame | None = None) -> YearCheck:
    """Run every check on the recorded inventory of a year.

    Parameters
    ----------
    workspace : Workspace
        With the inventory of the year taken.
    year : int
        Calendar year.
    ratios : polars.DataFrame or None
        Schema `inventory.checks.RATIOS`: further intensities that are going to be published.

    Returns
    -------
    YearCheck

    Raises
    ------
    InputRefused
        If the inventory of the year was never taken.
    """
    workspace = acting(workspace, Act.READ, EVERYWHERE)
    with workspace.lock():
        gathered = checked_now(workspace, year, ratios)
    return _told(workspace, gathered)


def check_computed(
    workspace: Workspace, computed: Computed, *, ratios: pl.DataFrame | None = None
) -> tuple[Checked, ...]:
    """Run every check on an inventory that was just computed, recorded or not; nothing is computed again.

    Parameters
    ----------
    workspace : Workspace
        Where.
    computed : Computed
        With the year before, as `take_inventory` has it.
    ratios : polars.DataFrame or None
        As for `check_year`.

    Returns
    -------
    tuple of Checked
        The gravest first.
    """
    return checks_of(acting(workspace, Act.READ, EVERYWHERE), computed, computed.figures, ratios)


def _told(workspace: Workspace, gathered: Gathered) -> YearCheck:
    return YearCheck(
        year=gathered.year,
        run=gathered.run,
        found=gathered.found,
        released=newest_release(workspace.records.releases(), gathered.year),
    )


def waive(
    workspace: Workspace,
    year: int,
    keys: Sequence[str],
    *,
    reason: str,
    who: str = "user",
    checked: YearCheck | None = None,
) -> YearCheck:
    """Let findings that ask pass, by name and with a reason; what stops is never let pass.

    Parameters
    ----------
    workspace : Workspace
        Where.
    year : int
        Calendar year.
    keys : sequence of str
        `Checked.key` of each, or the word of a group (`release_groups.groups_of`): each finding of it that asks passes
        by its own key, so that one that comes later does not.
    reason : str
        A sentence that an assurer can judge.
    who : str
        For the records and the audit log.
    checked : YearCheck or None
        What the checks found before, which is what passes: they do not run again. A release checks anew in any case.

    Returns
    -------
    YearCheck
        With the findings let pass.

    Raises
    ------
    InputRefused
        If there is no reason, no such finding, or one of them stops; nothing is kept then.
    """
    workspace = acting(workspace, Act.REVIEW, EVERYWHERE)
    with workspace.lock():
        found = checked_now(workspace, year).found if checked is None else checked.found
        named = [(key, chosen(found, key)) for key in dict.fromkeys(keys)]
        findings = [_no_reason()] if not reason.strip() else []
        findings += [_not_to_pass(key, None) for key, members in named if not members]
        findings += [_not_to_pass(one.key, one) for _, members in named for one in members if not _asks(one)]
        if findings:
            raise InputRefused(findings)
        at = datetime.now(UTC).replace(tzinfo=None)
        passing = dict.fromkeys(one.key for _, members in named for one in members)
        made = [Waiver(year=year, key=key, reason=reason.strip(), waived_by=who, at=at) for key in passing]
        workspace.records.add_waivers(made)
        for one in made:
            details = {"year": year, "finding": one.key, "reason": one.reason}
            workspace.records.note("let pass", who=who, details=details)
        return _told(workspace, checked_now(workspace, year)) if checked is None else under_waivers(workspace, checked)


def under_waivers(workspace: Workspace, checked: YearCheck) -> YearCheck:
    """What the checks found before, with what was let pass and released since; nothing is computed."""
    records = acting(workspace, Act.READ, EVERYWHERE).records
    waivers = {one.key: one for one in records.waivers() if one.year == checked.year}
    found = sorted((one.under(waivers) for one in checked.found), key=lambda one: not one.blocks)
    return replace(checked, found=tuple(found), released=newest_release(records.releases(), checked.year))


def release(
    workspace: Workspace,
    year: int,
    *,
    who: str = "user",
    ratios: pl.DataFrame | None = None,
    seen: Callable[[YearCheck], object] | None = None,
) -> Release:
    """Mark the figures of a year as released, when nothing stops it.

    Parameters
    ----------
    workspace : Workspace
        With the inventory of the year taken.
    year : int
        Calendar year.
    who : str
        For the records and the audit log.
    ratios : polars.DataFrame or None
        As for `check_year`.
    seen : callable or None
        Called with what the checks found, before anything is released or refused.

    Returns
    -------
    Release
        Which figures it holds is told by the run and by the hash of their ids: `released_figures` finds them again,
        whatever became of the year since. No version of a table that they rest on is ever removed.

    Raises
    ------
    InputRefused
        With everything that stops it; nothing is released then.
    """
    workspace = acting(workspace, Act.REVIEW, EVERYWHERE)
    with workspace.lock():
        gathered = checked_now(workspace, year, ratios)
        if seen is not None:
            seen(_told(workspace, gathered))
        blocking = [one.finding for one in gathered.found if one.blocks]
        if blocking:
            raise InputRefused(blocking)
        made = _released(gathered, who)
        last = newest_release(workspace.records.releases(), year)
        if last is not None and last.sha256 == made.sha256:
            return last  # to release the same figures again changes nothing
        workspace.records.add_release(made)
        details = {"year": year, "run": made.run, "figures": made.figures, "sha256": made.sha256}
        workspace.records.note("release", who=who, details=details)
    return made


def releases_of(workspace: Workspace, year: int | None = None) -> tuple[Release, ...]:
    """Releases in the order in which they were made; of one year, or of all."""
    return tuple(one for one in workspace.records.releases() if year in (None, one.year))


def released_figures(workspace: Workspace, released: Release) -> pl.DataFrame:
    """The figures of a release as they were, whatever was restated since.

    Parameters
    ----------
    workspace : Workspace
        Where.
    released : Release
        Which one.

    Returns
    -------
    polars.DataFrame
        Schema `workflows.inventory.record.HELD`.

    Raises
    ------
    InputRefused
        If the figures are no longer those that were released: the lake was tampered with.
    """
    workspace = acting(workspace, Act.READ, EVERYWHERE)
    figures = _until(workspace.lake, released.year, released.run)
    if digest(figures["id"]) != released.sha256:
        finding = Finding(
            code="release.changed",
            place=f"year {released.year}",
            found="the figures up to run {run} are no longer the {count} that were released on {day}",
            expected="figures that stay as they were written",
            remedy="restore the workspace from a backup, and see `wattstone verify`",
            params={"run": released.run, "day": f"{released.at:%Y-%m-%d}"},
            count=released.figures,
        )
        raise InputRefused([finding])
    return figures


def _until(lake: Lake, year: int, run: int) -> pl.DataFrame:
    """The figures of a year that held after a run."""
    held = lake.scan(FIGURES, parts=[year])
    if held is None:
        return pl.DataFrame(schema=HELD)
    rows = held.filter(pl.col("run") <= run).select(list(HELD)).collect().sort("run", maintain_order=True)
    newest = rows.unique(["name", "subject", "period"], keep="last", maintain_order=True)
    return newest.filter(pl.col("method") != "withdrawn")


def _released(gathered: Gathered, who: str) -> Release:
    shown = gathered.figures.filter(
        (pl.col("period") == str(gathered.year))
        & pl.col("value").is_not_null()
        & ((pl.col("subject") == ORGANISATION) | pl.col("subject").str.starts_with("site:"))
        & pl.col("name").str.contains(_TOTALS)
    ).sort("subject", "name")
    keys = shown.select(pl.format("{}@{}", "name", "subject")).to_series().to_list()
    return Release(
        year=gathered.year,
        run=gathered.run,
        figures=gathered.figures.height,
        sha256=digest(gathered.figures["id"]),
        totals=dict(zip(keys, shown["value"].to_list(), strict=True)),
        units=dict(zip(keys, shown["unit"].to_list(), strict=True)),
        released_by=who,
        at=datetime.now(UTC).replace(tzinfo=None),
    )


def _asks(one: Checked | None) -> bool:
    return one is not None and one.severity == "asks"


def _not_to_pass(key: str, known: Checked | None) -> Finding:
    if known is None:
        return Finding(
            code="release.no_such_finding",
            place=f"finding '{key}'",
            found="the checks find no such thing",
            expected="the key of a finding that asks, or the check or figure of several",
            remedy="copy it from `wattstone check`",
        )
    return Finding(
        code="release.never_passes",
        place=f"finding '{key}'",
        found="it stops a release, and is never let pass" if known.severity == "stops" else "it asks nothing",
        expected="the key of a finding that asks",
        remedy="mend what it says" if known.severity == "stops" else "leave it as it is",
    )


def _no_reason() -> Finding:
    return Finding(
        code="release.no_reason",
        place="--reason",
        found="no reason is given",
        expected="a sentence that an assurer can judge",
        remedy="say what was looked at, and what explains it",
    )

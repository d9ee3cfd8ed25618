"""Narratives reviewed: a verdict on one version, by somebody else than who wrote it."""

from typing import Literal

import polars as pl

from wattstone.base import Finding
from wattstone.programme.kinds import entry_schema, record_kind
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.disclosure.narratives import entry_of, standing
from wattstone.workflows.programme.beside import actor_name
from wattstone.workflows.programme.changing import Changed
from wattstone.workflows.programme.entries import add_entry, correct, entries_of
from wattstone.workflows.programme.noticed import Overtaken
from wattstone.workflows.workspace import Workspace

__all__ = ["Verdict", "review", "reviews_of"]

Verdict = Literal["approved", "changes"]


def review(
    workspace: Workspace, narrative: str, verdict: Verdict, comment: str = "", *, who: str = "user", read: str = ""
) -> Changed:
    """Say what a reviewer finds of a version of a narrative.

    Parameters
    ----------
    workspace : Workspace
        Where.
    narrative : str
        Its entry: `2025~governance.board~en~`.
    verdict : {'approved', 'changes'}
        Changes need a comment.
    comment : str
        What has to change, and why.
    who : str
        Who reviews; of a guarded workspace, whoever acts.
    read : str
        Hash of the version that was read, or its beginning of 8 signs or more; empty for the one that holds.

    Returns
    -------
    Changed

    Raises
    ------
    InputRefused
        If there is no such text, the reviewer wrote it, or changes are asked for without a comment.
    Overtaken
        If the text says something else than the version that was read.
    """
    whole = acting(workspace, Act.REVIEW, EVERYWHERE)
    now = standing(whole, narrative)
    version = str(now["hash"])
    if read and not (len(read) >= _SHORTEST and version.startswith(read)):
        raise Overtaken([_moved_on(narrative, str(now["entered_by"]), read, version)])
    reviewer = actor_name(workspace, who)
    said = {"verdict": verdict, "comment": comment.strip()}
    entry = entry_of("review", narrative, version, reviewer)
    held = whole.records.programme_entries("review", entries=[entry]).filter(~pl.col("withdrawn"))
    if held.height:
        return correct(workspace, "review", entry, said, reason="reviewed again", who=who)
    key = {"narrative": narrative, "read": version, "reviewer": reviewer}
    return add_entry(workspace, "review", {**key, **said}, who=who)


def reviews_of(workspace: Workspace, narrative: str) -> pl.DataFrame:
    """The reviews of a narrative, the newest first.

    Parameters
    ----------
    workspace : Workspace
        Where.
    narrative : str
        Its entry.

    Returns
    -------
    DataFrame
        Schema `entry_schema` of `review`, and `holds`: whether it is of the version that is in force.
    """
    whole = acting(workspace, Act.READ, EVERYWHERE)
    mine = entries_of(whole, "review").filter(pl.col("narrative") == narrative)
    now = whole.records.programme_entries("narrative", entries=[narrative]).filter(~pl.col("withdrawn"))
    hashes = now["hash"].to_list()
    shown = mine.select(list(entry_schema(record_kind("review")))).with_columns(holds=pl.col("read").is_in(hashes))
    return shown.sort("entered_at", "entry", descending=True)


_SHORTEST = 8


def _moved_on(narrative: str, who: str, read: str, now: str) -> Finding:
    return Finding(
        code="narrative.moved_on",
        place=f"narrative '{narrative}'",
        found="{who} wrote it anew: you read {read}, it stands at {now}",
        expected="the version that holds",
        remedy="read the text as it stands now, and review that",
        params={"who": who, "read": read[:12], "now": now[:12]},
    )

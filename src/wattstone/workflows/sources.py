"""What was taken in: each source with its rows, when, and by whom."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wattstone.workflows.workspace import Workspace

__all__ = ["TakenIn", "taken_in"]


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """A source that was taken in.

    Parameters
    ----------
    source : str
        Its name.
    when, who : datetime, str
        When (UTC), and by whom.
    batch : int
        Number that it got.
    rows, new, changed : int
        Readings in it; not there before; replacing others.
    beside : tuple of str
        Tables that came with it: `weather`, `sessions`.
    """

    source: str
    when: datetime
    who: str
    batch: int
    rows: int = 0
    new: int = 0
    changed: int = 0
    beside: tuple[str, ...] = ()


def taken_in(workspace: Workspace) -> tuple[TakenIn, ...]:
    """All sources, the newest first.

    Parameters
    ----------
    workspace : Workspace
        Whose lake tells of them.
    """
    return tuple(_told(one) for one in workspace.lake.commits("readings") if "wattstone.key" in one)


def _told(commit: dict[str, Any]) -> TakenIn:
    def count(name: str) -> int:
        return int(commit.get(f"wattstone.{name}", 0))

    return TakenIn(
        source=str(commit.get("wattstone.source", "")),
        when=datetime.fromtimestamp(int(commit["timestamp"]) / 1000, UTC),
        who=str(commit.get("wattstone.who", "")),
        batch=count("batch"),
        rows=count("rows"),
        new=count("new"),
        changed=count("changed"),
        beside=tuple(json.loads(commit.get("wattstone.beside", "[]"))),
    )

"""Measures, open findings and figures by name or id, for a search: only what whoever asks may see, and never many."""

import re
from collections.abc import Iterable, Mapping

import polars as pl

from wattstone.base.figure import ID_LENGTH
from wattstone.portfolio.measures import Measure
from wattstone.workflows.overview.evidence import EvidenceNode, seen_figure
from wattstone.workflows.overview.findings import newest_findings
from wattstone.workflows.overview.places import places_of
from wattstone.workflows.overview.sight import sees_site
from wattstone.workflows.workspace import Workspace

__all__ = ["figure_called", "findings_called", "holds_words", "measures_called"]

_WHOLE_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")


def holds_words(text: str, parts: Iterable[str | None]) -> bool:
    """Whether every word of a text is in any of some names; capitals do not matter, and no word is in nothing.

    Examples
    --------
    >>> holds_words("LED hall", ["led-7", "Lamps of the hall", None])
    True
    >>> holds_words(" ", ["led-7"])
    False
    """
    words, held = text.lower().split(), "\n".join(one for one in parts if one).lower()
    return bool(words) and all(word in held for word in words)


def measures_called(workspace: Workspace, text: str, *, most: int) -> tuple[Measure, ...]:
    """Measures whose name, id or description hold every word of a text, of those that have a card one may see.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    text : str
        Words between spaces; there is no measure without any.
    most : int
        That are given, in the order of the records.
    """
    found = (
        one
        for one in workspace.records.measures()
        if sees_site(workspace, one.site_id) and holds_words(text, (one.id, one.name, one.description))
    )
    return tuple(one for one, _ in zip(found, range(most), strict=False))


def findings_called(workspace: Workspace, text: str, names: Mapping[str, str], *, most: int) -> pl.DataFrame:
    """Open findings of the newest search by the name of their kind, their meter or their site.

    Parameters
    ----------
    workspace : Workspace
        Guarded.
    text : str
        Words between spaces, every one of which has to be found; capitals do not matter.
    names : mapping of str to str
        What each kind of finding is called in the language of the reader, by its code.
    most : int
        That are given, the most worth first.

    Returns
    -------
    polars.DataFrame
        `key`, `code`, `site_id`, `meter_id` and `site`, the name of the site or null.
    """
    words = text.lower().split()
    rows = newest_findings(workspace, columns=["key", "code", "site_id", "meter_id"])
    decided = [one.key for one in workspace.records.board().values() if one.state != "open"]
    known = pl.DataFrame(
        list(places_of(workspace).names.items()), schema={"site_id": pl.String, "site": pl.String}, orient="row"
    )
    rows = rows.join(known, on="site_id", how="left", maintain_order="left")
    called = pl.col("code").replace_strict(dict(names), default=pl.col("code"), return_dtype=pl.String)
    held = pl.concat_str(called, "meter_id", "site_id", "site", separator="\n", ignore_nulls=True).str.to_lowercase()
    asked = [held.str.contains(word, literal=True) for word in words]
    return rows.filter(pl.lit(bool(words)), ~pl.col("key").is_in(decided), *asked).head(most)


def figure_called(workspace: Workspace, text: str) -> EvidenceNode | None:
    """A figure by its whole id; None where there is none, or one may not see it."""
    wanted = text.strip().lower().removeprefix("figure:")
    return seen_figure(workspace, wanted) if _WHOLE_ID.fullmatch(wanted) else None

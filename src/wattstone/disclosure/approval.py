"""Sign-off: which version of a text is approved. An approval holds for the version that was read, and no other.

Whoever wrote a version does not approve it; one reviewer who asks for changes stands against every approval.
"""

import polars as pl

__all__ = ["approvals", "verdicts"]


def verdicts(narratives: pl.DataFrame, reviews: pl.DataFrame) -> pl.DataFrame:
    """Reviews of the versions that hold, by others than who wrote them, and entered by the reviewers themselves.

    Parameters
    ----------
    narratives, reviews : DataFrame
        Entries of kinds `narrative` and `review`.

    Returns
    -------
    DataFrame
        `narrative`, `reviewer`, `verdict`, `comment`, `at` in UTC, by narrative and the time of the review.
    """
    now = narratives.select("entry", "hash", pl.col("entered_by").alias("writer"))
    read = reviews.join(now, left_on=["narrative", "read"], right_on=["entry", "hash"], how="inner")
    reviewer, entered, writer = (
        pl.col(name).str.strip_chars().str.to_lowercase() for name in ("reviewer", "entered_by", "writer")
    )
    others = read.filter((reviewer == entered) & (entered != writer))
    kept = others.select("narrative", "reviewer", "verdict", "comment", pl.col("entered_at").alias("at"))
    return kept.sort("narrative", "at", "reviewer")


def approvals(narratives: pl.DataFrame, reviews: pl.DataFrame) -> dict[str, str]:
    """Who approved the version that holds, by narrative; several with commas between them.

    Parameters
    ----------
    narratives, reviews : DataFrame
        As for `verdicts`.
    """
    told = verdicts(narratives, reviews).group_by("narrative", maintain_order=True)
    agreed = told.agg((pl.col("verdict") == "approved").all().alias("all"), pl.col("reviewer").str.join(", "))
    return dict(agreed.filter("all").select("narrative", "reviewer").iter_rows())
